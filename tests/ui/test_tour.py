"""The tour: it shows, it follows what the person does, and it can be left at any moment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import BUILTIN_DATASETS
from lora_studio.core.errors import DataError
from lora_studio.core.events import Receipt
from lora_studio.ui import tour as tour_module
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.main_window import MainWindow
from lora_studio.ui.preferences import Preferences, tour_is_due, write_preferences
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.tour import COMPARE, PROBE, SAVE, TRAIN, WATCH
from lora_studio.ui.widgets.tour_card import place_beside
from tests.ui.fakes import BASE, LORA_V, FakeSession
from tests.ui.windows import retire, shown_window

pytestmark = pytest.mark.usefixtures("english")

RECEIPT = Receipt("adapter", "/studio/adapters/lora-v", 7, 1e-7, (), 40_960)


@pytest.fixture
def session(qapp: QApplication) -> FakeSession:
    session = FakeSession(variants=(BASE, LORA_V))
    session.datasets = [DatasetModel(dataset) for dataset in BUILTIN_DATASETS]
    return session


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setattr(tour_module, "READING_MS", 0)
    monkeypatch.setattr(tour_module, "SHORTEST_MS", 0)
    bridge = Bridge()
    window = shown_window(qtbot, session, bridge)
    yield window
    retire(window, session)
    bridge.close()


def test_it_does_not_come_unasked(window: MainWindow) -> None:
    assert window.tour.step == -1
    assert not window.tour.card.isVisible()


def test_next_leads_through_five_steps_to_the_end(qtbot: QtBot, window: MainWindow) -> None:
    window.start_tour()
    seen = []
    with qtbot.waitSignal(window.tour_ended):
        for _ in range(5):
            seen.append(window.tour.step)
            assert window.tour.card.isVisible()
            QTest.mouseClick(window.tour.card.next_button, Qt.MouseButton.LeftButton)
    assert seen == [PROBE, TRAIN, WATCH, COMPARE, SAVE]
    assert not window.tour.card.isVisible()
    assert not window.tour.spotlight.isVisible()


@pytest.mark.parametrize("step", [PROBE, WATCH, SAVE])
def test_escape_leaves_it_at_any_moment(qtbot: QtBot, window: MainWindow, step: int) -> None:
    window.start_tour()
    for _ in range(step):
        window.tour.go_on()
    with qtbot.waitSignal(window.tour_ended):
        QTest.keySequence(window, QKeySequence("Esc"))
    assert window.tour.step == -1


def test_a_message_and_the_tour_are_closed_one_after_the_other(window: MainWindow, session: FakeSession) -> None:
    window.start_tour()
    session.problem.emit(DataError("Line {line} is not valid JSON.", line=3))
    QTest.keySequence(window, QKeySequence("Esc"))
    assert window.notices.isVisible() != (window.tour.step == PROBE)
    QTest.keySequence(window, QKeySequence("Esc"))
    assert not window.notices.isVisible()
    assert window.tour.step == -1


def test_it_follows_what_the_person_does(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    window.start_tour()
    prompt = window.probe_panel.findChild(QLineEdit)
    assert prompt is not None
    QTest.keyClicks(prompt, "x")
    qtbot.waitUntil(lambda: window.tour.step == TRAIN)
    QTest.mouseClick(window.train_button(), Qt.MouseButton.LeftButton)
    assert ("train",) in session.calls
    session.set_run(RunState("running", 1, 160))
    assert window.tour.step == WATCH
    assert not window.training_panel.visibleRegion().isEmpty()
    session.set_run(RunState())
    assert window.tour.step == WATCH  # a small run is over before the words are read
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: window.tour.step == COMPARE)
    QTest.keyClicks(prompt, "y")
    qtbot.waitUntil(lambda: window.tour.step == SAVE)
    session.receipt.emit(RECEIPT)
    assert window.tour.step == -1


def test_what_is_typed_at_the_start_goes_into_the_prompt(window: MainWindow) -> None:
    window.start_tour()
    typing_goes_to = window.focusWidget()
    assert isinstance(typing_goes_to, QLineEdit)
    QTest.keyClicks(typing_goes_to, "das kind")
    assert window.probe_panel.prompt() == "das kind"
    assert window.tour.step == PROBE
    QTest.mouseClick(window.tour.card.next_button, Qt.MouseButton.LeftButton)
    assert window.focusWidget() is typing_goes_to  # a click on the card takes nothing away


def test_return_presses_the_button_that_has_the_focus(window: MainWindow) -> None:
    window.start_tour()
    window.tour.card.next_button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(window.tour.card.next_button, Qt.Key.Key_Return)
    assert window.tour.step == TRAIN


def test_no_step_goes_by_before_it_is_read(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tour_module, "SHORTEST_MS", 4000)
    window.start_tour()
    QTest.keyClicks(window.focusWidget(), "x")
    assert window.tour.step == PROBE
    assert window.tour._next.remainingTime() > 3000


def test_a_run_of_the_queue_leads_nowhere(window: MainWindow, session: FakeSession) -> None:
    window.start_tour()
    session.begun_by_person = False
    session.set_run(RunState("running", 1, 160))
    assert window.tour.step == PROBE


def test_the_last_step_points_at_the_button_that_saves(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1700, 900)
    window.start_tour()
    for _ in range(SAVE):
        window.tour.go_on()
    panel = window.variants_panel
    button = panel.bar.widgetForAction(panel.actions_.save)
    assert button is not None
    qtbot.waitUntil(lambda: window.tour.spotlight.target.contains(button.mapTo(window, button.rect().center())))
    assert window.tour.spotlight.target.width() < 2 * button.width()


def test_the_curves_stay_in_sight_while_the_answers_are_compared(window: MainWindow, qtbot: QtBot) -> None:
    window.start_tour()
    for _ in range(COMPARE):
        window.tour.go_on()
    curves = window.training_panel
    place = QRect(curves.mapTo(window, QPoint()), curves.size())
    qtbot.waitUntil(lambda: not window.tour.card.geometry().intersects(place))


def test_the_window_can_be_used_meanwhile(window: MainWindow) -> None:
    window.start_tour()
    prompt = window.probe_panel.findChild(QLineEdit)
    assert prompt is not None
    middle = prompt.mapTo(window, prompt.rect().center())
    assert window.childAt(middle) is prompt  # the spotlight lets the mouse through


def test_what_is_meant_is_outlined_and_the_card_stands_beside_it(window: MainWindow, qtbot: QtBot) -> None:
    window.start_tour()
    window.tour.go_on()
    button = window.train_button()
    place = QRect(button.mapTo(window, QPoint()), button.size())
    qtbot.waitUntil(lambda: window.tour.card.geometry().left() > 0)
    assert not window.tour.card.geometry().intersects(place)
    assert window.rect().contains(window.tour.card.geometry())
    window.resize(1000, 640)
    qtbot.waitUntil(lambda: window.rect().contains(window.tour.card.geometry()))
    assert not window.tour.spotlight.grab().isNull()


def test_a_panel_that_comes_to_the_front_is_outlined(qtbot: QtBot, window: MainWindow) -> None:
    window.start_tour()
    while window.tour.step < WATCH:
        window.tour.go_on()
    panel = window.training_panel
    qtbot.waitUntil(lambda: not window.tour.spotlight.target.isEmpty())
    place = QRect(panel.mapTo(window, QPoint()), panel.size())
    assert window.tour.spotlight.target.contains(place)


def test_it_can_be_taken_again(window: MainWindow) -> None:
    again = next(action for action in window.menus.actions() if "tour" in action.text())
    for _ in range(2):
        again.trigger()
        assert window.tour.step == PROBE
        window.tour.leave()


@pytest.mark.parametrize(
    "target", [QRect(0, 0, 100, 100), QRect(700, 10, 90, 580), QRect(5, 5, 790, 590), QRect(300, 500, 200, 90)]
)
def test_the_card_is_always_inside(target: QRect) -> None:
    room, size = QRect(0, 0, 800, 600), QSize(330, 150)
    assert room.contains(QRect(place_beside(size, target, room), size))


# When it comes by itself


def test_the_first_start_is_one_without_preferences(tmp_path: Path) -> None:
    file = tmp_path / "preferences.json"
    assert tour_is_due(file)
    write_preferences(file, Preferences())
    assert not tour_is_due(file)
    write_preferences(file, Preferences(tour="due"))
    assert tour_is_due(file)
    write_preferences(file, Preferences(tour="done"))
    assert not tour_is_due(file)
