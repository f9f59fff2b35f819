"""Which rows made an answer: training rows ranked by what a step on each of them does to the answer.

TracIn (Pruthi et al. 2020, arXiv:2002.08484, eq. 1): the sum over kept states of a run of
learning rate · ∇loss(row) · ∇loss(answer). It takes plain gradient steps for granted; Adam's are scaled otherwise.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from lora_studio.core.data.encoding import encode_row
from lora_studio.core.data.windows import Arrangement
from lora_studio.core.errors import DataError, RecipeError, StudioError
from lora_studio.core.instruments.run_variant import recipe_of
from lora_studio.core.instruments.time_machine import refresh_steps, shown_at
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.training.batches import Batch, Batches
from lora_studio.core.training.feeding import learned_rows
from lora_studio.core.training.losses import SCORES_AT_ONCE, next_token_loss
from lora_studio.core.training.window_store import WindowStore
from lora_studio.core.variants import Variants

MOST_STATES = 12
MOST_ROWS = 2000
MOST_PIECES = 16  # windows of one row
SLICE_SECONDS = 0.03  # between two looks at what else is to be done

T = TypeVar("T")
Gradient = list[Tensor]


@dataclass(frozen=True, slots=True)
class InfluenceRow:
    """`score` > 0: learning the row pushed the answer up. Only the scores' proportions mean something."""

    text: str
    dataset: str
    score: float


@dataclass(frozen=True, slots=True)
class Influence:
    """All judged rows, the most helpful first. `steps` are the kept states that were summed up; empty: one state.

    `rows_left_out` counts those beyond the most that are judged; the judged ones are then chosen evenly. So are the
    windows of `rows_cut` of them, which have more than `MOST_PIECES`.
    """

    variant: str
    prompt: str
    token: str
    rows: tuple[InfluenceRow, ...]
    steps: tuple[int, ...]
    rows_left_out: int
    rows_cut: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """So many of `total` gradients are done."""

    done: int
    total: int


def influence(variants: Variants, name: str, prompt: str, token: str) -> Iterator[Judged | Influence]:
    """Yields progress, and at last the Influence. Between two values the variants are as they were found.

    So other jobs can be done in between, and stopping is not asking on.

    Raises:
        RecipeError: the variant does not train, or does not say what it learned.
        DataError: the prompt or the token cannot be used.
        StorageError: a kept state cannot be read.
        StudioError: its gradients are no numbers.
    """
    refresh_steps(variants)
    question = _Question(variants, name, prompt, token)
    scores = [0.0] * len(question.rows)
    done, total = 0, len(question.states) * len(scores)
    yield Judged(done, total)
    for state in question.states:
        answer: Gradient = []
        index = 0
        while index < len(scores):
            with shown_at(variants, variants.named(name), state) as attachment:
                answer = answer or question.answer_gradient(attachment)
                deadline, late = time.monotonic() + SLICE_SECONDS, False
                while index < len(scores) and not late:
                    scores[index] += question.score(attachment, index, answer)
                    index, done = index + 1, done + 1
                    late = time.monotonic() >= deadline
            yield Judged(done, total)
    yield question.ranked(scores)


class _Question:
    """What is asked, in tokens."""

    def __init__(self, variants: Variants, name: str, prompt: str, token: str) -> None:
        variant = variants.named(name)
        attachment = variant.attachment
        if attachment is None or not attachment.tensors():
            raise RecipeError("{name} has nothing that trains.", advice="Choose a trained variant.", name=name)
        recipe = recipe_of(variant)
        variants.activate(variant)  # its tokenizer
        self._model = attachment.model
        self._name, self._prompt = name, prompt
        self._length = min(recipe.training.sequence_length, attachment.context_length)
        self._training = recipe.training
        rows = learned_rows(recipe)
        self.rows = evenly(rows, MOST_ROWS)
        self._left_out = len(rows) - len(self.rows)
        self._cut: set[str] = set()  # rows with more windows than are looked at
        self._steps = tuple(evenly(variant.summary.steps, MOST_STATES))
        self.states: tuple[int | None, ...] = self._steps or (variant.summary.step,)
        self.token = self._model.as_token(token)
        self._answer = self._asked(prompt, attachment.context_length)

    def answer_gradient(self, attachment: Attachment) -> Gradient:
        """Of −log p(token | prompt), times each tensor's learning rate: what a step on a row is multiplied with."""
        tensors, rates = self._trained(attachment)
        ids, target = self._answer
        hidden = attachment.hidden(ids, torch.ones_like(ids, dtype=torch.bool))[:, -1]
        loss = F.cross_entropy(attachment.model.scores(hidden).float(), target)
        gradient = torch.autograd.grad(loss, tensors, materialize_grads=True)
        if not all(bool(part.isfinite().all()) for part in gradient):
            raise _no_number(self._name)
        return [rate * part for rate, part in zip(rates, gradient, strict=True)]

    def score(self, attachment: Attachment, index: int, answer: Gradient) -> float:
        """The row's gradient times the answer's. Raises StudioError: it is no number."""
        batches = self._batches(self.rows[index][0])
        tokens = sum(batch.tokens for batch in batches)  # 0: such a row teaches nothing
        found = [self._product(attachment, batch, answer) * batch.tokens / tokens for batch in batches if batch.tokens]
        if not all(map(math.isfinite, found)):
            raise _no_number(self._name)
        return math.fsum(found)

    def _product(self, attachment: Attachment, batch: Batch, answer: Gradient) -> float:
        """The gradient of the batch's mean loss times the answer's."""
        loss = next_token_loss(attachment.logits(batch.ids, batch.mask), batch.targets)
        gradient = torch.autograd.grad(loss, self._trained(attachment)[0], materialize_grads=True)
        parts = [(part * other).float().sum() for part, other in zip(gradient, answer, strict=True)]
        return math.fsum(torch.stack(parts).tolist())

    def ranked(self, scores: Sequence[float]) -> Influence:
        found = [InfluenceRow(*row, score) for row, score in zip(self.rows, scores, strict=True)]
        found.sort(key=lambda row: -row.score)
        cut = sum(row.text in self._cut for row in found)
        return Influence(self._name, self._prompt, self.token, tuple(found), self._steps, self._left_out, cut)

    def _asked(self, prompt: str, limit: int) -> tuple[Tensor, Tensor]:
        """The prompt's ids, (1, time), and the token's, (1,)."""
        ids, token_id = self._model.encode(prompt).ids, self._model.token_id(self.token)
        if not 0 < len(ids) <= limit:
            raise DataError(
                "The prompt has {count} tokens; from 1 to {limit} can be read.", count=len(ids), limit=limit
            )
        if token_id is None:
            raise DataError("The vocabulary of {name} has no token “{token}”.", name=self._name, token=self.token)
        device = self._model.device
        return torch.tensor([ids], device=device), torch.tensor([token_id], device=device)

    def _trained(self, attachment: Attachment) -> tuple[list[nn.Parameter], list[float]]:
        """What trains, and how fast."""
        groups = attachment.parameter_groups(self._training.learning_rate)
        pairs = [(tensor, group["lr"]) for group in groups for tensor in group["params"]]
        return [tensor for tensor, _ in pairs], [rate for _, rate in pairs]

    def _batches(self, row: str) -> list[Batch]:
        """The windows that training cuts the row into; of many, some. As many together as their scores have room."""
        model, training = self._model, self._training
        encoded = encode_row(model, row, completion_only=training.completion_only)
        alone: Arrangement = "whole" if training.arrangement == "packed" else training.arrangement
        store = WindowStore.of_rows([encoded], self._length, alone, training.seed)
        chosen = evenly(range(len(store)), MOST_PIECES)
        if len(store) > MOST_PIECES:
            self._cut.add(row)
        if not chosen:
            return []
        size = max(1, SCORES_AT_ONCE // (int(store.lengths.max()) * model.vocabulary_size))
        batches = Batches(store, size, training.seed, model.device, padding=model.padding_id)
        return [batches.batch(some) for some in torch.tensor(chosen).split(size)]


def _no_number(name: str) -> StudioError:
    return StudioError(
        "What made {name} answer so cannot be told: its gradients are too large to be numbers.",
        advice="Choose another variant, or train with a smaller learning rate.",
        name=name,
    )


def evenly(items: Sequence[T], most: int) -> list[T]:
    """At most so many, the first and the last among them."""
    if len(items) <= most:
        return list(items)
    return [items[round(index * (len(items) - 1) / (most - 1))] for index in range(most)]
