"""The table of compared runs: a legend that switches, with the figures of each run."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from lora_studio.ui.theme import GRID, colors_of
from lora_studio.ui.widgets.board_painting import SMALLER
from lora_studio.ui.widgets.compare_model import LOSS, RUN, SECONDS, TRAINABLE, CompareModel
from lora_studio.ui.widgets.compare_runs import SAMPLE, run_color
from lora_studio.ui.widgets.figures import tabular

ROW_HEIGHT = 26
BAR = 3  # px
BOX = 28  # px that the style leaves out of account for the box before a name
NAME_WIDTHS = (150, 220)  # px; a longer name is cut off until the column is made wider


class CompareTable(QTableView):
    """Space switches the chosen runs, Delete takes them out of the comparison."""

    chosen = Signal(object)  # Path, or None
    remove_wanted = Signal(object)  # tuple[Path, ...]
    measured = Signal()  # another width is wanted

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = CompareModel(self)
        self._wanted: dict[int, int] = {}  # px, of each column
        self.setModel(self.rows)
        self.setAccessibleName(self.tr("Compared runs"))
        self.setFont(tabular(self.font(), points=SMALLER))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # the end tells apart those of one name
        self.setIconSize(SAMPLE)
        self.setItemDelegateForColumn(TRAINABLE, _BarCell(self))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self._size_columns(self.horizontalHeader())
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        self.selectionModel().selectionChanged.connect(self._tell_choice)
        self.rows.filled.connect(self._measure)
        self._add_delete_key()

    def paths(self) -> tuple[Path, ...]:
        """Of the chosen rows."""
        runs = (self.rows.run(index.row()) for index in self.selectionModel().selectedRows())
        return tuple(run.path for run in runs if run)

    def switch(self, row: int, shown: bool) -> None:
        state = Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked
        self.rows.setData(self.rows.index(row, RUN), state.value, Qt.ItemDataRole.CheckStateRole)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 3 * ROW_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        rows = [index.row() for index in self.selectionModel().selectedRows()]
        if event.key() == Qt.Key.Key_Space and rows:
            shown = not all(run.shown for row in rows if (run := self.rows.run(row)))
            for row in rows:
                self.switch(row, shown)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()

    def _size_columns(self, header: QHeaderView) -> None:
        header.setHighlightSections(False)
        header.setFont(self.font())
        header.setMinimumSectionSize(48)

    def wanted_width(self) -> int:
        """px, so that nothing is cut off; 0: nothing is known yet."""
        bar = self.verticalScrollBar()
        return sum(self._wanted.values()) + (bar.sizeHint().width() if bar.isVisible() else 0)

    def _measure(self) -> None:
        """Not at every change: the values under the cursor change with each of its moves."""
        self.setColumnHidden(SECONDS, False)
        self.resizeColumnsToContents()
        self._wanted = {column: self.columnWidth(column) for column in range(self.rows.columnCount())}
        least, most = NAME_WIDTHS
        self._wanted[RUN] = max(least, min(most, self._wanted[RUN] + BOX))
        self._wanted[LOSS] += GRID  # losses above 10
        self._fit_columns()
        self.measured.emit()

    def _fit_columns(self) -> None:
        """In a narrow table names are cut first; then the duration goes, which tells least."""
        if not self._wanted:
            return
        missing = sum(self._wanted.values()) - self.viewport().width()
        least = min(NAME_WIDTHS[0], self._wanted[RUN])
        self.setColumnHidden(SECONDS, self._wanted[RUN] - missing < least)
        if self.isColumnHidden(SECONDS):
            missing -= self._wanted[SECONDS]
        for column, width in self._wanted.items():
            self.setColumnWidth(column, width)
        self.setColumnWidth(RUN, max(least, self._wanted[RUN] - max(0, missing)))

    def _add_delete_key(self) -> None:
        delete = QAction(self.tr("Take out of the comparison"), self)
        delete.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        delete.triggered.connect(lambda: self.remove_wanted.emit(self.paths()))
        self.addAction(delete)

    def _tell_choice(self) -> None:
        paths = self.paths()
        self.chosen.emit(paths[0] if len(paths) == 1 else None)

    def _open_menu(self, position: QPoint) -> None:
        menu = QMenu(self)
        chosen = [index.row() for index in self.selectionModel().selectedRows()]
        only = menu.addAction(self.tr("Show only this"), lambda: self._show_only(chosen))
        only.setEnabled(bool(chosen))
        menu.addAction(self.tr("Show all"), lambda: self._show_only(list(range(self.rows.rowCount()))))
        menu.addSeparator()
        menu.addActions(self.actions())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.viewport().mapToGlobal(position))

    def _show_only(self, rows: list[int]) -> None:
        for row in range(self.rows.rowCount()):
            self.switch(row, row in rows)


class _BarCell(QStyledItemDelegate):
    """The number of trainable parameters over a bar in the run's colour."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        model = index.model()
        run = model.run(index.row()) if isinstance(model, CompareModel) else None
        if run is None or not run.is_drawn or not isinstance(model, CompareModel):
            return
        area = QRectF(option.rect).adjusted(GRID, 0, -GRID, -2)
        bar = QRectF(area.left(), area.bottom() - BAR, area.width() * model.bar(index.row()), BAR)
        painter.fillRect(bar, run_color(colors_of(option.widget), run.place))
