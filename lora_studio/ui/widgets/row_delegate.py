"""How a row of a dataset is painted and typed: new words underlined, rows that teach nothing marked."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QKeySequence, QPainter, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from lora_studio.core.data.dataset import MAX_ROW_CHARACTERS
from lora_studio.core.data.examples import is_structured
from lora_studio.core.errors import StudioError
from lora_studio.ui.dataset_model import KEEPING, TEXT, Keeping
from lora_studio.ui.icons import icon
from lora_studio.ui.theme import GRID, Colors, colors_of, small_font
from lora_studio.ui.widgets.row_filter import in_dataset

ICON = 16
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
KEEPING_MARKS = {  # the icon and its colour
    Keeping.KEPT: ("shield", "edge"),
    Keeping.CONTRADICTED: ("shield_off", "warning"),
    Keeping.HELD_OUT: ("shield_open", "muted"),
}

Index = QModelIndex | QPersistentModelIndex


class RowEditor(QLineEdit):
    """Types one row. Several lines on the clipboard are not one row: they are handed on instead."""

    lines_pasted = Signal(list)  # list[str]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            lines = [line for line in QApplication.clipboard().text().splitlines() if line.strip()]
            if len(lines) > 1:
                self.lines_pasted.emit(lines)
                return
        super().keyPressEvent(event)


class RowDelegate(QStyledItemDelegate):
    """Paints and edits the cells of a `DatasetModel`."""

    lines_pasted = Signal(QWidget, list)  # the editor and list[str]: pasted while a row was being typed
    problem = Signal(object)  # StudioError
    example_wanted = Signal(int)  # a row of several parts was about to be typed

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view

    # Painting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        # Without initStyleOption, which asks the model six times for what a row never has: a long way for each cell.
        own = QStyleOptionViewItem(option)
        colors = colors_of(self._view)
        self._view.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, self._view)
        painter.save()
        inside = option.rect.adjusted(GRID, 0, -GRID, 0)
        dataset, row = in_dataset(index)
        if index.column() == TEXT:
            selected = bool(option.state & QStyle.StateFlag.State_Selected)
            self._paint_text(painter, inside, own, dataset.shown(row), dataset.new_words_in(row), colors, selected)
        elif index.column() == KEEPING:
            self._paint_keeping(painter, own.rect, dataset.keeping_of(row))
        elif dataset.problem_of(row):
            right = QRect(inside.right() - ICON + 1, inside.center().y() - ICON // 2 + 1, ICON, ICON)
            icon("warning", self._view, "warning").paint(painter, right)
        else:
            painter.setPen(QColor(colors.muted))
            painter.setFont(small_font(own.font))
            painter.drawText(inside, RIGHT, dataset.length(row))
        painter.restore()

    def _paint_text(
        self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, text: str,
        new: list[tuple[int, str]], colors: Colors, selected: bool,
    ) -> None:  # fmt: skip
        shown = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.setPen(QColor(colors.text))
        painter.setClipRect(rect)
        if not new:
            painter.drawText(rect, LEFT, shown)
            return
        layout = QTextLayout(shown, option.font)
        marked = _marked(colors, selected)
        layout.setFormats([_range(start, word, marked) for start, word in new if start < len(shown)])
        layout.beginLayout()
        line = layout.createLine()
        layout.endLayout()
        top = rect.top() + (rect.height() - line.height()) / 2
        layout.draw(painter, QPointF(rect.left(), top))

    def _paint_keeping(self, painter: QPainter, cell: QRect, keeping: Keeping | None) -> None:
        if keeping is not None:
            name, tint = KEEPING_MARKS[keeping]
            place = QRect(0, 0, ICON, ICON)
            place.moveCenter(cell.center())
            icon(name, self._view, tint).paint(painter, place)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """The whole text, where the column is too narrow for it, and what is to be said about the row."""
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return super().helpEvent(event, view, option, index)
        cell = index.model().index(index.row(), TEXT)
        text, room = str(cell.data()), view.visualRect(cell).width() - 2 * GRID
        lines = [text] if index.column() != KEEPING and view.fontMetrics().horizontalAdvance(text) > room else []
        remarks = index.data(Qt.ItemDataRole.ToolTipRole)
        QToolTip.showText(event.globalPos(), "\n".join(filter(None, (*lines, remarks))), view)
        return True

    # Typing

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        dataset, row = in_dataset(index)
        if is_structured(dataset.text(row)):
            QTimer.singleShot(0, self, lambda: self.example_wanted.emit(row))  # not while the view is at it
            return cast(QWidget, None)  # Qt's way to say that nothing is typed here
        editor = RowEditor(parent)
        editor.setMaxLength(MAX_ROW_CHARACTERS)
        editor.setAccessibleName(self.tr("Row {number}").format(number=row + 1))
        editor.lines_pasted.connect(lambda lines: self.lines_pasted.emit(editor, lines))
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(option.rect)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        dataset, row = in_dataset(index)
        try:
            dataset.set_text(row, cast(RowEditor, editor).text())
        except StudioError as error:
            self.problem.emit(error)


def _marked(colors: Colors, selected: bool) -> QTextCharFormat:
    """A word that is new to the base; on the selection's ground the accent would be too faint for text."""
    result = QTextCharFormat()
    result.setForeground(QColor(colors.text if selected else colors.accent))
    result.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
    result.setUnderlineColor(QColor(colors.accent))
    return result


def _range(start: int, word: str, marked: QTextCharFormat) -> QTextLayout.FormatRange:
    result = QTextLayout.FormatRange()
    result.start, result.length, result.format = start, len(word), marked
    return result
