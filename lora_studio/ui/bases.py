"""The base model: which one is open, which ones were, and how another takes its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from lora_studio.core.errors import StudioError
from lora_studio.core.events import Receipt
from lora_studio.core.models.open_options import OpenOptions
from lora_studio.core.summaries import ModelSummary
from lora_studio.core.workspace import BUNDLED, Board, OpenChoice, StudioState
from lora_studio.ui.asking import Asker
from lora_studio.ui.opening import Opening, OpeningProgress, OpeningStoppedError
from lora_studio.ui.receipt_text import is_alarming

if TYPE_CHECKING:
    from lora_studio.core.engine import Engine

MOST_RECENT = 8
LOOK_EVERY_MS = 100


@dataclass(frozen=True, slots=True)
class BaseChange:
    """Another base was chosen and is open now. `variant` is what it was made from, if it was made just now."""

    opened: ModelSummary
    before: ModelSummary
    variant: str = ""


class Bases(QObject):
    """Opens one base at a time. Each keeps its board: what stood beside it comes back when it is opened again."""

    left = Signal()  # the base cannot be asked any more; `came` or `stayed` follows
    came = Signal(object, object)  # ModelSummary, Board: another base, and what stood beside it when it was open last
    stayed = Signal(object)  # ModelSummary: the base that was open is open still
    changed = Signal(object)  # BaseChange: after `came`, if a person chose it
    receipt = Signal(object)  # Receipt
    problem = Signal(object)  # StudioError
    opening_changed = Signal(object)  # Opening | None: how far it is; None when it has ended, however it did

    def __init__(self, asker: Asker, state: StudioState, board: Callable[[], Board], parent: QObject) -> None:
        """`board` tells what stands beside the base now."""
        super().__init__(parent)
        self._asker = asker
        self._board = board
        self._boards = dict(state.boards)
        self._model: ModelSummary | None = None
        self.source = state.base
        self.recent = state.recent_bases
        self._options = {
            source: OpenOptions(choice.device, choice.dtype) for source, choice in state.open_options.items()
        }
        self._progress: OpeningProgress | None = None
        self._look = QTimer(self, interval=LOOK_EVERY_MS)
        self._look.timeout.connect(self._tell_progress)

    @property
    def boards(self) -> dict[str, Board]:
        """Of the bases that are not open."""
        return dict(self._boards)

    @property
    def opening(self) -> Opening | None:
        """What is being opened now."""
        return self._progress.now if self._progress else None

    def options_of(self, source: str) -> OpenOptions:
        """How a model was opened last, or would be."""
        return self._options.get(source, OpenOptions())

    def kept_options(self) -> dict[str, OpenChoice]:
        """Those that are not the usual ones, of the models that are still listed."""
        listed = {self.source, *self.recent}
        return {
            source: OpenChoice(device=options.device, dtype=options.dtype)
            for source, options in self._options.items()
            if source in listed and options != OpenOptions()
        }

    def open(self) -> None:
        """At the start: what was open last. If it cannot be opened today, the bundled one is, and that is said."""
        bundled = self.source == BUNDLED
        instead = self._stopped if bundled else self._instead
        self._asker.ask(
            self._opening(self.source), self._first_came, otherwise=instead, quiet=not bundled, lasting=True
        )  # fmt: skip

    def change(self, source: str, options: OpenOptions | None = None) -> None:
        """Opens another base, or the same in another way; if it cannot be opened, the one that is open stays."""
        options = options or self.options_of(source)
        if self._model and (source != self.source or options != self.options_of(source)):
            self.left.emit()
            self._ask_for(source, "", options)

    def stop_opening(self) -> None:
        """What is being opened is not wanted any more. It is given up at the next bytes that are read."""
        if self._progress:
            self._progress.stop()
            self._tell_progress()

    def change_to_variant(self, variant: str, folder: Path, prompts: tuple[str, ...]) -> None:
        """Writes a variant's merged model to a new folder and opens that."""
        self.left.emit()
        self._asker.ask(
            lambda engine: engine.export_merged(variant, folder, prompts),
            partial(self._exported, variant, str(folder)),
            otherwise=self._stay,
            must_finish=True,
        )

    def _exported(self, variant: str, source: str, receipt: Receipt) -> None:
        self.receipt.emit(receipt)
        if is_alarming(receipt):  # it says not to rely on what was written
            self._stay()
        else:
            self._ask_for(source, variant)

    def _ask_for(self, source: str, variant: str, options: OpenOptions | None = None) -> None:
        job = self._opening(source, options)
        came = partial(self._chosen_came, variant, source, options)
        self._asker.ask(job, came, otherwise=self._not_opened, quiet=True, lasting=True)

    def _opening(self, source: str, options: OpenOptions | None = None) -> Callable[[Engine], ModelSummary]:
        """The job for the engine, which tells from its thread how far it is."""
        progress = self._progress = OpeningProgress("MiniGPT" if source == BUNDLED else Path(source).name)
        chosen = options or self.options_of(source)
        self._look.start()
        return lambda engine: engine.open(source, options=chosen, progress=progress)

    def _tell_progress(self) -> None:
        self.opening_changed.emit(self.opening)

    def _stopped(self, _: object = None) -> None:
        """Whatever was being opened is there, or will never be."""
        self._progress = None
        self._look.stop()
        self.opening_changed.emit(None)

    def _instead(self, error: StudioError) -> None:
        advice = "MiniGPT is open instead. The menu Model, Recent bases has the way back."
        self.problem.emit(StudioError(error.template, advice=advice, **error.values))
        self._asker.ask(self._opening(BUNDLED), self._first_came, otherwise=self._stopped, lasting=True)

    def _not_opened(self, error: StudioError) -> None:
        if not isinstance(error, OpeningStoppedError):  # who stopped it knows
            self.problem.emit(error)
        self._asker.ask(lambda engine: engine.variants, self._stay, otherwise=self._come_back, quiet=True)

    def _come_back(self, _: StudioError) -> None:
        """The base that was open had to make room. It comes back with its board."""
        self._asker.ask(self._opening(self.source), self._first_came, otherwise=self._instead, quiet=True, lasting=True)

    def _first_came(self, model: ModelSummary) -> None:
        self._take(model)

    def _chosen_came(self, variant: str, source: str, options: OpenOptions | None, model: ModelSummary) -> None:
        before = self._model
        if options is not None:
            self._options[source] = options
        self._take(model)
        if before:
            self.changed.emit(BaseChange(model, before, variant))

    def _take(self, model: ModelSummary) -> None:
        self._stopped()
        board = self._board()
        if model.source != self.source:
            self._boards[self.source] = board
            board = self._boards.pop(model.source, ())
        self._model, self.source = model, model.source
        if model.source != BUNDLED:
            others = (source for source in self.recent if source != model.source)
            self.recent = (model.source, *others)[:MOST_RECENT]
        self.came.emit(model, board)

    def _stay(self, _: object = None) -> None:
        self._stopped()
        self.stayed.emit(self._model)
