"""How the list of datasets shows whose rows are kept: a shield, and an empty one where a click would set it."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from lora_studio.ui.icons import icon

ICON = 16
KEEP_KEYS = "Ctrl+P"  # in the list and in the rows; a letter alone would begin to type
KEPT, LEARNED = Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2  # the roles of what a cell knows

Index = QModelIndex | QPersistentModelIndex


class ShownOnly(QStyledItemDelegate):
    """For cells that nobody types into, in an item whose name can be edited."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        return cast(QWidget, None)  # Qt's way to say that there is none


class KeepingDelegate(ShownOnly):
    """What is learned cannot be kept, so nothing is offered there."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        pointed = option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected)
        if index.data(LEARNED) or not (index.data(KEPT) or pointed):
            return
        place = QRect(0, 0, ICON, ICON)
        place.moveCenter(option.rect.center())
        name, tint = ("shield", "muted") if index.data(KEPT) else ("shield_open", "edge")
        icon(name, self._view, tint).paint(painter, place)
