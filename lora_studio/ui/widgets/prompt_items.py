"""What is drawn of a pinned prompt: curves, and a mark where its answer flipped. Imports numpy: import it late."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from lora_studio.ui.widgets.label_places import in_pixels, places
from lora_studio.ui.widgets.plot_items import Curve, FlipMark
from lora_studio.ui.widgets.plot_view import PlotView
from lora_studio.ui.widgets.run_curves import PromptCurve

LOWEST = 80.0  # px of a plot: in a lower one labels would only lie on curves, and the legend says the same


class PromptItems:
    """The drawn parts of one prompt."""

    def __init__(self, plot: PlotView, curve: PromptCurve) -> None:
        self.curve = curve
        self.base = Curve(plot)
        self.wanted = Curve(plot) if curve.corrected and curve.probe.wanted else None
        self.mark: FlipMark | None = None

    def parts(self) -> list[Curve | FlipMark]:
        return [part for part in (self.base, self.wanted, self.mark) if part is not None]

    def show(self) -> None:
        """Draws what is known of the curves."""
        self.base.show(self.curve.steps, self.curve.base)
        if self.wanted:
            self.wanted.show(self.curve.steps, self.curve.wanted)

    def dress(self, color: QColor) -> None:
        self.base.style(color, 1.0, Qt.PenStyle.DashLine if self.curve.corrected else Qt.PenStyle.DotLine)
        if self.wanted:
            self.wanted.style(color, 2.0)
        if self.mark:
            self.mark.style(color)


def place_labels(plot: PlotView, shown: Sequence[PromptItems]) -> None:
    """Beside their marks, where they cover as little as can be of the curves; nowhere in a low plot."""
    (left, right), (bottom, top) = plot.view.viewRange()
    width, height = plot.view.width(), plot.view.height()
    across, up = width / max(1e-9, right - left), height / max(1e-9, top - bottom)
    marks = [items.mark for items in shown if items.mark]
    marks.sort(key=lambda mark: mark.flip.step)
    for mark in marks:
        mark.set_label_visible(height >= LOWEST)
    if not marks or width <= 0 or height < LOWEST:
        return
    curves = [
        in_pixels((np.array(items.curve.steps) - left) * across, (np.array(values) - bottom) * up, width)
        for items in shown
        for values in ((items.curve.base, items.curve.wanted) if items.wanted else (items.curve.base,))
    ]
    steps = [(mark.flip.step - left) * across for mark in marks]
    found = places(steps, [mark.size() for mark in marks], curves, (width, height))
    for mark, place in zip(marks, found, strict=True):
        mark.place(left + place[0] / across, bottom + place[1] / up)
