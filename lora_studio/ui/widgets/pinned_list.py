"""All pinned prompts below each other: first those that were to change, then those that were to stay."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from lora_studio.core.data.builtin import Probe
from lora_studio.ui.theme import GRID
from lora_studio.ui.widgets.pinned_row import PinnedRow


class PinnedList(QWidget):
    """A heading and the rows, all in full height. A row keeps its numbers until new ones arrive."""

    chosen = Signal(object)  # Probe
    unpinned = Signal(str)  # the prompt

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[PinnedRow] = []
        self._heading = QLabel(self)
        self._heading.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._heading.setWordWrap(True)
        self._content = QWidget(self)
        self._lines = QVBoxLayout(self._content)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(0)
        self._lines.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self._heading)
        layout.addWidget(self._content)
        layout.addStretch(1)

    @property
    def rows(self) -> tuple[PinnedRow, ...]:
        return tuple(self._rows)

    @property
    def heading(self) -> str:
        return self._heading.text()

    def set_pins(self, pins: tuple[Probe, ...]) -> None:
        """Keeps the rows whose probe is unchanged."""
        ordered = sorted(pins, key=lambda pin: pin.kind != "corrected")  # stable: otherwise the person's order
        kept = {row.probe: row for row in self._rows}
        self._rows = [kept.pop(pin) if pin in kept else self._new_row(pin) for pin in ordered]
        for row in kept.values():
            self._lines.removeWidget(row)
            row.deleteLater()
        for index, row in enumerate(self._rows):
            self._lines.insertWidget(index, row)
        self._say(len(pins))

    def row(self, prompt: str) -> PinnedRow | None:
        return next((row for row in self._rows if row.probe.prompt == prompt), None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for row in self._rows:
            row.set_grid_width(self.width())

    def _new_row(self, probe: Probe) -> PinnedRow:
        row = PinnedRow(probe, self._content)
        row.set_grid_width(self.width())
        row.chosen.connect(self.chosen)
        row.unpinned.connect(self.unpinned)
        return row

    def _say(self, count: int) -> None:
        if count:
            self._heading.setText(self.tr("Pinned"))
        else:
            self._heading.setText(
                self.tr("Nothing is pinned. Press Enter in the prompt to watch it here and while training.")
            )
