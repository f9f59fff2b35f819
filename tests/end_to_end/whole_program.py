"""The whole program in one process, as `lora-studio` puts it together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from lora_studio.ui.app import Studio
from tests.end_to_end.opened import WAIT

StudioAt = Callable[[Path], Studio]


def end(studio: Studio, qtbot: QtBot) -> None:
    studio.session.cancel()
    qtbot.waitUntil(lambda: not studio.session.run.active, timeout=WAIT)
    studio.window.close()
    qtbot.waitUntil(lambda: not studio.engine_thread.isRunning(), timeout=WAIT)
