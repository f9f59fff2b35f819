"""Experiments from the menu: they run beside everything else, can be cancelled, and leave nothing behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lora_studio.core.errors import RunError
from lora_studio.core.experiments import EXPERIMENTS, Experiment, Progress
from lora_studio.core.experiments.experiment import Running
from lora_studio.core.experiments.results import Column, Result, Table
from lora_studio.ui.experiments import Experiments
from lora_studio.ui.open_experiments import OpenExperiments
from tests.ui.fakes import FakeSession

RESULT = Result("sample", "A sample", {}, (), (), (Table("t", "A table", (Column("Word"),), (("sofa",),)),))


def _finds(seed: int, out: Path | None) -> Running:
    yield Progress("LoRA V", 1, 2)
    return RESULT


def _never_ends(seed: int, out: Path | None) -> Running:
    while True:
        time.sleep(0.001)
        yield Progress("LoRA V", 1, 4)


def _fails(seed: int, out: Path | None) -> Running:
    yield Progress("LoRA V", 1, 2)
    raise RunError("Training stopped at step {step}: no reason.", step=3)


@pytest.fixture
def experiments(qtbot: QtBot, tmp_path: Path) -> Iterator[Experiments]:
    window = QWidget()
    qtbot.addWidget(window)
    found = Experiments(FakeSession().as_session(), window)
    yield found
    found.close()


def test_every_experiment_has_an_entry_that_says_what_it_does(experiments: Experiments) -> None:
    *built_in, own = experiments.actions_
    assert [action.data() for action in built_in] == [experiment.name for experiment in EXPERIMENTS]
    assert own is experiments.compare_methods
    assert all(action.statusTip() for action in experiments.actions_)


def test_the_result_is_shown_when_it_is_there(experiments: Experiments, qtbot: QtBot) -> None:
    window = experiments.open(Experiment("sample", "A sample", "Finds a word.", _finds))
    qtbot.waitUntil(lambda: window.result is not None)
    assert window.view is not None


def test_cancelling_ends_it_and_closes_its_window(experiments: Experiments, qtbot: QtBot) -> None:
    window = experiments.open(Experiment("sample", "A sample", "Never ends.", _never_ends))
    qtbot.waitUntil(lambda: "LoRA V" in window.progress.text.text())
    window.progress.cancel_button.click()
    qtbot.waitUntil(lambda: not experiments.windows())


def test_closing_the_window_ends_the_experiment(experiments: Experiments, qtbot: QtBot) -> None:
    window = experiments.open(Experiment("sample", "A sample", "Never ends.", _never_ends))
    window.close()
    assert not experiments.windows()


def test_closing_the_window_waits_for_no_step(experiments: Experiments, qtbot: QtBot) -> None:
    began, go_on = threading.Event(), threading.Event()
    ended: list[bool] = []

    def takes_long(seed: int, out: Path | None) -> Running:
        began.set()
        ended.append(go_on.wait(5))
        yield Progress("LoRA V", 1, 2)
        return RESULT

    window = experiments.open(Experiment("sample", "A sample", "Takes long.", takes_long))
    assert began.wait(5)
    window.close()
    assert not ended
    assert not window.isVisible()
    assert not experiments.windows()
    go_on.set()
    experiments.close()
    assert ended == [True]


def test_what_is_found_stays_when_another_main_window_comes(qtbot: QtBot, tmp_path: Path) -> None:
    opened = OpenExperiments()
    old, new = QWidget(), QWidget()
    for main_window in (old, new):
        qtbot.addWidget(main_window)
    session = FakeSession().as_session()
    found = Experiments(session, old, opened).open(Experiment("sample", "A sample", "Finds a word.", _finds))
    qtbot.waitUntil(lambda: found.result is not None)
    experiments = Experiments(session, new, opened)
    old.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert found.isVisible()
    assert experiments.windows() == (found,)
    found.close()
    assert experiments.windows() == ()


def test_while_the_model_loads_the_entries_say_so(qtbot: QtBot) -> None:
    window, session = QWidget(), FakeSession(ready=False)
    qtbot.addWidget(window)
    experiments = Experiments(session.as_session(), window)
    for action in experiments.actions_:
        assert not action.isEnabled()
        assert action.toolTip() == action.statusTip() == "The model is still loading."
    session.become_ready()
    assert all(action.isEnabled() for action in experiments.actions_)
    assert "still loading" not in experiments.actions_[0].statusTip()


def test_a_failure_is_shown_in_its_window(experiments: Experiments, qtbot: QtBot) -> None:
    window = experiments.open(Experiment("sample", "A sample", "Fails.", _fails))
    qtbot.waitUntil(window.notices.isVisible)
    assert window.result is None
