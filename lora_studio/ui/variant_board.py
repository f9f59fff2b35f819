"""What stands beside the base, and what a person does with it: loads, detaches, names, turns up, hides, writes."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from lora_studio.core.errors import StudioError
from lora_studio.core.events import Event, Receipt
from lora_studio.core.summaries import VariantSummary
from lora_studio.core.workspace import Board, BoardEntry
from lora_studio.ui import board_jobs
from lora_studio.ui.asking import Asker
from lora_studio.ui.board_marks import BoardMarks
from lora_studio.ui.board_undo import Detaching, Renaming
from lora_studio.ui.faders import Faders
from lora_studio.ui.kept_mixes import as_told, can_be_kept, faders_of, kept_parts

if TYPE_CHECKING:
    from lora_studio.ui.board_jobs import Kept


def _nothing() -> None:
    pass


class VariantBoard(QObject):
    """Asks the engine for it, and keeps for each variant what the engine does not know."""

    changed = Signal()  # which variants there are, or what is known of one
    faders_moved = Signal()
    strength_refused = Signal(str, float)
    lost = Signal(str)  # a variant that was detached and cannot come back: no folder has it
    missing = Signal(object)  # Board: their folders are not there any more
    receipt = Signal(object)  # Receipt

    def __init__(
        self, board: Board, asker: Asker, undo_stack: QUndoStack, prompts: Callable[[], tuple[str, ...]],
        parent: QObject,
    ) -> None:  # fmt: skip
        """`board` is what stood there last; `prompts` are those that a receipt repeats."""
        super().__init__(parent)
        self.variants: tuple[VariantSummary, ...] = ()
        self.faders: dict[int, Faders] = {}  # of mixes, by their `mix_id`: the engine does not know what is muted
        self._unopened = board  # what cannot be opened today (a drive is missing) is tried again next time
        self._marks = BoardMarks()
        self.base_changes = 0
        self._detached: list[Kept] = []
        self._asker = asker
        self._undo_stack = undo_stack
        self._prompts = prompts

    # What there is

    def kept(self) -> Board:
        """The adapters and mixes beside the base, and those that could not be opened today."""
        shown = [self._entry(v) for v in self.variants if (v.folder or can_be_kept(v)) and not v.merged]
        found = {entry.key: entry for entry in shown}
        return tuple((found | {entry.key: entry for entry in self._unopened if entry.key not in found}).values())

    def _entry(self, variant: VariantSummary) -> BoardEntry:
        faders = self.faders.get(variant.mix_id, as_told(variant))
        return BoardEntry(
            folder=variant.folder,
            name=variant.name,
            strength=variant.strength,
            visible=variant.name not in self._marks.hidden,
            failed=self.is_failed(variant.name),
            color=self.color_place(variant.name),
            parts=kept_parts(variant, faders) if variant.mix and variant.mix_of else (),
            muted=tuple(sorted(faders.muted)),
            soloed=tuple(sorted(faders.soloed)),
        )

    def keep_faders(self, mix: int, faders: Faders) -> None:
        """As the person set them."""
        if self.faders.get(mix) != faders:
            self.faders[mix] = faders
            self.faders_moved.emit()

    @property
    def visible(self) -> tuple[VariantSummary, ...]:
        """Those that the answers show; the base is always one."""
        hidden = self._marks.hidden
        return tuple(variant for variant in self.variants if variant.is_base or variant.name not in hidden)

    def set_visible(self, name: str, visible: bool) -> None:
        if self._marks.set_visible(name, visible):
            self.changed.emit()

    def color_place(self, name: str) -> int:
        """The place of a variant's colour, for `theme.variant_color`: it stays, whatever happens to the others."""
        return self._marks.colors.place(name)

    def is_failed(self, name: str) -> bool:
        """Whether the run that made it was stopped by an error."""
        return name in self._marks.failed

    def take_events(self, events: list[Event]) -> None:
        """What a failed run leaves is kept, and not shown beside results until somebody wants to see it."""
        if self._marks.take_events(events):
            self.changed.emit()

    def update(self, variants: tuple[VariantSummary, ...]) -> None:
        if variants != self.variants:
            self._marks.update(self.variants, variants)
            self.variants = variants
            self._opened(*(variant.folder for variant in variants))
            self.changed.emit()

    def refresh(self, *_: object) -> None:
        """Asks the engine which variants there are."""
        self._asker.ask(lambda engine: engine.summaries(), self.update)

    # When a base comes

    def put_back(self, board: Board) -> None:
        """Opens what stood beside the base when it was open last."""
        self.variants, self._unopened = (), board
        self.base_changes += 1
        for kept in self._detached:  # it belongs to the base that left, and would keep that in memory
            kept.clear()
        self._detached.clear()
        self.faders.clear()
        self._marks.clear()
        for entry in sorted(board, key=lambda entry: bool(entry.parts)):  # a mix calls its parts as the board does
            self._asker.ask(partial(board_jobs.put_back, entry), partial(self._came_back, entry))
        if board:
            self._asker.ask(lambda _: None, self._tell_missing)

    def _came_back(self, entry: BoardEntry, found: tuple[str, int]) -> None:
        """What it is called now (empty: its folder is gone), and the `mix_id` of a mix."""
        name, mix = found
        if not name:
            return
        self._opened(entry.key)
        self._keep_as_it_was(entry, name, mix)
        self.refresh()

    def _keep_as_it_was(self, entry: BoardEntry, name: str, mix: int) -> None:
        if entry.parts:  # one that was made again from its folders has another `mix_id` than before
            self.faders[mix] = faders_of(entry)
        self._marks.put_back(name, entry)

    def _tell_missing(self, _: object) -> None:
        gone = tuple(entry for entry in self._unopened if not all(map(os.path.isdir, entry.folders)))
        if gone:
            self.missing.emit(gone)

    def forget(self, board: Board) -> None:
        """Takes adapters that are not there any more off the list."""
        self._opened(*(entry.key for entry in board))
        self.changed.emit()

    def expect(self, folder: str, variant: str = "") -> None:
        """Remembered at once: the window may close before the engine has told of a variant that was just stored."""
        color = self.color_place(variant) if variant else 0
        if all(entry.folder != folder for entry in self._unopened):
            self._unopened = (*self._unopened, BoardEntry(folder=folder, name=variant, color=color))

    def _opened(self, *keys: object) -> None:
        self._unopened = tuple(entry for entry in self._unopened if entry.key not in keys)

    # What a person does

    def load(self, folder: Path, name: str = "") -> None:
        """`name` is what it is to be called, as far as that is free; empty: as the adapter says."""
        self._asker.ask(partial(board_jobs.load, folder, name), self.refresh)

    def detach(self, name: str) -> None:
        """Can be undone; its folder on disk stays."""
        kept: Kept = []
        self._detached.append(kept)
        entry = self._entry(next((v for v in self.variants if v.name == name), VariantSummary(name, is_base=False)))

        def detached() -> None:
            if kept == [None] and not all(entry.folders):
                self.lost.emit(name)
            else:
                self._undo_stack.push(Detaching(self, name, kept, entry))

        self.ask_to_detach(name, kept, detached)

    def rename(
        self, name: str, new_name: str, there: Callable[[], object] = _nothing, back: Callable[[], object] = _nothing
    ) -> None:  # fmt: skip
        """Can be undone. `there` and `back` do and undo what belongs to it elsewhere."""

        def renamed() -> None:
            there()
            self._undo_stack.push(Renaming(self, name, new_name, there, back))

        if new_name != name:
            self.ask_to_rename(name, new_name, renamed)

    def save(self, name: str, folder: Path) -> None:
        prompts = self._prompts()
        self._asker.ask(lambda engine: engine.save_adapter(name, folder, prompts), self._wrote, must_finish=True)

    def merge(self, name: str) -> None:
        prompts = self._prompts()
        self._asker.ask(lambda engine: engine.merge(name, prompts), self._wrote)

    def export(self, name: str, folder: Path) -> None:
        prompts = self._prompts()
        self._asker.ask(lambda engine: engine.export_merged(name, folder, prompts), self._wrote, must_finish=True)

    def export_gguf(self, name: str, folder: Path) -> None:
        prompts = self._prompts()
        self._asker.ask(lambda engine: engine.export_gguf(name, folder, prompts), self._wrote, must_finish=True)

    def set_strength(self, name: str, strength: float) -> None:
        """Of requests that are still waiting only the newest is served."""

        def refused(_: StudioError) -> None:
            self.refresh()
            self.strength_refused.emit(name, strength)

        self._asker.ask(
            partial(board_jobs.turn, name, strength), self.update, key=("strength", name), otherwise=refused
        )

    def _wrote(self, receipt: Receipt) -> None:
        self.receipt.emit(receipt)
        self.refresh()

    # What can be undone, for board_undo.py and runs_on_board.py

    def take_off(self, variant: VariantSummary) -> tuple[Kept, BoardEntry]:
        """Takes a variant off the board, as part of something else. Both are for `put_on`."""
        kept: Kept = []
        self._detached.append(kept)
        self.ask_to_detach(variant.name, kept)
        return kept, self._entry(variant)

    def put_on(self, kept: Kept, entry: BoardEntry, after: Future[None]) -> None:
        """Puts back what was taken off, once `after` is done."""
        self.ask_to_attach(kept, entry, lambda _: None, after)

    def ask_to_rename(self, name: str, new_name: str, then: Callable[[], object] = _nothing) -> None:
        def renamed(_: object) -> None:
            self._marks.rename(name, new_name)
            self.update(tuple(replace(v, name=new_name) if v.name == name else v for v in self.variants))
            self.refresh()
            then()

        self._asker.ask(partial(board_jobs.rename, name, new_name), renamed, otherwise=self.refresh)

    def ask_to_detach(self, name: str, kept: Kept, then: Callable[[], object] = _nothing) -> None:
        """`kept` gets the variant itself, which can be attached again as it is, unless it is large."""

        def detached(_: object) -> None:
            self.refresh()
            then()

        self._asker.ask(partial(board_jobs.detach, name, kept), detached)

    def ask_to_attach(
        self, kept: Kept, entry: BoardEntry, then: Callable[[str], object], after: Future[None] | None = None
    ) -> None:  # fmt: skip
        """Puts back what was detached, which the engine has done before; `then` gets its name.

        `after` is what the history still has to do on the disk.
        """

        def attached(found: tuple[str, int]) -> None:
            name, mix = found
            if name:
                self._keep_as_it_was(entry, name, mix)
                then(name)
            self.refresh()

        self._asker.ask(partial(board_jobs.attach, kept, entry, after), attached)
