"""Runs side by side: their loss curves, what each trained, and what it learned against what it forgot."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QStackedLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from lora_studio.core.errors import StudioError
from lora_studio.ui.background import import_plots
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.run_comparison import RunComparison, is_run_folder
from lora_studio.ui.session import Session
from lora_studio.ui.theme import GRID, PANEL_MARGIN, set_property
from lora_studio.ui.translations import translated
from lora_studio.ui.widgets.compare_bar import CompareBar
from lora_studio.ui.widgets.compare_panes import ComparePanes
from lora_studio.ui.widgets.compare_runs import (
    CompareChoices,
    ComparedRun,
    Written,
    curves_csv,
    figures_csv,
    give_places,
    label_runs,
)
from lora_studio.ui.widgets.compare_table import CompareTable

if TYPE_CHECKING:
    from lora_studio.core.curves import Curves
    from lora_studio.ui.widgets.compare_plot import ComparePlot
    from lora_studio.ui.widgets.compare_scatter import CompareScatter

PLOTS = ("lora_studio.ui.widgets.compare_scatter", "lora_studio.ui.widgets.compare_plot")  # need pyqtgraph
LEAST = QSize(240, 150)  # whatever there is to show: a comparison must not move the window's parts
REDRAW_MS = 150  # while runs arrive one after another: drawing more often would only hold up the reading
FOLLOW_MS = 300  # after a change of the history: several come together


class ComparePanel(QWidget):
    """The table is the legend of both plots. Run folders can be dropped here."""

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self.choices: CompareChoices = session.compare_choices
        self.runs: list[ComparedRun] = []
        self.plot: ComparePlot | None = None  # None until pyqtgraph is there
        self.scatter: CompareScatter | None = None
        self._loading = False
        self._painted = False
        self.setWindowTitle(self.tr("Compare"))
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.bar = CompareBar(self.choices, self)
        self.table = CompareTable(self)
        self._panes = ComparePanes(self.table, self.choices, self)
        self._empty = QLabel(
            self.tr("Choose two or more runs in the Runs table and press Compare curves, or drop run folders here."),
            self,
        )
        self._redraw_timer = QTimer(self, singleShot=True)
        self._redraw_timer.timeout.connect(self._redraw)
        self._listed = {run.path for run in session.history.runs}
        self._follow_timer = QTimer(self, singleShot=True, interval=FOLLOW_MS)
        self._follow_timer.timeout.connect(self._follow_history)
        self._reader = RunComparison(bridge, self)
        self._lay_out()
        self._connect()
        if self.choices.paths:
            self.show_runs(self.choices.paths)

    def show_runs(self, paths: Sequence[Path]) -> None:
        """Compares these runs, in this order; they are read in the background."""
        wanted = tuple(dict.fromkeys(paths))
        self.choices.paths = wanted
        self.choices.hidden &= set(wanted)
        self.choices.places = self._places_of(wanted)
        before = {run.path: run for run in self.runs}
        self.runs = [before.get(path) or ComparedRun(path, 1, shown=path not in self.choices.hidden) for path in wanted]
        for run in self.runs:
            run.place = self.choices.places[run.path]
        self._name_runs()
        self._stack.setCurrentWidget(self._content if self.runs else self._empty)
        self.table.rows.show_runs(self.runs)
        self._reader.read(wanted)
        self._load_plots()
        self._redraw_soon()

    def add_runs(self, paths: Sequence[Path]) -> None:
        self.show_runs((*self.choices.paths, *paths))

    def remove_runs(self, paths: Sequence[Path]) -> None:
        self.show_runs([path for path in self.choices.paths if path not in paths])

    def minimumSizeHint(self) -> QSize:
        return LEAST

    # Building

    def _lay_out(self) -> None:
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._content = QWidget(self)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.bar)
        column.addWidget(self._panes, 1)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PANEL_MARGIN, 2 * GRID, PANEL_MARGIN, 2 * GRID)
        layout.addLayout(self._stack)

    def _connect(self) -> None:
        self._reader.arrived.connect(self._take)
        self._reader.failed.connect(self._take_problem)
        self._reader.written.connect(self._tell_written)
        self._reader.not_written.connect(self._session.problem)
        self.bar.changed.connect(self._reshape)
        self.bar.save_wanted.connect(self._save)
        self.table.rows.switched.connect(self._switch)
        self.table.chosen.connect(self._emphasize)
        self.table.remove_wanted.connect(self.remove_runs)
        self._panes.narrowed.connect(self.bar.offer_plots)
        self._session.variants_changed.connect(self._give_places)
        self._session.history.changed.connect(self._follow_timer.start)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self._load_plots()

    def _load_plots(self) -> None:
        """Imports pyqtgraph on a thread of its own, once there is something to draw and to be seen."""
        if not self._loading and self._painted and self.runs:
            self._loading = True
            import_plots(PLOTS, self._bridge, self._build_plots)

    def _build_plots(self) -> None:
        if not isValid(self) or self.plot is not None:
            return
        from lora_studio.ui.widgets.compare_plot import ComparePlot
        from lora_studio.ui.widgets.compare_scatter import CompareScatter

        self.plot = ComparePlot(self.choices, self)
        self.scatter = CompareScatter(self)
        self.plot.pointed.connect(self._point_at)
        self.plot.export_wanted.connect(partial(self._save, "curves"))
        self.scatter.export_wanted.connect(partial(self._save, "points"))
        self._panes.add_plots(self.plot, self.scatter)
        QWidget.setTabOrder(self.plot, self.table)
        self._redraw()

    # The runs

    def _follow_history(self) -> None:
        """Runs that were deleted go; those that were renamed, resumed or ended are read again."""
        history = self._session.history
        listed = {run.path for run in history.runs}
        gone, self._listed = self._listed - listed, listed
        if gone & set(self.choices.paths):
            self.remove_runs(tuple(gone))
        elif self.choices.paths:
            self._reader.read(self.choices.paths)
            self._redraw_soon()

    def _name_runs(self) -> None:
        names = {run.path: run.record.name for run in self._session.history.runs}
        for run in self.runs:
            run.title = names.get(run.path, "")
        label_runs(self.runs)

    def _take(self, path: Path, curves: Curves) -> None:
        for run in self.runs:
            if run.path == path:
                run.curves, run.problem = curves, ""
                self._redraw_soon(0 if self._all_read() else REDRAW_MS)

    def _take_problem(self, path: Path, error: StudioError) -> None:
        for run in self.runs:
            if run.path == path:
                run.curves, run.problem = None, " ".join(translated(error)).strip()
                self._redraw_soon(0 if self._all_read() else REDRAW_MS)

    def _give_places(self) -> None:
        """A run whose variant came to the board has that variant's colour from now on."""
        places = self._places_of(self.choices.paths)
        if places != self.choices.places:
            self.choices.places = places
            for run in self.runs:
                run.place = places[run.path]
            self._redraw_soon()

    def _places_of(self, paths: tuple[Path, ...]) -> dict[Path, int]:
        return give_places(paths, self._session.variants, self.choices.places, self._session.color_place)

    def _redraw_soon(self, within: int = 0) -> None:
        """Once for all that happens within so many ms."""
        if not self._redraw_timer.isActive() or self._redraw_timer.remainingTime() > within:
            self._redraw_timer.start(within)

    def _redraw(self) -> None:
        self._name_runs()
        self.table.rows.show_runs(self.runs)
        self.bar.say(self._status())
        self.bar.status.setToolTip("\n".join(run.problem for run in self.runs if run.problem))
        if self.plot and self.scatter:
            self.plot.show_runs(self.runs)
            if self._all_read():  # it is made anew each time
                self.scatter.show_runs(self.runs)

    def _all_read(self) -> bool:
        return all(run.curves or run.problem for run in self.runs)

    def _status(self) -> str:
        """What is still to come, or why a curve is not there."""
        number = self.locale().toString
        read = [run.curves for run in self.runs if run.curves]
        broken = sum(bool(run.problem) for run in self.runs)
        if len(read) + broken < len(self.runs):
            text = self.tr("reading run {number} of {count}")
            return text.format(number=number(len(read) + broken + 1), count=number(len(self.runs)))
        parts = []
        if broken:
            parts.append(self.tr("cannot be read: {count}").format(count=number(broken)))
        if without := sum(not len(curves.steps) for curves in read):
            parts.append(self.tr("without a loss: {count}").format(count=number(without)))
        if self.choices.by_seconds and (old := sum(len(c.steps) > 0 and c.seconds is None for c in read)):
            parts.append(self.tr("older runs without seconds: {count}").format(count=number(old)))
        return " · ".join(parts)

    # What a person does

    def _reshape(self) -> None:
        self.bar.say(self._status())
        self._panes.choose()
        if self.plot:
            self.plot.reshape()

    def _switch(self, run: ComparedRun, shown: bool) -> None:
        (self.choices.hidden.discard if shown else self.choices.hidden.add)(run.path)
        self._redraw_soon()

    def _emphasize(self, path: Path | None) -> None:
        if self.plot:
            self.plot.emphasize(path)

    def _point_at(self, x: float) -> None:
        self.table.rows.show_read(None if math.isnan(x) or self.plot is None else self.plot.values_at(x))

    # Dropping runs

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_runs(event):
            event.acceptProposedAction()
            set_property(self, "dropping", True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        set_property(self, "dropping", False)

    def dropEvent(self, event: QDropEvent) -> None:
        set_property(self, "dropping", False)
        self.add_runs(dropped_runs(event))
        event.acceptProposedAction()

    # Exporting

    def _save(self, what: str, kind: str) -> None:
        name = self.tr("loss curves") if what == "curves" else self.tr("target against forgetting")
        suggestion = self._session.workspace_folder / f"{name}.{kind}"
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Save"), str(suggestion), f"*.{kind}")
        if chosen:
            self.export(what, kind, Path(chosen))

    def export(self, what: str, kind: str, path: Path) -> None:
        """Writes the "curves" or the "points" as "png", "svg" or "csv"; an error goes to the window."""
        make = self._values(what) if kind == "csv" else self._picture(what, kind)
        if make:
            self._reader.write(path, make)

    def _values(self, what: str) -> Callable[[], bytes]:
        runs = [Written(run.called, run.path.name, run.curves) for run in self.runs if run.shown and run.curves]
        return partial(curves_csv, runs, self.choices.span) if what == "curves" else partial(figures_csv, runs)

    def _picture(self, what: str, kind: str) -> Callable[[], bytes] | None:
        """Painted here and now: only the window's thread may do that."""
        from lora_studio.ui.widgets import compare_picture, result_picture

        if what == "curves" and self.plot:
            data = (compare_picture.as_png if kind == "png" else compare_picture.as_svg)(self.plot, self.runs)
        elif what == "points" and self.scatter and self.scatter.plot:
            data = (result_picture.as_png if kind == "png" else result_picture.as_svg)(self.scatter.plot)
        else:
            return None
        return lambda: data

    def _tell_written(self, path: Path) -> None:
        self.bar.say(self.tr("saved as {file}").format(file=path.name))


def dropped_runs(event: QDropEvent) -> tuple[Path, ...]:
    """The run folders that are dragged."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return tuple(path for path in paths if is_run_folder(path))
