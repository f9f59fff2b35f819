"""A pinned prompt on one row of the board's grid: what each variant answers, and whether that was wanted."""

from __future__ import annotations

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
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QToolTip, QWidget

from lora_studio.core.data.builtin import Probe
from lora_studio.core.events import Comparison
from lora_studio.ui.icons import icon, pixmap
from lora_studio.ui.theme import GRID, colors_of
from lora_studio.ui.widgets.board_painting import Type
from lora_studio.ui.widgets.columns import END, Columns, columns, least_width
from lora_studio.ui.widgets.comparison_text import as_table, side_effects, spoken
from lora_studio.ui.widgets.figures import exact_percent
from lora_studio.ui.widgets.pinned_painting import SIGN, PinnedCell, PinnedPainter, written_cells

BUTTON = 24  # px


class PinnedRow(QWidget):
    """Left the prompt, then a cell for each variant: its answer, the probability and the change since the base."""

    chosen = Signal(object)  # Probe: show it large
    unpinned = Signal(str)  # the prompt

    def __init__(self, probe: Probe, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.probe = probe
        self._comparison: Comparison | None = None
        self._places: tuple[int, ...] = ()
        self._cells: tuple[PinnedCell, ...] = ()
        self._side_effects: tuple[str, ...] = ()
        self._grid_width = 0
        self._type = Type(self.font())
        self._hovered = False
        self._unpin = self._unpin_button()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Pinned prompt: {prompt}").format(prompt=probe.prompt))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def comparison(self) -> Comparison | None:
        return self._comparison

    def set_comparison(self, comparison: Comparison, places: tuple[int, ...]) -> None:
        self._comparison, self._places = comparison, places
        self._side_effects = side_effects(self.probe, comparison)
        self._cells = written_cells(self.probe, comparison, self.locale())
        self.updateGeometry()
        self._place_unpin()
        self.setAccessibleDescription(f"{spoken(comparison, self.locale())}; {self.remark()}")
        self.update()

    def remark(self) -> str:
        """The line under the prompt: what is wanted here, or what went wrong."""
        if self._side_effects:
            return self.tr("side effect: {variants}").format(variants=", ".join(self._side_effects))
        if self.probe.wanted:
            return self.tr("wanted: {token}").format(token=self.probe.wanted)
        return self.tr("to be kept") if self.probe.kind == "kept" else self.tr("to be corrected")

    def _unpin_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon("close", button))
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

    def sizeHint(self) -> QSize:
        return QSize(least_width(len(self._places)) - END + BUTTON, 2 * self._type.body_metrics.height() + 6)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_unpin()

    def _place_unpin(self) -> None:
        grid = self.grid()
        left, top = grid.first + grid.count * grid.width + GRID, (self.height() - BUTTON) // 2
        self._unpin.setGeometry(left, top, BUTTON, BUTTON)

    def grid(self) -> Columns:
        """Where the variants' columns are."""
        return columns(self._grid_width or self.width(), max(1, len(self._places)))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, grid = colors_of(self), self.grid()
        painter = QPainter(self)
        if self._hovered:
            painter.fillRect(self.rect(), QColor(colors.selection))
        row = PinnedPainter(painter, self._type, colors, pixmap("warning", self, SIGN, "warning"))
        short = self.tr("side effect") if self._side_effects else self.remark()
        area = QRect(0, 0, grid.first, self.height())
        row.prompt(area, self.probe.prompt, (self.remark(), short), warn=bool(self._side_effects))
        for index, (place, cell) in enumerate(zip(self._places, self._cells, strict=True)):
            row.cell(grid, index, self.height(), place, cell)
        painter.setPen(QColor(colors.accent if self.hasFocus() else colors.line))
        if self.hasFocus():
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        else:
            painter.drawLine(0, self.height() - 1, self._unpin.geometry().right(), self.height() - 1)

    # Acting

    def copy(self) -> None:
        if self._comparison:
            QGuiApplication.clipboard().setText(as_table(self._comparison))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.probe)
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.probe)
        elif event.key() == Qt.Key.Key_Delete:
            self.unpinned.emit(self.probe.prompt)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.addAction(self.tr("Copy as text"), QKeySequence(QKeySequence.StandardKey.Copy), self.copy)
        menu.addAction(self.tr("Unpin"), lambda: self.unpinned.emit(self.probe.prompt))
        menu.exec(event.globalPos())
        menu.deleteLater()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tool_tip_at(event.pos()), self)
            return True
        return super().event(event)

    def tool_tip_at(self, position: QPoint) -> str:
        comparison, index = self._comparison, self.grid().at(position.x())
        if comparison is None or not 0 <= index < len(self._places):
            return f"{self.probe.prompt}\n{self.remark()}"
        top = comparison.answers[index].predictions
        lines = (f"{prediction.token}: {exact_percent(prediction.probability, self.locale())}" for prediction in top)
        return "\n".join((comparison.variants[index], *lines))
