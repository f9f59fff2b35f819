"""Loss, forgetting and answers over the steps of a run. Imports pyqtgraph and numpy (0.4 s), so import it late."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from lora_studio.ui.theme import GRID, colors_of, variant_color
from lora_studio.ui.widgets.board_painting import SMALLER
from lora_studio.ui.widgets.curve_legend import curve_color
from lora_studio.ui.widgets.drift_plot import DriftPlot, nearest
from lora_studio.ui.widgets.figures import tabular
from lora_studio.ui.widgets.label_places import in_pixels, places
from lora_studio.ui.widgets.plot_items import Curve, FlipMark
from lora_studio.ui.widgets.plot_view import PlotView, Reading
from lora_studio.ui.widgets.run_curves import PromptCurve, RunCurves

LOW, NARROW = 130, 180  # px of a plot: lower ones are not put below each other, narrower ones not side by side
ROUND = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
TICKS = [(value, str(value)) for value in (0, 25, 50, 75, 100)]


class _PromptItems:
    """The drawn parts of one prompt."""

    def __init__(self, plot: PlotView, curve: PromptCurve) -> None:
        self.curve = curve
        self.base = Curve(plot)
        self.wanted = Curve(plot) if curve.corrected and curve.probe.wanted else None
        self.mark: FlipMark | None = None

    def parts(self) -> list[Curve | FlipMark]:
        return [part for part in (self.base, self.wanted, self.mark) if part is not None]


class RunPlots(QWidget):
    """Draws `curves` when told to; what arrives in between costs nothing. The plots share their steps.

    How far protected and held-out rows have moved stands between the other two, in runs that measure it.
    """

    export_wanted = Signal(object, str)  # PlotView, kind of file

    def __init__(self, curves: RunCurves, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves = curves
        self._place = 1
        self._hidden: set[str] = set()
        self._following = True
        self._settled = False
        self.loss = PlotView(self.tr("Loss over steps"), self.tr("loss (nats per token)"), self.tr("step"), self)
        self.drift = DriftPlot(curves, self)
        self.share = PlotView(
            self.tr("Probability of the pinned prompts' answers over steps"),
            self.tr("probability (%)"), self.tr("step"), self,
        )  # fmt: skip
        self._loss_curve = Curve(self.loss)
        self._prompts: dict[str, _PromptItems] = {}
        self._lay_out()
        self._connect()
        self.restart(self._place)

    @property
    def views(self) -> tuple[PlotView, ...]:
        return (self.loss, self.drift, self.share)

    def restart(self, place: int, hidden: Iterable[str] = ()) -> None:
        """Clears the plots for a run whose variant has this place in the session's order."""
        self._place, self._following, self._settled = place, True, False
        self._hidden = set(hidden)
        self.drift.hide()
        self._arrange()
        for items in self._prompts.values():
            for part in items.parts():
                part.remove()
        self._prompts.clear()
        for view in self.views:
            view.forget_limits()
        self._dress()
        self.redraw()

    def recolor(self, place: int) -> None:
        """The variant has another place among the session's now."""
        self._place = place
        self._dress()

    def redraw(self) -> None:
        """Brings the plots up to date."""
        if self._curves.drifts and self.drift.isHidden():
            self.drift.show()
            self._arrange()
        self._follow()
        self.drift.redraw()
        self._loss_curve.show(self._curves.loss_steps, self._curves.losses)
        for prompt, curve in self._curves.prompts.items():
            if prompt not in self._prompts or self._prompts[prompt].curve is not curve:
                self._add(prompt, curve)
            self._redraw_prompt(self._prompts[prompt])
        if self._curves.ended is not None and not self._settled:  # now the curves are whole
            self._settled = True
            self._place_labels()

    def set_shown(self, prompt: str, shown: bool) -> None:
        (self._hidden.discard if shown else self._hidden.add)(prompt)
        if prompt in self._prompts:
            for part in self._prompts[prompt].parts():
                part.set_visible(shown)
        self._place_labels()
        self.redraw()

    def set_line_shown(self, name: str, shown: bool) -> None:
        """A line of the plot of forgetting."""
        self.drift.set_shown(name, shown)
        self.redraw()

    def fit(self) -> None:
        """Shows all steps, and goes on doing so while more arrive."""
        self._following = True
        for view in self.views:
            view.forget_limits()
        self.redraw()

    # Building

    def _lay_out(self) -> None:
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GRID)
        self._layout.addWidget(self.loss, 2)
        self._layout.addWidget(self.drift, 2)
        self._layout.addWidget(self.share, 3)
        self.share.plot.getAxis("left").setTicks([TICKS])

    def _connect(self) -> None:
        for view in (self.drift, self.share):
            view.view.setXLink(self.loss.view)
        self.loss.read, self.share.read = self._read_loss, self._read_share
        for view in self.views:
            view.fit_wanted.connect(self.fit)
            view.moved.connect(self._stop_following)
            view.pointed.connect(self._point_at)
            view.export_wanted.connect(partial(self.export_wanted.emit, view))

    def _add(self, prompt: str, curve: PromptCurve) -> None:
        items = self._prompts[prompt] = _PromptItems(self.share, curve)
        self._dress_prompt(items, list(self._curves.prompts).index(prompt))
        for part in items.parts():
            part.set_visible(prompt not in self._hidden)

    # Drawing

    def _redraw_prompt(self, items: _PromptItems) -> None:
        curve, prompt = items.curve, items.curve.probe.prompt
        if prompt in self._hidden:
            return
        items.base.show(curve.steps, curve.base)
        if items.wanted:
            items.wanted.show(curve.steps, curve.wanted)
        if curve.flip != (items.mark.flip if items.mark else None):
            self._mark(items)

    def _mark(self, items: _PromptItems) -> None:
        flip = items.curve.flip
        if items.mark:
            items.mark.remove()
            items.mark = None
        if flip is None:  # the answer is the base's again
            return
        text = self.tr("{step}: {before} → {after}")  # short: there is little room between curves
        text = text.format(step=flip.step, before=flip.before, after=flip.after)
        items.mark = FlipMark(self.share, flip, text, tabular(self.font(), points=SMALLER))
        self._dress_prompt(items, list(self._curves.prompts).index(items.curve.probe.prompt))
        self._place_labels()

    def _place_labels(self) -> None:
        """Beside their marks, where they cover as little as can be of the curves, as far as these are known."""
        view = self.share.view
        (left, right), (bottom, top) = view.viewRange()
        width, height = view.width(), view.height()
        across, up = width / max(1e-9, right - left), height / max(1e-9, top - bottom)
        shown = {prompt: items for prompt, items in self._prompts.items() if prompt not in self._hidden}
        marks = [items.mark for items in shown.values() if items.mark]
        marks.sort(key=lambda mark: mark.flip.step)
        if not marks or width <= 0 or height <= 0:
            return
        curves = [
            in_pixels((np.array(items.curve.steps) - left) * across, (np.array(values) - bottom) * up, width)
            for items in shown.values()
            for values in ((items.curve.base, items.curve.wanted) if items.wanted else (items.curve.base,))
        ]
        found = places(
            [(mark.flip.step - left) * across for mark in marks], [mark.size() for mark in marks],
            curves, (width, height),
        )  # fmt: skip
        for mark, place in zip(marks, found, strict=True):
            mark.place(left + place[0] / across, bottom + place[1] / up)

    def _follow(self) -> None:
        if self._following:
            steps = max(1, self._last_step())
            self.loss.set_limits(0, steps, 0, ceiling(max(self._curves.losses, default=1.0)))
            self.drift.set_limits(0, steps, 0, ceiling(self.drift.highest()))
            self.share.set_limits(0, steps, -2, 102)

    def _last_step(self) -> int:
        """Where the axis ends: at the planned last step, or where the run was ended before."""
        if self._curves.ended is not None and self._curves.loss_steps:
            return round(self._curves.loss_steps[-1])
        return self._curves.started.steps

    def _stop_following(self) -> None:
        self._following = False
        self.redraw()

    # Looks

    def _dress(self) -> None:
        colors = colors_of(self)
        self.loss.dress(colors)
        self.drift.dress_lines(colors, self._place)
        self.share.dress(colors)
        self._loss_curve.style(variant_color(colors, self._place), 1.0)
        for index, items in enumerate(self._prompts.values()):
            self._dress_prompt(items, index)

    def _dress_prompt(self, items: _PromptItems, index: int) -> None:
        colors = colors_of(self)
        color = curve_color(colors, index)
        if items.curve.corrected:
            items.base.style(color, 1.0, Qt.PenStyle.DashLine)
        else:
            items.base.style(color, 1.0, Qt.PenStyle.DotLine)
        if items.wanted:
            items.wanted.style(color, 2.0)
        if items.mark:
            items.mark.style(color)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        QTimer.singleShot(0, self, self._place_labels)  # once the plot has its size

    def _arrange(self) -> None:
        arrange([view for view in self.views if not view.isHidden()], self._layout, self.size())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._dress()
        super().changeEvent(event)

    # Reading values

    def _point_at(self, step: float) -> None:
        for view in self.views:
            view.point_at(step)

    def _read_loss(self, place: QPointF) -> Reading | None:
        steps, losses = self._curves.loss_steps, self._curves.losses
        index = nearest(steps, place.x())
        if index is None:
            return None
        text = self.tr("step {step} · loss {loss}")
        loss = self.locale().toString(losses[index], "f", 3)
        return steps[index], losses[index], text.format(step=round(steps[index]), loss=loss)

    def _read_share(self, place: QPointF) -> Reading | None:
        """The visible curve next to the cursor."""
        best: tuple[float, Reading] | None = None
        for prompt, items in self._prompts.items():
            curve = items.curve
            index = nearest(curve.steps, place.x())
            if prompt in self._hidden or index is None:
                continue
            for token, values in ((curve.base_token, curve.base), (curve.probe.wanted, curve.wanted)):
                distance = abs(values[index] - place.y())
                if not math.isnan(distance) and (best is None or distance < best[0]):
                    share = self.locale().toString(values[index], "f", 1)
                    step = self.tr("step {step}").format(step=round(curve.steps[index]))
                    text = f"{prompt}\n{token} {share} % · {step}"
                    best = (distance, (curve.steps[index], values[index], text))
        return best[1] if best else None


def arrange(plots: list[PlotView], layout: QBoxLayout, size: QSize) -> None:
    """Side by side where there is room for it, or else below each other; then the last one names the axis for all."""
    count = len(plots)
    low = size.height() < count * LOW and size.width() >= count * NARROW
    beside = low or size.width() >= count * size.height()
    direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
    if direction != layout.direction():
        layout.setDirection(direction)
    for plot in plots:
        plot.plot.getAxis("bottom").showLabel(beside or plot is plots[-1])


def ceiling(highest: float) -> float:
    """The next round number: the axis then changes seldom, and its ticks are round."""
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    return next(step * power for step in ROUND if step * power >= highest * 0.999)
