"""The curves of one run, once what draws them is imported, and the legend that switches its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QStackedLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from lora_studio.core.events import Failed
from lora_studio.ui.background import import_plots
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.theme import GRID
from lora_studio.ui.translations import translated
from lora_studio.ui.widgets.curve_legend import CurveLegend, VariantLine
from lora_studio.ui.widgets.legend_area import LegendArea
from lora_studio.ui.widgets.run_curves import RunCurves
from lora_studio.ui.widgets.run_lines import drift_lines, sweep_lines, validation_line

if TYPE_CHECKING:
    from lora_studio.ui.widgets.plots import RunPlots
    from lora_studio.ui.widgets.sweep_plots import SweepPlots


class RunView(QWidget):
    """Draws `curves` when told to. Without any, it teaches where they come from.

    A run that learns from two groups of prompts has no loss: in its place stands how well each block tells them apart.
    """

    step_clicked = Signal(int)
    export_wanted = Signal(object, str)  # PlotView, kind of file

    def __init__(self, curves: RunCurves, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves = curves
        self._bridge = bridge
        self.plots: RunPlots | None = None  # None until pyqtgraph is there
        self.sweep: SweepPlots | None = None  # None until a run has told groups of prompts apart
        self._loading = False
        self._place = 1  # of the run's variant among the session's: its colour
        teaches = QCoreApplication.translate(
            "TrainingPanel", "Press Train: the loss and the answers will be drawn here."
        )
        self._empty = QLabel(teaches, self)
        self._reason = QLabel(self)
        self.legend = CurveLegend(self)
        self._legend_area = LegendArea(self.legend, self)
        self._lay_out()
        self.legend.toggled.connect(self._toggle)
        self.legend.line_toggled.connect(self._toggle_line)

    @property
    def place(self) -> int:
        """In whose colour the run is drawn."""
        return self._place

    def _lay_out(self) -> None:
        self._stack = QStackedLayout()
        for words in (self._empty, self._reason):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            words.setWordWrap(True)
            words.setTextFormat(Qt.TextFormat.PlainText)
            self._stack.addWidget(words)
        self._empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._reason.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._legend_area.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(self._stack, 1)
        layout.addWidget(self._legend_area)

    # Loading

    def load(self) -> None:
        """Imports pyqtgraph on a thread of its own; the plots come when it is there."""
        if not self._loading:
            self._loading = True
            import_plots(["lora_studio.ui.widgets.plots"], self._bridge, self._build_plots)

    def _build_plots(self) -> None:
        if not isValid(self) or self.plots is not None:
            return
        from lora_studio.ui.widgets.plots import RunPlots

        self.plots = RunPlots(self._curves, self)
        self.plots.export_wanted.connect(self.export_wanted)
        self.plots.step_clicked.connect(self.step_clicked)
        self._stack.addWidget(self.plots)
        if self._curves.started.steps:
            self.restart(self._place)

    # Showing

    def restart(self, place: int) -> None:
        """Another run begins, whose variant has this place in the session's order."""
        self._place = place
        self._show_legend()
        if self.plots is None:
            return
        if self._curves.separated:
            self._show_sweep()
            return
        hidden = [prompt for prompt in self._curves.prompts if not self.legend.shows(prompt)]
        self.plots.restart(self._place, hidden)
        self._show_plots_or_reason()

    def show_nothing(self) -> None:
        """There is no run."""
        self._stack.setCurrentWidget(self._empty)

    def _show_plots_or_reason(self) -> None:
        """A run that failed before its first step has nothing to draw: it tells why."""
        ended = self._curves.ended
        if isinstance(ended, Failed) and not self._curves.last_step:
            self._reason.setText("\n\n".join(filter(None, translated(ended.error))))
            self._stack.setCurrentWidget(self._reason)
        elif self.plots:
            self._stack.setCurrentWidget(self.plots)

    def recolor(self, place: int) -> None:
        """The variant has another place among the session's now."""
        self._place = place
        self._show_legend()
        for plots in (self.plots, self.sweep):
            if plots:
                plots.recolor(place)

    def redraw(self) -> None:
        """Brings everything up to date. Does nothing before the plots are there."""
        if self.plots is None:
            return
        self._show_legend()
        if self.sweep and self._curves.separated:
            self.sweep.redraw()
        else:
            self._show_plots_or_reason()
            self.plots.redraw()

    def mark_step(self, step: int | None) -> None:
        """At the step whose state is shown; None: the result is."""
        if self.plots:
            self.plots.mark_step(step)

    def _show_sweep(self) -> None:
        from lora_studio.ui.widgets.sweep_plots import SweepPlots

        if self.sweep is None:
            self.sweep = SweepPlots(self._curves, self)
            self.sweep.export_wanted.connect(self.export_wanted)
            self._stack.addWidget(self.sweep)
        hidden = {name for name in self._lines() if not self.legend.shows_line(name)}
        self.sweep.restart(self._place, hidden)
        self._stack.setCurrentWidget(self.sweep)

    # The legend

    def _lines(self) -> dict[str, VariantLine]:
        """What is drawn in the run's own colour, beside the loss."""
        if self._curves.separated:
            return sweep_lines()
        curves = self._curves
        validation = validation_line(curves.best_step) if curves.validation else {}
        return {**validation, **drift_lines(curves.drifts, curves.made_up)}

    def _show_legend(self) -> None:
        lines = self._lines()
        prompts = {} if self._curves.separated else self._curves.prompts
        self.legend.show_curves(prompts)
        self.legend.show_lines(lines, self._place)
        self._legend_area.setVisible(bool(lines or prompts))

    def _toggle(self, prompt: str, shown: bool) -> None:
        if self.plots:
            self.plots.set_shown(prompt, shown)

    def _toggle_line(self, name: str, shown: bool) -> None:
        plots = self.sweep if self._curves.separated else self.plots
        if plots:
            plots.set_line_shown(name, shown)
