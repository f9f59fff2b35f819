"""Reads a file of rows in the window's thread, in slices, so that a large one does not hold the window."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from lora_studio.core.data.formats import iter_rows
from lora_studio.core.errors import StudioError

SLICE_SECONDS = 0.012
ROWS_BETWEEN_LOOKS = 64  # at the clock


class RowReader(QObject):
    """Reads one file. A small one is read before `start` returns."""

    progressed = Signal(int)  # rows so far
    finished = Signal(object)  # list[str]
    failed = Signal(object)  # StudioError

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._left: Iterator[str] = iter_rows(path)
        self._rows: list[str] = []
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._go_on)

    def start(self) -> None:
        self._go_on()

    def _go_on(self) -> None:
        try:
            complete = self._read_slice()
        except StudioError as error:
            self.failed.emit(error)
            return
        if complete:
            self.finished.emit(self._rows)
        else:
            self.progressed.emit(len(self._rows))
            self._timer.start()

    def _read_slice(self) -> bool:
        deadline = time.monotonic() + SLICE_SECONDS
        for row in self._left:
            self._rows.append(row)
            if len(self._rows) % ROWS_BETWEEN_LOOKS == 0 and time.monotonic() > deadline:
                return False
        return True
