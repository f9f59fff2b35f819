"""The time machine as the window sees it: asks the engine to show a variant as it was at an earlier step."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from lora_studio.core.errors import StudioError
from lora_studio.core.summaries import VariantSummary
from lora_studio.ui.asking import Asker

if TYPE_CHECKING:
    from lora_studio.core.engine import Engine

Summaries = tuple[VariantSummary, ...]


class TimeMachine(QObject):
    """Of requests for one variant that are still waiting, only the newest is served."""

    refused = Signal(str)  # variant: what is shown stayed as it was

    def __init__(self, asker: Asker, update: Callable[[Summaries], None], parent: QObject | None = None) -> None:
        """`update` takes the variants as they are now."""
        super().__init__(parent)
        self._asker = asker
        self._update = update

    def go_to(self, variant: str, step: int | None) -> None:
        """Shows `variant` as it was after `step` steps; None: its result."""

        def job(engine: Engine) -> Summaries:
            from lora_studio.core.instruments.time_machine import go_to

            go_to(engine.variants, variant, step)
            return engine.summaries()

        def refused(_: StudioError) -> None:
            if isValid(self):  # another window may have taken this one's place
                self.refused.emit(variant)

        self._asker.ask(job, self._update, key=("time machine", variant), otherwise=refused)

    def look(self) -> None:
        """Finds which earlier states the variants on the board have, after a run ended or an adapter came."""
        self._asker.ask(_look, self._update, key="time machine", quiet=True)


def _look(engine: Any) -> Summaries:
    from lora_studio.core.instruments.time_machine import refresh_steps

    refresh_steps(engine.variants)
    summaries: Summaries = engine.summaries()
    return summaries
