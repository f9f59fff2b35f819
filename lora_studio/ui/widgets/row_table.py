"""The rows of a dataset as a table that is edited where it is shown: by keys, pointer and clipboard."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import (
    QKeyCombination,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)  # fmt: skip
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QApplication, QWidget

from lora_studio.core.data.examples import is_structured
from lora_studio.core.errors import StorageError, StudioError
from lora_studio.ui.dataset_model import KEEPING, TEXT, DatasetModel, Keeping
from lora_studio.ui.widgets.keeping_delegate import KEEP_KEYS
from lora_studio.ui.widgets.mark_clicks import MarkClicks
from lora_studio.ui.widgets.row_delegate import RowDelegate
from lora_studio.ui.widgets.row_view import RowView

Hint = QAbstractItemDelegate.EndEditHint
ADD_EXAMPLE_KEYS = "Alt+Ins"


class RowTable(RowView):
    """Everything that a person can do with the rows. Nothing asks back; all can be undone."""

    problem = Signal(object)  # StudioError
    new_example_wanted = Signal()
    example_wanted = Signal(int)  # the row has several parts, which need a window to be edited

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._adding = False  # whether the row that is being typed is a new one
        self._read_only = False
        delegate = RowDelegate(self)
        delegate.lines_pasted.connect(self._paste_over_editor)
        delegate.problem.connect(self.problem)
        delegate.example_wanted.connect(self.example_wanted)
        self.setItemDelegate(delegate)
        MarkClicks(self, self._row_of_mark).clicked.connect(lambda row: self._change_keeping([row]))

    def set_read_only(self) -> None:
        """Rows can be looked at, found and copied; whoever would edit them is told why not."""
        self._read_only = True
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)

    @property
    def read_only(self) -> bool:
        return self._read_only

    def _refuses(self) -> bool:
        if self._read_only:
            self.problem.emit(not_editable())
        return self._read_only

    # What a person may do

    def add_row(self) -> None:
        """A new row below the selected ones, or at the end, ready to be typed. Of several parts if its neighbour is."""
        if self._dataset is None or self._refuses():
            return
        at = self._below_selected()
        if self._dataset.has_parts_at(at):
            self.new_example_wanted.emit()
            return
        self.show_only("")  # a new row has no text that would match
        try:
            self._dataset.insert_blank(at)
        except StudioError as error:
            self.problem.emit(error)
            return
        self.select_rows(at)
        self._adding = True
        self.edit(self._index(at))

    def delete_rows(self) -> None:
        rows = self.selected_rows()
        if self._dataset is not None and rows and not self._refuses():
            self._dataset.remove(rows)
            self.select_rows(min(rows[0], self._dataset.rowCount() - 1))

    def move_rows(self, step: int) -> None:
        """Moves the selected rows one place up (-1) or down (1)."""
        rows = self.selected_rows()
        if self._dataset is None or not rows or self._filter:  # beside what is not in sight, no place is the next
            return
        to = rows[0] - 1 if step < 0 else rows[-1] + 2
        if 0 <= to <= self._dataset.rowCount() and not self._refuses():
            self._move_rows(rows, to)

    def hold_out_or_keep(self) -> None:
        """Holds the selected rows out, or keeps them again if all of them are held out."""
        self._change_keeping(self.selected_rows())

    def _change_keeping(self, rows: list[int]) -> None:
        if self._dataset is None or self._refuses():
            return
        states = {row: self._dataset.keeping_of(row) for row in rows}
        known = [row for row, state in states.items() if state is not None]
        held_out = any(states[row] is not Keeping.HELD_OUT for row in known)
        self._dataset.hold_out(known, held_out=held_out)

    def copy_rows(self) -> None:
        rows = self.selected_rows()
        if self._dataset is not None and rows:
            QApplication.clipboard().setText(self._dataset.text_of(rows))

    def cut_rows(self) -> None:
        self.copy_rows()
        self.delete_rows()

    def paste_rows(self) -> None:
        """Every line of the clipboard becomes a row, below the selected ones or at the end."""
        self.insert_lines(QApplication.clipboard().text().splitlines(), label=self.tr("Paste rows"))

    def insert_lines(self, lines: Iterable[str], at: int | None = None, label: str = "") -> None:
        if self._dataset is None or self._refuses():
            return
        at = self._below_selected() if at is None else at
        self.show_only("")
        try:
            count = self._dataset.insert(at, list(lines), label)
        except StudioError as error:
            self.problem.emit(error)
            return
        if count:
            self.select_rows(at, count)

    def find_text(self, text: str, *, step: int = 1, again: bool = False) -> bool:
        """Goes to the next row that contains `text` (with `again`, beyond the current one); says whether there is."""
        if self._dataset is None or not text.strip():
            return True
        start = max(self._row_of(self.currentIndex()), 0) + (step if again else 0)
        row = self._dataset.find(text, start, step)
        self.select_rows(row)
        return row >= 0

    def _move_rows(self, rows: list[int], to: int) -> None:
        assert self._dataset is not None
        first = self._dataset.move(rows, to)
        self.select_rows(first, len(rows))

    def place_for_new(self) -> int:
        """Below the selected rows, or at the end."""
        return self._below_selected()

    def show_in(self, dataset: DatasetModel, row: int) -> None:
        """Selects the row, if the dataset is still the one that is shown."""
        if dataset is self._dataset:
            self.show_only("")
            self.select_rows(row)

    def _below_selected(self) -> int:
        rows = self.selected_rows()
        return rows[-1] + 1 if rows else (self._dataset.rowCount() if self._dataset else 0)

    # Typing

    def closeEditor(self, editor: QWidget, hint: Hint) -> None:
        """Enter goes on to the next row, or to a new one where rows are being added; Tab edits the neighbour."""
        super().closeEditor(editor, Hint.NoHint)
        if self._dataset is None:
            return
        row, left_blank = self._row_of(self.currentIndex()), self._dataset.drop_blank()
        adding, self._adding = self._adding, False
        if hint == Hint.SubmitModelCache and not left_blank:
            self._go_on_after(row, adding)
        elif hint in (Hint.EditNextItem, Hint.EditPreviousItem) and not left_blank:
            self._edit(row + (1 if hint == Hint.EditNextItem else -1))

    def _go_on_after(self, row: int, adding: bool) -> None:
        if adding or (self._dataset is not None and row == self._dataset.rowCount() - 1):
            self.add_row()
        else:
            self.select_rows(row + 1)

    def _edit(self, row: int) -> None:
        if self._dataset is not None and 0 <= row < self._dataset.rowCount():
            self.select_rows(row)
            if is_structured(self._dataset.text(row)):
                self.example_wanted.emit(row)
            else:
                self.edit(self._index(row))

    def _paste_over_editor(self, editor: QWidget, lines: list[str]) -> None:
        """Keeps what was typed so far and inserts the lines below it, or in place of a row with nothing in it yet."""
        assert self._dataset is not None
        row, count = self._row_of(self.currentIndex()), self._dataset.rowCount()
        self.commitData(editor)
        self.closeEditor(editor, Hint.NoHint)
        self.insert_lines(lines, row + 1 - (count - self._dataset.rowCount()), self.tr("Paste rows"))

    def _enter(self) -> None:
        row = self._row_of(self.currentIndex())
        if self._dataset is not None and row == self._dataset.rowCount() - 1:
            self.add_row()
        elif not self._refuses():
            self._edit(row)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        idle = self._dataset is not None and self.state() != QAbstractItemView.State.EditingState
        action = self._action_of(event) if idle else None
        if action is None:
            super().keyPressEvent(event)
        else:
            action()
            event.accept()

    def _action_of(self, event: QKeyEvent) -> Callable[[], object] | None:
        assert self._dataset is not None
        history = self._dataset.undo_stack
        pressed = QKeySequence(
            QKeyCombination(event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, Qt.Key(event.key()))
        )
        standard, own = QKeySequence.StandardKey, QKeySequence
        actions: tuple[tuple[bool, Callable[[], object]], ...] = (
            (event.matches(standard.Copy), self.copy_rows),
            (event.matches(standard.Cut), self.cut_rows),
            (event.matches(standard.Paste), self.paste_rows),
            (event.matches(standard.Delete), self.delete_rows),
            (event.matches(standard.Undo), history.undo),
            (event.matches(standard.Redo), history.redo),
            (pressed == own("Ins"), self.add_row),
            (pressed == own(ADD_EXAMPLE_KEYS), self.new_example_wanted.emit),
            (pressed in (own("Return"), own("Enter")), self._enter),
            (pressed == own("Alt+Up"), partial(self.move_rows, -1)),
            (pressed == own("Alt+Down"), partial(self.move_rows, 1)),
            (pressed == own(KEEP_KEYS), self.hold_out_or_keep),
        )
        return next((action for matches, action in actions if matches), None)

    def _row_of_mark(self, place: QPoint) -> int:
        index = self.indexAt(place)
        if self._dataset is None or not index.isValid() or index.column() != KEEPING:
            return -1
        row = self._row_of(index)
        return row if self._dataset.keeping_of(row) is not None else -1

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.indexAt(event.position().toPoint()).isValid() and not self._refuses():
            super().mouseDoubleClickEvent(event)
        elif not self._read_only:
            self.clearSelection()  # so that the row comes last, where the pointer is
            self.add_row()

    # Dragging: rows within the table, lines of text from elsewhere. Files are left to the panel.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.ignore() if event.mimeData().hasUrls() else super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.ignore() if event.mimeData().hasUrls() else super().dragMoveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        if event.mimeData().hasUrls() or self._dataset is None:
            event.ignore()
            return
        to = self._row_between(event.position().toPoint().y())
        if self._filter and event.source() is self:
            event.ignore()
            return
        if event.source() is self:
            self._move_rows(self.selected_rows(), to)
        else:
            self.insert_lines(event.mimeData().text().splitlines(), to)
        event.setDropAction(Qt.DropAction.CopyAction)  # what was dragged has moved already
        event.accept()
        self.dragLeaveEvent(QDragLeaveEvent())  # ends Qt's own state of dragging

    def _row_between(self, y: int) -> int:
        row = self.rowAt(y)
        if row < 0:
            return self._dataset.rowCount() if self._dataset else 0
        under = self._row_of(self.model().index(row, TEXT))
        return under + (y > self.rowViewportPosition(row) + self.rowHeight(row) / 2)


def not_editable() -> StorageError:
    """Why nothing can be changed in a window that may only look."""
    return StorageError(
        "Nothing can be edited here: another window has this workspace.",
        advice="Edit there, or close it and press “Try again” below.",
    )
