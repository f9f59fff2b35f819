"""The grid that the board and the pinned prompts share, so that a variant stands in one column from top to bottom."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect

NARROWEST = 146  # px: a token, a readable bar and two numbers
WIDEST = 380
LEAST_FIRST = 130  # px, the column of tokens and prompts
WIDEST_FIRST = 300
FIRST_SHARE = 30  # percent of the width
GAP = 14  # between columns
EDGE = 5  # px right of the first column, where it covers others: there is a line
END = 42  # right of the last column: the unpin button of a pinned prompt, and the list's scroll bar


@dataclass(frozen=True, slots=True)
class Columns:
    """The first column holds tokens or prompts; then one column a variant.

    `offset` is by how many pixels the variants' columns are scrolled away to the left; the first stays in sight.
    """

    first: int
    width: int
    count: int
    offset: int = 0

    @property
    def frozen(self) -> int:
        """Left of here only the first column is in sight."""
        return self.offset + self.first + (EDGE if self.offset else 0)

    @property
    def end(self) -> int:
        return self.first + self.count * self.width

    def first_rect(self, top: int, height: int) -> QRect:
        """The area of the first column, where it is in sight."""
        return QRect(self.offset, top, self.first, height)

    def rect(self, index: int, top: int, height: int) -> QRect:
        """The area of variant `index`, without the gap before it."""
        return QRect(self.first + index * self.width + GAP, top, self.width - GAP, height)

    def at(self, x: int) -> int:
        """Which variant is in sight at `x`; -1 for the first column or beyond the last."""
        index = (x - self.first) // self.width if x >= self.frozen else -1
        return index if index < self.count else -1


def columns(width: int, count: int, offset: int = 0) -> Columns:
    """`count` variants in `width` pixels."""
    room = width - END - max(1, count) * NARROWEST
    first = max(LEAST_FIRST, min(WIDEST_FIRST, width * FIRST_SHARE // 100, room))
    each = (width - first - END) // max(1, count)
    return Columns(first, min(WIDEST + GAP, max(NARROWEST, each)), count, offset)


def least_width(count: int) -> int:
    """Below this the columns would no longer be readable; the panel scrolls instead."""
    return LEAST_FIRST + max(1, count) * NARROWEST + END
