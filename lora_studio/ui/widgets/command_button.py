"""Looks like a quiet field in the menu bar, and opens the command palette."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from lora_studio.ui.icons import pixmap
from lora_studio.ui.theme import GRID, small_font

WIDTH = 250


class CommandButton(QPushButton):
    def __init__(self, action: QAction, parent: QWidget) -> None:
        """`action` is what opens the palette; its keys stand in the button."""
        super().__init__(parent)
        text = self.tr("Find a command…")
        self.setProperty("role", "search")
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # by keyboard: its keys
        self.setToolTip(self.tr("Everything that can be done, found by typing"))
        self.clicked.connect(action.trigger)
        self._picture = QLabel(self)
        self._text = QLabel(text, self)
        self._keys = QLabel(action.shortcut().toString(QKeySequence.SequenceFormat.NativeText), self)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
        row.setSpacing(2 * GRID)
        for label in (self._picture, self._text, self._keys):
            label.setProperty("role", "muted")
            label.setFont(small_font(self.font()))
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(label, 1 if label is self._text else 0)
        self._show_picture()

    def sizeHint(self) -> QSize:
        needed = self._row.sizeHint()
        return QSize(max(WIDTH, needed.width()), needed.height() + 2 * GRID)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_picture"):
            self._show_picture()

    def _show_picture(self) -> None:
        self._picture.setPixmap(pixmap("search", self, 14, tint="muted"))
