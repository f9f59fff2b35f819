"""What folds away settings that are seldom needed."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from lora_studio.ui.theme import GRID, colors_of, small_font

CHEVRON = 4  # px, half of its width
ROOM = 16  # px before the text


class MoreButton(QAbstractButton):
    """A line with a chevron: pressed, what stands below is shown. Says how much there has been changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(small_font(self.font()))
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.toggled.connect(self._say)
        self._changed = 0
        self._say()

    def show_changed(self, count: int) -> None:
        """How many of the settings below are not as they usually are."""
        self._changed = count
        self._say()

    def _say(self, *_: object) -> None:
        title = _tr("More settings")
        if self._changed:
            changed = _tr("1 changed") if self._changed == 1 else _tr("{count} changed").format(count=self._changed)
            title = f"{title} · {changed}"
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(_tr("Shown") if self.isChecked() else _tr("Folded away"))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(ROOM + metrics.horizontalAdvance(self.text()) + GRID, metrics.height() + 2 * GRID)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter = colors_of(self), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = QColor(colors.text if self.underMouse() or self.hasFocus() else colors.muted)
        painter.setPen(QPen(color, 1.4))
        middle = QPointF(CHEVRON + 2, self.height() / 2)
        ends = ((-CHEVRON, -2), (0, 2), (CHEVRON, -2)) if self.isChecked() else ((-2, -CHEVRON), (2, 0), (-2, CHEVRON))
        points = [middle + QPointF(*end) for end in ends]
        painter.drawPolyline(points)
        area = self.rect().adjusted(ROOM, 0, 0, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, self.text())
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 1))
            painter.drawRoundedRect(self.rect().adjusted(0, 1, -1, -2), 3, 3)
        painter.end()


def _tr(text: str) -> str:
    return QCoreApplication.translate("SettingsForm", text)
