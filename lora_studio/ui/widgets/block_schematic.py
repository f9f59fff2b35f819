"""A pre-norm transformer block as a small drawing, with its linear layers as boxes to choose."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from lora_studio.ui.theme import colors_of, small_font
from lora_studio.ui.widgets.block_geometry import BEND, OUT, STREAM, Loop, Sizes, Widths, loops
from lora_studio.ui.widgets.layer_box import LEAST, RING, LayerBox

PLUS = 6.5  # px, the radius of a sum
TIP = 3.5  # px, half of an arrow's width

MakeBox = Callable[[str, QWidget], LayerBox]


class BlockSchematic(QWidget):
    """The residual stream upwards, attention below, feed-forward above."""

    def __init__(
        self, attention: tuple[str, ...], feed_forward: tuple[str, ...], make_box: MakeBox, parent: QWidget
    ) -> None:
        """
        Args:
            attention: names of its layers in the order in which data passes through them; the last one writes to the
                stream, those before it read from it side by side.
            feed_forward: likewise.
            make_box: makes the box of a layer.
            parent: where it stands.
        """
        super().__init__(parent)
        self._boxes = tuple(
            tuple(make_box(name, self) for name in names) for names in (attention, feed_forward)
        )  # from below
        self._words = (_tr("Attention"), _tr("Activation"))
        self._loops: tuple[Loop, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._width(natural=True), self._sizes().height(len(self._boxes)))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width(natural=False), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _sizes(self) -> Sizes:
        metrics = QFontMetrics(small_font(self.font()))
        box = max((box.sizeHint().height() for boxes in self._boxes for box in boxes), default=0)
        even = (metrics.height() + 3) // 2 * 2
        return Sizes(box - 2 * RING, even, metrics.horizontalAdvance(_tr("Norm")) + even)

    def _wanted(self) -> list[Widths]:
        result = []
        for boxes in self._boxes:
            widths = tuple(box.sizeHint().width() - 2 * RING for box in boxes)
            result.append(Widths(widths[:-1] or widths, widths[-1:] if len(widths) > 1 else ()))
        return result

    def _width(self, *, natural: bool) -> int:
        wanted = self._wanted()
        writing = max([self._sizes().norm, *(width for one in wanted for width in one.writing)])
        reading = max(sum(one.reading) if natural else LEAST * len(one.reading) for one in wanted)
        return OUT + writing + BEND + max(reading, 4 * LEAST)

    def _arrange(self) -> None:
        self._loops = tuple(loops(self.width(), self._sizes(), self._wanted()))
        for boxes, loop in zip(self._boxes, self._loops, strict=True):
            for box, place in zip(boxes, (*loop.reading, *loop.writing), strict=True):
                box.setGeometry(place.toRect().adjusted(-RING, -RING, RING, RING))
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font(self.font()))
        painter.translate(0.5, 0.5)  # lines of one pixel then cover one pixel
        self._stream(painter)
        for loop, word in zip(self._loops, self._words, strict=True):
            self._lines(painter, loop)
            self._pill(painter, loop.norm, _tr("Norm"))
            self._pill(painter, loop.core, word)
            self._plus(painter, loop)
        painter.end()

    def _stream(self, painter: QPainter) -> None:
        painter.setPen(self._line())
        painter.drawLine(STREAM, self.height() - 1, STREAM, 2)
        self._tip(painter, QPointF(STREAM, 1), up=True)

    def _lines(self, painter: QPainter, loop: Loop) -> None:
        painter.setPen(self._line())
        ends = [box.center().x() for box in loop.reading] or [loop.core.center().x()]
        painter.drawLine(QPointF(STREAM, loop.fork), QPointF(round(ends[-1]), loop.fork))
        for end in ends:
            painter.drawLine(QPointF(round(end), loop.fork), QPointF(round(end), loop.core.bottom()))
        painter.drawLine(QPointF(STREAM, loop.plus), QPointF(loop.core.left(), loop.plus))
        self._tip(painter, QPointF(STREAM + PLUS + 1, loop.plus), up=False)

    def _pill(self, painter: QPainter, area: QRectF, text: str) -> None:
        colors = colors_of(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.hover))
        painter.drawRoundedRect(area.translated(-0.5, -0.5), area.height() / 2, area.height() / 2)
        painter.setPen(QColor(colors.muted))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)

    def _plus(self, painter: QPainter, loop: Loop) -> None:
        center = QPointF(STREAM, loop.plus)
        painter.setPen(self._line())
        painter.setBrush(QColor(colors_of(self).panel))
        painter.drawEllipse(center, PLUS, PLUS)
        painter.setPen(QPen(QColor(colors_of(self).muted), 1))
        for arm in (QPointF(3, 0), QPointF(0, 3)):
            painter.drawLine(center - arm, center + arm)

    def _tip(self, painter: QPainter, point: QPointF, *, up: bool) -> None:
        back = QPointF(0, TIP * 1.6) if up else QPointF(TIP * 1.6, 0)
        aside = QPointF(TIP, 0) if up else QPointF(0, TIP)
        painter.setBrush(self._line().color())
        painter.drawPolygon(QPolygonF([point, point + back + aside, point + back - aside]))

    def _line(self) -> QPen:
        return QPen(QColor(colors_of(self).edge), 1)


def _tr(text: str) -> str:
    return QCoreApplication.translate("BlockDiagram", text)
