"""How a comparison is drawn: variants as columns, tokens as rows, one bar and its numbers in each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from lora_studio.core.events import Comparison
from lora_studio.core.probing.spelling import readable
from lora_studio.ui.theme import GRID, Colors, variant_color
from lora_studio.ui.widgets.columns import Columns
from lora_studio.ui.widgets.comparison_text import Cell, Row
from lora_studio.ui.widgets.figures import NOT_MEASURED, tabular
from lora_studio.ui.widgets.probability_bar import paint_bar
from lora_studio.ui.widgets.variant_titles import Title

LARGER = 5.0  # points: the answers and the prompt
SMALLER = -1.0  # points: names, units, changes
SWATCH = 8
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Type:
    """The fonts of a board, and the sizes that follow from them."""

    def __init__(self, font: QFont) -> None:
        self.body = tabular(font)
        self.bold = tabular(font, bold=True)
        self.small = tabular(font, points=SMALLER)
        self.large = tabular(font, points=LARGER, bold=True)
        self.body_metrics = QFontMetrics(self.body)
        self.bold_metrics = QFontMetrics(self.bold)
        self.small_metrics = QFontMetrics(self.small)
        self.large_metrics = QFontMetrics(self.large)
        self.row = self.body_metrics.height() + 6
        self.header = self.small_metrics.height() + self.large_metrics.height() + 2 * GRID
        self.number = self.bold_metrics.horizontalAdvance("<0.1")
        self.change = self.small_metrics.horizontalAdvance("−100") + 6


def row_top(kind: Type, index: int) -> int:
    """Where the `index`-th row begins."""
    return kind.header + 2 * GRID + index * kind.row


@dataclass(frozen=True, slots=True)
class Words:
    """The words on a board, translated. `condition` says what is unusual about the numbers."""

    next_token: str
    wanted: str
    condition: str = ""


def paint_target(painter: QPainter, center: QPointF, color: QColor) -> None:
    """The sign of a wanted token."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, 1.4))
    painter.drawEllipse(center, 4.5, 4.5)
    painter.setBrush(color)
    painter.drawEllipse(center, 1.25, 1.25)
    painter.restore()


def paint_title(painter: QPainter, kind: Type, colors: Colors, line: QRect, title: Title, color: QColor) -> None:
    """A variant's colour and name in one line."""
    swatch = QRectF(line.left(), line.center().y() - SWATCH / 2 + 1, SWATCH, SWATCH)
    painter.fillRect(swatch, color)
    line = line.adjusted(SWATCH + 6, 0, 0, 0)
    painter.setFont(kind.small)
    painter.setPen(QColor(colors.muted))
    painter.drawText(line, LEFT | Qt.TextFlag.TextSingleLine, title.elided(kind.small_metrics, line.width()))


def paint_missed(painter: QPainter, center: QPointF, color: QColor) -> None:
    """The sign of a wanted token that is not the answer: an empty circle, struck out."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, 1.4))
    painter.drawEllipse(center, 4.5, 4.5)
    painter.drawLine(center + QPointF(-3.1, 3.1), center + QPointF(3.1, -3.1))
    painter.restore()


def paint_edge(painter: QPainter, columns: Columns, height: int, color: QColor) -> None:
    """Where the first column covers others that are scrolled away."""
    if columns.offset:
        painter.setPen(color)
        painter.drawLine(columns.frozen - 1, 0, columns.frozen - 1, height)


class BoardPainter:
    """Paints one board. `places` are the variants' places in the session's order, which give them their colours."""

    def __init__(
        self, painter: QPainter, kind: Type, colors: Colors, columns: Columns, places: tuple[int, ...]
    ) -> None:
        self._painter = painter
        self._type = kind
        self._colors = colors
        self._columns = columns
        self._variant_colors = [variant_color(colors, place) for place in places]
        self._track = QColor(colors.line)
        self._track.setAlphaF(0.55)

    def first_column(self, rows: Sequence[Row], words: Words) -> None:
        """The tokens, which stay in sight when the columns are scrolled sideways."""
        kind, colors, bottom = self._type, self._colors, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        area = self._columns.first_rect(0, kind.header)
        if words.condition:
            top = QRect(area.left(), 0, area.width(), kind.small_metrics.height())
            condition = kind.small_metrics.elidedText(words.condition, Qt.TextElideMode.ElideRight, top.width())
            self._text(top, condition, kind.small, colors.accent, RIGHT)
        self._text(area, words.next_token, kind.small, colors.muted, bottom)
        for index, row in enumerate(rows):
            self._token(index, row, words)
        self._painter.setPen(QColor(colors.line))
        end = self._columns.rect(self._columns.count - 1, 0, 0).right()
        self._painter.drawLine(0, kind.header + GRID, end, kind.header + GRID)
        paint_edge(self._painter, self._columns, row_top(kind, len(rows)), QColor(colors.line))

    def variants(self, comparison: Comparison, titles: Sequence[Title], rows: Sequence[Row]) -> None:
        """The columns right of the tokens, where they are in sight."""
        self._painter.save()
        frozen = self._columns.frozen
        self._painter.setClipRect(frozen, 0, self._columns.end - frozen, row_top(self._type, len(rows)))
        for index, (title, answer) in enumerate(zip(titles, comparison.answers, strict=True)):
            self._column_header(index, title, readable(answer.top.token) if answer.predictions else NOT_MEASURED)
        for index, row in enumerate(rows):
            top = row_top(self._type, index)
            for place, cell in enumerate(row.cells):
                self._cell(self._columns.rect(place, top, self._type.row), place, cell, row.base)
        self._painter.restore()

    def highlight(self, line: int, color: str) -> None:
        """Shows that a row can be clicked."""
        area = QRect(self._columns.offset, row_top(self._type, line), self._columns.end, self._type.row)
        self._painter.fillRect(area, QColor(color))

    def cursor(self, line: int, place: int) -> None:
        """A frame around the cell that the keyboard is on."""
        cell = self._columns.rect(place, row_top(self._type, line), self._type.row)
        self._painter.setPen(QPen(QColor(self._colors.accent), 1.5))
        self._painter.drawRect(cell.adjusted(-5, 0, 1, -1))

    def _token(self, index: int, row: Row, words: Words) -> None:
        first = self._columns.first_rect(row_top(self._type, index), self._type.row)
        font = self._type.bold if row.is_wanted else self._type.body
        metrics = self._type.bold_metrics if row.is_wanted else self._type.body_metrics
        token = metrics.elidedText(readable(row.token), Qt.TextElideMode.ElideRight, first.width())
        self._text(first, token, font, self._colors.text, RIGHT)
        if row.is_wanted:
            self._wanted(first.adjusted(0, 0, -metrics.horizontalAdvance(token) - 2 * GRID, 0), words.wanted)

    def _column_header(self, index: int, title: Title, answer: str) -> None:
        kind, area = self._type, self._columns.rect(index, 0, self._type.header)
        line = QRect(area.left(), 0, area.width(), kind.small_metrics.height())
        paint_title(self._painter, kind, self._colors, line, title, self._variant_colors[index])
        below = QRect(area.left(), line.bottom() + GRID, area.width(), kind.large_metrics.height() + GRID)
        elided = kind.large_metrics.elidedText(answer, Qt.TextElideMode.ElideRight, below.width())
        self._text(below, elided, kind.large, self._colors.text, LEFT)
        self._units(below.adjusted(kind.large_metrics.horizontalAdvance(elided) + GRID, 0, 0, 0), change=index > 0)

    def _units(self, area: QRect, change: bool) -> None:
        """Says "%" and "pp" above the numbers, unless the answer needs the room."""
        kind, low = self._type, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        right = kind.change if self._columns.count > 1 else 0
        if area.width() < right + kind.small_metrics.horizontalAdvance("%"):
            return
        if change:
            self._text(area, "pp", kind.small, self._colors.muted, low)
        self._text(area.adjusted(0, 0, -right, 0), "%", kind.small, self._colors.muted, low)

    def _cell(self, area: QRect, place: int, cell: Cell, base: float | None) -> None:
        kind = self._type
        right = kind.change if self._columns.count > 1 else 0  # kept free in the base's column too: one scale for all
        bar = QRectF(area.adjusted(0, 0, -right - kind.number - GRID, 0))
        height = kind.row - 10
        bar = QRectF(bar.left(), bar.center().y() - height / 2, bar.width(), height)
        mark = (base, QColor(self._colors.muted)) if place > 0 and base is not None else None
        if cell.probability is not None:
            paint_bar(self._painter, bar, cell.probability, self._variant_colors[place], self._track, mark)
        font, color = (kind.bold, self._colors.text) if cell.is_answer else (kind.body, self._colors.muted)
        self._text(area.adjusted(0, 0, -right, 0), cell.number, font, color, RIGHT)
        if cell.change:
            self._text(area, cell.change, kind.small, self._colors.muted, RIGHT)

    def _wanted(self, area: QRect, word: str) -> None:
        """A target and the word, right-aligned beside the token; the word goes first where room is short."""
        metrics = self._type.small_metrics
        width = metrics.horizontalAdvance(word)
        if width + 18 <= area.width():
            self._text(area, word, self._type.small, self._colors.accent, RIGHT)
            area = area.adjusted(0, 0, -width - GRID, 0)
        paint_target(self._painter, QPointF(area.right() - 5, area.center().y() + 1), QColor(self._colors.accent))

    def _text(self, area: QRect, text: str, font: QFont, color: str, where: Qt.AlignmentFlag) -> None:
        self._painter.setFont(font)
        self._painter.setPen(QColor(color))
        self._painter.drawText(area, where | Qt.TextFlag.TextSingleLine, text)
