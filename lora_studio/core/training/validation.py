"""The rows that are held back: their loss, the best state so far, and when to stop."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from lora_studio.core.events import Validated
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.recipe import TrainingSettings
from lora_studio.core.training.batches import Batches
from lora_studio.core.training.checkpoint import State, copied
from lora_studio.core.training.losses import losses_of

_FIGURES = torch.zeros(4, dtype=torch.float64)  # the step measured last, the best one, its loss, measurements since


class Validation:
    """Measures rows that are not learned. With `keep_best`, the best state so far is in the computer's memory."""

    def __init__(self, attachment: Attachment, batches: Batches, settings: TrainingSettings) -> None:
        self._attachment = attachment
        self._batches = batches
        self._settings = settings
        self._last = -1  # the step measured last
        self._best_step, self._best_loss = -1, math.inf
        self._since = 0  # measurements without a better one
        self._best: dict[str, Tensor] = {}

    def measure(self, step: int) -> Validated:
        """The loss now. A run that goes on measures the step where it had stopped again, which then counts once."""
        loss = self._loss()
        if step > self._last:
            self._last = step
            self._judge(step, loss)
        return Validated(step, loss, step == self._best_step)

    @property
    def is_enough(self) -> bool:
        """Whether it has not become better for as long as the settings have patience."""
        return 0 < self._settings.patience <= self._since

    def put_best_back(self, step: int) -> bool:
        """Sets what trains to the best state, if that is kept and not the one after `step`; whether it did."""
        if not self._best or self._best_step == step:
            return False
        with torch.no_grad():
            for name, tensor in self._attachment.tensors().items():
                if name in self._best:
                    tensor.copy_(self._best[name])
        return True

    @property
    def state_bytes(self) -> int:
        """About the size of `state`."""
        kept = self._attachment.tensors().values() if self._settings.keep_best else ()
        return sum(tensor.nbytes for tensor in kept)

    def state(self) -> dict[str, Tensor]:
        """All that decides how it goes on; not copies."""
        loss = self._best_loss if self._best_step >= 0 else 0.0  # files hold finite numbers only
        figures = torch.tensor([self._last, self._best_step, loss, self._since], dtype=_FIGURES.dtype)
        return {"validation": figures, **{f"best.{name}": tensor for name, tensor in self._best.items()}}

    def load_state(self, state: State) -> None:
        """Takes over what `state` gave. Raises StorageError: it does not fit."""
        last, best, loss, since = state.take("validation", _FIGURES).tolist()
        self._last, self._best_step, self._since = int(last), int(best), int(since)
        self._best_loss = loss if self._best_step >= 0 else math.inf
        if self._settings.keep_best and self._best_step >= 0:
            own = self._attachment.tensors().items()
            self._best = copied({name: state.take(f"best.{name}", tensor.detach()) for name, tensor in own})

    def _judge(self, step: int, loss: float) -> None:
        if loss < self._best_loss:  # never true of what is no number
            self._best_step, self._best_loss, self._since = step, loss, 0
            if self._settings.keep_best:
                self._best = copied(self._attachment.tensors())
        else:
            self._since += 1

    def _loss(self) -> float:
        """In nats a target. The order is the same each time, so that the same state has the same loss bit by bit."""
        self._batches.generator.manual_seed(self._settings.seed)
        total, tokens = torch.zeros((), device=self._attachment.model.device), 0
        for batch in self._batches.epoch():
            total = total + losses_of(self._attachment, batch).total
            tokens += batch.tokens
        return total.item() / max(1, tokens)
