"""Training rows ranked by what they did to an answer: bars to the right helped, bars to the left held it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from lora_studio.core.data.examples import shown_row
from lora_studio.ui.theme import GRID, colors_of, small_font
from lora_studio.ui.widgets.figures import tabular

if TYPE_CHECKING:
    from lora_studio.core.instruments.influence import Influence, InfluenceRow

ROW, SHARE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
MOST_SHOWN = 200  # of each kind: the most helpful, and the most hindering
BAR = 6  # px, the height of a bar
NUMBER = "−100"


class InfluenceList(QListWidget):
    """Scores are shown relative to the strongest, −100 to 100: only their proportions mean something."""

    row_wanted = Signal(str, str)  # dataset, row

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(_Bars(self))
        self.setAccessibleName(self.tr("Training rows by their influence"))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.itemClicked.connect(self._want)
        self.itemActivated.connect(self._want)

    def show_influence(self, found: Influence) -> None:
        self.clear()
        rows = found.rows
        if len(rows) > 2 * MOST_SHOWN:
            rows = (*rows[:MOST_SHOWN], *rows[-MOST_SHOWN:])
        strongest = max((abs(row.score) for row in rows), default=0.0) or 1.0
        for row in rows:
            self.addItem(self._item(row, row.score / strongest))

    def _item(self, row: InfluenceRow, share: float) -> QListWidgetItem:
        number = signed(share, self)
        text = shown_row(row.text)
        item = QListWidgetItem(text)
        item.setData(ROW, (row.dataset, row.text))
        item.setData(SHARE, share)
        effect = self.tr("helped") if share > 0 else self.tr("held back")
        words = self.tr("{row} ({dataset}): {effect}, {number} of 100")
        words = words.format(row=text, dataset=row.dataset, effect=effect, number=number)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
        item.setToolTip(words)
        return item

    def _want(self, item: QListWidgetItem) -> None:
        dataset, row = item.data(ROW)
        self.row_wanted.emit(dataset, row)


def signed(share: float, widget: QWidget) -> str:
    """A share of −1 to 1 as "+37" or "−5"."""
    number = round(100 * share)
    text = widget.locale().toString(abs(number))
    return f"+{text}" if number > 0 else f"−{text}" if number < 0 else text


class _Bars(QStyledItemDelegate):
    """The row above its bar, with the number at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, option.fontMetrics.height() + BAR + 4 * GRID)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        view = self.parent()
        assert isinstance(view, QWidget)
        colors, share = colors_of(view), float(index.data(SHARE))
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(colors.selection))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, QColor(colors.hover))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(colors.accent), 1))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))
        inside = option.rect.adjusted(2 * GRID, GRID, -2 * GRID, -GRID)
        numbers = tabular(small_font(option.font))
        painter.setFont(numbers)
        wide = painter.fontMetrics().horizontalAdvance(NUMBER)
        line = QRect(inside.left(), inside.top(), inside.width(), option.fontMetrics.height())
        painter.setPen(QColor(colors.text))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, signed(share, view))
        painter.setFont(QFont(option.font))
        room = line.width() - wide - 2 * GRID
        text = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room)
        painter.drawText(line.adjusted(0, 0, -wide - 2 * GRID, 0), Qt.AlignmentFlag.AlignVCenter, text)
        self._paint_bar(painter, QRectF(inside.left(), line.bottom() + GRID, inside.width(), BAR), share, view)
        painter.restore()

    def _paint_bar(self, painter: QPainter, area: QRectF, share: float, view: QWidget) -> None:
        colors = colors_of(view)
        middle = area.center().x()
        painter.fillRect(area, QColor(colors.hover))
        length = abs(share) * area.width() / 2
        left = middle if share > 0 else middle - length
        color = colors.variants[1] if share > 0 else colors.variants[2]  # blue and orange, told apart by all
        painter.fillRect(QRectF(left, area.top(), length, area.height()), QColor(color))
        painter.setPen(QPen(QColor(colors.muted), 1))
        painter.drawLine(round(middle), round(area.top()) - 1, round(middle), round(area.bottom()) + 1)
