"""Choosing the base in the Model menu, and what the window says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import BUILTIN_DATASETS
from lora_studio.ui.base_actions import BaseActions
from lora_studio.ui.bases import BaseChange
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.main_window import MainWindow
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.widgets.run_bar import RunBar
from lora_studio.ui.widgets.status_line import StatusLine
from tests.ui.fakes import BASE, LORA_V, MODEL, FakeSession
from tests.ui.windows import retire, shown_window

MINE = replace(MODEL, name="LoRA-V", source="/studio/models/LoRA-V", parameters=109_384)


pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def session(qapp: QApplication) -> FakeSession:
    session = FakeSession(variants=(BASE, LORA_V))
    session.datasets = [DatasetModel(dataset) for dataset in BUILTIN_DATASETS]
    session.workspace_folder = Path("/studio")
    return session


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession) -> Iterator[MainWindow]:
    bridge = Bridge()
    window = shown_window(qtbot, session, bridge)
    yield window
    retire(window, session)
    bridge.close()


def become(session: FakeSession, recent: tuple[str, ...] = (MINE.source,)) -> None:
    session.model, session.recent_bases = MINE, recent
    session.model_ready.emit(MINE)


def named(window: MainWindow, text: str) -> QAction:
    return next(action for action in window.menus.actions() if action.text().replace("&", "") == text)


def test_a_folder_is_chosen_by_keyboard(
    window: MainWindow, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BaseActions, "ask_folder", lambda _: Path("/models/mine"))
    QTest.keySequence(window, QKeySequence("Ctrl+Shift+B"))
    monkeypatch.setattr(BaseActions, "ask_folder", lambda _: None)
    QTest.keySequence(window, QKeySequence("Ctrl+Shift+B"))
    assert session.calls == [("open_base", "/models/mine")]


def test_the_base_that_is_open_is_ticked(window: MainWindow, session: FakeSession) -> None:
    assert named(window, "Bundled MiniGPT").isChecked()
    become(session, (MINE.source, "/elsewhere/a&b"))
    mine, other = window.base_actions.recent.actions()
    assert (mine.text(), other.text()) == ("LoRA-V – models", "a&&b – elsewhere")
    assert (mine.isChecked(), other.isChecked(), named(window, "Bundled MiniGPT").isChecked()) == (True, False, False)
    assert other.toolTip() == "/elsewhere/a&b"


def test_a_recent_one_opens_again(window: MainWindow, session: FakeSession) -> None:
    become(session, (MINE.source, "/elsewhere/other"))
    other = window.base_actions.recent.actions()[1]
    other.trigger()
    named(window, "Bundled MiniGPT").trigger()
    assert session.calls == [("open_base", "/elsewhere/other"), ("open_base", "minigpt")]
    assert not named(window, "Bundled MiniGPT").isChecked()  # it is not open yet


def test_without_recent_ones_the_menu_says_so(window: MainWindow) -> None:
    recent = window.base_actions.recent.menuAction()
    assert not recent.isEnabled()
    assert recent.toolTip() == "No model folder has been opened yet."


def test_the_window_shows_which_base_is_open(window: MainWindow, session: FakeSession) -> None:
    bar, status = window.findChild(RunBar), window.findChild(StatusLine)
    assert bar is not None
    assert status is not None
    session.model = None
    session.model_left.emit()
    assert bar.model_label.text() == status.state_label.text() == "Loading the model…"
    assert not window.run_actions.train.isEnabled()
    assert not named(window, "Open model folder…").isEnabled()
    become(session)
    assert bar.model_label.text() == "LoRA-V · 109,384 parameters · CPU"
    assert status.state_label.text() == "Ready · LoRA-V · CPU"
    assert window.run_actions.train.isEnabled()


def test_a_change_is_told_with_a_way_back(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    become(session)
    session.base_changed.emit(BaseChange(MINE, MODEL, "LoRA V"))
    notice = window.notices.current()
    assert notice is not None
    assert notice.message == "LoRA V is the base now; it was written to …/models/LoRA-V."
    assert "The variants of MiniGPT left the board." in notice.advice
    assert window.notices.offer_button.text() == "&Open MiniGPT again"
    qtbot.mouseClick(window.notices.offer_button, Qt.MouseButton.LeftButton)
    assert session.calls == [("open_base", "minigpt")]
    session.base_changed.emit(BaseChange(MODEL, MINE))
    assert window.notices.current().message == "MiniGPT is the base now."  # type: ignore[union-attr]


def test_the_menu_uses_the_chosen_variant_as_base(window: MainWindow, session: FakeSession) -> None:
    window.variants_panel.choose("LoRA V")
    named(window, "Use as base").trigger()
    assert session.calls == [("use_as_base", "LoRA V")]


def test_a_window_that_is_gone_hears_of_no_base(session: FakeSession) -> None:
    """The session stays when a change of language brings another window."""
    bridge = Bridge()
    window = MainWindow(session.as_session(), bridge)
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    session.model_left.emit()  # what goes wrong in a slot fails the test
    bridge.close()


def test_during_a_run_the_base_stays(window: MainWindow, session: FakeSession) -> None:
    become(session)
    actions = window.base_actions
    session.set_run(RunState("running", 88, 160, 1.4))
    opening = actions.all()[1:]  # looking at what there is can be done all the time
    assert [action.isEnabled() for action in opening] == [False] * 3
    assert {action.toolTip() for action in opening} == {"A run is in progress."}
    session.set_run(RunState())
    assert all(action.isEnabled() for action in actions.all())
