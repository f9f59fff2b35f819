"""One window writes in a workspace, and a program that is killed keeps nobody out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lora_studio.core.errors import StorageError
from lora_studio.core.workspace_lock import WorkspaceLock

HOLD = """
import sys
from pathlib import Path
from lora_studio.core.workspace_lock import WorkspaceLock
lock = WorkspaceLock(Path(sys.argv[1]))
print(lock.take(), flush=True)
sys.stdin.read()
"""


def test_the_second_one_waits_for_the_first_to_give_it_back(tmp_path: Path) -> None:
    first, second = WorkspaceLock(tmp_path / "new"), WorkspaceLock(tmp_path / "new")
    assert first.take()
    assert not second.take()
    first.give_back()
    assert second.take()
    second.give_back()
    second.give_back()


def test_a_killed_program_keeps_nobody_out(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline().strip() == "True"
        lock = WorkspaceLock(tmp_path)
        assert not lock.take()
        program.kill()
        program.wait()
        assert lock.take()
        lock.give_back()


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="file"):
        WorkspaceLock(tmp_path / "file" / "workspace").take()
