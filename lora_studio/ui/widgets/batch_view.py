"""The batch of one step: its rows as tinted tokens, where the losses come from, and the steps beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from lora_studio.ui.theme import GRID, colors_of, small_font
from lora_studio.ui.widgets.token_row import TokenRow, tint

if TYPE_CHECKING:
    from lora_studio.core.instruments.batches import BatchView

MOST_ROWS = 64  # that are drawn; of a larger batch nobody reads more


class BatchPane(QWidget):
    """Shows one batch; asks for the step before or after it."""

    step_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step = 0
        self.title = QLabel(self)
        self.note = QLabel(self)
        self.previous = self._button("‹", self.tr("Previous step"), -1)
        self.next = self._button("›", self.tr("Next step"), 1)
        self.scale = LossScale(self)
        self._area = QScrollArea(self)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its rows take it
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lay_out()

    def show_batch(self, view: BatchView, *, in_progress: bool = False) -> None:
        """`in_progress`: of a run that goes on, whose earlier states cannot be asked yet."""
        self._step = view.step
        numbers = {
            "step": self.locale().toString(view.step),
            "steps": self.locale().toString(view.steps),
            "loss": self.locale().toString(view.loss, "f", 3),
            "measured": self.locale().toString(view.measured_at or 0),
        }
        self.title.setText(self._heading(view).format(**numbers))
        self.note.setText(self._measured(view, in_progress=in_progress))
        self.previous.setEnabled(view.step > 1)
        self.next.setEnabled(view.step < view.steps)
        self.scale.show_scale(view.guessing)
        rows = QWidget()
        column = QVBoxLayout(rows)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * GRID)
        for row in view.rows[:MOST_ROWS]:
            column.addWidget(TokenRow(row, view.guessing, rows))
        if len(view.rows) > MOST_ROWS:
            more = QLabel(self.tr("and {count} more rows").format(count=len(view.rows) - MOST_ROWS), rows)
            more.setProperty("role", "muted")
            column.addWidget(more)
        column.addStretch(1)
        self._area.setWidget(rows)

    def rows(self) -> list[TokenRow]:
        return self._area.findChildren(TokenRow)

    def _heading(self, view: BatchView) -> str:
        """The curve tells another loss of the same step where this one was measured with another state."""
        if view.exact:
            return self.tr("Step {step} of {steps} · loss {loss}")
        if view.measured_at is None:
            return self.tr("Step {step} of {steps} · loss {loss}, measured now")
        return self.tr("Step {step} of {steps} · loss {loss}, measured at step {measured}")

    def _measured(self, view: BatchView, *, in_progress: bool) -> str:
        """Honest about whose losses these are."""
        if view.exact:
            text = self.tr("Measured with the state that this step began with.")
        elif view.measured_at is None and in_progress:
            text = self.tr("Measured with the state of now: earlier ones can be asked when the run has ended.")
        elif view.measured_at is None:
            text = self.tr("No earlier state was kept: measured with the state that is shown now.")
        else:
            step = self.locale().toString(view.measured_at)
            text = self.tr("Measured with the nearest kept state before it, that of step {step}.").format(step=step)
        return " ".join((text, self.tr("Hatched tokens are only read; they are not in the loss.")))

    def _lay_out(self) -> None:
        self.title.setWordWrap(True)
        self.note.setWordWrap(True)
        self.note.setProperty("role", "muted")
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self.title, 1)
        head.addWidget(self.previous)
        head.addWidget(self.next)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * GRID)
        column.addLayout(head)
        column.addWidget(self.note)
        column.addWidget(self._area, 1)
        column.addWidget(self.scale)

    def _button(self, sign: str, name: str, by: int) -> QToolButton:
        button = QToolButton(self)
        button.setText(sign)
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda: self.step_wanted.emit(self._step + by))
        return button


class LossScale(QWidget):
    """What the tints mean, from certain to guessing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._right = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_scale(1.0)

    def show_scale(self, guessing: float) -> None:
        loss = self.locale().toString(guessing, "f", 1)
        self._right = self.tr("{loss} nats: guessing").format(loss=loss)
        self.setAccessibleDescription(f"{self._left()} … {self._right}")
        self.update()

    def _left(self) -> str:
        return self.tr("0: certain")

    def sizeHint(self) -> QSize:
        return QSize(200, QFontMetrics(small_font(self.font())).height() + 3 * GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter = colors_of(self), QPainter(self)
        bar = QRectF(0.5, 0.5, self.width() - 1, 2 * GRID)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        gradient.setColorAt(0, tint(colors, 0))
        gradient.setColorAt(1, tint(colors, 1))
        painter.setPen(QPen(QColor(colors.edge), 1))
        painter.setBrush(gradient)
        painter.drawRect(bar)
        painter.setFont(small_font(self.font()))
        painter.setPen(QColor(colors.muted))
        words = self.rect().adjusted(0, 2 * GRID + 2, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, self._left())
        painter.drawText(words, Qt.AlignmentFlag.AlignRight, self._right)
        painter.end()
