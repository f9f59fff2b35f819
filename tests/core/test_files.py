"""Writing: complete or not at all, whatever fails."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lora_studio.core.errors import StorageError
from lora_studio.core.files import is_temporary, write_atomically, write_new_folder

FILES = {"a.json": b"{}", "b.bin": b"x" * 1000}


def fail_at(monkeypatch: pytest.MonkeyPatch, name: str, nth: int) -> list[int]:
    """The nth call of os.<name> fails as on a full disk. Returns a list that grows by one with each call."""
    real: Callable[..., Any] = getattr(os, name)
    calls: list[int] = []

    def failing(*arguments: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == nth:
            raise OSError(28, "No space left on device")
        return real(*arguments, **options)

    monkeypatch.setattr(os, name, failing)
    return calls


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")
    write_atomically(path, b"new and longer")
    assert path.read_bytes() == b"new and longer"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_name_of_the_greatest_length_is_written(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    write_atomically(path, b"data")
    assert path.read_bytes() == b"data"


def test_a_system_that_writes_little_at_a_time_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:3]))
    write_atomically(tmp_path / "file", bytes(range(100)))
    assert (tmp_path / "file").read_bytes() == bytes(range(100))


@pytest.mark.parametrize("name", ["open", "write", "fsync", "replace"])
def test_the_old_file_survives_a_failure(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")
    with monkeypatch.context() as patch:
        fail_at(patch, name, 1)
        with pytest.raises(StorageError, match="could not be written: No space left on device"):
            write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_cannot_be_synced_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")
    with monkeypatch.context() as patch:
        fail_at(patch, "fsync", 2)
        with pytest.raises(StorageError):
            write_atomically(path, b"new")
    assert path.read_bytes() == b"new"  # whole, but perhaps not through a power cut


@pytest.mark.parametrize("name", ["open", "write", "fsync", "rename", "mkdir"])
def test_a_folder_appears_whole_or_not_at_all(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = 0
    for nth in range(1, 20):
        root = tmp_path / str(nth)
        root.mkdir()
        with monkeypatch.context() as patch:
            calls = fail_at(patch, name, nth)
            try:
                write_new_folder(root / "new", FILES)
            except StorageError:
                failures += 1
        found = {entry.name: entry for entry in root.iterdir()}
        assert set(found) <= {"new"}
        if found:
            assert {entry.name: entry.read_bytes() for entry in found["new"].iterdir()} == FILES
        if len(calls) < nth:
            assert found
            break
    assert failures >= 1


def test_a_new_folder_says_how_much_it_wrote(tmp_path: Path) -> None:
    assert write_new_folder(tmp_path / "deep" / "new", FILES) == 1002
    assert {entry.name for entry in (tmp_path / "deep" / "new").iterdir()} == set(FILES)


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    write_new_folder(tmp_path / "new", FILES)
    assert len(list((tmp_path / "new").iterdir())) == 2


@pytest.mark.parametrize("kind", ["full folder", "file", "link", "broken link"])
def test_nothing_is_overwritten(kind: str, tmp_path: Path) -> None:
    target = tmp_path / "taken"
    if kind == "full folder":
        target.mkdir()
        (target / "mine").write_text("mine")
    elif kind == "file":
        target.write_text("mine")
    else:
        (tmp_path / "empty").mkdir()
        target.symlink_to(tmp_path / ("empty" if kind == "link" else "nowhere"))
    with pytest.raises(StorageError, match="exists already"):
        write_new_folder(target, FILES)
    assert not [entry for entry in tmp_path.iterdir() if is_temporary(entry)]
    assert target.is_symlink() or kind in {"full folder", "file"}


def test_an_unwritable_target_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file, no folder")
    with pytest.raises(StorageError, match="Choose another folder"):
        write_atomically(tmp_path / "file" / "below", b"data")
    with pytest.raises(StorageError, match="could not be written"):
        write_new_folder(tmp_path / "file" / "below", FILES)


def test_missing_parents_are_made(tmp_path: Path) -> None:
    write_atomically(tmp_path / "not" / "there" / "file", b"data")
    assert (tmp_path / "not" / "there" / "file").read_bytes() == b"data"


@pytest.mark.parametrize("name", ["../out", "a/b", "", "..", "a\\b"])
def test_only_plain_file_names_go_into_a_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="plain file names"):
        write_new_folder(tmp_path / "new", {name: b"data"})


@pytest.mark.parametrize("call", ["write_atomically(p, b'new')", "write_new_folder(p.parent / 'n', {'a': b'new'})"])
def test_what_a_killed_process_leaves_is_recognised(call: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    program = (
        "import os, sys; from pathlib import Path; from lora_studio.core.files import *\n"
        "os.replace = os.rename = lambda *_: os._exit(9)\n"
        f"p = Path(sys.argv[1]); {call}"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    assert done.returncode == 9
    assert path.read_bytes() == b"old"
    left = [entry for entry in tmp_path.iterdir() if entry != path]
    assert len(left) == 1
    assert is_temporary(left[0])
    assert not is_temporary(path)
