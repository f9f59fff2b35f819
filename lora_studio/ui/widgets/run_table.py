"""The view of the run history: rows to choose, to sort, to rename and to copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import (
    QByteArray,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from lora_studio.core.history import StoredRun
from lora_studio.ui.run_signs import SIGNS_SIZE
from lora_studio.ui.runs_model import DATA, METHOD, NAME, NOTE, SECONDS, WHEN, RunsModel
from lora_studio.ui.sorted_runs import SortedRuns
from lora_studio.ui.theme import GRID
from lora_studio.ui.widgets.figures import tabular
from lora_studio.ui.widgets.sort_header import ColumnsHeader

ROW_HEIGHT = 26
MEASURED_ROWS = 30  # of those that come first, for the columns' widths
NARROWEST, WIDEST = 56, 160  # px, of a column at first
NARROWEST_NOTE = 64  # px
ROOM_FOR_NOTES = 220  # px of the field in which one is written
ROOM_FOR_NAMES = 150  # px; later runs may be called "LoRA all, protected"
WIDEST_TEXTS = {NAME: 200, METHOD: 110, DATA: 148}
SHRINKING = {
    DATA: 72,
    METHOD: 60,
    NAME: ROOM_FOR_NAMES,
}  # px at least, where the table is narrow: the first comes first
FITTED = b"fitted:"  # before the state of columns whose widths are the table's own choice


class RunTable(QTableView):
    """Shows a `RunsModel`. Several rows can be chosen; F2 renames, Ctrl+C copies."""

    chosen_changed = Signal()

    def __init__(self, runs: RunsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._wanted: dict[int, int] = {}  # px, of each column but the last, if there were room
        self._fits = True  # whether the columns' widths follow the table's: until a person changes one
        self._fitting = False
        self.sorted = SortedRuns(runs, self)
        self.setModel(self.sorted)
        self.setAccessibleName(self.tr("Runs"))
        self.setFont(tabular(self.font()))
        self.setProperty("role", "spacious")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setIconSize(SIGNS_SIZE)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMinimumHeight(3 * ROW_HEIGHT)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._delegate = _TextCell(self)
        for column in (NAME, NOTE):
            self.setItemDelegateForColumn(column, self._delegate)
        self.header = ColumnsHeader(self, always_shown=NAME)
        self.setHorizontalHeader(self.header)
        self.header.setMinimumSectionSize(40)
        self.header.setResizeContentsPrecision(MEASURED_ROWS)
        self.header.setStretchLastSection(True)
        self.setSortingEnabled(True)
        self.sortByColumn(WHEN, Qt.SortOrder.DescendingOrder)
        self.selectionModel().selectionChanged.connect(self.chosen_changed)
        self.sorted.rowsInserted.connect(self._size_columns)
        self._size_columns()
        self.header.sectionResized.connect(self._take_width)

    # Choosing

    def chosen(self) -> tuple[StoredRun, ...]:
        """In the order in which they stand there."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(run for row in rows if (run := self.sorted.run(row)))

    def choose(self, paths: Iterable[Path]) -> None:
        """Only those that are shown; the first becomes the current one."""
        wanted = set(paths)
        found = QItemSelection()
        first = QModelIndex()
        for row in range(self.sorted.rowCount()):
            run = self.sorted.run(row)
            if run and run.path in wanted:
                index = self.sorted.index(row, NAME)
                found.select(index, index)
                first = first if first.isValid() else index
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(first, flags.NoUpdate)
        self.selectionModel().select(found, flags.ClearAndSelect | flags.Rows)

    def choose_row(self, row: int) -> None:
        """Or the last one, if there are fewer."""
        run = self.sorted.run(min(row, self.sorted.rowCount() - 1))
        if run:
            self.choose([run.path])

    def first_chosen_row(self) -> int:
        """0 if none is chosen."""
        return min((index.row() for index in self.selectionModel().selectedRows()), default=0)

    def edit_cell(self, column: int) -> None:
        """Opens the editor in a column of the current row."""
        index = self.sorted.index(self.currentIndex().row(), column)
        if not (index.isValid() and index.flags() & Qt.ItemFlag.ItemIsEditable):
            return
        there = QPersistentModelIndex(index)
        self.setColumnHidden(column, False)
        self.setFocus()  # ends another editor, whose text may move the row or take it away
        if there.isValid():
            index = self.sorted.index(there.row(), column)
            self.scrollTo(index)
            self.edit(index)

    def copy(self) -> None:
        """The chosen rows as lines with tabs, with the titles of the columns that are shown."""
        columns = [self.header.logicalIndex(place) for place in range(self.header.count())]
        columns = [column for column in columns if not self.isColumnHidden(column)]
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        if not rows:
            return
        lines = [[str(self.sorted.headerData(column, Qt.Orientation.Horizontal)) for column in columns]]
        lines += [[str(self.sorted.index(row, column).data() or "") for column in columns] for row in rows]
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))

    # The layout

    def columns_state(self) -> bytes:
        """Which columns are shown, how wide and in what order, and by which one is sorted."""
        return (FITTED if self._fits else b"") + bytes(self.header.saveState().data())

    def restore_columns(self, state: bytes) -> bool:
        """False, and nothing changes, if `state` is none of `columns_state`."""
        before = self.header.saveState()
        with self._own_change():
            known = self.header.restoreState(QByteArray(state.removeprefix(FITTED)))
            if not known or self.header.count() != self._runs.columnCount():
                self.header.restoreState(before)
                return False
        self._fits = state.startswith(FITTED)
        self._fit_columns()
        return True

    def _size_columns(self) -> None:
        """Once, by the first runs."""
        if not self._wanted:
            self._wanted = {column: self._width_of(column) for column in range(self.header.count() - 1)}
            self._fit_columns()
            if not self.sorted.rowCount():
                self._wanted = {}

    def _width_of(self, column: int) -> int:
        title = self.header.sectionSizeFromContents(column).width()
        least = ROOM_FOR_NAMES if column == NAME else NARROWEST
        wanted = max(self.sizeHintForColumn(column) + GRID, title, least)
        return min(WIDEST_TEXTS.get(column, WIDEST), wanted)

    def _fit_columns(self) -> None:
        """When a run began and the note on it must not leave sight: long texts are cut, then the duration goes."""
        if not (self._fits and self._wanted):
            return
        shown = {column: width for column, width in self._wanted.items() if not self.isColumnHidden(column)}
        shown[SECONDS] = self._wanted[SECONDS]
        missing = sum(shown.values()) + NARROWEST_NOTE - self.viewport().width()
        for column, least in SHRINKING.items():
            if column in shown:
                given = min(max(0, missing), max(0, shown[column] - least))
                shown[column] -= given
                missing -= given
        with self._own_change():
            self.header.resizeSection(NOTE, NARROWEST)  # and it takes what is left
            self.setColumnHidden(SECONDS, missing > 0)
            for column, width in shown.items():
                self.header.resizeSection(column, width)

    def _take_width(self, column: int) -> None:
        """From now on the widths are the person's; the last column only takes what is left."""
        if not self._fitting and column != NOTE:
            self._fits = False

    @contextmanager
    def _own_change(self) -> Iterator[None]:
        before, self._fitting = self._fitting, True
        try:
            yield
        finally:
            self._fitting = before

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """The signs take the colours of the new theme."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "header"):
            self._runs.refresh_signs()
            self.header.viewport().update()
        super().changeEvent(event)


class _TextCell(QStyledItemDelegate):
    """Types a name or a note; Tab ends the editing instead of going to the next cell."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table

    def createEditor(self, parent: QWidget, option: object, index: object) -> QWidget:
        editor = QLineEdit(parent)
        editor.setFrame(False)
        column = index.column()  # type: ignore[attr-defined]
        editor.setAccessibleName(self.tr("Name of the run") if column == NAME else self.tr("Note on the run"))
        return editor

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """A note needs room however narrow its column is: then the editor covers what stands left of it."""
        super().updateEditorGeometry(editor, option, index)
        place, view = editor.geometry(), self._table.viewport().width()
        if index.column() == NOTE and place.width() < ROOM_FOR_NOTES:
            width = min(ROOM_FOR_NOTES, view)
            editor.setGeometry(max(0, min(place.left(), view - width)), place.top(), width, place.height())

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        """A change of the row leaves alone what is being typed."""
        if not (isinstance(editor, QLineEdit) and editor.isModified()):
            super().setEditorData(editor, index)

    def eventFilter(self, editor: object, event: QEvent) -> bool:
        tab = isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        if tab and isinstance(editor, QWidget) and event.type() == QEvent.Type.KeyPress:
            self.commitData.emit(editor)
            self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.NoHint)
            return True
        return super().eventFilter(editor, event)  # type: ignore[arg-type]
