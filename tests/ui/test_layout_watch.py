"""Whatever a person does with the panels is noticed, so that it can be kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from lora_studio.ui import layout_watch
from lora_studio.ui.layout_watch import LayoutWatch

pytestmark = pytest.mark.usefixtures("english")

Area = Qt.DockWidgetArea


class Watched:
    """A window with a dock on the left and two that share the right."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.window.setCentralWidget(QWidget())
        self.left, self.front, self.behind = (QDockWidget(name, self.window) for name in ("Left", "Front", "Behind"))
        self.window.addDockWidget(Area.LeftDockWidgetArea, self.left)
        self.window.addDockWidget(Area.RightDockWidgetArea, self.front)
        self.window.tabifyDockWidget(self.front, self.behind)
        self.front.raise_()
        self.window.resize(700, 400)
        self.window.show()
        qtbot.waitExposed(self.window)
        qtbot.wait(50)  # until the docks have settled
        self.told: list[None] = []
        LayoutWatch(self.window, lambda: self.told.append(None))


@pytest.fixture
def watched(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr(layout_watch, "AFTER_MS", 20)
    watched = Watched(qtbot)
    yield watched
    watched.left.setFloating(False)  # a dock of its own would outlive the window


ACTS: dict[str, Callable[[Watched], object]] = {
    "move to another side": lambda w: w.window.addDockWidget(Area.BottomDockWidgetArea, w.left),
    "float": lambda w: w.left.setFloating(True),
    "close": lambda w: w.left.close(),
    "close a tab": lambda w: w.front.close(),
    "close one behind a tab": lambda w: w.behind.close(),
    "raise a tab": lambda w: w.behind.raise_(),
    "put on another": lambda w: w.window.tabifyDockWidget(w.left, w.front),
    "resize a dock": lambda w: w.window.resizeDocks([w.left], [200], Qt.Orientation.Horizontal),
    "resize the window": lambda w: w.window.resize(800, 500),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_is_done_with_a_panel_is_noticed(qtbot: QtBot, watched: Watched, act: Callable[[Watched], object]) -> None:
    qtbot.wait(60)
    assert watched.told == []
    act(watched)
    qtbot.waitUntil(lambda: bool(watched.told))


def test_docking_and_opening_again_are_noticed(qtbot: QtBot, watched: Watched) -> None:
    for there, back in (
        (lambda: watched.left.setFloating(True), lambda: watched.left.setFloating(False)),
        (watched.left.close, watched.left.show),
    ):
        for act in (there, back):
            watched.told.clear()
            act()
            qtbot.waitUntil(lambda: bool(watched.told))
            qtbot.wait(60)


def test_the_end_of_the_window_is_no_change(qtbot: QtBot, watched: Watched) -> None:
    watched.window.close()
    qtbot.wait(60)
    assert watched.told == []
