"""What the training panel tells beside the loss: preparations, the validation loss, the speed, an early stop."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QLocale
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import Probe
from lora_studio.core.events import Answer, Event, Prediction, Preparing, Probed, Started, Step, Validated
from lora_studio.ui.run_tracker import RunState, RunTracker
from lora_studio.ui.told_events import ToldEvents
from lora_studio.ui.widgets.run_curves import VALIDATION, RunCurves
from lora_studio.ui.widgets.run_sentence import progress_sentence
from tests.ui.training_runs import FINISHED, STEPS, Shown, run_events

pytestmark = pytest.mark.usefixtures("english")


def validated_run() -> list[Event]:
    """Measured every 5 steps; best after 20."""
    found: list[Event] = []
    for event in run_events():
        found.append(event)
        if isinstance(event, Step) and event.step % 5 == 0:
            found.append(Validated(event.step, 6.0 + abs(event.step - 20) / 100, event.step <= 20))
    return found


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    return Shown(qtbot)


def test_the_validation_loss_is_kept_and_written_beside_the_loss() -> None:
    curves = RunCurves()
    curves.take(validated_run(), ())
    assert list(curves.validation.steps) == list(range(5, STEPS + 1, 5))
    assert curves.best_step == 20
    head, *lines = curves.as_csv().splitlines()
    assert "validation loss" in head
    assert any(line.startswith("20,") and "6," in line.replace("6.0", "6") for line in lines)


def test_it_is_drawn_in_the_plot_of_the_loss_and_can_be_switched_off(shown: Shown) -> None:
    shown.feed(validated_run())
    steps, values = shown.plots.loss.plot.curves[1].getData()
    assert list(steps) == list(range(5, STEPS + 1, 5))
    assert max(values) <= shown.plots.loss.view.viewRange()[1][1]
    switch = shown.legend.lines[VALIDATION]
    assert switch.text() == "validation loss"
    assert "lowest after step 20" in switch.toolTip()
    switch.click()
    assert not shown.plots.loss.plot.curves[1].isVisible()


def test_a_run_without_validation_has_no_such_line(shown: Shown) -> None:
    shown.feed(run_events())
    assert VALIDATION not in shown.legend.lines


def test_an_early_stop_is_told_at_the_end(shown: Shown) -> None:
    shown.feed([*validated_run(), replace(FINISHED, stopped_early=True)])
    assert "stopped early after step" in shown.status


def test_what_is_prepared_is_told_until_the_first_step() -> None:
    tracker = RunTracker()
    tracker.take([Started("LoRA", 40, 10, ()), Preparing("Compiling block", 3, 36)])
    assert progress_sentence(tracker.state, QLocale("en")) == "Compiling block: 3 of 36"
    tracker.take([Step(1, 1, 2.0, 1e-3, 100)])
    assert progress_sentence(tracker.state, QLocale("en")) == "step 1 of 40"


def test_the_speed_is_that_of_the_last_seconds() -> None:
    tracker = RunTracker()
    slow = [Step(n, 1, 2.0, 1e-3, 100, seconds=float(n)) for n in range(1, 31)]
    fast = [Step(30 + n, 1, 2.0, 1e-3, 100, seconds=30 + n / 10) for n in range(1, 201)]
    tracker.take([Started("LoRA", 400, 10, ()), *slow])
    assert tracker.state.speed == pytest.approx(100)
    tracker.take(list(fast))
    assert tracker.state.speed == pytest.approx(1000)
    assert "1,000 tokens/s" in progress_sentence(tracker.state, QLocale("en"))


def test_before_there_is_enough_to_tell_no_speed_is_told() -> None:
    tracker = RunTracker()
    tracker.take([Started("LoRA", 400, 10, ()), Step(1, 1, 2.0, 1e-3, 100, seconds=0.1)])
    assert tracker.state.speed is None
    assert "tokens/s" not in progress_sentence(RunState("running", 1, 400), QLocale("en"))


def test_a_new_window_draws_the_validation_loss_again() -> None:
    told = ToldEvents()
    for event in [Started("LoRA", 40, 10, ()), Preparing("Compiling block", 1, 2), *validated_run()[1:]]:
        told.take(event)
    assert sum(isinstance(event, Validated) for event in told) == STEPS // 5
    assert not any(isinstance(event, Preparing) for event in told)


def test_a_wanted_word_is_followed_by_the_token_that_begins_it() -> None:
    """A model that spells words in pieces tracks " Par" where a person wants "Paris"."""
    curves = RunCurves()
    probe = Probe(prompt="The capital is", wanted="Paris", kind="corrected")
    tracked = (Prediction(" Rome", 0.7), Prediction(" Par", 0.2))
    answers = (Answer(probe.prompt, (), (), (Prediction(" Rome", 0.7),), tracked),)
    turned = (Answer(probe.prompt, (), (), (Prediction(" Par", 0.8),), (tracked[0], Prediction(" Par", 0.8))),)
    curves.take([Started("LoRA", 4, 10, ()), Probed(0, answers), Probed(2, turned)], (probe,))
    curve = curves.prompts[probe.prompt]
    assert list(curve.wanted) == pytest.approx([20, 80])
    assert curve.flip is not None
    assert curve.flip.after == " Par"
