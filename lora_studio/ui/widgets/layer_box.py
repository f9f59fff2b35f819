"""A box that stands for a layer and is chosen with a click."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from lora_studio.ui.theme import Colors, colors_of

RING = 2  # px around the box, for the focus
INSET = 7  # px left and right of the text
LEAST = 28  # px
MOST = 190  # px; longer names are elided

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class LayerBox(QAbstractButton):
    """Filled if chosen, outlined if not. Its geometry has room for the ring that marks the focus."""

    focused = Signal()
    arrow_pressed = Signal(int, int)  # the direction: right and down are positive

    def __init__(self, value: str, label: str, name: str, parent: QWidget) -> None:
        """
        Args:
            value: the layer's full name.
            label: what the box says.
            name: of the whole field, for who cannot see it.
            parent: where it stands.
        """
        super().__init__(parent)
        self.value = value
        self._invalid = False
        self.setText(label)
        self.setCheckable(True)
        self.setToolTip(value)
        self.setAccessibleName(f"{name}: {value}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # one box of a diagram at a time is reached by Tab

    def set_invalid(self, invalid: bool) -> None:
        self._invalid = invalid
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._font(bold=True))
        width = min(MOST, max(LEAST, metrics.horizontalAdvance(self.text()) + 2 * INSET))
        return QSize(width + 2 * RING, metrics.height() + 6 + 2 * RING)

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST + 2 * RING, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses as Space does; the arrows lead to other boxes."""
        if event.key() in ARROWS:
            self.arrow_pressed.emit(*ARROWS[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect())
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 1.5))
            painter.drawRoundedRect(whole.adjusted(0.75, 0.75, -0.75, -0.75), 5, 5)
        fill, edge, text = self._look(colors)
        inside = whole.adjusted(RING + 0.5, RING + 0.5, -RING - 0.5, -RING - 0.5)
        painter.setPen(QPen(fill if self.isChecked() and not self._invalid else edge, 1))
        painter.setBrush(fill)
        painter.drawRoundedRect(inside, 3, 3)
        painter.setPen(text)
        painter.setFont(self._font(bold=self.isChecked()))
        room = int(inside.width()) - 4
        elided = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, elided)
        painter.end()

    def _look(self, colors: Colors) -> tuple[QColor, QColor, QColor]:
        """Fill, outline and text."""
        if not self.isEnabled():
            fill = QColor(colors.line if self.isChecked() else colors.panel)
            return fill, QColor(colors.line), QColor(colors.muted)
        edge = QColor(colors.error if self._invalid else colors.edge)
        pointed = self.underMouse() or self.isDown()
        if self.isChecked():
            fill = QColor(colors.accent)
            return (fill.lighter(112) if pointed else fill), edge, QColor(colors.on_accent)
        return QColor(colors.hover if pointed else colors.field), edge, QColor(colors.text)

    def _font(self, *, bold: bool) -> QFont:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font
