"""A run and what it left on the board are one thing: they are renamed together, and leave together."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, Signal
from PySide6.QtGui import QUndoStack

from lora_studio.core.summaries import VariantSummary
from lora_studio.ui.run_history import RunHistory
from lora_studio.ui.variant_board import VariantBoard

if TYPE_CHECKING:
    from lora_studio.core.workspace import BoardEntry
    from lora_studio.ui.board_jobs import Kept


class RunsOnBoard(QObject):
    """What the history and the board do in one act. Each act is one step of undo."""

    undoable = Signal(str, object)  # what was done, and the QUndoStack that takes it back

    def __init__(self, history: RunHistory, board: VariantBoard, undo_stack: QUndoStack, parent: QObject) -> None:
        super().__init__(parent)
        self._history = history
        self._board = board
        self._undo_stack = undo_stack

    def variants_of(self, runs: Iterable[Path]) -> list[VariantSummary]:
        """Those on the board whose adapters lie in these runs' folders."""
        folders = {str(folder) for run in runs for folder in (run, run / "adapter")}
        return [variant for variant in self._board.variants if variant.folder in folders and not variant.merged]

    def load(self, folder: Path) -> None:
        """Under the name that its run has in the history, if it is a run's and the name is free."""
        run = self._history.run(folder.parent)
        self._board.load(folder, run.record.name if run else "")

    # Names

    def rename_variant(self, name: str, new_name: str) -> None:
        """And the run that made it."""
        folder = next((variant.folder for variant in self._board.variants if variant.name == name), "")
        run = self._history.run(Path(folder).parent) if folder else None
        if run is None or not self._history.can_change(run.path):
            self._board.rename(name, new_name)
            return
        new_name = self._history.clean_name(new_name)
        there, back = (partial(self._history.put_name, run.path, text) for text in (new_name, run.record.name))
        self._board.rename(name, new_name, there, back)

    def rename_run(self, path: Path, name: str) -> None:
        """And its variant, where it stands on the board."""
        name = self._history.clean_name(name)
        variant = next(iter(self.variants_of([path])), None)
        if variant and name and name != variant.name:
            self.rename_variant(variant.name, name)
        else:
            self._history.rename(path, name)

    # The bin

    def remove(self, paths: Collection[Path]) -> None:
        """Moves runs to the bin; what stands on the board of them goes and comes back with them."""
        names = [run.record.name for path in paths if (run := self._history.run(path))]
        before = self._undo_stack.index()
        company = _Company(self, self._history, self._board, paths)
        self._history.remove(paths, company.leave, company.come_back)
        if self._undo_stack.index() > before:
            self.undoable.emit(self._told(names), self._undo_stack)

    def _told(self, names: list[str]) -> str:
        if len(names) == 1:
            return self.tr("“{name}” is in the bin.").format(name=names[0])
        return self.tr("{count} runs are in the bin.").format(count=QLocale().toString(len(names)))


class _Company:
    """The variants of runs that go to the bin."""

    def __init__(
        self, runs_on_board: RunsOnBoard, history: RunHistory, board: VariantBoard, paths: Collection[Path]
    ) -> None:  # fmt: skip
        self._runs_on_board = runs_on_board
        self._history = history
        self._board = board
        self._paths = tuple(paths)
        self._left: list[tuple[Kept, BoardEntry]] = []
        self._time = 0

    def leave(self) -> None:
        self._time = self._board.base_changes
        self._left = [self._board.take_off(variant) for variant in self._runs_on_board.variants_of(self._paths)]

    def come_back(self) -> None:
        """Not beside another base: what stood beside the old one has left with it."""
        if self._time == self._board.base_changes:
            for kept, entry in self._left:
                self._board.put_on(kept, entry, after=self._history.written())
