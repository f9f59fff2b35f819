"""The headers of tables: a click sorts; a right-click chooses which columns are shown, where that is offered."""

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

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self.setStyleSheet(NO_ARROW)

    def sectionSizeFromContents(self, section: int) -> QSize:
        width = self._text_width(section) + 2 * PADDING + self._room_before(section) + ARROW
        return QSize(width, super().sectionSizeFromContents(section).height())

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        painter.save()  # the style leaves its own pen behind
        self._paint_title(painter, rect, section)
        painter.restore()
        if section != self.sortIndicatorSection():
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors_of(self).text))
        begin = self._title_left(rect, section)
        if self._is_right_aligned(section):
            right = begin - self._room_before(section) - 3
        else:
            right = begin + self._text_width(section) + ARROW
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

    def _paint_title(self, painter: QPainter, rect: QRect, section: int) -> None:
        """The section without its arrow."""
        super().paintSection(painter, rect, section)

    def _room_before(self, section: int) -> int:
        """px left of the title for what an heir paints there."""
        return 0

    def _title_left(self, rect: QRect, section: int) -> int:
        """Where the title begins in the section's `rect`."""
        if self._is_right_aligned(section):
            return rect.right() - PADDING - self._text_width(section)
        return rect.left() + PADDING + self._room_before(section)

    def _paint_arrow(self, painter: QPainter, right: float, middle: float) -> None:
        up = -1 if self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder else 1
        points = ((right - 8, middle - 2 * up), (right, middle - 2 * up), (right - 4, middle + 3 * up))
        painter.drawPolygon([QPointF(*point) for point in points])

    def _text_width(self, section: int) -> int:
        return self.fontMetrics().horizontalAdvance(str(self.model().headerData(section, self.orientation())))

    def _is_right_aligned(self, section: int) -> bool:
        alignment = self.model().headerData(section, self.orientation(), Qt.ItemDataRole.TextAlignmentRole)
        return bool(Qt.AlignmentFlag(alignment) & Qt.AlignmentFlag.AlignRight)


class ColumnsHeader(SortHeader):
    """Columns can be moved and hidden, too."""

    def __init__(self, parent: QWidget, always_shown: int = 0) -> None:
        """`always_shown` is a column that cannot be hidden."""
        super().__init__(parent)
        self._always_shown = always_shown
        self.setSectionsMovable(True)
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
