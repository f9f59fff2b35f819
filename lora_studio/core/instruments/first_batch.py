"""The first batch that a recipe would train on, token by token: made by the code that makes it for a run."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

import torch

from lora_studio.core.adapters.starting import added_words, read_start
from lora_studio.core.data.encoding import Marks
from lora_studio.core.errors import RecipeError
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.shapes import without_numbers
from lora_studio.core.recipe import Recipe
from lora_studio.core.summaries import FirstBatch, FirstBatchToken
from lora_studio.core.training.batches import IGNORED, Batch, Batches, make_batches
from lora_studio.core.training.feeding import learned_rows

_LAST: WeakKeyDictionary[LanguageModel, tuple[object, FirstBatch]] = WeakKeyDictionary()  # most dials change nothing


def first_batch(model: LanguageModel, recipe: Recipe) -> FirstBatch:
    """Reads the rows as a run does, in the order that the seed decides.

    Args:
        model: the bare base, with nothing attached.

    Raises:
        RecipeError: the settings do not fit, or the method learns without batches.
        DataError: nothing in the rows is learned, or one cannot be written as a chat.
        AdapterError: the adapter that training should start from does not fit.
    """
    if not recipe.method.learns_by_gradients:
        raise RecipeError("{name} learns without batches.", name=recipe.method.title)
    words = added_words(model, recipe, read_start(model, recipe.method))
    shape = without_numbers(model)
    if words:
        Growth(shape, words, seed=0)
    attachment = recipe.method.attach(shape, seed=0)  # virtual tokens take their part of the context
    rows = tuple(row for row, _ in learned_rows(recipe))
    training = recipe.training
    length, can_pack = attachment.context_length, attachment.can_pack
    shaping = (training.batch_size, training.sequence_length, training.seed, training.arrangement)
    key = (words, length, can_pack, *shaping, training.completion_only, training.bucketing, rows)
    there = _LAST.get(model)
    if there is None or there[0] != key:
        batches = make_batches(shape, rows, training, length, can_pack, torch.device("cpu"))
        there = _LAST[model] = (key, _shown(shape, batches, completion_only=training.completion_only))
    return there[1]


def _shown(model: LanguageModel, batches: Batches, *, completion_only: bool) -> FirstBatch:
    store, first = batches.store, batches.order()[0]
    namer = _Namer(model, completion_only=completion_only)
    batch = batches.batch(first)
    return FirstBatch(
        rows=tuple(tuple(namer.tokens(batch, row)) for row in range(len(first))),
        batches=len(batches),
        template=store.template,
        cut_rows=len(store.cut.shortened),
        left_out=len(store.cut.left_out),
        learned_whole=store.learned_whole,
        first_row=tuple(store.cut.windows[number][0].row for number in first.tolist()),
    )


class _Namer:
    """Tells of a batch's tokens what training does with them."""

    def __init__(self, model: LanguageModel, *, completion_only: bool) -> None:
        marks = Marks(model)
        self._model = model
        self._marks = marks.special | frozenset(model.begin_ids)
        self._ends = marks.special if completion_only else marks.stops

    def tokens(self, batch: Batch, row: int) -> Iterator[FirstBatchToken]:
        """Each of the row's tokens, and behind the last one of each text what is to follow it."""
        ids, targets, mask = batch.ids[row].tolist(), batch.targets[row].tolist(), batch.mask[row].tolist()
        positions = list(range(len(ids))) if batch.positions is None else batch.positions[row].tolist()
        for place, (number, position) in enumerate(zip(ids, positions, strict=True)):
            if not mask[place]:
                yield FirstBatchToken(self._model.token(number), number, "padding", is_target=False, position=position)
                continue
            yield self._token(number, position, is_target=position > 0 and targets[place - 1] != IGNORED)
            is_last = place + 1 == len(ids) or not mask[place + 1] or positions[place + 1] == 0
            if is_last and targets[place] != IGNORED:
                yield self._token(targets[place], position + 1, is_target=True)

    def _token(self, number: int, position: int, *, is_target: bool) -> FirstBatchToken:
        if is_target:
            role = "end" if number in self._ends else "learned"
        else:
            role = "special" if number in self._marks else "prompt"
        return FirstBatchToken(self._model.token(number), number, role, is_target, position)
