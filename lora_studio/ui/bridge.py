"""From the engine's thread to the window's: events are collected and handed over in batches."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from lora_studio.core.errors import unexpected
from lora_studio.core.events import Event

DRAIN_INTERVAL_MS = 33


class Bridge(QObject):
    """Brings events and finished calls to the window's thread.

    One signal per training step starves both threads, so events wait in a deque that a timer drains; each drain emits
    one list. Replies to what the person did are rare and wanted at once: they wake the window by a queued signal.
    """

    events = Signal(list)  # list[Event], in order; at most one emission per drain
    failed = Signal(object)  # StudioError: a reply could not be taken in
    _wake = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._events: deque[Event] = deque()
        self._calls: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self._timer = QTimer(self, interval=DRAIN_INTERVAL_MS)
        self._timer.timeout.connect(self.drain)
        self._timer.start()
        self._wake.connect(self.drain, Qt.ConnectionType.QueuedConnection)

    def post(self, event: Event) -> None:
        """From any thread: hands `event` over with the next drain."""
        self._events.append(event)

    def call(self, function: Callable[..., None], *arguments: Any) -> None:
        """From any thread: calls `function` in the window's thread, soon, and after all events posted before."""
        self._calls.append((function, arguments))
        self._wake.emit()

    @Slot()
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
