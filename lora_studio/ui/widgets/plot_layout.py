"""How several plots of one run share their room, their steps and their scales. Imports pyqtgraph: import it late."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QBoxLayout

from lora_studio.ui.widgets.plot_view import PlotView

LOW, NARROW = 130, 180  # px of a plot: lower ones are not put below each other, narrower ones not side by side
ROUND = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
TICKS = [(value, str(value)) for value in (0, 25, 50, 75, 100)]


def arrange(plots: Sequence[PlotView], layout: QBoxLayout, size: QSize) -> None:
    """Side by side where there is room for it, or else below each other; then the last one names the axis for all."""
    count = len(plots)
    low = size.height() < count * LOW and size.width() >= count * NARROW
    beside = low or size.width() >= count * size.height()
    direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
    if direction != layout.direction():
        layout.setDirection(direction)
    for plot in plots:
        plot.name_steps(beside or plot is plots[-1])


def share_ticks(plots: Sequence[PlotView]) -> None:
    """The same steps are written below all of them: those that the narrowest has room for."""

    def narrowest() -> float:
        return min((float(plot.view.width()) for plot in plots if not plot.isHidden()), default=math.inf)

    for plot in plots:
        plot.steps_axis.number_by(narrowest)


def ceiling(highest: float) -> float:
    """The next round number: the axis then changes seldom, and its ticks are round."""
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    return next(step * power for step in ROUND if step * power >= highest * 0.999)
