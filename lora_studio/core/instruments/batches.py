"""What one step of a run trained on: its batch, token by token, with what each cost."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from weakref import WeakKeyDictionary

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention

from lora_studio.core.data.windows import Window, window_count, windows
from lora_studio.core.errors import RecipeError
from lora_studio.core.instruments.run_variant import recipe_of, variant_of
from lora_studio.core.instruments.time_machine import shown_at
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.recipe import Recipe
from lora_studio.core.training.batches import IGNORED, Batch
from lora_studio.core.training.loop import next_token_loss
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
            pieces = order.pieces_of(step)
            batch = batch_of_windows([piece.window for piece in pieces], attachment.model.device)
            loss, losses = _losses(attachment, batch)
            rows = tuple(_row(attachment.model, piece, found) for piece, found in zip(pieces, losses, strict=True))
    guessing = math.log(variants.model.vocabulary_size)
    return BatchView(step, order.steps, loss, measured_at, measured_at == step - 1, guessing, rows)


@dataclass(frozen=True, slots=True)
class Piece:
    """A window, the row that it was cut from, and where in it the window begins."""

    text: str
    dataset: str
    ids: tuple[int, ...]
    start: int
    window: Window


class StepOrder:
    """Which windows each step of a recipe trains on: the order that `Batches` draws from the recipe's seed."""

    def __init__(self, attachment: Attachment, recipe: Recipe) -> None:
        """Raises RecipeError: the method learns without batches."""
        if not recipe.method.learns_by_gradients:
            raise RecipeError("{name} learned without batches.", name=recipe.name)
        self._model = attachment.model
        self._training = recipe.training
        self._length = min(recipe.training.sequence_length, attachment.context_length)
        self._rows = [(row, dataset.name) for dataset in recipe.datasets for row in dataset.rows if row]
        counts = self._model.count_tokens([row for row, _ in self._rows])
        self._ends = list(accumulate(window_count([count], self._length) for count in counts))
        self._per_epoch = math.ceil(self._ends[-1] / self._training.batch_size)
        self.steps = self._per_epoch * self._training.epochs

    def pieces_of(self, step: int) -> list[Piece]:
        """In the batch's order. Raises RecipeError: there is no such step."""
        if not 1 <= step <= self.steps:
            raise RecipeError("The run has {steps} steps; there is no step {step}.", steps=self.steps, step=step)
        epoch, place = divmod(step - 1, self._per_epoch)
        generator = torch.Generator().manual_seed(self._training.seed)
        for _ in range(epoch):
            torch.randperm(self._ends[-1], generator=generator)
        chosen = torch.randperm(self._ends[-1], generator=generator).split(self._training.batch_size)[place]
        return [self._piece(index) for index in chosen.tolist()]

    def _piece(self, index: int) -> Piece:
        row = bisect_right(self._ends, index)
        start = index - (self._ends[row - 1] if row else 0)
        text, dataset = self._rows[row]
        ids = self._model.encode(text).ids
        return Piece(text, dataset, ids, start, windows([ids], self._length)[start])


_ORDERS: WeakKeyDictionary[Variants, tuple[object, StepOrder]] = WeakKeyDictionary()  # the last one asked for


def _order_of(variants: Variants, variant: Variant, attachment: Attachment, recipe: Recipe) -> StepOrder:
    """Counting the tokens of many rows takes long, and one run is looked at step by step."""
    words = variant.growth.words if variant.growth else ()
    key = (words, attachment.context_length, recipe)  # what decides how rows are cut, the quickest to compare first
    there = _ORDERS.get(variants)
    if there is None or there[0] != key:
        there = _ORDERS[variants] = (key, StepOrder(attachment, recipe))
    return there[1]


def batch_of_windows(cut: Sequence[Window], device: torch.device) -> Batch:
    """The windows as one padded batch, in this order."""
    lengths = [len(window.inputs) for window in cut]
    ids = torch.zeros(len(cut), max(lengths), dtype=torch.long)
    targets = torch.full_like(ids, IGNORED)
    for row, window in enumerate(cut):
        ids[row, : lengths[row]] = torch.tensor(window.inputs)
        targets[row, : lengths[row]] = torch.tensor(window.targets)
    targets = targets.to(device)
    return Batch(ids.to(device), targets, targets != IGNORED, sum(lengths))


def _losses(attachment: Attachment, batch: Batch) -> tuple[float, list[list[float]]]:
    """The batch's mean loss, and the loss of each target token of each window, in nats."""
    with torch.inference_mode():
        scores = attachment.logits(batch.ids, batch.mask)
        mean = next_token_loss(scores, batch.targets).item()
        each = F.cross_entropy(scores.float().transpose(1, 2), batch.targets, ignore_index=IGNORED, reduction="none")
    return mean, [row[kept].tolist() for row, kept in zip(each.cpu(), batch.mask.cpu(), strict=True)]


def _row(model: LanguageModel, piece: Piece, losses: Sequence[float]) -> BatchRow:
    """The window's first token is only read, so it has no loss."""
    first, *_ = piece.window.inputs
    tokens = (
        BatchToken(model.token(first), None),
        *(BatchToken(model.token(target), loss) for target, loss in zip(piece.window.targets, losses, strict=True)),
    )
    outside = len(piece.ids) - len(tokens)
    return BatchRow(piece.text, piece.dataset, tokens, piece.start, outside - piece.start)
