"""The workspace: a folder of plain files that a person owns."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, Field, ValidationError

from lora_studio.core.data.builtin import BUILTIN_DATASETS, FACT_CORRECTION, FACT_PROBES, Probe
from lora_studio.core.data.dataset import Dataset, Role
from lora_studio.core.data.examples import is_structured
from lora_studio.core.data.formats import read_rows
from lora_studio.core.errors import StorageError
from lora_studio.core.files import is_temporary, write_atomically
from lora_studio.core.methods import Lora
from lora_studio.core.models.open_options import AUTOMATIC
from lora_studio.core.probing.continuation import ContinueSettings
from lora_studio.core.recipe import AnyMethod, Protection, Recipe, TrainingSettings
from lora_studio.core.settings import Settings
from lora_studio.core.usual import MINI

if TYPE_CHECKING:
    from lora_studio.core.run_folder import RunFolder

BUNDLED = "minigpt"  # the base that comes with the program
STATE_FILE, MARKER = "studio.json", "lora_studio.workspace"  # either makes a folder a workspace
PARTS = ("datasets", "runs", "adapters", "models", "queue", "bin", f"{STATE_FILE}.broken")
MOST_COLORS = 10_000  # a place beyond it is nonsense in a file
MOST_QUEUED = 1000  # files of waiting runs that are looked at


class DatasetEntry(Settings):
    """A dataset that the workspace has. Its rows lie in datasets/FILE, or are the built-in ones until edited."""

    name: str
    role: Role = Role.FINETUNING
    file: str = ""  # empty: after the name

    @property
    def file_name(self) -> str:
        return file_name(self.file.removesuffix(".jsonl") or self.name) + ".jsonl"


class MixPart(Settings):
    """A part of a mix: its adapter's folder, what it was called, its fader, and its own strength when it went in."""

    folder: str
    name: str
    strength: float = 1.0
    own: float | None = None


class BoardEntry(Settings):
    """An adapter that stands on the board: its folder, and what the person made of it there. Or a mix of `parts`.

    `name` is empty where it is called as its folder says; `strength` is None where it was not changed. `visible` tells
    whether the answers show it, `failed` that its run was stopped by an error. `color` is the place of its colour, 0
    where none was kept. `muted` and `soloed` are places of parts.
    """

    folder: str = ""
    name: str = ""
    strength: float | None = None
    visible: bool = True
    failed: bool = False
    color: int = Field(default=0, ge=0, le=MOST_COLORS)
    parts: tuple[MixPart, ...] = ()
    muted: tuple[int, ...] = ()
    soloed: tuple[int, ...] = ()

    @property
    def folders(self) -> tuple[str, ...]:
        """All that it needs on the disk."""
        return tuple(part.folder for part in self.parts) if self.parts else (self.folder,)

    @property
    def key(self) -> object:
        """The same for the same thing on the board."""
        return (self.name, self.folders) if self.parts else self.folder


def _read_board_entry(value: object) -> object:
    """An older studio kept the folder alone."""
    return {"folder": value} if isinstance(value, str) else value


AnyBoardEntry = Annotated[BoardEntry, BeforeValidator(_read_board_entry)]
Board = tuple[AnyBoardEntry, ...]  # what stands beside a base


class OpenChoice(Settings):
    """How a person wants a model opened, as `OpenOptions` has it."""

    device: str = AUTOMATIC
    dtype: str = AUTOMATIC


def _read_open_options(value: object) -> object:
    """What another studio kept and this one does not understand counts as automatic."""
    kept = value if isinstance(value, dict) else {}
    fields = set(OpenChoice.model_fields)
    return {
        source: {name: text for name, text in dict(choice).items() if name in fields and isinstance(text, str)}
        for source, choice in kept.items()
        if isinstance(choice, dict | OpenChoice)
    }


OpenChoices = Annotated[dict[str, OpenChoice], BeforeValidator(_read_open_options)]


class QueuedRun(Settings):
    """A run that waits, or that failed (`error` says why, as in a `RunRecord`). Its recipe lies in queue/FILE.

    `name`, `method` and `data` are what a list shows of it; empty where an older studio did not keep them.
    """

    file: str
    name: str = ""
    method: str = ""
    data: str = ""
    error: str = ""
    error_advice: str = ""
    error_values: dict[str, str] = Field(default_factory=dict)


class BaseSettings(Settings):
    """How models of one kind are adapted, and what is watched there: kept while one of another kind is open."""

    method: AnyMethod
    training: TrainingSettings
    protection: Protection = Protection()
    pins: tuple[Probe, ...] = ()
    selected: tuple[str, ...] = ()  # names of datasets that are learned
    kept: tuple[str, ...] = ()  # and of those that the base knows


class StudioState(Settings):
    """What a person was doing, as studio.json keeps it. `variants` is what was on the board.

    `kept` names the datasets whose rows the base knows (None: those for training), `held_out` the rows of a dataset
    that are known, but neither learned nor protected. `base` is "minigpt" or a model folder; `boards` is what stood
    beside bases which are not open now, `open_options` how bases are opened that are not opened as usual. `queue` has
    the runs that wait in their order. `prompt` and `wanted` stand in the probe (None: nothing was typed yet).
    `settings_for` is the kind of base that method, training, protection, pins and prompt are for, as `usual.kind_of`
    names it; `other_settings` and `other_prompts` (each with its wanted token) are those of other kinds.
    `continued`, `continuing` and `as_chat` stand in the panel that continues texts, and `more_settings` tells whether
    the forms show everything.
    """

    datasets: tuple[DatasetEntry, ...] = tuple(DatasetEntry(name=d.name, role=d.role) for d in BUILTIN_DATASETS)
    selected: tuple[str, ...] = (FACT_CORRECTION.name,)
    method: AnyMethod = Lora(targets=("v_proj",))
    training: TrainingSettings = TrainingSettings()
    protection: Protection = Protection()
    kept: tuple[str, ...] | None = None
    held_out: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    pins: tuple[Probe, ...] = FACT_PROBES
    variants: Board = ()
    base: str = BUNDLED
    recent_bases: tuple[str, ...] = ()
    boards: dict[str, Board] = Field(default_factory=dict)
    open_options: OpenChoices = Field(default_factory=dict)
    queue: tuple[QueuedRun, ...] = ()
    prompt: str | None = None
    wanted: str = ""
    settings_for: str = MINI
    other_settings: dict[str, BaseSettings] = Field(default_factory=dict)
    probe_as_chat: bool = False  # where the model can
    other_prompts: dict[str, tuple[str | None, str]] = Field(default_factory=dict)
    continued: str | None = None
    continuing: ContinueSettings = ContinueSettings()
    as_chat: bool = False
    more_settings: bool = False


class Workspace:
    """The files below one folder. Nothing is written before there is something to keep.

    With `read_only` nothing is to be written at all: another window has it open.
    """

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self.folder = folder
        self.read_only = read_only

    @property
    def adapters(self) -> Path:
        return self.folder / "adapters"

    @property
    def runs(self) -> Path:
        return self.folder / "runs"

    def binned(self, run: str) -> Path:
        """Where the run folder of that name is when it was deleted."""
        return self.folder / "bin" / run

    @property
    def _state_file(self) -> Path:
        return self.folder / STATE_FILE

    def state(self) -> StudioState:
        """What was kept, or the state of a new workspace. Raises StorageError: studio.json cannot be understood."""
        try:
            return StudioState.model_validate(json.loads(self._state_file.read_text("utf-8")))
        except FileNotFoundError:
            return StudioState()
        except (OSError, ValueError, ValidationError) as error:
            raise StorageError(
                "{path} cannot be understood: {reason}",
                advice="The workspace opens with its default settings; the file is kept as studio.json.broken.",
                path=self._state_file, reason=" ".join(str(error).split())[:300],
            ) from error  # fmt: skip

    def set_state_aside(self) -> None:
        """Renames a studio.json that cannot be understood, so that saving does not lose it."""
        if not self.read_only:
            _set_aside(self._state_file)

    def set_dataset_aside(self, entry: DatasetEntry) -> None:
        """Renames a dataset's file that cannot be read, so that saving does not lose it."""
        if not self.read_only:
            _set_aside(self._dataset_file(entry))

    def save_state(self, state: StudioState) -> None:
        text = json.dumps(state.model_dump(mode="json"), ensure_ascii=False, indent=2)
        write_atomically(self._state_file, text.encode())

    def dataset(self, entry: DatasetEntry) -> Dataset:
        """The rows as last edited, the built-in ones otherwise. Raises DataError: its file is broken."""
        file = self._dataset_file(entry)
        if file.exists():
            rows = tuple(read_rows(file)) if file.stat().st_size else ()
            return Dataset(name=entry.name, role=entry.role, rows=rows)
        builtin = {dataset.name: dataset for dataset in BUILTIN_DATASETS}
        return builtin.get(entry.name, Dataset(name=entry.name, role=entry.role))

    def new_entry(self, name: str, role: Role, others: Iterable[DatasetEntry]) -> DatasetEntry:
        """An entry whose file belongs to no other dataset, not even to one that was taken off the list."""
        taken = {other.file_name.casefold() for other in others}
        stem, number = file_name(name)[:60], 2  # leaves room for the number
        entry = DatasetEntry(name=name, role=role, file=f"{stem}.jsonl")
        while entry.file_name.casefold() in taken or self._dataset_file(entry).exists():
            entry = DatasetEntry(name=name, role=role, file=f"{stem}-{number}.jsonl")
            number += 1
        return entry

    def save_dataset(self, entry: DatasetEntry, dataset: Dataset) -> None:
        encode = json.JSONEncoder(ensure_ascii=False).encode  # of a plain text it is one call in C
        lines = (f"{row}\n" if is_structured(row) else f'{{"text": {encode(row)}}}\n' for row in dataset.rows)
        write_atomically(self._dataset_file(entry), "".join(lines).encode())

    def new_run_folder(self, name: str) -> RunFolder:
        """A new folder in runs/, named after the time and the run."""
        from lora_studio.core.run_folder import RunFolder  # needs torch, which is there when something is to be run

        stem = f"{datetime.now().astimezone():%Y-%m-%d-%H%M%S}-{file_name(name)}"
        return RunFolder(free_path(self.runs / stem))

    def new_model_folder(self, name: str) -> Path:
        """Where a model of that name can be written in models/; it does not exist yet."""
        return free_path(self.folder / "models" / file_name(name))

    # The runs that wait

    def queue_file(self, file: str) -> Path:
        return self.folder / "queue" / file_name(file)

    def queued(self, known: Sequence[QueuedRun]) -> tuple[QueuedRun, ...]:
        """The runs whose recipes are there: those that are `known` in their order, then those that came last."""
        there = self._queue_files()
        listed = [run for run in known if run.file in there]
        files = {run.file for run in listed}
        return (*listed, *(QueuedRun(file=file) for file in there if file not in files))

    def _queue_files(self) -> list[str]:
        with suppress(OSError):
            files = sorted(path.name for path in (self.folder / "queue").glob("*.yaml") if not is_temporary(path))
            return files[:MOST_QUEUED]
        return []

    def queued_recipe(self, file: str) -> Recipe:
        """Raises StorageError or RecipeError: it cannot be read, or used."""
        path = self.queue_file(file)
        try:
            return Recipe.from_yaml(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise StorageError("{path} cannot be read: {reason}.", path=path, reason=error) from error

    def save_queued(self, file: str, recipe: Recipe) -> None:
        write_atomically(self.queue_file(file), recipe.to_yaml().encode())

    def remove_queued(self, file: str) -> None:
        with suppress(OSError):
            self.queue_file(file).unlink()

    def _dataset_file(self, entry: DatasetEntry) -> Path:
        return self.folder / "datasets" / entry.file_name


def is_workspace(folder: Path) -> bool:
    """Whether a studio has kept something in `folder`."""
    return any((folder / mark).exists() for mark in (STATE_FILE, MARKER))


def may_be_workspace(folder: Path) -> bool:
    """Whether `folder` is a workspace or can become one: it does not exist, or nothing else lies in it."""
    if is_workspace(folder):
        return True
    try:
        return all(path.name in PARTS or path.name.startswith(".") for path in folder.iterdir())
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _set_aside(file: Path) -> None:
    with suppress(OSError):
        file.replace(free_path(file.with_name(f"{file.name}.broken")))


def file_name(name: str) -> str:
    """A name that every file system takes: letters, digits, "-", "_" and "."; never empty or hidden."""
    safe = re.sub(r"[^\w.-]+", "-", name).strip("-.")[:80]
    return safe or "unnamed"


def free_path(path: Path) -> Path:
    """`path`, or the first of "path-2", "path-3" … that does not exist."""
    candidate, number = path, 2
    while candidate.exists():
        candidate, number = path.with_name(f"{path.name}-{number}"), number + 1
    return candidate
