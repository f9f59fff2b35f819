"""How a mix becomes one adapter: exactly, or at a rank whose error is shown."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QLocale, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from lora_studio.ui.theme import GRID, colors_of, set_property
from lora_studio.ui.widgets.figures import percent
from lora_studio.ui.widgets.flow_layout import FlowLayout
from lora_studio.ui.widgets.number_field import NumberField

CURVE = 44  # px high
WIDEST_BAR = 20  # px
GOOD_ENOUGH = 0.05  # the smallest rank that loses less is proposed


class Costs(Protocol):
    """Core's Spectrum."""

    @property
    def errors(self) -> tuple[float, ...]: ...
    @property
    def exact_rank(self) -> int: ...
    @property
    def left_out(self) -> tuple[str, ...]: ...


class MixSaving(QWidget):
    """Asks for a rank, with the error of each rank drawn; `wanted` is then to ask for a folder."""

    wanted = Signal(object)  # the rank, or None for exactly the same
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._costs: Costs | None = None
        self._touched = False  # by the person: what is proposed no longer follows the strengths
        self.rank = NumberField(whole=True, logarithmic=False, lowest=1, highest=256, parent=self)
        self.rank.setAccessibleName(self.tr("Rank"))
        self.rank.edited.connect(self._typed)
        self.error = QLabel(self)
        self.exact = QPushButton(self)
        self.exact.setProperty("role", "flat")
        self.exact.clicked.connect(self._propose_again)
        self.curve = ErrorCurve(self)
        self.curve.chosen.connect(self._picked)
        self._note = QLabel(self)
        self._note.setProperty("role", "muted")
        self._note.setWordWrap(True)
        self.save = QPushButton(self.tr("Save in a folder…"), self)
        self.save.setProperty("role", "primary")
        self.back = QPushButton(self.tr("Cancel"), self)
        for button in (self.save, self.back):
            button.setAccessibleName(button.text())
        self.save.clicked.connect(lambda: self.wanted.emit(self.chosen_rank()))
        self.back.clicked.connect(self.cancelled)
        self._lay_out()
        self._show()

    def chosen_rank(self) -> int | None:
        rank = self._sound_rank()
        return None if self._costs is None or rank == self._costs.exact_rank else rank

    def note(self) -> str:
        return self._note.text()

    def begin(self) -> None:
        """Proposes anew, from the next costs on."""
        self._touched, self._costs = False, None
        self._show()

    def show_costs(self, costs: Costs) -> None:
        """May come again with every turn of a fader."""
        self._costs = costs
        if not self._touched:
            self._propose(costs)
        self._show()

    def _propose(self, costs: Costs) -> None:
        """The exact rank, or the first that loses little."""
        errors = costs.errors
        little = next((rank for rank, error in enumerate(errors, 1) if error <= GOOD_ENOUGH), len(errors))
        self.rank.set_number(costs.exact_rank or little)

    # What the person does

    def _typed(self) -> None:
        self._touched = True
        self._show()

    def _picked(self, rank: int) -> None:
        self.rank.set_number(rank)
        self._typed()

    def _propose_again(self) -> None:
        self._touched = False
        if self._costs:
            self.show_costs(self._costs)
        self.rank.setFocus(Qt.FocusReason.OtherFocusReason)  # the button goes

    # What is shown

    def _sound_rank(self) -> int:
        """What stands in the field; 0 if there is no such rank."""
        rank = self.rank.number()
        return int(rank) if self._costs and rank is not None and 1 <= rank <= len(self._costs.errors) else 0

    def _show(self) -> None:
        costs, rank = self._costs, self._sound_rank()
        errors = costs.errors if costs else ()
        set_property(self.rank, "invalid", bool(errors) and not rank)
        self.rank.setEnabled(bool(errors))
        self.rank.setToolTip(self.tr("From 1 to {most}.").format(most=len(errors)) if errors else "")
        self.error.setText(self._said(costs, rank))
        exact = costs.exact_rank if costs else 0
        self.exact.setText(self.tr("Exact: {rank}").format(rank=exact))
        self.exact.setAccessibleName(self.tr("Rank {rank}, which is exact").format(rank=exact))
        self.exact.setVisible(exact not in (0, rank))
        self.curve.show_errors(errors, rank)
        self._note.setText(self._noted(costs))
        self._note.setVisible(bool(self._note.text()))
        self.save.setEnabled(rank > 0)

    def _said(self, costs: Costs | None, rank: int) -> str:
        if costs is None or not rank:
            return ""
        if rank == costs.exact_rank:
            return self.tr("exact up to rounding")
        return self.tr("error {percent} %").format(percent=percent(costs.errors[rank - 1], QLocale()))

    def _noted(self, costs: Costs | None) -> str:
        if costs is None or costs.exact_rank:
            return ""
        if not costs.errors:
            return self.tr("The mix is the base: there is nothing to save.")
        if costs.left_out:
            return self.tr(
                "The mix changes biases or layer norms, which a LoRA adapter has no place for. They are left out and "
                "count as an error."
            )
        return self.tr("Its layers are changed in more directions than the largest rank has.")

    def _lay_out(self) -> None:
        label = QLabel(self.tr("&Rank"), self)
        label.setBuddy(self.rank)
        choice = QHBoxLayout()
        choice.setSpacing(2 * GRID)
        choice.addWidget(label)
        choice.addWidget(self.rank)
        choice.addWidget(self.error, 1)
        choice.addWidget(self.exact)
        buttons = FlowLayout(spacing=2 * GRID, line_spacing=2 * GRID)
        buttons.addWidget(self.save)
        buttons.addWidget(self.back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * GRID)
        layout.addLayout(choice)
        layout.addWidget(self.curve)
        layout.addWidget(self._note)
        layout.addLayout(buttons)


class ErrorCurve(QWidget):
    """A bar for each rank, as high as its error. A click takes the rank; the keyboard has the field beside it."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._errors: tuple[float, ...] = ()
        self._rank = 0
        self.setFixedHeight(CURVE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(self.tr("The error of each rank: ‖ΔW − BA‖ / ‖ΔW‖ over all layers. Click to choose a rank."))

    def show_errors(self, errors: tuple[float, ...], rank: int) -> None:
        """`rank` is marked."""
        self._errors, self._rank = errors, rank
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, CURVE)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._errors and event.button() == Qt.MouseButton.LeftButton:
            place = int(event.position().x() // self._pitch())
            self.chosen.emit(min(len(self._errors), max(1, place + 1)))

    def _pitch(self) -> float:
        """From bar to bar, px."""
        return min(float(WIDEST_BAR), self.width() / max(1, len(self._errors)))

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter, pitch = colors_of(self), QPainter(self), self._pitch()
        gap = 2.0 if pitch >= 4 else 0.0
        floor = float(self.height() - 1)
        for index, error in enumerate(self._errors):
            marked = index + 1 == self._rank
            height = max(2.0, (floor - 2) * min(1.0, error))
            bar = QRectF(index * pitch, floor - height, max(1.0, pitch - gap), height)
            painter.fillRect(bar, QColor(colors.accent if marked else colors.edge))
        painter.setPen(QColor(colors.line))
        painter.drawLine(0, int(floor), self.width(), int(floor))
        painter.end()
