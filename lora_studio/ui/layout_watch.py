"""Notices when a person moves the window or its panels, so that the layout is kept as one goes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow
from shiboken6 import isValid

AFTER_MS = 800  # of rest: a window that is being dragged moves a hundred times a second
TELLING = {
    QEvent.Type.Resize,
    QEvent.Type.Move,
    QEvent.Type.WindowStateChange,
    QEvent.Type.Show,  # of a dock: opened, or its tab came to the front
    QEvent.Type.Hide,
}


class LayoutWatch(QObject):
    """Calls `changed` a moment after the last change. Ends with the window."""

    def __init__(self, window: QMainWindow, changed: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._changed = changed
        self._rest = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._rest.timeout.connect(self._tell)
        window.installEventFilter(self)
        for dock in window.findChildren(QDockWidget):
            dock.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in TELLING:
            self._look()
        return False

    def _look(self) -> None:
        if isValid(self._window) and self._window.isVisible():  # docks tell of their own end, too
            self._rest.start()

    def _tell(self) -> None:
        if self._window.isVisible():  # one that another has replaced tells nothing
            self._changed()
