"""How far the opening of a model is, and the way to stop it."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from lora_studio.core.errors import StudioError


class OpeningStoppedError(StudioError):
    """The person did not want to wait for a model any longer."""


@dataclass(frozen=True, slots=True)
class Opening:
    """`name` is being opened: `what` is done now, in core's words, and `done` of `total` bytes of it (0: not known)."""

    name: str
    what: str = ""
    done: int = 0
    total: int = 0
    stopping: bool = False


class OpeningProgress:
    """Handed to the engine, which calls it on its thread while it reads; the window looks at `now` now and then.

    After `stop`, the next call raises OpeningStoppedError: the engine gives up, and what was open stays.
    """

    def __init__(self, name: str) -> None:
        self._lock = threading.Lock()
        self._now = Opening(name)

    def __call__(self, what: str, done: int, total: int) -> None:
        with self._lock:
            name, stopping = self._now.name, self._now.stopping
            self._now = Opening(name, what, done, total, stopping)
        if stopping:
            raise OpeningStoppedError("{name} was not opened.", name=name)

    @property
    def now(self) -> Opening:
        with self._lock:
            return self._now

    def stop(self) -> None:
        """From the window's thread."""
        with self._lock:
            now = self._now
            self._now = Opening(now.name, now.what, now.done, now.total, stopping=True)
