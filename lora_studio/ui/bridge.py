"""From the engine's thread to the window's: events are collected and handed over in batches."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from lora_studio.core.errors import unexpected
from lora_studio.core.events import Counted, Event, Started, Step

DRAIN_INTERVAL_MS = 33
MOST_AT_ONCE = 5000  # events, which take the window some 10 ms


class Bridge(QObject):
    """Brings events and finished calls to the window's thread.

    One signal per training step starves both threads, so events wait in a deque that a timer drains; each drain emits
    one list. Replies to what the person did are rare and wanted at once: they wake the window by a queued signal.
    """

    events = Signal(list)  # list[Event], in order
    failed = Signal(object)  # StudioError: a reply could not be taken in
    _wake = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._events: deque[Event] = deque()
        self._earlier: Sequence[Event] = ()
        self._calls: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self._timer = QTimer(self, interval=DRAIN_INTERVAL_MS)
        self._timer.timeout.connect(self._drain_some)
        self._timer.start()
        self._wake.connect(self._drain_some, Qt.ConnectionType.QueuedConnection)

    def post(self, event: Event) -> None:
        """From any thread: hands `event` over with the next drain."""
        self._events.append(event)
        if isinstance(event, Started):
            earlier, self._earlier = self._earlier, ()
            last = event.first_step  # what was measured then is told again
            self._events.extend(e for e in earlier if (s := getattr(e, "step", 0)) < last or _is_step(e, s, last))

    def replay(self, events: Sequence[Event]) -> None:
        """What a run told before it was interrupted: comes after its next Started, up to where it goes on."""
        self._earlier = events

    def call(self, function: Callable[..., None], *arguments: Any) -> None:
        """From any thread: calls `function` in the window's thread, soon, and after all events posted before."""
        self._calls.append((function, arguments))
        self._wake.emit()

    @Slot()
    def _drain_some(self) -> None:
        """As `drain`, a part of it where there is much, such as all that a resumed run has told before."""
        if len(self._events) > MOST_AT_ONCE:  # calls wait: they come after the events that were posted before them
            self.events.emit([self._events.popleft() for _ in range(MOST_AT_ONCE)])
            self._wake.emit()
        else:
            self.drain()

    def drain(self) -> None:
        """Delivers what has arrived. Only what is there now, so that a fast sender cannot hold the window."""
        calls = [self._calls.popleft() for _ in range(len(self._calls))]
        batch = [self._events.popleft() for _ in range(len(self._events))]
        if batch:
            self.events.emit(batch)
        for function, arguments in calls:
            try:
                function(*arguments)
            except Exception as error:  # noqa: BLE001 - one reply that goes wrong must not lose the others
                self.failed.emit(unexpected(error))

    def close(self) -> None:
        self._timer.stop()
        self._events.clear()
        self._calls.clear()


def _is_step(event: Event, step: int, last: int) -> bool:
    return step == last and isinstance(event, Step | Counted)
