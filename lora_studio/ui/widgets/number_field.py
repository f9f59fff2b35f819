"""A field for a whole or a decimal number that says what is wrong instead of correcting it silently."""

from __future__ import annotations

import math
import re

from PySide6.QtCore import QEvent, QLocale, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from lora_studio.ui.widgets.text_field import is_for_the_window

WIDTH_IN_DIGITS = 8

Step = QAbstractSpinBox.StepEnabledFlag


class NumberField(QAbstractSpinBox):
    """Shows and reads a number. What is outside the limits can be typed; whoever listens to `edited` judges it.

    A decimal number is read with a point or a comma and as 2e-3, never with separators between thousands: whoever
    types 0.002 in a German window means two thousandths, not two.
    """

    edited = Signal()

    def __init__(
        self,
        *,
        whole: bool,
        logarithmic: bool,
        lowest: float,
        highest: float,
        zero: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`zero` is a word for 0, which then is what an empty field means."""
        super().__init__(parent)
        self._whole = whole
        self._logarithmic = logarithmic
        self._lowest = lowest
        self._highest = highest
        self._zero = zero
        self.lineEdit().setPlaceholderText(zero)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # not by the wheel, see wheelEvent
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.lineEdit().textEdited.connect(self.edited)

    def number(self) -> float | int | None:
        """What the text says; None if it is not a number of this kind."""
        if self._zero and not self.text().strip():
            return 0
        return read_number(self.text(), whole=self._whole, locale=self.locale())

    def set_number(self, value: float) -> None:
        if self.number() != value:
            self.lineEdit().setText("" if self._zero and value == 0 else write_number(value, self.locale()))

    def stepBy(self, steps: int) -> None:
        """Up and down stay within the limits; by factors 1-2-5 if logarithmic."""
        value = self.number()
        if value is None:
            return
        for _ in range(abs(steps)):
            value = self._after(value, 1 if steps > 0 else -1)
        self.set_number(value)
        self.lineEdit().selectAll()
        self.edited.emit()

    def stepEnabled(self) -> Step:
        value = self.number()
        if value is None:
            return Step.StepNone
        up = Step.StepUpEnabled if value < self._highest else Step.StepNone
        return up | (Step.StepDownEnabled if value > self._lowest else Step.StepNone)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        return QValidator.State.Acceptable, text, position

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the form unless the person is in this field."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        """Undo and redo that the text knows nothing of are the window's: they undo the setting.

        Here and not in a filter on the text: a spin box hands such keys to its text past any filter.
        """
        line = self.lineEdit()
        if is_for_the_window(event, undo=line.isUndoAvailable(), redo=line.isRedoAvailable()):
            return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance("0" * WIDTH_IN_DIGITS) + 34
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _after(self, value: float, direction: int) -> float:
        if self._logarithmic:
            return self._within(neighbour_on_125(value, direction), value)
        return self._within(value + direction, value)

    def _within(self, wanted: float, otherwise: float) -> float:
        return wanted if self._lowest <= wanted <= self._highest else otherwise


def neighbour_on_125(value: float, direction: int) -> float:
    """The next number of the row … 0.1, 0.2, 0.5, 1, 2, 5, 10 … above (1) or below (-1) `value`."""
    if value <= 0:
        return value
    exponent = math.floor(math.log10(value))
    row = [float(f"{digit}e{power}") for power in range(exponent - 1, exponent + 2) for digit in (1, 2, 5)]
    above = [number for number in row if number > value * (1 + 1e-9)]
    below = [number for number in row if number < value * (1 - 1e-9)]
    return above[0] if direction > 0 else below[-1]


def write_number(value: float, locale: QLocale) -> str:
    """As short as it can be said: 4, 0.002, 1e-5, with the decimal mark of `locale`."""
    if isinstance(value, int):
        return str(value)
    text = re.sub(r"e([+-])0*", lambda found: "e" + found.group(1).replace("+", ""), f"{value:.10g}")
    return text.replace(".", locale.decimalPoint())


def read_number(text: str, *, whole: bool, locale: QLocale) -> float | int | None:
    """The number in `text`, or None."""
    text = text.strip().replace("\N{MINUS SIGN}", "-")
    if whole:
        separator = re.escape(locale.groupSeparator())
        if re.fullmatch(rf"\d{{1,3}}({separator}\d{{3}})+", text):
            text = re.sub(separator, "", text)
        return int(text) if re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII) else None
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None
