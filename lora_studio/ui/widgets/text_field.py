"""A field for a longer text: two lines, and Tab goes on to the next field."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

LINES = 2
AROUND = 6  # px above and below the text: border and padding of the style sheet


class TextField(QPlainTextEdit):
    """Longer texts can be scrolled, with the wheel only while one is in the field."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(1)
        self.textChanged.connect(self.edited)

    def set_text(self, text: str) -> None:
        """Emits nothing."""
        if self.toPlainText() != text:
            with QSignalBlocker(self):
                self.setPlainText(text)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), LINES * self.fontMetrics().lineSpacing() + 2 + AROUND)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        document = self.document()
        if is_for_the_window(event, undo=document.isUndoAvailable(), redo=document.isRedoAvailable()):
            return True
        return super().event(event)


def is_for_the_window(event: QEvent, *, undo: bool, redo: bool) -> bool:
    """Leaves undo and redo that a text knows nothing of to the window, where they undo the setting.

    Args:
        event: what reached the text's `event`; ignored if it is for the window, and nothing else is to be done then.
        undo: whether the text has something to undo itself.
        redo: likewise.
    """
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    keys = QKeySequence.StandardKey
    result = (event.matches(keys.Undo) and not undo) or (event.matches(keys.Redo) and not redo)
    if result:
        event.ignore()
    return result
