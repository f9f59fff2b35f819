"""What is kept of a run's events for a window that comes later."""

from __future__ import annotations

import sys
from itertools import pairwise

from lora_studio.core.data.builtin import FACT_PROBES
from lora_studio.core.events import (
    Answer,
    Counted,
    Drifted,
    Event,
    Finished,
    Prediction,
    Probed,
    Receipt,
    Saved,
    Started,
    Step,
)
from lora_studio.ui.told_events import MOST_MEASURED, ToldEvents
from lora_studio.ui.widgets.run_curves import RunCurves
from tests.ui.training_runs import FINISHED, run_events

LONG = 3 * MOST_MEASURED


def told(events: list[Event]) -> ToldEvents:
    found = ToldEvents()
    for event in events:
        found.take(event)
    return found


def long_run(steps: int = LONG) -> ToldEvents:
    events: list[Event] = [Started("LoRA V", steps, 1, ()), Probed(0, ())]
    for step in range(1, steps + 1):
        events += [Step(step, 1, 0.5, 1e-3, 9, step / 8), Probed(step, ()), Drifted(step, 0.1, None)]
    return told(events)


def test_a_short_run_comes_back_as_it_was_told() -> None:
    events = [*run_events(), FINISHED]
    found = told(events)
    assert list(found) == events
    assert [found[place] for place in range(-len(events), 0)] == events
    assert found[-1:] == [FINISHED]
    assert list(reversed(found)) == events[::-1]
    again = RunCurves()
    again.take(found, FACT_PROBES)
    assert again.last_step == 40


def test_the_next_run_takes_its_place() -> None:
    second = run_events(steps=4)
    assert list(told([*run_events(), *second])) == second


def test_of_a_long_run_every_step_and_evenly_spread_measurements_stay() -> None:
    events = list(long_run())
    assert [event.step for event in events if isinstance(event, Step)] == list(range(1, LONG + 1))
    assert events[1:2] == [Probed(0, ())]
    for kind in (Probed, Drifted):
        steps = [event.step for event in events if isinstance(event, kind)]
        assert MOST_MEASURED / 2 <= len(steps) <= MOST_MEASURED + 1
        assert steps[-1] == LONG
        assert len({after - before for before, after in pairwise(steps[:-1])}) == 1


def test_the_order_stays_when_measurements_go() -> None:
    steps = [event.step for event in long_run() if isinstance(event, Step | Probed)]
    assert steps == sorted(steps)


def test_receipts_and_all_but_the_last_counted_step_are_left_out() -> None:
    receipt = Receipt("adapter", "/x", 0, 0.0, (), 1)
    end = Finished("x", 3, 1.0, None, cancelled=False, folder="/run")
    found = told([Started("x", 3, 1, ()), Counted(1), Counted(2), Counted(3), Saved(receipt), end])
    assert list(found) == [Started("x", 3, 1, ()), Counted(3), end]


def test_a_step_takes_no_more_than_its_numbers() -> None:
    found = told([Started("x", LONG, 1, ()), *(Step(step, 1, 0.5, 1e-3, 9) for step in range(LONG))])
    assert sys.getsizeof(found._steps) + sys.getsizeof(found._values) < 60 * LONG
    assert len(found._others) == 1


def test_the_step_at_which_an_answer_became_another_stays() -> None:
    def answers(step: int) -> tuple[Answer, ...]:
        top = Prediction("sofa" if step >= 1001 else "tisch", 0.9)
        return (Answer("die katze", ("die", "katze"), (), (top,)),)

    events: list[Event] = [Started("LoRA V", LONG, 1, ()), Probed(0, answers(0))]
    for step in range(1, LONG + 1):
        events += [Step(step, 1, 0.5, 1e-3, 9, step / 8), Probed(step, answers(step))]
    measured = [event for event in told(events) if isinstance(event, Probed)]
    assert next(event.step for event in measured if event.answers[0].top.token == "sofa") == 1001
    assert [event.step for event in measured] == sorted(event.step for event in measured)
    assert len(measured) <= MOST_MEASURED + 2
