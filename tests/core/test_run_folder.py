"""What a run leaves on disk while it goes on and at its end, and what happens when the disk says no."""

from __future__ import annotations

import errno
import json
import math
import os
import threading
from datetime import datetime
from pathlib import Path

import pytest
import torch

from lora_studio.core import run_journal, snapshots
from lora_studio.core.errors import StorageError
from lora_studio.core.events import Answer, Drifted, Failed, Finished, Prediction, Probed, Started, Step
from lora_studio.core.methods import Lora, method_named
from lora_studio.core.models.tensor_file import read_tensors
from lora_studio.core.recipe import Recipe, TrainingSettings
from lora_studio.core.run_folder import RunFolder, can_resume, plain, snapshot_file, snapshot_steps
from lora_studio.core.run_journal import Journal
from lora_studio.core.run_record import read_record
from lora_studio.core.snapshots import spread
from lora_studio.core.training.checkpoint import finite_bytes
from lora_studio.core.variants import Variants
from tests.core.interrupted import begun, interrupt, run_of, told
from tests.core.method_cases import Case, recipe, said, same

CASE = Case("minigpt", Lora(targets=("v_proj",)))


def long(**training: object) -> Recipe:
    made = recipe(CASE.method)
    return made.model_copy(update={"training": TrainingSettings.model_validate({"epochs": 10, **training})})


def full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_the_record_says_running_from_the_beginning_on_and_then_how_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "run"
    events = begun(Variants(CASE.model()), long(), path, until=1)
    record = read_record(path)
    assert (record.state, record.name, record.data, record.base) == ("running", "lora", "ROWS, OTHERS", "tiny")
    assert (record.method, record.steps, record.variant) == ("LoRA", 20, "lora")
    assert datetime.fromisoformat(record.began).tzinfo is not None
    *_, finished = events
    assert isinstance(finished, Finished)
    record = read_record(path)
    assert (record.state, record.steps_done, record.error) == ("finished", 20, "")
    assert (record.final_loss, record.seconds) == (finished.final_loss, finished.seconds)
    assert not (path / "checkpoint.safetensors").exists()
    assert not can_resume(path)


def test_events_are_on_the_disk_while_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_journal, "INTERVAL", 0.001)
    written, append = threading.Event(), run_journal._append

    def watched(*arguments: object) -> None:
        append(*arguments)  # type: ignore[arg-type]
        written.set()

    monkeypatch.setattr(run_journal, "_append", watched)
    events = begun(Variants(CASE.model()), long(), tmp_path / "run", until=3)
    written.clear()
    next(events)
    assert written.wait(30)
    assert [event["event"] for event in told(tmp_path / "run")][:2] == ["started", "step"]
    events.close()  # type: ignore[attr-defined]


def test_snapshots_hold_the_state_after_their_step(tmp_path: Path) -> None:
    variants = Variants(CASE.model())
    seen: dict[int, dict[str, torch.Tensor]] = {}
    for event in run_of(variants, long(snapshots=5), RunFolder(tmp_path / "run")).events():
        if isinstance(event, Started | Step):
            attachment = variants.all()[-1].attachment
            assert attachment
            step = event.step if isinstance(event, Step) else 0
            seen[step] = {name: tensor.detach().clone() for name, tensor in attachment.state().items()}
    assert snapshot_steps(tmp_path / "run") == (0, 5, 10, 15, 20)
    assert variants.all()[-1].summary.steps == (0, 5, 10, 15, 20)
    assert variants.all()[-1].run == tmp_path / "run"
    for step in (0, 5, 10, 15, 20):
        assert same(read_tensors(snapshot_file(tmp_path / "run", step)), seen[step])


@pytest.mark.parametrize(
    ("steps", "count", "size", "kept"),
    [
        (100, 0, 1, set()),
        (100, 1, 1, {100}),
        (100, 2, 1, {0, 100}),
        (100, 5, 1, {0, 25, 50, 75, 100}),
        (3, 40, 1, {0, 1, 2, 3}),
        (100, 40, 100 << 20, {0, 100}),
        (100, 40, 200 << 20, {100}),
        (100, 40, 300 << 20, set()),
    ],
)
def test_snapshots_are_spread_evenly_and_bounded_in_bytes(steps: int, count: int, size: int, kept: set[int]) -> None:
    assert spread(steps, count, size) == kept


def test_a_method_that_trains_much_keeps_fewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "MOST_BYTES", 200_000)
    full = recipe(method_named("full")()).model_copy(update={"training": TrainingSettings(epochs=10)})
    list(run_of(Variants(CASE.model()), full, RunFolder(tmp_path / "run")).events())
    files = [snapshot_file(tmp_path / "run", step) for step in snapshot_steps(tmp_path / "run")]
    assert 2 <= len(files) <= 6
    assert sum(file.stat().st_size for file in files) <= 220_000  # their headers come on top


def test_other_files_are_no_snapshots(tmp_path: Path) -> None:
    assert snapshot_steps(tmp_path) == ()
    snapshot_file(tmp_path, 1).parent.mkdir()
    names = (".lora-studio-unfinished-0", "step-12.safetensors", "step-0000012.safetensors", "step-000012.txt", "step-")
    for name in (*names, snapshot_file(tmp_path, 12).name, snapshot_file(tmp_path, 1_234_567).name):
        (tmp_path / "snapshots" / name).touch()
    assert snapshot_steps(tmp_path) == (12, 1_234_567)


@pytest.mark.parametrize("place", ["write_atomically", "_append"])
def test_a_full_disk_ends_the_run_and_says_so_but_what_it_learned_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    variants = Variants(CASE.model())
    events = begun(variants, long(), tmp_path / "run", until=4)
    error = StorageError("{path} is full.", path="the disk")
    with monkeypatch.context() as full:
        full.setattr(run_journal, place, _raising(error) if place == "write_atomically" else full_disk)
        *_, failed = events
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, StorageError)
    assert failed.variant == "lora"
    assert said(variants, variants.named("lora")).isfinite().all()
    record = read_record(tmp_path / "run")
    assert record.state == "failed"
    assert str(record.told_error) == str(failed.error)


def _raising(error: Exception) -> object:
    def fail(*_: object) -> None:
        raise error

    return fail


def test_a_disk_that_fills_up_in_the_middle_stops_the_run_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_journal, "INTERVAL", 0.0)
    events = begun(Variants(CASE.model()), long(epochs=10_000, snapshots=0), tmp_path / "run", until=4)
    while not can_resume(tmp_path / "run"):  # its writer is a thread of its own
        next(events)
    monkeypatch.setattr(run_journal, "_append", full_disk)
    *_, failed = events
    assert isinstance(failed, Failed)
    assert "No space left" in str(failed.error)
    assert 4 <= failed.step < 20_000
    monkeypatch.undo()
    assert can_resume(tmp_path / "run")


def test_a_surprise_in_a_run_is_kept_as_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events = begun(Variants(CASE.model()), long(), tmp_path / "run", until=2)
    monkeypatch.setattr("lora_studio.core.training.loop.Training._learn", _raising(ZeroDivisionError("surprise")))
    *_, failed = events
    assert isinstance(failed, Failed)
    assert (failed.step, failed.variant) == (2, "lora")
    assert isinstance(failed.error.__cause__, ZeroDivisionError)  # the details have its traceback
    assert read_record(tmp_path / "run").state == "failed"
    assert "surprise" in str(read_record(tmp_path / "run").told_error)


def test_a_folder_that_cannot_be_written_stops_the_run_before_it_begins(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    variants = Variants(CASE.model())
    with pytest.raises(StorageError):
        next(run_of(variants, long(), RunFolder(tmp_path / "file" / "run")).events())
    assert [variant.name for variant in variants.all()] == ["Base"]


def test_a_line_that_was_cut_off_is_no_obstacle(tmp_path: Path) -> None:
    interrupt(Variants(CASE.model()), long(), tmp_path / "run", after=4)
    with (tmp_path / "run" / "events.jsonl").open("a") as file:
        file.write('{"event": "step", "ste')
    folder = RunFolder.of_interrupted(tmp_path / "run")
    list(run_of(Variants(CASE.model()), folder.recipe(), folder).events())
    assert [event["step"] for event in told(tmp_path / "run") if event["event"] == "step"] == list(range(1, 21))


def test_numbers_that_are_none_are_written_as_nothing(tmp_path: Path) -> None:
    answer = Answer("a", ("a",), (), (Prediction("b", math.nan),))
    assert plain(Probed(2, (answer,)))["answers"][0]["predictions"] == [{"token": "b", "probability": None}]
    assert plain(Drifted(1, math.inf, 0.5)) == {
        "event": "drifted", "step": 1, "protected": None, "held_out": 0.5, "made_up": False,
    }  # fmt: skip
    journal = Journal(tmp_path / "events.jsonl")
    journal.tell(Step(1, 1, math.nan, 1e-3, 4))
    journal.write(tmp_path / "bad", lambda: finite_bytes({"a": torch.tensor(math.nan)}))
    journal.close()
    assert json.loads((tmp_path / "events.jsonl").read_text())["loss"] is None
    assert not (tmp_path / "bad").exists()


def test_of_two_requests_for_the_same_file_the_newer_one_counts(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "events.jsonl")
    journal.write(tmp_path / "file", lambda: b"old")
    journal.write(tmp_path / "file", lambda: b"new")
    journal.close()
    assert (tmp_path / "file").read_bytes() == b"new"
