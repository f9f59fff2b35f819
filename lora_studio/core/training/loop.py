"""The training loop: a generator of events that knows neither threads nor windows.

Pausing is not pulling; cancelling is `close()`; an exception reaches whoever pulls.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from lora_studio.core.errors import RunError
from lora_studio.core.events import Answer, Drifted, Probed, Step
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.recipe import TrainingSettings
from lora_studio.core.training.batches import IGNORED, Batch, Batches
from lora_studio.core.training.flat_adam import FlatAdam
from lora_studio.core.training.guard import Guard

MEANINGLESS_LOSS = 1000.0  # nats per token; guessing among 50,000 tokens costs 11
KEEP_EVERY_STEP_BELOW = 1_000_000  # trainable parameters; above, a copy at each step would be felt
KEEP_INTERVAL = 50

Measure = Callable[[], tuple[Answer, ...]]


def train(
    attachment: Attachment,
    batches: Batches,
    settings: TrainingSettings,
    measure: Measure | None = None,
    guard: Guard | None = None,
) -> Generator[Step | Probed | Drifted, None, None]:
    """Trains the attachment's tensors in place, one event per step.

    Args:
        measure: what the pinned prompts say now; called before the first step, every `probe_every` steps and at the
            end.
        guard: protects what the base knows by one more term in the loss, and is measured as often.

    Raises:
        RunError: the loss stopped being a number or exploded; the tensors are back at their last good state.
    """
    optimizer = FlatAdam(attachment.parameter_groups(settings.learning_rate))
    good = LastGoodState(optimizer.updated)
    try:
        yield from _steps(attachment, batches, settings, optimizer, good, measure, guard)
    finally:
        optimizer.release()


def _steps(
    attachment: Attachment,
    batches: Batches,
    settings: TrainingSettings,
    optimizer: FlatAdam,
    good: LastGoodState,
    measure: Measure | None,
    guard: Guard | None,
) -> Iterator[Step | Probed | Drifted]:
    last = len(batches) * settings.epochs
    step = 0
    yield from _measured(step, attachment, measure, guard)
    for epoch in range(1, settings.epochs + 1):
        for batch in batches.epoch():
            step += 1
            loss = _step(attachment, batch, optimizer, good, step, guard)
            if step == last:
                _check_result(attachment, batch, good, step)
            yield Step(step, epoch, loss, settings.learning_rate, batch.tokens)
            if step % settings.probe_every == 0 or step == last:
                yield from _measured(step, attachment, measure, guard)


def _measured(
    step: int, attachment: Attachment, measure: Measure | None, guard: Guard | None
) -> Iterator[Probed | Drifted]:
    if measure:
        yield Probed(step, measure())
    if guard:
        yield guard.measure(step, attachment.logits)


def next_token_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy in nats. logits (batch, time, vocabulary); targets (batch, time), IGNORED left out."""
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=IGNORED)


def _step(
    attachment: Attachment, batch: Batch, optimizer: FlatAdam, good: LastGoodState, step: int, guard: Guard | None
) -> float:
    """One update. The value is the loss on the new rows alone, whatever the guard adds to what is minimised."""
    attachment.set_training(True)
    loss = next_token_loss(attachment.logits(batch.ids, batch.mask), batch.targets)
    attachment.set_training(False)
    value = loss.item()
    good.judge(step, value)
    good.keep(step)
    optimizer.zero_grad()
    penalty = guard.penalty(attachment.logits) if guard else None
    (loss if penalty is None else loss + penalty).backward()
    optimizer.step()
    return value


def _check_result(attachment: Attachment, batch: Batch, good: LastGoodState, step: int) -> None:
    """No further step tells of a bad last update, so the batch is asked once more. Raises RunError."""
    with torch.inference_mode():
        loss = next_token_loss(attachment.logits(batch.ids, batch.mask), batch.targets).item()
    good.judge(step, loss)


def diverged(step: int, loss: float) -> RunError:
    return RunError(
        "Training stopped at step {step}: the loss was {loss}.",
        advice="The last good state was kept. Choose a smaller learning rate.",
        step=step,
        loss=f"{loss:.3g}",
    )


class LastGoodState:
    """A copy of the tensors from just before a step whose loss was a sensible number."""

    def __init__(self, tensors: Sequence[Tensor]) -> None:
        self._tensors = [tensor.detach() for tensor in tensors]  # same storage, so that copying asks for no gradient
        self._copy = [tensor.clone() for tensor in self._tensors]
        size = sum(tensor.numel() for tensor in self._tensors)
        self._interval = 1 if size < KEEP_EVERY_STEP_BELOW else KEEP_INTERVAL

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
