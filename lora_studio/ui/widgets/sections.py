"""Headings and hairlines: how a panel is divided without boxes."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from lora_studio.ui.theme import GRID, colors_of, heading_font


class Heading(QLabel):
    """The title of a panel or of a part of one."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("role", "heading")
        self.setFont(heading_font(self.font()))


class Hairline(QWidget):
    """One line of the mid tone with room above and below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(2 * GRID + 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(colors_of(self).line)
        painter.drawLine(0, GRID, self.width(), GRID)
        painter.end()
