"""What several variants say to a text, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from lora_studio.core.probing.continuation import Ending, Piece, Told
from lora_studio.core.probing.spelling import readable
from lora_studio.ui.theme import GRID, colors_of, small_font, variant_color
from lora_studio.ui.widgets.amounts import count
from lora_studio.ui.widgets.continued_text import ContinuedText
from lora_studio.ui.widgets.figures import percent, tabular

NARROWEST = 140  # px, of a column
DOT = 8  # px


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """`place` is that of the variant's colour."""

    variant: str
    place: int
    is_base: bool


class _Title(QWidget):
    """The variant's dot and name."""

    def __init__(self, head: ColumnHead, parent: QWidget) -> None:
        super().__init__(parent)
        self._head = head
        self.setToolTip(head.variant)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(60, QFontMetrics(tabular(self.font(), bold=True)).height() + GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(variant_color(colors_of(self), self._head.place))
        painter.drawEllipse(QPointF(2 + DOT / 2, self.height() / 2), DOT / 2, DOT / 2)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.setFont(tabular(self.font(), bold=True))
        area = self.rect().adjusted(DOT + 2 * GRID, 0, 0, 0)
        name = painter.fontMetrics().elidedText(self._head.variant, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, name)
        painter.end()


class ContinuedColumn(QWidget):
    """One variant: its name, its text, and a line that says where it stands."""

    def __init__(self, head: ColumnHead, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = head
        self.text = ContinuedText(self)
        self.text.setAccessibleName(self.tr("What {variant} says").format(variant=head.variant))
        self.text.token_met.connect(self._show_token)
        self._foot = QLabel(self)
        self._foot.setFont(tabular(small_font(self.font())))
        self._foot.setProperty("role", "muted")
        self._foot.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._ending: Ending | None = None
        self._going = True
        self.setMinimumWidth(NARROWEST)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(_Title(head, self))
        layout.addWidget(self.text, 1)
        layout.addWidget(self._foot)
        self._say()

    @property
    def foot(self) -> str:
        return self._foot.text()

    def take(self, told: Sequence[Told]) -> None:
        """What this variant said now."""
        pieces = [each for each in told if isinstance(each, Piece)]
        if pieces:
            self.text.add(pieces)
        for each in told:
            if isinstance(each, Ending):
                self._ending = each
        if self._ending:
            self.finish()
        self._say()

    def finish(self) -> None:
        """Nothing more comes, whether it had ended or was stopped."""
        self._going = False
        self.text.finish()
        self._say()

    def _show_token(self, piece: Piece | None) -> None:
        if piece is not None and self.text.hasFocus():
            self._foot.setText(f"{readable(piece.token)}: {percent(piece.probability, self.locale())} %")
        else:
            self._say()

    def _say(self) -> None:
        made = self._ending.tokens if self._ending else len(self.text.pieces)
        tokens = self.tr("1 token") if made == 1 else self.tr("{count} tokens")
        words = [tokens.replace("{count}", count(made, self.locale())), self._how_it_ended()]
        self._foot.setText(" · ".join(word for word in words if word))
        self._foot.setToolTip(self._foot.text())
        self.text.setAccessibleDescription(self._foot.text())

    def _how_it_ended(self) -> str:
        if self._ending is None:
            return "" if self._going else self.tr("stopped")
        return {
            "end": self.tr("came to its end"),
            "stop": self.tr("met a text to stop at"),
            "length": self.tr("as long as asked for"),
            "context": self.tr("reads no more at once"),
            "gone": self.tr("was detached"),
        }.get(self._ending.reason, "")


class ContinuedColumns(QScrollArea):
    """A column for each variant, all as wide; where there is no room for all, one scrolls sideways."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self._content = QWidget()
        self._content.setAutoFillBackground(False)
        self._row = QHBoxLayout(self._content)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4 * GRID)
        self.setWidget(self._content)
        self._columns: dict[str, ContinuedColumn] = {}

    @property
    def columns(self) -> tuple[ContinuedColumn, ...]:
        return tuple(self._columns.values())

    def begin(self, heads: Sequence[ColumnHead]) -> None:
        """Empty columns for these variants, in place of those that were there."""
        for column in self._columns.values():
            self._row.removeWidget(column)
            column.hide()
            column.deleteLater()
        self._columns = {head.variant: ContinuedColumn(head, self._content) for head in heads}
        base = next((column for column in self.columns if column.head.is_base), None)
        for column in self.columns:
            self._row.addWidget(column, 1)
            if column is not base:
                column.text.compare_with(base.text if base else None, column.head.place)

    def take(self, told: Sequence[Told]) -> None:
        for name, column in self._columns.items():
            mine = [each for each in told if each.variant == name]
            if mine:
                column.take(mine)
        if any(self._columns[each.variant].head.is_base for each in told if each.variant in self._columns):
            for column in self.columns:  # what differed from the base may do so no longer
                column.text.look_again()

    def finish(self) -> None:
        for column in self.columns:
            column.finish()

    def as_text(self) -> str:
        """To copy: one text alone, or each below its variant's name."""
        if len(self._columns) == 1:
            return self.columns[0].text.text()
        return "\n\n".join(f"{column.head.variant}:\n{column.text.text()}" for column in self.columns)
