"""What is shown while an experiment runs: what it does, how far it is, and a way out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from lora_studio.ui.theme import GRID
from lora_studio.ui.widgets.board_painting import LARGER
from lora_studio.ui.widgets.figures import tabular

STEPS = 1000  # of the bar


class ProgressPage(QWidget):
    """The title stays where it is; the text below it changes."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setFont(tabular(self.text.font()))
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(360)
        self.bar.setAccessibleName(self.tr("Progress of the experiment"))
        self.cancel_button = QPushButton(self.tr("&Cancel"), self)
        self.cancel_button.setAccessibleName(self.tr("Cancel the experiment"))
        heading = large_title(title, self)
        heading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(6 * GRID, 6 * GRID, 6 * GRID, 6 * GRID)
        column.setSpacing(4 * GRID)
        column.addStretch(2)
        column.addWidget(heading)
        column.addWidget(self.text)
        column.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.cancel_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def begin(self) -> None:
        """Another run: it can be cancelled."""
        self.cancel_button.setEnabled(True)

    def show_progress(self, text: str, fraction: float | None) -> None:
        """Does not take back that it is being cancelled."""
        if self.cancel_button.isEnabled():
            self.text.setText(text)
        self.bar.setMaximum(0 if fraction is None else STEPS)
        self.bar.setValue(0 if fraction is None else round(STEPS * min(1.0, max(0.0, fraction))))
        for part in (self.bar, self.cancel_button):
            part.show()

    def show_cancelling(self) -> None:
        self.text.setText(self.tr("Cancelling…"))
        self.cancel_button.setEnabled(False)

    def show_end(self) -> None:
        """It is over, and there is no result."""
        self.text.setText(self.tr("The experiment ended without a result."))
        for part in (self.bar, self.cancel_button):
            part.hide()


def large_title(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setFont(tabular(label.font(), points=LARGER, bold=True))
    return label
