"""The training loop: a generator of events that knows neither threads nor windows.

Pausing is not pulling; cancelling is `close()`; an exception reaches whoever pulls.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import islice

import torch
from torch import Tensor

from lora_studio.core.events import Answer, Drifted, Preparing, Probed, Step, Validated
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.recipe import TrainingSettings
from lora_studio.core.training.batches import Batch, Batches
from lora_studio.core.training.checkpoint import State, copied, unusable
from lora_studio.core.training.flat_adam import FlatAdam
from lora_studio.core.training.gradients import make_gradients
from lora_studio.core.training.guard import Guard
from lora_studio.core.training.last_good import LastGoodState
from lora_studio.core.training.losses import losses_of
from lora_studio.core.training.schedule import share, updates_per_epoch
from lora_studio.core.training.validation import Validation

Measure = Callable[[], tuple[Answer, ...]]
Told = Preparing | Step | Probed | Drifted | Validated


def train(
    attachment: Attachment,
    batches: Batches,
    settings: TrainingSettings,
    measure: Measure | None = None,
    guard: Guard | None = None,
) -> Generator[Told, None, None]:
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
        validation: Validation | None = None,
    ) -> None:
        """
        Args:
            attachment: what trains.
            batches: what it learns; `accumulation` of them make one step.
            settings: how.
            measure: what the pinned prompts say now; called before the first step, every `probe_every` steps and at
                the end.
            guard: protects what the base knows by one more term in the loss, and is measured as often.
            validation: rows that are not learned; measured as often, too.
        """
        self._attachment = attachment
        self._batches = batches
        self._settings = settings
        self._measure = measure
        self._guard = guard
        self._validation = validation
        self._optimizer = FlatAdam(attachment.parameter_groups(settings.learning_rate), settings.weight_decay)
        self._good = LastGoodState(self._optimizer.updated)
        self._per_epoch = updates_per_epoch(len(batches), settings.accumulation)
        self.steps = self._per_epoch * settings.epochs
        self._gradients = make_gradients(attachment, settings, self.steps)
        self.step = 0  # the last one that is done
        self.released = False

    def events(self) -> Generator[Told, None, None]:
        """One event per step; what is to be measured at the step where it begins comes first.

        Ends early when the validation loss has not improved for as long as the settings have patience.

        Raises:
            RunError: the loss stopped being a number or exploded; the tensors are back at their last good state.
        """
        try:
            yield from self._gradients.prepare()
            yield from self._measured()
            begun = max(0, self.step - 1) // self._per_epoch  # an epoch ends with its last step, not before the next
            done = self.step - begun * self._per_epoch
            for epoch in range(begun + 1, self._settings.epochs + 1):
                for group in self._groups(done):
                    if self.stopped_early:
                        return
                    yield self._next_step(epoch, group)
                    yield from self._measured()
                done = 0
        finally:
            self.release()

    @property
    def stopped_early(self) -> bool:
        """Whether it ended, or is to end, because the validation loss did not improve any more."""
        return self._validation is not None and self._validation.is_enough and self.step < self.steps

    def put_best_back(self) -> tuple[Probed | Drifted, ...]:
        """Sets what trains to the state of the lowest validation loss, if the settings say so.

        What was asked last was another state then; the value is what this one says.
        """
        if self._validation and self._validation.put_best_back(self.step):
            return tuple(self._asked())
        return ()

    def release(self) -> None:
        """Gives every tensor its own memory again, and lets go of gradients and of what Adam remembers."""
        if not self.released:
            self.released = True  # first: on a device that has gone, the rest fails
            self._optimizer.release()

    @property
    def state_bytes(self) -> int:
        """About the size of `state`: what trains, its last good and its best state, and Adam's two averages."""
        own = 4 * sum(tensor.nbytes for tensor in self._optimizer.updated)
        return own + (self._validation.state_bytes if self._validation else 0)

    def state(self) -> dict[str, Tensor]:
        """All that decides how it goes on, as copies in the computer's memory."""
        found = {**self._optimizer.state(), **self._good.state(), "order": self._batches.before}
        found |= {name: generator.get_state() for name, generator in self._generators().items()}
        found |= self._validation.state() if self._validation else {}
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
        if self._validation:
            self._validation.load_state(state)
        state.end()
        self.step = step

    def _generators(self) -> dict[str, torch.Generator]:
        found = {"dropout": self._attachment.generator, "guard": self._guard.generator if self._guard else None}
        return {name: generator for name, generator in found.items() if generator is not None}

    def _groups(self, done: int) -> Iterator[list[Batch]]:
        """The batches of an epoch, as many together as make one step, without the first `done` steps."""
        batches = self._batches.epoch(done * self._settings.accumulation)
        while group := list(islice(batches, self._settings.accumulation)):
            yield group

    def _next_step(self, epoch: int, group: Sequence[Batch]) -> Step:
        step, tokens = self.step + 1, sum(batch.tokens for batch in group)
        part = share(self._settings, step, self.steps)
        loss = self._learn(step, group, tokens, part)
        if step == self.steps:  # no further step tells of a bad last update, so a batch is asked once more
            self._good.judge(step, losses_of(self._attachment, group[-1]).mean)
        self.step = step
        return Step(step, epoch, loss, self._settings.learning_rate * part, tokens)

    def _learn(self, step: int, group: Sequence[Batch], tokens: int, part: float) -> float:
        """One update. The value is the loss on the new rows alone, whatever the guard adds to what is minimised.

        All of it is under way on the device before the loss is waited for.
        """
        self._optimizer.zero_grad()
        parts = self._gradients_of(group, max(1, tokens))
        penalty = self._guard.penalty(self._attachment.logits) if self._guard else None
        if penalty is not None:
            penalty.backward()
        loss = float(sum(part.item() for part in parts))
        self._good.judge(step, loss)
        self._good.keep(step)
        if self._settings.clipping:
            self._optimizer.clip(self._settings.clipping)
        self._optimizer.step(part)
        return loss

    def _gradients_of(self, group: Sequence[Batch], tokens: int) -> list[Tensor]:
        """Adds up the gradients of the group's mean loss; each batch's part of it."""
        self._attachment.set_training(True)
        try:
            return [self._gradients.add(batch, tokens) for batch in group]
        finally:
            self._attachment.set_training(False)

    def _measured(self) -> Iterator[Probed | Drifted | Validated]:
        if self.step % self._settings.probe_every and self.step != self.steps:
            return
        if self._validation:
            validated = self._validation.measure(self.step)
            self._good.judge(self.step, validated.loss)
            yield validated
        yield from self._asked()

    def _asked(self) -> Iterator[Probed | Drifted]:
        if self._measure:
            yield Probed(self.step, self._measure())
        if self._guard:
            yield self._guard.measure(self.step, self._attachment.logits)
