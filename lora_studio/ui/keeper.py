"""Keeps what a person edits: changes are written shortly after they are made, away from the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from lora_studio.core.errors import StudioError, unexpected
from lora_studio.ui.bridge import Bridge

DELAY_MS = 400
RETRY_MS = 10_000

Snapshot = Callable[[], Callable[[], None]]


class Keeper(QObject):
    """Collects what has to be written under a key, so that only the newest version of each thing is.

    What could not be written is said, kept, and tried again later and at the end.
    """

    problem = Signal(object)  # StudioError

    def __init__(self, bridge: Bridge, parent: QObject | None = None, *, read_only: bool = False) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._waiting: dict[str, Snapshot] = {}
        self._closed = False
        self._read_only = read_only
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self.flush)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="keeper")  # one, so that writes keep their order

    def keep(self, key: str, snapshot: Snapshot) -> None:
        """Calls `snapshot` soon, in the window's thread; the write that it returns runs on another."""
        if self._read_only:
            return
        if self._closed:
            snapshot()()  # nobody comes by any more
            return
        self._waiting[key] = snapshot
        if not self._timer.isActive():
            self._timer.start(DELAY_MS)

    def flush(self) -> None:
        """Begins at once with what waits."""
        if self._closed:
            return
        waiting, self._waiting = self._waiting, {}
        for key, snapshot in waiting.items():
            self._writer.submit(snapshot()).add_done_callback(partial(self._written, key, snapshot))

    def close(self) -> list[StudioError]:
        """Writes what is waiting, and returns what could not be written when all else is on disk."""
        self._timer.stop()
        self._closed = True
        self._writer.shutdown(wait=True)
        self._bridge.drain()  # brings back what failed a moment ago
        problems = []
        for snapshot in self._waiting.values():
            try:
                snapshot()()
            except StudioError as error:
                problems.append(error)
        return problems

    def _written(self, key: str, snapshot: Snapshot, future: Future[None]) -> None:
        error = future.exception()
        if error is not None:
            shown = error if isinstance(error, StudioError) else unexpected(error)
            self._bridge.call(self._failed, key, snapshot, shown)

    def _failed(self, key: str, snapshot: Snapshot, error: StudioError) -> None:
        self._waiting.setdefault(key, snapshot)
        if not self._closed:
            self.problem.emit(error)
            self._timer.start(RETRY_MS)
