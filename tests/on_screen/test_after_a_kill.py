"""The program is killed while it trains; the next start offers to go on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from lora_studio.core.run_record import read_record
from tests.on_screen.hands import Hands
from tests.on_screen.person import Person


def train_and_kill(workspace: Path, hands: Hands) -> Path:
    """The folder of a run that was ended by `kill -9` when it had kept a state."""
    command = [sys.executable, "-m", "tests.on_screen.killed_studio", str(workspace)]
    program = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    try:
        hands.wait(lambda: any(workspace.glob("runs/*/checkpoint.safetensors")))
        hands.wait(lambda: any(file.stat().st_size for file in workspace.glob("runs/*/events.jsonl")))
    finally:
        program.kill()
        program.wait()
    (run,) = (workspace / "runs").iterdir()
    return run


def test_an_interrupted_run_goes_on_by_a_click(
    open_studio: Callable[[], Person], hands: Hands, workspace: Path
) -> None:
    folder = train_and_kill(workspace, hands)
    assert read_record(folder).state == "running"
    person = open_studio()
    person.wait(lambda: (notice := person.notice()) is not None and "was interrupted at step" in notice.message)
    assert [run.path for run in person.runs()] == [folder]
    kept = read_record(folder).steps_done

    person.press_offer()
    person.wait(lambda: person.studio.session.run.phase == "running" and person.studio.session.run.step > kept)
    person.wait(lambda: person.answers() == ["tisch", "sofa"])
    person.hands.press("ctrl+period")
    person.wait(lambda: person.idle() and person.variants() == ["Base", "LoRA V"])
    person.wait(lambda: [run.record.state for run in person.runs()] == ["cancelled"])
    assert [run.path for run in person.runs()] == [folder]
