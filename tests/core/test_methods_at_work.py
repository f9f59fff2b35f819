"""Every method through the engine, on the bundled MiniGPT and the built-in data."""

from __future__ import annotations

from pathlib import Path
from statistics import mean

import pytest
import torch

from lora_studio.core.data.builtin import FACT_CORRECTION, FACT_PROBES, INDOORS, OUTDOORS
from lora_studio.core.engine import Engine
from lora_studio.core.errors import RecipeError
from lora_studio.core.events import Counted, Drifted, Event, Finished, Saved, Started, Step
from lora_studio.core.methods import METHODS, Method
from lora_studio.core.recipe import Protection, Recipe, TrainingSettings
from lora_studio.core.run_folder import RunFolder
from tests.core.method_cases import Bare

EVERY = [kind() for kind in METHODS]
TRAINED = [method for method in EVERY if method.learns_by_gradients]
PROMPT = FACT_PROBES[0].prompt

every_method = pytest.mark.parametrize("method", EVERY, ids=lambda method: method.name)
every_trained_method = pytest.mark.parametrize("method", TRAINED, ids=lambda method: method.name)


@pytest.fixture
def engine() -> Engine:
    engine = Engine()
    engine.open("minigpt")
    return engine


def work(method: Method, epochs: int = 2, protection: Protection | None = None) -> Recipe:
    return Recipe(
        name=method.label,
        datasets=(FACT_CORRECTION,) if method.learns_by_gradients else (OUTDOORS, INDOORS),
        method=method,
        training=TrainingSettings(epochs=epochs, learning_rate=method.usual_learning_rate, probe_every=10),
        protection=protection or Protection(),
    )


@every_method
def test_a_run_ends_with_a_variant_that_is_saved_as_it_is(engine: Engine, tmp_path: Path, method: Method) -> None:
    bare = Bare(engine.variants.model)
    base = engine.compare(PROMPT).answers[0]
    events: list[Event] = list(engine.run(work(method), RunFolder(tmp_path / "run")).events())
    started, finished = events[0], events[-1]
    assert isinstance(started, Started)
    assert isinstance(finished, Finished)
    assert finished.steps == started.steps == engine.plan(work(method)).steps
    assert finished.forgetting_kl is not None
    assert finished.forgetting_kl >= 0
    assert finished.top1_kept is not None
    assert 0 <= finished.top1_kept <= 1
    (receipt,) = (event.receipt for event in events if isinstance(event, Saved))
    assert receipt.largest_change <= 1e-6
    trained = engine.summaries()[-1]
    assert (trained.method, trained.no_merge, trained.no_adapter) == (method.title, method.no_merge, method.no_adapter)
    loaded = engine.load_adapter(tmp_path / "run" / "adapter")
    assert (loaded.method, loaded.trainable) == (method.title, trained.trainable)
    one, other = engine.compare(PROMPT).answers[1:]
    assert one.predictions == pytest.approx(other.predictions)
    for name in (trained.name, loaded.name):
        engine.detach(name)
    assert engine.compare(PROMPT).answers == (base,)
    assert bare


@every_method
def test_merging_and_exporting_say_the_same_or_why_they_cannot(engine: Engine, tmp_path: Path, method: Method) -> None:
    list(engine.run(work(method)).events())
    name = engine.summaries()[-1].name
    if method.no_merge:
        with pytest.raises(RecipeError, match=method.no_merge):
            engine.merge(name)
        with pytest.raises(RecipeError, match=method.no_merge):
            engine.export_merged(name, tmp_path / "model")
        assert not (tmp_path / "model").exists()
        return
    merged, exported = engine.merge(name), engine.export_merged(name, tmp_path / "model")
    assert max(merged.largest_change, exported.largest_change) <= 1e-6
    assert merged.flipped == exported.flipped == ()
    assert engine.summaries()[-1].merged
    alone = Engine()
    alone.open(str(tmp_path / "model"))
    top = alone.compare(PROMPT).answers[0].top
    assert top.probability == pytest.approx(engine.compare(PROMPT).answers[1].top.probability, abs=1e-6)


@every_method
@pytest.mark.parametrize("way", ["cancelled", "dropped"])
def test_ending_in_the_middle_leaves_everything_usable(engine: Engine, method: Method, way: str) -> None:
    bare = Bare(engine.variants.model)
    run = engine.run(work(method))
    events = run.events()
    for event in events:
        if isinstance(event, Step | Counted) and event.step == 3:
            break
    if way == "cancelled":
        run.cancel()
        *_, finished = events
        assert isinstance(finished, Finished)
        assert finished.cancelled
        assert finished.steps == 3
    else:
        events.close()
    comparison = engine.compare(PROMPT)
    assert len(comparison.variants) == 2
    assert all(0 <= prediction.probability <= 1 for prediction in comparison.answers[1].predictions)
    again = list(engine.run(work(method)).events())
    assert isinstance(again[-1], Finished)
    for summary in engine.summaries()[1:]:
        engine.detach(summary.name)
    assert bare


@every_trained_method
def test_the_loss_falls_and_protection_keeps_the_rest(engine: Engine, method: Method) -> None:
    """The same run without and with protection: both learn, and one of them moves what it should not less."""
    forgotten = []
    for protection in (Protection(), Protection(enabled=True, weight=3)):
        events = list(engine.run(work(method, epochs=16, protection=protection)).events())
        losses = [event.loss for event in events if isinstance(event, Step)]
        assert mean(losses[-4:]) < 0.7 * mean(losses[:4])
        finished = events[-1]
        assert isinstance(finished, Finished)
        assert finished.forgetting_kl is not None
        forgotten.append(finished.forgetting_kl)
        drifts = [event for event in events if isinstance(event, Drifted)]
        assert bool(drifts) == protection.enabled
    assert forgotten[1] < 0.7 * forgotten[0]


@every_trained_method
def test_a_protected_run_starts_where_the_base_is(engine: Engine, method: Method) -> None:
    events = engine.run(work(method, protection=Protection(enabled=True, generated=8))).events()
    drift = next(event for event in events if isinstance(event, Drifted))
    assert drift.step == 0
    assert drift.protected is not None
    assert drift.held_out is not None
    if method.changes_nothing_at_first:
        # Words that are new to the base, and may be likely from the start, are all that moves its distribution.
        assert drift.protected < 0.1
    assert torch.isfinite(torch.tensor([drift.protected, drift.held_out])).all()
