"""Undo for what is done to variants. Commands are pushed when the engine has done it for the first time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoCommand

from lora_studio.core.workspace import BoardEntry

if TYPE_CHECKING:
    from lora_studio.ui.board_jobs import Kept
    from lora_studio.ui.variant_board import VariantBoard


class OnBoard(QUndoCommand):
    """Does nothing any more when another base was opened: what stood beside the old one has left with it."""

    def __init__(self, board: VariantBoard, text: str, name: str) -> None:
        super().__init__(text.format(name=name))
        self._board, self._name = board, name
        self._time = board.base_changes
        self._done = True

    def redo(self) -> None:
        if self._done:
            self._done = False  # the engine has done it before the command was pushed
        elif self._applies():
            self.do()

    def undo(self) -> None:
        if self._applies():
            self.take_back()

    def do(self) -> None:
        raise NotImplementedError

    def take_back(self) -> None:
        raise NotImplementedError

    def _applies(self) -> bool:
        self.setObsolete(self._time != self._board.base_changes)
        return not self.isObsolete()


class Detaching(OnBoard):
    """Holds the detached variant, so that it comes back as it was even if it was never stored."""

    def __init__(self, board: VariantBoard, name: str, kept: Kept, entry: BoardEntry) -> None:
        super().__init__(board, QCoreApplication.translate("VariantBoard", "Detach {name}"), name)
        self._kept, self._entry = kept, entry

    def do(self) -> None:
        self._board.ask_to_detach(self._name, self._kept)

    def take_back(self) -> None:
        self._board.ask_to_attach(self._kept, self._entry, self._attached)

    def _attached(self, name: str) -> None:
        self._name = name  # its own may have been given to another one since


class Renaming(OnBoard):
    """`there` and `back` rename what belongs to it elsewhere."""

    def __init__(
        self,
        board: VariantBoard,
        name: str,
        new_name: str,
        there: Callable[[], object],
        back: Callable[[], object],
    ) -> None:
        super().__init__(board, QCoreApplication.translate("VariantBoard", "Rename {name}"), name)
        self._new_name = new_name
        self._there, self._back = there, back

    def do(self) -> None:
        self._board.ask_to_rename(self._name, self._new_name, self._there)

    def take_back(self) -> None:
        self._board.ask_to_rename(self._new_name, self._name, self._back)
