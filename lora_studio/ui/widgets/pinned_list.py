"""All pinned prompts below each other, in the order that a person chooses or makes."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPoint, QSignalBlocker, QTimer, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from lora_studio.core.data.builtin import Probe
from lora_studio.ui.theme import GRID
from lora_studio.ui.widgets.comparison_text import at_temperature
from lora_studio.ui.widgets.order_choice import OrderChoice
from lora_studio.ui.widgets.pinned_order import Order, in_order
from lora_studio.ui.widgets.pinned_row import PinnedRow

REST_MS = 400  # rows that are sorted by their numbers stand still while the numbers run


class PinnedList(QWidget):
    """A heading and the rows, all in full height. A row keeps its numbers until new ones arrive."""

    chosen = Signal(object)  # Probe
    unpinned = Signal(str)  # the prompt
    reordered = Signal(object)  # tuple[str, ...]: the prompts as the person put them

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pins: tuple[Probe, ...] = ()
        self._rows: list[PinnedRow] = []
        self._offset = 0
        self._dragging = False
        self._temperature = 1.0
        self._heading = QLabel(self)
        self._heading.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.order = OrderChoice(self)
        self.order.changed.connect(self._arrange)
        self._content = QWidget(self)
        self._lines = QVBoxLayout(self._content)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(0)
        self._at_rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._at_rest.timeout.connect(self._arrange)
        self._lay_out()

    def _lay_out(self) -> None:
        heading = self._heading_line = QHBoxLayout()
        heading.setSpacing(GRID)
        heading.addWidget(self._heading)
        heading.addWidget(self.order)
        heading.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(heading)
        layout.addWidget(self._content)
        layout.addStretch(1)

    @property
    def rows(self) -> tuple[PinnedRow, ...]:
        """From top to bottom."""
        return tuple(self._rows)

    @property
    def heading(self) -> str:
        return self._heading.text()

    def set_pins(self, pins: tuple[Probe, ...]) -> None:
        """Keeps the rows whose probe is unchanged."""
        self._pins = pins
        kept = {row.probe: row for row in self._rows}
        self._rows = [kept.pop(pin) if pin in kept else self._new_row(pin) for pin in pins]
        for row in kept.values():
            self._lines.removeWidget(row)
            row.deleteLater()
        self._arrange()
        self._say()

    def set_temperature(self, temperature: float) -> None:
        """What the numbers are for; said in the heading if it is not 1."""
        self._temperature = temperature
        self._say()

    def set_offset(self, offset: int) -> None:
        """By how much the columns are scrolled to the left."""
        self._offset = offset
        self._heading_line.setContentsMargins(offset, 0, 0, 0)
        for row in self._rows:
            row.set_offset(offset)

    def row(self, prompt: str) -> PinnedRow | None:
        return next((row for row in self._rows if row.probe.prompt == prompt), None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for row in self._rows:
            row.set_grid_width(self.width())

    def _new_row(self, probe: Probe) -> PinnedRow:
        row = PinnedRow(probe, self._content)
        row.set_grid_width(self.width())
        row.set_offset(self._offset)
        row.chosen.connect(self.chosen)
        row.unpinned.connect(self.unpinned)
        row.shifted.connect(lambda step: self._shift(row, step))
        row.dragged.connect(lambda where: self._drag(row, where))
        row.dropped.connect(self._drop)
        row.answered.connect(self._row_answered)
        return row

    # The order

    def _arrange(self) -> None:
        """Puts the rows into the chosen order."""
        if self._dragging:
            return
        by_pin = {row.probe: row for row in self._rows}
        pinned = [by_pin[pin] for pin in self._pins]
        moved = [row.moved for row in pinned]
        self._set_rows([pinned[i] for i in in_order(self._pins, self.order.order, moved)])

    def _set_rows(self, rows: list[PinnedRow]) -> None:
        self._rows = rows
        if [self._lines.indexOf(row) for row in rows] == list(range(len(rows))):
            return
        for index, row in enumerate(rows):
            if self._lines.indexOf(row) != index:
                self._lines.removeWidget(row)
                self._lines.insertWidget(index, row)
        for row in rows:
            QWidget.setTabOrder(row, row.unpin_button)
        for before, after in pairwise(rows):
            QWidget.setTabOrder(before.unpin_button, after)

    def _row_answered(self) -> None:
        if self.order.order is Order.MOVED:
            self._at_rest.start()

    def _shift(self, row: PinnedRow, step: int) -> None:
        self._move(row, self._rows.index(row) + step)
        self._drop()

    def _drag(self, row: PinnedRow, where: QPoint) -> None:
        self._dragging = True
        self._move(row, self._content.mapFromGlobal(where).y() // max(1, row.height()))

    def _move(self, row: PinnedRow, place: int) -> None:
        rows = [other for other in self._rows if other is not row]
        rows.insert(max(0, min(place, len(rows))), row)
        self._set_rows(rows)

    def _drop(self) -> None:
        """What the person made is the order from now on."""
        self._dragging = False
        pins = tuple(row.probe for row in self._rows)
        with QSignalBlocker(self.order):
            self.order.set_order(Order.PINNED)
        if pins != self._pins:
            self._pins = pins
            self.reordered.emit(tuple(pin.prompt for pin in pins))

    def _say(self) -> None:
        self.order.setVisible(len(self._pins) > 1)
        self._heading_line.setStretch(0, 0 if self._pins else 1)
        self._heading.setWordWrap(not self._pins)
        if self._pins:
            where = at_temperature(self._temperature, self.locale())
            self._heading.setText(" · ".join(filter(None, (self.tr("Pinned"), where))))
        else:
            self._heading.setText(
                self.tr("Nothing is pinned. Press Enter in the prompt to watch it here and while training.")
            )
