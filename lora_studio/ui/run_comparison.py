"""Reads and writes for the comparison of runs, away from the window's thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from lora_studio.core.errors import StudioError, unexpected
from lora_studio.core.files import write_atomically
from lora_studio.ui.background import not_collecting
from lora_studio.ui.bridge import Bridge

if TYPE_CHECKING:
    from lora_studio.core.curves import Curves

FILES = ("events.jsonl", "run.json", "recipe.yaml")  # what the curves of a run are made of
Stamp = tuple[tuple[int, int], ...]  # time and size of each of the files


class RunComparison(QObject):
    """Brings the curves of run folders, one after another; those that have not changed since are there at once."""

    arrived = Signal(object, object)  # Path, Curves
    failed = Signal(object, object)  # Path, StudioError
    written = Signal(object)  # Path
    not_written = Signal(object)  # StudioError

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._lock = threading.Lock()
        self._waiting: list[Path] = []
        self._reading: Path | None = None
        self._reading_stamp: Stamp | None = None  # None: it has not begun to read that run
        self._known: dict[Path, tuple[Stamp, Curves]] = {}

    def read(self, paths: Iterable[Path]) -> None:
        """Asks for these runs; what was asked for before and is not among them is not read any more."""
        asked = tuple(paths)
        self._known = {path: known for path, known in self._known.items() if path in asked}
        there = [path for path in asked if path in self._known and self._known[path][0] == stamp_of(path)]
        missing = [path for path in asked if path not in there]
        with self._lock:
            self._waiting = [path for path in missing if path != self._reading or self._has_changed_since(path)]
            idle = self._reading is None and bool(self._waiting)
            if idle:
                self._begin_next()
        for path in there:
            self.arrived.emit(path, self._known[path][1])
        if idle:
            threading.Thread(target=self._work, name="read curves", daemon=True).start()

    def write(self, path: Path, make: Callable[[], bytes]) -> None:
        """Writes what `make` makes; both on a thread, and neither may touch the window."""
        threading.Thread(target=self._write, args=(path, make), name="write values", daemon=True).start()

    # With the lock held

    def _begin_next(self) -> None:
        self._reading, self._reading_stamp = (self._waiting.pop(0) if self._waiting else None), None

    def _has_changed_since(self, path: Path) -> bool:
        """Since its reading began."""
        return self._reading_stamp is not None and stamp_of(path) != self._reading_stamp

    # On the threads

    def _work(self) -> None:
        from lora_studio.core.curves import read_curves

        with not_collecting():
            while path := self._reading:
                with self._lock:
                    stamp = self._reading_stamp = stamp_of(path)  # before it is read: a run may go on writing
                try:
                    self._tell(self._take, path, stamp, read_curves(path))
                except StudioError as error:
                    self._tell(self._fail, path, error)
                except Exception as error:  # noqa: BLE001 - nothing may vanish on this thread
                    self._tell(self._fail, path, unexpected(error))
                with self._lock:
                    self._begin_next()

    def _write(self, path: Path, make: Callable[[], bytes]) -> None:
        with not_collecting():
            try:
                write_atomically(path, make())
                self._tell(self._wrote, path, None)
            except StudioError as error:
                self._tell(self._wrote, path, error)
            except Exception as error:  # noqa: BLE001 - nothing may vanish on this thread
                self._tell(self._wrote, path, unexpected(error))

    def _tell(self, function: Callable[..., None], *arguments: object) -> None:
        with suppress(RuntimeError):  # the window is gone
            self._bridge.call(function, *arguments)

    # Back in the window's thread

    def _take(self, path: Path, stamp: Stamp, curves: Curves) -> None:
        if isValid(self):
            self._known[path] = (stamp, curves)
            self.arrived.emit(path, curves)

    def _fail(self, path: Path, error: StudioError) -> None:
        if isValid(self):
            self.failed.emit(path, error)

    def _wrote(self, path: Path, error: StudioError | None) -> None:
        if isValid(self):
            self.written.emit(path) if error is None else self.not_written.emit(error)


def stamp_of(folder: Path) -> Stamp:
    """Changes when a file of the run does."""
    found = []
    for name in FILES:
        try:
            file = (folder / name).stat()
            found.append((file.st_mtime_ns, file.st_size))
        except OSError:
            found.append((0, -1))
    return tuple(found)


def is_run_folder(path: Path) -> bool:
    return path.is_dir() and any((path / name).is_file() for name in FILES[:2])
