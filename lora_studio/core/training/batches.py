"""Windows as padded tensors, in an order that a seed decides."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from lora_studio.core.data.windows import Window

IGNORED = -100  # a target that the loss leaves out


@dataclass(frozen=True, slots=True)
class Batch:
    """`ids`, `targets` and `mask` are (batch, time); `targets` is IGNORED and `mask` False where there is padding."""

    ids: Tensor
    targets: Tensor
    mask: Tensor
    tokens: int


class Batches:
    """All windows as one padded tensor, and batches of it in a new order each epoch."""

    def __init__(self, windows: Sequence[Window], batch_size: int, seed: int, device: torch.device) -> None:
        self.batch_size = batch_size
        self._lengths = [len(window.inputs) for window in windows]
        width = max(self._lengths)
        self._ids = torch.tensor([_padded(w.inputs, width, 0) for w in windows], device=device)
        self._targets = torch.tensor([_padded(w.targets, width, IGNORED) for w in windows], device=device)
        self.generator = torch.Generator().manual_seed(seed)
        self.before = self.generator.get_state()  # from which the order of the current epoch was drawn

    def __len__(self) -> int:
        """Batches per epoch."""
        return math.ceil(len(self._lengths) / self.batch_size)

    def epoch(self, done: int = 0) -> Iterator[Batch]:
        """The batches of one pass in an order drawn anew, without the first `done`."""
        self.before = self.generator.get_state()
        order = torch.randperm(len(self._lengths), generator=self.generator)
        for chosen in torch.split(order, self.batch_size)[done:]:
            yield self._batch(chosen)

    def _batch(self, chosen: Tensor) -> Batch:
        lengths = [self._lengths[index] for index in chosen.tolist()]
        width = max(lengths)
        place = chosen.to(self._ids.device)
        targets = self._targets[place, :width]
        return Batch(self._ids[place, :width], targets, targets != IGNORED, sum(lengths))


def steps_of(window_count: int, batch_size: int, epochs: int) -> int:
    """How many optimizer steps a run takes."""
    return math.ceil(window_count / batch_size) * epochs


def _padded(ids: tuple[int, ...], width: int, filler: int) -> list[int]:
    return [*ids, *[filler] * (width - len(ids))]
