"""The thread that pulls one model from the hub, and tells how far it is."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lora_studio.core.errors import StudioError, unexpected

if TYPE_CHECKING:
    from lora_studio.core.hub.download import Progress
    from lora_studio.core.hub.lookup import HubModel

TELL_EVERY = 0.2  # seconds
SPEED_SECONDS = 5.0  # the speed is that of the last few


class DownloadWorker(threading.Thread):
    """Pulls one download. A daemon: one that waits for a hub which says nothing holds up nobody."""

    def __init__(
        self,
        models: Path,
        model: HubModel,
        tell: Callable[[HubModel, Progress, float | None], None],
        end: Callable[[HubModel, Path | None, StudioError | None], None],
    ) -> None:
        super().__init__(name=f"download {model.name}", daemon=True)
        self.stopped = threading.Event()
        self._models, self._model = models, model
        self._tell, self._end = tell, end
        self._last: deque[tuple[float, int]] = deque()

    def run(self) -> None:
        folder, error = None, None
        try:
            folder = self._pull()
        except StudioError as problem:
            error = problem
        except Exception as problem:  # noqa: BLE001 - nothing may vanish on this thread
            error = unexpected(problem)
        self._end(self._model, folder, error)

    def _pull(self) -> Path | None:
        from lora_studio.core.hub.download import client_for, download

        running = download(self._models, self._model, client_for(self._model))
        told = 0.0
        for progress in running:
            if progress.folder is not None:
                return progress.folder
            if self.stopped.is_set():
                running.close()
                return None
            if time.monotonic() - told >= TELL_EVERY:
                told = time.monotonic()
                self._tell(self._model, progress, self._speed(told, progress))
        return None

    def _speed(self, now: float, progress: Progress) -> float | None:
        """Bytes for each second, over the last few."""
        if progress.phase != "downloading":
            self._last.clear()
            return None
        self._last.append((now, progress.done))
        while self._last[0][0] < now - SPEED_SECONDS:
            self._last.popleft()
        since, done = self._last[0]
        return (progress.done - done) / (now - since) if now - since >= TELL_EVERY else None
