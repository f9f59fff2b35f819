"""Waiting for a window to be on the screen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

LONGEST_WAIT_MS = 1000  # a window that starts minimised may not be painted for long


class AfterFirstPaint(QObject):
    """Calls `then` once, when `window` has been painted for the first time."""

    def __init__(self, window: QWidget, then: Callable[[], None]) -> None:
        super().__init__(window)
        self._then: Callable[[], None] | None = then
        self._window = window
        window.installEventFilter(self)
        QTimer.singleShot(LONGEST_WAIT_MS, self, self._go)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self, self._go)  # the children are painted in the same pass
        return False

    def _go(self) -> None:
        then, self._then = self._then, None
        if then:
            self._window.removeEventFilter(self)
            then()
