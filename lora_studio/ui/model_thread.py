"""The thread that owns the model."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QThread

from lora_studio.core.errors import StudioError, unexpected
from lora_studio.core.jobs import Service


class ModelThread(QThread):
    """Imports torch away from the window, then serves jobs until the service is closed.

    Never destroy it while it runs: `stop` closes the service and waits.

    Args:
        failed: called on this thread if the engine cannot be had at all.
    """

    def __init__(self, service: Service, failed: Callable[[StudioError], None]) -> None:
        super().__init__()  # no parent: a widget that goes away must not take a running thread with it
        self.setObjectName("model")
        self._service = service
        self._failed = failed

    def run(self) -> None:
        try:
            from lora_studio.core.engine import Engine

            self._service.serve(Engine())
        except Exception as error:  # noqa: BLE001 - nothing may vanish on this thread
            self._failed(unexpected(error))

    def stop(self) -> None:
        self._service.close()
        self.wait()
