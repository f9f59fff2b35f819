"""The workspace keeps what a person did, in plain files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lora_studio.core.data.builtin import BUILTIN_DATASETS, Probe
from lora_studio.core.data.dataset import Dataset, Role
from lora_studio.core.errors import RecipeError, StorageError
from lora_studio.core.methods import METHODS, Lora, Method
from lora_studio.core.recipe import Protection, Recipe
from lora_studio.core.workspace import (
    BoardEntry,
    DatasetEntry,
    QueuedRun,
    StudioState,
    Workspace,
    file_name,
    is_workspace,
    may_be_workspace,
)


def test_a_new_workspace_has_the_builtin_sets_and_writes_nothing(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "new")
    state = workspace.state()
    assert [entry.name for entry in state.datasets] == [dataset.name for dataset in BUILTIN_DATASETS]
    assert tuple(map(workspace.dataset, state.datasets)) == BUILTIN_DATASETS
    assert not (tmp_path / "new").exists()


def test_state_and_datasets_come_back(tmp_path: Path) -> None:
    state = StudioState(
        datasets=(DatasetEntry(name="mine ä/.."),),
        selected=("mine ä/..",),
        method=Lora(rank=7),
        protection=Protection(enabled=True, weight=10.0),
        kept=("mine ä/..",),
        held_out={"mine ä/..": ("die katze schläft",)},
        pins=(Probe(prompt="die katze", wanted="sitzt"),),
        variants=(BoardEntry(folder="runs/x/adapter", name="Mine", strength=0.5, visible=False, failed=True),),
        queue=(QueuedRun(file="0002-lora.yaml", error="The disk is full."), QueuedRun(file="0001-lora.yaml")),
    )
    mine = Dataset(name="mine ä/..", rows=("die katze schläft", "größe", ""))
    workspace = Workspace(tmp_path)
    workspace.save_state(state)
    workspace.save_dataset(state.datasets[0], mine)
    again = Workspace(tmp_path)
    assert again.state() == state
    assert again.dataset(state.datasets[0]).rows[:2] == mine.rows[:2]
    assert {path.parent for path in tmp_path.rglob("*.jsonl")} == {tmp_path / "datasets"}


def test_a_state_of_an_older_studio_opens_with_the_defaults(tmp_path: Path) -> None:
    fields = StudioState(method=Lora(rank=7)).model_dump(mode="json")
    for name in ("protection", "kept", "held_out"):
        del fields[name]
    (tmp_path / "studio.json").write_text(json.dumps(fields), "utf-8")
    assert Workspace(tmp_path).state() == StudioState(method=Lora(rank=7))


def test_a_board_of_an_older_studio_was_a_list_of_folders(tmp_path: Path) -> None:
    fields = {"variants": ["runs/x/adapter"], "boards": {"/model": ["runs/y/adapter"]}}
    (tmp_path / "studio.json").write_text(json.dumps(fields), "utf-8")
    state = Workspace(tmp_path).state()
    assert state.variants == (BoardEntry(folder="runs/x/adapter"),)
    assert state.boards == {"/model": (BoardEntry(folder="runs/y/adapter"),)}


def test_waiting_runs_come_back_in_their_order_and_none_is_lost(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    for number in (1, 2, 3):
        workspace.save_queued(f"000{number}-lora.yaml", Recipe(name=f"LoRA {number}"))
    known = (QueuedRun(file="0003-lora.yaml"), QueuedRun(file="0009-gone.yaml"), QueuedRun(file="0001-lora.yaml"))
    found = workspace.queued(known)
    assert [run.file for run in found] == ["0003-lora.yaml", "0001-lora.yaml", "0002-lora.yaml"]
    assert workspace.queued_recipe("0002-lora.yaml") == Recipe(name="LoRA 2")
    workspace.remove_queued("0002-lora.yaml")
    assert len(workspace.queued(())) == 2


def test_a_waiting_run_that_is_damaged_is_refused(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with pytest.raises(StorageError, match=r"0001-lora\.yaml"):
        workspace.queued_recipe("0001-lora.yaml")
    workspace.save_queued("0001-lora.yaml", Recipe())
    workspace.queue_file("0001-lora.yaml").write_text("name: 3", "utf-8")
    with pytest.raises(RecipeError):
        workspace.queued_recipe("0001-lora.yaml")


def test_what_may_become_a_workspace(tmp_path: Path) -> None:
    assert may_be_workspace(tmp_path / "new")
    assert may_be_workspace(tmp_path)
    (tmp_path / "runs").mkdir()
    assert may_be_workspace(tmp_path)
    (tmp_path / "letters").mkdir()
    assert not may_be_workspace(tmp_path)
    Workspace(tmp_path).save_state(StudioState())
    assert is_workspace(tmp_path)
    assert may_be_workspace(tmp_path)


def test_what_is_broken_stays_where_it_is_when_one_may_only_look(tmp_path: Path) -> None:
    (tmp_path / "studio.json").write_text("{", "utf-8")
    workspace = Workspace(tmp_path, read_only=True)
    workspace.set_state_aside()
    assert (tmp_path / "studio.json").read_text("utf-8") == "{"


@pytest.mark.parametrize("method", METHODS)
def test_every_method_comes_back(tmp_path: Path, method: type[Method]) -> None:
    Workspace(tmp_path).save_state(StudioState(method=method()))
    assert Workspace(tmp_path).state().method == method()


def test_datasets_never_share_a_file(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    entries: list[DatasetEntry] = []
    for name in ("my data", "my-data", "My Data", "???", "!!!", "x" * 100, "x" * 101):
        entries.append(workspace.new_entry(name, Role.FINETUNING, entries))
    assert len({entry.file_name.casefold() for entry in entries}) == len(entries)
    workspace.save_dataset(entries[0], Dataset(name="my data", rows=("die katze",)))
    assert workspace.new_entry("my data", Role.FINETUNING, ()).file_name != entries[0].file_name


def test_an_emptied_builtin_set_stays_empty(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.save_dataset(DatasetEntry(name="TRAINING"), Dataset(name="TRAINING"))
    assert workspace.dataset(DatasetEntry(name="TRAINING")).rows == ()


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"training": {"epochs": -1}}), "\xff"])
def test_a_broken_state_is_said_and_set_aside(tmp_path: Path, text: str) -> None:
    (tmp_path / "studio.json").write_bytes(text.encode("latin-1"))
    workspace = Workspace(tmp_path)
    with pytest.raises(StorageError, match=r"studio\.json"):
        workspace.state()
    workspace.set_state_aside()
    assert workspace.state() == StudioState()
    assert (tmp_path / "studio.json.broken").read_bytes() == text.encode("latin-1")


def test_run_folders_never_collide(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    folders = set()
    for _ in range(3):
        folder = workspace.new_run_folder("LoRA V")
        folder.path.mkdir(parents=True)
        folders.add(folder.path)
    assert len(folders) == 3


@pytest.mark.parametrize("name", ["", "..", "a/b", "a\\b", "-rf", "ä ö", "x" * 300, "con:", "\0"])
def test_file_names_are_harmless(name: str) -> None:
    safe = file_name(name)
    assert safe
    assert Path(safe).name == safe
    assert not safe.startswith((".", "-"))
    assert len(safe) <= 80
