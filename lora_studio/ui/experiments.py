"""The experiments of the menu: each opens a window that follows it, beside whatever else is being done."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from lora_studio.core.experiments import EXPERIMENTS, Experiment
from lora_studio.ui.experiment_thread import ExperimentThread
from lora_studio.ui.result_window import ResultWindow
from lora_studio.ui.session import Session
from lora_studio.ui.widgets.result_numbers import experiment_text


class Experiments(QObject):
    """Owns the windows and threads of experiments. To be closed with the main window."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._running: dict[ResultWindow, ExperimentThread] = {}
        self.actions_ = tuple(self._action(experiment) for experiment in EXPERIMENTS)
        session.model_ready.connect(self._enable)
        self._enable()

    def windows(self) -> tuple[ResultWindow, ...]:
        return tuple(self._running)

    def open(self, experiment: Experiment) -> ResultWindow:
        """Starts an experiment in a window of its own."""
        window = ResultWindow(experiment.title, self._session.workspace_folder)
        thread = self._running[window] = ExperimentThread(experiment)
        thread.progressed.connect(window.show_progress)
        thread.found.connect(window.show_result)
        thread.failed.connect(window.show_problem)
        thread.cancelled.connect(window.close)
        window.cancel_wanted.connect(thread.cancel)
        window.closed.connect(partial(self._closed, window))
        window.show_progress(experiment_text(experiment.summary), None)
        window.show()
        thread.start()
        return window

    def close(self) -> None:
        """Ends what runs and closes all windows; returns when the threads have ended."""
        for window in tuple(self._running):
            window.close()

    def _closed(self, window: ResultWindow) -> None:
        thread = self._running.pop(window, None)
        if thread is not None:
            thread.stop()
        window.deleteLater()

    def _action(self, experiment: Experiment) -> QAction:
        action = QAction(experiment_text(experiment.title), self)
        summary = experiment_text(experiment.summary)
        action.setToolTip(summary)
        action.setStatusTip(summary)
        action.setData(experiment.name)
        action.triggered.connect(lambda *_: self.open(experiment))
        return action

    def _enable(self, *_: object) -> None:
        """Before the first model is there, torch is still being imported."""
        for action in self.actions_:
            action.setEnabled(self._session.model is not None)
