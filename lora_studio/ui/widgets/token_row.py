"""A row of a batch, token by token: what each cost as a tint and a bar, and what the loss leaves out hatched."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from lora_studio.core.data.examples import shown_row
from lora_studio.ui.theme import GRID, Colors, colors_of, small_font

if TYPE_CHECKING:
    from lora_studio.core.instruments.batches import BatchRow, BatchToken

FULL_LIGHT, FULL_DARK = "#86bdea", "#1d5f96"  # the tint of a token that costs as much as guessing
PAD, GAP, BAR = 6, 4, 3  # px inside a token, between tokens, and the height of the bar below one


def tint(colors: Colors, share: float) -> QColor:
    """The ground of a token whose loss is this share (0…1) of what guessing costs. One hue, paler to fuller."""
    low, high = QColor(colors.panel), QColor(FULL_DARK if colors.dark else FULL_LIGHT)
    share = min(1.0, max(0.0, share))
    parts = ((low.red(), high.red()), (low.green(), high.green()), (low.blue(), high.blue()))
    return QColor(*(round(begin + share * (end - begin)) for begin, end in parts))


class TokenRow(QWidget):
    """Wraps like text, as does what is said above it. Numbers are in tool tips and in the accessible description."""

    def __init__(self, row: BatchRow, guessing: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = row
        self._guessing = guessing
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(shown_row(row.text))
        self.setAccessibleDescription("; ".join([self._heading(), *map(self.describe, row.tokens)]))

    def describe(self, token: BatchToken) -> str:
        """A token with its loss and its probability in words."""
        if token.loss is None:
            return self.tr("{token}: only read, not in the loss").format(token=token.text)
        loss = self.locale().toString(token.loss, "f", 2)
        share = self.locale().toString(100 * math.exp(-token.loss), "f", 1)
        return self.tr("{token}: {loss} nats, probability {share} %").format(token=token.text, loss=loss, share=share)

    def token_at(self, place: QPoint) -> BatchToken | None:
        boxes = zip(self._row.tokens, self._boxes(self.width()), strict=True)
        return next((token for token, box in boxes if box.contains(place)), None)

    def heading_lines(self, width: int) -> list[str]:
        """What is said above the tokens, in as many lines as it needs."""
        metrics, room = QFontMetrics(small_font(self.font())), width - 2 * GRID
        lines: list[str] = []
        for part in self._parts():
            longer = f"{lines[-1]} · {part}" if lines else part
            if lines and metrics.horizontalAdvance(longer) <= room:
                lines[-1] = longer
            else:
                lines.append(part)
        return [metrics.elidedText(line, Qt.TextElideMode.ElideMiddle, room) for line in lines]

    def box_of(self, index: int) -> QRect:
        """Where a token stands."""
        return self._boxes(self.width())[index]

    # Size

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        boxes = self._boxes(width)
        return (boxes[-1].bottom() if boxes else self._top(width)) + GRID

    def sizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(240))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._line() + self._height() + 2 * GRID)

    def _line(self) -> int:
        return QFontMetrics(small_font(self.font())).height()

    def _top(self, width: int) -> int:
        return len(self.heading_lines(width)) * self._line() + GRID

    def _height(self) -> int:
        return self.fontMetrics().height() + GRID + BAR

    def _boxes(self, width: int) -> list[QRect]:
        boxes, left, top = [], GRID, self._top(width)
        for token in self._row.tokens:
            wide = min(
                self.fontMetrics().horizontalAdvance(shown_token(token.text)) + 2 * PAD, max(1, width - 2 * GRID)
            )
            if left > GRID and left + wide > width - GRID:
                left, top = GRID, top + self._height() + GAP
            boxes.append(QRect(left, top, wide, self._height()))
            left += wide + GAP
        return boxes

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter = colors_of(self), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font(self.font()))
        painter.setPen(QColor(colors.muted))
        for number, line in enumerate(self.heading_lines(self.width())):
            painter.drawText(GRID, number * self._line() + painter.fontMetrics().ascent() + 1, line)
        painter.setFont(self.font())
        for token, box in zip(self._row.tokens, self._boxes(self.width()), strict=True):
            self._paint(painter, colors, token, box)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def _paint(self, painter: QPainter, colors: Colors, token: BatchToken, box: QRect) -> None:
        ground = box.adjusted(0, 0, 0, -BAR)
        if token.loss is None:
            painter.setPen(QPen(QColor(colors.line), 1))
            painter.setBrush(hatch(colors))
            painter.drawRoundedRect(QRectF(ground).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        else:
            share = token.loss / self._guessing
            painter.setBrush(tint(colors, share))
            painter.setPen(QPen(QColor(colors.line), 1))
            painter.drawRoundedRect(QRectF(ground).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
            bar = QRectF(box.left(), box.bottom() - BAR + 2, box.width() * min(1.0, share), BAR - 1)
            painter.fillRect(bar, QColor(colors.accent))
        painter.setPen(QColor(colors.muted if token.loss is None else colors.text))
        text = painter.fontMetrics().elidedText(shown_token(token.text), Qt.TextElideMode.ElideRight, box.width() - PAD)
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, text)

    def _heading(self) -> str:
        return " · ".join(self._parts())

    def _parts(self) -> list[str]:
        row = self._row
        losses = [token.loss for token in row.tokens if token.loss is not None]
        parts = [row.dataset]
        if losses:
            mean = self.locale().toString(math.fsum(losses) / len(losses), "f", 2)
            parts.append(self.tr("{loss} nats per token").format(loss=mean))
        outside = row.before + row.after
        if outside:
            one, many = self.tr("1 token outside of this window"), self.tr("{count} tokens outside of this window")
            parts.append(one if outside == 1 else many.format(count=self.locale().toString(outside)))
        return parts

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            token = self.token_at(event.pos())
            QToolTip.showText(event.globalPos(), self.describe(token) if token else "", self)
            return True
        return super().event(event)


def hatch(colors: Colors) -> QBrush:
    """The ground of a token that is only read."""
    return QBrush(QColor(colors.line).darker(100 if colors.dark else 106), Qt.BrushStyle.BDiagPattern)


def shown_token(text: str) -> str:
    """A token as it can be seen: spaces and line ends have signs of their own."""
    return text.replace(" ", "␣").replace("\n", "↵").replace("\t", "⇥") or "∅"
