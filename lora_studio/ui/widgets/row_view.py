"""The rows of a dataset, all or only some of them, and which of them are selected."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from lora_studio.ui.dataset_model import KEEPING, TEXT, WORDS, DatasetModel
from lora_studio.ui.theme import GRID, small_font
from lora_studio.ui.widgets.row_delegate import ICON
from lora_studio.ui.widgets.row_filter import RowFilter, in_dataset

Index = QModelIndex | QPersistentModelIndex


class RowView(QTableView):
    """Shows one `DatasetModel` at a time. Rows are named by their number in the dataset, shown or not."""

    selection_changed = Signal()
    filter_dropped = Signal()  # all rows are shown again

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: DatasetModel | None = None
        self._filter: RowFilter | None = None  # between the dataset and this, while only some rows are shown
        self.setAccessibleName(self.tr("Rows"))
        self._look()
        self._behave()

    def _look(self) -> None:
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 2 * GRID)

    def _behave(self) -> None:
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed | triggers.AnyKeyPressed)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)  # Tab leaves the table
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDragDropOverwriteMode(False)

    # What is shown

    def dataset(self) -> DatasetModel | None:
        return self._dataset

    def set_dataset(self, dataset: DatasetModel | None) -> None:
        if dataset is self._dataset and self.model() is not None:
            return
        if self._dataset is not None:
            self._dataset.drop_blank()
        self._dataset = dataset
        self._drop_filter()
        self._show_model(dataset)

    def show_only(self, text: str) -> None:
        """Only the rows that contain `text`; all if it is empty."""
        if self._dataset is None or (not text.strip() and self._filter is None):
            return
        kept = self._row_of(self.currentIndex())
        if not text.strip():
            self._drop_filter()
            self._show_model(self._dataset)
        elif self._filter is None:
            self._filter = RowFilter(self._dataset, self)
            self._filter.set_text(text)
            self._show_model(self._filter)
        else:
            self._filter.set_text(text)
        self.select_rows(kept)

    def shown_count(self) -> int:
        """How many rows are shown."""
        model = self._filter or self._dataset
        return model.rowCount() if model is not None else 0

    def _drop_filter(self) -> None:
        if self._filter is not None:
            self._filter.deleteLater()
            self._filter = None
            self.filter_dropped.emit()

    def _show_model(self, model: QAbstractItemModel | None) -> None:
        old = self.selectionModel()
        self.setModel(model)
        if old is not None:  # Qt leaves it to us
            old.deleteLater()
        if model is None:
            return
        self.selectionModel().selectionChanged.connect(self.selection_changed)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(1)
        header.setSectionResizeMode(TEXT, QHeaderView.ResizeMode.Stretch)
        for column, width in ((KEEPING, ICON + GRID), (WORDS, self._width_of_counts())):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, width)
        self.show_marks()

    def show_marks(self) -> None:
        """The column that tells which rows are kept is there only where they are."""
        self.setColumnHidden(KEEPING, self._dataset is None or not self._dataset.is_kept)

    def _width_of_counts(self) -> int:
        return max(ICON, QFontMetrics(small_font(self.font())).horizontalAdvance("000")) + 2 * GRID

    def _index(self, row: int) -> QModelIndex:
        """Where a row's text is shown; invalid if it is not."""
        assert self._dataset is not None
        index = self._dataset.index(row, TEXT)
        return self._filter.mapFromSource(index) if self._filter else index

    def _row_of(self, index: Index) -> int:
        """The row of the dataset that is shown there; -1 for an invalid index."""
        return in_dataset(index)[1] if index.isValid() else -1

    def selected_rows(self) -> list[int]:
        """Their numbers in the dataset."""
        if self._dataset is None:
            return []
        parts = cast(Iterable[QItemSelectionRange], self.selectionModel().selection())
        shown = {row for part in parts for row in range(part.top(), part.bottom() + 1)}
        return sorted(self._filter.source_row(row) for row in shown) if self._filter else sorted(shown)

    def has_selection(self) -> bool:
        return self._dataset is not None and self.selectionModel().hasSelection()

    def select_rows(self, first: int, count: int = 1) -> None:
        """Selects neighbouring rows, makes the last the current one and brings it into view."""
        if self._dataset is None or not 0 <= first < self._dataset.rowCount():
            return
        begin, end = self._index(first), self._index(min(first + count, self._dataset.rowCount()) - 1)
        if not (begin.isValid() and end.isValid()):
            return
        flags = QItemSelectionModel.SelectionFlag
        rows = QItemSelection(begin, end.siblingAtColumn(WORDS))
        selection = self.selectionModel()
        selection.setCurrentIndex(end, flags.NoUpdate)
        selection.select(rows, flags.ClearAndSelect)
        self.scrollTo(end)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and current.column() != TEXT:  # only the text is ever current, so that typing edits it
            text = current.model().index(current.row(), TEXT)
            self.selectionModel().setCurrentIndex(text, QItemSelectionModel.SelectionFlag.NoUpdate)

    def sizeHint(self) -> QSize:
        return QSize(60 * GRID, 60 * GRID)
