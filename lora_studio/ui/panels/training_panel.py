"""The run in progress, or the last one: its loss, what it forgets, and how the answers to the pinned prompts moved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QSize, QTimer, Signal
from PySide6.QtGui import QPaintEvent, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from lora_studio.core.errors import StudioError
from lora_studio.core.events import Event, Failed, Finished, Separated, Started
from lora_studio.core.files import write_atomically
from lora_studio.core.run_record import RECORD
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.run_travel import RunTravel, folder_of_run
from lora_studio.ui.session import Session
from lora_studio.ui.stored_run import ShownRun, StoredRunReader, ToldRun, date_of
from lora_studio.ui.theme import GRID, PANEL_MARGIN
from lora_studio.ui.widgets.figures import tabular
from lora_studio.ui.widgets.run_curves import RunCurves
from lora_studio.ui.widgets.run_sentence import end_sentence, past_sentence, progress_sentence
from lora_studio.ui.widgets.run_view import RunView
from lora_studio.ui.widgets.time_slider import TimeSlider

if TYPE_CHECKING:
    from lora_studio.ui.widgets.plot_view import PlotView
    from lora_studio.ui.widgets.plots import RunPlots
    from lora_studio.ui.widgets.sweep_plots import SweepPlots

LEAST = QSize(240, 150)  # whatever there is to show: a run must not move the window's parts
BESIDE = 640  # px: from here on the slider stands beside the words about the run
REDRAW_MS = 200  # between two redraws: more often would only take time from the training


class TrainingPanel(QWidget):
    """The plots, below a line that says where the run stands. Draws only while it is to be seen.

    In place of the run in progress, or the last one, a past one can be shown. A slider goes through the states of the
    run's variant.
    """

    step_clicked = Signal(int)  # of the run that is shown: which batch was that?
    run_shown = Signal(object)  # ShownRun: these are its curves from now on

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._curves = RunCurves()
        self._past: ToldRun | None = None  # shown in place of the session's run
        self._reader = StoredRunReader(bridge, self)
        self._looked = False  # for a run to begin with
        self._painted = False
        self._stale = False
        self._drawn = QElapsedTimer()
        self._redraw_timer = QTimer(self, singleShot=True)
        self._redraw_timer.timeout.connect(self._redraw)
        self.setWindowTitle(self.tr("Training"))
        self._status = QLabel(self)
        self._to_current = QPushButton(self.tr("Back to the current run"), self)
        self._progress = QProgressBar(self)
        self._view = RunView(self._curves, bridge, self)
        self.time = TimeSlider(self)
        self._travel = RunTravel(session, self.time, self)
        self._lay_out()
        session.model_ready.connect(self._load_plots)
        session.model_ready.connect(self._begin_with_last)
        session.history.changed.connect(self._begin_with_last)
        session.run_changed.connect(self._show_run)
        session.variants_changed.connect(self._recolor)
        bridge.events.connect(self._take)
        self._reader.came.connect(self._show_past)
        self._reader.failed.connect(session.problem)
        self._to_current.clicked.connect(self.show_current_run)
        self._view.step_clicked.connect(self.step_clicked)
        self._view.export_wanted.connect(self._export)
        self.time.moved.connect(self._view.mark_step)
        self.time.batch_wanted.connect(lambda: self.step_clicked.emit(max(1, self.time.step)))
        self._show_run(session.run)
        self._show_states()
        if session.run_events:
            self._take(list(session.run_events))
        self._begin_with_last()

    @property
    def plots(self) -> RunPlots | None:
        """None until pyqtgraph is there."""
        return self._view.plots

    @property
    def sweep(self) -> SweepPlots | None:
        """None until a run has told groups of prompts apart."""
        return self._view.sweep

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
        self._to_current.setProperty("role", "flat")
        self._to_current.setAccessibleName(self._to_current.text())
        self._to_current.hide()
        words = QHBoxLayout()
        words.addWidget(self._status, 1)
        words.addWidget(self._to_current)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(GRID)
        self._head.addLayout(words, 2)  # fixed shares: words of another length do not move the slider
        self._head.addWidget(self.time, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PANEL_MARGIN, GRID, PANEL_MARGIN, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(self._head)
        layout.addWidget(self._progress)
        layout.addWidget(self._view, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        self._head.setDirection(directions.LeftToRight if self.width() >= BESIDE else directions.TopToBottom)

    def minimumSizeHint(self) -> QSize:
        return LEAST

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self._load_plots()

    def _load_plots(self) -> None:
        """Once the window is painted and the model is not in the way."""
        if self._painted and self._session.model is not None:
            self._view.load()

    # Which run

    @property
    def shown_run(self) -> ShownRun:
        """Whose curves these are."""
        if self._past:
            return ShownRun(self._curves.started.variant, self._past.path)
        return ShownRun(self._curves.started.variant, self._current_folder())

    def show_run(self, path: Path) -> None:
        """The curves of the run in this folder, once they are read; an error goes to the window."""
        if path == self.shown_run.path:
            self._reader.stop()
        elif path in (self._current_folder(), self._session.history.live):
            self.show_current_run()
        else:
            self._reader.read(path)

    def show_variant(self, name: str) -> None:
        """The curves of the run that made the variant, if it is known; otherwise those that are shown stay."""
        variant = next((variant for variant in self._session.variants if variant.name == name), None)
        if variant is None or variant.is_base or self._session.run.active:
            return
        if path := folder_of_run(variant):
            self.show_run(path)

    def _begin_with_last(self) -> None:
        """When the window opens: what was done last, instead of nothing."""
        if self._looked or self._session.model is None or not self._session.history.loaded:
            return
        self._looked = True
        self._session.asker.ask(lambda _: None, self._show_last)  # what stood on the board has come back then

    def _show_last(self, _: object = None) -> None:
        if not isValid(self) or self._session.run.active or self._session.run_events or self._past or self._reader.busy:
            return
        session = self._session
        made = [folder_of_run(each) for each in reversed(session.variants) if not session.is_failed(each.name)]
        known = [run.path for run in session.history.runs if run.record.state in ("finished", "cancelled")]
        found = (path for path in (*made, *known) if path and (path / RECORD).is_file())
        if (path := next(found, None)) is not None:
            self._reader.read(path)

    def show_current_run(self) -> None:
        """The curves of the run in progress, or of the last one."""
        self._reader.stop()
        if self._past is None:
            return
        self._past = None
        self._curves.clear()
        self._take(list(self._session.run_events))
        if not self._session.run_events:
            self._restart()
            self._view.show_nothing()
        self._show_run(self._session.run)

    def _show_past(self, past: ToldRun) -> None:
        self._past = past
        self._curves.take_over(past.curves)
        self._restart()
        self._show_run(self._session.run)
        self._redraw_soon()

    def _current_folder(self) -> Path | None:
        ended = next((event for event in self._session.run_events[-1:] if isinstance(event, Finished)), None)
        return Path(ended.folder) if ended and ended.folder else None

    # The run

    def _take(self, events: list[Event]) -> None:
        if self._past:
            if any(isinstance(event, Started) for event in events):
                self.show_current_run()  # which takes these events, too: the session has heard of them before
            return
        recipe = self._session.run_recipe
        from_base = recipe is None or recipe.method.changes_nothing_at_first
        self._curves.take(events, self._session.pins, from_base=from_base)
        if any(isinstance(event, Started | Separated) for event in events):
            self._restart()
        if any(isinstance(event, Finished | Failed) for event in events):
            self._show_run(self._session.run)
        self._redraw_soon()

    def _restart(self) -> None:
        self._show_states()
        self.run_shown.emit(self.shown_run)
        self._view.restart(self._current_place())

    def _current_place(self) -> int:
        """Of the colour that the run's variant has, or will have."""
        variant = self._travel.variant()  # it may be called otherwise by now
        return self._session.color_place(variant.name if variant else self._curves.started.variant)

    def _show_states(self) -> None:
        """Where there is nothing to go back to, and no batch to look at, the slider takes no room."""
        last = self._curves.last_step
        self.time.setVisible(bool(last))
        self._travel.show_run(self.shown_run, last)

    def _recolor(self) -> None:
        """The variant came, perhaps with the colour that it had before. A run whose variant is gone keeps its own."""
        there = {self._curves.started.variant} & {variant.name for variant in self._session.variants}
        if (there or self._travel.variant()) and self._current_place() != self._view.place:
            self._view.recolor(self._current_place())

    def _redraw_soon(self) -> None:
        if self._redraw_timer.isActive():
            return
        passed = self._drawn.elapsed() if self._drawn.isValid() else REDRAW_MS
        self._redraw_timer.start(max(0, REDRAW_MS - passed))

    def _redraw(self) -> None:
        self._stale = not self.isVisible()
        if not self._stale and self.plots is not None:
            self._drawn.start()
            self._show_states()
            self._view.redraw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._redraw_soon()

    # The line above

    def _show_run(self, run: RunState) -> None:
        self._progress.setVisible(run.active)
        self._progress.setMaximum(run.steps)  # 0 while it starts: the bar then only says that it works
        self._progress.setValue(run.step)
        self._to_current.setVisible(self._past is not None and (run.active or bool(self._session.run_events)))
        text = self._sentence(run)
        if text != self._status.text():
            self._status.setText(text)
            self._progress.setAccessibleDescription(text)

    def _sentence(self, run: RunState) -> str:
        if self._past:
            name, date = self._past.record.name, date_of(self._past.record, self.locale())
            return past_sentence(self._curves, name, date, self.locale())
        if not run.active:
            return end_sentence(self._curves, self.locale())
        recipe = self._session.run_recipe
        name = self._session.trained_variant or (recipe.name if recipe else "")
        return progress_sentence(run, self.locale(), name)

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
