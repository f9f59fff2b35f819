"""A dataset as an editable table. Every change goes through an undo stack of the dataset's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QLocale,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QUndoStack

from lora_studio.core.data.dataset import MAX_ROW_CHARACTERS, MAX_ROWS, Dataset, Role, clean_row, is_too_short
from lora_studio.core.errors import DataError
from lora_studio.ui.dataset_edits import Blank, Edit, order_back, order_moved, runs_of
from lora_studio.ui.row_statistics import Known, RowStatistics

TEXT, WORDS = range(2)  # the columns
MANY_RUNS = 50  # from here on, one reset is faster for a view than so many signals

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class DatasetModel(QAbstractTableModel):
    """The rows of one dataset: their text, and how many words they have."""

    edited = Signal()  # the rows are others than before
    words_changed = Signal()  # the rows are the same, but which words are new to the base is not

    def __init__(self, dataset: Dataset, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = dataset.name
        self.role: Role = dataset.role
        self.undo_stack = QUndoStack(self)
        self._rows: list[str] = list(dataset.rows)
        self._snapshot: tuple[str, ...] | None = dataset.rows
        self._statistics = RowStatistics()
        self._statistics.add(self._rows)
        self._blank: Blank | None = None
        self.undo_stack.indexChanged.connect(self._forget_blank)

    # What the rows are

    def dataset(self) -> Dataset:
        """The dataset as it is now; later edits do not reach it."""
        if self._snapshot is None:
            self._snapshot = tuple(self._rows)
        # The rows were cleaned on their way in; to validate 100,000 of them again would be felt.
        return Dataset.model_construct(name=self.name, role=self.role, rows=self._snapshot)

    def set_known_words(self, known: Known | None) -> None:
        """What the base's vocabulary has; None while no model is open."""
        self._statistics = RowStatistics(known)
        self._statistics.add(self._rows)
        if self._rows:
            self.dataChanged.emit(self.index(0, TEXT), self.index(len(self._rows) - 1, WORDS))
        self.words_changed.emit()

    def new_words(self) -> tuple[str, ...]:
        """The words that the base lacks, each once."""
        return self._statistics.new_words()

    def new_words_in(self, row: int) -> list[tuple[int, str]]:
        """Where in the row's text new words begin, and how they are written there."""
        return self._statistics.new_words_in(self._rows[row])

    def too_short_rows(self) -> int:
        return self._statistics.too_short - (1 if self._blank else 0)

    def problem_of(self, row: int) -> str:
        """Why a run can learn nothing from this row; empty if it can, or if it is a new one still being typed."""
        if not is_too_short(self._rows[row]) or (self._blank and self._blank.row == row):
            return ""
        return self.tr("too short: needs at least two words")

    def text_of(self, rows: Iterable[int]) -> str:
        """The rows as lines, for the clipboard and for dragging."""
        return "\n".join(self._rows[row] for row in rows)

    def find(self, text: str, start: int, step: int = 1) -> int:
        """The first row from `start` on, round the end, that contains `text` in whatever case; -1 if none does."""
        wanted = clean_row(text).casefold()
        count = len(self._rows)
        candidates = ((start + step * i) % count for i in range(count))
        return next((row for row in candidates if wanted in self._rows[row].casefold()), -1)

    # What a person may do; each can be undone

    def set_text(self, row: int, text: str) -> None:
        """Raises DataError: the text is too long."""
        (text,) = self._fit([text])
        old = self._rows[row]
        if text == old:
            return
        if self._blank and self._blank.row == row:
            self._blank.rows[0] = text  # adding and typing a row is one step to undo
            self._blank = None
            self._set(row, text)
        else:
            self._push(self.tr("Edit row"), partial(self._set, row, text), partial(self._set, row, old))

    def insert(self, at: int, rows: Sequence[str], label: str = "") -> int:
        """Inserts the rows, blank ones left out, before row `at`; says how many. Raises DataError: too long or many."""
        fitting = [row for row in self._fit(rows) if row]
        if fitting:
            label = label or (self.tr("Add row") if len(fitting) == 1 else self.tr("Add rows"))
            self._push(label, partial(self._insert, at, fitting), lambda: self._remove([(at, len(fitting))]))
        return len(fitting)

    def insert_blank(self, at: int) -> None:
        """Inserts an empty row that is about to be typed: `set_text` completes it, `drop_blank` takes it back."""
        self._fit([""])
        rows = [""]
        command = self._push(self.tr("Add row"), lambda: self._insert(at, rows), lambda: self._remove([(at, 1)]))
        self._blank = Blank(command, at, rows)
        self.edited.emit()  # again: only from now on it is known that nothing is wrong with the empty row

    def drop_blank(self) -> bool:
        """Takes back a row that was added and not typed; says whether there was one."""
        if self._blank is None:
            return False
        self._blank.command.once = True
        self.undo_stack.undo()
        return True

    def remove(self, rows: Iterable[int]) -> None:
        runs = runs_of(rows)
        label = self.tr("Delete row") if sum(count for _, count in runs) == 1 else self.tr("Delete rows")
        if len(runs) > MANY_RUNS:
            gone = {row for start, count in runs for row in range(start, start + count)}
            self.replace_all([text for row, text in enumerate(self._rows) if row not in gone], label)
        elif runs:
            kept = [(start, self._rows[start : start + count]) for start, count in runs]
            self._push(label, partial(self._remove, runs), partial(self._put_back, kept))

    def move(self, rows: Iterable[int], to: int) -> int:
        """Moves rows together before row `to` (as counted before the move); says where the first of them is then."""
        moved = sorted(set(rows))
        if not moved:
            return to
        low, order = order_moved(moved, to)
        if order != sorted(order):
            label = self.tr("Move row") if len(moved) == 1 else self.tr("Move rows")
            back = order_back(low, order)
            self._push(label, partial(self._reorder, low, order), partial(self._reorder, low, back))
        return to - sum(row < to for row in moved)

    def replace_all(self, rows: Sequence[str], label: str) -> None:
        """Exchanges all rows for others. Raises DataError: too long or many."""
        old, new = list(self._rows), self._fit(rows, replacing=True)
        if old != new:
            self._push(label, partial(self._replace, new), partial(self._replace, old))

    def _fit(self, rows: Sequence[str], *, replacing: bool = False) -> list[str]:
        cleaned = [clean_row(row) for row in rows]
        if any(len(row) > MAX_ROW_CHARACTERS for row in cleaned):
            raise DataError(
                "A row is longer than {limit:,} characters.",
                advice="Write one example a line.",
                limit=MAX_ROW_CHARACTERS,
            )
        if len(cleaned) + (0 if replacing else len(self._rows)) > MAX_ROWS:
            raise DataError(
                "{name} would have more than {limit:,} rows.",
                advice="Spread the rows over several datasets.",
                name=self.name,
                limit=MAX_ROWS,
            )
        return cleaned

    def _push(self, label: str, redo: Callable[[], None], undo: Callable[[], None]) -> Edit:
        command = Edit(label, redo, undo)
        self.undo_stack.push(command)
        return command

    def _forget_blank(self) -> None:
        self._blank = None

    # The changes themselves

    def _set(self, row: int, text: str) -> None:
        self._statistics.remove([self._rows[row]])
        self._statistics.add([text])
        self._rows[row] = text
        self.dataChanged.emit(self.index(row, TEXT), self.index(row, WORDS))
        self._changed()

    def _insert(self, at: int, rows: list[str]) -> None:
        self.beginInsertRows(_ROOT, at, at + len(rows) - 1)
        self._rows[at:at] = rows
        self._statistics.add(rows)
        self.endInsertRows()
        self._changed()

    def _remove(self, runs: list[tuple[int, int]]) -> None:
        for start, count in reversed(runs):
            self.beginRemoveRows(_ROOT, start, start + count - 1)
            self._statistics.remove(self._rows[start : start + count])
            del self._rows[start : start + count]
            self.endRemoveRows()
        self._changed()

    def _put_back(self, kept: list[tuple[int, list[str]]]) -> None:
        for start, rows in kept:
            self.beginInsertRows(_ROOT, start, start + len(rows) - 1)
            self._rows[start:start] = rows
            self._statistics.add(rows)
            self.endInsertRows()
        self._changed()

    def _reorder(self, low: int, order: list[int]) -> None:
        """Puts the row that was at `order[i]` at `low + i`. Selections follow their rows."""
        self.layoutAboutToBeChanged.emit()
        self._rows[low : low + len(order)] = [self._rows[row] for row in order]
        places = {row: low + place for place, row in enumerate(order)}
        old = [index for index in self.persistentIndexList() if index.row() in places]
        self.changePersistentIndexList(old, [self.index(places[index.row()], index.column()) for index in old])
        self.layoutChanged.emit()
        self._changed()

    def _replace(self, rows: list[str]) -> None:
        self.beginResetModel()
        self._statistics.remove(self._rows)
        self._rows = list(rows)
        self._statistics.add(self._rows)
        self.endResetModel()
        self._changed()

    def _changed(self) -> None:
        self._snapshot = None
        self.edited.emit()

    # What views ask

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._rows[row] if column == TEXT else QLocale().toString(len(self._rows[row].split()))
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join((*self._counted(row, column), *self._remarks(row))) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return "; ".join((self.data(index), *self._remarks(row)))
        if role == Qt.ItemDataRole.TextAlignmentRole and column == WORDS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _counted(self, row: int, column: int) -> list[str]:
        count = len(self._rows[row].split())
        text = self.tr("1 word") if count == 1 else self.tr("{count} words")
        return [text.format(count=QLocale().toString(count))] if column == WORDS else []

    def _remarks(self, row: int) -> list[str]:
        new = ", ".join(dict.fromkeys(word for _, word in self.new_words_in(row)))
        remarks = (self.problem_of(row), self.tr("new to the base: {words}").format(words=new) if new else "")
        return [remark for remark in remarks if remark]

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid() or index.column() != TEXT or role != Qt.ItemDataRole.EditRole:
            return False
        self.set_text(index.row(), str(value))
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return QLocale().toString(section + 1)
        return (self.tr("Text"), self.tr("Words"))[section]

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled  # rows are dropped between rows, never onto one
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
        flags |= Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == TEXT else flags

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        return ["text/plain"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        data.setText(self.text_of(sorted({index.row() for index in indexes})))
        return data
