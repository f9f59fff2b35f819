"""Rows of text that are edited through an undo stack. What they look like is `DatasetModel`'s business."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Signal
from PySide6.QtGui import QUndoStack

from lora_studio.core.data.dataset import MAX_ROW_CHARACTERS, MAX_ROWS, clean_row
from lora_studio.core.errors import DataError
from lora_studio.ui.dataset_edits import Blank, Edit, order_back, order_moved, runs_of

MANY_RUNS = 50  # from here on, one reset is faster for a view than so many signals

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class EditableRows(QAbstractTableModel):
    """A list of rows, some of them held out. Whoever counts something about the rows overrides `_came` and `_went`."""

    edited = Signal()  # the rows are others than before
    held_out_changed = Signal()  # the rows are the same, but others of them are held out

    def __init__(self, name: str, rows: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.undo_stack = QUndoStack(self)
        self._rows: list[str] = list(rows)
        self._snapshot: tuple[str, ...] | None = tuple(rows)
        self._held_out: frozenset[str] = frozenset()
        self._blank: Blank | None = None
        self.undo_stack.indexChanged.connect(self._forget_blank)

    def rows(self) -> tuple[str, ...]:
        """The rows as they are now; later edits do not reach them."""
        if self._snapshot is None:
            self._snapshot = tuple(self._rows)
        return self._snapshot

    @property
    def held_out(self) -> frozenset[str]:
        """The texts of the rows that are held out, and maybe of some that are gone."""
        return self._held_out

    def restore_held_out(self, rows: Iterable[str]) -> None:
        """As kept on disk; nothing to undo."""
        self._set_held_out(frozenset(rows))

    def _came(self, rows: Sequence[str]) -> None:
        pass

    def _went(self, rows: Sequence[str]) -> None:
        pass

    def text_of(self, rows: Iterable[int]) -> str:
        """The rows as lines, for the clipboard and for dragging."""
        return "\n".join(self._rows[row] for row in rows)

    def find(self, text: str, start: int, step: int = 1) -> int:
        """The first row from `start` on, round the end, that contains `text` in whatever case; -1 if none does."""
        wanted = clean_row(text).casefold()
        count = len(self._rows)
        candidates = ((start + step * i) % count for i in range(count))
        return next((row for row in candidates if wanted in self._rows[row].casefold()), -1)

    def rows_with(self, text: str) -> list[int]:
        """The numbers of all rows that contain `text` in whatever case."""
        wanted = clean_row(text).casefold()
        return [number for number, row in enumerate(self._rows) if wanted in row.casefold()]

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
            was, now = self._held_out, self._held_out_after(old, text)
            self._push(self.tr("Edit row"), partial(self._set, row, text, now), partial(self._set, row, old, was))

    def _held_out_after(self, old: str, text: str) -> frozenset[str]:
        """A row stays held out when it is edited; its old text does if another row has it too."""
        if old not in self._held_out:
            return self._held_out
        return (self._held_out if self._rows.count(old) > 1 else self._held_out - {old}) | {text}

    def hold_out(self, rows: Iterable[int], *, held_out: bool) -> None:
        """Holds rows out, or takes them back; rows with the same text go together."""
        texts = {self._rows[row] for row in rows} - {""}
        was, now = self._held_out, self._held_out | texts if held_out else self._held_out - texts
        if now != was:
            label = self.tr("Hold out") if held_out else self.tr("Keep")
            self._push(label, partial(self._set_held_out, now), partial(self._set_held_out, was))

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
        command = self._push(self.tr("Add row"), lambda: self._insert(at, rows), partial(self._remove_added, at))
        self._blank = Blank(command, at, rows)
        self.edited.emit()  # again: only from now on it is known that nothing is wrong with the empty row

    def _remove_added(self, at: int) -> None:
        self._blank = None  # before anybody counts: the row is not there any more
        self._remove([(at, 1)])

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
        self._blank = None  # whatever is done next, an empty row is one like the others then
        self.undo_stack.push(command)
        return command

    def _forget_blank(self) -> None:
        self._blank = None

    # The changes themselves

    def _set(self, row: int, text: str, held_out: frozenset[str] | None = None) -> None:
        self._went([self._rows[row]])
        self._came([text])
        self._rows[row] = text
        if held_out is not None:
            self._held_out = held_out
        self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1))
        self._changed()

    def _set_held_out(self, rows: frozenset[str]) -> None:
        self._held_out = rows
        self.held_out_changed.emit()

    def _insert(self, at: int, rows: list[str]) -> None:
        self.beginInsertRows(ROOT, at, at + len(rows) - 1)
        self._rows[at:at] = rows
        self._came(rows)
        self.endInsertRows()
        self._changed()

    def _remove(self, runs: list[tuple[int, int]]) -> None:
        for start, count in reversed(runs):
            self.beginRemoveRows(ROOT, start, start + count - 1)
            self._went(self._rows[start : start + count])
            del self._rows[start : start + count]
            self.endRemoveRows()
        self._changed()

    def _put_back(self, kept: list[tuple[int, list[str]]]) -> None:
        for start, rows in kept:
            self.beginInsertRows(ROOT, start, start + len(rows) - 1)
            self._rows[start:start] = rows
            self._came(rows)
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
        self._went(self._rows)
        self._rows = list(rows)
        self._came(self._rows)
        self.endResetModel()
        self._changed()

    def _changed(self) -> None:
        self._snapshot = None
        self.edited.emit()

    # What views ask

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)
