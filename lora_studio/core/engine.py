"""The one owner of the model: opens it, runs recipes on it, and answers questions about its variants.

All methods are called on one thread; `Service` in jobs.py is how another thread asks.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch

from lora_studio.core.adapters.exporting import gguf_form
from lora_studio.core.analysis.planning import plan
from lora_studio.core.errors import DataError, ModelError, RecipeError
from lora_studio.core.events import Comparison, Receipt
from lora_studio.core.exporting import export_adapter, obstacles
from lora_studio.core.models.describing import summary_of
from lora_studio.core.models.devices import give_back_unused, has_room_beside
from lora_studio.core.models.fingerprints import fingerprint_of
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.open_options import OpenOptions, Progress
from lora_studio.core.models.opening import open_model
from lora_studio.core.probing.answers import Measured, answers_of, wanted_token
from lora_studio.core.probing.comparisons import Column, compare
from lora_studio.core.probing.continuation import ContinueSettings, Told
from lora_studio.core.probing.continuing import chat_prompt, continuations
from lora_studio.core.recipe import Recipe
from lora_studio.core.run_folder import RunFolder
from lora_studio.core.running import Run
from lora_studio.core.saving import export, load, merge, save
from lora_studio.core.summaries import ModelSummary, Plan, VariantSummary
from lora_studio.core.variants import Variant, Variants

SMALL_MODEL = 10_000_000  # parameters; below, a second torch thread costs more than it brings


class Engine:
    """One model and its variants. Opening another model forgets the variants."""

    def __init__(self) -> None:
        self._variants: Variants | None = None
        self._source = ""
        self._fingerprint = ""

    # The model

    def open(self, source: str, options: OpenOptions | None = None, progress: Progress | None = None) -> ModelSummary:
        """Opens "minigpt" or a model folder; arguments and errors as for `open_model`.

        After an error the model opened before stays, unless memory is too short for both: then it was closed first.
        """
        if self._variants is not None and not has_room_beside(self._variants.model, source):
            self.close()
        summary = self.take(open_model(source, options, progress), source)
        give_back_unused()
        return summary

    def close(self) -> None:
        """Forgets the model and its variants, and gives their memory back."""
        self._variants, self._source, self._fingerprint = None, "", ""
        give_back_unused()

    def take(self, model: LanguageModel, source: str) -> ModelSummary:
        """Takes over a model that is there already; `source` is what recipes for it call their base."""
        _leave_a_core(model)
        self._variants = Variants(model)
        self._source = source
        self._fingerprint = fingerprint_of(model)
        return summary_of(model, source)

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
        variants, base = self.variants, self._fingerprint
        return Run(variants, recipe, folder, partial(save, variants, base_fingerprint=base), base)

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

    # Asking

    def compare(
        self,
        prompt: str,
        wanted: str = "",
        top: int = 5,
        temperature: float = 1.0,
        but: Collection[str] = (),
        *,
        as_chat: bool = False,
    ) -> Comparison:
        """Every variant's `top` next tokens after `prompt`, without those that read less at once than it is long.

        Args:
            but: variants that are not asked.
            as_chat: what is asked is the chat in which the prompt is a person's turn; the comparison names the prompt.

        Raises:
            DataError: the prompt is empty, or too long for the base, or the model's chat template does not take it.
        """
        asked = chat_prompt(self.variants.model, prompt) if as_chat and prompt.strip() else prompt
        (found,) = self.compare_many([(asked, wanted)], top, temperature, but)
        if isinstance(found, DataError):
            raise found
        return replace(found, prompt=prompt)

    def compare_many(
        self, questions: Sequence[tuple[str, str]], top: int = 5, temperature: float = 1.0, but: Collection[str] = ()
    ) -> tuple[Comparison | DataError, ...]:
        """As `compare` for many pairs of prompt and wanted token, in one forward pass for each variant."""
        if not questions:
            return ()
        wanted = [wanted_token(self.variants.model, prompt, token) for prompt, token in questions]
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
        return self.variants.measure(self.variants.named(name), prompts)

    def _columns(
        self, variant: Variant, prompts: Sequence[str], top: int, temperature: float
    ) -> list[Column | DataError]:
        """One for each prompt; where it cannot be read, the reason."""
        model = self.variants.model
        try:
            measured = self.variants.measure(variant, prompts, temperature)
        except DataError as error:
            if len(prompts) == 1:
                return [error]
            return [self._columns(variant, [prompt], top, temperature)[0] for prompt in prompts]
        answers = answers_of(model, measured, prompts, top)
        pairs = zip(answers, measured.probabilities, strict=True)
        return [Column(variant.name, answer, row, model.finder()) for answer, row in pairs]

    def continuations(
        self, names: Sequence[str], prompt: str, settings: ContinueSettings, *, as_chat: bool = False
    ) -> Iterator[list[Told]]:
        """How the variants `names` continue the prompt, token by token in turn; other jobs may run in between.

        Ends when another model is opened. Raises DataError, RecipeError: as `continuing.continuations`.
        """
        variants = self.variants
        for told in continuations(variants, names, prompt, settings, as_chat=as_chat):
            yield told
            if self._variants is not variants:
                return

    # Results

    def save_adapter(self, name: str, folder: Path, prompts: Sequence[str] = ()) -> Receipt:
        """Writes a variant's adapter to a new folder, reads it back and compares. Raises StorageError, RecipeError.

        The receipt's kind is "result" where PEFT has no such adapter: the folder is then the studio's own.
        """
        variant, _ = self.variants.adapted(name)
        receipt = save(self.variants, variant, folder, prompts, base_fingerprint=self._fingerprint)
        if variant.run is None:  # a copy that is saved elsewhere does not part a variant from its run
            variant.summary = replace(variant.summary, folder=str(folder))
        return receipt

    def export_adapter(self, name: str, form: str, folder: Path, prompts: Sequence[str] = ()) -> Receipt:
        """Writes a variant's adapter to a new folder in the form of another program; see `exporting`."""
        return export_adapter(self.variants, name, form, folder, prompts, base_fingerprint=self._fingerprint)

    def export_gguf(self, name: str, folder: Path, prompts: Sequence[str] = ()) -> Receipt:
        """As `export_adapter`, for llama.cpp and Ollama. Raises RecipeError: they cannot take it."""
        _, attachment = self.variants.adapted(name)
        return self.export_adapter(name, gguf_form(attachment).name, folder, prompts)

    def export_obstacles(self, name: str) -> dict[str, str]:
        """Why a variant cannot take a form of `adapters.exporting.FORMATS`, by the form's name; empty where it can."""
        return obstacles(self.variants, name)

    def load_adapter(self, folder: Path) -> VariantSummary:
        """Puts an adapter from disk beside the base. Raises AdapterError; then nothing has changed."""
        return load(self.variants, folder)

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
        return merge(self.variants, name, prompts)

    def export_merged(self, name: str, folder: Path, prompts: Sequence[str] = ()) -> Receipt:
        """Writes a variant as a plain model folder, opens it and compares. Raises StorageError, RecipeError."""
        return export(self.variants, name, folder, prompts)

    def set_strength(self, name: str, strength: float) -> None:
        """Turns a variant up or down. Raises RecipeError: its strength is fixed, or does not go so far."""
        self.variants.set_strength(name, strength)


def _leave_a_core(model: LanguageModel) -> None:
    """A small model is fastest on one thread; a large one gets all cores but one, which stays with the window."""
    small = model.parameter_count() < SMALL_MODEL
    torch.set_num_threads(1 if small else max(1, (os.cpu_count() or 2) - 1))
