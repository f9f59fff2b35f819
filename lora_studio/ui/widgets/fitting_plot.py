"""A plot that fits what it shows until a person looks closer. Imports pyqtgraph (0.4 s), so import it late."""

from __future__ import annotations

from typing import Self

from PySide6.QtCore import QPointF, Signal
from PySide6.QtWidgets import QWidget

from lora_studio.ui.widgets.plot_view import PlotView, Reading
from lora_studio.ui.widgets.result_scales import Limits

EDGE = 18  # px right of the plot, so that the last tick's number has room


class FittingPlot(QWidget):
    """Wheel zooms, dragging moves, a double-click fits, a right-click exports.

    Heirs give `_hold` a view, call `_listen` once they can draw, and say what to draw, to show and to read.
    """

    export_wanted = Signal(str)  # "png", "svg" or "csv"
    view: PlotView

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._following = True  # until a person zooms or moves
        self._sharpness = 0.0  # of the device that is drawn for; 0: the screen

    def limits(self) -> tuple[Limits, Limits]:
        """What is to be seen now, in places on both axes."""
        x, y = self.view.view.viewRange()
        return (float(x[0]), float(x[1])), (float(y[0]), float(y[1]))

    def fit(self) -> None:
        """Shows all that is switched on, and goes on doing so while it changes."""
        self._following = True
        self.view.forget_limits()
        (left, right), (bottom, top) = self._whole()
        self.view.set_limits(left, right, bottom, top)

    def imitate(self, other: Self) -> None:
        """Shows the part that another plot of the same values shows."""
        if not other._following:
            self._following = False
            (left, right), (bottom, top) = other.limits()
            self.view.set_limits(left, right, bottom, top)

    def draw_for(self, sharpness: float) -> None:
        """For a device with so many pixels for one of the screen's: pyqtgraph counts lines in the device's pixels."""
        self._sharpness = sharpness
        self._dress()

    def _hold(self, view: PlotView) -> None:
        self.view = view
        view.plot.setContentsMargins(0, 6, EDGE, 0)
        view.plot.getAxis("bottom").setStyle(hideOverlappingLabels=False)  # the last number may stand over the end

    def _listen(self) -> None:
        self.view.read = self._read
        self.view.fit_wanted.connect(self.fit)
        self.view.moved.connect(self._stop_following)
        self.view.export_wanted.connect(self.export_wanted)
        self.view.view.sigRangeChanged.connect(lambda *_: self._follow_range())

    def _stop_following(self) -> None:
        self._following = False

    def _whole(self) -> tuple[Limits, Limits]:
        """The part of the axes that `fit` shows."""
        raise NotImplementedError

    def _follow_range(self) -> None:
        """Another part of the axes is shown."""
        raise NotImplementedError

    def _dress(self) -> None:
        """Takes the theme's colours, and lines as wide as the device needs."""
        raise NotImplementedError

    def _read(self, place: QPointF) -> Reading | None:
        raise NotImplementedError
