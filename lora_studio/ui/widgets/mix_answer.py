"""What the mix says next: its first answers as bars, with marks where the base stood."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from lora_studio.core.events import Comparison
from lora_studio.ui.theme import GRID, colors_of
from lora_studio.ui.widgets.board_painting import LEFT, RIGHT, Type
from lora_studio.ui.widgets.figures import percent
from lora_studio.ui.widgets.probability_bar import paint_bar

ROWS = 5
BAR = 10  # px high
WIDEST_TOKEN = 0.4  # of the width


class MixAnswer(QWidget):
    """Rows of a token, a bar from 0 to 100 % and a number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._comparison: Comparison | None = None
        self._message = ""
        self._color = QColor()
        self._type = Type(self.font())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_answer(self, comparison: Comparison) -> None:
        """The base's and the mix's, in this order."""
        self._comparison, self._message = comparison, ""
        self._tell()

    def say(self, message: str) -> None:
        """Instead of an answer."""
        self._comparison, self._message = None, message
        self._tell()

    def set_color(self, color: QColor) -> None:
        self._color = color
        self.update()

    def rows(self) -> tuple[tuple[str, str], ...]:
        """The tokens with their percentages, as they are written."""
        if self._comparison is None:
            return ()
        best = self._comparison.answers[-1].predictions[:ROWS]
        return tuple((each.token, percent(each.probability, QLocale())) for each in best)

    def sizeHint(self) -> QSize:
        return QSize(200, ROWS * self._type.row)

    def _tell(self) -> None:
        said = ", ".join(f"{token} {number} %" for token, number in self.rows())
        self.setAccessibleDescription(said or self._message)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._comparison is None:
            painter.setPen(QColor(colors_of(self).muted))
            painter.drawText(self.rect(), LEFT | Qt.TextFlag.TextWordWrap, self._message)
        else:
            self._paint_rows(painter, self._comparison)
        painter.end()

    def _paint_rows(self, painter: QPainter, comparison: Comparison) -> None:
        kind, colors = self._type, colors_of(self)
        rows = self.rows()
        widest = max((kind.bold_metrics.horizontalAdvance(token) for token, _ in rows), default=0)
        column = min(widest, round(WIDEST_TOKEN * self.width())) + 2 * GRID
        track = QColor(colors.line)
        track.setAlphaF(0.55)
        for index, (prediction, (token, number)) in enumerate(
            zip(comparison.answers[-1].predictions, rows, strict=False)
        ):
            area = QRect(0, index * kind.row, self.width(), kind.row)
            first = index == 0
            metrics = kind.bold_metrics if first else kind.body_metrics
            painter.setFont(kind.bold if first else kind.body)
            painter.setPen(QColor(colors.text))
            elided = metrics.elidedText(token, Qt.TextElideMode.ElideRight, column - 2 * GRID)
            painter.drawText(area, LEFT, elided)
            painter.drawText(area, RIGHT, number)
            right = area.right() - kind.number - 2 * GRID
            bar = QRectF(column, area.center().y() - BAR / 2 + 1, max(1, right - column), BAR)
            base = comparison.probabilities[0][comparison.tokens.index(prediction.token)]
            mark = (base, QColor(colors.muted)) if base is not None else None
            paint_bar(painter, bar, prediction.probability, self._color, track, mark)
