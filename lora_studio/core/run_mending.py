"""What a run that ended before its time left in its folder: whether it can go on, and what is to be put right first."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from lora_studio.core.errors import StorageError
from lora_studio.core.files import TEMPORARY_PREFIX, is_temporary
from lora_studio.core.run_record import read_record
from lora_studio.core.snapshots import SNAPSHOTS

RECIPE, CHECKPOINT, ADAPTER = "recipe.yaml", "checkpoint.safetensors", "adapter"
NEW_ADAPTER, OLD_ADAPTER = f"{TEMPORARY_PREFIX}new-adapter", f"{TEMPORARY_PREFIX}old-adapter"


def can_resume(path: Path) -> bool:
    """Whether the run in the folder at `path` was ended before its time and can go on. A running one says yes, too.

    One that was interrupted before its first checkpoint, or that learns without gradients, cannot: its recipe can be
    run again, in a new folder.
    """
    try:
        check_resumable(path)
    except StorageError:
        return False
    return True


def check_resumable(path: Path) -> None:
    """Raises StorageError: the run in the folder at `path` cannot go on."""
    advice = "Run its recipe again."
    try:
        state = read_record(path).state
    except StorageError as error:
        raise StorageError("The run in {path} cannot go on: its files are missing.", path=path) from error
    if state == "finished":
        raise StorageError("The run in {path} cannot go on: it has finished.", advice=advice, path=path)
    if not (path / RECIPE).is_file():
        raise StorageError("The run in {path} cannot go on: its files are missing.", path=path)
    if not (path / CHECKPOINT).is_file():
        raise StorageError(
            "The run in {path} cannot go on: no state was kept that it could go on from.", advice=advice, path=path
        )


def mend(path: Path) -> None:
    """Puts right what a kill left half done in a run's folder; nothing may run there. What cannot be mended stays."""
    settle_adapter(path)
    with suppress(OSError, StorageError):
        if (path / CHECKPOINT).exists() and read_record(path).state == "finished":
            (path / CHECKPOINT).unlink()
    for folder in (path, path / SNAPSHOTS):
        _remove_unfinished(folder)


def settle_adapter(path: Path) -> None:
    """The old adapter comes back unless the new one has taken its place."""
    with suppress(OSError):
        if (path / OLD_ADAPTER).is_dir() and not (path / ADAPTER).exists():
            (path / OLD_ADAPTER).rename(path / ADAPTER)
    for left in (OLD_ADAPTER, NEW_ADAPTER):
        shutil.rmtree(path / left, ignore_errors=True)


def _remove_unfinished(folder: Path) -> None:
    with suppress(OSError):
        for entry in [entry for entry in folder.iterdir() if is_temporary(entry)]:
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)
