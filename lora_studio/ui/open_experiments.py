"""The experiments that are open: each has a thread and a window, and none belongs to the main window."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from lora_studio.core.experiments import Experiment
from lora_studio.ui.experiment_thread import ExperimentThread
from lora_studio.ui.result_window import ResultWindow
from lora_studio.ui.widgets.result_numbers import experiment_text


class OpenExperiments(QObject):
    """Owns the windows and threads. To be closed before the program ends."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: dict[ResultWindow, ExperimentThread] = {}
        self._ending: set[ExperimentThread] = set()  # cancelled, and in their last step still

    def windows(self) -> tuple[ResultWindow, ...]:
        return tuple(self._running)

    def open(self, experiment: Experiment, folder: Path) -> ResultWindow:
        """Starts an experiment in a window of its own; `folder` is where it proposes to save."""
        window = ResultWindow(experiment.title, folder)
        thread = self._running[window] = ExperimentThread(experiment)
        thread.progressed.connect(window.show_progress)
        thread.found.connect(window.show_result)
        thread.failed.connect(window.show_problem)
        thread.cancelled.connect(window.close)
        thread.finished.connect(self._let_go)
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
        for thread in self._ending:
            thread.wait()
        self._ending.clear()

    def _closed(self, window: ResultWindow) -> None:
        """A step may take seconds, which nobody waits for: the thread ends by itself."""
        thread = self._running.pop(window, None)
        if thread is not None:
            thread.cancel()
            self._ending.add(thread)
            self._let_go()
        window.deleteLater()

    def _let_go(self) -> None:
        for thread in [thread for thread in self._ending if thread.isFinished()]:
            thread.wait()  # for its very last instructions
            self._ending.discard(thread)
