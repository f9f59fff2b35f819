"""A direction between two groups of prompts, found and turned up and down with the real engine."""

from __future__ import annotations

from lora_studio.core.events import Separated
from lora_studio.core.methods.steering import RepresentationEngineering
from tests.end_to_end.opened import OpenAt, Opened

HOUND = "der hund läuft im"


def steered(reopen: OpenAt) -> Opened:
    opened = reopen()
    opened.session.set_method(RepresentationEngineering())
    opened.session.select_datasets(("OUTDOORS", "INDOORS"))
    opened.train()
    assert not opened.problems
    return opened


def strength(opened: Opened) -> float | None:
    return opened.session.variants[-1].strength


def test_the_answer_follows_the_strength(reopen: OpenAt) -> None:
    opened = steered(reopen)
    assert any(isinstance(event, Separated) for event in opened.events)
    base, one = opened.compare(HOUND).answers
    opened.session.set_strength("Steered", 0.0)
    opened.wait(lambda: strength(opened) == 0.0)
    assert opened.compare(HOUND).answers[1].predictions == base.predictions
    opened.session.set_strength("Steered", -3.0)
    opened.wait(lambda: strength(opened) == -3.0)
    assert opened.compare(HOUND).answers[1].predictions not in (base.predictions, one.predictions)


def test_of_many_requests_the_last_one_counts(reopen: OpenAt) -> None:
    opened = steered(reopen)
    told: list[float | None] = []
    opened.session.variants_changed.connect(lambda: told.append(strength(opened)))
    for place in range(-30, 31):
        opened.session.set_strength("Steered", place / 10)
    opened.wait(lambda: strength(opened) == 3.0)
    opened.compare()
    assert told[-1] == 3.0
    assert not opened.problems


def test_merging_takes_the_strength_as_it_stands(reopen: OpenAt) -> None:
    opened = steered(reopen)
    opened.session.set_strength("Steered", -2.0)
    opened.wait(lambda: strength(opened) == -2.0)
    now = opened.compare(HOUND).answers[1].top
    opened.session.merge("Steered")
    opened.wait(lambda: len(opened.session.variants) == 3)
    merged = opened.compare(HOUND).answers[2].top
    assert merged.token == now.token
    assert abs(merged.probability - now.probability) < 1e-5
    assert strength(opened) is None


def test_a_strength_beyond_the_limits_is_refused(reopen: OpenAt) -> None:
    opened = steered(reopen)
    opened.session.set_strength("Steered", 4.0)
    opened.wait(lambda: bool(opened.problems))
    assert "outside" in str(opened.problems.pop())
    assert strength(opened) == 1.0
