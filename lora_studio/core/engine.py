"""The one owner of the model: opens it, runs recipes on it, and answers questions about its variants.

All methods are called on one thread; `Service` in jobs.py is how another thread asks.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from lora_studio.core.adapters.reading import attach_stored, read_adapter
from lora_studio.core.adapters.writing import adapter_files
from lora_studio.core.analysis.planning import plan
from lora_studio.core.errors import DataError, ModelError, RecipeError
from lora_studio.core.events import Comparison, Receipt
from lora_studio.core.files import write_new_folder
from lora_studio.core.methods.attachment import AdjustableAttachment, Attachment
from lora_studio.core.models.folder import model_files, read_model
from lora_studio.core.models.language_model import LanguageModel, fingerprint
from lora_studio.core.models.opening import open_model
from lora_studio.core.probing.answers import Measured, answers_of, measure
from lora_studio.core.probing.comparisons import Column, compare
from lora_studio.core.probing.receipts import make_receipt
from lora_studio.core.recipe import Recipe
from lora_studio.core.run_folder import RunFolder, read_figures
from lora_studio.core.running import Run
from lora_studio.core.summaries import ModelSummary, Plan, VariantSummary
from lora_studio.core.variants import MergedAttachment, Variant, Variants, traits

SMALL_MODEL = 10_000_000  # parameters; below, a second torch thread costs more than it brings
MOST_RECEIPT_PROMPTS = 64
MOST_WORDS = 16  # of a row's beginning that serves as a prompt
MOST_ROWS_IN_ADAPTER = 10_000  # above, the recipe stays with the run and does not travel with its adapter


class Engine:
    """One model and its variants. Opening another model forgets the variants."""

    def __init__(self) -> None:
        self._variants: Variants | None = None
        self._source = ""
        self._fingerprint = ""

    # The model

    def open(self, source: str) -> ModelSummary:
        """Opens "minigpt" or a model folder. Raises ModelError; the model opened before stays."""
        return self.take(open_model(source), source)

    def take(self, model: LanguageModel, source: str) -> ModelSummary:
        """Takes over a model that is there already; `source` is what recipes for it call their base."""
        _leave_a_core(model)
        self._variants = Variants(model)
        self._source = source
        self._fingerprint = _fingerprint(model)
        return ModelSummary(
            name=model.name,
            source=source,
            family=model.family,
            parameters=model.parameter_count(),
            device=str(model.device).upper(),
            context_length=model.context_length,
            words=frozenset(model.tokenizer.get_vocab()),
        )

    @property
    def variants(self) -> Variants:
        """Raises ModelError: no model is open."""
        if self._variants is None:
            raise ModelError("No model is open.", advice="Open a model first.")
        return self._variants

    def summaries(self) -> tuple[VariantSummary, ...]:
        return self.variants.summaries()

    # Running

    def plan(self, recipe: Recipe) -> Plan:
        """What the recipe would train and write. Raises RecipeError: its settings do not fit the model."""
        self.variants.activate(self.variants.base)
        return plan(self.variants.model, recipe)

    def run(self, recipe: Recipe, folder: RunFolder | None = None) -> Run:
        """A run that is ready to be iterated. Raises ModelError or RecipeError: the recipe is for another base."""
        if self._variants is None:
            self.open(recipe.base)
        if recipe.base != self._source:
            raise RecipeError(
                "The recipe is for {wanted}; {opened} is open.",
                advice="Open {wanted} first.",
                wanted=recipe.base, opened=self._source,
            )  # fmt: skip
        return Run(self.variants, recipe, folder, self._save_run, self._fingerprint)

    def resume(self, path: Path) -> Run:
        """The interrupted, cancelled or failed run in the folder `path`, ready to be iterated from where it was.

        Its events, losses and results are those of a run that was never interrupted, bit by bit on the same machine.
        What is damaged is told when it is iterated, before its first event.

        Raises:
            StorageError: there is no run that could go on.
            ModelError, RecipeError: the recipe cannot be read, or is for another base. That the base has other weights
                by now is told when it is iterated.
        """
        folder = RunFolder.of_interrupted(path)
        return self.run(folder.recipe(), folder)

    def _save_run(self, variant: Variant, folder: Path) -> Receipt:
        """Whatever the variant is called by now, and whether it is on the board or not."""
        return self._save(variant, folder, ())

    # Asking

    def compare(
        self, prompt: str, wanted: str = "", top: int = 5, temperature: float = 1.0, but: Collection[str] = ()
    ) -> Comparison:
        """Every variant's `top` next tokens after `prompt`, without those that read less at once than it is long.

        Args:
            but: variants that are not asked.

        Raises:
            DataError: the prompt is empty, or too long for the base.
        """
        (found,) = self.compare_many([(prompt, wanted)], top, temperature, but)
        if isinstance(found, DataError):
            raise found
        return found

    def compare_many(
        self, questions: Sequence[tuple[str, str]], top: int = 5, temperature: float = 1.0, but: Collection[str] = ()
    ) -> tuple[Comparison | DataError, ...]:
        """As `compare` for many pairs of prompt and wanted token, in one forward pass for each variant."""
        if not questions:
            return ()
        wanted = [self.variants.model.as_token(token) for _, token in questions]
        prompts = [prompt for prompt, _ in questions]
        asked = [variant for variant in self.variants.all() if variant.summary.is_base or variant.name not in but]
        columns = [self._columns(variant, prompts, top, temperature) for variant in asked]
        found: list[Comparison | DataError] = []
        for place, prompt in enumerate(prompts):
            base, *others = (answered[place] for answered in columns)
            if isinstance(base, DataError):
                found.append(base)
                continue
            able = [column for column in others if isinstance(column, Column)]  # virtual tokens leave less room
            found.append(compare(prompt, wanted[place], [base, *able], temperature))
        return tuple(found)

    def measure(self, name: str, prompts: Sequence[str]) -> Measured:
        """One variant's distributions after many prompts. Raises RecipeError, DataError."""
        return self._measure(self.variants.named(name), prompts)

    def _columns(
        self, variant: Variant, prompts: Sequence[str], top: int, temperature: float
    ) -> list[Column | DataError]:
        """One for each prompt; where it cannot be read, the reason."""
        variants = self.variants
        variants.activate(variant)
        model = variants.model
        try:
            measured = measure(model, variants.logits, prompts, variants.context_length, temperature)
        except DataError as error:
            if len(prompts) == 1:
                return [error]
            return [self._columns(variant, [prompt], top, temperature)[0] for prompt in prompts]
        answers = answers_of(model, measured, prompts, top)
        pairs = zip(answers, measured.probabilities, strict=True)
        return [Column(variant.name, answer, row, model.tokenizer) for answer, row in pairs]

    # Results

    def save_adapter(self, name: str, folder: Path, prompts: Sequence[str] = ()) -> Receipt:
        """Writes a variant's adapter to a new folder, reads it back and compares. Raises StorageError, RecipeError.

        The receipt's kind is "result" where PEFT has no such adapter: the folder is then the studio's own.
        """
        variant, _ = self._adapted(name)
        receipt = self._save(variant, folder, prompts)
        if variant.run is None:  # a copy that is saved elsewhere does not part a variant from its run
            variant.summary = replace(variant.summary, folder=str(folder))
        return receipt

    def _save(self, variant: Variant, folder: Path, prompts: Sequence[str]) -> Receipt:
        variants, attachment = self.variants, variant.attachment
        assert attachment is not None
        prompts = self._receipt_prompts(variant, prompts)
        if isinstance(attachment, MergedAttachment):
            raise RecipeError(variant.summary.no_adapter)
        before = self._measure(variant, prompts)
        files = adapter_files(
            attachment,
            variant.growth,
            name=variant.name,
            base_name=variants.model.name,
            base_fingerprint=self._fingerprint,
            recipe=_without_many_rows(variant.recipe),
        )
        size = write_new_folder(folder, files)
        after = self._read_back(folder, prompts)
        kind = "result" if variant.summary.no_adapter else "adapter"
        return make_receipt(kind, str(folder), prompts, before=before, after=after, bytes_written=size)

    def load_adapter(self, folder: Path) -> VariantSummary:
        """Puts an adapter from disk beside the base. Raises AdapterError; then nothing has changed."""
        variants = self.variants
        stored = read_adapter(folder)
        recipe = Recipe.from_fields(stored.recipe) if stored.recipe else None
        figures = read_figures(folder.parent)
        summary = VariantSummary(
            variants.free_name(stored.name or folder.name),
            is_base=False,
            data=", ".join(dataset.name for dataset in recipe.datasets) if recipe else "",
            final_loss=figures.get("final_loss"),
            seconds=figures.get("seconds"),
            forgetting_kl=figures.get("forgetting_kl"),
            top1_kept=figures.get("top1_kept"),
            folder=str(folder),
        )
        variants.activate(variants.base)
        growth, attachment = attach_stored(variants.model, stored)  # from here on nothing may fail before `adopt`
        variant = Variant(replace(summary, **traits(attachment)), growth, attachment, recipe)
        variants.adopt(variant)
        return variant.summary

    def detach(self, name: str) -> None:
        """Takes a variant off the model; its folder on disk stays.

        Raises:
            RecipeError: it is the base, or is being trained.
        """
        self.variants.remove(name)

    def rename(self, name: str, new_name: str) -> None:
        self.variants.rename(name, new_name)

    def merge(self, name: str, prompts: Sequence[str] = ()) -> Receipt:
        """Adds a variant that is `name` with its method folded into plain weights, W' = W₀ + ΔW, and compares both."""
        variants = self.variants
        variant, attachment = self._adapted(name)
        prompts = self._receipt_prompts(variant, prompts)
        before = self._measure(variant, prompts)
        merged = MergedAttachment(attachment)
        exact = self._without_rounding(variant, attachment, prompts)
        summary = replace(
            variant.summary,
            name=variants.free_name(f"{name} merged"),
            folder="",
            merged=True,
            mix=(),
            steps=(),
            step=None,
            strength=None,
            no_adapter="It is merged; there is no adapter to save. Export the merged model instead.",
            no_merge="It is merged already.",
        )
        result = Variant(summary, variant.growth, merged, variant.recipe)
        variants.add(result)
        after = self._measure(result, prompts)
        return make_receipt("merge", result.name, prompts, before=before, after=after, exact=exact, bytes_written=0)

    def export_merged(self, name: str, folder: Path, prompts: Sequence[str] = ()) -> Receipt:
        """Writes a variant as a plain model folder, opens it and compares. Raises StorageError, RecipeError."""
        variant, attachment = self._adapted(name)
        prompts = self._receipt_prompts(variant, prompts)
        before = self._measure(variant, prompts)
        size = write_new_folder(folder, model_files(self.variants.model, attachment.merged_modules()))
        exported = read_model(folder)
        after = measure(exported, exported.logits, prompts)
        exact = self._without_rounding(variant, attachment, prompts)
        return make_receipt("export", str(folder), prompts, before=before, after=after, exact=exact, bytes_written=size)

    def set_strength(self, name: str, strength: float) -> None:
        """Turns a variant up or down. Raises RecipeError: its strength is fixed, or does not go so far."""
        variant, attachment = self._adapted(name)
        if not isinstance(attachment, AdjustableAttachment) or variant.summary.merged:
            raise RecipeError("The strength of {name} is fixed.", name=name)
        if not attachment.lowest <= strength <= attachment.highest:
            raise RecipeError(
                "{strength} is outside of {lowest} to {highest}.",
                advice="Choose a strength in between.",
                strength=strength, lowest=attachment.lowest, highest=attachment.highest,
            )  # fmt: skip
        attachment.set_strength(strength)
        variant.summary = replace(variant.summary, strength=strength)
        if variant.recipe:  # it travels with the adapter when that is saved again
            variant.recipe = variant.recipe.model_copy(update={"method": attachment.method})

    def _without_rounding(self, variant: Variant, attachment: Attachment, prompts: Sequence[str]) -> Measured | None:
        """What the merged variant would say if its base had not been rounded; None if it was not."""
        if not attachment.unrounded_modules():
            return None
        exact = Variant(variant.summary, variant.growth, MergedAttachment(attachment, unrounded=True))
        return self._measure(exact, prompts)

    def _receipt_prompts(self, variant: Variant, prompts: Sequence[str]) -> tuple[str, ...]:
        """`prompts`, or else the recipe's probes, or how its rows begin, or single words: what the model can read.

        A receipt must never be what keeps a result from being written, so there is always something to compare.
        """
        model, recipe = self.variants.model, variant.recipe
        limit = variant.attachment.context_length if variant.attachment else model.context_length
        rows = recipe.rows[:MOST_RECEIPT_PROMPTS] if recipe else ()
        offers = (
            tuple(prompts),
            tuple(probe.prompt for probe in recipe.probes) if recipe else (),
            tuple(" ".join(row.split()[:-1][:MOST_WORDS]) for row in rows),
            tuple(model.token(index) for index in range(2, min(10, model.vocabulary_size))),
        )
        for offer in offers:
            readable = tuple(text for text in offer if 0 < len(model.encode(text).ids) <= limit)
            if readable:
                return readable
        raise ModelError("The model's vocabulary is empty.")

    def _adapted(self, name: str) -> tuple[Variant, Attachment]:
        variant = self.variants.named(name)
        if variant.attachment is None:
            raise RecipeError("The base has no adapter.", advice="Choose a trained or loaded variant.")
        return variant, variant.attachment

    def _measure(self, variant: Variant, prompts: Sequence[str]) -> Measured:
        self.variants.activate(variant)
        return measure(self.variants.model, self.variants.logits, prompts, self.variants.context_length)

    def _read_back(self, folder: Path, prompts: Sequence[str]) -> Measured:
        variants = self.variants
        variants.activate(variants.base)
        growth, attachment = attach_stored(variants.model, read_adapter(folder))
        try:
            return measure(variants.model, attachment.logits, prompts, attachment.context_length)
        finally:
            attachment.detach()
            if growth:
                growth.undo()


def _without_many_rows(recipe: Recipe | None) -> Recipe | None:
    """A person's data do not travel with an adapter; nor do the rows that were only kept or held out."""
    if recipe is None or len(recipe.rows) > MOST_ROWS_IN_ADAPTER:
        return None
    return recipe.model_copy(update={"kept": (), "held_out": ()})


def _fingerprint(model: LanguageModel) -> str:
    return fingerprint(model.network.state_dict(), model.tokenizer.get_vocab())


def _leave_a_core(model: LanguageModel) -> None:
    """A small model is fastest on one thread; a large one gets all cores but one, which stays with the window."""
    small = model.parameter_count() < SMALL_MODEL
    torch.set_num_threads(1 if small else max(1, (os.cpu_count() or 2) - 1))
