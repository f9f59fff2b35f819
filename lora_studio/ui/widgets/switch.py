"""A check box whose text wraps, which Qt's own cannot."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QWidget


class Switch(QWidget):
    """The text belongs to the box: a click on it is a click on the box."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QCheckBox(self)
        self.box.setAccessibleName(text)
        self._text = QLabel(text, self)
        self._text.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.box)
        row.addWidget(self._text, 1)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # else it could not be given a place in the order of Tab
        self.setFocusProxy(self.box)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._text.geometry().contains(event.position().toPoint()):
            self.box.click()
