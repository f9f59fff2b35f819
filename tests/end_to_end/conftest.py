"""What the tests with the real engine share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.end_to_end.opened import OpenAt, Opened


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
