"""The run in progress, or the last one: its loss, what it forgets, and how the answers to the pinned prompts moved."""

from __future__ import annotations

import gc
import importlib
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QSize, Qt, QTimer
from PySide6.QtGui import QPaintEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QProgressBar, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from lora_studio.core.errors import StudioError
from lora_studio.core.events import Event, Failed, Finished, Separated, Started
from lora_studio.core.files import write_atomically
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.session import Session
from lora_studio.ui.theme import GRID, PANEL_MARGIN
from lora_studio.ui.widgets.curve_legend import CurveLegend, VariantLine
from lora_studio.ui.widgets.figures import clock, tabular
from lora_studio.ui.widgets.legend_area import LegendArea
from lora_studio.ui.widgets.run_curves import RunCurves
from lora_studio.ui.widgets.run_lines import drift_lines, sweep_lines

if TYPE_CHECKING:
    from lora_studio.ui.widgets.plot_view import PlotView
    from lora_studio.ui.widgets.plots import RunPlots
    from lora_studio.ui.widgets.sweep_plots import SweepPlots

LEAST = QSize(240, 150)  # whatever there is to show: a run must not move the window's parts
REDRAW_MS = 200  # between two redraws: more often would only take time from the training


class TrainingPanel(QWidget):
    """The plots and a line that says where the run stands. Draws only while it is to be seen.

    A run that learns from two groups of prompts has no loss: in its place stands how well each block tells them apart.
    """

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._curves = RunCurves()
        self._plots: RunPlots | None = None
        self._sweep: SweepPlots | None = None
        self._loading: threading.Thread | None = None
        self._painted = False
        self._place = 1  # of the run's variant among the session's: its colour
        self._stale = False
        self._drawn = QElapsedTimer()
        self._redraw_timer = QTimer(self, singleShot=True)
        self._redraw_timer.timeout.connect(self._redraw)
        self.setWindowTitle(self.tr("Training"))
        self._status = QLabel(self)
        self._progress = QProgressBar(self)
        self._empty = QLabel(self.tr("Press Train: the loss and the answers will be drawn here."), self)
        self._legend = CurveLegend(self)
        self._legend_area = LegendArea(self._legend, self)
        self._lay_out()
        session.model_ready.connect(self._load_plots)
        session.run_changed.connect(self._show_run)
        session.variants_changed.connect(self._recolor)
        bridge.events.connect(self._take)
        self._show_run(session.run)
        if session.run_events:
            self._take(list(session.run_events))

    @property
    def plots(self) -> RunPlots | None:
        """None until pyqtgraph is there."""
        return self._plots

    @property
    def sweep(self) -> SweepPlots | None:
        """None until a run has told groups of prompts apart."""
        return self._sweep

    # Building

    def _lay_out(self) -> None:
        self._status.setFont(tabular(self._status.font()))
        self._status.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._status.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # never widens the window
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(3)
        policy = self._progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # nothing moves when a run begins or ends
        self._progress.setSizePolicy(policy)
        self._progress.setAccessibleName(self.tr("Progress of the run"))
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PANEL_MARGIN, 2 * GRID, PANEL_MARGIN, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self._status)
        layout.addWidget(self._progress)
        layout.addLayout(self._stack, 1)
        layout.addWidget(self._legend_area)
        self._legend.toggled.connect(self._toggle)
        self._legend.line_toggled.connect(self._toggle_line)
        self._legend_area.hide()

    def minimumSizeHint(self) -> QSize:
        return LEAST

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self._load_plots()

    def _load_plots(self) -> None:
        """Imports pyqtgraph on a thread of its own, once the window is painted and the model is not in the way."""
        if self._loading is None and self._painted and self._session.model is not None:
            self._loading = threading.Thread(target=self._import_plots, name="import plots", daemon=True)
            self._loading.start()

    def _import_plots(self) -> None:
        collecting = gc.isenabled()
        gc.disable()  # a collection on this thread could destroy Qt objects here
        with suppress(ImportError):  # it comes again, and is heard, when the plots are built
            importlib.import_module("lora_studio.ui.widgets.plots")
        if collecting:
            gc.enable()
        self._bridge.call(self._build_plots)

    def _build_plots(self) -> None:
        if not isValid(self) or self._plots is not None:
            return
        from lora_studio.ui.widgets.plots import RunPlots

        self._plots = RunPlots(self._curves, self)
        self._plots.export_wanted.connect(self._export)
        self._stack.addWidget(self._plots)
        if self._curves.started.steps:
            self._restart()

    # The run

    def _take(self, events: list[Event]) -> None:
        recipe = self._session.run_recipe
        from_base = recipe is None or recipe.method.changes_nothing_at_first
        self._curves.take(events, self._session.pins, from_base=from_base)
        if any(isinstance(event, Started | Separated) for event in events):
            self._restart()
        if any(isinstance(event, Finished | Failed) for event in events):
            self._show_run(self._session.run)
        self._redraw_soon()

    def _restart(self) -> None:
        self._place = self._current_place()
        self._show_legend()
        if self._plots is None:
            return
        if self._curves.separated:
            self._show_sweep()
            return
        hidden = [prompt for prompt in self._curves.prompts if not self._legend.shows(prompt)]
        self._plots.restart(self._place, hidden)
        self._stack.setCurrentWidget(self._plots)

    def _show_sweep(self) -> None:
        from lora_studio.ui.widgets.sweep_plots import SweepPlots

        if self._sweep is None:
            self._sweep = SweepPlots(self._curves, self)
            self._sweep.export_wanted.connect(self._export)
            self._stack.addWidget(self._sweep)
        hidden = {name for name in self._lines() if not self._legend.shows_line(name)}
        self._sweep.restart(self._place, hidden)
        self._stack.setCurrentWidget(self._sweep)

    def _lines(self) -> dict[str, VariantLine]:
        """What is drawn in the run's own colour, beside the loss."""
        if self._curves.separated:
            return sweep_lines()
        return drift_lines(self._curves.drifts, self._curves.made_up)

    def _show_legend(self) -> None:
        lines = self._lines()
        prompts = {} if self._curves.separated else self._curves.prompts
        self._legend.show_curves(prompts)
        self._legend.show_lines(lines, self._place)
        self._legend_area.setVisible(bool(lines or prompts))

    def _current_place(self) -> int:
        """The place that the run's variant has, or will have, among the session's."""
        names = [variant.name for variant in self._session.variants]
        name = self._curves.started.variant
        return names.index(name) if name in names else max(1, len(names))

    def _recolor(self) -> None:
        """Another variant may have gone, and ours moved up. A run whose variant is gone keeps its colour."""
        names = [variant.name for variant in self._session.variants]
        if self._curves.started.variant in names and self._current_place() != self._place:
            self._place = self._current_place()
            self._show_legend()
            for plots in (self._plots, self._sweep):
                if plots:
                    plots.recolor(self._place)

    def _redraw_soon(self) -> None:
        if self._redraw_timer.isActive():
            return
        passed = self._drawn.elapsed() if self._drawn.isValid() else REDRAW_MS
        self._redraw_timer.start(max(0, REDRAW_MS - passed))

    def _redraw(self) -> None:
        self._stale = not self.isVisible()
        if self._stale or self._plots is None:
            return
        self._drawn.start()
        self._show_legend()
        if self._sweep and self._curves.separated:
            self._sweep.redraw()
        else:
            self._plots.redraw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._redraw_soon()

    def _toggle(self, prompt: str, shown: bool) -> None:
        if self._plots:
            self._plots.set_shown(prompt, shown)

    def _toggle_line(self, name: str, shown: bool) -> None:
        plots = self._sweep if self._curves.separated else self._plots
        if plots:
            plots.set_line_shown(name, shown)

    # The line above

    def _show_run(self, run: RunState) -> None:
        self._progress.setVisible(run.active)
        self._progress.setMaximum(run.steps)  # 0 while it starts: the bar then only says that it works
        self._progress.setValue(run.step)
        text = self._sentence(run) if run.active else self._last_sentence()
        if text != self._status.text():
            self._status.setText(text)
            self._progress.setAccessibleDescription(text)

    def _sentence(self, run: RunState) -> str:
        step, steps = (self.locale().toString(number) for number in (run.step, run.steps))
        if run.phase == "starting":
            return self.tr("starting")
        if run.phase == "paused":
            return self.tr("paused at step {step} of {steps}").format(step=step, steps=steps)
        if run.phase == "stopping":
            return self.tr("stopping after step {step} of {steps}").format(step=step, steps=steps)
        where = self.tr("step {step} of {steps}").format(step=step, steps=steps)
        if run.seconds_left is None:
            return where
        left = self.tr("{time} left").format(time=clock(run.seconds_left, self.locale()))
        return f"{where} · {left}"

    def _last_sentence(self) -> str:
        ended = self._curves.ended
        if ended is None:
            return self.tr("no run yet")
        if isinstance(ended, Failed):
            text = self.tr("the run stopped with an error after step {step}")
            return text.format(step=self.locale().toString(ended.step))
        text = self.tr("{name}: {steps} steps in {time}")
        if ended.cancelled:
            text = self.tr("{name}: cancelled after step {steps}, {time}")
        elif self._curves.separated:
            text = self.tr("{name}: {steps} prompts read in {time}")
        time = clock(ended.seconds, self.locale())
        return text.format(name=ended.variant, steps=self.locale().toString(ended.steps), time=time)

    # Exporting

    def _export(self, plot: PlotView, kind: str) -> None:
        suggestion = self._session.workspace_folder / f"{self._curves.started.variant or 'plot'}.{kind}"
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save"), str(suggestion), f"*.{kind}")
        if name:
            self.export(plot, kind, Path(name))

    def export(self, plot: PlotView, kind: str, path: Path) -> None:
        """Writes a plot ("png", "svg") or all values ("csv"); an error goes to the window."""
        from lora_studio.ui.widgets.plot_export import as_png, as_svg

        make = {"png": lambda: as_png(plot), "svg": lambda: as_svg(plot), "csv": lambda: self._curves.as_csv().encode()}
        try:
            write_atomically(path, make[kind]())
        except StudioError as error:
            self._session.problem.emit(error)
