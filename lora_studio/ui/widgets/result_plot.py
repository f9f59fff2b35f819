"""A plot of an experiment's result with its legend. Imports pyqtgraph and numpy (0.4 s), so import it late."""

from __future__ import annotations

import math
from typing import Self

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lora_studio.core.experiments.results import Plot, Series
from lora_studio.ui.theme import GRID, colors_of
from lora_studio.ui.widgets.board_painting import SMALLER
from lora_studio.ui.widgets.figures import tabular
from lora_studio.ui.widgets.fitting_plot import FittingPlot
from lora_studio.ui.widgets.plot_view import PlotView, Reading
from lora_studio.ui.widgets.result_legend import ResultLegend, is_second_round, series_color
from lora_studio.ui.widgets.result_numbers import axis_title, experiment_text, figure_with_unit
from lora_studio.ui.widgets.result_plot_items import Bars, Drawn, Line, Mark, Overlay, Points
from lora_studio.ui.widgets.result_scales import Limits, Scale, without_collisions

LINE = 2.0  # px
AXIS = 42  # px, the height of the lower axis with one line of text
MOST_LINES = 3  # of a category's name
REACH = 90  # px; a point further away is not read


class ResultPlot(FittingPlot):
    """Wheel zooms, dragging moves, a double-click fits, a right-click exports; the legend switches series."""

    def __init__(self, plot: Plot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = plot
        self._x, self._y = Scale(plot.x_kind, plot.x_log), Scale(plot.y_kind, plot.y_log)
        left, bottom = axis_title(plot.y_label, plot.y_kind), axis_title(plot.x_label, plot.x_kind)
        self._hold(PlotView(experiment_text(plot.title), left, bottom, self))
        self.drawn = [self._draw(series) for series in plot.series]
        self.overlay = Overlay(self.view)
        self.legend = ResultLegend(plot, self)
        self.legend.setVisible(len(plot.series) > 1 or self.legend.remark is not None)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.legend)
        self._connect()
        self._dress()

    @property
    def has_points(self) -> bool:
        return any(series.style == "points" for series in self.plot.series)

    def shows(self, index: int) -> bool:
        return self.drawn[index].visible

    def set_shown(self, index: int, shown: bool) -> None:
        self.legend.switches[index].setChecked(shown)

    def imitate(self, other: Self) -> None:
        for index, drawn in enumerate(other.drawn):
            self.set_shown(index, drawn.visible)
        super().imitate(other)

    def sizeHint(self) -> QSize:
        return QSize(560, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 140)

    # Building

    def _draw(self, series: Series) -> Drawn:
        xs, ys = [self._x.place(x) for x in series.xs], [self._y.place(y) for y in series.ys]
        ys = [math.nan if math.isnan(x) else y for x, y in zip(xs, ys, strict=True)]
        if series.style == "points":
            largest = max((size for each in self.plot.series for size in each.sizes), default=0.0)
            return Points(self.view, series, xs, ys, largest)
        if series.style == "bars":
            beside = [each for each in self.plot.series if each.style == "bars" and set(each.xs) & set(series.xs)]
            return Bars(self.view, series, xs, ys, beside.index(series), len(beside))
        return Line(self.view, series, xs, ys)

    def _connect(self) -> None:
        self.view.view.setMouseEnabled(x=True, y=self.has_points)
        self.view.pointed.connect(self._point_at)
        self._listen()
        self.view.view.sigResized.connect(lambda *_: self._follow_size())
        self.legend.toggled.connect(self._toggle)

    # Drawing

    def _toggle(self, index: int, shown: bool) -> None:
        self.drawn[index].set_visible(shown)
        self._show_marks()

    def _follow_size(self) -> None:
        self._name_categories()
        if self._following:
            self.fit()

    def _follow_range(self) -> None:
        for drawn in self.drawn:
            drawn.show()
        for scale, side, limits in zip((self._x, self._y), ("bottom", "left"), self.limits(), strict=True):
            ticks = scale.ticks(*limits, self.locale())
            if ticks and side == "bottom":
                metrics = QFontMetrics(tabular(self.font(), points=SMALLER))
                pixel = (limits[1] - limits[0]) / max(1.0, self.view.view.width())
                ticks = without_collisions(ticks, pixel, metrics.horizontalAdvance)
            if side == "left" or not self.plot.categories:
                self.view.plot.getAxis(side).setTicks(ticks)

    def _whole(self) -> tuple[Limits, Limits]:
        visible = [drawn for drawn in self.drawn if drawn.visible]
        bars = any(series.style == "bars" for series in self.plot.series)
        xs, ys = ([float(place) for drawn in visible for place in getattr(drawn, side)] for side in ("xs", "ys"))
        y = self._y.limits(ys, from_zero=bars or not self.has_points)
        if self.plot.categories:
            return (-0.5, len(self.plot.categories) - 0.5), self._with_room(y, self.view.view.height())
        x = self._x.limits(xs, from_zero=False)
        if not self.has_points and not bars and not self._x.log and self.plot.x_kind != "share":
            x = (
                x[0],
                max((place for place in xs if not math.isnan(place)), default=x[1]),
            )  # lines end at the axis' end
            x = x if x[0] < x[1] else (x[0] - 0.5, x[0] + 0.5)
        return self._with_room(x, self.view.view.width()), self._with_room(y, self.view.view.height())

    def _with_room(self, limits: Limits, pixels: float) -> Limits:
        """Room at the edges, so that no point is cut off."""
        largest = max((size for drawn in self.drawn for size in drawn.diameters()), default=4.0)
        share = min(0.2, (largest / 2 + 2) / max(1.0, pixels))
        room = (limits[1] - limits[0]) * share / (1 - 2 * share)
        return limits[0] - room, limits[1] + room

    def _show_marks(self) -> None:
        colors = colors_of(self)
        marks = [
            Mark(float(drawn.xs[index]), float(drawn.ys[index]), diameter, series_color(colors, self.plot, place),
                 is_second_round(drawn.series) and drawn.series.style == "points",
                 experiment_text(drawn.series.label(index)) if self.plot.point_labels else "")
            for place, drawn in enumerate(self.drawn)
            if drawn.visible
            for index, diameter in enumerate(drawn.diameters())
            if not math.isnan(drawn.xs[index])
        ]  # fmt: skip
        font = tabular(self.font(), points=SMALLER)
        self.overlay.show_marks(marks, font, QColor(colors.text), QColor(colors.panel))

    def _name_categories(self) -> None:
        """Below each place, in as many lines as needed; the whole name is read by the cursor."""
        if not self.plot.categories:
            return
        axis, metrics = self.view.plot.getAxis("bottom"), QFontMetrics(tabular(self.font(), points=SMALLER))
        room = self.view.view.width() / max(1, len(self.plot.categories)) - 2 * GRID
        names = [wrapped(experiment_text(name), metrics, room) for name in self.plot.categories]
        axis.setTicks([list(enumerate(names))])
        lines = max(name.count("\n") for name in names)
        height = AXIS + lines * metrics.lineSpacing()
        if axis.height() != height:
            axis.setHeight(height)

    # Looks

    def _dress(self) -> None:
        colors = colors_of(self)
        self.view.dress(colors)
        for index, drawn in enumerate(self.drawn):
            drawn.style(series_color(colors, self.plot, index), LINE * (self._sharpness or self.devicePixelRatioF()))
        self._show_marks()
        self._name_categories()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "overlay"):
            self._dress()
        super().changeEvent(event)

    # Reading values

    def _point_at(self, x: float) -> None:
        """A line at the cursor helps with curves, not with points."""
        if math.isnan(x) or not self.has_points:
            self.view.point_at(x)

    def _read(self, place: QPointF) -> Reading | None:
        pixel = self.view.view.viewPixelSize()
        best: tuple[float, Drawn, int] | None = None
        for drawn in self.drawn:
            near = drawn.nearest(place, pixel) if drawn.visible else None
            if near and (best is None or near[0] < best[0]):
                best = (near[0], drawn, near[1])
        if best is None or (self.has_points and best[0] > REACH):
            return None
        _, drawn, index = best
        return float(drawn.xs[index]), float(drawn.ys[index]), self._said(drawn.series, index)

    def _said(self, series: Series, index: int) -> str:
        """The series' name, the point's, and its values with their units."""
        names = dict.fromkeys(experiment_text(name) for name in (series.name, series.label(index)) if name)
        x, y = series.xs[index], series.ys[index]
        assert y is not None
        if self.plot.categories:
            at = experiment_text(self.plot.categories[round(x)])
        else:
            at = f"{experiment_text(self.plot.x_label)} {figure_with_unit(x, self.plot.x_kind, self.locale())}"
        lines = [" · ".join(names), at]
        lines.append(f"{experiment_text(self.plot.y_label)} {figure_with_unit(y, self.plot.y_kind, self.locale())}")
        if series.sizes:
            size = figure_with_unit(series.sizes[index], "number", self.locale())
            lines.append(f"{experiment_text(self.plot.size_label)} {size}".strip())
        return "\n".join(line.strip() for line in lines if line.strip())


def wrapped(text: str, metrics: QFontMetrics, room: float) -> str:
    """In at most three lines of `room` px, broken between words; what is still too long is cut off."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and metrics.horizontalAdvance(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > MOST_LINES:
        lines[MOST_LINES - 1 :] = [" ".join(lines[MOST_LINES - 1 :])]
    return "\n".join(metrics.elidedText(line, Qt.TextElideMode.ElideRight, round(room)) for line in lines)
