"""The training panel in time: past runs, the batch of a step, and the slider that shows earlier states."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from lora_studio.core.engine import Engine
from lora_studio.core.events import Event, Finished, Started
from lora_studio.core.methods import Lora
from lora_studio.core.recipe import Recipe, TrainingSettings
from lora_studio.core.run_folder import RunFolder
from lora_studio.ui.stored_run import told_run
from lora_studio.ui.widgets.run_curves import RunCurves
from tests.ui.fakes import FakeSession
from tests.ui.training_runs import FINISHED, KATZE, STEPS, Shown, run_events

pytestmark = pytest.mark.usefixtures("english")

REAL_STEPS = 24


class Ran:
    """A run that has been made, with its folder, its events and the engine that made it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = Engine()
        self.engine.open("minigpt")
        training = TrainingSettings(epochs=12, probe_every=6)
        self.recipe = Recipe(method=Lora(targets=("v_proj",)), training=training)
        self.events: list[Event] = list(self.engine.run(self.recipe, RunFolder(folder)).events())

    def session(self) -> FakeSession:
        session = FakeSession(variants=self.engine.summaries())
        session.asker.engine = self.engine
        return session

    @property
    def step(self) -> int | None:
        return self.engine.variants.named("LoRA V").summary.step


@pytest.fixture
def ran(tmp_path: Path) -> Ran:
    return Ran(tmp_path / "2026-11-24-103100-lora-v")


def back_button(shown: Shown) -> QPushButton:
    return next(button for button in shown.panel.findChildren(QPushButton) if "current run" in button.text())


def click(shown: Shown, step: float, *, drag: int = 0) -> None:
    """Presses the loss plot at a step, and lets go `drag` pixels further."""
    view = shown.plots.loss
    place = view.mapFromScene(view.view.mapViewToScene(view.view.viewRect().center()))
    place.setX(round(view.mapFromScene(view.view.mapViewToScene(QPointF(step, 0))).x()))
    left, viewport = Qt.MouseButton.LeftButton, view.viewport()
    QTest.mousePress(viewport, left, pos=place)
    for moved in (drag // 2, drag) if drag else ():
        QTest.qWait(20)  # pyqtgraph leaves out moves that come too fast
        where = QPointF(place + QPoint(moved, 0))
        there = viewport.mapToGlobal(where)
        held = QMouseEvent(QEvent.Type.MouseMove, where, there, left, left, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(viewport, held)
    QTest.mouseRelease(viewport, left, pos=place + QPoint(drag, 0))


# Past runs


def test_a_past_run_is_drawn_as_it_was_told(qtbot: QtBot, ran: Ran) -> None:
    shown = Shown(qtbot)
    shown.feed([*run_events(), FINISHED])
    shown.session.run_events = (*run_events(), FINISHED)
    shown.panel.show_run(ran.folder)
    qtbot.waitUntil(lambda: shown.status.startswith("LoRA V · "))
    assert f"{REAL_STEPS} steps" in shown.status
    qtbot.waitUntil(lambda: len(shown.drawn()[0]) == REAL_STEPS)
    assert shown.panel.shown_run.path == ran.folder
    QTest.mouseClick(back_button(shown), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(shown.drawn()[0]) == STEPS)
    assert not back_button(shown).isVisible()
    assert shown.status == "LoRA V: 40 steps in 1.2 s"


def test_what_is_read_back_is_what_was_told(ran: Ran) -> None:
    read, told = told_run(ran.folder).curves, RunCurves()
    told.take(ran.events, ran.recipe.probes)
    assert (read.loss_steps, read.losses) == (told.loss_steps, told.losses)
    assert repr(read.prompts) == repr(told.prompts)  # there are NaNs in them
    assert read.drifts == told.drifts
    assert isinstance(read.ended, Finished)
    assert read.ended.variant == "LoRA V"


def test_there_is_no_way_back_where_there_was_no_other_run(qtbot: QtBot, ran: Ran) -> None:
    shown = Shown(qtbot)
    shown.panel.show_run(ran.folder)
    qtbot.waitUntil(lambda: shown.panel.shown_run.path == ran.folder)
    assert not back_button(shown).isVisible()
    shown.panel.show_current_run()
    assert shown.status == "no run yet"


def test_a_new_run_takes_the_place_of_a_past_one(qtbot: QtBot, ran: Ran) -> None:
    shown = Shown(qtbot)
    shown.panel.show_run(ran.folder)
    qtbot.waitUntil(lambda: shown.panel.shown_run.path == ran.folder)
    shown.session.run_events = tuple(run_events(until=4))
    shown.feed(run_events(until=4))
    assert not back_button(shown).isVisible()
    qtbot.waitUntil(lambda: len(shown.drawn()[0]) == 4)


def test_events_of_the_run_in_progress_do_not_disturb_a_past_one(qtbot: QtBot, ran: Ran) -> None:
    shown = Shown(qtbot)
    events = run_events()
    shown.session.run_events = tuple(events[:9])
    shown.feed(events[:9])
    shown.panel.show_run(ran.folder)
    qtbot.waitUntil(lambda: len(shown.drawn()[0]) == REAL_STEPS)
    shown.session.run_events = tuple(events)
    shown.feed(events[9:])
    assert len(shown.drawn()[0]) == REAL_STEPS
    QTest.mouseClick(back_button(shown), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(shown.drawn()[0]) == STEPS)


def test_the_run_in_progress_is_no_past_one(qtbot: QtBot, ran: Ran) -> None:
    shown = Shown(qtbot)
    events = run_events()
    shown.session.run_events = tuple(events[:9])
    shown.feed(events[:9])
    shown.session.history.live = ran.folder
    shown.panel.show_run(ran.folder)
    qtbot.wait(300)
    shown.session.run_events = tuple(events)
    shown.feed(events[9:])
    qtbot.waitUntil(lambda: len(shown.drawn()[0]) == STEPS)
    assert not back_button(shown).isVisible()


def test_a_folder_without_a_run_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    shown = Shown(qtbot)
    with qtbot.waitSignal(shown.session.problem):
        shown.panel.show_run(tmp_path)
    assert shown.status == "no run yet"


def test_the_chosen_variants_run_comes(qtbot: QtBot, ran: Ran) -> None:
    shown = Shown(qtbot, ran.session())
    shown.panel.show_variant("Base")
    shown.panel.show_variant("LoRA V")
    qtbot.waitUntil(lambda: shown.panel.shown_run.path == ran.folder)
    assert shown.panel.time.slider.isVisible()


# Steps


def test_a_click_on_the_loss_asks_for_the_nearest_step(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.feed([*run_events(), FINISHED])
    clicked: list[int] = []
    shown.panel.step_clicked.connect(clicked.append)
    click(shown, 17.2)
    assert clicked == [17]


def test_dragging_the_plot_is_no_click(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.feed([*run_events(), FINISHED])
    clicked: list[int] = []
    shown.panel.step_clicked.connect(clicked.append)
    click(shown, 17.2, drag=60)
    assert clicked == []


def test_the_batch_can_be_asked_for_with_keys(qtbot: QtBot, ran: Ran) -> None:
    shown = live(qtbot, ran)
    clicked: list[int] = []
    shown.panel.step_clicked.connect(clicked.append)
    QTest.keyClick(shown.panel.time.batch, Qt.Key.Key_Space)
    QTest.keyClick(shown.panel.time.slider, Qt.Key.Key_Left)
    QTest.keyClick(shown.panel.time.batch, Qt.Key.Key_Space)
    QTest.keyClick(shown.panel.time.slider, Qt.Key.Key_Home)
    QTest.keyClick(shown.panel.time.batch, Qt.Key.Key_Space)
    assert clicked == [REAL_STEPS, ran.session().variants[1].steps[-2], 1]


def test_without_a_run_there_is_no_slider(qtbot: QtBot) -> None:
    assert not Shown(qtbot).panel.time.isVisible()


# The time machine


def live(qtbot: QtBot, ran: Ran) -> Shown:
    """The run has just ended."""
    session = ran.session()
    session.run_events = tuple(ran.events)
    shown = Shown(qtbot, session)
    qtbot.waitUntil(shown.panel.time.slider.isVisible)
    return shown


def test_the_slider_stands_beside_the_words_where_there_is_room(qtbot: QtBot, ran: Ran) -> None:
    shown = live(qtbot, ran)
    words, slider = shown.labels[0], shown.panel.time
    shown.panel.resize(900, 260)
    qtbot.waitUntil(lambda: slider.x() > words.geometry().right())
    assert slider.geometry().top() < words.geometry().bottom()
    shown.panel.resize(420, 260)
    qtbot.waitUntil(lambda: slider.y() > words.geometry().bottom())


def test_the_slider_shows_the_variant_as_it_was(qtbot: QtBot, ran: Ran) -> None:
    def sofa() -> float:
        found = ran.engine.compare(KATZE, "sofa")
        share = found.probabilities[1][found.tokens.index("sofa")]
        assert share is not None
        return share

    shown = live(qtbot, ran)
    result = sofa()
    QTest.keyClick(shown.panel.time.slider, Qt.Key.Key_Home)
    assert ran.step == 0
    assert shown.session.variants[1].step == 0
    assert sofa() < result
    assert shown.plots.loss.marked_step == 0
    assert shown.plots.share.marked_step == 0
    QTest.mouseClick(shown.panel.time.back, Qt.MouseButton.LeftButton)
    assert ran.step is None
    assert sofa() == result
    assert shown.plots.loss.marked_step is None


def test_a_state_that_is_damaged_is_told_and_the_slider_goes_back(qtbot: QtBot, ran: Ran) -> None:
    shown = live(qtbot, ran)
    for file in (ran.folder / "snapshots").iterdir():
        file.write_bytes(b"nothing")
    with qtbot.waitSignal(shown.session.asker.problem):
        QTest.keyClick(shown.panel.time.slider, Qt.Key.Key_Home)
    assert shown.panel.time.place() is None
    assert ran.step is None


def test_a_run_whose_variant_is_gone_has_no_slider(qtbot: QtBot, ran: Ran) -> None:
    shown = live(qtbot, ran)
    ran.engine.detach("LoRA V")
    shown.session.set_variants(ran.engine.summaries())
    assert not shown.panel.time.slider.isVisible()
    assert shown.panel.time.batch.isVisible()


def test_who_follows_hears_which_run_is_shown(qtbot: QtBot, ran: Ran) -> None:
    shown = Shown(qtbot)
    heard: list[object] = []
    shown.panel.run_shown.connect(heard.append)
    shown.feed([Started("LoRA all", 3, 1, ())])
    shown.panel.show_run(ran.folder)
    qtbot.waitUntil(lambda: shown.panel.shown_run.path == ran.folder)
    assert [(run.variant, run.path) for run in heard] == [("LoRA all", None), ("LoRA V", ran.folder)]  # type: ignore[attr-defined]
