"""The base model: which one is open, which ones were, and how another takes its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lora_studio.core.errors import StudioError
from lora_studio.core.events import Receipt
from lora_studio.core.summaries import ModelSummary
from lora_studio.core.workspace import BUNDLED, Board, StudioState
from lora_studio.ui.asking import Asker
from lora_studio.ui.receipt_text import is_alarming

if TYPE_CHECKING:
    from lora_studio.core.engine import Engine

MOST_RECENT = 8


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

    def __init__(self, asker: Asker, state: StudioState, board: Callable[[], Board], parent: QObject) -> None:
        """`board` tells what stands beside the base now."""
        super().__init__(parent)
        self._asker = asker
        self._board = board
        self._boards = dict(state.boards)
        self._model: ModelSummary | None = None
        self.source = state.base
        self.recent = state.recent_bases

    @property
    def boards(self) -> dict[str, Board]:
        """Of the bases that are not open."""
        return dict(self._boards)

    def open(self) -> None:
        """At the start: what was open last. If it cannot be opened today, the bundled one is, and that is said."""
        bundled = self.source == BUNDLED
        instead = None if bundled else self._instead
        self._asker.ask(
            _opening(self.source), self._first_came, otherwise=instead, quiet=not bundled, lasting=True
        )  # fmt: skip

    def change(self, source: str) -> None:
        """Opens another base; if it cannot be opened, the one that is open stays."""
        if self._model and source != self.source:
            self.left.emit()
            self._ask_for(source, "")

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

    def _ask_for(self, source: str, variant: str) -> None:
        self._asker.ask(_opening(source), partial(self._chosen_came, variant), otherwise=self._stay, lasting=True)

    def _instead(self, error: StudioError) -> None:
        advice = "MiniGPT is open instead. The menu Model, Recent bases has the way back."
        self.problem.emit(StudioError(error.template, advice=advice, **error.values))
        self._asker.ask(_opening(BUNDLED), self._first_came, lasting=True)

    def _first_came(self, model: ModelSummary) -> None:
        self._take(model)

    def _chosen_came(self, variant: str, model: ModelSummary) -> None:
        before = self._model
        self._take(model)
        if before:
            self.changed.emit(BaseChange(model, before, variant))

    def _take(self, model: ModelSummary) -> None:
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
        self.stayed.emit(self._model)


def _opening(source: str) -> Callable[[Engine], ModelSummary]:
    return lambda engine: engine.open(source)
