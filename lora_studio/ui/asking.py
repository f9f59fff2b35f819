"""Asking the engine from the window's thread, with the answer delivered there."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject, Signal

from lora_studio.core.errors import StudioError, unexpected
from lora_studio.core.jobs import Service
from lora_studio.ui.bridge import Bridge


class Asker(QObject):
    """Submits jobs; answers and errors arrive through the bridge."""

    problem = Signal(object)  # StudioError

    def __init__(self, service: Service, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._bridge = bridge
        self._lasting: list[Future[Any]] = []

    def ask(
        self,
        job: Callable[..., Any],
        then: Callable[..., None],
        *,
        key: object = None,
        otherwise: Callable[[StudioError], object] | None = None,
        quiet: bool = False,
        must_finish: bool = False,
        lasting: bool = False,
    ) -> None:
        """Submits `job`; its result goes to `then`, an error to the window (unless `quiet`) and to `otherwise`.

        A job that `must_finish` is done even if the program is closed before its turn. One that is `lasting` may take a
        minute, and cannot be stopped once it has begun.
        """
        future = self._service.submit(job, key, must_finish=must_finish)
        if must_finish or lasting:
            self._lasting.append(future)
        self.watch(future, then, otherwise=otherwise, quiet=quiet)

    @property
    def busy(self) -> bool:
        """Whether whoever closes the service now has to wait, perhaps for long."""
        self._lasting = [future for future in self._lasting if not future.done()]
        return bool(self._lasting)

    def watch(
        self,
        future: Future[Any],
        then: Callable[..., None],
        *,
        otherwise: Callable[[StudioError], object] | None = None,
        quiet: bool = False,
    ) -> None:
        """As `ask`, for a job that was submitted already."""

        def deliver() -> None:
            if future.cancelled():  # a newer request took its place, or the program is closing
                return
            error = future.exception()
            if error is None:
                then(future.result())
                return
            shown = error if isinstance(error, StudioError) else unexpected(error)
            if not quiet:
                self.problem.emit(shown)
            if otherwise:
                otherwise(shown)

        future.add_done_callback(lambda _: self._bridge.call(deliver))
