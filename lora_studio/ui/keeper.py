"""Keeps what a person edits: changes are written shortly after they are made, away from the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QObject, QTimer, Signal

from lora_studio.core.errors import StudioError, unexpected
from lora_studio.ui.bridge import Bridge

DELAY_MS = 400

Write = Callable[[], None]


class Keeper(QObject):
    """Collects what has to be written under a key, so that only the newest version of each thing is."""

    problem = Signal(object)  # StudioError

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._waiting: dict[str, Callable[[], Write]] = {}
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self.flush)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="keeper")  # one, so that writes keep their order

    def keep(self, key: str, snapshot: Callable[[], Write]) -> None:
        """Calls `snapshot` soon, in the window's thread; the write that it returns runs on another."""
        self._waiting[key] = snapshot
        if not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for snapshot in waiting.values():
            self._writer.submit(snapshot()).add_done_callback(self._written)

    def close(self) -> None:
        """Writes what is waiting and returns when all is on disk."""
        self._timer.stop()
        self.flush()
        self._writer.shutdown(wait=True)

    def _written(self, future: Future[None]) -> None:
        error = future.exception()
        if error is not None:
            shown = error if isinstance(error, StudioError) else unexpected(error)
            self._bridge.call(self.problem.emit, shown)
