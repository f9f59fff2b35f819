"""What the small windows share that are opened from a panel, and go with the window that it is in."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from lora_studio.ui import icons


class CompanionWindow(QWidget):
    """Holds nothing up. Esc closes it, and so does the end of its parent's window; then it is deleted."""

    def __init__(self, size: tuple[int, int], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowIcon(icons.application_icon())
        self.resize(*size)
        for keys in (QKeySequence(QKeySequence.StandardKey.Close), QKeySequence(Qt.Key.Key_Escape)):
            QShortcut(keys, self).activated.connect(self.leave)
        if parent is not None:
            parent.window().installEventFilter(self)
            self._stand_before(parent.window())

    def _stand_before(self, window: QWidget) -> None:
        """In the middle of the window that it belongs to, as far as the screen has room."""
        place = QRect(QPoint(), self.size())
        place.moveCenter(window.frameGeometry().center())
        room = window.screen().availableGeometry()
        left = max(room.left(), min(place.left(), room.right() - place.width()))
        top = max(room.top(), min(place.top(), room.bottom() - place.height()))
        self.move(left, top)

    def leave(self) -> None:
        """By the keyboard."""
        self.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Sees the parent's window go; what hides it only for a while, as minimizing does, is spontaneous."""
        if watched is not self and event.type() == QEvent.Type.Hide and not event.spontaneous():
            self.close()
        return super().eventFilter(watched, event)
