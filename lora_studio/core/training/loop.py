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
from lora_studio.core.training.checkpoint import State, copied, unusable
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

    As `Training`, in one call. Raises RunError.
    """
    yield from Training(attachment, batches, settings, measure, guard).events()


class Training:
    """Trains the attachment's tensors in place; their memory is its own from here on until `release`.

    Between two events its `state` can be kept. Another one of the same arguments that has taken it over by
    `load_state` goes on from there, to the same numbers bit by bit on the same machine.
    """

    def __init__(
        self,
        attachment: Attachment,
        batches: Batches,
        settings: TrainingSettings,
        measure: Measure | None = None,
        guard: Guard | None = None,
    ) -> None:
        """
        Args:
            measure: what the pinned prompts say now; called before the first step, every `probe_every` steps and at
                the end.
            guard: protects what the base knows by one more term in the loss, and is measured as often.
        """
        self._attachment = attachment
        self._batches = batches
        self._settings = settings
        self._measure = measure
        self._guard = guard
        self._optimizer = FlatAdam(attachment.parameter_groups(settings.learning_rate))
        self._good = LastGoodState(self._optimizer.updated)
        self.steps = len(batches) * settings.epochs
        self.step = 0  # the last one that is done

    def events(self) -> Generator[Step | Probed | Drifted, None, None]:
        """One event per step; what is to be measured at the step where it begins comes first.

        Raises:
            RunError: the loss stopped being a number or exploded; the tensors are back at their last good state.
        """
        try:
            yield from self._measured()
            per_epoch = len(self._batches)
            begun = max(0, self.step - 1) // per_epoch  # an epoch ends with its last step, not before the next
            done = self.step - begun * per_epoch
            for epoch in range(begun + 1, self._settings.epochs + 1):
                for batch in self._batches.epoch(done):
                    yield self._next_step(epoch, batch)
                    yield from self._measured()
                done = 0
        finally:
            self.release()

    def release(self) -> None:
        """Gives every tensor its own memory again."""
        self._optimizer.release()

    @property
    def state_bytes(self) -> int:
        """About the size of `state`: what trains, its last good state, and Adam's two averages."""
        return 4 * sum(tensor.nbytes for tensor in self._optimizer.updated)

    def state(self) -> dict[str, Tensor]:
        """All that decides how it goes on, as copies in the computer's memory."""
        found = {**self._optimizer.state(), **self._good.state(), "order": self._batches.before}
        found |= {name: generator.get_state() for name, generator in self._generators().items()}
        return copied({**found, "step": torch.tensor(self.step)})

    def load_state(self, state: State) -> None:
        """Takes over what `state` gave, before the first event. Raises StorageError: it does not fit."""
        step = int(state.take("step", torch.tensor(0)))
        if not 0 <= step <= self.steps:
            raise unusable(f"step {step} of {self.steps}.")
        self._optimizer.load_state(state)
        self._good.load_state(state)
        state.take_generator("order", self._batches.generator)
        for name, generator in self._generators().items():
            state.take_generator(name, generator)
        state.end()
        self.step = step

    def _generators(self) -> dict[str, torch.Generator]:
        found = {"dropout": self._attachment.generator, "guard": self._guard.generator if self._guard else None}
        return {name: generator for name, generator in found.items() if generator is not None}

    def _next_step(self, epoch: int, batch: Batch) -> Step:
        step = self.step + 1
        loss = _step(self._attachment, batch, self._optimizer, self._good, step, self._guard)
        if step == self.steps:
            _check_result(self._attachment, batch, self._good, step)
        self.step = step
        return Step(step, epoch, loss, self._settings.learning_rate, batch.tokens)

    def _measured(self) -> Iterator[Probed | Drifted]:
        if self.step % self._settings.probe_every and self.step != self.steps:
            return
        if self._measure:
            yield Probed(self.step, self._measure())
        if self._guard:
            yield self._guard.measure(self.step, self._attachment.logits)


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
