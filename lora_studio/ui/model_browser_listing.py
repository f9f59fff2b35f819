"""What the model browser lists: found away from the window's thread, as are the answers to what fits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from lora_studio.core.errors import StudioError, unexpected
from lora_studio.core.hub.fitting import Fit, devices, fit
from lora_studio.core.hub.folder_facts import FolderFacts
from lora_studio.core.hub.local_models import LocalModel, local_models
from lora_studio.core.models.open_options import AUTOMATIC, OpenOptions
from lora_studio.ui.bridge import Bridge

Look = Callable[[Iterable[str], Path], Iterator[LocalModel]]
Measure = Callable[[int, str, OpenOptions], Fit]
Question = tuple[int, str, OpenOptions]  # parameters, how they are stored, how they would be opened


class ModelListing(QObject):
    """The models on this computer. `refresh` looks once more; until it has, what was found before stays."""

    changed = Signal()  # the models, or whether it is looking
    fits_changed = Signal()

    def __init__(
        self,
        bridge: Bridge,
        parent: QObject,
        look: Look = local_models,
        measure: Measure = fit,
        find_devices: Callable[[], tuple[str, ...]] = devices,
    ) -> None:
        super().__init__(parent)
        self.models: tuple[LocalModel, ...] = ()
        self.devices: tuple[str, ...] = (AUTOMATIC, "cpu")
        self.busy = False
        self._bridge = bridge
        self._look, self._measure, self._find_devices = look, measure, find_devices
        self._number = 0  # of the last look; an earlier one comes too late
        self._fits: dict[Question, Fit | StudioError] = {}
        self._asked: set[Question] = set()

    def refresh(self, seen: Iterable[str], workspace: Path) -> None:
        self._number += 1
        self.busy = True
        self._fits.clear()  # memory is another by now
        self._asked.clear()
        seen = tuple(seen)
        self._aside(lambda: tuple(self._look(seen, workspace)), partial(self._came, self._number))
        self.changed.emit()

    def fit_of(self, facts: FolderFacts, options: OpenOptions) -> Fit | StudioError | None:
        """Whether it fits; None: that is being found out (`fits_changed`), or nobody can tell."""
        if not facts.parameters:
            return None
        question = (facts.parameters, facts.dtype, options)
        if question not in self._asked:
            self._asked.add(question)
            self._aside(lambda: self._measured(question), partial(self._fit_came, question))
        return self._fits.get(question)

    def _measured(self, question: Question) -> Fit | StudioError:
        try:
            return self._measure(*question)
        except StudioError as error:
            return error

    def _came(self, number: int, models: tuple[LocalModel, ...]) -> None:
        if number != self._number:
            return
        self.models, self.busy = models, False
        self.changed.emit()
        self._aside(self._find_devices, self._devices_came)

    def _devices_came(self, found: tuple[str, ...]) -> None:
        self.devices = found
        self.fits_changed.emit()

    def _fit_came(self, question: Question, found: Fit | StudioError) -> None:
        self._fits[question] = found
        self.fits_changed.emit()

    def _aside(self, work: Callable[[], object], then: Callable[..., object]) -> None:
        def run() -> None:
            try:
                found = work()
            except Exception as error:  # noqa: BLE001 - nothing may vanish on this thread
                self._bridge.call(self._bridge.failed.emit, unexpected(error))
            else:
                self._bridge.call(self._deliver, then, found)

        threading.Thread(target=run, name="models", daemon=True).start()

    def _deliver(self, then: Callable[..., object], found: object) -> None:
        if isValid(self):  # the window may be gone by now
            then(found)
