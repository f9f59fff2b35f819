"""Which single change would make a run smaller, and by how much: computed from its memory plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lora_studio.core.analysis.memory import Footprint, frozen, in_four_bits
from lora_studio.core.methods.lora import Lora
from lora_studio.core.recipe import Recipe
from lora_studio.core.summaries import MemoryPlan, Saving

if TYPE_CHECKING:
    from lora_studio.core.models.language_model import LanguageModel

SHORTEST = 64  # tokens; shorter rows say too little
WORTH_SAYING = 0.01  # of the peak
WHOLE_LAYERS = ("full", "freezing")  # methods that train copies of layers


def savings(found: Footprint, recipe: Recipe, length: int, factor: float = 1.0) -> tuple[Saving, ...]:
    """Single changes by which a run of `recipe` takes less, the largest first.

    Args:
        found: of that run.
        recipe: as it stands.
        length: of its longest window, in tokens.
        factor: from a measured run, as `Footprint.at` takes it.
    """
    before = found.at("", factor=factor)
    made = [*_four_bits(found, recipe, before, factor)]
    if recipe.method.learns_by_gradients:
        made += _smaller_batch(found, recipe, before, factor)
        made += _shorter_rows(found, length, before, factor)
        made += _checkpointing(found, before, factor)
        made += _low_rank(found, recipe, before, factor)
    worth = [saving for saving in made if saving.freed > WORTH_SAYING * before.peak]
    return tuple(sorted(worth, key=lambda saving: -saving.freed))


def largest_saving(model: LanguageModel, recipe: Recipe) -> tuple[str, dict[str, object]]:
    """The change that frees most for `recipe` on the opened `model`, as advice with its values; empty if none helps.

    Raises RecipeError: the settings do not fit.
    """
    from lora_studio.core.analysis.planning import looked_at

    found = looked_at(model, recipe)
    best = next(iter(savings(found.footprint, recipe, found.length, found.factor)), None)
    return (best.advice, dict(best.values)) if best else ("", {})


def size_text(size: int) -> str:
    """ "1.3 GB", "830 MB": steps of 1,000."""
    return f"{size / 1e9:.1f} GB" if size >= 999_500_000 else f"{size / 1e6:.0f} MB"


def _smaller_batch(found: Footprint, recipe: Recipe, before: MemoryPlan, factor: float) -> list[Saving]:
    """Half the batch, with as many more of them for each update."""
    training = recipe.training
    if training.batch_size < 2:
        return []
    batch = training.batch_size // 2
    accumulation = round(training.accumulation * training.batch_size / batch)
    after = found.at("", share=batch / training.batch_size, accumulates=True, factor=factor)
    freed = before.peak - after.peak
    advice = "Choose batches of {batch} and a gradient accumulation of {accumulation}: that frees about {freed}."
    values = {"batch": batch, "accumulation": accumulation, "freed": size_text(freed)}
    return [Saving("batch", advice, values, freed, {"batch_size": batch, "accumulation": accumulation})]


def _shorter_rows(found: Footprint, length: int, before: MemoryPlan, factor: float) -> list[Saving]:
    if length < 2 * SHORTEST:
        return []
    shorter = length // 2
    freed = before.peak - found.at("", share=shorter / length, factor=factor).peak
    advice = "Choose a sequence length of {length}: that frees about {freed}."
    values = {"length": shorter, "freed": size_text(freed)}
    return [Saving("length", advice, values, freed, {"sequence_length": shorter})]


def _checkpointing(found: Footprint, before: MemoryPlan, factor: float) -> list[Saving]:
    if found.checkpointing:
        return []
    freed = before.peak - found.at("", checkpointing=True, factor=factor).peak
    advice = "Switch “Recompute activations” on: that frees about {freed}."
    return [Saving("checkpointing", advice, {"freed": size_text(freed)}, freed, {"checkpointing": True})]


def _low_rank(found: Footprint, recipe: Recipe, before: MemoryPlan, factor: float) -> list[Saving]:
    """In place of training copies of whole layers, with their gradients and averages."""
    if recipe.method.name not in WHOLE_LAYERS:
        return []
    freed = before.peak - frozen(found).at("", factor=factor).peak
    advice = "Choose LoRA, which trains small matrices beside the layers: that frees about {freed}."
    return [Saving("lora", advice, {"freed": size_text(freed)}, freed, method="lora")]


def _four_bits(found: Footprint, recipe: Recipe, before: MemoryPlan, factor: float) -> list[Saving]:
    """Where the linear layers are frozen, on a GPU: elsewhere the originals stay beside their codes."""
    if not found.linears:
        return []
    freed = before.peak - in_four_bits(found).at("", factor=factor).peak
    values = {"freed": size_text(freed)}
    if type(recipe.method) is Lora:
        advice = "Choose QLoRA, which keeps the base's weights in 4 bits: that frees about {freed}."
        return [Saving("qlora", advice, values, freed, method="qlora")]
    advice = "Open the model with weights in 4 bits (NF4): that frees about {freed}."
    return [Saving("nf4", advice, values, freed)]
