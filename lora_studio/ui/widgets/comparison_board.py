"""The answers of all variants to one prompt, side by side."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QToolTip, QWidget

from lora_studio.core.events import Comparison
from lora_studio.ui.theme import GRID, colors_of
from lora_studio.ui.widgets.board_painting import BoardPainter, Type, Words, row_top
from lora_studio.ui.widgets.columns import Columns, columns, least_width
from lora_studio.ui.widgets.comparison_text import Row, Rows, as_table, choose_rows, spoken, written_rows
from lora_studio.ui.widgets.figures import exact_percent, percent, points

FEW = 6  # rows, until more are asked for; the board keeps this height while one types
PALE = 0.45


class ComparisonBoard(QWidget):
    """Rows are tokens, columns are variants. Shows a message while there is nothing to compare."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._comparison: Comparison | None = None
        self._places: tuple[int, ...] = ()
        self._choice = Rows((), 0, 0.0)
        self._rows: tuple[Row, ...] = ()
        self._message = ""
        self._waiting = False
        self._type = Type(self.font())
        self._words = Words(self.tr("next token"), self.tr("wanted"))
        self._more = self._more_button()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Answers of all variants"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def comparison(self) -> Comparison | None:
        return self._comparison

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown, as written."""
        return self._rows

    @property
    def message(self) -> str:
        return self._message

    def set_comparison(self, comparison: Comparison, places: tuple[int, ...]) -> None:
        """Shows `comparison`; `places[i]` is the place of its i-th variant in the session's order."""
        self._comparison, self._places = comparison, places
        self._message, self._waiting = "", False
        self._write()
        self.setAccessibleDescription(spoken(comparison, self.locale()))

    def set_message(self, message: str) -> None:
        """Shows a quiet line instead of answers."""
        self._comparison, self._message = None, message
        self._write()
        self.setAccessibleDescription(message)

    def set_waiting(self, waiting: bool) -> None:
        """Pales what is shown: the answer to something newer is on its way."""
        if waiting != self._waiting:
            self._waiting = waiting
            self.update()

    def copy(self) -> None:
        """Puts all numbers on the clipboard as a tab-separated table."""
        if self._comparison:
            QGuiApplication.clipboard().setText(as_table(self._comparison))

    # Which rows

    def _more_button(self) -> QPushButton:
        button = QPushButton(self)
        button.setFlat(True)
        button.setCheckable(True)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setStyleSheet("QPushButton { border: none; background: transparent; padding: 0; text-align: left; }"
                             "QPushButton { color: palette(placeholder-text); }"
                             "QPushButton:hover, QPushButton:focus { text-decoration: underline; }")  # fmt: skip
        button.toggled.connect(lambda _: self._write())
        button.hide()
        return button

    def _write(self) -> None:
        shape = self.sizeHint(), least_width(len(self._places))
        comparison = self._comparison
        if comparison is None:
            self._choice, self._rows = Rows((), 0, 0.0), ()
        else:
            self._choice = choose_rows(comparison, len(comparison.tokens) if self._more.isChecked() else FEW)
            self._rows = written_rows(comparison, self._choice.shown, self.locale())
        self._label_more()
        if shape != (self.sizeHint(), self.minimumWidth()):
            self.setMinimumWidth(least_width(len(self._places)))
            self.updateGeometry()
        self.update()

    def _label_more(self) -> None:
        button = self._more
        if self._choice.hidden:
            most = percent(self._choice.highest_hidden, self.locale())
            text = self.tr("{count} more, at most {most} %").format(count=self._choice.hidden, most=most)
        else:
            text = self.tr("show fewer")
        if text != button.text():
            button.setText(text)
            button.setAccessibleName(text)
        button.setVisible(self._comparison is not None and (self._choice.hidden > 0 or button.isChecked()))
        self._place_more()

    def _place_more(self) -> None:
        if self._more.isVisibleTo(self):
            size = self._more.sizeHint()
            right = self.grid().first
            self._more.setGeometry(max(0, right - size.width()), self._bottom() + 2, size.width(), self._type.row)

    # Geometry

    def grid(self) -> Columns:
        """Where the variants' columns are."""
        return columns(self.width(), len(self._places))

    def cell_area(self, line: int, place: int) -> QRect:
        """Where a row's cell for a variant is."""
        return self.grid().rect(place, row_top(self._type, line), self._type.row)

    def _bottom(self) -> int:
        return row_top(self._type, 0) + max(FEW, len(self._rows)) * self._type.row

    def sizeHint(self) -> QSize:
        for_more = self._type.row if len(self._places) > 1 else 0  # one variant's top-5 always fits
        return QSize(least_width(len(self._places)), self._bottom() + for_more + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_more()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        if self._comparison is None:
            painter.setPen(QColor(colors.muted))
            painter.drawText(self.rect().adjusted(0, 3 * GRID, 0, 0), Qt.AlignmentFlag.AlignTop
                             | Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, self._message)  # fmt: skip
            return
        if self._waiting:
            painter.setOpacity(PALE)
        board = BoardPainter(painter, self._type, colors, self.grid(), self._places)
        board.header(self._comparison, self._words)
        for index, row in enumerate(self._rows):
            board.row(index, row, self._words)
        if self.hasFocus():
            painter.setPen(QColor(colors.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.LocaleChange):
            self._type = Type(self.font())
            self._write()
        super().changeEvent(event)

    # Asking for more

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tool_tip_at(event.pos()), self)
            return True
        return super().event(event)

    def tool_tip_at(self, position: QPoint) -> str:
        """The exact figures of the cell at `position`."""
        comparison, place = self._comparison, self.grid().at(position.x())
        line = (position.y() - row_top(self._type, 0)) // self._type.row
        if comparison is None or place < 0 or not 0 <= line < len(self._rows):
            return ""
        row = self._rows[line]
        cell = row.cells[place]
        if cell.probability is None:
            return self.tr("not in this variant's vocabulary")
        text = f"{comparison.variants[place]} · {row.token}: {exact_percent(cell.probability, self.locale())}"
        if place > 0 and row.base is None:
            text += "\n" + self.tr("not in the base's vocabulary")
        elif place > 0 and row.base is not None:
            change = points(cell.probability - row.base, self.locale())
            base = exact_percent(row.base, self.locale())
            text += "\n" + self.tr("{change} pp against {base}").format(change=change, base=base)
        return text

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        action = menu.addAction(self.tr("Copy as text"), QKeySequence(QKeySequence.StandardKey.Copy), self.copy)
        action.setEnabled(self._comparison is not None)
        menu.exec(event.globalPos())
        menu.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)
