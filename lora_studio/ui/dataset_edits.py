"""What an edit of a dataset is made of: commands to undo, runs of rows, and orders of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from PySide6.QtGui import QUndoCommand


class Edit(QUndoCommand):
    """A change as two functions."""

    def __init__(self, text: str, redo: Callable[[], None], undo: Callable[[], None]) -> None:
        super().__init__(text)
        self._redo = redo
        self._undo = undo
        self.once = False  # whether it is gone for good once it is undone

    def redo(self) -> None:
        self._redo()

    def undo(self) -> None:
        self._undo()
        self.setObsolete(self.once)


class Blank(NamedTuple):
    """A row that was added and is still being typed. `rows` is what `command` inserts."""

    command: Edit
    row: int
    rows: list[str]


def runs_of(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Row numbers as neighbouring runs: (first, how many)."""
    runs: list[tuple[int, int]] = []
    for row in sorted(set(rows)):
        if runs and runs[-1][0] + runs[-1][1] == row:
            runs[-1] = runs[-1][0], runs[-1][1] + 1
        else:
            runs.append((row, 1))
    return runs


def order_moved(moved: Sequence[int], to: int) -> tuple[int, list[int]]:
    """Which rows stand where after `moved` (sorted) went together before row `to`: from row `low` on, in this order.

    Rows below `low` and beyond the order keep their places.
    """
    low, high = min(moved[0], to), max(moved[-1] + 1, to)
    taken = set(moved)
    before = [row for row in range(low, to) if row not in taken]
    after = [row for row in range(to, high) if row not in taken]
    return low, [*before, *moved, *after]


def order_back(low: int, order: Sequence[int]) -> list[int]:
    """The order that undoes `order`."""
    return [low + place for place in sorted(range(len(order)), key=order.__getitem__)]
