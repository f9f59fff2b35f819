"""How the model reads a prompt: one chip a token, words outside the vocabulary marked."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from lora_studio.core.events import Comparison
from lora_studio.core.probing.spelling import readable
from lora_studio.ui.theme import GRID, Colors, colors_of
from lora_studio.ui.widgets.board_painting import SMALLER
from lora_studio.ui.widgets.figures import tabular

PADDING = 6
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Chip:
    """A token. `unknown_to` are the variants whose vocabulary lacks it; `by_all` whether that is every one."""

    token: str
    unknown_to: tuple[str, ...] = ()
    by_all: bool = False


def chips_of(comparison: Comparison) -> tuple[Chip, ...]:
    """The prompt as the first variant cuts it, with what each variant lacks."""
    if not comparison.answers:
        return ()
    found = []
    for token in comparison.answers[0].tokens:
        pairs = zip(comparison.variants, comparison.answers, strict=True)
        lacking = tuple(name for name, answer in pairs if token in answer.unknown)
        found.append(Chip(token, lacking, len(lacking) == len(comparison.variants)))
    return tuple(found)


class TokenChips(QWidget):
    """One line of chips. What does not fit is left out on the left: the end is where one types."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips: tuple[Chip, ...] = ()
        self._font = tabular(self.font(), points=SMALLER)
        self._metrics = QFontMetrics(self._font)
        self.setAccessibleName(self.tr("Tokens of the prompt"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def chips(self) -> tuple[Chip, ...]:
        return self._chips

    def set_chips(self, chips: tuple[Chip, ...]) -> None:
        if chips != self._chips:
            self._chips = chips
            self.setAccessibleDescription(" ".join(self.label(chip) for chip in chips))
            self.update()

    def label(self, chip: Chip) -> str:
        """Says in words what the colour says."""
        if not chip.unknown_to:
            return readable(chip.token)
        if chip.by_all:
            return f"{chip.token} → <unk>"
        return self.tr("{token} · unknown to {variants}").format(token=chip.token, variants=", ".join(chip.unknown_to))

    def tool_tip(self, chip: Chip) -> str:
        if not chip.unknown_to:
            return ""
        if chip.by_all:
            text = self.tr("“{word}” is not in the vocabulary; the model reads <unk> instead")
            return text.format(word=chip.token)
        text = self.tr("“{word}” is not in the vocabulary of {variants}, which reads <unk> instead")
        return text.format(word=chip.token, variants=", ".join(chip.unknown_to))

    def sizeHint(self) -> QSize:
        return QSize(120, self._metrics.height() + 2 * GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def placed(self) -> list[tuple[QRect, Chip]]:
        """The chips that fit, with where they are, from left to right."""
        widths = [self._metrics.horizontalAdvance(self.label(chip)) + 2 * PADDING for chip in self._chips]
        first, room = len(widths), self.width()
        while first > 0 and widths[first - 1] + GRID <= room - (16 if first > 1 else 0):
            first -= 1
            room -= widths[first] + GRID
        left = 16 if first else 0
        found = []
        for width, chip in zip(widths[first:], self._chips[first:], strict=True):
            found.append((QRect(left, 1, width, self.height() - 3), chip))
            left += width + GRID
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, placed = colors_of(self), self.placed()
        painter = QPainter(self)
        painter.setFont(self._font)
        if len(placed) < len(self._chips):
            painter.setPen(QColor(colors.muted))
            painter.drawText(QRect(0, 0, 16, self.height()), Qt.AlignmentFlag.AlignVCenter, ELLIPSIS)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for area, chip in placed:
            self._paint_chip(painter, area, chip, colors)

    def _paint_chip(self, painter: QPainter, area: QRect, chip: Chip, colors: Colors) -> None:
        text, pen = colors.muted, QPen(QColor(colors.line), 1)
        if chip.unknown_to:
            text = colors.error if chip.by_all else colors.warning
            pen = QPen(QColor(text), 1.2, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRoundedRect(area, 3, 3)
        painter.setPen(QColor(text))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, self.label(chip))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tool_tip_at(event.pos()), self)
            return True
        return super().event(event)

    def tool_tip_at(self, position: QPoint) -> str:
        return next((self.tool_tip(chip) for area, chip in self.placed() if area.contains(position)), "")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._font = tabular(self.font(), points=SMALLER)
            self._metrics = QFontMetrics(self._font)
            self.updateGeometry()
        super().changeEvent(event)
