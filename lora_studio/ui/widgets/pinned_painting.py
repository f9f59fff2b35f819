"""How a pinned prompt is drawn on its row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QLocale, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from lora_studio.core.data.builtin import Probe
from lora_studio.core.events import Comparison
from lora_studio.core.probing.spelling import readable
from lora_studio.ui.theme import GRID, Colors, variant_color
from lora_studio.ui.widgets.board_painting import LEFT, RIGHT, Type, paint_missed, paint_target
from lora_studio.ui.widgets.columns import Columns
from lora_studio.ui.widgets.comparison_text import missed, side_effects, written_change
from lora_studio.ui.widgets.figures import NOT_MEASURED, percent
from lora_studio.ui.widgets.probability_bar import paint_bar

BAR = 3  # px high
SIGN = 12  # px, the signs before a prompt and before an answer
LEAST_PROMPT = 70  # px that the remark leaves to the prompt


class Mark(Enum):
    """What a sign says, with the icon that is drawn for it and its tint."""

    NONE = ("", "")
    WANTED = ("", "accent")  # a target, drawn
    REACHED = ("check", "success")
    MISSED = ("", "error")  # drawn
    ASTRAY = ("warning", "warning")

    @property
    def icon(self) -> str:
        return self.value[0]

    @property
    def tint(self) -> str:
        return self.value[1]


DRAWN = {Mark.WANTED: paint_target, Mark.MISSED: paint_missed}


@dataclass(frozen=True, slots=True)
class PinnedCell:
    """A variant's answer, written out, with what it is worth. `token` is empty if it could not read the prompt."""

    token: str
    probability: float
    number: str
    base: float | None
    change: str
    mark: Mark


def written_cells(probe: Probe, comparison: Comparison, locale: QLocale) -> tuple[PinnedCell, ...]:
    """A cell for each variant; its change is that of the token it shows."""
    astray, late = side_effects(probe, comparison), missed(probe, comparison)
    cells = []
    for place, (name, answer) in enumerate(zip(comparison.variants, comparison.answers, strict=True)):
        if not answer.predictions:
            cells.append(PinnedCell("", 0.0, NOT_MEASURED, None, "", Mark.NONE))
            continue
        token, probability = answer.top.token, answer.top.probability
        base = comparison.probabilities[0][comparison.tokens.index(token)]
        change = written_change(probability, base, locale) if place > 0 else ""
        mark = Mark.REACHED if token == comparison.wanted else Mark.NONE
        mark = Mark.ASTRAY if name in astray else Mark.MISSED if name in late else mark
        cells.append(PinnedCell(token, probability, percent(probability, locale), base, change, mark))
    return tuple(cells)


class PinnedPainter:
    """Paints one row: a sign, the prompt and a remark, then the cells over thin bars."""

    def __init__(self, painter: QPainter, kind: Type, colors: Colors, sign: Callable[[Mark], QPixmap]) -> None:
        self._painter = painter
        self._type = kind
        self._colors = colors
        self._sign = sign
        self._track = QColor(colors.line)
        self._track.setAlphaF(0.55)

    def prompt(self, area: QRect, prompt: str, mark: Mark, remarks: tuple[str, ...]) -> None:
        """`remarks` are ways to say the same, the longest first; the first that leaves the whole prompt is written."""
        metrics, small = self._type.body_metrics, self._type.small_metrics
        line = self._line(area)
        self._mark(line, mark)
        line.setLeft(line.left() + SIGN + GRID)
        room = line.width() - 2 * GRID
        beside = room - metrics.horizontalAdvance(prompt)
        fitting = (text for text in remarks if small.horizontalAdvance(text) <= beside)
        remark = next(fitting, remarks[-1])
        remark = small.elidedText(remark, Qt.TextElideMode.ElideRight, max(0, room - LEAST_PROMPT))
        tint = mark.tint if mark in (Mark.MISSED, Mark.ASTRAY) else "muted"
        self._small(line, remark, RIGHT, getattr(self._colors, tint))
        line.setRight(line.right() - (small.horizontalAdvance(remark) + 2 * GRID if remark else 0))
        self._text(line, metrics.elidedText(prompt, Qt.TextElideMode.ElideLeft, line.width()))

    def cell(self, grid: Columns, index: int, height: int, place: int, cell: PinnedCell) -> None:
        """`index` is the column, `place` the variant's place in the session's order."""
        area = grid.rect(index, 0, height)
        line = self._line(area)
        token = QRect(line)
        if grid.count > 1:
            self._small(line, cell.change, RIGHT, self._colors.muted)
            line.setRight(line.right() - self._type.change)
        self._text(line, cell.number, RIGHT)
        if not cell.token:
            return
        token.setRight(line.right() - self._type.number)
        if cell.mark is not Mark.NONE:
            self._mark(token, cell.mark)
            token.setLeft(token.left() + SIGN + 3)
        bold = cell.mark is Mark.REACHED
        metrics = self._type.bold_metrics if bold else self._type.body_metrics
        self._text(
            token, metrics.elidedText(readable(cell.token), Qt.TextElideMode.ElideRight, token.width()), bold=bold
        )
        bar = QRectF(area.left(), height - BAR - 2, area.width(), BAR)
        mark = (cell.base, QColor(self._colors.muted)) if index > 0 and cell.base is not None else None
        paint_bar(self._painter, bar, cell.probability, variant_color(self._colors, place), self._track, mark)

    def _line(self, area: QRect) -> QRect:
        """Where the text of a row in `area` stands."""
        return QRect(area.left(), area.top() + 1, area.width(), self._type.body_metrics.height() + 1)

    def _mark(self, line: QRect, mark: Mark) -> None:
        """Draws a sign at the left of a line."""
        if mark in DRAWN:
            center = QPointF(line.left() + SIGN / 2, line.center().y() + 1)
            DRAWN[mark](self._painter, center, QColor(getattr(self._colors, mark.tint)))
        elif mark is not Mark.NONE:
            self._painter.drawPixmap(line.left(), line.center().y() - SIGN // 2 + 1, self._sign(mark))

    def _text(self, area: QRect, text: str, where: Qt.AlignmentFlag = LEFT, *, bold: bool = False) -> None:
        self._painter.setFont(self._type.bold if bold else self._type.body)
        self._painter.setPen(QColor(self._colors.text))
        self._painter.drawText(area, where, text)

    def _small(self, area: QRect, text: str, where: Qt.AlignmentFlag, color: str) -> None:
        self._painter.setFont(self._type.small)
        self._painter.setPen(QColor(color))
        self._painter.drawText(area, where, text)
