"""The answers of all variants to one prompt, side by side, to point at, to choose from and to copy."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from lora_studio.ui.widgets.board_cursor import Cursor
from lora_studio.ui.widgets.board_menu import fill_board_menu
from lora_studio.ui.widgets.board_view import BoardView
from lora_studio.ui.widgets.comparison_text import as_csv, as_table, spoken_cell


class ComparisonBoard(BoardView):
    """A click on a row, or Enter, chooses its token; with Ctrl it becomes the wanted one."""

    token_chosen = Signal(str)  # to go on with
    wanted_chosen = Signal(str)  # as the one that should become the answer
    influence_asked = Signal(str)  # which sentences made this token likely?
    pin_asked = Signal()
    unpin_asked = Signal()
    cell_focused = Signal(object)  # QRect: the keyboard is on the cell there

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pinned = False  # whether what the panel would pin is pinned just so
        self._pressed = -1  # the row on which the button went down
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Answers of all variants"))

    @property
    def cursor_cell(self) -> Cursor:
        """Where the keyboard is."""
        return self._cursor

    def copy(self) -> None:
        """Puts all numbers on the clipboard as a tab-separated table."""
        if self._comparison:
            QGuiApplication.clipboard().setText(as_table(self._comparison))

    def copy_csv(self) -> None:
        if self._comparison:
            QGuiApplication.clipboard().setText(as_csv(self._comparison))

    def _describe(self) -> None:
        """The cell that the keyboard is on, or everything in short."""
        if self.hasFocus() and self._rows:
            line, place = self._cursor.line, self._cursor.place
            cell = spoken_cell(self._rows[line], place, self._titles[place].text)
            where = self.tr("row {row} of {rows}").format(row=line + 1, rows=len(self._rows))
            self.setAccessibleDescription(f"{cell}; {where}")
        else:
            super()._describe()

    # Choosing

    def menu_at(self, line: int) -> QMenu:
        """What can be done with the token of that row (-1: none), and with the whole board. Owned by the caller."""
        menu = QMenu(self)
        fill_board_menu(menu, self, self._rows[line].token if line >= 0 else "", adapted=len(self._places) > 1)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        line, where = self.line_at(event.pos()), event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self._rows:
            line = self._cursor.line
            where = self.mapToGlobal(self.cell_area(line, self._cursor.place).bottomLeft())
        menu = self.menu_at(line)
        menu.exec(where)
        menu.deleteLater()

    def _choose(self, line: int, *, as_wanted: bool) -> None:
        signal = self.wanted_chosen if as_wanted else self.token_chosen
        signal.emit(self._rows[line].token)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        lines, places = len(self._rows), len(self._places)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif not lines:
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self._cursor.line, as_wanted=control)
        elif cursor := self._cursor.after(event.key(), far=control, lines=lines, places=places):
            self._go(cursor)
        else:
            super().keyPressEvent(event)

    def _go(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._describe()
        self.cell_focused.emit(self.cell_area(cursor.line, cursor.place))
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._describe()
        if self._rows:
            self.cell_focused.emit(self.cell_area(self._cursor.line, self._cursor.place))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._describe()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = self.line_at(event.position().toPoint()) if left else -1

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        position = event.position().toPoint()
        line, pressed, self._pressed = self.line_at(position), self._pressed, -1
        if event.button() == Qt.MouseButton.LeftButton and 0 <= line == pressed:
            self._cursor = Cursor(line, max(0, self.grid().at(position.x())))
            self._choose(line, as_wanted=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.line_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)

    def _hover(self, line: int) -> None:
        if line != self._hovered:
            self._hovered = line
            self.setCursor(Qt.CursorShape.PointingHandCursor if line >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()
