"""A program that is killed while it trains: what is on the disk then, and how it goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from torch import Tensor

from lora_studio.core.files import is_temporary
from lora_studio.core.interruptions import interrupted_runs
from lora_studio.core.models.tensor_file import read_tensors
from lora_studio.core.run_folder import RunFolder, can_resume, snapshot_file, snapshot_steps
from lora_studio.core.run_record import read_record
from lora_studio.core.variants import Variants
from tests.core.interrupted import go_on, run_of, snapshots, told
from tests.core.killed_anywhere import short
from tests.core.killed_run import STEPS, recipe
from tests.core.method_cases import same, state
from tests.core.tiny_mini_gpt import make_mini_gpt

KILLS = 1
MOST_LOST = 3.0  # seconds of training; a busy machine may take longer than the promised one
PROGRAMS = Path(__file__).parents[2]


def train_and_kill(path: Path, lines: int) -> float:
    """Lets another program train for so many steps, and on until it has a checkpoint; seconds at the last step told."""
    command = [sys.executable, "-m", "tests.core.killed_run", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROGRAMS) as program:
        assert program.stdout
        try:
            read = [program.stdout.readline() for _ in range(lines)]
            while not (path / "checkpoint.safetensors").exists():
                read.append(program.stdout.readline())
        finally:
            program.kill()
        read += program.stdout.readlines()
    assert program.returncode != 0
    return max(float(line.split()[1]) for line in read if line.endswith("\n"))


def seconds_on_disk(path: Path) -> float:
    """Those of the last step in events.jsonl whose line is whole."""
    found, file = 0.0, path / "events.jsonl"
    for line in file.read_bytes().splitlines(keepends=True) if file.exists() else ():
        if line.endswith(b"\n") and (event := json.loads(line))["event"] == "step":
            found = event["seconds"]
    return found


def test_a_killed_run_has_lost_little_and_goes_on_exactly(tmp_path: Path) -> None:
    path = tmp_path / "run"
    for _ in range(KILLS):
        reached = train_and_kill(path, lines=STEPS // 10)
        assert reached - seconds_on_disk(path) <= MOST_LOST
        assert read_record(path).state == "running"
        assert RunFolder.of_interrupted(path).recipe() == recipe()
        assert can_resume(path)
        assert all(read_tensors(snapshot_file(path, step)) for step in snapshot_steps(path))
    ended = state(go_on(Variants(make_mini_gpt()), path))
    whole = Variants(make_mini_gpt())
    list(run_of(whole, recipe(), RunFolder(tmp_path / "whole")).events())
    assert same(ended, state(whole.all()[-1]))
    assert told(path) == told(tmp_path / "whole")
    assert snapshots(path) == snapshots(tmp_path / "whole")


def check_mended(path: Path, whole: Path, result: dict[str, Tensor]) -> str:
    """What was killed here loses nothing that it had; its state as a word."""
    record = read_record(path)
    was_saved = (path / "metrics.json").exists()
    assert (path / "adapter" / "adapter.txt").exists() or not was_saved
    assert all(read_tensors(snapshot_file(path, step)) for step in snapshot_steps(path))
    if can_resume(path):
        assert same(state(go_on(Variants(make_mini_gpt()), path)), result)
    elif record.state == "failed":
        assert "Interrupted before" in record.error
        assert not was_saved
        return "too early"
    assert read_record(path).state == "finished"
    assert told(path) == told(whole)
    assert snapshots(path) == snapshots(whole)
    assert not (path / "checkpoint.safetensors").exists()
    assert not [entry for entry in path.iterdir() if is_temporary(entry)]
    return record.state


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a program that forks is killed a hundred times in seconds")
def test_whatever_it_was_about_to_do_to_the_disk(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    runs.mkdir()
    subprocess.run([sys.executable, "-m", "tests.core.killed_anywhere", str(runs)], cwd=PROGRAMS, check=True)
    killed = sorted(path for path in runs.iterdir() if any(path.iterdir()))
    interrupted_runs(runs)
    whole = Variants(make_mini_gpt())
    list(run_of(whole, short(), RunFolder(tmp_path / "whole")).events())
    seen = Counter(
        check_mended(path, tmp_path / "whole", state(whole.all()[-1]))
        for path in killed
        if (path / "run.json").exists()
    )
    assert seen.keys() == {"too early", "running", "cancelled", "finished"}
