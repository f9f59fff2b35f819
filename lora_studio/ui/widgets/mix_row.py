"""One part of a mix: its name, its fader, and whether it is heard."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from lora_studio.ui.mixer import HIGHEST, LOWEST
from lora_studio.ui.theme import GRID, colors_of, set_property
from lora_studio.ui.variants_model import SWATCH, swatch
from lora_studio.ui.widgets.mix_slider import PER_UNIT, STEP, FlipLine, MixSlider, Scale
from lora_studio.ui.widgets.number_field import NumberField, write_number

LETTER = 30  # px, the width of the two buttons
FLIP_STEP = 0.1  # core's GRID, which is beside torch


class MixRow(QWidget):
    """Shows what it is given; what the person does is told, and shown when it comes back."""

    turned = Signal(float)
    released = Signal()
    muted = Signal(bool)
    soloed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = _Name(self)
        self.slider = MixSlider(self)
        self.field = StrengthField(self)
        self.mute = self._button(self.tr("M"), self.tr("Mute: as if it were at 0"))
        self.solo = self._button(self.tr("S"), self.tr("Solo: all others as if they were at 0"))
        self.flip = FlipLine(self.slider)
        self._lay_out()
        self.slider.turned.connect(self.turned)
        self.slider.sliderReleased.connect(self.released)
        self.field.edited.connect(self._typed)
        self.mute.clicked.connect(self.muted)
        self.solo.clicked.connect(self.soloed)

    def show_part(self, name: str, color: QColor, strength: float, heard: bool) -> None:
        self.name.say(name, color, heard)
        self.slider.show_strength(strength, color, heard)
        if self.field.number() != strength:
            self.field.set_number(strength)
        self._judge()
        self.slider.setAccessibleName(self.tr("Strength of {name}").format(name=name))
        self.field.setAccessibleName(self.tr("Strength of {name} as a number").format(name=name))
        self.mute.setAccessibleName(self.tr("Mute {name}").format(name=name))
        self.solo.setAccessibleName(self.tr("Solo {name}").format(name=name))

    def show_switches(self, muted: bool, soloed: bool) -> None:
        self.mute.setChecked(muted)
        self.solo.setChecked(soloed)

    def show_flip(self, strength: float | None, token: str) -> None:
        """Where the answer turns to `token`; None: it stays `token` up to the highest strength."""
        rounded = None if strength is None else math.ceil(strength * PER_UNIT - 1e-6) / PER_UNIT
        self.slider.show_flip(rounded)
        if rounded is None:
            text = self.tr("no flip up to {highest}: stays {token}").format(highest=self._written(HIGHEST), token=token)
        else:
            text = self.tr("≥ {strength}: {token}").format(strength=self._written(rounded), token=token)
        self.flip.say(text, rounded)
        self.slider.setAccessibleDescription(text)
        self.slider.setToolTip(self._explained())
        self.flip.setToolTip(self._explained())

    def forget_flip(self) -> None:
        self.slider.show_flip(None)
        self.flip.say("", None)
        self.slider.setAccessibleDescription("")

    def _explained(self) -> str:
        return self.tr(
            "The mark shows the smallest strength of this part at which the first answer is another than without it, "
            "while the others stay as they are. It is looked for in steps of {step}."
        ).format(step=self._written(FLIP_STEP))

    def _typed(self) -> None:
        strength = self.field.number()
        if self._judge() and strength is not None:
            self.turned.emit(float(strength))

    def _judge(self) -> bool:
        strength = self.field.number()
        sound = strength is not None and LOWEST <= strength <= HIGHEST
        set_property(self.field, "invalid", not sound)
        limits = self.tr("From {lowest} to {highest}.")
        text = limits.format(lowest=self._written(LOWEST), highest=self._written(HIGHEST))
        self.field.setToolTip(self.tr("0 is without it, 1 as it was learned.") if sound else text)
        return sound

    def _written(self, value: float) -> str:
        return write_number(int(value) if value == int(value) else value, self.locale())

    def _button(self, letter: str, purpose: str) -> QPushButton:
        button = QPushButton(letter, self)
        button.setToolTip(purpose)
        button.setCheckable(True)
        button.setProperty("role", "chip")
        button.setFixedWidth(LETTER)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _lay_out(self) -> None:
        upper = QHBoxLayout()
        upper.setSpacing(GRID)
        upper.addWidget(self.name, 1)
        for widget in (self.mute, self.solo, self.field):
            upper.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(upper)
        layout.addWidget(Scale(self.slider))
        layout.addWidget(self.slider)
        layout.addWidget(self.flip)
        for first, second in ((self.slider, self.field), (self.field, self.mute), (self.mute, self.solo)):
            QWidget.setTabOrder(first, second)


class StrengthField(NumberField):
    """Steps by as much as the slider does."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(whole=False, logarithmic=False, lowest=LOWEST, highest=HIGHEST, parent=parent)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance("−0.00") + 40
        return QSize(width, super().sizeHint().height())

    def _after(self, value: float, direction: int) -> float:
        return self._within(round(value + direction * STEP / PER_UNIT, 6), value)


class _Name(QWidget):
    """A variant's name after a dot in its colour, cut off where there is no room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text, self._color, self._heard = "", QColor(), True
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def say(self, text: str, color: QColor, heard: bool) -> None:
        self._text, self._color, self._heard = text, color, heard
        self.setToolTip(text)
        self.update()

    def text(self) -> str:
        return self._text

    def sizeHint(self) -> QSize:
        return QSize(80, QFontMetrics(self.font()).height())

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter = colors_of(self), QPainter(self)
        top = (self.height() - SWATCH) // 2
        painter.drawPixmap(0, top, swatch(self._color, self.devicePixelRatioF()))
        area = QRect(SWATCH + 2 * GRID, 0, self.width() - SWATCH - 2 * GRID, self.height())
        text = QFontMetrics(self.font()).elidedText(self._text, Qt.TextElideMode.ElideRight, area.width())
        painter.setPen(QColor(colors.text if self._heard else colors.muted))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()
