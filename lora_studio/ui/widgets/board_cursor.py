"""Where the keyboard is on a board, and where a key takes it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt


@dataclass(frozen=True, slots=True)
class Cursor:
    """A row and a variant's column, both counted from 0."""

    line: int = 0
    place: int = 0

    def within(self, lines: int, places: int) -> Cursor:
        """The nearest one on a board of this size."""
        return Cursor(max(0, min(self.line, lines - 1)), max(0, min(self.place, places - 1)))

    def after(self, key: int, *, far: bool, lines: int, places: int) -> Cursor | None:
        """Where `key` leads on such a board; None if it is no arrow. `far` (Ctrl): up to the corner."""
        line, place = self.line, self.place
        if key == Qt.Key.Key_Up:
            line -= 1
        elif key == Qt.Key.Key_Down:
            line += 1
        elif key == Qt.Key.Key_Left:
            place -= 1
        elif key == Qt.Key.Key_Right:
            place += 1
        elif key == Qt.Key.Key_Home:
            line, place = 0 if far else line, 0
        elif key == Qt.Key.Key_End:
            line, place = lines if far else line, places
        else:
            return None
        return Cursor(line, place).within(lines, places)
