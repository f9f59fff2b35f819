"""A slider that paints itself: a groove, and on it a round knob."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider, QWidget

from lora_studio.ui.theme import colors_of

HEIGHT = 24  # px of the slider
GROOVE, KNOB = 4.0, 6.5  # px: the height of one, the radius of the other


class TrackSlider(QSlider):
    """Takes the wheel only when it has the focus. Its heirs paint with the parts that are here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _paint_groove(self, painter: QPainter, color: str, left: float, right: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(color))
        place = QRectF(left, self.height() / 2 - GROOVE / 2, right - left, GROOVE)
        painter.drawRoundedRect(place, GROOVE / 2, GROOVE / 2)

    def _paint_fill(self, painter: QPainter, color: QColor) -> None:
        """From 0 to the knob, on either side of it."""
        zero, knob = self._x_of(0), self._x_of(self.value())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRect(QRectF(min(zero, knob), self.height() / 2 - GROOVE / 2, abs(knob - zero), GROOVE))

    def _paint_knob(self, painter: QPainter) -> None:
        colors, focused = colors_of(self), self.hasFocus()
        painter.setPen(QPen(QColor(colors.accent if focused else colors.edge), 2 if focused else 1))
        painter.setBrush(QColor(colors.field))
        painter.drawEllipse(QPointF(self._x_of(self.value()), self.height() / 2), KNOB, KNOB)

    def _x_of(self, place: int) -> float:
        """The middle of the knob at a place: where the style puts it, and looks for it under the mouse."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        option.sliderPosition = place
        part = QStyle.SubControl.SC_SliderHandle
        handle: QRect = self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self)
        return QRectF(handle).center().x()
