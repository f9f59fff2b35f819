"""A field for one of a few values, each with a title."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from lora_studio.ui.widgets.number_field import WIDTH_IN_DIGITS
from lora_studio.ui.widgets.quiet_combo import QuietCombo

AROUND = 34  # px beside the text: border, padding and arrow of the style sheet

Value = str | int


class ChoiceField(QuietCombo):
    """Its values keep their type."""

    edited = Signal()

    def __init__(self, titles: Mapping[Value, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values = tuple(titles)
        self.addItems(list(titles.values()))
        self.activated.connect(lambda _: self.edited.emit())

    def value(self) -> Value:
        return self._values[self.currentIndex()]

    def set_value(self, value: Value) -> None:
        self.setCurrentIndex(self._values.index(value))

    def is_narrow(self) -> bool:
        """Whether every title can be read in the width of a number's field."""
        metrics = self.fontMetrics()
        room = metrics.horizontalAdvance("0" * WIDTH_IN_DIGITS)
        return all(metrics.horizontalAdvance(self.itemText(index)) <= room for index in range(self.count()))

    def sizeHint(self) -> QSize:
        """As wide as a number's field, so that they stand in one column."""
        width = self.fontMetrics().horizontalAdvance("0" * WIDTH_IN_DIGITS) + AROUND
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
