"""What is drawn on an experiment's plot: lines, points, bars and names. Imports pyqtgraph and numpy: import it late."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from lora_studio.core.experiments.results import Series
from lora_studio.ui.widgets.plot_items import Curve, Values
from lora_studio.ui.widgets.plot_view import PlotView
from lora_studio.ui.widgets.result_labels import leader, place_labels
from lora_studio.ui.widgets.result_legend import line_style, paint_point

DOT = 6.0  # px, a measured point on a line, and the smallest of points
LARGEST = 28.0  # px, of the point with the largest size
FEW = 40  # points; so many are marked on a line
LENGTHS = (1.0, 0.6, 0.45)  # of the plot's width, a name beside a point: the first at which all find a place
BAR_GROUP = 0.76  # of the distance between two categories


class Drawn:
    """One series on a plot. `xs` and `ys` are places, NaN where nothing was measured."""

    def __init__(self, plot: PlotView, series: Series, xs: Sequence[float], ys: Sequence[float]) -> None:
        self.plot = plot
        self.series = series
        self.xs: Values = np.array(xs, dtype=np.float64)
        self.ys: Values = np.array(ys, dtype=np.float64)
        self.xs[np.isnan(self.ys)] = math.nan
        self.visible = True

    def nearest(self, place: QPointF, pixel: tuple[float, float]) -> tuple[float, int] | None:
        """The distance in px to the nearest point, and its index. `pixel` is the size of a px in places."""
        if not len(self.xs) or np.isnan(self.xs).all():
            return None
        away = np.hypot((self.xs - place.x()) / pixel[0], (self.ys - place.y()) / pixel[1])
        index = int(np.nanargmin(away))
        return float(away[index]), index

    def diameters(self) -> list[float]:
        """Of the points that are marked, in px; empty if none are."""
        return []

    def show(self) -> None:
        """Draws what is to be seen now."""

    def style(self, color: QColor, width: float) -> None:
        """`width` is that of lines, in pixels of the device."""
        raise NotImplementedError

    def set_visible(self, visible: bool) -> None:
        self.visible = visible


class Line(Drawn):
    """Leads past what was not measured. With few points each is marked."""

    def __init__(self, plot: PlotView, series: Series, xs: Sequence[float], ys: Sequence[float]) -> None:
        super().__init__(plot, series, xs, ys)
        measured = ~np.isnan(self.xs)
        x, y = self.xs[measured], self.ys[measured]
        self._steps, self._values = array("d", x), array("d", y)
        in_order = bool(np.all(np.diff(x) >= 0))
        self._curve = Curve(plot) if in_order else None  # which draws only what is visible
        self._path = None if in_order else pg.PlotCurveItem(x, y, antialias=True)
        if self._path is not None:
            plot.plot.addItem(self._path, ignoreBounds=True)

    def diameters(self) -> list[float]:
        return [DOT] * len(self.xs) if len(self._steps) <= FEW else []

    def show(self) -> None:
        if self._curve:
            self._curve.show(self._steps, self._values)

    def style(self, color: QColor, width: float) -> None:
        pen = line_style(self.series)
        if self._curve:
            self._curve.style(color, width, pen)
        if self._path is not None:
            self._path.setPen(pg.mkPen(color, width=width, style=pen))

    def set_visible(self, visible: bool) -> None:
        super().set_visible(visible)
        for part in (self._curve, self._path):
            if part is not None:
                part.set_visible(visible) if isinstance(part, Curve) else part.setVisible(visible)


class Points(Drawn):
    """Their areas stand for the series' sizes; `largest` is the largest size on the plot."""

    def __init__(
        self, plot: PlotView, series: Series, xs: Sequence[float], ys: Sequence[float], largest: float
    ) -> None:
        super().__init__(plot, series, xs, ys)
        self._largest = largest

    def diameters(self) -> list[float]:
        if not self.series.sizes or self._largest <= 0:
            return [DOT + 4] * len(self.xs)
        return [max(DOT, LARGEST * math.sqrt(max(0.0, size) / self._largest)) for size in self.series.sizes]

    def style(self, color: QColor, width: float) -> None:
        """The overlay draws them."""


class Bars(Drawn):
    """From 0 to their values; `place` of `count` series that stand side by side."""

    def __init__(
        self, plot: PlotView, series: Series, xs: Sequence[float], ys: Sequence[float], place: int, count: int
    ) -> None:
        width = BAR_GROUP / max(1, count)
        super().__init__(plot, series, [x + (place - (count - 1) / 2) * width for x in xs], ys)
        measured = ~np.isnan(self.xs)
        self._item = pg.BarGraphItem(x=self.xs[measured], height=self.ys[measured], width=0.92 * width)
        plot.plot.addItem(self._item, ignoreBounds=True)

    def style(self, color: QColor, width: float) -> None:
        self._item.setOpts(pen=pg.mkPen(None), brush=pg.mkBrush(color))

    def set_visible(self, visible: bool) -> None:
        super().set_visible(visible)
        self._item.setVisible(visible)

    def nearest(self, place: QPointF, pixel: tuple[float, float]) -> tuple[float, int] | None:
        """A bar is as near as it is to the side: it is hit over its whole height, and above."""
        return super().nearest(QPointF(place.x(), place.y()), (pixel[0], pixel[1] * 1e3))


@dataclass(slots=True)
class Mark:
    """A point of the overlay: its place, how it looks, and its name."""

    x: float
    y: float
    diameter: float
    color: QColor
    hollow: bool = False
    name: str = ""


class Overlay(QGraphicsItem):
    """Points and their names, sized in px whatever the zoom, so that they come out as drawings in an SVG too."""

    def __init__(self, plot: PlotView) -> None:
        super().__init__(plot.view)
        self._plot = plot
        self._marks: list[Mark] = []
        self._font = QFont()
        self._text, self._ground = QColor(), QColor()
        self.setZValue(-1)  # below the cursor's note
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        plot.view.sigRangeChanged.connect(lambda *_: self.update())
        plot.view.sigResized.connect(lambda *_: self.prepareGeometryChange())

    def show_marks(self, marks: list[Mark], font: QFont, text: QColor, ground: QColor) -> None:
        """The largest are drawn first, so that none hides another."""
        self._marks = sorted(marks, key=lambda mark: -mark.diameter)
        self._font, self._text, self._ground = font, text, ground
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(self._plot.view.rect())

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        circles = [self._circle(mark) for mark in self._marks]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for mark, circle in zip(self._marks, circles, strict=True):
            paint_point(painter, circle, mark.color, self._ground, hollow=mark.hollow)
        self._paint_names(painter, circles)

    def names_at(self) -> dict[str, QRectF]:
        """Where the names stand, in px."""
        circles = [self._circle(mark) for mark in self._marks]
        return {
            mark.name: rect for mark, (_, rect) in zip(self._marks, self._labels(circles), strict=True) if mark.name
        }

    def _paint_names(self, painter: QPainter, circles: list[QRectF]) -> None:
        painter.setFont(self._font)
        for mark, circle, (text, rect) in zip(self._marks, circles, self._labels(circles), strict=True):
            if rect.isEmpty() or not self.boundingRect().intersects(circle):
                continue
            if line := leader(circle, rect):
                painter.setPen(QPen(mark.color, 1))
                painter.drawLine(*line)
            painter.setPen(self._text)
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text)

    def _labels(self, circles: list[QRectF]) -> list[tuple[str, QRectF]]:
        """The names as long as there is room for them, and where they go; the cursor reads the whole ones."""
        metrics = QFontMetricsF(self._font)
        labels: list[tuple[str, QRectF]] = []
        for length in LENGTHS:
            texts = [self._shortened(mark.name, metrics, length) for mark in self._marks]
            if labels and texts == [text for text, _ in labels]:
                continue
            sizes = [
                QSizeF(metrics.horizontalAdvance(text) + 4, metrics.height() - 2) if text else QSizeF()
                for text in texts
            ]
            rects = place_labels(circles, sizes, self.boundingRect().adjusted(2, 2, -2, -2))
            labels = list(zip(texts, rects, strict=True))
            if all(rect.width() for text, rect in labels if text):
                break
        return labels

    def _shortened(self, name: str, metrics: QFontMetricsF, length: float) -> str:
        return metrics.elidedText(name, Qt.TextElideMode.ElideRight, length * self.boundingRect().width() - 8)

    def _circle(self, mark: Mark) -> QRectF:
        center = self._plot.view.mapFromView(QPointF(mark.x, mark.y))
        half = mark.diameter / 2
        return QRectF(center.x() - half, center.y() - half, mark.diameter, mark.diameter)
