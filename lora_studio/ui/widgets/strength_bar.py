"""How strong a variant is: a slider and a field that say the same."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from lora_studio.core.summaries import VariantSummary
from lora_studio.ui.session import Session
from lora_studio.ui.theme import GRID, colors_of, set_property
from lora_studio.ui.widgets.number_field import NumberField, write_number
from lora_studio.ui.widgets.track_slider import HEIGHT, KNOB, TrackSlider

PER_UNIT = 10  # steps of the slider, and of the field, for a strength of 1
WIDTH = 180  # px of the slider


class StrengthBar(QWidget):
    """Asks for a strength at once, while one drags. What comes back from there does not pull at the slider."""

    wanted = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._variant = ""
        self._limits = (0.0, 1.0)
        self._known = 1.0  # what the engine said last
        self._asked: float | None = None  # and not heard of yet
        self._label = QLabel(self.tr("S&trength"), self)
        self.slider = QuietSlider(self)
        self.field = _StrengthField(self)
        self._label.setBuddy(self.slider)
        for widget in (self._label, self.slider, self.field):
            widget.setToolTip(self._explained())
        for widget in (self.slider, self.field):
            widget.setAccessibleName(self.tr("Strength"))
            widget.setAccessibleDescription(self._explained())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        row.addWidget(self._label)
        row.addWidget(self.slider)
        row.addWidget(self.field)
        self.slider.valueChanged.connect(self._slid)
        self.field.edited.connect(self._typed)

    def show_variant(self, variant: VariantSummary) -> None:
        """Shows the strength of `variant`, which has one."""
        assert variant.strength is not None
        if variant.name != self._variant:
            self._variant, self._asked = variant.name, None
            self._set_limits(variant.strength_limits)
        self._known = variant.strength
        if self._asked is not None and self._asked != variant.strength:
            return  # the answer to an older request
        self._asked = None
        self._show(variant.strength)

    def watch(self, session: Session) -> None:
        """Without a model nobody answers; and what the engine refuses is not what is."""
        session.model_left.connect(self._model_left)
        session.model_ready.connect(self._model_came)
        session.strength_refused.connect(self._refused)
        self.setEnabled(session.model is not None)

    def _model_left(self) -> None:
        self._asked = None
        self.setEnabled(False)

    def _model_came(self) -> None:
        self.setEnabled(True)

    def _refused(self, variant: str, strength: float) -> None:
        if (variant, strength) == (self._variant, self._asked):  # else something newer is being asked for
            self._asked = None
            self._show(self._known)

    def _show(self, strength: float) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(strength * PER_UNIT))
        self.field.set_number(strength)
        self._judge()

    def _set_limits(self, limits: tuple[float, float]) -> None:
        self._limits = limits
        lowest, highest = limits
        with QSignalBlocker(self.slider):
            self.slider.setRange(round(lowest * PER_UNIT), round(highest * PER_UNIT))
        self.field.set_limits(lowest, highest)

    def _slid(self, place: int) -> None:
        self.field.set_number(place / PER_UNIT)
        self._judge()
        self._ask(place / PER_UNIT)

    def _typed(self) -> None:
        strength = self.field.number()
        if self._judge() and strength is not None:
            with QSignalBlocker(self.slider):
                self.slider.setValue(round(strength * PER_UNIT))
            self._ask(float(strength))

    def _judge(self) -> bool:
        """Whether what stands in the field can be asked for."""
        strength, (lowest, highest) = self.field.number(), self._limits
        sound = strength is not None and lowest <= strength <= highest
        set_property(self.field, "invalid", not sound)
        text = self.tr("From {lowest} to {highest}.").format(
            lowest=write_number(lowest, self.locale()), highest=write_number(highest, self.locale())
        )
        self.field.setToolTip(self._explained() if sound else text)
        return sound

    def _ask(self, strength: float) -> None:
        self._asked = strength
        self.wanted.emit(strength)

    def _explained(self) -> str:
        return self.tr(
            "0 is the base, 1 what was found; below 0 it turns the other way.\n"
            "Merging and exporting take the strength as it stands; an adapter on disk keeps its own."
        )


class QuietSlider(TrackSlider):
    """Filled from 0, where the base is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPageStep(PER_UNIT)
        self.setFixedSize(WIDTH, HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """0 goes to the base."""
        if event.key() == Qt.Key.Key_0:
            self.setValue(0)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter = colors_of(self), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, zero = self.height() / 2, self._x_of(0)
        self._paint_groove(painter, colors.line, self._x_of(self.minimum()), self._x_of(self.maximum()))
        self._paint_fill(painter, QColor(colors.accent if self.isEnabled() else colors.edge))
        painter.setPen(QPen(QColor(colors.muted), 1))
        painter.drawLine(QPointF(zero, middle - KNOB - 2), QPointF(zero, middle + KNOB + 2))
        self._paint_knob(painter)
        painter.end()


class _StrengthField(NumberField):
    """Steps by as much as the slider does."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(whole=False, logarithmic=False, lowest=0.0, highest=1.0, parent=parent)

    def set_limits(self, lowest: float, highest: float) -> None:
        self._lowest, self._highest = lowest, highest

    def _after(self, value: float, direction: int) -> float:
        return self._within(round(value + direction / PER_UNIT, 6), value)
