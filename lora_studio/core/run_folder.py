"""What a run leaves on disk, written while it goes on. A finished run is never overwritten.

recipe.yaml, run.json (see RunRecord), events.jsonl, snapshots/step-000120.safetensors, checkpoint.safetensors (only
until the run has finished), adapter/ and metrics.json. Free of torch.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lora_studio.core.errors import StorageError
from lora_studio.core.events import Event, Failed, Finished
from lora_studio.core.files import write_atomically
from lora_studio.core.models.foreign_files import read_json_object, read_plain_file
from lora_studio.core.recipe import MAX_RECIPE_BYTES, Recipe
from lora_studio.core.run_journal import Journal, MakeBytes, plain, unwritable
from lora_studio.core.run_mending import (
    ADAPTER,
    CHECKPOINT,
    NEW_ADAPTER,
    OLD_ADAPTER,
    RECIPE,
    can_resume,
    check_resumable,
    mend,
    settle_adapter,
)
from lora_studio.core.run_record import RunRecord, read_record, write_record
from lora_studio.core.snapshots import snapshot_file, snapshot_steps

EVENTS = "events.jsonl"
MOST_METRICS_BYTES = 1 << 20
CHECKPOINT_INTERVAL = 1.0  # seconds of training
MOST_SHARE = 20  # taking a checkpoint may hold up training by a twentieth of its time

__all__ = ["RunFolder", "can_resume", "plain", "read_figures", "snapshot_file", "snapshot_steps"]


class RunFolder:
    """A folder for one run; it is made when the run begins.

    Raises:
        StorageError: something is there already.
    """

    def __init__(self, path: Path) -> None:
        self._set_up(path, was_begun=False)
        try:
            taken = path.exists() and any(path.iterdir())
        except OSError as error:
            raise StorageError(
                "The run folder {path} cannot be used: {reason}.",
                advice="Choose another folder.",
                path=path, reason=error.strerror or error,
            ) from error  # fmt: skip
        if taken:
            raise StorageError(
                "{path} is not empty; a run is never overwritten.", advice="Choose a new folder.", path=path
            )

    def _set_up(self, path: Path, *, was_begun: bool) -> None:
        self.path = path
        self.was_begun = was_begun
        self._journal: Journal | None = None
        self._next_checkpoint = 0.0

    @classmethod
    def of_interrupted(cls, path: Path) -> RunFolder:
        """The folder of a run that ended before its time, to go on in it.

        Raises:
            StorageError: there is no such run, it has finished, or nothing was kept to go on from.
        """
        check_resumable(path)
        mend(path)
        folder = cls.__new__(cls)
        folder._set_up(path, was_begun=True)
        return folder

    @property
    def adapter(self) -> Path:
        return self.path / ADAPTER

    @property
    def checkpoint(self) -> Path:
        """The newest state to go on from, if there is one."""
        return self.path / CHECKPOINT

    # What an interrupted run left

    def recipe(self) -> Recipe:
        """Raises StorageError, RecipeError: it cannot be read."""
        data = read_plain_file(self.path / RECIPE, MAX_RECIPE_BYTES, StorageError)
        try:
            return Recipe.from_yaml(data.decode())
        except UnicodeDecodeError as error:
            raise StorageError("{path} is not UTF-8 text.", path=self.path / RECIPE) from error

    # While the run goes on

    def begin(self, recipe: Recipe, record: RunRecord, step: int, planned: frozenset[int] | None) -> None:
        """Begins, or goes on after `step`: then what came later is taken back, and snapshots that are not `planned`.

        `planned` None: every snapshot up to that step stays.

        Raises:
            StorageError: it cannot be written, or the events up to that step are not there.
        """
        if self.was_begun:
            _take_back(self.path, step, planned)
            record = self._with_persons_words(record)
        write_record(self.path, record)  # before the recipe: whoever finds it alone knows that the run never began
        if not self.was_begun:
            write_atomically(self.path / RECIPE, recipe.to_yaml().encode())
        self._journal = Journal(self.path / EVENTS)

    def record(self, event: Event) -> None:
        """Raises StudioError: something told before could not be written."""
        if self._journal:
            self._journal.check()
            self._journal.tell(event)

    def keep_snapshot(self, step: int, make: MakeBytes) -> None:
        """Keeps what the run had learned after `step` steps. `make` gives the file, later and on another thread."""
        if self._journal:
            self._journal.write(snapshot_file(self.path, step), make)

    def wants_checkpoint(self, seconds: float) -> bool:
        """Whether it is time, after so many seconds of training."""
        journal, file = self._journal, self.checkpoint
        return journal is not None and seconds >= self._next_checkpoint and not journal.waits(file)

    def keep_checkpoint(self, make: MakeBytes | None, seconds: float, took: float) -> None:
        """Keeps a state to go on from; `make` as above, None: there is none this time. Copying it `took` so long."""
        file = self.checkpoint
        if self._journal is None:
            return
        if make:
            self._journal.write(file, make)
        self._next_checkpoint = seconds + max(CHECKPOINT_INTERVAL, MOST_SHARE * took, 4 * self._journal.took(file))

    def end(self, event: Finished | Failed, record: RunRecord, *, resumable: bool) -> None:
        """Writes the rest, and the figures that a list of runs shows. Raises StudioError: it could not be written."""
        try:
            self.record(event)
            self.close()
        finally:
            metrics = {**plain(event), "trainable": record.trainable}
            write_atomically(self.path / "metrics.json", json.dumps(metrics, ensure_ascii=False, indent=2).encode())
            if not resumable and record.state != "finished":  # killed here, it must not be offered to go on
                self._drop_checkpoint()
            write_record(self.path, self._with_persons_words(record))
        if not resumable:
            self._drop_checkpoint()

    def _drop_checkpoint(self) -> None:
        with suppress(OSError):
            self.checkpoint.unlink(missing_ok=True)

    def close(self) -> None:
        """Ends the writing. The record goes on saying that the run is running: it was interrupted."""
        journal, self._journal = self._journal, None
        if journal:
            journal.close()

    def _with_persons_words(self, record: RunRecord) -> RunRecord:
        """What a person may have changed in the record on disk stays, and when the run began."""
        try:
            there = read_record(self.path)
        except StorageError:
            return record
        return record.model_copy(update={"name": there.name, "note": there.note, "began": there.began})

    @contextmanager
    def new_adapter(self) -> Iterator[Path]:
        """Where to write the adapter; when that is done, it takes its place.

        That of an earlier end of the same run stays until then. Raises StorageError: it cannot be moved there.
        """
        new, old = self.path / NEW_ADAPTER, self.path / OLD_ADAPTER
        shutil.rmtree(new, ignore_errors=True)
        try:
            yield new
            if self.adapter.exists():
                shutil.rmtree(old, ignore_errors=True)
                _rename(self.adapter, old)
            _rename(new, self.adapter)
        finally:
            settle_adapter(self.path)


def read_figures(folder: Path) -> dict[str, float]:
    """The finite numbers in metrics.json of a run folder, or {}: it only decorates a list, and may be anybody's."""
    try:
        found = read_json_object(folder / "metrics.json", MOST_METRICS_BYTES, StorageError)
    except StorageError:
        return {}
    numbers = {name: n for name, n in found.items() if isinstance(n, int | float) and not isinstance(n, bool)}
    return {name: float(n) for name, n in numbers.items() if abs(n) <= sys.float_info.max}  # integers have no end


def _rename(old: Path, new: Path) -> None:
    try:
        old.rename(new)
    except OSError as error:
        raise unwritable(new, error) from error


def _take_back(path: Path, step: int, planned: frozenset[int] | None) -> None:
    events = path / EVENTS
    try:
        with events.open("ab") as file:
            file.truncate(_end_of(step, events))
        for old in snapshot_steps(path):
            if old > step or (planned is not None and old not in planned):
                snapshot_file(path, old).unlink()
    except OSError as error:
        raise unwritable(events, error) from error


def _end_of(step: int, events: Path) -> int:
    """Where in events.jsonl the line of that step ends. What is told after it, of the same step, is told again."""
    if step == 0:
        return 0
    place = 0
    with events.open("rb") as file:
        for line in file:
            place += len(line)
            if _is_step(line, step):
                return place
    raise StorageError(
        "The run cannot go on: {path} ends before step {step}.", advice="Run its recipe again.", path=events, step=step
    )


def _is_step(line: bytes, step: int) -> bool:
    try:
        event = json.loads(line)
    except ValueError:  # a line that was being written when the program was killed
        return False
    return isinstance(event, dict) and event.get("event") == "step" and event.get("step") == step
