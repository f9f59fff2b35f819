"""Protection: one more term in the loss keeps chosen answers where the base has them.

The term is weight · KL(base ‖ now) in nats, averaged over protected positions; the base's distributions are taken once.

Of a large vocabulary only the base's MOST_KEPT most probable tokens are remembered at each position, and what is left
as one more: 0.8 KiB instead of 600 for 150,000 tokens. Joining tokens can only lower the divergence, so what is
measured is a lower bound; what it cannot see is how the rest's own share moves about within the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from lora_studio.core.data.contradictions import Continuations, open_positions
from lora_studio.core.events import Drifted

Logits = Callable[[Tensor, Tensor | None], Tensor]

NEIGHBOURS_SHARE = 1 / 3  # of the weight; more of it would hold back the correction itself
MOST_AT_ONCE = 64  # rows; of more, others are drawn for each step, and a fixed sample of them is measured
LARGE_VOCABULARY = 8192  # tokens, from which on only the most probable ones are remembered
MOST_KEPT = 64
SCORES_AT_ONCE = 1 << 26  # numbers, of all rows at once; of large vocabularies fewer rows are looked at in a step


@dataclass(frozen=True, slots=True)
class _Said:
    """What the base says at some positions: probabilities, (position, k), and of which tokens.

    `tokens` None: of all in their order. Otherwise (position, k − 1), and the last probability is that of the others.
    """

    probabilities: Tensor
    tokens: Tensor | None

    @classmethod
    def of(cls, probabilities: Tensor) -> _Said:
        """What is worth remembering of distributions, (position, vocabulary)."""
        if probabilities.shape[1] < LARGE_VOCABULARY:
            return cls(probabilities.clone(), None)
        most, tokens = probabilities.topk(MOST_KEPT, dim=-1)
        rest = (1 - most.sum(dim=-1, keepdim=True)).clamp_min(0)
        return cls(torch.cat([most, rest], dim=-1), tokens)

    @classmethod
    def joined(cls, parts: Sequence[_Said]) -> _Said:
        tokens = [part.tokens for part in parts if part.tokens is not None]
        return cls(torch.cat([part.probabilities for part in parts]), torch.cat(tokens) if tokens else None)

    def split(self, sizes: list[int]) -> list[_Said]:
        tokens = [None] * len(sizes) if self.tokens is None else self.tokens.split(sizes)
        return [_Said(*pair) for pair in zip(self.probabilities.split(sizes), tokens, strict=True)]

    def divergence(self, scores: Tensor) -> Tensor:
        """KL(base ‖ now) at each position, (position,); `scores` are (position, vocabulary now)."""
        base, now = self.probabilities, scores.float().log_softmax(dim=-1)
        if self.tokens is None:
            now = now[:, : base.shape[1]]  # words that came later were impossible
        else:
            rest = now.scatter(1, self.tokens, -math.inf).logsumexp(dim=-1, keepdim=True)
            now = torch.cat([now.gather(1, self.tokens), rest], dim=-1)
        return (torch.xlogy(base, base) - base * now).sum(dim=-1)


class Remembered:
    """What the base says along some rows."""

    def __init__(
        self,
        rows: Sequence[Sequence[int]],
        new_rows: Sequence[Sequence[int]],
        base: Logits,
        device: torch.device,
        *,
        varied: bool = False,
        vocabulary: int = 0,
    ) -> None:
        """
        Args:
            rows: token ids; rows of one token have nothing to say.
            new_rows: the rows to be learned; positions that they contradict are left out.
            base: the base's logits, now.
            device: where the rows and what is remembered of them lie.
            vocabulary: how many tokens it has; of a large one fewer rows are looked at in a step.
            varied: the rows are variations of the new ones. How they go on tells nothing about the base, so all
                beginnings that they share with the new rows are left out.
        """
        new = Continuations(new_rows, asked=rows)
        choose = _unshared_positions if varied else open_positions
        sound = [(row, choose(row, new)) for row in rows if len(row) > 1]
        sound = [(row, left_alone) for row, left_alone in sound if any(left_alone)]
        self.rows = len(sound)
        self._ids, self._mask, self._chosen = (tensor.to(device) for tensor in _tensors(sound))
        self.at_once = at_once(self._ids.shape[1], vocabulary)
        self._base = [said for start in range(0, self.rows, self.at_once) for said in self._said(start, base)]
        count = min(self.rows, self.at_once)
        self._sample = self._taken(torch.arange(count) * self.rows // count) if count else None

    def __bool__(self) -> bool:
        return self.rows > 0

    def divergence(self, logits: Logits, rows: Tensor | None = None) -> Tensor:
        """Mean KL(base ‖ now) over the positions of `rows`, by default of a fixed sample; a scalar with a gradient."""
        assert self._sample is not None
        ids, mask, chosen, base = self._sample if rows is None else self._taken(rows)
        return base.divergence(logits(ids, mask)[chosen]).mean()

    def measured(self, logits: Logits) -> float | None:
        """Mean KL over the rows, or over a fixed sample of many; None if there are none, or it is no number."""
        if not self.rows:
            return None
        with torch.inference_mode():
            mean = self.divergence(logits).item()
        return max(0.0, mean) if math.isfinite(mean) else None

    def _taken(self, rows: Tensor) -> tuple[Tensor, Tensor, Tensor, _Said]:
        """Ids, mask and positions of some rows, (row, time), and what the base says at these positions."""
        place = rows.to(self._ids.device)
        mask = self._mask[place]
        width = int(mask.sum(dim=1).max())
        base = _Said.joined([self._base[row] for row in rows.tolist()])
        return self._ids[place, :width], mask[:, :width], self._chosen[place, :width], base

    def _said(self, start: int, base: Logits) -> list[_Said]:
        """What the base says along some rows, from row `start` on; for each of them."""
        rows = slice(start, start + self.at_once)
        chosen = self._chosen[rows]
        with torch.no_grad():  # not in inference mode, what is made in which cannot take part in training
            said = _Said.of(base(self._ids[rows], self._mask[rows])[chosen].float().softmax(dim=-1))
        return said.split(chosen.sum(dim=1).tolist())


def at_once(width: int, vocabulary: int) -> int:
    """How many rows of `width` tokens are looked at in one go."""
    return min(MOST_AT_ONCE, max(1, SCORES_AT_ONCE // max(1, width * vocabulary)))


class Guard:
    """Protects rows while others are learned, and measures how far protected and held-out rows move."""

    def __init__(
        self,
        protected: Remembered,
        held_out: Remembered,
        weight: float,
        seed: int,
        *,
        made_up: bool = False,
        neighbours: Remembered | None = None,
    ) -> None:
        """`weight` 0 measures only. `neighbours` of the new rows are protected too, by a smaller share of it.

        `made_up`: the base made the held-out rows up.
        """
        self._protected = protected
        self._terms = [(some, share) for some, share in ((protected, 1.0), (neighbours, NEIGHBOURS_SHARE)) if some]
        self._held_out = held_out
        self._weight = weight
        self._made_up = made_up
        self.generator = torch.Generator().manual_seed(seed)  # of which rows a step looks at

    def penalty(self, logits: Logits) -> Tensor | None:
        """The term for one step; None if nothing is protected."""
        if not self._weight or not self._terms:
            return None
        terms = [share * some.divergence(logits, self._drawn(some)) for some, share in self._terms]
        return self._weight * torch.stack(terms).sum()

    def _drawn(self, some: Remembered) -> Tensor | None:
        """Which rows one step looks at; None: all."""
        if some.rows <= some.at_once:
            return None
        return torch.randperm(some.rows, generator=self.generator)[: some.at_once]

    def measure(self, step: int, logits: Logits) -> Drifted:
        return Drifted(step, self._protected.measured(logits), self._held_out.measured(logits), self._made_up)


def _unshared_positions(row: Sequence[int], new: Continuations) -> list[bool]:
    """For every item of `row` but the first, whether what stands before it begins none of the new rows."""
    return [not following for following in new.along(row)[:-1]]


def _tensors(rows: Sequence[tuple[Sequence[int], list[bool]]]) -> tuple[Tensor, Tensor, Tensor]:
    """Token ids, where there are any, and which positions count; (row, time) each."""
    width = max((len(row) for row, _ in rows), default=1) - 1
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    mask, chosen = torch.zeros(2, len(rows), width, dtype=torch.bool)
    for index, (row, left_alone) in enumerate(rows):
        ids[index, : len(row) - 1] = torch.tensor(row[:-1])
        mask[index, : len(row) - 1] = True
        chosen[index, : len(row) - 1] = torch.tensor(left_alone)
    return ids, mask, chosen
