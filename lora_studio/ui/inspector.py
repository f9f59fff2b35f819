"""What the inspector asks the engine: which batch a step was, and which rows made an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from lora_studio.core.errors import StudioError
from lora_studio.ui.asking import Asker
from lora_studio.ui.stored_run import ShownRun

if TYPE_CHECKING:
    from lora_studio.core.engine import Engine
    from lora_studio.core.instruments.batches import BatchView
    from lora_studio.core.instruments.influence import Influence, Judged


class Inspector(QObject):
    """Asks for one thing at a time: what is asked next takes the place of what is still being worked on."""

    batch_came = Signal(object)  # BatchView
    judged = Signal(int, int)  # gradients that are done, of so many
    influence_came = Signal(object)  # Influence
    failed = Signal(object)  # StudioError

    def __init__(self, asker: Asker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asker = asker
        self._asked: object = None  # what is being worked on

    @property
    def busy(self) -> bool:
        return self._asked is not None

    def ask_batch(self, run: ShownRun, step: int) -> None:
        """The batch of a step of the run."""
        asked = self._asked = object()

        def job(engine: Engine) -> BatchView:
            from lora_studio.core.instruments.batches import batch_of

            return batch_of(engine.variants, run.path, run.variant, step)

        def came(view: BatchView) -> None:
            if self._waits_for(asked):
                self._asked = None
                self.batch_came.emit(view)

        self._ask(job, came, asked)

    def ask_influence(self, variant: str, prompt: str, token: str) -> None:
        """The rows that the variant learned, ranked by what they did to the token's probability after the prompt."""
        asked = self._asked = object()
        search: list[Iterator[Judged | Influence]] = []

        def job(engine: Engine) -> Judged | Influence:
            """One slice, so that other questions are answered in between."""
            from lora_studio.core.instruments.influence import influence

            if not search:
                search.append(influence(engine.variants, variant, prompt, token))
            return next(search[0])

        def came(told: Judged | Influence) -> None:
            from lora_studio.core.instruments.influence import Judged

            if not self._waits_for(asked):
                return
            if isinstance(told, Judged):
                self.judged.emit(told.done, told.total)
                self._ask(job, came, asked)
            else:
                self._asked = None
                self.influence_came.emit(told)

        self._ask(job, came, asked)

    def cancel(self) -> None:
        """What is being worked on is no longer wanted; the slice in hand is finished."""
        self._asked = None

    def _waits_for(self, asked: object) -> bool:
        """The answer may come when the window has gone: another one took its place."""
        return isValid(self) and asked is self._asked

    def _ask(self, job: Any, came: Any, asked: object) -> None:
        def failed(error: StudioError) -> None:
            if self._waits_for(asked):
                self._asked = None
                self.failed.emit(error)

        self._asker.ask(job, came, key="inspector", otherwise=failed, quiet=True)
