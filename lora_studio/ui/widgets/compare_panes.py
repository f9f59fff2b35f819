"""Where the table of compared runs and the two plots stand: beside or below each other, or one plot at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from lora_studio.ui.widgets.compare_runs import CompareChoices
from lora_studio.ui.widgets.compare_table import CompareTable

if TYPE_CHECKING:
    from lora_studio.ui.widgets.compare_plot import ComparePlot
    from lora_studio.ui.widgets.compare_scatter import CompareScatter

LEAST = 240  # px; below that nothing is laid out yet
NARROW = 1216  # px; with less room both plots beside the table would be too small to be read
MOST_TABLE = 65  # % of the room
CURVES = 64  # % of what the table leaves; where both plots are shown
BELOW = (34, 33, 33)  # % of the room where they are below each other: curves, table, points


class ComparePanes(QSplitter):
    """Gives the table what it needs, until a person moves the borders."""

    narrowed = Signal(bool)  # whether there is room for one plot only

    def __init__(self, table: CompareTable, choices: CompareChoices, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._table = table
        self._choices = choices
        self._plots: tuple[ComparePlot, CompareScatter] | None = None
        self._is_narrow = False
        self._has_own_borders = False  # a person's
        self.setChildrenCollapsible(False)
        self.addWidget(table)
        self.splitterMoved.connect(self._keep_borders)
        table.measured.connect(self._share_out)

    def add_plots(self, plot: ComparePlot, scatter: CompareScatter) -> None:
        self._plots = (plot, scatter)
        self.insertWidget(0, plot)
        self.addWidget(scatter)
        for pane in (plot, self._table, scatter):
            self.setStretchFactor(self.indexOf(pane), int(pane is not self._table))
        self.choose()

    def choose(self) -> None:
        """Where there is room for one plot only, shows the one that was chosen."""
        if self._plots:
            plot, scatter = self._plots
            self.insertWidget(1 if self._is_narrow else 2, scatter)  # or the table would change its place
            plot.setVisible(not (self._is_narrow and self._choices.points))
            scatter.setVisible(not self._is_narrow or self._choices.points)
        self._share_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side where there is room for it, or else below each other."""
        super().resizeEvent(event)
        below = self.width() < self.height()
        orientation = Qt.Orientation.Vertical if below else Qt.Orientation.Horizontal
        narrow = not below and self.width() < NARROW
        if (orientation, narrow) != (self.orientation(), self._is_narrow):
            self.setOrientation(orientation)
            self._is_narrow, self._has_own_borders = narrow, False
            self.narrowed.emit(narrow)
            self.choose()
        else:
            self._share_out()

    def _share_out(self) -> None:
        if self._plots is None or self._has_own_borders or self.width() <= LEAST:
            return
        if self.orientation() == Qt.Orientation.Vertical:
            self.setSizes([self.height() * share // 100 for share in BELOW])
            return
        length = self.width()
        table = min(self._table.wanted_width() or length // 3, length * MOST_TABLE // 100)
        curves = (length - table) * CURVES // 100
        points = length - table - curves
        self.setSizes([curves + points, curves + points, table] if self._is_narrow else [curves, table, points])

    def _keep_borders(self) -> None:
        self._has_own_borders = True
