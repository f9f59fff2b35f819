"""For a method that compares two groups of prompts: which way it moves, and a button that turns it round."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from lora_studio.ui.theme import GRID, small_font


class GroupsLine(QWidget):
    """Not there while the method learns rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLabel(self)
        self.text.setProperty("role", "muted")
        self.text.setWordWrap(True)
        self.text.setFont(small_font(self.font()))
        self.swap_button = QToolButton(self)
        self.swap_button.setText(self.tr("Swap"))
        self.swap_button.setAccessibleName(self.tr("Swap the two groups"))
        self.swap_button.setToolTip(self.tr("Moves the other way: towards the second, away from the first"))
        self.swap_button.setFont(self.text.font())
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GRID)
        line.addWidget(self.text, 1)
        line.addWidget(self.swap_button)

    def show_groups(self, ticked: tuple[str, ...] | None) -> None:
        """The ticked datasets, the one to move towards first; None: nothing is compared."""
        if ticked is not None and len(ticked) == 2:
            text = self.tr("Towards {first}, away from {second}.").format(first=ticked[0], second=ticked[1])
        else:
            text = self.tr("Tick two groups of prompts: the first to move towards, the second to move away from.")
        self.text.setText(text)
        self.setVisible(ticked is not None)
        self.swap_button.setVisible(ticked is not None and len(ticked) == 2)
