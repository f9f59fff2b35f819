"""When states are kept along a run: by steps, by minutes, and never more than there is room for."""

from __future__ import annotations

from pathlib import Path

import pytest

from lora_studio.core.events import Finished, Step
from lora_studio.core.methods import Lora
from lora_studio.core.recipe import Recipe, TrainingSettings
from lora_studio.core.run_folder import RunFolder
from lora_studio.core.snapshots import ByTime, snapshot_file, snapshot_steps, spread, too_many
from lora_studio.core.variants import Variants
from tests.core.interrupted import go_on, interrupt, run_of
from tests.core.method_cases import OTHERS, ROWS
from tests.core.tiny_mini_gpt import make_mini_gpt


def recipe(**training: object) -> Recipe:
    settings = TrainingSettings.model_validate({"epochs": 10, "batch_size": 2, **training})
    method = Lora(targets=("v_proj",))
    return Recipe(name="x", datasets=(ROWS, OTHERS), method=method, training=settings, kept=(), probes=())


def clock(monkeypatch: pytest.MonkeyPatch, step: float) -> None:
    """Every event takes so many seconds."""
    now = [0.0]

    def perf_counter() -> float:
        now[0] += step
        return now[0]

    monkeypatch.setattr("lora_studio.core.running.time.perf_counter", perf_counter)


def test_a_state_is_due_once_an_interval() -> None:
    times = ByTime(60.0, begun=100.0)
    assert [times.is_due(seconds) for seconds in (100, 159, 160, 161, 219, 500, 501, 560)] == [
        False, False, True, False, False, True, False, True,
    ]  # fmt: skip


def test_by_minutes_the_first_and_the_last_state_and_some_between_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock(monkeypatch, 2.0)
    run = run_of(Variants(make_mini_gpt()), recipe(snapshot_minutes=0.1), RunFolder(tmp_path / "run"))
    *_, last = run.events()
    assert isinstance(last, Finished)
    steps = snapshot_steps(tmp_path / "run")
    assert steps[0] == 0
    assert steps[-1] == last.steps
    assert 3 < len(steps) <= last.steps / 2


def test_a_run_that_goes_on_keeps_what_was_kept_by_minutes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock(monkeypatch, 4.0)
    path = tmp_path / "run"
    interrupt(Variants(make_mini_gpt()), recipe(snapshot_minutes=0.1), path, after=15)
    before = snapshot_steps(path)
    assert len(before) > 2
    go_on(Variants(make_mini_gpt()), path)
    after = snapshot_steps(path)
    assert after[: len(before)] == before
    assert len(after) > len(before) + 1


def test_of_too_many_states_the_closest_go(tmp_path: Path) -> None:
    (tmp_path / "snapshots").mkdir()
    for step in (0, 10, 11, 20, 40, 41):
        snapshot_file(tmp_path, step).touch()
    for count, left in ((5, (0, 10, 20, 40, 41)), (3, (0, 20, 41)), (2, (0, 41))):
        for file in too_many(tmp_path, count):
            file.unlink()
        assert snapshot_steps(tmp_path) == left


def test_no_more_states_are_kept_than_there_is_room_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock(monkeypatch, 4.0)
    variants = Variants(make_mini_gpt())
    size = sum(tensor.nbytes for tensor in Lora(targets=("v_proj",)).attach(make_mini_gpt(), 0).state().values())
    monkeypatch.setattr("lora_studio.core.snapshots.MOST_BYTES", 4 * size)
    monkeypatch.setattr("lora_studio.core.run_journal.INTERVAL", 0.001)
    run = run_of(variants, recipe(snapshot_minutes=0.1, epochs=200), RunFolder(tmp_path / "run"))
    steps = [event.step for event in run.events() if isinstance(event, Step)]
    kept = snapshot_steps(tmp_path / "run")
    assert kept[0] == 0
    assert kept[-1] == steps[-1]
    assert spread(100, 40, 4 * size + 1) == frozenset()
    assert len(kept) < 40
