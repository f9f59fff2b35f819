"""What a workspace is asked about: runs that can go on, adapters that are gone, a base that a run needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lora_studio.core.errors import StudioError
from lora_studio.core.workspace import Board, BoardEntry, Workspace
from lora_studio.ui.asking import Asker
from lora_studio.ui.open_questions import OpenQuestions
from lora_studio.ui.run_history import RunHistory
from lora_studio.ui.variant_board import VariantBoard

if TYPE_CHECKING:
    from lora_studio.core.engine import Engine
    from lora_studio.core.history import StoredRun


class Questioner(QObject):
    """Asks what a person has to decide, and keeps it in `open` until it is answered."""

    interrupted = Signal(object)  # tuple[StoredRun, ...]
    adapters_missing = Signal(object)  # Board
    elsewhere = Signal(object, str)  # Path, base
    problem = Signal(object)  # StudioError

    def __init__(
        self, workspace: Workspace, asker: Asker, history: RunHistory, board: VariantBoard, parent: QObject
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.open = OpenQuestions()
        self._workspace = workspace
        self._asker = asker
        self._history = history
        self._board = board
        board.missing.connect(self._tell_missing)
        board.lost.connect(self._tell_lost)

    # Runs

    def look_for_interrupted(self) -> None:
        """To be called before a run can begin."""
        self._asker.ask(self._interrupted_runs, self.tell_interrupted)

    def _interrupted_runs(self, _: Engine) -> tuple[StoredRun, ...]:
        """On the engine's thread."""
        from lora_studio.core.interruptions import interrupted_runs

        return interrupted_runs(self._workspace.runs, read_only=self._workspace.read_only)

    def tell_interrupted(self, runs: tuple[StoredRun, ...]) -> None:
        self._history.reload()
        if runs and not self._workspace.read_only:
            self.open.interrupted = runs
            self.interrupted.emit(runs)

    def ask_for_base(self, path: Path, base: str) -> None:
        """The run in the folder `path` could go on if `base` were open."""
        self.open.elsewhere = (path, base)
        self.elsewhere.emit(path, base)

    # The board

    def _tell_lost(self, variant: str) -> None:
        self.problem.emit(
            StudioError(
                "{name} was taken off the board for good: it is too large to be kept for undo, and no folder has it.",
                advice="Save a variant like this before it is detached.",
                name=variant,
            )
        )

    def _tell_missing(self, board: Board) -> None:
        """What a person has deleted is not missed."""
        deleted = tuple(entry for entry in board if self._is_deleted(entry))
        if deleted:
            self._board.forget(deleted)
        board = tuple(entry for entry in board if entry not in deleted)
        if board:
            self.open.missing = board
            self.adapters_missing.emit(board)

    def _is_deleted(self, entry: BoardEntry) -> bool:
        """Whether all that it lacks lies in the bin."""
        gone = [folder for folder in entry.folders if not Path(folder).is_dir()]
        return bool(gone) and all(self._is_binned(Path(folder)) for folder in gone)

    def _is_binned(self, adapter: Path) -> bool:
        """Whether the run of an adapter that is not there lies in the bin."""
        return adapter.parent.parent == self._workspace.runs and self._workspace.binned(adapter.parent.name).exists()
