"""At which temperature the model is asked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from lora_studio.ui.theme import set_property
from lora_studio.ui.widgets.number_field import NumberField, write_number

LOWEST, HIGHEST, OWN = 0.1, 3.0, 1.0
PER_UNIT = 10  # steps for a temperature of 1


class TemperatureField(NumberField):
    """A number from 0.1 to 3; a double-click goes back to 1, which gives the model's own probabilities."""

    changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(whole=False, logarithmic=False, lowest=LOWEST, highest=HIGHEST, parent=parent)
        self._temperature = OWN
        for part in (self, self.lineEdit()):
            part.setAccessibleName(self.tr("Temperature"))
        self.set_number(OWN)
        self.edited.connect(self._judge)
        self.lineEdit().installEventFilter(self)
        self._judge()

    @property
    def temperature(self) -> float:
        """The last one that could be used."""
        return self._temperature

    def set_temperature(self, temperature: float) -> None:
        self.set_number(temperature)
        self._judge()

    def reset(self) -> None:
        self.set_temperature(OWN)
        self.lineEdit().selectAll()

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance("0.00") + 34
        return QSize(width, super().sizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self.reset()
            return True
        return super().eventFilter(watched, event)

    def _after(self, value: float, direction: int) -> float:
        return self._within(round(value + direction / PER_UNIT, 6), value)

    def _judge(self) -> None:
        number = self.number()
        sound = number is not None and LOWEST <= number <= HIGHEST
        set_property(self, "invalid", not sound)
        self.setToolTip(self._explained() if sound else self._limits())
        if sound and number is not None and number != self._temperature:
            self._temperature = float(number)
            font = self.lineEdit().font()
            font.setBold(self._temperature != OWN)
            self.lineEdit().setFont(font)
            self.changed.emit(self._temperature)

    def _limits(self) -> str:
        lowest, highest = (write_number(value, self.locale()) for value in (LOWEST, HIGHEST))
        return self.tr("From {lowest} to {highest}.").format(lowest=lowest, highest=highest)

    def _explained(self) -> str:
        return self.tr(
            "Temperature T: the scores are divided by it before they become probabilities. Below 1 the likely tokens"
            " gain, above 1 the unlikely ones; 1 are the model's own. Double-click: back to 1."
        )
