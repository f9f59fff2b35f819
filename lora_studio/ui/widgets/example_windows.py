"""Opens the window in which rows of several parts are written, and puts what comes out of it into the dataset."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from lora_studio.core.data.examples import Example, Turn, example_of, row_of
from lora_studio.core.errors import StudioError
from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.widgets.row_table import RowTable

if TYPE_CHECKING:
    from lora_studio.ui.widgets.example_editor import ExampleEditor

NEW = Example((Turn("user", "", learned=False), Turn("assistant", "", learned=True)), "completion")


class ExampleWindows(QObject):
    """One window at a time for a table of rows; `add` opens an empty one, the table asks for those of its rows."""

    def __init__(self, table: RowTable) -> None:
        super().__init__(table)
        self._table = table
        self._window: ExampleEditor | None = None
        table.example_wanted.connect(self.edit)
        table.new_example_wanted.connect(self.add)

    @property
    def window(self) -> ExampleEditor | None:
        """The one that is open."""
        return self._window

    def add(self) -> None:
        """For a new row below the selected ones, or at the end."""
        dataset = self._table.dataset()
        if dataset is not None and not self._table.read_only:
            at = self._table.place_for_new()
            self._open(NEW).accepted.connect(partial(self._insert, dataset, at))

    def edit(self, row: int) -> None:
        dataset = self._table.dataset()
        if dataset is not None:
            text = dataset.text(row)
            self._open(example_of(text)).accepted.connect(partial(self._exchange, dataset, row, text))

    def _open(self, example: Example) -> ExampleEditor:
        from lora_studio.ui.widgets.example_editor import ExampleEditor  # not needed for the first paint

        if self._window is not None and isValid(self._window):
            self._window.close()
        window = self._window = ExampleEditor(example, self._table)
        window.closed.connect(partial(self._forget, window))
        window.show()
        window.activateWindow()
        return window

    def _forget(self, window: ExampleEditor) -> None:
        if self._window is window:
            self._window = None
            if isValid(self._table):
                self._table.setFocus()

    def _insert(self, dataset: DatasetModel, at: int, example: Example) -> None:
        try:
            dataset.insert(min(at, dataset.rowCount()), [row_of(example)])
        except StudioError as error:
            self._table.problem.emit(error)
            return
        self._table.show_in(dataset, at)

    def _exchange(self, dataset: DatasetModel, row: int, text: str, example: Example) -> None:
        """The row may have been moved since; one that is gone comes back as a new one."""
        rows = dataset.rows()
        if row >= len(rows) or rows[row] != text:
            if text not in rows:
                self._insert(dataset, len(rows), example)
                return
            row = rows.index(text)
        try:
            dataset.set_text(row, row_of(example))
        except StudioError as error:
            self._table.problem.emit(error)
            return
        self._table.show_in(dataset, row)
