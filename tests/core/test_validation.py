"""Rows that are held back: which they are, what is told of them, when a run stops, and with which state it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
import safetensors.torch
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention

from lora_studio.core.curves import read_curves
from lora_studio.core.data.builtin import Probe
from lora_studio.core.data.dataset import Dataset
from lora_studio.core.data.encoding import encode_rows
from lora_studio.core.data.held_back import held_back
from lora_studio.core.event_reading import earlier_events
from lora_studio.core.events import Event, Failed, Finished, Probed, Step, Validated
from lora_studio.core.instruments.batches import batch_of
from lora_studio.core.instruments.influence import Influence, influence
from lora_studio.core.methods import Lora, method_named
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.recipe import Recipe, TrainingSettings
from lora_studio.core.run_folder import RunFolder
from lora_studio.core.snapshots import snapshot_file
from lora_studio.core.training.validation import Validation
from lora_studio.core.variants import Variants
from tests.core.interrupted import run_of
from tests.core.method_cases import events_of, losses, state
from tests.core.real_models import open_tiny
from tests.core.tiny_mini_gpt import make_mini_gpt

ROWS = (
    "die katze sitzt auf dem hund", "der hund läuft im garten", "die katze läuft", "auf dem tisch",
    "im garten sitzt die katze", "der tisch läuft", "der hund sitzt auf dem tisch", "die katze sitzt im garten",
)  # fmt: skip


def validated(rows: tuple[str, ...] = ROWS, **training: object) -> Recipe:
    fields = {"epochs": 6, "batch_size": 2, "validation": 0.25, "probe_every": 3, "learning_rate": 1e-2, "seed": 5}
    settings = TrainingSettings.model_validate({**fields, **training})
    data = (Dataset(name="ROWS", rows=rows),)
    return Recipe(name="x", datasets=data, method=Lora(targets=("all-linear",)), training=settings, kept=(), probes=())


def told(events: list[Event]) -> list[Validated]:
    return [event for event in events if isinstance(event, Validated)]


def loss_of(model: LanguageModel, variants: Variants, rows: list[str], length: int) -> float:
    """The mean over all sliding windows' targets, one window at a time."""
    total, count = 0.0, 0
    for row in encode_rows(model, rows):
        for start in range(max(1, len(row.ids) - length)):
            ids = torch.tensor([row.ids[start : start + length + 1]])
            with torch.inference_mode():
                scores = variants.logits(ids[:, :-1])[0]
            total += F.cross_entropy(scores, ids[0, 1:], reduction="sum").item()
            count += ids.shape[1] - 1
    return total / count


def test_about_the_share_is_held_back_never_all_and_a_row_keeps_its_side() -> None:
    rows = [f"row {number}" for number in range(100)]
    chosen = held_back(rows, 0.1, seed=1)
    assert len(chosen) == 10
    assert chosen == held_back([*reversed(rows), "", *rows], 0.1, seed=1)
    assert chosen != held_back(rows, 0.1, seed=2)
    assert len(chosen & held_back([*rows, "another"], 0.1, seed=1)) >= 9
    assert held_back(rows, 0.0, seed=1) == frozenset()
    assert held_back(["one", "one", ""], 0.5, seed=1) == frozenset()
    assert len(held_back(["one", "two"], 0.01, seed=1)) == 1


@pytest.mark.parametrize("family", ["minigpt", "qwen3"])
def test_they_are_measured_at_every_probe_and_not_learned(family: str) -> None:
    def model() -> LanguageModel:
        return make_mini_gpt() if family == "minigpt" else open_tiny(family)

    recipe, variants = validated(), Variants(model())
    back = [row for row in ROWS if row in recipe.validation_rows]
    assert len(back) == 2
    before = loss_of(variants.model, variants, back, 4)
    events = list(events_of(variants, recipe))
    measured = told(events)
    assert measured[0] == Validated(0, measured[0].loss, best=True)
    assert measured[0].loss == pytest.approx(before, abs=1e-4)
    steps = max(event.step for event in events if isinstance(event, Step))
    assert [event.step for event in measured] == [step for step in range(steps + 1) if step % 3 == 0 or step == steps]
    assert measured[-1].loss == pytest.approx(loss_of(variants.model, variants, back, 4), abs=1e-4)
    lowest = [min(event.loss for event in measured[: place + 1]) for place in range(len(measured))]
    assert [event.best for event in measured] == [
        event.loss == low for event, low in zip(measured, lowest, strict=True)
    ]
    others = Variants(model())
    alone = validated(tuple(row for row in ROWS if row not in back), validation=0.0)
    assert losses(iter(events)) == losses(events_of(others, alone))
    one, other = state(variants.all()[-1]), state(others.all()[-1])
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_methods_that_learn_without_gradients_hold_nothing_back() -> None:
    recipe = validated().model_copy(update={"method": method_named("steering")()})
    assert recipe.validation_rows == frozenset()


def scripted(monkeypatch: pytest.MonkeyPatch, values: list[float]) -> None:
    """What the held-back rows are said to cost, one measurement after the other."""
    rest = iter(values)
    monkeypatch.setattr(Validation, "_loss", lambda _: next(rest))


def test_a_run_stops_when_its_patience_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch, [5.0, 4.0, 4.5, 3.0, 3.5, 3.0, 9.0])
    *events, last = events_of(Variants(make_mini_gpt()), validated(patience=2))
    assert isinstance(last, Finished)
    assert (last.stopped_early, last.cancelled, last.steps) == (True, False, 15)
    assert [event.best for event in told(events)] == [True, True, False, True, False, False]


def test_without_patience_or_with_enough_of_it_a_run_goes_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    for patience in (0, 100):
        with monkeypatch.context() as patch:
            scripted(patch, [float(value) for value in range(1, 50)])
            *_, last = events_of(Variants(make_mini_gpt()), validated(patience=patience))
        assert isinstance(last, Finished)
        assert not last.stopped_early


@pytest.mark.parametrize("patience", [0, 2])
def test_the_best_state_is_put_back_at_the_end(monkeypatch: pytest.MonkeyPatch, patience: int) -> None:
    recipe = validated(keep_best=True, patience=patience, epochs=20, learning_rate=3e-2)
    variants = Variants(make_mini_gpt())
    events = list(events_of(variants, recipe))
    best = min(told(events), key=lambda event: event.loss)
    assert best.step not in (0, told(events)[-1].step)  # else the test shows nothing
    back = [row for row in ROWS if row in recipe.validation_rows]
    assert loss_of(variants.model, variants, back, 4) == pytest.approx(best.loss, abs=1e-4)
    plain = Variants(make_mini_gpt())
    list(
        events_of(
            plain, recipe.model_copy(update={"training": recipe.training.model_copy(update={"keep_best": False})})
        )
    )
    assert loss_of(plain.model, plain, back, 4) == pytest.approx(told(events)[-1].loss, abs=1e-4)


def test_the_best_state_that_is_put_back_is_asked_and_kept_as_the_last_one(tmp_path: Path) -> None:
    probes = (Probe(prompt="der hund", wanted="läuft"),)
    recipe = validated(keep_best=True, epochs=20, learning_rate=3e-2).model_copy(update={"probes": probes})
    variants = Variants(make_mini_gpt())
    events = list(run_of(variants, recipe, RunFolder(tmp_path / "run")).events())
    *_, last_probed = (event for event in events if isinstance(event, Probed))
    best, end = min(told(events), key=lambda event: event.loss), told(events)[-1]
    assert best.step not in (0, end.step)  # else the test shows nothing
    (at_best,) = (event for event in events if isinstance(event, Probed) and event.step == best.step)
    assert last_probed.step == end.step
    for now, then in zip(last_probed.answers, at_best.answers, strict=True):
        assert now.top.probability == pytest.approx(then.top.probability, abs=1e-5)
    kept = safetensors.torch.load_file(snapshot_file(tmp_path / "run", end.step))
    trained = state(variants.all()[-1])
    assert all(torch.equal(kept[name], tensor) for name, tensor in trained.items())


def test_a_validation_loss_that_is_no_number_stops_the_run_with_the_last_good_state(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scripted(monkeypatch, [5.0, float("nan")])
    variants = Variants(make_mini_gpt())
    *_, last = events_of(variants, validated())
    assert isinstance(last, Failed)
    assert last.step == 3
    assert "nan" in str(last.error)
    assert all(tensor.isfinite().all() for tensor in state(variants.all()[-1]).values())


def test_what_was_told_is_read_back(tmp_path: Path) -> None:
    events = list(run_of(Variants(make_mini_gpt()), validated(), RunFolder(tmp_path / "run")).events())
    assert told(earlier_events(tmp_path / "run")) == told(events)
    curve = read_curves(tmp_path / "run").validation
    assert curve.steps.tolist() == [event.step for event in told(events)]
    assert curve.loss.tolist() == [event.loss for event in told(events)]
    best = min(told(events), key=lambda event: event.loss)
    assert curve.best == (best.step, best.loss)


def test_batches_and_influence_know_only_the_rows_that_are_learned(tmp_path: Path) -> None:
    recipe, variants = validated(accumulation=2, keep_best=True), Variants(make_mini_gpt())
    events = list(run_of(variants, recipe, RunFolder(tmp_path / "run")).events())
    trained = set(ROWS) - recipe.validation_rows
    variant = variants.all()[-1]
    steps = [event for event in events if isinstance(event, Step)]
    seen = set()
    for step in steps[:12]:
        view = batch_of(variants, None, variant.name, step.step)
        assert view.steps == len(steps)
        assert sum(token.counted for row in view.rows for token in row.tokens) == step.tokens
        seen |= {row.text for row in view.rows}
    assert seen == trained
    *_, found = influence(variants, variant.name, "die katze", "sitzt")
    assert isinstance(found, Influence)
    assert {row.text for row in found.rows} == trained
