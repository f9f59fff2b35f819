"""How a pinned prompt is drawn on its row."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLocale, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from lora_studio.core.data.builtin import Probe
from lora_studio.core.events import Comparison
from lora_studio.ui.theme import GRID, Colors, variant_color
from lora_studio.ui.widgets.board_painting import LEFT, RIGHT, Type
from lora_studio.ui.widgets.columns import Columns
from lora_studio.ui.widgets.comparison_text import side_effects, written_change
from lora_studio.ui.widgets.figures import percent
from lora_studio.ui.widgets.probability_bar import paint_bar

BAR = 5  # px high
SIGN = 13  # px, the warning sign


@dataclass(frozen=True, slots=True)
class PinnedCell:
    """A variant's answer, written out. `achieved`: it is the wanted one; `is_side_effect`: it should have stayed."""

    token: str
    probability: float
    number: str
    base: float | None
    change: str
    achieved: bool
    is_side_effect: bool


def written_cells(probe: Probe, comparison: Comparison, locale: QLocale) -> tuple[PinnedCell, ...]:
    """A cell for each variant; its change is that of the token it shows."""
    astray = side_effects(probe, comparison)
    cells = []
    for place, (name, answer) in enumerate(zip(comparison.variants, comparison.answers, strict=True)):
        token, probability = answer.top.token, answer.top.probability
        base = comparison.probabilities[0][comparison.tokens.index(token)]
        change = written_change(probability, base, locale) if place > 0 else ""
        number = percent(probability, locale)
        cells.append(PinnedCell(token, probability, number, base, change, token == probe.wanted, name in astray))
    return tuple(cells)


class PinnedPainter:
    """Paints one row: the prompt with a remark under it, then the cells over thin bars."""

    def __init__(self, painter: QPainter, kind: Type, colors: Colors, warning: QPixmap) -> None:
        self._painter = painter
        self._type = kind
        self._colors = colors
        self._warning = warning
        self._track = QColor(colors.line)
        self._track.setAlphaF(0.55)

    def prompt(self, area: QRect, prompt: str, remarks: tuple[str, ...], warn: bool) -> None:
        """`remarks` are ways to say the same, the longest first; the first that fits is written."""
        metrics = self._type.small_metrics
        upper, lower = self._lines(area.adjusted(GRID, 0, 0, 0))
        self._text(upper, self._type.body_metrics.elidedText(prompt, Qt.TextElideMode.ElideLeft, upper.width()))
        if warn:
            lower.setLeft(self._sign(lower))
        fitting = (remark for remark in remarks if metrics.horizontalAdvance(remark) <= lower.width())
        remark = metrics.elidedText(next(fitting, remarks[-1]), Qt.TextElideMode.ElideRight, lower.width())
        self._small(lower, remark, LEFT, self._colors.warning if warn else self._colors.muted)

    def cell(self, grid: Columns, index: int, height: int, place: int, cell: PinnedCell) -> None:
        """`index` is the column, `place` the variant's place in the session's order."""
        upper, lower = self._lines(grid.rect(index, 0, height))
        token = QRect(upper)
        if index > 0:
            self._small(upper, cell.change, RIGHT, self._colors.muted)
            upper.setRight(upper.right() - self._type.change)
        self._text(upper, cell.number, RIGHT)
        token.setRight(upper.right() - self._type.number)
        if cell.is_side_effect:
            token.setLeft(self._sign(token))
        metrics = self._type.bold_metrics if cell.achieved else self._type.body_metrics
        elided = metrics.elidedText(cell.token, Qt.TextElideMode.ElideRight, token.width())
        self._text(token, elided, bold=cell.achieved)
        bar = QRectF(lower.left(), lower.center().y() - BAR / 2, lower.width(), BAR)
        mark = (cell.base, QColor(self._colors.muted)) if index > 0 and cell.base is not None else None
        paint_bar(self._painter, bar, cell.probability, variant_color(self._colors, place), self._track, mark)

    def _lines(self, area: QRect) -> tuple[QRect, QRect]:
        """The upper and the lower line of a row in `area`."""
        height = self._type.body_metrics.height()
        upper = QRect(area.left(), area.top() + 2, area.width(), height)
        return upper, QRect(area.left(), upper.bottom(), area.width(), area.height() - height - 3)

    def _sign(self, area: QRect) -> int:
        """Draws the warning sign at the left; returns where the text goes on."""
        self._painter.drawPixmap(area.left(), area.center().y() - SIGN // 2, self._warning)
        return area.left() + SIGN + GRID

    def _text(self, area: QRect, text: str, where: Qt.AlignmentFlag = LEFT, *, bold: bool = False) -> None:
        self._painter.setFont(self._type.bold if bold else self._type.body)
        self._painter.setPen(QColor(self._colors.text))
        self._painter.drawText(area, where, text)

    def _small(self, area: QRect, text: str, where: Qt.AlignmentFlag, color: str) -> None:
        self._painter.setFont(self._type.small)
        self._painter.setPen(QColor(color))
        self._painter.drawText(area, where, text)
