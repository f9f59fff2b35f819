"""One plot of a run: its axes, its looks, its cursor and its menu. Imports pyqtgraph (0.4 s), so import it late."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QLocale, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFont, QFontMetrics
from PySide6.QtWidgets import QMenu, QWidget

from lora_studio.ui.theme import GRID, Colors
from lora_studio.ui.widgets.board_painting import SMALLER
from lora_studio.ui.widgets.figures import tabular

pg.setConfigOptions(mouseRateLimit=-1)  # or the last move of a quick hand is lost, and the cursor stands beside it
LEFT_AXIS = 58  # px; the same in both plots, so that the steps stand below each other when the plots do
Reading = tuple[float, float, str]  # where on the plot, and what to say there


class Axis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph is untyped
    """Numbers as the locale writes them."""

    def __init__(self, side: str) -> None:
        super().__init__(orientation=side)
        self._room: Callable[[], float] | None = None

    def number_by(self, room: Callable[[], float]) -> None:
        """Whole numbers, as many as an axis of `room` px has room for: axes beside each other then have the same."""
        self._room = room
        self.setStyle(maxTextLevel=0)

    def tickSpacing(self, low: float, high: float, size: float) -> Any:
        if self._room is None:
            return super().tickSpacing(low, high, size)
        label = QFontMetrics(self.style["tickFont"] or QFont()).horizontalAdvance(f"{high:.0f}") + 4 * GRID
        spacing = max(1.0, round_spacing((high - low) * label / max(1.0, min(size, self._room()))))
        return [(spacing, 0)] if spacing < 5 else [(spacing, 0), (spacing / 5, 0)]

    def tickStrings(self, values: Any, scale: float, spacing: float) -> list[str]:
        point = QLocale().decimalPoint()
        return [text.replace(".", point) for text in super().tickStrings(values, scale, spacing)]


class PlotView(pg.PlotWidget):  # type: ignore[misc]
    """Wheel zooms the steps, dragging moves, a double-click fits, a right-click exports."""

    fit_wanted = Signal()
    moved = Signal()  # a person zoomed or dragged
    pointed = Signal(float)  # the step under the cursor; NaN when it left
    clicked_at = Signal(float)  # a step; dragging is no click
    export_wanted = Signal(str)  # "png", "svg" or "csv"

    def __init__(self, name: str, label: str, step: str, parent: QWidget | None = None, *, short: str = "") -> None:
        """`label` and `step` name the axes; `short` does where the plot is too low for the label."""
        axes = {side: Axis(side) for side in ("left", "bottom")}
        super().__init__(parent, axisItems=axes)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.viewport().setAccessibleName(name)  # it shares the focus
        self.plot = self.getPlotItem()
        self.plot.hideButtons()
        self.plot.setMenuEnabled(False)
        self.steps_axis = axes["bottom"]
        self._labels = (label, short or label)
        self.plot.setLabel("left", label)
        self.plot.setLabel("bottom", step)
        self.plot.setContentsMargins(0, 6, 8, 0)
        self._dress_axes()
        self.view = self.plot.getViewBox()
        self.view.setMouseEnabled(x=True, y=False)
        self.view.disableAutoRange()
        self.view.setDefaultPadding(0.0)
        self.view.sigRangeChangedManually.connect(lambda _: self.moved.emit())
        self.view.sigResized.connect(self._fit_label)
        self.read: Callable[[QPointF], Reading | None] = lambda _: None
        self._limits: tuple[float, ...] = ()
        self._make_cursor()
        self.scene().sigMouseMoved.connect(self._mouse_moved)
        self.scene().sigMouseClicked.connect(self._mouse_clicked)

    def set_limits(self, left: float, right: float, bottom: float, top: float) -> None:
        """Shows exactly this part; costs nothing if it is shown already."""
        if self._limits != (left, right, bottom, top):
            self._limits = (left, right, bottom, top)
            self.view.setRange(xRange=(left, right), yRange=(bottom, top), padding=0)

    def forget_limits(self) -> None:
        self._limits = ()

    def visible_steps(self) -> tuple[float, float]:
        left, right = self.view.viewRange()[0]
        return float(left), float(right)

    # Looks

    def dress(self, colors: Colors) -> None:
        """Colours of the theme, and the font of the window."""
        self.setBackground(colors.panel)
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(QColor(colors.line))
            axis.setTextPen(QColor(colors.muted))
            axis.setTickFont(tabular(self.font(), points=SMALLER))
            axis.label.setFont(tabular(self.font(), points=SMALLER))
        self._line.setPen(pg.mkPen(colors.muted, width=1, style=Qt.PenStyle.DotLine))
        self._marker.setPen(pg.mkPen(colors.accent, width=2))
        self._note.setColor(QColor(colors.text))
        self._note.setFont(tabular(self.font(), points=SMALLER))
        self._note.fill = pg.mkBrush(colors.window)
        self._note.border = pg.mkPen(colors.line)

    def name_steps(self, shown: bool) -> None:
        """Whether the axis below says what it counts; it takes no more height than its words need."""
        line = QFontMetrics(tabular(self.font(), points=SMALLER)).height()
        self.steps_axis.showLabel(shown)
        self.steps_axis.setHeight((2 if shown else 1) * line + GRID)

    def _fit_label(self) -> None:
        """The longest one that has room beside the axis."""
        metrics = QFontMetrics(tabular(self.font(), points=SMALLER))
        fits = (label for label in self._labels if metrics.horizontalAdvance(label) <= self.view.height())
        label, axis = next(fits, self._labels[-1]), self.plot.getAxis("left")
        if axis.labelText != label:
            axis.setLabel(label)

    def _dress_axes(self) -> None:
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickLength=-4, autoExpandTextSpace=False)
        self.plot.getAxis("left").setWidth(LEFT_AXIS)

    # What is shown now

    def mark_step(self, step: float | None) -> None:
        """A line at the step whose state is shown; None: the result is."""
        self._marker.setVisible(step is not None)
        if step is not None:
            self._marker.setPos(step)

    @property
    def marked_step(self) -> float | None:
        return float(self._marker.value()) if self._marker.isVisible() else None

    # The cursor

    def point_at(self, step: float) -> None:
        """Shows the cursor's line at a step (NaN: hides it)."""
        self._line.setVisible(not math.isnan(step))
        if math.isnan(step):
            self._note.hide()
        else:
            self._line.setPos(step)

    def _make_cursor(self) -> None:
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._marker = pg.InfiniteLine(angle=90, movable=False)
        self._note = pg.TextItem()
        for item in (self._marker, self._line, self._note):
            item.setZValue(100)
            item.hide()
            self.plot.addItem(item, ignoreBounds=True)

    def _mouse_moved(self, position: QPointF) -> None:
        if not self.view.sceneBoundingRect().contains(position):
            self.pointed.emit(math.nan)
            return
        place = self.view.mapSceneToView(position)
        self.pointed.emit(place.x())
        reading = self.read(place)
        self._note.setVisible(reading is not None)
        if reading is not None:
            x, y, text = reading
            left, right = self.visible_steps()
            bottom, top = self.view.viewRange()[1]
            self._note.setAnchor((0.0 if x < (left + right) / 2 else 1.0, 0.0 if y > (bottom + top) / 2 else 1.0))
            self._note.setText(text)
            self._note.setPos(x, y)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit(math.nan)

    # Zooming and exporting

    def _mouse_clicked(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.double():
            self.fit_wanted.emit()
        elif self.view.sceneBoundingRect().contains(event.scenePos()):
            self.clicked_at.emit(self.view.mapSceneToView(event.scenePos()).x())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.addAction(self.tr("Fit"), self.fit_wanted.emit)
        menu.addSeparator()
        menu.addAction(self.tr("Save as PNG…"), lambda: self.export_wanted.emit("png"))
        menu.addAction(self.tr("Save as SVG…"), lambda: self.export_wanted.emit("svg"))
        menu.addAction(self.tr("Save the values as CSV…"), lambda: self.export_wanted.emit("csv"))
        menu.exec(event.globalPos())
        menu.deleteLater()


def round_spacing(least: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50, …"""
    if not 0 < least < math.inf:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= least * 0.999)
