"""What is wrong with a field, said beside it without moving what stands there."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QLabel, QWidget

from lora_studio.ui.theme import GRID, small_font

LEAST_ROOM = 60  # px
GAP = 2  # px between the field and what is said about it


class ProblemBubble(QLabel):
    """Lies over the form, and lets the mouse through to what it covers."""

    def __init__(self, form: QWidget, field: QWidget) -> None:
        super().__init__(form)
        self._form = form
        self._field = field
        self.setProperty("role", "problem")
        self.setFont(small_font(self.font()))
        self.setWordWrap(True)
        self.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, GRID // 2)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def show_reason(self) -> None:
        """Over the field's own title, or above a field that is as wide as the form."""
        field = self._place_of_field()
        edge = self._form.mapTo(self._ground(), QPoint()).x() if self._ground() is not self._form else 0
        room = field.left() - GRID - edge
        if room < LEAST_ROOM:
            self._fit(field.width())
            self._stand(QPoint(field.right() + 1 - self.width(), field.top() - GAP - self.height()))
        else:
            self._fit(room)
            self._stand(QPoint(edge + room - self.width(), field.center().y() - self.height() // 2))

    def _ground(self) -> QWidget:
        ground = self._form.parentWidget() or self._form
        if self.parentWidget() is not ground:
            self.setParent(ground)
        return ground

    def _place_of_field(self) -> QRect:
        return QRect(self._field.mapTo(self._ground(), QPoint()), self._field.size())

    def _fit(self, room: int) -> None:
        width = min(self._one_line(), room)
        self.setFixedSize(width, self.heightForWidth(width))

    def _stand(self, place: QPoint) -> None:
        self.move(place)
        self.show()
        self.raise_()

    def _one_line(self) -> int:
        margins = self.contentsMargins()
        return self.fontMetrics().horizontalAdvance(self.text()) + margins.left() + margins.right() + 2 * GRID

    def go_home(self) -> None:
        """Goes with the form, which may be about to be deleted."""
        self.hide()
        self.setParent(self._form)
