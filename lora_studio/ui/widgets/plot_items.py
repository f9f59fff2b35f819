"""What is drawn on a plot: curves, and marks where an answer flipped. Imports pyqtgraph and numpy: import it late."""

from __future__ import annotations

from array import array

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont

from lora_studio.ui.widgets.plot_view import PlotView
from lora_studio.ui.widgets.run_curves import Flip

MOST_POINTS = 1000  # of a curve on the screen; more would only be painted over each other
SMOOTH = 400  # points; antialiasing a longer line takes milliseconds and shows no difference
Values = npt.NDArray[np.float64]


class Curve:
    """A line on a plot, fed from growing arrays."""

    def __init__(self, plot: PlotView) -> None:
        self._plot = plot
        self._item = pg.PlotCurveItem(skipFiniteCheck=True)
        self._item.setSegmentedLineMode("off")  # one path: dashes run through, and thin lines are fast enough
        plot.plot.addItem(self._item, ignoreBounds=True)
        self._drawn = (0, 0.0, 0.0)

    def style(self, color: QColor, width: float, line: Qt.PenStyle = Qt.PenStyle.SolidLine) -> None:
        self._item.setPen(pg.mkPen(color, width=width, style=line))

    def show(self, steps: array[float], values: array[float]) -> None:
        """Draws what lies in the visible steps; nothing if that is drawn already."""
        left, right = self._plot.visible_steps()
        state = (len(steps), left, right)
        if state != self._drawn:
            self._drawn = state
            x, y = np.array(steps), np.array(values)
            begin, end = np.searchsorted(x, left), np.searchsorted(x, right, side="right")
            part = slice(max(0, int(begin) - 1), int(end) + 1)  # with the neighbours outside, to where the line leads
            x, y = thinned(x[part], y[part])
            self._item.setData(x, y, antialias=len(x) <= SMOOTH)

    def forget(self) -> None:
        """The next values are those of another run."""
        self._drawn = (-1, 0.0, 0.0)

    def set_visible(self, visible: bool) -> None:
        self._item.setVisible(visible)

    def remove(self) -> None:
        self._plot.plot.removeItem(self._item)


def thinned(x: Values, y: Values, most: int = MOST_POINTS) -> tuple[Values, Values]:
    """At most about `most` points with the same outline: of each stretch the lowest and the highest. NaN is dropped."""
    finite = np.isfinite(y)
    if not finite.all():
        x, y = x[finite], y[finite]
    if len(x) <= most:
        return x, y
    stretch = -(-len(x) // (most // 2))
    whole = len(x) // stretch * stretch
    folded = y[:whole].reshape(-1, stretch)
    starts = np.arange(0, whole, stretch)
    picked = np.stack([starts + folded.argmin(axis=1), starts + folded.argmax(axis=1)], axis=1)
    picked.sort(axis=1)
    indices = np.concatenate([[0], picked.ravel(), np.arange(whole, len(x)), [len(x) - 1]])
    return x[indices], y[indices]


class FlipMark:
    """A vertical line at the step where the answer flipped, with a label beside it."""

    def __init__(self, plot: PlotView, flip: Flip, text: str, font: QFont) -> None:
        self.flip = flip
        self._plot = plot
        self._labelled = True
        self._line = pg.PlotCurveItem([flip.step, flip.step], [0, 100], antialias=False)
        self._label = pg.TextItem(text, anchor=(0, 0.5))
        self._label.setFont(font)
        for item in (self._line, self._label):
            plot.plot.addItem(item, ignoreBounds=True)
        self._label.setZValue(50)

    def style(self, color: QColor) -> None:
        """The label has no ground of its own: curves are to be seen behind it."""
        self._line.setPen(pg.mkPen(color, width=1, style=Qt.PenStyle.DotLine))
        self._label.setColor(color)

    def size(self) -> tuple[float, float]:
        """Width and height of the label, in px."""
        area = self._label.textItem.boundingRect()
        return area.width(), area.height()

    def place(self, step: float, height: float) -> None:
        """The label begins at this step; its middle is at this height (in percent)."""
        self._label.setPos(step, height)

    def set_visible(self, visible: bool) -> None:
        self._line.setVisible(visible)
        self._label.setVisible(visible and self._labelled)

    def set_label_visible(self, visible: bool) -> None:
        """The line stays."""
        self._labelled = visible
        self._label.setVisible(visible and self._line.isVisible())

    def remove(self) -> None:
        self._plot.plot.removeItem(self._line)
        self._plot.plot.removeItem(self._label)
