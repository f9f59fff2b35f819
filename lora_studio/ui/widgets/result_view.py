"""A result on the screen: title and parameters, its tables above its plots."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from lora_studio.core.experiments.results import Result
from lora_studio.ui.theme import GRID, PANEL_MARGIN
from lora_studio.ui.widgets.result_numbers import experiment_text
from lora_studio.ui.widgets.result_pane import ResultPane
from lora_studio.ui.widgets.result_progress import large_title
from lora_studio.ui.widgets.result_table import ResultTable

if TYPE_CHECKING:
    from lora_studio.ui.widgets.result_plot import ResultPlot

TABLE_SHARE = 0.48  # of the height, at most, is the tables' at first
HEAD = 44  # px, a pane's tabs
NOTE_LINES = 4  # then they scroll; half as many in a low window
ROOMY = 600  # px


class ResultView(QWidget):
    """Title and parameters, the tables above the plots, and the button that saves them all."""

    save_wanted = Signal(QWidget, str)  # a ResultTable or ResultPlot, kind of file

    def __init__(self, result: Result, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tables: list[ResultTable] = []
        self.plots: list[ResultPlot] = []
        self._sized = False
        self._panes = QSplitter(Qt.Orientation.Vertical, self)
        self._panes.setChildrenCollapsible(False)
        self.table_pane = ResultPane(self.tr("Tables"), ("csv",), self)
        self.plot_pane = ResultPane(self.tr("Plots"), ("png", "svg", "csv"), self)
        self._add_tables(result)
        self._add_plots(result)
        self._said = QLabel(self)
        self._said.setProperty("role", "muted")
        self._said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.save_all_button = QPushButton(self.tr("Save all…"), self)
        self.save_all_button.setAccessibleName(self.save_all_button.text())
        self.save_all_button.setToolTip(self.tr("Every table and plot and result.json (Ctrl+S)"))
        self._lay_out(result)

    def say(self, text: str) -> None:
        """What was done, beside the title."""
        self._said.setText(text)

    def focus_first(self) -> None:
        first: list[QWidget] = [*self.tables, *(plot.view for plot in self.plots)]
        if first:
            first[0].setFocus(Qt.FocusReason.OtherFocusReason)

    # Building

    def _add_tables(self, result: Result) -> None:
        for table in result.tables:
            self.tables.append(ResultTable(table, self))
            self.table_pane.add(experiment_text(table.title), self.tables[-1])
        self._add_pane(self.table_pane, bool(result.tables))

    def _add_plots(self, result: Result) -> None:
        if result.plots:
            from lora_studio.ui.widgets.result_plot import ResultPlot

            for plot in result.plots:
                shown = ResultPlot(plot, self)
                shown.export_wanted.connect(partial(self.save_wanted.emit, shown))
                self.plots.append(shown)
                self.plot_pane.add(experiment_text(plot.title), shown)
        self._add_pane(self.plot_pane, bool(result.plots))

    def _add_pane(self, pane: ResultPane, has_pages: bool) -> None:
        pane.save_wanted.connect(self.save_wanted)
        self._panes.addWidget(pane)
        pane.setVisible(has_pages)

    def _lay_out(self, result: Result) -> None:
        top = QHBoxLayout()
        top.setSpacing(3 * GRID)
        top.addWidget(large_title(experiment_text(result.title), self))
        top.addWidget(self._said, 1)
        top.addWidget(self.save_all_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PANEL_MARGIN, PANEL_MARGIN, PANEL_MARGIN, PANEL_MARGIN)
        layout.setSpacing(2 * GRID)
        layout.addLayout(top)
        if result.parameters:
            layout.addWidget(_parameters_label(result.parameters, self))
        if result.notes:
            layout.addWidget(_Notes(tuple(map(experiment_text, result.notes)), self))
        layout.addWidget(self._panes, 1)
        self._order_focus()

    def _order_focus(self) -> None:
        """As one reads, each pane's button after its pages."""
        chain: list[QWidget] = [self.table_pane.tabs, *self.tables, self.table_pane.save_button, self.plot_pane.tabs]
        for plot in self.plots:
            chain += [plot.view, *plot.legend.switches]
        chain += [self.plot_pane.save_button, self.save_all_button]
        for one, other in pairwise(chain):
            QWidget.setTabOrder(one, other)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """At first the tables get what their rows need, the plots the rest."""
        super().resizeEvent(event)
        if not self._sized and self.tables and self.plots and self._panes.height() > 100:
            self._sized = True
            QTimer.singleShot(0, self, self._share_out)

    def _share_out(self) -> None:
        height = self._panes.height()
        needed = max(table.full_height() for table in self.tables) + HEAD
        upper = min(needed, round(TABLE_SHARE * height))
        self._panes.setSizes([upper, height - upper])


class _Notes(QScrollArea):
    """As high as the notes are, but for many of them."""

    def __init__(self, notes: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._label = QLabel("\n".join(f"· {note}" for note in notes), self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setWidget(self._label)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        lines = NOTE_LINES if self.window().height() >= ROOMY else NOTE_LINES // 2
        most = lines * self._label.fontMetrics().lineSpacing()
        self.setFixedHeight(min(most, self._label.heightForWidth(self.viewport().width())))


def _parameters_label(parameters: Mapping[str, Any], parent: QWidget) -> QLabel:
    """What made the result: the plain ones in a line, all of them in the tool tip."""
    label = QLabel(" · ".join(_parameter_texts(parameters, nested=False)), parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", "muted")
    label.setWordWrap(True)
    label.setToolTip("\n".join(_parameter_texts(parameters, nested=True)))
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _parameter_texts(parameters: Mapping[str, Any], *, nested: bool) -> list[str]:
    texts = []
    for key, value in parameters.items():
        name = experiment_text(key.replace("_", " "))
        if isinstance(value, Mapping):
            texts += [f"{name}: {inner}" for inner in _parameter_texts(value, nested=True)] if nested else []
        elif isinstance(value, list | tuple):
            texts.append(f"{name} {', '.join(map(_value_text, value))}")
        else:
            texts.append(f"{name} {_value_text(value)}")
    return texts


def _value_text(value: object) -> str:
    if isinstance(value, float):
        return QLocale().toString(value, "g", 6)
    if isinstance(value, int) and not isinstance(value, bool):
        return QLocale().toString(value)
    return experiment_text(str(value).lower() if value is None or isinstance(value, bool) else str(value))
