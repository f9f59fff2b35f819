"""The time machine in the whole program: train, go back, look at a batch, ask which sentence did it, begin again."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lora_studio.ui.app import Studio
from tests.end_to_end.opened import CAT, WAIT
from tests.end_to_end.whole_program import StudioAt, end


def shown_step(studio: Studio) -> int | None:
    return studio.session.variants[-1].step


def test_going_back_through_the_training(studio_at: StudioAt, qtbot: QtBot, tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    studio.session.train()
    qtbot.waitUntil(lambda: len(studio.session.variants) == 2 and not studio.session.run.active, timeout=WAIT)
    window = studio.window
    bar, inspector = window.training_panel.time, window.inspector_panel
    qtbot.waitUntil(lambda: bool(studio.session.variants[-1].steps), timeout=WAIT)
    qtbot.waitUntil(bar.slider.isVisible, timeout=WAIT)

    QTest.keyClick(bar.slider, Qt.Key.Key_Home)
    QTest.keyClick(bar.slider, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: shown_step(studio) == studio.session.variants[-1].steps[1], timeout=WAIT)
    QTest.mouseClick(bar.batch, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: inspector.batch.isVisible() and bool(inspector.batch.rows()), timeout=WAIT)
    inspector.show_influence(CAT, "sofa")
    qtbot.waitUntil(lambda: inspector.influence.count() > 0, timeout=WAIT)
    assert inspector.influence.item(0).text() == "die katze sitzt auf dem sofa"
    QTest.mouseClick(bar.back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown_step(studio) is None, timeout=WAIT)
    end(studio, qtbot)

    again = studio_at(tmp_path)
    qtbot.waitUntil(lambda: len(again.session.variants) == 2 and bool(again.session.variants[1].steps), timeout=WAIT)
    again.window.training_panel.show_variant(again.session.variants[1].name)
    slider = again.window.training_panel.time.slider
    qtbot.waitUntil(slider.isVisible, timeout=WAIT)
    QTest.keyClick(slider, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: shown_step(again) == 0, timeout=WAIT)
    end(again, qtbot)
