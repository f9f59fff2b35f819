"""The time machine's slider: it snaps to kept states, can be worked with keys, plays, and asks for what it shows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lora_studio.ui.widgets.time_slider import TimeSlider

pytestmark = pytest.mark.usefixtures("english")

STEPS = (0, 10, 20, 1500, 3000)


class Opened:
    """A slider on the screen, and what it asked for."""

    def __init__(self, qtbot: QtBot) -> None:
        self.bar = TimeSlider()
        self.bar.resize(600, 30)
        qtbot.addWidget(self.bar)
        self.bar.show_run(STEPS, 3000, None)
        self.bar.show()
        self.asked: list[int | None] = []
        self.bar.wanted.connect(self.asked.append)

    @property
    def text(self) -> str:
        return self.bar.label.text()

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.bar.slider, key)


@pytest.fixture
def opened(qtbot: QtBot) -> Opened:
    return Opened(qtbot)


def test_it_begins_at_the_result(opened: Opened) -> None:
    assert opened.text == "result"
    assert opened.bar.place() is None
    assert opened.bar.step == 3000
    assert not opened.bar.back.isEnabled()
    assert opened.asked == []


def test_keys_go_from_state_to_state(opened: Opened) -> None:
    opened.press(Qt.Key.Key_Home)
    assert opened.text == "step 0 of 3,000"
    opened.press(Qt.Key.Key_Right)
    opened.press(Qt.Key.Key_Right)
    opened.press(Qt.Key.Key_Right)
    assert opened.text == "step 1,500 of 3,000"
    assert opened.bar.slider.accessibleDescription() == opened.text
    opened.press(Qt.Key.Key_Left)
    opened.press(Qt.Key.Key_End)
    assert opened.asked == [0, 10, 20, 1500, 20, None]


def test_a_click_snaps_to_a_kept_step(opened: Opened) -> None:
    slider = opened.bar.slider
    start = QPoint(round(slider.x_of(slider.value())), slider.height() // 2)
    near = QPoint(round(slider.x_of(1)) + 3, slider.height() // 2)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(slider, near)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=near)
    assert opened.asked[-1] == 10
    assert opened.text == "step 10 of 3,000"


def test_the_last_state_of_the_run_is_its_result(opened: Opened) -> None:
    opened.press(Qt.Key.Key_Left)
    assert opened.asked == [1500]


def test_back_to_the_result(opened: Opened) -> None:
    opened.press(Qt.Key.Key_Home)
    QTest.mouseClick(opened.bar.back, Qt.MouseButton.LeftButton)
    assert opened.asked == [0, None]
    assert opened.text == "result"
    assert not opened.bar.back.isEnabled()


def test_playing_goes_through_all_states_and_ends_at_the_result(opened: Opened, qtbot: QtBot) -> None:
    QTest.mouseClick(opened.bar.play, Qt.MouseButton.LeftButton)
    assert opened.bar.playing
    assert opened.bar.play.accessibleName() == "Stop playing"
    qtbot.waitUntil(lambda: not opened.bar.playing)
    assert opened.asked == [0, 10, 20, 1500, None]
    assert opened.bar.play.accessibleName() == "Play the training"


def test_playing_can_be_stopped_and_stops_when_hidden(opened: Opened) -> None:
    QTest.mouseClick(opened.bar.play, Qt.MouseButton.LeftButton)
    QTest.mouseClick(opened.bar.play, Qt.MouseButton.LeftButton)
    assert not opened.bar.playing
    QTest.mouseClick(opened.bar.play, Qt.MouseButton.LeftButton)
    opened.bar.hide()
    assert not opened.bar.playing


def test_an_older_answer_does_not_pull_at_the_slider(opened: Opened) -> None:
    opened.press(Qt.Key.Key_Home)
    opened.press(Qt.Key.Key_Right)
    opened.bar.show_run(STEPS, 3000, 0)
    assert opened.text == "step 10 of 3,000"
    opened.bar.show_run(STEPS, 3000, 10)
    opened.bar.show_run(STEPS, 3000, 20)  # shown by somebody else
    assert opened.text == "step 20 of 3,000"
    assert opened.asked == [0, 10]


def test_what_was_refused_goes_back_to_what_is_shown(opened: Opened) -> None:
    opened.bar.show_run(STEPS, 3000, 20)
    opened.press(Qt.Key.Key_Home)
    opened.bar.refused()
    assert opened.text == "step 20 of 3,000"


def test_without_kept_states_there_is_only_the_batch(opened: Opened, qtbot: QtBot) -> None:
    opened.bar.show_run((), 40, None)
    assert not opened.bar.slider.isVisible()
    assert not opened.bar.play.isVisible()
    with qtbot.waitSignal(opened.bar.batch_wanted):
        QTest.keyClick(opened.bar.batch, Qt.Key.Key_Space)
    assert opened.bar.step == 40


def test_what_has_the_focus_has_a_name(opened: Opened) -> None:
    bar = opened.bar
    assert all(widget.accessibleName() for widget in (bar.slider, bar.play, bar.back, bar.batch))


def test_in_a_narrow_panel_the_words_make_room(opened: Opened) -> None:
    assert opened.bar.label.isVisible()
    opened.bar.resize(240, 30)
    assert not opened.bar.label.isVisible()
    assert opened.bar.slider.width() >= 60
