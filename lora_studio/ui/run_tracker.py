"""Where the run in progress stands, told from its events."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from lora_studio.core.events import Counted, Event, Failed, Finished, Preparing, Saved, Started, Step
from lora_studio.core.recipe import Recipe
from lora_studio.ui.told_events import ToldEvents
from lora_studio.ui.translations import RunFailedError

PROGRESS_INTERVAL = 0.2  # seconds; more often than this nobody reads a step count, but every widget would redraw
SPEED_SECONDS = 10.0  # of training over which the speed is told
LEAST_SECONDS = 1.0  # of training before it is
FEWEST_STEPS_TO_TELL = 5  # before that, the time left would be a guess


@dataclass(frozen=True, slots=True)
class RunState:
    """`phase` is "idle", "starting", "running", "paused" or "stopping". `seconds_left` is None until it can be told.

    `preparing` is what is done before the first step and takes a while; None once there is one. `speed` is in tokens a
    second over the last seconds, None until it can be told.
    """

    phase: str = "idle"
    step: int = 0
    steps: int = 0
    seconds_left: float | None = None
    preparing: Preparing | None = None
    speed: float | None = None

    @property
    def active(self) -> bool:
        return self.phase != "idle"


class RunTracker(QObject):
    """Follows one run after the other; one `changed` per batch of events."""

    changed = Signal(object)  # RunState
    events_taken = Signal(list)  # list[Event]
    began_or_ended = Signal()  # the list of variants is another
    saved = Signal(object)  # Receipt
    failed = Signal(object)  # StudioError

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = RunState()
        self._running_seconds = 0.0
        self._since: float | None = None
        self._told = 0.0
        self._speed = _Speed()
        self._first = 0  # the step after which it went on, if it was interrupted
        self.recipe: Recipe | None = None  # of this run, or of the last one
        self.events = ToldEvents()  # of the same: a new window draws them again
        self.variant = ""  # that is being trained

    def starting(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self._set(RunState("starting"))

    def set_starting(self) -> None:
        """A run is about to go on; its recipe is still being read."""
        self._set(RunState("starting"))

    def could_not_start(self) -> None:
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
        self.events_taken.emit(events)
        state = self.state
        for event in events:
            self.events.take(event)
            if isinstance(event, Step | Counted):
                state = replace(state, step=event.step, preparing=None)
                if isinstance(event, Step):
                    self._speed.take(event)
            elif isinstance(event, Preparing):
                state = replace(state, preparing=event)
            elif isinstance(event, Started):
                state = self._began(event)
            elif isinstance(event, Saved):
                self.saved.emit(event.receipt)
            elif isinstance(event, Finished | Failed):
                state = self._ended(event)
        if state.active:
            state = replace(state, seconds_left=self._seconds_left(state), speed=self._speed.tokens_a_second())
        if state.phase == self.state.phase and time.monotonic() - self._told < PROGRESS_INTERVAL:
            self.state = state  # known to whoever asks, told with the next batch
        else:
            self._set(state)

    def _began(self, event: Started) -> RunState:
        self._running_seconds, self._since = 0.0, time.monotonic()
        self._speed = _Speed()
        self.began_or_ended.emit()
        self._first, self.variant = event.first_step, event.variant
        return RunState("stopping" if self.state.phase == "stopping" else "running", self._first, event.steps)

    def _ended(self, event: Finished | Failed) -> RunState:
        self._since, self.variant = None, ""
        self.began_or_ended.emit()
        if isinstance(event, Failed):
            self.failed.emit(RunFailedError(event.variant, event.error) if event.variant else event.error)
        return RunState()

    def _seconds_left(self, state: RunState) -> float | None:
        done = state.step - self._first
        if done < FEWEST_STEPS_TO_TELL:
            return None
        running = self._running_seconds + (time.monotonic() - self._since if self._since is not None else 0.0)
        return running / done * (state.steps - state.step)

    def _stop_clock(self) -> None:
        if self._since is not None:
            self._running_seconds += time.monotonic() - self._since
            self._since = None

    def _set(self, state: RunState) -> None:
        if state != self.state:
            self.state = state
            self._told = time.monotonic()
            self.changed.emit(state)


class _Speed:
    """Of the last seconds of training, pauses left out."""

    def __init__(self) -> None:
        self._steps: deque[tuple[float, int]] = deque()  # seconds since the beginning, and tokens of the step
        self._tokens = 0  # of all but the first

    def take(self, step: Step) -> None:
        if self._steps:
            self._tokens += step.tokens
        self._steps.append((step.seconds, step.tokens))
        while len(self._steps) > 2 and self._steps[-1][0] - self._steps[1][0] > SPEED_SECONDS:
            self._steps.popleft()
            self._tokens -= self._steps[0][1]

    def tokens_a_second(self) -> float | None:
        """None before there is enough to tell."""
        seconds = self._steps[-1][0] - self._steps[0][0] if self._steps else 0.0
        return self._tokens / seconds if seconds >= LEAST_SECONDS else None
