"""A table of an experiment's result: sorted by a click on a column's title, copied with Ctrl+C."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QAction, QColor, QGuiApplication, QKeySequence, QPainter
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from lora_studio.core.experiments.results import Cell, Column, Table, decimals, is_measured
from lora_studio.ui.theme import GRID, colors_of, variant_color
from lora_studio.ui.variants_model import swatch_icon
from lora_studio.ui.widgets.figures import tabular
from lora_studio.ui.widgets.result_numbers import cell_text, column_title, exact_text, experiment_text
from lora_studio.ui.widgets.sort_header import PADDING, SortHeader

ROW_HEIGHT = 26
LEAST_ROWS = 4  # that have room, with the titles' own
WIDEST = 320  # px; longer texts are cut off and shown in the tool tip
DOT = 8
SORT_ROLE = Qt.ItemDataRole.UserRole
EXACT_ROLE = Qt.ItemDataRole.UserRole + 1
COLOR_ROLE = Qt.ItemDataRole.UserRole + 2

Index = QModelIndex | QPersistentModelIndex


class ResultTableModel(QAbstractTableModel):
    """Shows a `Table` by the locale."""

    def __init__(self, table: Table, view: QWidget) -> None:
        super().__init__(view)
        self._table = table
        self._view = view
        columns = [[row[index] for row in table.rows] for index in range(len(table.columns))]
        self._digits = [decimals(column.kind, cells) for column, cells in zip(table.columns, columns, strict=True)]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._table.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._table.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self._table.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column_title(column)
        if role == COLOR_ROLE and column.variant is not None:
            return variant_color(colors_of(self._view), column.variant)
        return _alignment(column) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, place = index.row(), index.column()
        cell, column = self._table.rows[row][place], self._table.columns[place]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(cell, column, self._digits[place])
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
            case Qt.ItemDataRole.ForegroundRole:
                return None if is_measured(cell) else QColor(colors_of(self._view).muted)
            case Qt.ItemDataRole.DecorationRole:
                return self._swatch(self._table.variants[row]) if place == 0 and self._table.variants else None
            case Qt.ItemDataRole.ToolTipRole:
                return self._explained(cell, column)
            case _ if role == SORT_ROLE:
                return cell if is_measured(cell) else None
            case _ if role == EXACT_ROLE:
                return exact_text(cell, column.kind, QLocale())
        return None

    def _text(self, cell: Cell, column: Column, digits: int) -> str:
        if not is_measured(cell):
            return self.tr("not measured")
        return cell_text(cell, column.kind, digits, QLocale())

    def _explained(self, cell: Cell, column: Column) -> str | None:
        """All digits of a number; the whole of a text, which may be cut off."""
        if not is_measured(cell):
            return None
        if not column.is_number:
            return cell_text(cell, column.kind, 0, QLocale())
        return f"{exact_text(cell, column.kind, QLocale())} {experiment_text(column.shown_unit)}".strip()

    def _swatch(self, variant: int | None) -> Any:
        if variant is None:
            return None
        return swatch_icon(variant_color(colors_of(self._view), variant), self._view.devicePixelRatioF())


class _Sorted(QSortFilterProxyModel):
    """What was not measured comes last, whichever way it is sorted."""

    def lessThan(self, left: Index, right: Index) -> bool:
        one, other = left.data(SORT_ROLE), right.data(SORT_ROLE)
        if one is None or other is None:
            ascending = self.sortOrder() == Qt.SortOrder.AscendingOrder
            return one is not None if ascending else (one is None and other is not None)
        if isinstance(one, str) or isinstance(other, str):
            return str(one).casefold() < str(other).casefold()
        return bool(one < other)


class _Header(SortHeader):
    """Marks a variant's column with its colour: a dot left of the title."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSortIndicatorClearable(True)
        self.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)

    def _paint_title(self, painter: QPainter, rect: QRect, section: int) -> None:
        painter.save()
        # A title on the left makes room for its dot, below which the ground is ours to paint.
        shift = 0 if self._is_right_aligned(section) else self._room_before(section)
        if shift:
            painter.fillRect(rect, self.palette().button())
            painter.setPen(QColor(colors_of(self).line))
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        super()._paint_title(painter, rect.adjusted(shift, 0, 0, 0), section)
        painter.restore()
        if color := self._color(section):
            left, middle = self._title_left(rect, section) - GRID - DOT, rect.center().y() + 0.5
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(QRectF(left, middle - DOT / 2, DOT, DOT))

    def _title_left(self, rect: QRect, section: int) -> int:
        return max(rect.left() + PADDING, super()._title_left(rect, section))

    def _room_before(self, section: int) -> int:
        return DOT + GRID if self._color(section) else 0

    def _color(self, section: int) -> QColor | None:
        color = self.model().headerData(section, self.orientation(), COLOR_ROLE)
        return color if isinstance(color, QColor) else None


class ResultTable(QTableView):
    """Cells can be chosen and copied. A third click on a title brings the first order back."""

    def __init__(self, table: Table, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = table
        self._sorted = _Sorted(self)
        self._sorted.setSourceModel(ResultTableModel(table, self))
        self.setModel(self._sorted)
        self.setAccessibleName(experiment_text(table.title))
        self.setFont(tabular(self.font()))
        self.setProperty("role", "spacious")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMinimumHeight(LEAST_ROWS * ROW_HEIGHT)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self._set_up_header()
        self._add_actions()

    def full_height(self) -> int:
        """What all rows need, in px."""
        return self.horizontalHeader().sizeHint().height() + self.model().rowCount() * ROW_HEIGHT + 2

    def copy(self) -> None:
        """The chosen cells as lines with tabs: all their digits, and the titles too if everything is chosen."""
        chosen = sorted((index.row(), index.column()) for index in self.selectedIndexes())
        if not chosen:
            return
        model = self.model()
        rows, columns = (sorted({place[side] for place in chosen}) for side in (0, 1))
        lines = [
            [self._copied(row, column) if (row, column) in set(chosen) else "" for column in columns] for row in rows
        ]
        if len(chosen) == model.rowCount() * model.columnCount():
            lines.insert(0, [str(model.headerData(column, Qt.Orientation.Horizontal)) for column in columns])
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))

    def changeEvent(self, event: QEvent) -> None:
        """The swatches take the colours of the new theme."""
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()
            self.horizontalHeader().viewport().update()
        super().changeEvent(event)

    def _copied(self, row: int, column: int) -> str:
        text = str(self.model().index(row, column).data(EXACT_ROLE) or "")
        return " ".join(text.split())  # a tab or a line break would begin another cell

    def _add_actions(self) -> None:
        """Behind a right-click, with their keys."""
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        keys = QKeySequence.StandardKey
        for text, slot, key in (
            (self.tr("&Copy"), self.copy, keys.Copy),
            (self.tr("&Select all"), self.selectAll, keys.SelectAll),
        ):
            action = QAction(text, self)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(slot)
            self.addAction(action)

    def _set_up_header(self) -> None:
        header = _Header(self)
        self.setHorizontalHeader(header)
        self.setSortingEnabled(True)
        self.resizeColumnsToContents()
        for column in range(self.model().columnCount()):
            header.resizeSection(column, min(WIDEST, header.sectionSize(column)))


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
