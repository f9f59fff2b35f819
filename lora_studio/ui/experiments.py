"""The experiments of the menu: each opens a window that follows it, beside whatever else is being done."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from lora_studio.core.experiments import EXPERIMENTS, Experiment
from lora_studio.ui.open_experiments import OpenExperiments
from lora_studio.ui.result_window import ResultWindow
from lora_studio.ui.session import Session
from lora_studio.ui.widgets.result_numbers import experiment_text


class Experiments(QObject):
    """The entries of one main window. What they open may outlive it."""

    def __init__(self, session: Session, window: QWidget, opened: OpenExperiments | None = None) -> None:
        """`opened` owns what is open, for more than one main window; without it, what is opened belongs to this one."""
        super().__init__(window)
        self._session = session
        self._opened = opened or OpenExperiments(self)
        self.actions_ = tuple(self._action(experiment) for experiment in EXPERIMENTS)
        session.model_ready.connect(self._judge)
        session.model_left.connect(self._judge)
        self._judge()

    def windows(self) -> tuple[ResultWindow, ...]:
        return self._opened.windows()

    def open(self, experiment: Experiment) -> ResultWindow:
        """Starts an experiment in a window of its own."""
        return self._opened.open(experiment, self._session.workspace_folder)

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
        for action, experiment in zip(self.actions_, EXPERIMENTS, strict=True):
            text = obstacle or experiment_text(experiment.summary)
            action.setEnabled(not obstacle)
            action.setToolTip(text)
            action.setStatusTip(text)
