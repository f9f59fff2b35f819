"""How well each block tells two groups of prompts apart. Imports pyqtgraph and numpy (0.4 s), so import it late."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from lora_studio.core.events import BlockSeparation, Separated
from lora_studio.ui.theme import GRID, Colors, colors_of, variant_color
from lora_studio.ui.widgets.board_painting import SMALLER
from lora_studio.ui.widgets.figures import tabular
from lora_studio.ui.widgets.plot_layout import TICKS, arrange, ceiling
from lora_studio.ui.widgets.plot_view import PlotView, Reading
from lora_studio.ui.widgets.run_curves import RunCurves
from lora_studio.ui.widgets.run_lines import COMPONENT, MEANS

MOST_TICKS = 12
ROOM = 1.12  # above the highest effect, for its mark and the name of the block

Figure = Callable[[BlockSeparation], float]


class _Kind(NamedTuple):
    """How a kind of direction is drawn: dots, and rings that can be seen around them."""

    line: Qt.PenStyle
    size: int
    filled: bool


KINDS = {MEANS: _Kind(Qt.PenStyle.SolidLine, 7, True), COMPONENT: _Kind(Qt.PenStyle.DashLine, 14, False)}
ACCURACY: dict[str, Figure] = {
    MEANS: lambda found: 100 * found.means_accuracy,
    COMPONENT: lambda found: 100 * found.component_accuracy,
}
EFFECT: dict[str, Figure] = {
    MEANS: lambda found: found.means_effect,
    COMPONENT: lambda found: found.component_effect,
}


class SweepPlots(QWidget):
    """Accuracy and effect size over the blocks, for both kinds of direction; the block that is used is marked."""

    export_wanted = Signal(object, str)  # PlotView, kind of file

    def __init__(self, curves: RunCurves, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves = curves
        self._place = 1
        self._hidden: set[str] = set()
        block = self.tr("after block")
        self.accuracy = PlotView(
            self.tr("Prompts on their group's side by block"), self.tr("accuracy (%)"), block, self
        )
        self.effect = PlotView(
            self.tr("Distance of the groups, by block"), self.tr("distance (Cohen's d)"), block, self
        )
        self._lines = {view: {kind: self._line(view) for kind in KINDS} for view in self.views}
        self._marks = {view: _UsedMark(view) for view in self.views}
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GRID)
        self.accuracy.plot.getAxis("left").setTicks([TICKS])
        self.effect.view.setXLink(self.accuracy.view)
        for view in self.views:
            self._layout.addWidget(view)
            view.fit_wanted.connect(self.fit)
            view.pointed.connect(self._point_at)
            view.export_wanted.connect(partial(self.export_wanted.emit, view))
        self.accuracy.read = partial(self._read, ACCURACY, self.tr("block {block} · {kind}: {value} %"), 1)
        self.effect.read = partial(self._read, EFFECT, self.tr("block {block} · {kind}: d = {value}"), 2)

    @property
    def views(self) -> tuple[PlotView, ...]:
        return (self.accuracy, self.effect)

    def restart(self, place: int, hidden: set[str]) -> None:
        """Draws the sweep of the run whose variant has this place in the session's order."""
        self._place, self._hidden = place, set(hidden)
        self._dress()
        self.redraw()
        self.fit()

    def recolor(self, place: int) -> None:
        """The variant has another place among the session's now."""
        self._place = place
        self._dress()

    def redraw(self) -> None:
        """Draws what was found."""
        found = self._curves.separated
        if found is None:
            return
        for view, figures in ((self.accuracy, ACCURACY), (self.effect, EFFECT)):
            for kind, figure in figures.items():
                item = self._lines[view][kind]
                item.setData([b.block for b in found.blocks], [figure(block) for block in found.blocks])
                item.setVisible(kind not in self._hidden)
            view.plot.getAxis("bottom").setTicks([_ticks(len(found.blocks))])
            self._marks[view].say(found.used, self.tr("used: block {block}").format(block=found.used))
        self._describe(found)

    def set_line_shown(self, kind: str, shown: bool) -> None:
        (self._hidden.discard if shown else self._hidden.add)(kind)
        self.redraw()

    def fit(self) -> None:
        """Shows all blocks."""
        found = self._curves.separated
        if found is None:
            return
        right = len(found.blocks) + 0.5
        values = [figure(block) for block in found.blocks for figure in EFFECT.values()]
        for view in self.views:
            view.forget_limits()
        self.accuracy.set_limits(0.5, right, -4, 104)
        self.effect.set_limits(0.5, right, min(0.0, *values), ceiling(ROOM * max(values)))
        self._place_marks()

    # Looks

    def _line(self, view: PlotView) -> pg.PlotDataItem:
        item = pg.PlotDataItem()
        view.plot.addItem(item, ignoreBounds=True)
        return item

    def _dress(self) -> None:
        colors = colors_of(self)
        color = variant_color(colors, self._place)
        for view in self.views:
            view.dress(colors)
            self._marks[view].style(colors)
            for name, kind in KINDS.items():
                item = self._lines[view][name]
                item.setPen(pg.mkPen(color, width=1.5, style=kind.line))
                item.setSymbol("o")
                item.setSymbolSize(kind.size)
                item.setSymbolPen(pg.mkPen(color, width=1.5))
                item.setSymbolBrush(pg.mkBrush(color if kind.filled else QColor(0, 0, 0, 0)))
                item.setZValue(1 if kind.filled else 2)

    def _place_marks(self) -> None:
        for view, mark in self._marks.items():
            bottom, top = view.view.viewRange()[1]
            mark.place(bottom, top)

    def _describe(self, found: Separated) -> None:
        used = found.blocks[found.used - 1]
        text = self.tr("used: block {block}; difference of means {means} %, first principal component {component} %")
        text = text.format(
            block=found.used, means=round(100 * used.means_accuracy), component=round(100 * used.component_accuracy)
        )
        for view in self.views:
            view.viewport().setAccessibleDescription(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        arrange(list(self.views), self._layout, self.size())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._dress()
        super().changeEvent(event)

    # Reading values

    def _point_at(self, place: float) -> None:
        for view in self.views:
            view.point_at(place)

    def _read(self, figures: dict[str, Figure], text: str, digits: int, place: QPointF) -> Reading | None:
        """The visible mark next to the cursor."""
        found = self._curves.separated
        shown = {kind: figure for kind, figure in figures.items() if kind not in self._hidden}
        if found is None or not shown:
            return None
        block = min(found.blocks, key=lambda block: abs(block.block - place.x()))
        kind = min(shown, key=lambda kind: abs(shown[kind](block) - place.y()))
        value = shown[kind](block)
        titles = {MEANS: self.tr("difference of means"), COMPONENT: self.tr("first principal component")}
        written = self.locale().toString(value, "f", digits)
        return block.block, value, text.format(block=block.block, kind=titles[kind], value=written)


class _UsedMark:
    """A vertical line through the block whose direction is used, with its name."""

    def __init__(self, view: PlotView) -> None:
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._label = pg.TextItem(anchor=(0, 0))
        self._label.setFont(tabular(view.font(), points=SMALLER))
        self._block = 1
        for item in (self._line, self._label):
            view.plot.addItem(item, ignoreBounds=True)

    def say(self, block: int, text: str) -> None:
        self._block = block
        self._line.setPos(block)
        self._label.setText(text)

    def place(self, bottom: float, top: float) -> None:
        """The label stands at the foot, where few marks are."""
        self._label.setAnchor((0, 1))
        self._label.setPos(self._block, bottom + 0.04 * (top - bottom))

    def style(self, colors: Colors) -> None:
        self._line.setPen(pg.mkPen(colors.muted, width=1, style=Qt.PenStyle.DotLine))
        self._label.setColor(QColor(colors.muted))


def _ticks(blocks: int) -> list[tuple[float, str]]:
    """Whole numbers, so many that each can be read."""
    every = -(-blocks // MOST_TICKS)
    return [(float(block), str(block)) for block in range(1, blocks + 1) if block == 1 or block % every == 0]
