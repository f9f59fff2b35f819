"""Clicks on the marks in the cells of a view, which leave selection and editing alone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractItemView

PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)


class MarkClicks(QObject):
    """Takes what the pointer does on a mark before the view does, and shows that a mark can be clicked."""

    clicked = Signal(int)  # the row

    def __init__(self, view: QAbstractItemView, row_at: Callable[[QPoint], int]) -> None:
        """`row_at` says whose mark is at a place of the viewport; -1 if there is none."""
        super().__init__(view)
        self._view = view
        self._row_at = row_at
        self._pressed = -1
        view.viewport().setMouseTracking(True)
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QMouseEvent):
            return False
        row = self._row_at(event.position().toPoint())
        if event.type() in PRESSES and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = row
            return row >= 0
        if event.type() == QEvent.Type.MouseMove:
            cursor = Qt.CursorShape.PointingHandCursor if row >= 0 else Qt.CursorShape.ArrowCursor
            self._view.viewport().setCursor(cursor)
            return self._pressed >= 0
        if event.type() == QEvent.Type.MouseButtonRelease and self._pressed >= 0:
            pressed, self._pressed = self._pressed, -1
            if row == pressed:
                self.clicked.emit(row)
            return True
        return False
