"""The thread that an experiment runs on. It has a model of its own, so the one on the board is left alone."""

from __future__ import annotations

import time

from PySide6.QtCore import QThread, Signal

from lora_studio.core.errors import StudioError, unexpected
from lora_studio.core.experiments import Experiment
from lora_studio.ui.widgets.result_numbers import experiment_text

TELL_EVERY = 0.1  # seconds; the thread makes hundreds of steps a second


class ExperimentThread(QThread):
    """Runs one experiment. Never destroy it while it runs."""

    progressed = Signal(str, float)  # what is being done, how much is done (0…1)
    found = Signal(object)  # Result
    failed = Signal(object)  # StudioError
    cancelled = Signal()

    def __init__(self, experiment: Experiment, seed: int = 0) -> None:
        super().__init__()  # no parent: a widget that goes away must not take a running thread with it
        self.setObjectName(f"experiment {experiment.name}")
        self._experiment = experiment
        self._seed = seed
        self._is_cancelled = False

    def cancel(self) -> None:
        """The experiment ends after the step it is in."""
        self._is_cancelled = True

    def run(self) -> None:
        try:
            self._follow()
        except StudioError as error:
            self.failed.emit(error)
        except Exception as error:  # noqa: BLE001 - nothing may vanish on this thread
            self.failed.emit(unexpected(error))

    def _follow(self) -> None:
        running = self._experiment.run(self._seed, None)
        told = 0.0
        while not self._is_cancelled:
            try:
                progress = next(running)
            except StopIteration as end:
                self.found.emit(end.value)
                return
            if time.monotonic() - told >= TELL_EVERY:
                told = time.monotonic()
                self.progressed.emit(experiment_text(progress.part), progress.fraction)
        running.close()
        self.cancelled.emit()
