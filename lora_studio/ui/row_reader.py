"""Reads a file of rows in the window's thread, in slices, so that a large one does not hold the window."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from lora_studio.core.data.builtin import Probe
from lora_studio.core.data.file_formats.layouts import ColumnMapping, Layout
from lora_studio.core.data.file_formats.reading import Imported, ImportedRows, iter_dataset, role_of
from lora_studio.core.data.problems import RowProblem
from lora_studio.core.errors import StudioError

SLICE_SECONDS = 0.012
ROWS_BETWEEN_LOOKS = 64  # at the clock


class RowReader(QObject):
    """Reads one file. A small one is read before `start` returns. Records that give no row are told of at the end."""

    progressed = Signal(int)  # rows so far
    finished = Signal(object)  # ImportedRows
    failed = Signal(object)  # StudioError

    def __init__(self, path: Path, how: Layout | ColumnMapping, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.how = how
        self._left: Iterator[Imported] = iter_dataset(path, how, skip_bad=True)
        self._rows: list[str] = []
        self._probes: dict[Probe, None] = {}
        self._problems: list[RowProblem] = []
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._go_on)

    def start(self) -> None:
        self._go_on()

    def stop(self) -> None:
        self._timer.stop()

    def _go_on(self) -> None:
        try:
            complete = self._read_slice()
        except StudioError as error:
            self.failed.emit(error)
            return
        if complete:
            read = ImportedRows(tuple(self._rows), tuple(self._probes), role_of(self.how), tuple(self._problems))
            self.finished.emit(read)
        else:
            self.progressed.emit(len(self._rows))
            self._timer.start()

    def _read_slice(self) -> bool:
        deadline = time.monotonic() + SLICE_SECONDS
        for count, found in enumerate(self._left, start=1):
            if found.problem:
                self._problems.append(found.problem)
            else:
                self._rows.append(found.row)
                self._probes.update(dict.fromkeys(found.probes))
            if count % ROWS_BETWEEN_LOOKS == 0 and time.monotonic() > deadline:
                return False
        return True
