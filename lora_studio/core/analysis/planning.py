"""What a recipe would train and write, counted on a copy of the model that holds shapes but no numbers."""

from __future__ import annotations

import copy

from torch import Tensor, nn

from lora_studio.core.data.windows import window_count
from lora_studio.core.models.growth import Growth, new_words
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.recipe import Recipe
from lora_studio.core.summaries import Plan
from lora_studio.core.training.batches import steps_of


def plan(model: LanguageModel, recipe: Recipe) -> Plan:
    """Attaches the method to an empty copy of `model` and counts. Raises RecipeError: the settings do not fit."""
    words = new_words(model, recipe.rows)
    shape = _without_numbers(model)
    if words:
        Growth(shape, words, seed=0)
    attachment = recipe.method.attach(shape, seed=0)
    whole = (f"{shape.embedding_name}.", f"{shape.head_name}.")
    tensors = attachment.tensors()
    own = [tensor for name, tensor in tensors.items() if not name.startswith(whole)]
    saved: list[Tensor] = [*own]
    if words or len(own) < len(tensors):
        saved += [*shape.embedding.parameters(), *shape.head.parameters()]
    length = min(recipe.training.sequence_length, model.context_length)
    count = window_count(model.count_tokens(recipe.rows), length)
    return Plan(
        method_parameters=_count(own),
        trainable=_count(list(tensors.values())),
        total=shape.parameter_count() - _count(own),
        adapter_bytes=sum(tensor.numel() * tensor.element_size() for tensor in saved),
        steps=steps_of(count, recipe.training.batch_size, recipe.training.epochs),
        new_words=words,
    )


def _count(tensors: list[nn.Parameter]) -> int:
    return sum(tensor.numel() for tensor in tensors)


def _without_numbers(model: LanguageModel) -> LanguageModel:
    """A copy of the seam and its modules whose tensors live on torch's meta device."""
    places = {id(tensor): nn.Parameter(tensor.to("meta"), requires_grad=False) for tensor in model.network.parameters()}
    buffers = {id(tensor): tensor.to("meta") for tensor in model.network.buffers()}
    shape = copy.copy(model)
    shape.network = copy.deepcopy(model.network, {**places, **buffers})
    return shape
