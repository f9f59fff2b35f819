"""The whole program on a real screen. `python -m tests.on_screen.start` (in `make test`) makes one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

if os.environ.get("LORA_STUDIO_TEST_SCREEN") != "1":
    collect_ignore_glob = ["test_*.py"]  # they run on a screen of their own
else:
    from PySide6.QtCore import QCoreApplication, QEvent, QLocale
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from lora_studio import paths
    from lora_studio.ui.app import Studio
    from lora_studio.ui.preferences import Preferences, write_preferences
    from tests.on_screen.hands import Hands
    from tests.on_screen.person import Person

    @pytest.fixture
    def hands(qtbot: QtBot) -> Hands:
        return Hands(qtbot)

    @pytest.fixture
    def workspace(tmp_path: Path) -> Path:
        return tmp_path / "workspace"

    @pytest.fixture
    def preferences() -> Preferences:
        """Those of somebody who knows the tour."""
        return Preferences(language="en", theme="light", tour="done")

    @pytest.fixture
    def open_studio(
        hands: Hands,
        qapp: QApplication,
        workspace: Path,
        preferences: Preferences,
        monkeypatch: pytest.MonkeyPatch,
    ) -> Iterator[Callable[[], Person]]:
        """Opens the program on the test's workspace, as after a double click; what was open before is quit first."""
        studios: list[Studio] = []
        locale = QLocale()
        monkeypatch.setattr(qapp, "quit", lambda: None)  # the tests' application goes on
        write_preferences(paths.preferences_file(), preferences)

        def close() -> None:
            studio = studios.pop()
            studio.session.queue.set_held(True)
            studio.session.cancel()
            hands.wait(lambda: not studio.session.run.active)
            if studio.engine_thread.isRunning():
                studio.window.close()
                hands.wait(lambda: not studio.engine_thread.isRunning())
            studio.dispose()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

        def open_again() -> Person:
            if studios:
                close()
            studio = Studio(qapp, workspace)
            studios.append(studio)
            studio.window.resize(1440, 900)
            studio.window.move(0, 0)
            hands.wait(lambda: studio.session.plan is not None)
            hands.wait(studio.window.isActiveWindow)
            return Person(studio, hands)

        yield open_again
        if studios:
            close()
        QLocale.setDefault(locale)
