"""A fader of the mixer: from −1 to 2, with a mark where the answer flips."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from lora_studio.ui.mixer import HIGHEST, LOWEST
from lora_studio.ui.theme import colors_of, small_font
from lora_studio.ui.widgets.figures import tabular
from lora_studio.ui.widgets.strength_bar import QuietSlider
from lora_studio.ui.widgets.track_slider import GROOVE, HEIGHT

PER_UNIT = 100  # places of the slider for a strength of 1
STEP = 5  # places, by the arrow keys
DETENTS = (0, PER_UNIT)  # the base, and the part as it was learned
CATCH = 5  # places around a detent from which a drag falls into it
NARROWEST = 120  # px
MARK = 4.0  # px, half of the flip mark's width


class MixSlider(QuietSlider):
    """Filled from 0 in the part's colour. A drag rests at 0 and at 1; the keyboard reaches every step."""

    turned = Signal(float)  # by the person

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(NARROWEST, HEIGHT)
        self.setMaximumSize(QSlider().maximumWidth(), HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setRange(round(LOWEST * PER_UNIT), round(HIGHEST * PER_UNIT))
        self.setSingleStep(STEP)
        self.setPageStep(5 * STEP)
        self._color = QColor()
        self._heard = True
        self._flip: float | None = None
        self._last = 0
        self.valueChanged.connect(self._moved)

    def show_strength(self, strength: float, color: QColor, heard: bool) -> None:
        """`heard`: it counts now; otherwise it is drawn pale."""
        self._color, self._heard = color, heard
        self._last = round(strength * PER_UNIT)
        if not self.isSliderDown():
            with QSignalBlocker(self):
                self.setValue(self._last)
        self.update()

    def show_flip(self, strength: float | None) -> None:
        if strength != self._flip:
            self._flip = strength
            self.update()

    def x_of(self, strength: float) -> float:
        """Where a strength stands, in px from the left."""
        return self._x_of(round(strength * PER_UNIT))

    def sizeHint(self) -> QSize:
        return QSize(2 * NARROWEST, HEIGHT)

    def _moved(self, place: int) -> None:
        if self.isSliderDown():
            place = next((detent for detent in DETENTS if abs(place - detent) <= CATCH), place)
            with QSignalBlocker(self):
                self.setValue(place)
        self.update()
        if place != self._last:
            self._last = place
            self.turned.emit(place / PER_UNIT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_track(painter)
        if self._flip is not None:
            self._paint_flip(painter, self.x_of(self._flip))
        self._paint_knob(painter)
        painter.end()

    def _paint_track(self, painter: QPainter) -> None:
        colors, top = colors_of(self), self.height() / 2 - GROOVE / 2
        self._paint_groove(painter, colors.line, self._x_of(self.minimum()), self._x_of(self.maximum()))
        self._paint_fill(painter, self._color if self._heard and self.isEnabled() else QColor(colors.edge))
        painter.setPen(QPen(QColor(colors.muted), 1))
        for detent in DETENTS:
            x = round(self._x_of(detent)) + 0.5
            painter.drawLine(QPointF(x, top - 5), QPointF(x, top - 1))

    def _paint_flip(self, painter: QPainter, x: float) -> None:
        """A wedge under the track; the words to it stand below (FlipLine)."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors_of(self).text))
        tip, foot = self.height() / 2 + GROOVE / 2 + 1, float(self.height())
        painter.drawPolygon(QPolygonF([QPointF(x, tip), QPointF(x + MARK, foot), QPointF(x - MARK, foot)]))


class Scale(QWidget):
    """Says which strengths the ticks of a fader stand for."""

    def __init__(self, slider: MixSlider) -> None:
        super().__init__(slider.parentWidget())
        self._slider = slider
        self.setFont(tabular(small_font(self.font())))
        self.setFixedHeight(QFontMetrics(self.font()).ascent())
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(QColor(colors_of(self).muted))
        for detent in DETENTS:
            text, x = str(detent // PER_UNIT), self._slider.x_of(detent / PER_UNIT)
            left = x - QFontMetrics(self.font()).horizontalAdvance(text) / 2
            painter.drawText(QPointF(left, self.height() - 1.0), text)
        painter.end()


class FlipLine(QWidget):
    """The words to a flip mark, under it as far as the width allows."""

    def __init__(self, slider: MixSlider) -> None:
        super().__init__(slider.parentWidget())
        self._slider = slider
        self._text = ""
        self._strength: float | None = None
        self.setFont(tabular(small_font(self.font())))
        self.setFixedHeight(QFontMetrics(self.font()).height())

    def text(self) -> str:
        return self._text

    def say(self, text: str, strength: float | None) -> None:
        """`strength` is where the mark stands; without one, the text begins at the left."""
        self._text, self._strength = text, strength
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        metrics, painter = QFontMetrics(self.font()), QPainter(self)
        text = metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        width = metrics.horizontalAdvance(text) + 1
        middle = 0.0 if self._strength is None else self._slider.x_of(self._strength)
        left = round(min(max(0.0, middle - width / 2), self.width() - width))
        painter.setFont(self.font())
        colors = colors_of(self)
        painter.setPen(QColor(colors.muted if self._strength is None else colors.text))
        painter.drawText(QRect(left, 0, width, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()
