"""The downloads of models: each on a thread of its own, whatever window is open. They end with the session."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lora_studio.core.errors import StudioError, unexpected
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.download_worker import DownloadWorker

if TYPE_CHECKING:  # imported late: nothing of the hub is needed for the first paint
    from lora_studio.core.hub.download import Progress, Unfinished
    from lora_studio.core.hub.lookup import HubModel

SECONDS_TO_END = 2.0  # what a thread may take that was told to stop; one that hears nothing from the hub takes longer


@dataclass(frozen=True, slots=True)
class Download:
    """`phase` is as in `Progress`, or "paused" or "failed" (`error` says why).

    `speed` is in bytes for each second, None while nothing can be told.
    """

    model: HubModel
    phase: str = "paused"
    done: int = 0
    speed: float | None = None
    error: StudioError | None = None

    @property
    def active(self) -> bool:
        return self.phase in ("checking", "downloading", "waiting")

    @property
    def seconds_left(self) -> float | None:
        return (self.model.bytes - self.done) / self.speed if self.speed else None


class Downloads(QObject):
    """All methods are called in the window's thread and return at once. Nothing is sent before one of them is."""

    changed = Signal()  # which there are, or how far one is
    found = Signal(object)  # HubModel: what was looked up last
    not_found = Signal(object)  # StudioError
    finished = Signal(object, object)  # HubModel, Path: it can be opened
    left_over = Signal(object)  # tuple[Download, ...]: that were begun when the program ran last
    problem = Signal(object)  # StudioError

    def __init__(self, models: Path, bridge: Bridge, parent: QObject | None = None, *, read_only: bool = False) -> None:
        """`models` is the folder that they go into."""
        super().__init__(parent)
        self.models = models
        self.read_only = read_only
        self._bridge = bridge
        self._downloads: dict[str, Download] = {}
        self._workers: dict[str, DownloadWorker] = {}
        self._wanted: set[str] = set()  # that are to go on
        self._discarded: set[str] = set()  # whose parts go when their thread has ended
        self._look_up = 0  # the number of the last one; what an earlier one finds comes too late
        self._closed = False

    # What there is

    def all(self) -> tuple[Download, ...]:
        return tuple(self._downloads.values())

    def of(self, name: str) -> Download | None:
        return self._downloads.get(name)

    def look(self) -> None:
        """Finds what was begun before, away from the window's thread."""
        if not self.read_only:
            self._aside(partial(_begun, self.models), self._show_left_over)

    def _show_left_over(self, left: list[Unfinished]) -> None:
        new = [item for item in left if item.model.name not in self._downloads]
        for item in new:
            self._downloads[item.model.name] = Download(item.model, done=item.done)
        if new:
            self.changed.emit()
            self.left_over.emit(tuple(self._downloads[item.model.name] for item in new))

    # What the person does

    def look_up(self, typed: str) -> None:
        """Asks the hub for a model by its name or the address of its page. `found` or `not_found` follows."""
        self._look_up += 1
        number = self._look_up
        self._aside(
            partial(_looked_up, typed), partial(self._tell_found, number), partial(self._tell_not_found, number)
        )  # fmt: skip

    def start(self, model: HubModel) -> None:
        """Begins, or goes on with, what was looked up."""
        before = self._downloads.get(model.name)
        if self.read_only or (before is not None and before.active):
            return
        self._discarded.discard(model.name)
        self._downloads[model.name] = Download(model, "checking", before.done if before else 0)
        self._go_on(model.name)

    def pause(self, name: str) -> None:
        if self._is_active(name):
            self._wanted.discard(name)
            self._stop(name)
            self._set(name, phase="paused", speed=None)

    def resume(self, name: str) -> None:
        if name in self._downloads and not self._is_active(name) and not self.read_only:
            self._set(name, phase="checking", error=None, speed=None)
            self._go_on(name)

    def remove(self, name: str) -> None:
        """Gives a download up, and what has arrived of it."""
        if (known := self._downloads.pop(name, None)) is None:
            return
        self._wanted.discard(name)
        self._stop(name)
        if name in self._workers:
            self._discarded.add(name)
        else:
            self._discard(known.model)
        self.changed.emit()

    def close(self) -> None:
        """Pauses all. What has arrived stays, and can be gone on with when the program runs again."""
        self._closed = True
        for name in self._workers:
            self._stop(name)
        end = time.monotonic() + SECONDS_TO_END
        for worker in self._workers.values():
            worker.join(max(0.0, end - time.monotonic()))

    # On the way

    def _is_active(self, name: str) -> bool:
        known = self._downloads.get(name)
        return known is not None and known.active

    def _set(self, name: str, **changes: object) -> None:
        if name in self._downloads:
            self._downloads[name] = replace(self._downloads[name], **changes)  # type: ignore[arg-type]
            self.changed.emit()

    def _go_on(self, name: str) -> None:
        """A thread that was told to stop, and has not heard it yet, ends first."""
        self._wanted.add(name)
        if name not in self._workers:
            worker = self._workers[name] = DownloadWorker(
                self.models, self._downloads[name].model, self._tell, self._end
            )
            worker.start()
        self.changed.emit()

    def _stop(self, name: str) -> None:
        if worker := self._workers.get(name):
            worker.stopped.set()

    def _tell(self, model: HubModel, progress: Progress, speed: float | None) -> None:
        """From the worker's thread."""
        self._call(self._show_progress, model, progress, speed)

    def _end(self, model: HubModel, folder: Path | None, error: StudioError | None) -> None:
        self._call(self._ended, model, folder, error)

    def _show_progress(self, model: HubModel, progress: Progress, speed: float | None) -> None:
        if model.name in self._wanted:
            self._set(model.name, phase=progress.phase, done=progress.done, speed=speed)

    def _ended(self, model: HubModel, folder: Path | None, error: StudioError | None) -> None:
        name = model.name
        worker = self._workers.pop(name)
        worker.join()  # for its very last instructions
        if name in self._discarded:
            self._discarded.discard(name)
            self._discard(model)
        elif folder is not None:
            self._wanted.discard(name)
            self._downloads.pop(name, None)
            self.changed.emit()
            self.finished.emit(model, folder)
        elif error is not None:
            self._wanted.discard(name)
            self._set(name, phase="failed", error=error, speed=None)
            self.problem.emit(error)
        elif name in self._wanted:  # it was wanted again before the thread heard that it was not
            self._go_on(name)

    def _discard(self, model: HubModel) -> None:
        self._aside(partial(_discard, self.models, model), lambda _: None, self.problem.emit)

    def _tell_found(self, number: int, model: HubModel) -> None:
        if number == self._look_up:
            self.found.emit(model)

    def _tell_not_found(self, number: int, error: StudioError) -> None:
        if number == self._look_up:
            self.not_found.emit(error)

    def _aside(
        self,
        work: Callable[[], object],
        then: Callable[..., object],
        otherwise: Callable[[StudioError], object] = lambda _: None,
    ) -> None:
        """Does something short on a thread of its own; the answer comes in the window's."""

        def run() -> None:
            try:
                found = work()
            except StudioError as error:
                self._call(otherwise, error)
            except Exception as error:  # noqa: BLE001 - nothing may vanish on this thread
                self._call(otherwise, unexpected(error))
            else:
                self._call(then, found)

        threading.Thread(target=run, name="hub", daemon=True).start()

    def _call(self, function: Callable[..., object], *arguments: object) -> None:
        if not self._closed:
            self._bridge.call(function, *arguments)  # type: ignore[arg-type]


def _begun(models: Path) -> list[Unfinished]:
    from lora_studio.core.hub.download import begun

    return begun(models)


def _looked_up(typed: str) -> HubModel:
    from lora_studio.core.hub.address import wanted_model
    from lora_studio.core.hub.client import HubClient
    from lora_studio.core.hub.lookup import look_up

    return look_up(wanted_model(typed), HubClient())


def _discard(models: Path, model: HubModel) -> None:
    from lora_studio.core.hub.download import discard

    discard(models, model)
