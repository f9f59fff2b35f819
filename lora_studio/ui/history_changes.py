"""What can be undone in the run history."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtGui import QUndoCommand


class Change(QUndoCommand):
    """A change as two functions, which say whether they were done. One that cannot be done any more is gone."""

    def __init__(self, text: str, redo: Callable[[], bool], undo: Callable[[], bool]) -> None:
        super().__init__(text)
        self._redo = redo
        self._undo = undo

    def redo(self) -> None:
        self.setObsolete(not self._redo())

    def undo(self) -> None:
        self.setObsolete(not self._undo())


class Move(Change):
    """Runs that went to the bin or came from it; `places` says where in the bin they lie now."""

    def __init__(
        self, text: str, redo: Callable[[], bool], undo: Callable[[], bool], places: Mapping[Path, Path]
    ) -> None:
        super().__init__(text, redo, undo)
        self._places = places

    def is_lost(self) -> bool:
        """What it would bring back is not in the bin any more."""
        return bool(self._places) and not any(os.path.lexists(place) for place in tuple(self._places.values()))
