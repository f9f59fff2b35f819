"""What a recipe would train and write, counted on a copy of the model that holds shapes but no numbers."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from lora_studio.core.adapters.starting import added_words, read_start, start_from
from lora_studio.core.data.windows import window_count
from lora_studio.core.methods.attachment import named_tensors
from lora_studio.core.methods.keeping import kept_tensors
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.shapes import without_numbers
from lora_studio.core.recipe import Recipe
from lora_studio.core.summaries import Plan
from lora_studio.core.training.batches import steps_of


def plan(model: LanguageModel, recipe: Recipe) -> Plan:
    """Attaches the method to an empty copy of `model` and counts.

    Raises:
        RecipeError: the settings do not fit.
        AdapterError: nor does the adapter that training should start from.
    """
    start = read_start(model, recipe.method)
    words = added_words(model, recipe, start)
    shape = without_numbers(model)
    growth = Growth(shape, words, seed=0) if words else None
    total = shape.parameter_count()
    attachment = recipe.method.attach(shape, seed=0)
    if start:
        start_from(attachment, growth, start)
    trained = attachment.tensors()
    beside = named_tensors(attachment.companions())
    kept = kept_tensors(attachment, growth)
    length = min(recipe.training.sequence_length, attachment.context_length)
    count = window_count(model.count_tokens(recipe.rows), length)
    return Plan(
        method_parameters=_count(trained) - _count(beside),
        trainable=_count(trained),
        total=total,
        adapter_bytes=sum(tensor.numel() * tensor.element_size() for tensor in kept.values()),
        steps=_steps(recipe, count),
        new_words=words,
        words_trainable=any(f"{end}.weight" in trained for end in (shape.embedding_name, shape.head_name)),
    )


def _steps(recipe: Recipe, windows: int) -> int:
    if not recipe.method.learns_by_gradients:
        return len(recipe.rows)  # one prompt after the other
    return steps_of(windows, recipe.training.batch_size, recipe.training.epochs)


def _count(tensors: Mapping[str, Tensor]) -> int:
    return sum(tensor.numel() for tensor in tensors.values())
