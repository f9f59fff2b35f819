"""What is shown while an experiment runs: what it does, how far it is, and a way out."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from lora_studio.ui.theme import GRID
from lora_studio.ui.widgets.board_painting import LARGER
from lora_studio.ui.widgets.figures import clock, tabular

STEPS = 1000  # of the bar
ENOUGH = 0.05  # of the whole: until then the time left would be a guess


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
        self.time = QLabel(self)
        self.time.setFont(tabular(self.time.font()))
        self.time.setProperty("role", "muted")
        self._began = time.monotonic()
        self._first: tuple[float, float] | None = None  # when a fraction was first told, and which
        self._fraction: float | None = None
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._show_time)
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
        column.addWidget(self.time, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.cancel_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def begin(self) -> None:
        """Another run: it can be cancelled."""
        self.cancel_button.setEnabled(True)
        self._began, self._first = time.monotonic(), None
        self._clock.start()

    def show_progress(self, text: str, fraction: float | None) -> None:
        """Does not take back that it is being cancelled."""
        if self.cancel_button.isEnabled():
            self.text.setText(text)
        self.bar.setMaximum(0 if fraction is None else STEPS)
        self.bar.setValue(0 if fraction is None else round(STEPS * min(1.0, max(0.0, fraction))))
        self._fraction = fraction
        if fraction is not None and self._first is None:
            self._first = (time.monotonic(), fraction)  # opening a model before does not count
        self._show_time()
        for part in (self.bar, self.time, self.cancel_button):
            part.show()

    def show_cancelling(self) -> None:
        self.text.setText(self.tr("Cancelling…"))
        self.cancel_button.setEnabled(False)

    def show_end(self) -> None:
        """It is over, and there is no result."""
        self.text.setText(self.tr("The experiment ended without a result."))
        self._clock.stop()
        for part in (self.bar, self.time, self.cancel_button):
            part.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        """The result is there, or the window is closed."""
        super().hideEvent(event)
        self._clock.stop()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.bar.isHidden():
            self._clock.start()

    def _show_time(self) -> None:
        text = self.tr("{time} elapsed").format(time=clock(time.monotonic() - self._began, self.locale()))
        left = self._seconds_left()
        if left is not None:
            text += " · " + self.tr("{time} left").format(time=clock(left, self.locale()))
        self.time.setText(text)

    def _seconds_left(self) -> float | None:
        """From what was done since the first fraction was told; None as long as that says little."""
        if self._first is None or self._fraction is None:
            return None
        since, begin = self._first
        done = self._fraction - begin
        if self._fraction < ENOUGH or done <= 0:
            return None
        return (time.monotonic() - since) / done * max(0.0, 1 - self._fraction)


def large_title(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setFont(tabular(label.font(), points=LARGER, bold=True))
    return label
