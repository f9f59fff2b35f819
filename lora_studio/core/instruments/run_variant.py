"""The variant that a run made: the one on the board, or one that is attached for a moment from the run's folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lora_studio.core.adapters.attaching import attach_stored
from lora_studio.core.adapters.reading import read_adapter
from lora_studio.core.errors import RecipeError, StorageError
from lora_studio.core.instruments.time_machine import refresh_steps
from lora_studio.core.models.foreign_files import read_plain_file
from lora_studio.core.recipe import MAX_RECIPE_BYTES, Recipe
from lora_studio.core.summaries import VariantSummary
from lora_studio.core.variants import Variant, Variants

PASSING = "\0passing"  # a name that no variant on the board can have


@contextmanager
def variant_of(variants: Variants, run: Path | None, name: str) -> Iterator[Variant]:
    """The variant that came from the folder `run`, or, where there is none, the one on the board called `name`.

    Raises:
        RecipeError: there is none of that name.
        AdapterError: the run's adapter is not there, or is for another base.
    """
    refresh_steps(variants)
    found = [variant for variant in variants.all() if run is not None and variant.run == run]
    if run is None or found:
        yield (found or [variants.named(name)])[0]
        return
    before = variants.active
    variants.activate(variants.base)
    stored = read_adapter(run / "adapter")
    recipe = Recipe.from_fields(stored.recipe) if stored.recipe else None
    growth, attachment = attach_stored(variants.model, stored)
    summary = VariantSummary(PASSING, is_base=False, folder=str(stored.folder))
    variants.adopt(Variant(summary, growth, attachment, recipe, run))
    try:
        refresh_steps(variants)
        yield variants.named(PASSING)
    finally:
        variants.remove(PASSING)
        variants.activate(before)


def recipe_of(variant: Variant) -> Recipe:
    """What the variant learned, with all rows: as it travels with the adapter, or as its run keeps it.

    Raises:
        RecipeError, StorageError: neither is there, or it cannot be understood.
    """
    if variant.recipe is not None:
        return variant.recipe
    if variant.run is None:
        raise RecipeError(
            "{name} does not say which rows it has learned.",
            advice="Choose a variant that was trained here.",
            name=variant.name,
        )
    text = read_plain_file(variant.run / "recipe.yaml", MAX_RECIPE_BYTES, StorageError)
    return Recipe.from_yaml(text.decode("utf-8", "replace"))
