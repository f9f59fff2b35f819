"""Protection: one more term in the loss keeps chosen answers where the base has them.

The term is weight · KL(base ‖ now) in nats, averaged over protected positions; the base's distributions are taken once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from lora_studio.core.data.contradictions import Continuations, open_positions
from lora_studio.core.events import Drifted

Logits = Callable[[Tensor, Tensor | None], Tensor]

MOST_AT_ONCE = 64  # rows; more are drawn anew for each step


@dataclass(frozen=True, slots=True)
class _Part:
    """Some rows: `ids` and `mask` are (row, time), `chosen` (row, time) the positions that count."""

    ids: Tensor
    mask: Tensor
    chosen: Tensor
    base: Tensor  # (position, vocabulary): the base's probabilities at the chosen positions, row by row
    entropy: Tensor  # of the base, mean over the positions


class Remembered:
    """What the base says along some rows."""

    def __init__(
        self, rows: Sequence[Sequence[int]], new_rows: Sequence[Sequence[int]], base: Logits, device: torch.device
    ) -> None:
        """
        Args:
            rows: token ids; rows of one token have nothing to say.
            new_rows: the rows to be learned; positions that they contradict are left out.
            base: the base's logits, now.
        """
        new = Continuations(new_rows)
        sound = [(row, open_positions(row, new)) for row in rows if len(row) > 1]
        sound = [(row, left_alone) for row, left_alone in sound if any(left_alone)]
        self._parts = [
            _part(sound[start : start + MOST_AT_ONCE], base, device) for start in range(0, len(sound), MOST_AT_ONCE)
        ]
        self.rows = len(sound)

    def __bool__(self) -> bool:
        return bool(self._parts)

    @property
    def parts(self) -> int:
        return len(self._parts)

    def divergence(self, logits: Logits, part: int) -> Tensor:
        """Mean KL(base ‖ now) over the positions of one part of the rows; a scalar with a gradient."""
        chosen = self._parts[part]
        scores = logits(chosen.ids, chosen.mask)[chosen.chosen]  # (position, vocabulary now)
        now = scores.float().log_softmax(dim=-1)[:, : chosen.base.shape[1]]  # words that came later were impossible
        return -(chosen.base * now).sum(dim=-1).mean() - chosen.entropy

    def measured(self, logits: Logits) -> float | None:
        """Mean KL over all rows; None if there are none."""
        if not self._parts:
            return None
        with torch.inference_mode():
            sums = [self.divergence(logits, index).item() * len(part.base) for index, part in enumerate(self._parts)]
        return max(0.0, sum(sums) / sum(len(part.base) for part in self._parts))


class Guard:
    """Protects rows while others are learned, and measures how far protected and held-out rows move."""

    def __init__(self, protected: Remembered, held_out: Remembered, weight: float, seed: int) -> None:
        """`weight` 0 measures only."""
        self._protected = protected
        self._held_out = held_out
        self._weight = weight
        self._generator = torch.Generator().manual_seed(seed)

    def penalty(self, logits: Logits) -> Tensor | None:
        """The term for one step; None if nothing is protected."""
        if not self._weight or not self._protected:
            return None
        part = 0
        if self._protected.parts > 1:
            part = int(torch.randint(self._protected.parts, (), generator=self._generator))
        return self._weight * self._protected.divergence(logits, part)

    def measure(self, step: int, logits: Logits) -> Drifted:
        return Drifted(step, self._protected.measured(logits), self._held_out.measured(logits))


def _part(rows: Sequence[tuple[Sequence[int], list[bool]]], base: Logits, device: torch.device) -> _Part:
    width = max(len(row) for row, _ in rows) - 1
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    mask = torch.zeros(len(rows), width, dtype=torch.bool)
    chosen = torch.zeros(len(rows), width, dtype=torch.bool)
    for index, (row, left_alone) in enumerate(rows):
        ids[index, : len(row) - 1] = torch.tensor(row[:-1])
        mask[index, : len(row) - 1] = True
        chosen[index, : len(row) - 1] = torch.tensor(left_alone)
    ids, mask, chosen = ids.to(device), mask.to(device), chosen.to(device)
    with torch.inference_mode():
        probabilities = base(ids, mask)[chosen].float().softmax(dim=-1)
        entropy = -(probabilities * probabilities.clamp_min(torch.finfo(torch.float32).tiny).log()).sum(-1).mean()
    return _Part(ids, mask, chosen, probabilities.clone(), entropy.clone())
