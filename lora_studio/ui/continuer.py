"""Continuing a text with several variants: asks the engine, and hands on what comes, bit by bit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from lora_studio.core.errors import StudioError
from lora_studio.core.jobs import Service
from lora_studio.core.probing.continuation import ContinueSettings, Told
from lora_studio.core.streams import Stream
from lora_studio.ui.bridge import Bridge


class Continuer(QObject):
    """One text at a time. It goes on while something is trained; a new one takes the place of the one before."""

    told = Signal(object)  # list[Told], in order
    ended = Signal()  # nothing more comes: it is done, was stopped, or went wrong
    problem = Signal(object)  # StudioError

    def __init__(self, service: Service, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._bridge = bridge
        self._stream: Stream[Told] | None = None
        self._number = 0  # of the text; what was on its way when the next began is not told

    @property
    def busy(self) -> bool:
        return self._stream is not None

    def begin(self, variants: Sequence[str], prompt: str, settings: ContinueSettings, *, as_chat: bool) -> None:
        """Stops what is being said, and has these variants continue `prompt`."""
        self.stop()
        self._number += 1
        number, call, names = self._number, self._bridge.call, tuple(variants)
        self._stream = Stream(
            self._service,
            lambda engine: engine.continuations(names, prompt, settings, as_chat=as_chat),
            partial(call, self._tell, number),
            partial(call, self._end, number),
        )

    def stop(self) -> None:
        """What has been said so far stays."""
        stream, self._stream = self._stream, None
        if stream:
            stream.cancel()
            self.ended.emit()

    def _tell(self, number: int, told: list[Told]) -> None:
        if self._stream and number == self._number:
            self.told.emit(told)

    def _end(self, number: int, problem: StudioError | None) -> None:
        if self._stream and number == self._number:
            self._stream = None
            if problem:
                self.problem.emit(problem)
            self.ended.emit()
