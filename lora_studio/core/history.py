"""The run history: every run folder of a workspace as one line, and the bin for those that are not wanted any more.

A list reads run.json and the names of a folder's files, nothing else, so that hundreds of runs are there at once.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeGuard

from lora_studio.core.data.dataset import clean_row
from lora_studio.core.errors import StorageError
from lora_studio.core.files import is_temporary
from lora_studio.core.models.foreign_files import (
    FlawError,
    open_plain_file,
    parse_json,
    read_json_object,
    read_plain_file,
)
from lora_studio.core.recipe import MAX_RECIPE_BYTES, Recipe
from lora_studio.core.run_record import (
    LARGEST,
    MOST_RECORD_BYTES,
    RECORD,
    RunEnd,
    RunRecord,
    read_record,
    write_record,
)
from lora_studio.core.snapshots import snapshot_steps

RECIPE, METRICS, EVENTS, CHECKPOINT = "recipe.yaml", "metrics.json", "events.jsonl", "checkpoint.safetensors"
BIN = "bin"
TAIL_BYTES = 1 << 16  # of events.jsonl; the last step is told in it
MOST_NAME = 200  # characters of a name, MOST_NOTE of a note; what is longer is cut
MOST_NOTE = 2000

_DATED = re.compile(r"(\d{4}-\d\d-\d\d-\d{6})-(.+)")  # a run folder's name

Tell = Callable[[StorageError], object]


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run folder. `steps` are those at which a snapshot was kept; `resumable`: it can go on where it stopped."""

    path: Path
    record: RunRecord
    resumable: bool = False
    steps: tuple[int, ...] = ()
    has_adapter: bool = True

    @property
    def began(self) -> datetime | None:
        return local_time(self.record.began)


def stored_runs(runs_folder: Path, tell: Tell | None = None) -> tuple[StoredRun, ...]:
    """All runs in a folder, newest first. What cannot be read is left out; `tell` hears why."""
    found = []
    for path in _folders(runs_folder, tell):
        try:
            run = stored_run(path)
        except StorageError as error:
            if tell:
                tell(error)
            continue
        if run:
            found.append(run)
    return tuple(sorted(found, key=age))


def stored_run(path: Path) -> StoredRun | None:
    """One run; None if the folder holds none. Raises StorageError: it cannot be read."""
    with _storage_errors(path):
        names = set(os.listdir(path))  # noqa: PTH208 - names are all that is wanted
    if RECORD in names:
        record = read_record(path)
    elif {RECIPE, METRICS} & names:
        record = _record_of_old(path)
    else:
        return None
    steps = snapshot_steps(path) if "snapshots" in names else ()
    if record.state == "running":  # it could not say any more how far it came
        done = _number(max(record.steps_done, *steps, _last_step(path / EVENTS)))
        record = record.model_copy(update={"steps_done": done})
    return StoredRun(path, record, _is_resumable(record, names), steps, "adapter" in names)


def rename(path: Path, name: str) -> None:
    """Raises StorageError: there is no such run, or it could not be written."""
    _change(path, name=clean_row(name[:MOST_NAME]))


def set_note(path: Path, note: str) -> None:
    """Raises StorageError, as `rename`."""
    _change(path, note=clean_row(note[:MOST_NOTE]))


def read_recipe(path: Path) -> Recipe:
    """The recipe of the run in the folder `path`. Raises StorageError: it is gone. Raises RecipeError: it is broken."""
    data = read_plain_file(path / RECIPE, MAX_RECIPE_BYTES, StorageError)
    try:
        return Recipe.from_yaml(data.decode())
    except UnicodeDecodeError as error:
        raise StorageError("{path} is not UTF-8 text.", path=path / RECIPE) from error


def local_time(text: str) -> datetime | None:
    """An ISO 8601 time as the clock here shows it; None if it is none. Without a zone it is one of here."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


# The bin


def to_bin(workspace_folder: Path, path: Path) -> Path:
    """Moves a run into the workspace's bin, where nothing is overwritten, and returns where it is now.

    Raises:
        StorageError: it could not be moved; it is where it was.
    """
    place = workspace_folder / BIN / path.name
    number = 2
    while os.path.lexists(place):
        place, number = place.with_name(f"{path.name}-{number}"), number + 1
    _move(path, place)
    return place


def restore(place: Path, path: Path) -> None:
    """Moves a run back out of the bin. Raises StorageError: there is another by now, or it is gone; nothing changed."""
    if not os.path.lexists(place):
        raise StorageError("{name} is not in the bin any more, so that it cannot be restored.", name=path.name)
    if os.path.lexists(path):
        raise StorageError(
            "{path} exists already, and nothing is overwritten.",
            advice="Rename or move that folder; the run is still in the bin.",
            path=path,
        )
    _move(place, path)


def binned(workspace_folder: Path) -> int:
    """How many runs lie in the bin."""
    try:
        return len(os.listdir(workspace_folder / BIN))  # noqa: PTH208 - as above
    except OSError:
        return 0


def binned_runs(workspace_folder: Path, tell: Tell | None = None) -> tuple[StoredRun, ...]:
    """The runs in the bin, newest first, as `stored_runs`."""
    return stored_runs(workspace_folder / BIN, tell)


def empty_bin(workspace_folder: Path) -> int:
    """Deletes what lies in the bin for good, and returns how many that were. Raises StorageError: not all could be."""
    folder = workspace_folder / BIN
    with _storage_errors(folder):
        found = list(folder.iterdir()) if folder.is_dir() else []
        for path in found:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return len(found)


def _move(source: Path, target: Path) -> None:
    with _storage_errors(source):
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(target)


# Reading a folder


def _folders(runs_folder: Path, tell: Tell | None) -> Iterator[Path]:
    try:
        with os.scandir(runs_folder) as entries:
            for entry in entries:
                path = Path(entry.path)
                if entry.is_dir() and not is_temporary(path):
                    yield path
    except FileNotFoundError:
        return  # nothing was trained yet
    except OSError as error:
        if tell:
            tell(StorageError("{path} could not be read: {reason}.", path=runs_folder, reason=error.strerror or error))


def _is_resumable(record: RunRecord, names: Set[str]) -> bool:
    """As run_mending.can_resume, from what was read already."""
    return record.state != "finished" and {RECIPE, RECORD, CHECKPOINT} <= names


def _record_of_old(path: Path) -> RunRecord:
    """What recipe.yaml and metrics.json of a run say that was made before there was run.json.

    Without metrics.json it did not come to an end.
    """
    dated = _DATED.fullmatch(path.name)
    found = _metrics(path)
    figures = {name: value for name, value in found.items() if _is_figure(value)}
    state = _state_of_old(found)
    steps = _number(figures.get("steps", figures.get("step", 0)))
    return RunRecord(
        name=dated[2] if dated else path.name,
        began=_began_of_old(path, dated[1] if dated else ""),
        state=state,
        steps=steps if state == "finished" else 0,
        steps_done=steps,
        trainable=_number(figures.get("trainable", 0)),
        final_loss=figures.get("final_loss"),
        forgetting_kl=figures.get("forgetting_kl"),
        top1_kept=figures.get("top1_kept"),
        seconds=figures.get("seconds"),
        variant=str(found.get("variant", "")),
        error=str(found.get("error", "")) if state == "failed" else "",
    )


def _is_figure(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _number(value: float) -> int:
    """A count as a record can hold it: files may be anybody's."""
    return int(min(max(value, 0), LARGEST))


def _state_of_old(metrics: dict[str, object]) -> RunEnd:
    if not metrics:
        return "running"
    if metrics.get("event") == "failed":
        return "failed"
    return "cancelled" if metrics.get("cancelled") is True else "finished"


def _metrics(path: Path) -> dict[str, object]:
    try:
        return read_json_object(path / METRICS, MOST_RECORD_BYTES, StorageError)
    except StorageError:
        return {}


def _began_of_old(path: Path, dated: str) -> str:
    try:
        return datetime.strptime(dated, "%Y-%m-%d-%H%M%S").astimezone().isoformat()
    except (ValueError, OverflowError, OSError):
        pass
    try:
        return datetime.fromtimestamp(path.stat().st_mtime).astimezone().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def _last_step(events: Path) -> int:
    """The last step that a run told of; 0 if that is not to be found at the end of its events."""
    try:
        with open_plain_file(events, StorageError) as (file, size):
            file.seek(max(0, size - TAIL_BYTES))
            tail = file.read(TAIL_BYTES)
    except (StorageError, OSError):
        return 0
    for line in reversed(tail.splitlines()):
        try:
            event = parse_json(line)
        except FlawError:
            continue  # the first and the last line may be torn
        if isinstance(event, dict) and event.get("event") in ("step", "counted"):
            step = event.get("step")
            return step if isinstance(step, int) else 0
    return 0


def age(run: StoredRun) -> tuple[float, str]:
    """Sorts runs as they are listed: the newest first."""
    began = run.began
    return (-began.timestamp() if began else 0.0), run.path.name


def _change(path: Path, **values: str) -> None:
    run = stored_run(path)  # as it is on disk now
    if run is None:
        raise StorageError("There is no run in {path}.", path=path)
    write_record(path, run.record.model_copy(update=values))


@contextmanager
def _storage_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            "{path} could not be moved, deleted or read: {reason}.",
            advice="Look whether another program uses the folder.",
            path=path, reason=error.strerror or error,
        ) from error  # fmt: skip
