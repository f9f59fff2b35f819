"""The board over the pinned prompts: they share their columns, so they scroll sideways together."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from lora_studio.ui.theme import GRID, colors_of, variant_color
from lora_studio.ui.widgets.board_painting import Type, paint_title
from lora_studio.ui.widgets.columns import GAP
from lora_studio.ui.widgets.comparison_board import ComparisonBoard
from lora_studio.ui.widgets.pinned_list import PinnedList


class AnswersArea(QScrollArea):
    """Whatever is scrolled away, the first column and the variants' names stay in sight."""

    def __init__(self, board: ComparisonBoard, pinned: PinnedList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self._pinned = pinned
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(board)
        layout.addWidget(pinned, 1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.names = FrozenNames(board, self.viewport())
        self.horizontalScrollBar().valueChanged.connect(self._scrolled_sideways)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        board.cell_focused.connect(self.show_cell)

    def show_cell(self, cell: QRect) -> None:
        """Scrolls a cell of the board into sight, past what stands still."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        in_sight = QRect(self._board.grid().frozen, down.value(), 0, 0)
        in_sight.setRight(across.value() + self.viewport().width())
        if cell.left() - GAP < in_sight.left():
            across.setValue(cell.left() - GAP - self._board.grid().first)
        elif cell.right() > in_sight.right():
            across.setValue(across.value() + cell.right() - in_sight.right() + GRID)
        top = cell.top() - self.names.height()
        if top < down.value():
            down.setValue(top)
        elif cell.bottom() > down.value() + self.viewport().height():
            down.setValue(cell.bottom() - self.viewport().height() + GRID)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._scrolled()

    def _scrolled_sideways(self, offset: int) -> None:
        self._board.set_offset(offset)
        self._pinned.set_offset(offset)
        self.names.update()

    def _scrolled(self, _: int = 0) -> None:
        self.names.resize(self.viewport().width(), self.names.height())
        self.names.setVisible(self.verticalScrollBar().value() > self._board.names_height() // 2)


class FrozenNames(QWidget):
    """The variants' names once more, at the top, while their own place is scrolled away."""

    def __init__(self, board: ComparisonBoard, parent: QWidget) -> None:
        super().__init__(parent)
        self._board = board
        self._type = Type(self.font())
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.resize(self.width(), self._type.small_metrics.height() + 2 * GRID)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, grid, painter = colors_of(self), self._board.grid(), QPainter(self)
        painter.fillRect(self.rect(), QColor(colors.panel))
        painter.setPen(QColor(colors.line))
        painter.drawLine(0, self.height() - 1, grid.end - grid.offset, self.height() - 1)
        painter.setClipRect(grid.first, 0, self.width(), self.height() - 1)
        painter.translate(-grid.offset, 0)
        for index, (place, title) in enumerate(zip(self._board.places, self._board.titles, strict=True)):
            line = grid.rect(index, 0, self.height() - 2)
            paint_title(painter, self._type, colors, line, title, variant_color(colors, place))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._type = Type(self.font())
        super().changeEvent(event)
