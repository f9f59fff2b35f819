"""What belongs into an empty table, and the one button that brings it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QPushButton, QVBoxLayout, QWidget

from lora_studio.ui.theme import GRID


class EmptyHint(QWidget):
    """Lies over the view as long as there is something to say."""

    pressed = Signal()

    def __init__(self, view: QAbstractScrollArea) -> None:
        super().__init__(view.viewport())
        self._label = QLabel(self)
        self._label.setProperty("role", "muted")
        self._label.setWordWrap(True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button = QPushButton(self.tr("Add row"), self)
        self._button.setAccessibleName(self._button.text())
        self._button.clicked.connect(self.pressed)
        self._action: QAction | None = None  # what the button stands for
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.setSpacing(3 * GRID)
        column.addStretch(1)
        column.addWidget(self._label)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        over = QVBoxLayout(view.viewport())
        over.setContentsMargins(0, 0, 0, 0)
        over.addWidget(self)
        self.hide()

    def say(self, text: str, button: str = "") -> None:
        """Without a text it goes away."""
        self._label.setText(text)
        self._button.setText(button or self._button.text())
        self._button.setAccessibleName(self._button.text())
        self.setVisible(bool(text))

    def follow(self, action: QAction) -> None:
        """The button can be pressed while `action` can; else it says why not, as that does."""
        self._action = action
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        if self._action is not None:
            self._button.setEnabled(self._action.isEnabled())
            self._button.setToolTip(self._action.toolTip())

    def text(self) -> str:
        return self._label.text()
