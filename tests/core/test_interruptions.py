"""Runs that a killed program left: which can go on, and what they had told."""

from __future__ import annotations

from pathlib import Path

from lora_studio.core.event_reading import earlier_events
from lora_studio.core.events import (
    Answer,
    BlockSeparation,
    Counted,
    Drifted,
    Event,
    Finished,
    Prediction,
    Probed,
    Separated,
    Started,
    Step,
)
from lora_studio.core.history import stored_run
from lora_studio.core.interruptions import interrupted_runs, leave
from lora_studio.core.recipe import Recipe
from lora_studio.core.run_journal import line_of
from lora_studio.core.run_record import RunEnd, RunRecord, read_record, write_record

ANSWER = Answer("die katze", ("die", "katze"), ("x",), (Prediction("sitzt", 0.9),), (Prediction("im", 0.1),))
EVENTS: tuple[Event, ...] = (
    Probed(0, (ANSWER,)),
    Step(1, 1, 2.5, 0.002, 12, 0.1),
    Counted(2),
    Drifted(2, 0.1, None, made_up=True),
    Separated((BlockSeparation(1, 1.0, 3.0, 0.9, 2.0),), 1),
)


def stored(folder: Path, state: RunEnd, *, recipe: bool = True) -> Path:
    folder.mkdir(parents=True)
    write_record(folder, RunRecord(name=folder.name, state=state))
    if recipe:
        (folder / "recipe.yaml").write_text(Recipe().to_yaml(), "utf-8")
        (folder / "checkpoint.safetensors").touch()
    return folder


def test_those_that_can_go_on_are_found_and_the_others_are_closed(tmp_path: Path) -> None:
    going, early = stored(tmp_path / "going", "running"), stored(tmp_path / "early", "running", recipe=False)
    stored(tmp_path / "done", "finished")
    stored(tmp_path / "stopped", "cancelled")
    assert [run.path for run in interrupted_runs(tmp_path, read_only=True)] == [going]
    assert read_record(early).state == "running"
    assert [run.path for run in interrupted_runs(tmp_path)] == [going]
    assert read_record(early).state == "failed"
    assert "Interrupted" in read_record(early).error
    assert read_record(going).state == "running"


def test_one_that_is_left_is_not_asked_about_again_and_can_still_go_on(tmp_path: Path) -> None:
    going, done = stored(tmp_path / "going", "running"), stored(tmp_path / "done", "finished")
    leave(going)
    leave(done)
    assert interrupted_runs(tmp_path) == ()
    assert read_record(going).state == "cancelled"
    assert read_record(done).state == "finished"
    again = stored_run(going)
    assert again is not None
    assert again.resumable


def test_without_runs_there_is_nothing_to_find(tmp_path: Path) -> None:
    assert interrupted_runs(tmp_path / "runs") == ()


def test_what_was_told_comes_back(tmp_path: Path) -> None:
    told = (Started("LoRA V", 160, 1024, ()), *EVENTS, Finished("LoRA V", 1, 0.1, 2.5, cancelled=False, folder=""))
    text = "".join(line_of(event) for event in told)
    (tmp_path / "events.jsonl").write_text(text + '{"event": "step", "st', "utf-8")
    assert earlier_events(tmp_path) == list(EVENTS)


def test_lines_of_another_version_are_left_out(tmp_path: Path) -> None:
    lines = '{"event": "step", "stride": 3}\n{"event": "probed", "step": 1}\n[]\n' + line_of(EVENTS[1])
    (tmp_path / "events.jsonl").write_text(lines, "utf-8")
    assert earlier_events(tmp_path) == [EVENTS[1]]
    assert earlier_events(tmp_path / "nowhere") == []
