"""Undo steps that can do nothing any more."""

from __future__ import annotations

from PySide6.QtGui import QUndoStack


def drop_obsolete(stack: QUndoStack) -> None:
    """Those that come next, or undo would offer them and do nothing. Qt takes them from the stack without doing them.

    What lies further off is dropped when its turn comes.
    """
    while stack.index() and stack.command(stack.index() - 1).isObsolete():
        stack.undo()
    while stack.index() < stack.count() and stack.command(stack.index()).isObsolete():
        stack.redo()
