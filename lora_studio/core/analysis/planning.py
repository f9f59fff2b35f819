"""What a recipe would train, write and take, counted on a copy of the model that holds shapes but no numbers."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from lora_studio.core.adapters.starting import added_words, read_start, start_from
from lora_studio.core.analysis.available import available_bytes
from lora_studio.core.analysis.calibration import factor_for
from lora_studio.core.analysis.memory import Footprint, footprint
from lora_studio.core.analysis.savings import savings
from lora_studio.core.data.encoding import encode_rows
from lora_studio.core.methods.attachment import Attachment, named_tensors
from lora_studio.core.methods.keeping import kept_tensors
from lora_studio.core.models.describing import weight_bytes
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.shapes import without_numbers
from lora_studio.core.recipe import Recipe
from lora_studio.core.summaries import MemoryPlan, Plan
from lora_studio.core.training.batches import count_windows, steps_of
from lora_studio.core.training.feeding import learned_rows


def plan(model: LanguageModel, recipe: Recipe) -> Plan:
    """Attaches the method to an empty copy of `model` and counts.

    Raises:
        RecipeError: the settings do not fit.
        AdapterError: nor does the adapter that training should start from.
    """
    prepared = _prepared(model, recipe)
    attachment = prepared.attachment
    trained = attachment.tensors()
    beside = named_tensors(attachment.companions())
    kept = kept_tensors(attachment, prepared.growth)
    ends = (attachment.model.embedding_name, attachment.model.head_name)
    return Plan(
        method_parameters=_count(trained) - _count(beside),
        trainable=_count(trained),
        total=prepared.total,
        adapter_bytes=sum(tensor.numel() * tensor.element_size() for tensor in kept.values()),
        steps=_steps(model, recipe, attachment),
        new_words=prepared.words,
        words_trainable=any(f"{end}.weight" in trained for end in ends),
        memory=_memory(model, prepared, recipe),
    )


@dataclass(frozen=True, slots=True)
class Looked:
    """What the memory of a run is made of. `length` is that of its longest window; `measured` is the factor from a
    run like it, None: there was none.
    """

    footprint: Footprint
    length: int
    measured: float | None

    @property
    def factor(self) -> float:
        """As `Footprint.at` takes it."""
        return 1.0 if self.measured is None else self.measured


def looked_at(model: LanguageModel, recipe: Recipe) -> Looked:
    """Raises as `plan`."""
    return _looked(model, _prepared(model, recipe), recipe, model.device)


def plan_of_shape(
    shape: LanguageModel, recipe: Recipe, length: int, device: torch.device, available: int | None
) -> Plan:
    """As `plan`, for a model of which there are only shapes, and rows of `length` tokens; steps are not counted.

    Args:
        shape: on torch's meta device; the method stays attached to it.
        recipe: its rows are left out of account.
        length: cut to what the model reads.
        device: where it would run.
        available: what is there for it; None: not known.
    """
    total = shape.parameter_count()
    attachment = recipe.method.attach(shape, seed=0)
    trained, kept = attachment.tensors(), kept_tensors(attachment, None)
    looked = _looked_at_rows(attachment, recipe, min(length, attachment.context_length), device)
    return Plan(
        method_parameters=_count(trained) - _count(named_tensors(attachment.companions())),
        trainable=_count(trained),
        total=total,
        adapter_bytes=sum(tensor.nbytes for tensor in kept.values()),
        steps=0,
        new_words=(),
        memory=_with_room(looked, recipe, str(device), available),
    )


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A recipe's method on a copy without numbers."""

    attachment: Attachment
    growth: Growth | None
    words: tuple[str, ...]
    total: int


def _prepared(model: LanguageModel, recipe: Recipe) -> _Prepared:
    start = read_start(model, recipe.method)
    words = added_words(model, recipe, start)
    shape = without_numbers(model)
    growth = Growth(shape, words, seed=0) if words else None
    total = shape.parameter_count()
    attachment = recipe.method.attach(shape, seed=0)
    if start:
        start_from(attachment, growth, start)
    return _Prepared(attachment, growth, words, total)


def _memory(model: LanguageModel, prepared: _Prepared, recipe: Recipe) -> MemoryPlan:
    looked = _looked(model, prepared, recipe, model.device)
    there = available_bytes(model.device, taken=weight_bytes(model.network))
    return _with_room(looked, recipe, str(model.device), there)


def _with_room(looked: Looked, recipe: Recipe, device: str, available: int | None) -> MemoryPlan:
    found = looked.footprint.at(device.upper(), factor=looked.factor)
    found = replace(found, available=available, calibrated=looked.measured is not None)
    if found.fits:
        return found
    return replace(found, savings=savings(looked.footprint, recipe, looked.length, looked.factor))


def _looked(model: LanguageModel, prepared: _Prepared, recipe: Recipe, device: torch.device) -> Looked:
    attachment = prepared.attachment
    length = min(recipe.training.sequence_length, attachment.context_length)
    if recipe.training.arrangement != "packed" or not recipe.method.learns_by_gradients:
        length = min(length, _longest(model, recipe))
    return _looked_at_rows(attachment, recipe, length, device)


def _looked_at_rows(attachment: Attachment, recipe: Recipe, length: int, device: torch.device) -> Looked:
    found = footprint(attachment, recipe, max(1, length), device)
    return Looked(found, length, factor_for(attachment.model, recipe, device))


def _longest(model: LanguageModel, recipe: Recipe) -> int:
    """Tokens of the window that the longest row gives, uncut. Raises DataError: a row cannot be written as a chat."""
    longest = heapq.nlargest(3, recipe.rows, key=len)  # reading all of them would take as long as all else
    read = encode_rows(model, longest, completion_only=recipe.training.completion_only)
    return max([*(len(row.ids) - 1 for row in read), 1])


def _steps(model: LanguageModel, recipe: Recipe, attachment: Attachment) -> int:
    if not recipe.method.learns_by_gradients:
        return len(recipe.rows)  # one prompt after the other
    training = recipe.training
    rows = [row for row, _ in learned_rows(recipe)]
    windows = count_windows(model, rows, training, attachment.context_length, attachment.can_pack)
    return steps_of(windows, training.batch_size, training.epochs, training.accumulation)


def _count(tensors: Mapping[str, Tensor]) -> int:
    return sum(tensor.numel() for tensor in tensors.values())
