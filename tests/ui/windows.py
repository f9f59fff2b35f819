"""The whole window, shown for a test and destroyed after it."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lora_studio.ui.bridge import Bridge
from lora_studio.ui.main_window import MainWindow
from lora_studio.ui.run_tracker import RunState
from tests.ui.fakes import FakeSession


def shown_window(qtbot: QtBot, session: FakeSession, bridge: Bridge) -> MainWindow:
    window = MainWindow(session.as_session(), bridge)
    window.resize(1280, 800)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    return window


def retire(window: MainWindow, session: FakeSession | None = None) -> None:
    """Destroys the window at once: every one that is left makes the next change of theme slower."""
    if session is not None:
        session.run = RunState()  # a window that is closed during a run asks first, and nobody would answer
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
