"""Where a batch's gradient comes from: the plain way, and the fast ways that are tested against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from lora_studio.core.events import Preparing
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.recipe import TrainingSettings
from lora_studio.core.training.batches import IGNORED, Batch
from lora_studio.core.training.fast_gradients import FastGradients, Ways
from lora_studio.core.training.linear_cross_entropy import ROWS_AT_ONCE

FEW_SCORES = 1 << 20  # of a batch; up to here calls cost more than the memory of all of them is worth
ROWS_ON_A_CPU = 128  # scored at once
# As measured on an H200 (docs/decisions.md): seconds that compiling takes, that a step's launches take without it, the
# operations a second of a step, and the share of a step that compiling saves.
COMPILING, LAUNCHING, RATE, SAVED = 15.0, 0.1, 4e14, 0.35


class Gradients(Protocol):
    """Adds up gradients, batch by batch, in the `grad` of the attachment's tensors."""

    def prepare(self) -> Iterator[Preparing]:
        """What takes a while and is worth showing, such as compiling; to be iterated before the first `add`."""
        ...

    def add(self, batch: Batch, tokens: int) -> Tensor:
        """Adds the gradient of the batch's summed cross-entropy divided by `tokens`.

        Args:
            batch: one of the group of batches that make one update.
            tokens: how many targets the whole group has.

        Returns:
            The batch's part of the group's mean loss, in nats; a scalar that may still be under way on the device.
        """
        ...


class PlainGradients:
    """The reference: all scores at once, one backward pass."""

    def __init__(self, attachment: Attachment) -> None:
        self._attachment = attachment

    def prepare(self) -> Iterator[Preparing]:
        return iter(())

    def add(self, batch: Batch, tokens: int) -> Tensor:
        hidden = self._attachment.hidden(batch.ids, batch.mask, batch.positions)
        scores = self._attachment.model.scores(hidden).flatten(0, 1).float()  # (batch · time, vocabulary)
        loss = F.cross_entropy(scores, batch.targets.flatten(), ignore_index=IGNORED, reduction="sum")
        loss = loss / tokens
        loss.backward()
        return loss.detach()


def make_gradients(attachment: Attachment, settings: TrainingSettings, steps: int) -> Gradients:
    """What suits the model, its device and the length of the run; `steps` are its updates."""
    model = attachment.model
    shape = (settings.batch_size, min(settings.sequence_length, attachment.context_length))
    scores = shape[0] * shape[1] * model.vocabulary_size
    if model.device.type != "cuda":
        if scores <= FEW_SCORES and not settings.checkpointing:
            return PlainGradients(attachment)
        return FastGradients(attachment, Ways(settings.checkpointing, rows_at_once=ROWS_ON_A_CPU), shape)
    ways = Ways(
        checkpointing=settings.checkpointing,
        compiled=_is_worth_compiling(attachment, settings, steps),
        graphed=settings.compilation != "off" and attachment.generator is None,
        # Under checkpointing the scores would be what takes most memory.
        rows_at_once=ROWS_AT_ONCE // 2 if settings.checkpointing else ROWS_AT_ONCE,
    )
    return FastGradients(attachment, ways, shape)


def _is_worth_compiling(attachment: Attachment, settings: TrainingSettings, steps: int) -> bool:
    """Whether the run is long enough to earn back what compiling takes. Dropout has a generator of its own, which a
    compiler cannot follow."""
    if settings.compilation == "off" or attachment.generator is not None:
        return False
    if settings.compilation == "on":
        return True
    tokens = settings.batch_size * settings.sequence_length
    step = LAUNCHING + 4 * attachment.model.parameter_count() * tokens / RATE
    return steps * settings.accumulation * step * SAVED > COMPILING
