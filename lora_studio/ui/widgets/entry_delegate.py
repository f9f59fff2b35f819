"""Paints one line of the command palette: what it does, where it stands, and its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from lora_studio.ui.theme import GRID, colors_of, small_font

if TYPE_CHECKING:
    from lora_studio.ui.command_palette import Entry

ROW_HEIGHT = 7 * GRID
TICK = "✓ "
Index = QModelIndex | QPersistentModelIndex
Left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
Right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class EntryDelegate(QStyledItemDelegate):
    """The title left, the keys right; between them, smaller, the place or the reason why it cannot be done."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = cast("Entry", index.data(Qt.ItemDataRole.UserRole))
        colors = colors_of(option.widget)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.selection))
            painter.drawRoundedRect(option.rect, 4, 4)
        place = option.rect.adjusted(2 * GRID, 0, -2 * GRID, 0)
        possible = not entry.obstacle
        title = (TICK if entry.ticked else "") + entry.title
        right = self._keys(painter, option, entry, place, colors.muted)
        rest = QRect(place.topLeft(), QSize(right - place.left(), place.height()))
        painter.setFont(option.font)
        painter.setPen(QColor(colors.text if possible else colors.muted))
        painter.drawText(rest, Left, option.fontMetrics.elidedText(title, Qt.TextElideMode.ElideRight, rest.width()))
        used = option.fontMetrics.horizontalAdvance(title) + 3 * GRID
        self._aside(painter, option, entry.obstacle or entry.place, rest.adjusted(used, 0, 0, 0), colors.muted)
        painter.restore()

    def _keys(self, painter: QPainter, option: QStyleOptionViewItem, entry: Entry, place: QRect, color: str) -> int:
        """Returns where the room for the rest ends."""
        if not entry.keys:
            return place.right()
        painter.setFont(option.font)
        painter.setPen(QColor(color))
        painter.drawText(place, Right, entry.keys)
        return place.right() - option.fontMetrics.horizontalAdvance(entry.keys) - 3 * GRID

    def _aside(self, painter: QPainter, option: QStyleOptionViewItem, text: str, place: QRect, color: str) -> None:
        if not text or place.width() < 8 * GRID:
            return
        painter.setFont(small_font(option.font))
        painter.setPen(QColor(color))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Left, shown)
