"""What of a run goes to its folder, and when: its record, snapshots, checkpoints, and how it ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial

import torch
from torch import Tensor

from lora_studio.core.errors import RecipeError, RunError, StorageError
from lora_studio.core.events import Event, Failed, Finished
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.methods.keeping import kept_tensors, take_over
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.shortage import is_out_of_memory
from lora_studio.core.recipe import Recipe
from lora_studio.core.run_folder import RunFolder
from lora_studio.core.run_record import RunEnd, RunRecord, read_record, stored_error
from lora_studio.core.snapshots import ByTime, most, snapshot_steps, spread, too_many
from lora_studio.core.training.checkpoint import (
    State,
    copied,
    finite_bytes,
    read_checkpoint,
    unusable,
    words_as_tensor,
)
from lora_studio.core.training.loop import Training
from lora_studio.core.variants import Variant

# Of a run that trains more, no state is kept from which it could go on: it is twice in the computer's memory meanwhile.
MOST_CHECKPOINT_BYTES = 6 << 30

_KEPT = "kept."  # before the names of tensors that need not train
_NUMBER = torch.tensor(0.0, dtype=torch.float64)


class Keeping:
    """Keeps one run in its folder. The variant of the run must be the active one wherever it is given."""

    def __init__(self, recipe: Recipe, folder: RunFolder, base_fingerprint: str) -> None:
        self.folder = folder
        self._recipe = recipe
        self._fingerprint = base_fingerprint
        self._there: State | None = None  # the checkpoint that the run goes on from, as far as it was not used yet
        self._fixed: dict[str, Tensor] = {}  # what came with the adapter that the run started from
        self._words: tuple[str, ...] = ()
        self._planned: frozenset[int] | None = frozenset()  # after which steps a snapshot is taken; None: by time
        self._most = 0  # snapshots
        self._by_time: ByTime | None = None
        self._record = RunRecord(name=recipe.name)

    def added_words(self, model: LanguageModel) -> tuple[str, ...] | None:
        """The words that the run in the folder had added to the bare `model`'s vocabulary; None: it begins.

        Raises:
            StorageError: its checkpoint cannot be used.
            RecipeError: it was on another base.
        """
        if not self.folder.was_begun:
            return None
        self._check_base()
        if not self._recipe.method.learns_by_gradients:
            raise unusable("its method learns all at once.")
        self._there = State(read_checkpoint(self.folder.checkpoint))
        words = self._there.take_words("words")
        if len(set(words)) < len(words) or any(model.token_id(word) is not None for word in words):
            raise unusable("its words are those of another base.")
        return words

    def _check_base(self) -> None:
        before = read_record(self.folder.path).base_fingerprint
        if before and self._fingerprint and before != self._fingerprint:
            raise RecipeError(
                "The run in {path} cannot go on: the base {base} is not the one that it began on.",
                advice="Put back the weights that it had then, or run the recipe again.",
                path=self.folder.path, base=self._recipe.base,
            )  # fmt: skip

    @property
    def name(self) -> str:
        """What the run is called: as it was, if it goes on."""
        if self.folder.was_begun:
            with suppress(StorageError):
                return read_record(self.folder.path).name
        return self._recipe.name

    def bring_back(self, attachment: Attachment, growth: Growth | None) -> None:
        """What the adapter that the run started from had brought along. Raises StorageError: it is damaged."""
        if self._there and self._recipe.method.start_folder:
            places = kept_tensors(attachment, growth)
            found = {name: self._there.take(f"{_KEPT}{name}", tensor) for name, tensor in places.items()}
            take_over(attachment, growth, found)

    def take_over(self, training: Training) -> tuple[float, float] | None:
        """Sets `training` to where the folder's checkpoint is; the seconds that it took and its last loss.

        None: it begins. Raises StorageError: the checkpoint cannot be used.
        """
        state, self._there = self._there, None
        if state is None:
            return None
        seconds, loss = (state.take(name, _NUMBER).item() for name in ("seconds", "loss"))
        training.load_state(state)
        return seconds, loss

    def begin(self, variant: Variant, base: str, steps: int, step: int, seconds: float = 0.0) -> None:
        """The run begins, or goes on after `step` and so many seconds. Raises StorageError: it cannot be written."""
        recipe, summary = self._recipe, variant.summary
        self._words = variant.growth.words if variant.growth else ()
        if recipe.method.start_folder:
            self._fixed = {f"{_KEPT}{name}": tensor for name, tensor in _kept(variant).items()}
        # A method without gradients has nothing to show before its end.
        count = min(recipe.training.snapshots, 1000 if recipe.method.learns_by_gradients else 1)
        size = sum(tensor.nbytes for tensor in _kept(variant).values())
        self._plan(steps, count, size, seconds)
        self._record = RunRecord(
            name=variant.name, method=summary.method, data=summary.data, base=base,
            base_fingerprint=self._fingerprint,
            began=datetime.now().astimezone().isoformat(timespec="milliseconds"), steps=steps,
            trainable=summary.trainable, variant=variant.name,
        )  # fmt: skip
        self.folder.begin(recipe, self._record, step, self._planned)
        self.snapshot(variant, step, seconds, at_begin=True)

    def _plan(self, steps: int, count: int, size: int, seconds: float) -> None:
        """Which states are kept: by time where that is wanted, otherwise after planned steps."""
        minutes, self._most = self._recipe.training.snapshot_minutes, most(count, size)
        if minutes and count > 1:
            self._planned, self._by_time = None, ByTime(60 * minutes, seconds)
        else:
            self._planned, self._by_time = spread(steps, count, size), None

    def tell(self, event: Event) -> None:
        """Raises StudioError: something told or kept before could not be written."""
        self.folder.record(event)

    def snapshot(
        self, variant: Variant, step: int, seconds: float = 0.0, *, at_begin: bool = False, at_end: bool = False
    ) -> None:
        """Keeps the state after `step` if it is due; at the end of a run always, unless none are wanted."""
        if self._most and self._is_due(step, seconds, at_begin=at_begin, at_end=at_end):
            state = _if_memory_lasts(lambda: copied(_kept(variant)))
            for file in too_many(self.folder.path, self._most - 1) if self._by_time else ():
                with suppress(OSError):
                    file.unlink()
            if state:
                self.folder.keep_snapshot(step, partial(finite_bytes, state))

    def _is_due(self, step: int, seconds: float, *, at_begin: bool, at_end: bool) -> bool:
        if self._by_time:
            return (at_begin and step == 0) or at_end or self._by_time.is_due(seconds)
        return bool(self._planned) and (at_end or step in (self._planned or ()))

    def checkpoint(self, training: Training, seconds: float, loss: float | None, *, if_due: bool = False) -> None:
        """Keeps the state, between two events, from which the run can go on."""
        if training.state_bytes > MOST_CHECKPOINT_BYTES or (if_due and not self.folder.wants_checkpoint(seconds)):
            return
        begin = time.perf_counter()
        others = {"seconds": _NUMBER + seconds, "loss": _NUMBER + (loss or 0.0), "words": words_as_tensor(self._words)}
        state = _if_memory_lasts(lambda: training.state() | copied(self._fixed))
        make = partial(finite_bytes, state | others) if state else None
        self.folder.keep_checkpoint(make, seconds, time.perf_counter() - begin)

    def end(self, variant: Variant, event: Finished | Failed, step: int, *, cancelled: bool = False) -> None:
        """Brings the folder up to date. Raises StudioError: something could not be written."""
        error = event.error if isinstance(event, Failed) else None
        ended: RunEnd = "failed" if error else "cancelled" if cancelled else "finished"
        summary = variant.summary
        figures = {
            "state": ended,
            "steps_done": step,
            "final_loss": summary.final_loss,
            "forgetting_kl": summary.forgetting_kl,
            "top1_kept": summary.top1_kept,
            "seconds": summary.seconds,
            **stored_error(error),
        }
        # Trained on from just before it diverged, it would diverge again.
        diverged = isinstance(error, RunError) and error.__cause__ is None
        resumable = ended != "finished" and not diverged
        self.folder.end(event, self._record.model_copy(update=figures), resumable=resumable)
        variant.run = self.folder.path
        if self._recipe.method.learns_by_gradients:  # otherwise there is only the result
            variant.summary = replace(summary, steps=snapshot_steps(self.folder.path))


def _if_memory_lasts(copy: Callable[[], dict[str, Tensor]]) -> dict[str, Tensor] | None:
    """What is kept on the way is not worth the end of a run: None if there is no memory for it."""
    try:
        return copy()
    except (MemoryError, RuntimeError) as error:
        if is_out_of_memory(error):
            return None
        raise


def _kept(variant: Variant) -> dict[str, Tensor]:
    assert variant.attachment is not None
    return kept_tensors(variant.attachment, variant.growth)
