"""The last state of what trains from which a step had a sensible loss; a run that diverges ends with it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from lora_studio.core.errors import RunError
from lora_studio.core.training.checkpoint import State

MEANINGLESS_LOSS = 1000.0  # nats per token; guessing among 50,000 tokens costs 11
KEEP_EVERY_STEP_BELOW = 1_000_000  # trainable parameters; above, a copy at each step would be felt
KEEP_INTERVAL = 50
LARGE = 200_000_000  # trainable parameters; a copy of so many takes as long as a step or more
LARGE_INTERVAL = 500


def diverged(step: int, loss: float) -> RunError:
    return RunError(
        "Training stopped at step {step}: the loss was {loss}.",
        advice="The last good state was kept. Choose a smaller learning rate.",
        step=step,
        loss=f"{loss:.3g}",
    )


class LastGoodState:
    """A copy of the tensors from just before a step whose loss was a sensible number.

    Of few numbers it is renewed at every step, beside them; of many now and then, in the computer's memory, so that a
    device holds nothing twice.
    """

    def __init__(self, tensors: Sequence[Tensor]) -> None:
        self._tensors = [tensor.detach() for tensor in tensors]  # same storage, so that copying asks for no gradient
        size = sum(tensor.numel() for tensor in self._tensors)
        few = size < KEEP_EVERY_STEP_BELOW
        self._copy = [tensor.to(tensor.device if few else "cpu", copy=True) for tensor in self._tensors]
        self._interval = 1 if few else KEEP_INTERVAL if size < LARGE else LARGE_INTERVAL

    def state(self) -> dict[str, Tensor]:
        """The copy, by number; not copied again."""
        return {f"{index}.good": tensor for index, tensor in enumerate(self._copy)}

    def load_state(self, state: State) -> None:
        for index, tensor in enumerate(self._copy):
            tensor.copy_(state.take(f"{index}.good", tensor))

    def keep(self, step: int) -> None:
        if step % self._interval == 0 and self._tensors:
            torch._foreach_copy_(self._copy, self._tensors)

    def judge(self, step: int, loss: float) -> None:
        """Raises RunError, with the last good state back, if `loss` is no sensible number."""
        if not math.isfinite(loss) or loss > MEANINGLESS_LOSS:
            self.restore()
            raise diverged(step, loss)

    def restore(self) -> None:
        for tensor, copy in zip(self._tensors, self._copy, strict=True):
            tensor.copy_(copy)
