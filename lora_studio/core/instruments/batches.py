"""What one step of a run trained on: its batch, token by token, with what each cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

from lora_studio.core.data import windows
from lora_studio.core.data.encoding import encode_row
from lora_studio.core.errors import RecipeError
from lora_studio.core.instruments.run_variant import recipe_of, variant_of
from lora_studio.core.instruments.time_machine import shown_at
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.recipe import Recipe
from lora_studio.core.training.batches import Batch
from lora_studio.core.training.feeding import learned_rows, training_batches
from lora_studio.core.training.losses import losses_of
from lora_studio.core.training.schedule import updates_per_epoch
from lora_studio.core.variants import Variant, Variants


@dataclass(frozen=True, slots=True)
class BatchToken:
    """`loss` is −log p(token | what stands before it) in nats; None where the run's loss leaves it out."""

    text: str
    loss: float | None

    @property
    def counted(self) -> bool:
        return self.loss is not None


@dataclass(frozen=True, slots=True)
class BatchRow:
    """The tokens of a row that stood in one window; `before` and `after` count those outside."""

    text: str
    dataset: str
    tokens: tuple[BatchToken, ...]
    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class BatchView:
    """The batch of a step, counted from 1, of `steps`. `loss` is the mean over its counted tokens, in nats.

    `measured_at` is the step whose state was asked (the nearest kept one before the step), None: what is shown now.
    `exact` tells that it is the very state that the step began with. `guessing` is what blind guessing costs.
    """

    step: int
    steps: int
    loss: float
    measured_at: int | None
    exact: bool
    guessing: float
    rows: tuple[BatchRow, ...]


def batch_of(variants: Variants, run: Path | None, name: str, step: int) -> BatchView:
    """Makes the batch of a step anew and measures it. Dropout, where a run used it, is left out.

    Args:
        run: the folder of the run; None: `name` is a variant on the board that needs none, such as one that trains now.

    Raises:
        RecipeError: the run has no such step, learned without batches, or does not say what it learned.
        StudioError: its adapter or its states cannot be read.
    """
    with variant_of(variants, run, name) as variant:
        recipe = recipe_of(variant)
        measured_at = max((kept for kept in variant.summary.steps if kept < step), default=None)
        with shown_at(variants, variant, measured_at if variant.summary.steps else variant.summary.step) as attachment:
            order = _order_of(variants, variant, attachment, recipe)
            loss, rows = _measured(attachment, order.batches_of(step))
    guessing = math.log(variants.model.vocabulary_size)
    return BatchView(step, order.steps, loss, measured_at, measured_at == step - 1, guessing, rows)


@dataclass(frozen=True, slots=True)
class Piece:
    """What a window holds of a row of `size` tokens: `tokens` from `start` on. `learned` tells of all but the first."""

    text: str
    dataset: str
    tokens: tuple[int, ...]
    learned: tuple[bool, ...]
    start: int
    size: int


class StepOrder:
    """Which windows each step of a recipe trains on: the order that `Batches` draws from the recipe's seed."""

    def __init__(self, attachment: Attachment, recipe: Recipe) -> None:
        """Raises RecipeError: the method learns without batches."""
        if not recipe.method.learns_by_gradients:
            raise RecipeError("{name} learned without batches.", name=recipe.name)
        self._model = attachment.model
        self._training = recipe.training
        self._rows = learned_rows(recipe)
        self._batches = training_batches(attachment, recipe)
        self._per_epoch = updates_per_epoch(len(self._batches), recipe.training.accumulation)
        self.steps = self._per_epoch * recipe.training.epochs

    def batches_of(self, step: int) -> list[tuple[Batch, list[list[Piece]]]]:
        """The batches of a step, usually one, and what each of their windows is made of.

        Raises RecipeError: there is no such step.
        """
        if not 1 <= step <= self.steps:
            raise RecipeError("The run has {steps} steps; there is no step {step}.", steps=self.steps, step=step)
        epoch, place = divmod(step - 1, self._per_epoch)
        self._batches.generator.manual_seed(self._training.seed)
        for _ in range(epoch):
            self._batches.order()
        together = self._training.accumulation
        chosen = self._batches.order()[place * together : (place + 1) * together]
        return [(self._batches.batch(numbers), [self._pieces(n) for n in numbers.tolist()]) for numbers in chosen]

    def _pieces(self, number: int) -> list[Piece]:
        return [self._piece(part) for part in self._batches.store.cut.windows[number]]

    def _piece(self, part: windows.Piece) -> Piece:
        text, dataset = self._rows[part.row]
        row = encode_row(self._model, text, completion_only=self._training.completion_only)
        inside = slice(part.start, part.start + part.length + 1)
        return Piece(text, dataset, row.ids[inside], row.learned[inside][1:], part.start, len(row.ids))


_ORDERS: WeakKeyDictionary[Variants, tuple[object, StepOrder]] = WeakKeyDictionary()  # the last one asked for


def _order_of(variants: Variants, variant: Variant, attachment: Attachment, recipe: Recipe) -> StepOrder:
    """Counting the tokens of many rows takes long, and one run is looked at step by step."""
    words = variant.growth.words if variant.growth else ()
    key = (words, attachment.context_length, recipe)  # what decides how rows are cut, the quickest to compare first
    there = _ORDERS.get(variants)
    if there is None or there[0] != key:
        there = _ORDERS[variants] = (key, StepOrder(attachment, recipe))
    return there[1]


def _measured(
    attachment: Attachment, batches: Sequence[tuple[Batch, list[list[Piece]]]]
) -> tuple[float, tuple[BatchRow, ...]]:
    """The mean loss over all of a step's targets, in nats, and its rows."""
    tokens = max(1, sum(batch.tokens for batch, _ in batches))
    loss, rows = 0.0, []
    for batch, windows_ in batches:
        losses = losses_of(attachment, batch)
        loss += (losses.total / tokens).item()
        for pieces, each in zip(windows_, losses.each.tolist(), strict=True):
            place = 0
            for piece in pieces:
                count = len(piece.learned)
                rows.append(_row(attachment.model, piece, each[place : place + count]))
                place += count
    return loss, tuple(rows)


def _row(model: LanguageModel, piece: Piece, losses: Sequence[float]) -> BatchRow:
    """The window's first token is only read, so it has no loss."""
    first, *others = piece.tokens
    told = (loss if is_learned else None for loss, is_learned in zip(losses, piece.learned, strict=True))
    tokens = (
        BatchToken(model.token(first), None),
        *(BatchToken(model.token(token), loss) for token, loss in zip(others, told, strict=True)),
    )
    return BatchRow(piece.text, piece.dataset, tokens, piece.start, piece.size - len(tokens) - piece.start)
