"""A long curve that stays fast while it is moved and zoomed. Imports pyqtgraph and numpy: import it late."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor

from lora_studio.ui.widgets.plot_view import PlotView

MOST_POINTS = 900  # of a curve on the screen; more would only be painted over each other
SMOOTH = 400  # points; antialiasing a longer line takes milliseconds
Values = npt.NDArray[np.float64]


class Outline:
    """The same curve with fewer and fewer points: of each stretch the lowest and the highest.

    The stretches begin at the same points whatever is to be seen, so that nothing flickers while the curve is moved.
    """

    def __init__(self, x: Values, y: Values) -> None:
        """`x` rises; both are finite."""
        self.x, self.y = x, y
        self._levels: dict[int, tuple[Values, Values]] = {}

    def part(self, left: float, right: float, most: int = MOST_POINTS) -> tuple[Values, Values]:
        """About `most` points at most between two places, with the neighbours outside, to where the line leads."""
        begin = max(0, int(np.searchsorted(self.x, left)) - 1)
        end = min(len(self.x), int(np.searchsorted(self.x, right, side="right")) + 1)
        stretch = 1
        while 2 * (end - begin) > most * stretch:
            stretch *= 2
        if stretch <= 2:  # the lowest and the highest of two are these two
            return self.x[begin:end], self.y[begin:end]
        x, y = self._level(stretch)
        part = slice(2 * (begin // stretch), 2 * -(-end // stretch))
        return x[part], y[part]

    def value_at(self, x: float) -> tuple[float, float] | None:
        """The point that comes closest; None beyond the curve's ends."""
        if not len(self.x) or not self.x[0] <= x <= self.x[-1]:
            return None
        right = int(np.searchsorted(self.x, x))
        index = right - 1 if right and x - self.x[right - 1] < self.x[right] - x else right
        return float(self.x[index]), float(self.y[index])

    def _level(self, stretch: int) -> tuple[Values, Values]:
        if stretch not in self._levels:
            last = len(self.y) - 1
            begins = np.arange(0, len(self.y), stretch)
            places = np.minimum(begins[:, None] + np.arange(stretch), last)
            folded = self.y[places]
            picked = np.stack([folded.argmin(axis=1), folded.argmax(axis=1)], axis=1)
            picked.sort(axis=1)
            indices = np.minimum(begins[:, None] + picked, last).ravel()
            self._levels[stretch] = self.x[indices], self.y[indices]
        return self._levels[stretch]


class _Line(pg.PlotCurveItem):  # type: ignore[misc] # pyqtgraph is untyped
    """A curve that knows its bounds: to find them out takes pyqtgraph as long as drawing, several times a frame."""

    bounds = QRectF()

    def set_bounds(self, x: Values, y: Values) -> None:
        self.prepareGeometryChange()
        self.bounds = QRectF()
        if len(x):
            corner, other = QPointF(x[0], y.min()), QPointF(x[-1], y.max())
            room = QPointF((other.x() - corner.x()) / 10 or 1.0, (other.y() - corner.y()) / 10 or 1.0)
            self.bounds = QRectF(corner - room, other + room)  # what is flat is as thick as its line

    def boundingRect(self) -> QRectF:
        return self.bounds


class LongCurve:
    """A line on a plot, of which only what is to be seen is drawn."""

    def __init__(self, plot: PlotView) -> None:
        self._plot = plot
        self._item = _Line(skipFiniteCheck=True)
        self._item.setSegmentedLineMode("off")  # one path: dashes run through, and thin lines are fast enough
        plot.plot.addItem(self._item, ignoreBounds=True)
        self._outline = Outline(np.empty(0), np.empty(0))
        self._drawn: tuple[float, float] | None = None
        self._few = False

    @property
    def outline(self) -> Outline:
        return self._outline

    @property
    def visible(self) -> bool:
        return bool(self._item.isVisible())

    def feed(self, x: Values, y: Values) -> None:
        """Points that cannot be placed (NaN) are left out."""
        fine = np.isfinite(x) & np.isfinite(y)
        self._outline = Outline(x, y) if fine.all() else Outline(x[fine], y[fine])
        self._drawn = None
        self._item.set_bounds(self._outline.x, self._outline.y)

    def show(self, *, smooth: bool) -> None:
        """Draws what lies between the plot's limits, if it is not drawn already; `smooth` antialiases a short line."""
        limits = self._plot.visible_steps()
        if self.visible and (limits != self._drawn or smooth != self._few):
            self._drawn, self._few = limits, smooth
            x, y = self._outline.part(*limits)
            self._item.setData(x, y, antialias=smooth and len(x) <= SMOOTH)

    def style(self, color: QColor, width: float, pattern: Qt.PenStyle, height: float) -> None:
        """`width` in px of the device; `height` says what lies above what."""
        self._item.setPen(pg.mkPen(color, width=width, style=pattern))
        self._item.setZValue(height)

    def set_visible(self, visible: bool) -> None:
        self._item.setVisible(visible)

    def remove(self) -> None:
        self._plot.plot.removeItem(self._item)
