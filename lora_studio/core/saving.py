"""What a variant leaves the studio as, and comes back from: adapters, merged weights, model folders.

Whatever is written is read back, and a receipt tells whether it still answers as it did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lora_studio.core.adapters.attaching import attach_stored
from lora_studio.core.adapters.exporting import Leaving, adapter_files_of
from lora_studio.core.adapters.reading import read_adapter
from lora_studio.core.data.examples import example_of
from lora_studio.core.errors import ModelError, RecipeError
from lora_studio.core.events import Receipt
from lora_studio.core.files import write_new_folder
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.models.devices import NoRoomError
from lora_studio.core.models.folder import model_files, read_model
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.open_options import AUTOMATIC, OpenOptions
from lora_studio.core.probing.answers import Measured, measure
from lora_studio.core.probing.receipts import make_receipt
from lora_studio.core.recipe import Recipe
from lora_studio.core.run_folder import read_figures
from lora_studio.core.summaries import VariantSummary
from lora_studio.core.variants import MergedAttachment, Variant, Variants, traits

MOST_RECEIPT_PROMPTS = 64
MOST_WORDS = 16  # of a row's beginning that serves as a prompt
MOST_ROWS_IN_ADAPTER = 10_000  # above, the recipe stays with the run and does not travel with its adapter


# Adapters


def save(
    variants: Variants, variant: Variant, folder: Path, prompts: Sequence[str] = (), *, base_fingerprint: str
) -> Receipt:
    """Writes the variant's adapter to a new folder, whatever it is called, and whether it is on the board or not.

    The receipt's kind is "result" where PEFT has no such adapter: the folder is then the studio's own.

    Raises:
        RecipeError: it is merged.
        StorageError: the folder is there already, or cannot be written.
    """
    attachment = variant.attachment
    assert attachment is not None
    prompts = receipt_prompts(variants, variant, prompts)
    if isinstance(attachment, MergedAttachment):
        raise RecipeError(variant.summary.no_adapter)
    before = variants.measure(variant, prompts)
    size = write_new_folder(folder, adapter_files_of(leaving_of(variants, variant, base_fingerprint)))
    after = _read_back(variants, folder, prompts)
    kind = "result" if variant.summary.no_adapter else "adapter"
    return make_receipt(
        kind, str(folder), prompts, before=before, after=after, bytes_written=size, dtype=variants.model.dtype
    )


def leaving_of(variants: Variants, variant: Variant, base_fingerprint: str) -> Leaving:
    """What the files of an adapted variant say of it."""
    assert variant.attachment is not None
    return Leaving(
        variant.attachment,
        variant.growth,
        name=variant.name,
        base_name=variants.model.name,
        base_fingerprint=base_fingerprint,
        recipe=_without_many_rows(variant.recipe),
    )


def load(variants: Variants, folder: Path) -> VariantSummary:
    """Puts an adapter from disk beside the base. Raises AdapterError; then nothing has changed."""
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


# Plain weights


def merge(variants: Variants, name: str, prompts: Sequence[str] = ()) -> Receipt:
    """Adds a variant that is `name` with its method folded into plain weights, W' = W₀ + ΔW, and compares both.

    Raises RecipeError: it is the base, or its method cannot be folded in.
    """
    variant, attachment = variants.adapted(name)
    prompts = receipt_prompts(variants, variant, prompts)
    before = variants.measure(variant, prompts)
    merged = MergedAttachment(attachment)
    exact = _without_rounding(variants, variant, attachment, prompts)
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
        no_gguf="It is merged; llama.cpp takes it as a whole model. Export the merged model instead.",
    )
    result = Variant(summary, variant.growth, merged, variant.recipe)
    variants.add(result)
    after = variants.measure(result, prompts)
    return make_receipt(
        "merge",
        result.name,
        prompts,
        before=before,
        after=after,
        exact=exact,
        bytes_written=0,
        dtype=variants.model.dtype,
    )


def export(variants: Variants, name: str, folder: Path, prompts: Sequence[str] = ()) -> Receipt:
    """Writes a variant as a plain model folder, opens it and compares. Raises StorageError, RecipeError."""
    variant, attachment = variants.adapted(name)
    prompts = receipt_prompts(variants, variant, prompts)
    before = variants.measure(variant, prompts)
    size = write_new_folder(folder, model_files(variants.model, attachment.merging()))
    exported = _opened_again(variants.model, folder)
    after = measure(exported, exported, prompts)
    exact = _without_rounding(variants, variant, attachment, prompts)
    return make_receipt(
        "export",
        str(folder),
        prompts,
        before=before,
        after=after,
        exact=exact,
        bytes_written=size,
        dtype=variants.model.dtype,
    )


def _opened_again(model: LanguageModel, folder: Path) -> LanguageModel:
    try:
        return read_model(folder, _as_the_base(model))
    except NoRoomError as problem:
        raise ModelError(
            "{path} was written, but memory has no room to open it beside the base and to compare the two.",
            advice="Close the base and open the folder to see whether it answers as it should.",
            path=folder,
        ) from problem


def _as_the_base(model: LanguageModel) -> OpenOptions:
    """On the same device if there is room for a second model, in the same numbers."""
    device = "cpu" if model.device.type == "cpu" else AUTOMATIC
    return OpenOptions(device=device, dtype=str(model.dtype).removeprefix("torch."))


# Receipts


def receipt_prompts(variants: Variants, variant: Variant, prompts: Sequence[str]) -> tuple[str, ...]:
    """`prompts`, or else the recipe's probes, or how its rows begin, or single words: what the model can read.

    A receipt must never be what keeps a result from being written, so there is always something to compare.
    """
    model, recipe = variants.model, variant.recipe
    limit = variant.attachment.context_length if variant.attachment else model.context_length
    rows = recipe.rows[:MOST_RECEIPT_PROMPTS] if recipe else ()
    offers = (
        tuple(prompts),
        tuple(probe.prompt for probe in recipe.probes) if recipe else (),
        tuple(_beginning(row) for row in rows),
        tuple(model.token(index) for index in range(2, min(10, model.vocabulary_size))),
    )
    for offer in offers:
        readable = tuple(text for text in offer if 0 < len(model.encode(text).ids) <= limit)
        if readable:
            return readable
    raise ModelError("The model's vocabulary is empty.")


def _beginning(row: str) -> str:
    """What stands before the answer that a row gives, or how its text begins."""
    turns = example_of(row).turns
    asked = [turn.text for turn in turns if not turn.learned]
    words = asked[-1].split() if asked else turns[0].text.split()[:-1]
    return " ".join(words[:MOST_WORDS])


def _read_back(variants: Variants, folder: Path, prompts: Sequence[str]) -> Measured:
    variants.activate(variants.base)
    growth, attachment = attach_stored(variants.model, read_adapter(folder))
    try:
        return measure(variants.model, attachment, prompts, attachment.context_length)
    finally:
        attachment.detach()
        if growth:
            growth.undo()


def _without_rounding(
    variants: Variants, variant: Variant, attachment: Attachment, prompts: Sequence[str]
) -> Measured | None:
    """What the merged variant would say if its base had not been rounded; None if it was not."""
    if not attachment.unrounded_modules():
        return None
    exact = Variant(variant.summary, variant.growth, MergedAttachment(attachment, unrounded=True))
    return variants.measure(exact, prompts)


def _without_many_rows(recipe: Recipe | None) -> Recipe | None:
    """A person's data do not travel with an adapter; nor do the rows that were only kept or held out."""
    if recipe is None or len(recipe.rows) > MOST_ROWS_IN_ADAPTER:
        return None
    return recipe.model_copy(update={"kept": (), "held_out": ()})
