"""The experiments of the menu: each opens a window that follows it, beside whatever else is being done.

The last entry compares methods on one's own data: it puts runs into the queue instead, see `MethodRuns`.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from lora_studio.core.errors import StudioError
from lora_studio.core.experiments import EXPERIMENTS, Experiment
from lora_studio.core.recipe import Recipe
from lora_studio.ui.method_runs import method_runs_of
from lora_studio.ui.open_experiments import OpenExperiments
from lora_studio.ui.result_window import ResultWindow
from lora_studio.ui.session import Session
from lora_studio.ui.widgets.compare_methods_window import CompareMethodsWindow
from lora_studio.ui.widgets.result_numbers import experiment_text


class Experiments(QObject):
    """The entries of one main window. What they open may outlive it."""

    comparison_wanted = Signal(tuple)  # of Path: runs that are to be seen side by side

    def __init__(self, session: Session, window: QWidget, opened: OpenExperiments | None = None) -> None:
        """`opened` owns what is open, for more than one main window; without it, what is opened belongs to this one."""
        super().__init__(window)
        self._session = session
        self._window = window
        self._opened = opened or OpenExperiments(self)
        self._method_runs = method_runs_of(session)
        self._method_runs.ended.connect(self.comparison_wanted)
        self._built_in = tuple(self._action(experiment) for experiment in EXPERIMENTS)
        self.compare_methods = QAction(self.tr("Methods side by side on &this data…"), self)
        self.compare_methods.triggered.connect(lambda *_: self.ask_for_methods())
        self.actions_ = (*self._built_in, self.compare_methods)
        session.model_ready.connect(self._judge)
        session.model_left.connect(self._judge)
        self._judge()

    def windows(self) -> tuple[ResultWindow, ...]:
        return self._opened.windows()

    def open(self, experiment: Experiment) -> ResultWindow:
        """Starts an experiment in a window of its own."""
        return self._opened.open(experiment, self._session.workspace_folder)

    def ask_for_methods(self) -> CompareMethodsWindow | None:
        """Asks with which methods the present recipe is to be run. None: it cannot be run, which is said."""
        if (model := self._session.model) is None:
            return None
        try:
            recipe = self._session.recipe()
        except StudioError as error:
            self._session.problem.emit(error)
            return None
        window = CompareMethodsWindow(self._session, recipe, model, self._window)
        window.wanted.connect(self._queue)
        window.open()
        return window

    def _queue(self, recipes: tuple[Recipe, ...]) -> None:
        self._method_runs.add(recipes)

    def close(self) -> None:
        """Ends what runs and closes all windows; returns when the threads have ended."""
        self._opened.close()

    def _action(self, experiment: Experiment) -> QAction:
        action = QAction(experiment_text(experiment.title), self)
        action.setData(experiment.name)
        action.triggered.connect(lambda *_: self.open(experiment))
        return action

    def _judge(self) -> None:
        """Before the first model is there, torch is still being imported."""
        obstacle = self.tr("The model is still loading.") if self._session.model is None else ""
        for action, experiment in zip(self._built_in, EXPERIMENTS, strict=True):
            self._tell(action, obstacle, experiment_text(experiment.summary))
        if not obstacle and self._session.read_only:
            obstacle = self.tr("Another window has this workspace; nothing can be trained here.")
        summary = self.tr("Runs the ticked datasets with several methods, one after the other, and compares them.")
        self._tell(self.compare_methods, obstacle, summary)

    def _tell(self, action: QAction, obstacle: str, summary: str) -> None:
        action.setEnabled(not obstacle)
        action.setToolTip(obstacle or summary)
        action.setStatusTip(obstacle or summary)
