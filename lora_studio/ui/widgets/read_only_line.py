"""The quiet line of a window that may only look: another one has its workspace."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from lora_studio.ui.theme import GRID, set_property


class ReadOnlyLine(QWidget):
    """Stands in the status bar as long as the window does."""

    try_again = Signal()

    def __init__(self, reason: str, parent: QWidget | None = None) -> None:
        """`reason`: why nothing can be written, if no other window is the cause."""
        super().__init__(parent)
        text = reason or self.tr("Read-only: another window has this workspace, so nothing is kept here.")
        self.label = QLabel(text, self)
        set_property(self.label, "role", "warning")
        self.button = QPushButton(self.tr("&Try again"), self)
        self.button.setToolTip(self.tr("Opens the workspace again, for writing if that can be done now"))
        self.button.setAccessibleName(self.tr("Try again to open the workspace for writing"))
        self.button.clicked.connect(lambda _=False: self.try_again.emit())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, GRID, 0)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.label)
        layout.addWidget(self.button)
