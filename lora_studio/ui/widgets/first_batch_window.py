"""The first batch that the next run would learn from, token by token: what is read, what is learned, where it ends."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QScrollArea, QSizePolicy, QToolTip, QVBoxLayout, QWidget
from shiboken6 import isValid

from lora_studio.core.errors import StudioError
from lora_studio.core.recipe import Recipe
from lora_studio.core.summaries import FirstBatch, FirstBatchToken
from lora_studio.ui.theme import GRID, PANEL_MARGIN, Colors, colors_of, small_font
from lora_studio.ui.translations import translated
from lora_studio.ui.widgets.companion_window import CompanionWindow
from lora_studio.ui.widgets.token_row import hatch, shown_token, tint

if TYPE_CHECKING:
    from lora_studio.core.engine import Engine
    from lora_studio.ui.session import Session

FIRST_SIZE = (760, 520)
DELAY_MS = 150  # after the last change of the recipe
MOST_ROWS = 64  # that are drawn
MOST_TOKENS = 2048  # of a row
PAD, GAP = 6, 4  # px inside a token, and between tokens
LEARNED_SHARE = 0.6  # of the full tint
ROLES = ("learned", "end", "prompt", "special", "padding")


class FirstBatchWindow(CompanionWindow):
    """Follows the recipe as it is edited. What it shows comes from the code that trains, so it is what will be read."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(FIRST_SIZE, parent)
        self.setWindowTitle(self.tr("First batch of the next run"))
        self._session = session
        self.summary = self._label()
        self.message = self._label()
        self.rows: list[WindowRow] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(2 * GRID)
        self.area = QScrollArea(self)
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self._ask)
        self._lay_out()
        session.plan_changed.connect(self._timer.start)
        self._ask()

    # Asking

    def _ask(self) -> None:
        try:
            recipe = self._session.recipe()
        except StudioError as error:
            self._fail(error)
            return
        self.message.setText(self.tr("Reading the rows …") if not self.rows else "")
        self._session.asker.ask(
            partial(_first_batch, recipe), self._show_batch, key="first batch", otherwise=self._fail, quiet=True
        )

    def _fail(self, error: StudioError) -> None:
        if isValid(self):
            self._clear()
            self.summary.hide()
            self._say("\n".join(filter(None, translated(error))))

    # Showing

    def _show_batch(self, batch: FirstBatch) -> None:
        if not isValid(self):
            return
        self._clear()
        self._say("")
        self.summary.setText(" · ".join(self._summed_up(batch)))
        self.summary.show()
        for tokens in batch.rows[:MOST_ROWS]:
            row = WindowRow(tokens[:MOST_TOKENS], len(self.rows) + 1, self)
            self.rows.append(row)
            self._column.addWidget(row)

    def _clear(self) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []

    def _summed_up(self, batch: FirstBatch) -> list[str]:
        tokens = [token for row in batch.rows for token in row if token.role != "padding"]
        learned = sum(token.is_target for token in tokens)
        texts = [
            self._counted(self.tr("1 window"), self.tr("{count} windows"), len(batch.rows)),
            self._counted(self.tr("1 token"), self.tr("{count} tokens"), len(tokens)),
            self.tr("{count} of them learned").format(count=self.locale().toString(learned)),
            self._counted(self.tr("1 batch in a pass"), self.tr("{count} batches in a pass"), batch.batches),
        ]
        if batch.template == "chat":
            texts.append(self.tr("chats are written with the model's own template"))
        elif batch.template == "plain":
            texts.append(self.tr("prompts and completions are written one below the other"))
        remarks = [
            (batch.cut_rows, self.tr("rows too long, so that their end is cut off: {count}")),
            (batch.left_out, self.tr("rows left out, because nothing in them is learned: {count}")),
            (batch.learned_whole, self.tr("chats learned whole, because their answers cannot be told apart: {count}")),
        ]
        return texts + [text.format(count=self.locale().toString(count)) for count, text in remarks if count]

    def _counted(self, one: str, many: str, count: int) -> str:
        return one if count == 1 else many.format(count=self.locale().toString(count))

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))

    def _label(self) -> QLabel:
        label = QLabel(self)
        label.setProperty("role", "muted")
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.hide()
        return label

    def _lay_out(self) -> None:
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, GRID, 0)
        column.addLayout(self._column)
        column.addStretch(1)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[2 * PANEL_MARGIN] * 4)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.summary)
        layout.addWidget(Legend(self))
        layout.addWidget(self.message)
        layout.addWidget(self.area, 1)


def _first_batch(recipe: Recipe, engine: Engine) -> FirstBatch:
    from lora_studio.core.instruments.first_batch import first_batch

    engine.variants.activate(engine.variants.base)  # the batch is that of the bare model, as a plan is
    return first_batch(engine.variants.model, recipe)


class Tokens(QWidget):
    """Paints tokens by what training does with them."""

    def role_name(self, role: str) -> str:
        return {
            "learned": self.tr("learned"),
            "end": self.tr("end, learned"),
            "prompt": self.tr("read only"),
            "special": self.tr("mark, read only"),
            "padding": self.tr("padding"),
        }[role]

    def paint_token(self, painter: QPainter, colors: Colors, role: str, text: str, box: QRect) -> None:
        shape = QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(colors.accent if role == "end" else colors.line), 2 if role == "end" else 1))
        if role in ("learned", "end"):
            painter.setBrush(tint(colors, LEARNED_SHARE))
        else:
            painter.setBrush(hatch(colors) if role == "prompt" else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(shape, 3, 3)
        painter.setPen(QColor(colors.text if role in ("learned", "end") else colors.muted))
        room = box.width() - PAD
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.fontMetrics().elidedText(text, _RIGHT, room))


_RIGHT = Qt.TextElideMode.ElideRight


class Legend(Tokens):
    """What the looks of the tokens mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(small_font(self.font()))
        self.setFixedHeight(self.fontMetrics().height() + 2 * GRID)
        self.setAccessibleName(self.tr("Legend"))
        self.setAccessibleDescription(", ".join(map(self.role_name, ROLES)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, left = QPainter(self), 0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for role in ROLES:
            text = self.role_name(role)
            wide = self.fontMetrics().horizontalAdvance(text) + 2 * PAD
            self.paint_token(painter, colors_of(self), role, text, QRect(left, 0, wide, self.height() - GRID))
            left += wide + GAP
        painter.end()


class WindowRow(Tokens):
    """One window of the batch, wrapped like text. Tool tips and the accessible description say it in words."""

    def __init__(self, tokens: tuple[FirstBatchToken, ...], number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tokens = tuple(token for token in tokens if token.role != "padding")
        self._padding = len(tokens) - len(self.tokens)  # all of it stands at the end, and is drawn as one
        self._width, self._boxes_then = -1, list[QRect]()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(self.tr("Window {number}").format(number=number))
        self.setAccessibleDescription("; ".join([*map(self.describe, self.tokens), *self._padded()]))

    def describe(self, token: FirstBatchToken) -> str:
        """A token in words."""
        said = self.tr("{token}: {role}; number {id}, position {position}")
        text = shown_token(token.text)
        return said.format(token=text, role=self.role_name(token.role), id=token.id, position=token.position)

    def token_at(self, place: QPoint) -> FirstBatchToken | None:
        pairs = zip(self.tokens, self._boxes(self.width()), strict=False)  # behind them may be padding
        return next((token for token, box in pairs if box.contains(place)), None)

    def _padded(self) -> list[str]:
        """What is said of the padding."""
        text = self.tr("{count} × padding").format(count=self.locale().toString(self._padding))
        return [text] if self._padding else []

    def _chips(self) -> list[tuple[str, str]]:
        """The role and the text of all that is drawn."""
        return [
            *((token.role, shown_token(token.text)) for token in self.tokens),
            *(("padding", text) for text in self._padded()),
        ]

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        boxes = self._boxes(width)
        return (boxes[-1].bottom() if boxes else 0) + 2 * GRID

    def sizeHint(self) -> QSize:
        return QSize(FIRST_SIZE[0] // 2, self.heightForWidth(FIRST_SIZE[0] // 2))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.fontMetrics().height() + 3 * GRID)

    def _boxes(self, width: int) -> list[QRect]:
        if width != self._width:
            self._width, self._boxes_then = width, self._laid_out(width)
        return self._boxes_then

    def _laid_out(self, width: int) -> list[QRect]:
        metrics, boxes, left, top = QFontMetrics(self.font()), list[QRect](), GRID, GRID
        high = metrics.height() + GRID
        for _, text in self._chips():
            wide = min(metrics.horizontalAdvance(text) + 2 * PAD, max(1, width - 2 * GRID))
            if left > GRID and left + wide > width - GRID:
                left, top = GRID, top + high + GAP
            boxes.append(QRect(left, top, wide, high))
            left += wide + GAP
        return boxes

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter = colors_of(self), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for (role, text), box in zip(self._chips(), self._boxes(self.width()), strict=True):
            if box.intersects(event.rect()):
                self.paint_token(painter, colors, role, text, box)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            token = self.token_at(event.pos())
            QToolTip.showText(event.globalPos(), self.describe(token) if token else "", self)
            return True
        return super().event(event)
