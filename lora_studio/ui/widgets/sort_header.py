"""A table's header: a click sorts, a right-click chooses which columns are shown."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

from lora_studio.ui.theme import colors_of

PADDING = 8  # px, of a title, as the style sheet has it
ARROW = 14  # px, beside the title that the rows are sorted by
NO_ARROW = "QHeaderView::up-arrow, QHeaderView::down-arrow { image: none; width: 0; height: 0; }"


class SortHeader(QHeaderView):
    """The style's own arrow would lie over the title, so this one paints its own beside it."""

    def __init__(self, parent: QWidget, always_shown: int = 0) -> None:
        """`always_shown` is a column that cannot be hidden."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._always_shown = always_shown
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setStyleSheet(NO_ARROW)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self.open_menu)

    def open_menu(self, position: QPoint) -> None:
        """A tick for every column that is shown."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in range(self.count()):
            action = menu.addAction(str(self.model().headerData(column, self.orientation())))
            action.setCheckable(True)
            action.setChecked(not self.isSectionHidden(column))
            action.setEnabled(column != self._always_shown)
            action.toggled.connect(lambda shown, column=column: self.setSectionHidden(column, not shown))
        menu.popup(self.viewport().mapToGlobal(position))

    def sectionSizeFromContents(self, section: int) -> QSize:
        height = super().sectionSizeFromContents(section).height()
        return QSize(self._text_width(section) + 2 * PADDING + ARROW, height)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        painter.save()  # the style leaves its own pen behind
        super().paintSection(painter, rect, section)
        painter.restore()
        if section != self.sortIndicatorSection():
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors_of(self).text))
        text = self._text_width(section)
        if self._is_right_aligned(section):
            right = rect.right() - PADDING - text - 3
        else:
            right = rect.left() + PADDING + text + ARROW
        self._paint_arrow(painter, float(right), rect.center().y() + 0.5)
        painter.restore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The hairline goes on beside the last title."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setPen(QColor(colors_of(self).line))
        end, bottom = self.length() - self.offset(), self.viewport().height() - 1
        painter.drawLine(end, bottom, max(end, self.viewport().width()), bottom)
        painter.end()

    def _paint_arrow(self, painter: QPainter, right: float, middle: float) -> None:
        up = -1 if self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder else 1
        points = ((right - 8, middle - 2 * up), (right, middle - 2 * up), (right - 4, middle + 3 * up))
        painter.drawPolygon([QPointF(*point) for point in points])

    def _text_width(self, section: int) -> int:
        return self.fontMetrics().horizontalAdvance(str(self.model().headerData(section, self.orientation())))

    def _is_right_aligned(self, section: int) -> bool:
        alignment = self.model().headerData(section, self.orientation(), Qt.ItemDataRole.TextAlignmentRole)
        return bool(Qt.AlignmentFlag(alignment) & Qt.AlignmentFlag.AlignRight)
