"""What is said of a run names it, and says why where nothing can be drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import Probe
from lora_studio.core.errors import RunError
from lora_studio.core.events import Event, Failed, Started
from lora_studio.ui.run_tracker import RunState, RunTracker
from lora_studio.ui.translations import translated, without_folders
from lora_studio.ui.widgets.comparison_board import ComparisonBoard
from lora_studio.ui.widgets.figures import span
from lora_studio.ui.widgets.mix_choice import MixChoice, Offer
from lora_studio.ui.widgets.pinned_painting import Mark
from lora_studio.ui.widgets.pinned_row import PinnedRow
from lora_studio.ui.widgets.time_slider import TimeSlider
from tests.ui.fakes import BASE, LORA_ALL, LORA_V, canned_comparison
from tests.ui.training_runs import Shown

pytestmark = pytest.mark.usefixtures("english")

NAN = RunError("Training stopped at step {step}: the loss was {loss}.", advice="Lower it.", step=2, loss="nan")
CAT = "die katze sitzt auf dem"


def test_a_failure_names_its_run(qtbot: QtBot) -> None:
    tracker = RunTracker()
    told: list[Any] = []
    tracker.failed.connect(told.append)
    tracker.take([Started("LoRA V 2", 10, 1, ()), Failed(1, NAN, "LoRA V 2")])
    message = "“LoRA V 2”: Training stopped at step 2: the loss was nan."
    assert translated(told[0]) == (message, "Lower it.")
    assert without_folders(told[0]) == message
    assert str(told[0]) == f"{message} Lower it."


def test_while_it_runs_the_panel_says_which_run_it_is(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.session.trained_variant = "LoRA V 2"
    shown.session.set_run(RunState("running", 3, 40))
    assert shown.status == "LoRA V 2 · step 3 of 40"


def test_what_took_less_than_ten_seconds_is_told_in_seconds() -> None:
    assert [span(seconds, QLocale("en_US")) for seconds in (0.42, 9.9, 9.96, 61)] == [
        "0.4 s",
        "9.9 s",
        "00:10",
        "01:01",
    ]


def test_a_run_that_failed_before_its_first_step_says_why(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    qtbot.waitUntil(lambda: shown.panel.plots is not None)
    events: list[Event] = [Started("LoRA V", 40, 1, ()), Failed(0, NAN, "LoRA V")]
    shown.feed(events)
    texts = [label.text() for label in shown.panel.findChildren(QLabel) if label.isVisible()]
    assert "Training stopped at step 2: the loss was nan.\n\nLower it." in texts
    assert shown.panel.plots is not None
    assert not shown.panel.plots.isVisible()


def test_a_click_beside_the_knob_brings_it_there(qtbot: QtBot) -> None:
    bar = TimeSlider()
    bar.resize(600, 30)
    qtbot.addWidget(bar)
    bar.show_run(tuple(range(0, 100, 5)), 100, None)
    bar.show()
    asked: list[int | None] = []
    bar.wanted.connect(asked.append)
    place = QPoint(round(bar.slider.x_of(4)) + 1, bar.slider.height() // 2)
    QTest.mouseClick(bar.slider, Qt.MouseButton.LeftButton, pos=place)
    assert (bar.place(), asked) == (20, [20])


def menu(board: ComparisonBoard, line: int) -> list[str]:
    return [action.text() for action in board.menu_at(line).actions() if action.text()]


def test_the_menu_offers_the_way_back_of_what_is(qtbot: QtBot) -> None:
    board = ComparisonBoard()
    qtbot.addWidget(board)
    board.set_comparison(canned_comparison(CAT, ("Base", "LoRA V"), "sofa"), (0, 1))
    board.pinned = True
    line = [row.token for row in board.rows].index("sofa")
    assert "No longer wanted" in menu(board, line)
    assert "Unpin this prompt" in menu(board, line)
    assert "Set as wanted token" in menu(board, line - 1 if line else line + 1)
    wanted: list[str] = []
    board.wanted_chosen.connect(wanted.append)
    next(action for action in board.menu_at(line).actions() if action.text() == "No longer wanted").trigger()
    assert wanted == [""]


def test_the_mixer_does_not_propose_what_is_hidden_or_failed(qtbot: QtBot) -> None:
    choice = MixChoice()
    qtbot.addWidget(choice)
    third = replace(LORA_V, name="third")
    offers = (Offer(BASE, 0), Offer(LORA_V, 1), Offer(LORA_ALL, 2))
    choice.offer((*offers, Offer(third, 3, proposed=False)), may_go_back=False)
    assert choice.ticked() == ("LoRA V", "LoRA all")
    choice.list.item(2).setCheckState(Qt.CheckState.Checked)
    choice.offer((*offers, Offer(third, 3, proposed=False)), may_go_back=False)
    assert choice.ticked() == ("LoRA V", "LoRA all", "third")  # a person's choice stays
    choice.offer((Offer(BASE, 0), Offer(LORA_V, 1), Offer(LORA_ALL, 2, proposed=False)), may_go_back=False)
    assert choice.ticked() == ("LoRA V",)  # it failed in the meantime


def test_of_a_failed_run_nothing_is_expected(qtbot: QtBot) -> None:
    row = PinnedRow(Probe(prompt=CAT, wanted="sofa", kind="corrected"))
    qtbot.addWidget(row)
    comparison = canned_comparison(CAT, ("Base", "LoRA V", "failed"), "sofa")
    tisch = canned_comparison(CAT, ("Base",), "sofa").answers[0]
    comparison = replace(comparison, answers=(*comparison.answers[:2], tisch))
    row.set_comparison(comparison, (0, 1, 2))
    assert row.remark() == "missed: failed"
    row.set_comparison(comparison, (0, 1, 2), ("failed",))
    assert (row.mark, row.remark()) == (Mark.REACHED, "reached: sofa")
