"""A pinned prompt on one row of the board's grid: what each variant answers, and whether that was wanted."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QEnterEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QMenu, QSizePolicy, QToolButton, QToolTip, QWidget

from lora_studio.core.data.builtin import Probe
from lora_studio.core.events import Comparison
from lora_studio.core.probing.spelling import readable
from lora_studio.ui.icons import icon, pixmap
from lora_studio.ui.theme import GRID, colors_of
from lora_studio.ui.widgets.board_painting import Type, paint_edge
from lora_studio.ui.widgets.columns import END, Columns, columns, least_width
from lora_studio.ui.widgets.comparison_text import as_csv, as_table, cannot_read, missed, side_effects, spoken
from lora_studio.ui.widgets.figures import exact_percent, points
from lora_studio.ui.widgets.pinned_order import most_moved
from lora_studio.ui.widgets.pinned_painting import SIGN, Mark, PinnedCell, PinnedPainter, written_cells

BUTTON = 20  # px
UP_OR_DOWN = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class PinnedRow(QWidget):
    """Left the prompt, then a cell for each variant: its answer, the probability and the change since the base.

    It is moved among the others with the mouse, or with Alt and an arrow.
    """

    chosen = Signal(object)  # Probe: show it large
    unpinned = Signal(str)  # the prompt
    shifted = Signal(int)  # -1: up by one place, 1: down
    dragged = Signal(QPoint)  # the pointer, on the screen
    dropped = Signal()
    answered = Signal()  # there are new numbers

    def __init__(self, probe: Probe, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.probe = probe
        self._comparison: Comparison | None = None
        self._places: tuple[int, ...] = ()
        self._cells: tuple[PinnedCell, ...] = ()
        self._side_effects: tuple[str, ...] = ()
        self._missed: tuple[str, ...] = ()
        self._judged = False  # whether there is more than the base of which something was to be expected
        self._reason = ""  # why there is no answer
        self._grid_width = 0
        self._offset = 0
        self._pressed: QPoint | None = None
        self._dragging = False
        self._type = Type(self.font())
        self._hovered = False
        self.unpin_button = self._unpin_button()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Pinned prompt: {prompt}").format(prompt=probe.prompt))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def comparison(self) -> Comparison | None:
        return self._comparison

    @property
    def moved(self) -> float | None:
        """How far the answers are from the base's, see `most_moved`; None if they are not there yet."""
        return most_moved(self._comparison)[0] if self._comparison else None

    @property
    def mark(self) -> Mark:
        """The sign before the prompt."""
        if self._side_effects:
            return Mark.ASTRAY
        if self._missed:
            return Mark.MISSED
        if not self.probe.wanted or self.probe.kind != "corrected":
            return Mark.NONE
        return Mark.REACHED if self._judged else Mark.WANTED

    def set_comparison(
        self, comparison: Comparison, places: tuple[int, ...], unjudged: Collection[str] = ()
    ) -> None:  # fmt: skip
        """`unjudged` names variants that are shown, but of which nothing was to be expected."""
        wider = len(places) != len(self._places)
        self._comparison, self._places, self._reason = comparison, places, ""
        judged = comparison.arranged([name for name in comparison.variants if name not in unjudged])
        self._judged = len(judged.variants) > 1
        self._side_effects = side_effects(self.probe, judged)
        self._missed = missed(self.probe, judged)
        self._cells = written_cells(self.probe, comparison, self.locale())
        if wider:
            self.updateGeometry()
            self._place_unpin()
        self.setAccessibleDescription(f"{spoken(comparison, self.locale())}; {self.remark()}")
        self.answered.emit()
        self.update()

    def set_unanswered(self, reason: str) -> None:
        """Shows no numbers: those of another question would be wrong here."""
        self._comparison, self._cells, self._reason = None, (), reason
        self._side_effects = self._missed = ()
        self.setAccessibleDescription(reason)
        self.answered.emit()
        self.update()

    def remark(self) -> str:
        """What is wanted here, or what went wrong."""
        if self._side_effects:
            return self.tr("side effect: {variants}").format(variants=", ".join(self._side_effects))
        if self._missed:
            return self.tr("missed: {variants}").format(variants=", ".join(self._missed))
        if self.mark is Mark.REACHED:
            return self.tr("reached: {token}").format(token=self.probe.wanted)
        if self.probe.wanted:
            return self.tr("wanted: {token}").format(token=self.probe.wanted)
        return self.tr("to be kept") if self.probe.kind == "kept" else self.tr("to be corrected")

    def _short_remark(self) -> str:
        """Where there is little room; what went wrong is never left out."""
        if self._side_effects:
            return self.tr("side effect")
        return self.tr("missed") if self._missed else ""

    def _unpin_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon("close", button))
        button.setIconSize(QSize(SIGN, SIGN))
        button.setProperty("role", "small")
        button.setAutoRaise(True)
        button.setToolTip(self.tr("Unpin"))
        button.setAccessibleName(self.tr("Unpin “{prompt}”").format(prompt=self.probe.prompt))
        button.setCursor(Qt.CursorShape.ArrowCursor)
        button.clicked.connect(lambda: self.unpinned.emit(self.probe.prompt))
        return button

    # Geometry

    def set_grid_width(self, width: int) -> None:
        """The width of the board above, which is a scroll bar wider than this row may be."""
        if width != self._grid_width:
            self._grid_width = width
            self._place_unpin()
            self.update()

    def set_offset(self, offset: int) -> None:
        """By how much the columns are scrolled to the left; the prompt stays in sight."""
        self._offset = offset
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(least_width(len(self._places)) - END + BUTTON, self._type.body_metrics.height() + 8)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_unpin()

    def _place_unpin(self) -> None:
        grid = self.grid()
        self.unpin_button.setGeometry(grid.end + GRID, (self.height() - BUTTON) // 2, BUTTON, BUTTON)

    def grid(self) -> Columns:
        """Where the variants' columns are."""
        return columns(self._grid_width or self.width(), max(1, len(self._places)), self._offset)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, grid = colors_of(self), self.grid()
        painter = QPainter(self)
        if self._hovered or self._dragging:
            ground = QRect(0, 0, self.unpin_button.geometry().right() + 1, self.height())  # as far as the line below
            painter.fillRect(ground, QColor(colors.selection if self._dragging else colors.hover))
        row = PinnedPainter(painter, self._type, colors, lambda mark: pixmap(mark.icon, self, SIGN, mark.tint))
        long = "" if self.mark is Mark.NONE else self.remark()
        row.prompt(grid.first_rect(0, self.height()), self.probe.prompt, self.mark, (long, self._short_remark()))
        painter.setClipRect(grid.frozen, 0, self.width(), self.height())
        for index, (place, cell) in enumerate(zip(self._places, self._cells, strict=False)):
            row.cell(grid, index, self.height(), place, cell)
        painter.setClipping(False)
        paint_edge(painter, grid, self.height(), QColor(colors.line))
        painter.setPen(QColor(colors.accent if self.hasFocus() else colors.line))
        if self.hasFocus():
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        else:
            painter.drawLine(0, self.height() - 1, self.unpin_button.geometry().right(), self.height() - 1)

    # Acting

    def copy(self) -> None:
        if self._comparison:
            QGuiApplication.clipboard().setText(as_table(self._comparison))

    def copy_csv(self) -> None:
        if self._comparison:
            QGuiApplication.clipboard().setText(as_csv(self._comparison))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        way = (event.position().toPoint() - self._pressed).manhattanLength()
        if self._dragging or way >= QApplication.startDragDistance():
            self._dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.dragged.emit(event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        dragging, self._dragging, self._pressed = self._dragging, False, None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.update()
        if dragging:
            self.dropped.emit()
        elif self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.probe)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if alt and event.key() in UP_OR_DOWN:
            self.shifted.emit(UP_OR_DOWN[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.probe)
        elif event.key() == Qt.Key.Key_Delete:
            self.unpinned.emit(self.probe.prompt)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        for text, key, step in (
            (self.tr("Move up"), "Alt+Up", -1),
            (self.tr("Move down"), "Alt+Down", 1),
        ):
            menu.addAction(text, QKeySequence(key), partial(self.shifted.emit, step))
        menu.addSeparator()
        menu.addAction(self.tr("Copy as text"), QKeySequence(QKeySequence.StandardKey.Copy), self.copy)
        menu.addAction(self.tr("Copy as CSV"), self.copy_csv)
        menu.addSeparator()
        menu.addAction(self.tr("Unpin"), QKeySequence("Del"), lambda: self.unpinned.emit(self.probe.prompt))
        menu.exec(event.globalPos())
        menu.deleteLater()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Qt tells a row of no leave when what is above the list grows and moves it away from the pointer."""
        list_ = self.parentWidget()
        for row in list_.findChildren(PinnedRow) if list_ else (self,):
            row.show_hover(row is self)

    def show_hover(self, hovered: bool) -> None:
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.show_hover(False)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tool_tip_at(event.pos()), self)
            return True
        return super().event(event)

    def tool_tip_at(self, position: QPoint) -> str:
        comparison, index = self._comparison, self.grid().at(position.x())
        if comparison is None or not 0 <= index < len(self._places):
            return "\n".join((self.probe.prompt, self._reason or self.remark(), *self._moved_text()))
        answer = comparison.answers[index]
        if not answer.predictions:
            return f"{comparison.variants[index]} {cannot_read()}"
        lines = (
            f"{readable(best.token)}: {exact_percent(best.probability, self.locale())}" for best in answer.predictions
        )
        return "\n".join((comparison.variants[index], *lines))

    def _moved_text(self) -> tuple[str, ...]:
        """One line, or none: by how much the variant moved that moved most."""
        comparison = self._comparison
        if comparison is None or len(comparison.variants) < 2:
            return ()
        moved, place = most_moved(comparison)
        change = points(moved, self.locale()).removeprefix("+")
        return (self.tr("moved by {change} pp: {variant}").format(change=change, variant=comparison.variants[place]),)
