"""The loss curves of several runs over each other. Imports pyqtgraph and numpy (0.4 s), so import it late."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lora_studio.core.curves import Curves, smoothed
from lora_studio.ui.theme import Colors, colors_of
from lora_studio.ui.widgets.compare_curve import LongCurve, Values
from lora_studio.ui.widgets.compare_runs import CompareChoices, ComparedRun, run_color, run_pattern
from lora_studio.ui.widgets.fitting_plot import FittingPlot
from lora_studio.ui.widgets.plot_view import PlotView, Reading
from lora_studio.ui.widgets.result_scales import Limits, Scale

LINE, STRONG, FAINT = 1.6, 2.8, 1.0  # px
FEW = 8  # runs; of more, thin lines tell more than smooth ones, and are painted in time
PALE = 0.3  # of a run's colour in its raw curve, behind the smoothed one


class _RunLines:
    """The lines of one run: what is read, and behind it the raw losses while they are smoothed."""

    def __init__(self, view: PlotView, run: ComparedRun, curves: Curves) -> None:
        self.run = run
        self.curves = curves
        self.raw = LongCurve(view)
        self.main = LongCurve(view)

    def feed(self, choices: CompareChoices) -> None:
        x = self.curves.seconds if choices.by_seconds else self.curves.steps
        if x is None:
            x = np.full(len(self.curves.steps), math.nan)  # of an older run, which kept no seconds
        self.main.feed(x, _placed(smoothed(self.curves.loss, choices.span), choices.logarithmic))
        self.raw.feed(x, _placed(self.curves.loss, choices.logarithmic))

    def set_visible(self, shown: bool, is_smoothed: bool) -> None:
        self.main.set_visible(shown)
        self.raw.set_visible(shown and is_smoothed)

    def show(self, *, smooth: bool) -> None:
        self.raw.show(smooth=False)
        self.main.show(smooth=smooth)

    def style(self, colors: Colors, sharpness: float, width: float, height: float) -> None:
        color, pattern = run_color(colors, self.run.place), run_pattern(self.run.place)
        self.raw.style(_mixed(color, QColor(colors.panel), PALE), FAINT * sharpness, run_pattern(1), -1)
        self.main.style(color, width * sharpness, pattern, height)

    def remove(self) -> None:
        self.raw.remove()
        self.main.remove()


class ComparePlot(FittingPlot):
    """Wheel zooms, dragging moves, a double-click fits, a right-click exports; the table beside it switches runs."""

    pointed = Signal(float)  # the step (or second) under the cursor; NaN when it left

    def __init__(self, choices: CompareChoices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices = choices
        self._lines: dict[Path, _RunLines] = {}
        self._strong: Path | None = None
        self._hold(PlotView(self.tr("Loss of the compared runs"), self.tr("loss (nats per token)"), "", self))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.view.view.setMouseEnabled(x=True, y=True)
        self.view.pointed.connect(self.view.point_at)
        self.view.pointed.connect(self.pointed)
        self._listen()
        self._name_axis()
        self._dress()

    # What is shown

    def show_runs(self, runs: Sequence[ComparedRun]) -> None:
        """Draws these runs, as far as their curves are there."""
        wanted = {run.path: run for run in runs if run.curves is not None}
        for path in [path for path, lines in self._lines.items() if lines.curves is not self._curves_of(wanted, path)]:
            self._lines.pop(path).remove()
        for path, run in wanted.items():
            if path not in self._lines and run.curves is not None:
                self._lines[path] = _RunLines(self.view, run, run.curves)
                self._lines[path].feed(self.choices)
            self._lines[path].run = run
        self._lines = {path: self._lines[path] for path in wanted}
        self.refresh()

    def reshape(self) -> None:
        """Another scale, axis or smoothing was chosen."""
        for lines in self._lines.values():
            lines.feed(self.choices)
        self._name_axis()
        self.refresh()

    def refresh(self) -> None:
        """Runs were switched on or off."""
        for lines in self._lines.values():
            lines.set_visible(lines.run.shown, self.choices.smoothing > 0)
        self._dress()
        if self._following:
            self.fit()
        self._draw()

    def emphasize(self, path: Path | None) -> None:
        """Lifts a run out of the others."""
        if path != self._strong:
            self._strong = path
            self._dress()

    def values_at(self, x: float) -> dict[Path, float]:
        """The loss of each run at a place, as it is drawn; runs that have none there are left out."""
        found = {path: lines.main.outline.value_at(x) for path, lines in self._lines.items()}
        return {path: self._loss(point[1]) for path, point in found.items() if point}

    def lines_of(self, path: Path) -> tuple[LongCurve, LongCurve] | None:
        """The line of a run that is read, and the raw one behind it."""
        lines = self._lines.get(path)
        return (lines.main, lines.raw) if lines else None

    def sizeHint(self) -> QSize:
        return QSize(520, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 110)

    # Drawing

    def _curves_of(self, runs: dict[Path, ComparedRun], path: Path) -> Curves | None:
        return runs[path].curves if path in runs else None

    @property
    def _x(self) -> Scale:
        return Scale("seconds" if self.choices.by_seconds else "number")

    @property
    def _y(self) -> Scale:
        return Scale("nats", self.choices.logarithmic)

    def _name_axis(self) -> None:
        self.view.plot.setLabel("bottom", self.tr("time (s)") if self.choices.by_seconds else self.tr("step"))

    def _follow_range(self) -> None:
        self._draw()
        for scale, side, limits in zip((self._x, self._y), ("bottom", "left"), self.limits(), strict=True):
            self.view.plot.getAxis(side).setTicks(scale.ticks(*limits, self.locale()))

    def _draw(self) -> None:
        smooth = self._count() <= FEW
        for lines in self._lines.values():
            lines.show(smooth=smooth)

    def _count(self) -> int:
        return sum(lines.run.shown for lines in self._lines.values())

    def _whole(self) -> tuple[Limits, Limits]:
        outlines = [line.outline for lines in self._lines.values() for line in (lines.main, lines.raw) if line.visible]
        outlines = [outline for outline in outlines if len(outline.x)]
        right = max((float(outline.x[-1]) for outline in outlines), default=1.0)
        heights = [float(height) for outline in outlines for height in (outline.y.min(), outline.y.max())]
        return (0.0, right or 1.0), self._y.limits(heights, from_zero=True)

    # Looks

    def _dress(self) -> None:
        colors = colors_of(self)
        sharpness = self._sharpness or self.devicePixelRatioF()
        self.view.dress(colors)
        usual = LINE if self._count() <= FEW else FAINT
        for height, (path, lines) in enumerate(self._lines.items()):
            strong = path == self._strong
            lines.style(colors, sharpness, STRONG if strong else usual, 90 if strong else 1 + height / 1000)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "view"):
            self._dress()
        super().changeEvent(event)

    # Reading values

    def _loss(self, height: float) -> float:
        return float(10**height) if self.choices.logarithmic else height

    def _read(self, place: QPointF) -> Reading | None:
        """The visible run next to the cursor; the table says the values of all."""
        best: tuple[float, float, float, _RunLines] | None = None
        for lines in self._lines.values():
            point = lines.main.outline.value_at(place.x()) if lines.run.shown else None
            if point and (best is None or abs(point[1] - place.y()) < best[0]):
                best = (abs(point[1] - place.y()), *point, lines)
        if best is None:
            return None
        _, x, y, lines = best
        loss, locale = self.locale().toString(self._loss(y), "f", 3), self.locale()
        if self.choices.by_seconds:
            text = self.tr("{seconds} s · loss {loss}").format(seconds=locale.toString(x, "f", 1), loss=loss)
        else:
            text = self.tr("step {step} · loss {loss}").format(step=locale.toString(round(x)), loss=loss)
        return x, y, f"{lines.run.called}\n{text}"


def _placed(values: Values, logarithmic: bool) -> Values:
    if not logarithmic:
        return values
    with np.errstate(divide="ignore", invalid="ignore"):
        placed: Values = np.log10(values)
    return placed


def _mixed(color: QColor, ground: QColor, share: float) -> QColor:
    """Opaque, unlike a transparent colour: that takes longer to paint."""
    pairs = ((color.red(), ground.red()), (color.green(), ground.green()), (color.blue(), ground.blue()))
    return QColor(*(round(share * above + (1 - share) * below) for above, below in pairs))
