"""What the tests with the real engine share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lora_studio.ui.app import Studio
from tests.end_to_end.opened import WAIT, OpenAt, Opened
from tests.end_to_end.whole_program import StudioAt, end


@pytest.fixture
def reopen(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenAt]:
    """Opens the same workspace each time; what was open before is closed."""
    opened: list[Opened] = []

    def again() -> Opened:
        if opened:
            opened.pop().close()
        opened.append(Opened(tmp_path / "workspace", qtbot))
        return opened[0]

    yield again
    opened.pop().close()


@pytest.fixture
def studio_at(qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[StudioAt]:
    """Opens the program on a workspace. It must not end the tests' application."""
    monkeypatch.setattr(qapp, "quit", lambda: None)
    opened: list[Studio] = []
    locale = QLocale()

    def open_at(folder: Path) -> Studio:
        studio = Studio(qapp, folder)
        opened.append(studio)
        qtbot.waitUntil(lambda: studio.session.plan is not None, timeout=WAIT)
        return studio

    yield open_at
    for studio in opened:
        if studio.engine_thread.isRunning():
            end(studio, qtbot)
        studio.dispose()  # what the application keeps would reach other tests
    QLocale.setDefault(locale)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
