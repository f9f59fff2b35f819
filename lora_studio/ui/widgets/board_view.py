"""How the answers of all variants to one prompt are shown, side by side."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolTip, QWidget

from lora_studio.core.events import Comparison
from lora_studio.core.probing.spelling import readable
from lora_studio.ui.theme import GRID, colors_of
from lora_studio.ui.widgets.board_cursor import Cursor
from lora_studio.ui.widgets.board_painting import BoardPainter, Type, Words, row_top
from lora_studio.ui.widgets.columns import Columns, columns, least_width
from lora_studio.ui.widgets.comparison_text import (
    Row,
    at_temperature,
    cannot_read,
    spoken,
    written_rows,
)
from lora_studio.ui.widgets.figures import exact_percent, percent, points
from lora_studio.ui.widgets.row_choice import FEW, Rows, choose_rows
from lora_studio.ui.widgets.variant_titles import Title

PALE = 0.45


class BoardView(QWidget):
    """Rows are tokens, columns are variants. Shows a message while there is nothing to compare."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._comparison: Comparison | None = None
        self._places: tuple[int, ...] = ()
        self._titles: tuple[Title, ...] = ()
        self._choice = Rows((), 0, 0.0)
        self._rows: tuple[Row, ...] = ()
        self._message = ""
        self._waiting = False
        self._offset = 0
        self._hovered = -1  # the row under the pointer
        self._cursor = Cursor()  # the cell that the keyboard is on, drawn while the board has the focus
        self._type = Type(self.font())
        self._more = self._more_button()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def comparison(self) -> Comparison | None:
        return self._comparison

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown, as written."""
        return self._rows

    @property
    def titles(self) -> tuple[Title, ...]:
        return self._titles

    @property
    def places(self) -> tuple[int, ...]:
        return self._places

    @property
    def message(self) -> str:
        return self._message

    def set_comparison(
        self, comparison: Comparison, places: tuple[int, ...], titles: tuple[Title, ...] | None = None
    ) -> None:
        """Shows `comparison`; `places[i]` is the place of its i-th variant in the session's order."""
        steady = self._is_the_same_question(comparison)
        self._comparison, self._places = comparison, places
        self._titles = titles or tuple(Title(name, tip=name) for name in comparison.variants)
        self._message, self._waiting = "", False
        self._write(tuple(row.token for row in self._rows) if steady else ())

    def set_message(self, message: str) -> None:
        """Shows a quiet line instead of answers."""
        self._comparison, self._message = None, message
        self._write()

    def set_waiting(self, waiting: bool) -> None:
        """Pales what is shown: the answer to something newer is on its way."""
        if waiting != self._waiting:
            self._waiting = waiting
            self.update()

    def set_offset(self, offset: int) -> None:
        """By how much the columns are scrolled to the left; the tokens stay in sight."""
        if offset != self._offset:
            self._offset = offset
            self._place_more()
            self.update()

    # Which rows

    def _is_the_same_question(self, comparison: Comparison) -> bool:
        """Then the rows keep their places while the numbers move (a slider is dragged, a run goes on)."""
        shown = self._comparison
        return shown is not None and (shown.prompt, shown.wanted, shown.variants) == (
            comparison.prompt, comparison.wanted, comparison.variants
        )  # fmt: skip

    def _more_button(self) -> QPushButton:
        button = QPushButton(self)
        button.setFlat(True)
        button.setCheckable(True)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setStyleSheet("QPushButton { border: none; background: transparent; padding: 0; text-align: left; }"
                             "QPushButton { color: palette(placeholder-text); }"
                             "QPushButton:hover, QPushButton:focus { text-decoration: underline; }")  # fmt: skip
        button.setFont(self._type.small)
        button.toggled.connect(lambda _: self._write())
        button.hide()
        return button

    def _write(self, before: tuple[str, ...] = ()) -> None:
        shape = self.sizeHint(), least_width(len(self._places))
        comparison = self._comparison
        if comparison is None:
            self._choice, self._rows = Rows((), 0, 0.0), ()
        else:
            limit = len(comparison.tokens) if self._more.isChecked() else FEW
            self._choice = choose_rows(comparison, limit, before)
            self._rows = written_rows(comparison, self._choice.shown, self.locale())
        self._cursor = self._cursor.within(len(self._rows), len(self._places))
        self._label_more()
        self._describe()
        if shape != (self.sizeHint(), self.minimumWidth()):
            self.setMinimumWidth(least_width(len(self._places)))
            self.updateGeometry()
        self.update()

    def _label_more(self) -> None:
        button, hidden = self._more, self._choice.hidden
        text = self.tr("{count} more").format(count=hidden) if hidden else self.tr("fewer")
        spelled = self.tr("Show fewer tokens")
        if hidden:
            most = percent(self._choice.highest_hidden, self.locale())
            spelled = self.tr("{count} more tokens, at most {most} %").format(count=hidden, most=most)
        if spelled != button.toolTip():
            button.setText(text)
            button.setToolTip(spelled)
            button.setAccessibleName(spelled)
        button.setVisible(self._comparison is not None and (hidden > 0 or button.isChecked()))
        self._place_more()

    def _place_more(self) -> None:
        """In the heading of the tokens, on the left."""
        if self._more.isVisibleTo(self):
            size, height = self._more.sizeHint(), self._type.small_metrics.height() + 2
            self._more.setGeometry(self._offset, self._type.header - height + 1, size.width(), height)

    def _describe(self) -> None:
        """What a screen reader says."""
        comparison = self._comparison
        self.setAccessibleDescription(spoken(comparison, self.locale()) if comparison else self._message)

    # Geometry

    def grid(self) -> Columns:
        """Where the variants' columns are."""
        return columns(self.width(), len(self._places), self._offset)

    def cell_area(self, line: int, place: int) -> QRect:
        """Where a row's cell for a variant is."""
        return self.grid().rect(place, row_top(self._type, line), self._type.row)

    def line_at(self, position: QPoint) -> int:
        """Which row is there; -1 for none."""
        line = (position.y() - row_top(self._type, 0)) // self._type.row
        return line if 0 <= line < len(self._rows) and position.x() <= self.grid().end else -1

    def names_height(self) -> int:
        """Down to here the variants' names are."""
        return self._type.small_metrics.height()

    def sizeHint(self) -> QSize:
        lines = max(FEW, len(self._rows))  # the board keeps this height while one types
        return QSize(least_width(len(self._places)), row_top(self._type, lines) + 2)

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
        if 0 <= self._hovered < len(self._rows):
            board.highlight(self._hovered, colors.hover)
        board.variants(self._comparison, self._titles, self._rows)
        condition = at_temperature(self._comparison.temperature, self.locale())
        board.first_column(self._rows, Words(self._heading(), self.tr("wanted"), condition))
        if self.hasFocus() and self._rows:
            board.cursor(self._cursor.line, self._cursor.place)

    def _heading(self) -> str:
        """Of the first column; nothing where the button beside it leaves no room."""
        text = self.tr("next token")
        taken = self._more.width() + GRID if self._more.isVisibleTo(self) else 0
        room = self.grid().first - taken
        return text if self._type.small_metrics.horizontalAdvance(text) <= room else ""

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.LocaleChange):
            self._type = Type(self.font())
            self._more.setFont(self._type.small)
            self._write()
        super().changeEvent(event)

    # Reading

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tool_tip_at(event.pos()), self)
            return True
        return super().event(event)

    def tool_tip_at(self, position: QPoint) -> str:
        """The exact figures of the cell at `position`; above the rows, what the variant is."""
        comparison, place, line = self._comparison, self.grid().at(position.x()), self.line_at(position)
        if comparison is None:
            return ""
        if line < 0:
            in_heading = place >= 0 and position.y() < row_top(self._type, 0)
            return self._titles[place].tip if in_heading else ""
        if place < 0:
            return self.tr("Click: go on with “{token}”. Ctrl+click: make it the wanted token.").format(
                token=readable(self._rows[line].token)
            )
        return self._figures(comparison, line, place)

    def _figures(self, comparison: Comparison, line: int, place: int) -> str:
        row = self._rows[line]
        cell = row.cells[place]
        if not comparison.answers[place].predictions:
            return f"{self._titles[place].text} {cannot_read()}"
        if cell.probability is None:
            return self.tr("not in this variant's vocabulary")
        text = f"{self._titles[place].text} · {readable(row.token)}: {exact_percent(cell.probability, self.locale())}"
        if place > 0 and row.base is None:
            text += "\n" + self.tr("not in the base's vocabulary")
        elif place > 0 and row.base is not None:
            change = points(cell.probability - row.base, self.locale())
            base = exact_percent(row.base, self.locale())
            text += "\n" + self.tr("{change} pp against {base}").format(change=change, base=base)
        return text
