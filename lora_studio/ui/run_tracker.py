"""Where the run in progress stands, told from its events."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from lora_studio.core.errors import StudioError
from lora_studio.core.events import Counted, Event, Failed, Finished, Saved, Started, Step
from lora_studio.core.recipe import Recipe

PROGRESS_INTERVAL = 0.2  # seconds; more often than this nobody reads a step count, but every widget would redraw
FEWEST_STEPS_TO_TELL = 5  # before that, the time left would be a guess


@dataclass(frozen=True, slots=True)
class RunState:
    """`phase` is "idle", "starting", "running", "paused" or "stopping". `seconds_left` is None until it can be told."""

    phase: str = "idle"
    step: int = 0
    steps: int = 0
    seconds_left: float | None = None

    @property
    def active(self) -> bool:
        return self.phase != "idle"


class RunTracker(QObject):
    """Follows one run after the other; one `changed` per batch of events."""

    changed = Signal(object)  # RunState
    began_or_ended = Signal()  # the list of variants is another
    saved = Signal(object)  # Receipt
    failed = Signal(object)  # StudioError

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = RunState()
        self._running_seconds = 0.0
        self._since: float | None = None
        self._told = 0.0
        self.recipe: Recipe | None = None  # of this run, or of the last one
        self.events: list[Event] = []  # of the same: a new window draws them again

    def starting(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self._set(RunState("starting"))

    def could_not_start(self, _: StudioError) -> None:
        self._set(RunState())

    def pause(self) -> bool:
        """Whether there was something to pause."""
        if self.state.phase != "running":
            return False
        self._stop_clock()
        self._set(replace(self.state, phase="paused"))
        return True

    def resume(self) -> bool:
        """Whether there was something to go on with."""
        if self.state.phase != "paused":
            return False
        self._since = time.monotonic()
        self._set(replace(self.state, phase="running"))
        return True

    def stopping(self) -> None:
        self._set(replace(self.state, phase="stopping"))

    def take(self, events: list[Event]) -> None:
        """A batch of events, in order."""
        state = self.state
        for event in events:
            if isinstance(event, Started):
                self.events.clear()
            self.events.append(event)
            if isinstance(event, Step | Counted):
                state = replace(state, step=event.step)
            elif isinstance(event, Started):
                state = self._began(event)
            elif isinstance(event, Saved):
                self.saved.emit(event.receipt)
            elif isinstance(event, Finished | Failed):
                state = self._ended(event)
        if state.active:
            state = replace(state, seconds_left=self._seconds_left(state))
        if state.phase == self.state.phase and time.monotonic() - self._told < PROGRESS_INTERVAL:
            self.state = state  # known to whoever asks, told with the next batch
        else:
            self._set(state)

    def _began(self, event: Started) -> RunState:
        self._running_seconds, self._since = 0.0, time.monotonic()
        self.began_or_ended.emit()
        return RunState("stopping" if self.state.phase == "stopping" else "running", 0, event.steps)

    def _ended(self, event: Finished | Failed) -> RunState:
        self._since = None
        self.began_or_ended.emit()
        if isinstance(event, Failed):
            self.failed.emit(event.error)
        return RunState()

    def _seconds_left(self, state: RunState) -> float | None:
        if state.step < FEWEST_STEPS_TO_TELL:
            return None
        running = self._running_seconds + (time.monotonic() - self._since if self._since is not None else 0.0)
        return running / state.step * (state.steps - state.step)

    def _stop_clock(self) -> None:
        if self._since is not None:
            self._running_seconds += time.monotonic() - self._since
            self._since = None

    def _set(self, state: RunState) -> None:
        if state != self.state:
            self.state = state
            self._told = time.monotonic()
            self.changed.emit(state)
