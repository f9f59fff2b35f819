"""The workspace: a folder of plain files that a person owns."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from pydantic import Field, ValidationError

from lora_studio.core.data.builtin import BUILTIN_DATASETS, FACT_CORRECTION, FACT_PROBES, Probe
from lora_studio.core.data.dataset import Dataset, Role
from lora_studio.core.data.formats import read_rows
from lora_studio.core.errors import StorageError
from lora_studio.core.files import write_atomically
from lora_studio.core.methods import Lora
from lora_studio.core.recipe import AnyMethod, Protection, TrainingSettings
from lora_studio.core.run_folder import RunFolder
from lora_studio.core.settings import Settings

BUNDLED = "minigpt"  # the base that comes with the program


class DatasetEntry(Settings):
    """A dataset that the workspace has. Its rows lie in datasets/FILE, or are the built-in ones until edited."""

    name: str
    role: Role = Role.FINETUNING
    file: str = ""  # empty: after the name

    @property
    def file_name(self) -> str:
        return file_name(self.file.removesuffix(".jsonl") or self.name) + ".jsonl"


class StudioState(Settings):
    """What a person was doing, as studio.json keeps it. `variants` are the adapter folders that were on the board.

    `kept` names the datasets whose rows the base knows (None: those for training), `held_out` the rows of a dataset
    that are known, but neither learned nor protected. `base` is "minigpt" or a model folder; `boards` are the adapter
    folders that stood beside bases which are not open now.
    """

    datasets: tuple[DatasetEntry, ...] = tuple(DatasetEntry(name=d.name, role=d.role) for d in BUILTIN_DATASETS)
    selected: tuple[str, ...] = (FACT_CORRECTION.name,)
    method: AnyMethod = Lora(targets=("v_proj",))
    training: TrainingSettings = TrainingSettings()
    protection: Protection = Protection()
    kept: tuple[str, ...] | None = None
    held_out: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    pins: tuple[Probe, ...] = FACT_PROBES
    variants: tuple[str, ...] = ()
    base: str = BUNDLED
    recent_bases: tuple[str, ...] = ()
    boards: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Workspace:
    """The files below one folder. Nothing is written before there is something to keep."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def adapters(self) -> Path:
        return self.folder / "adapters"

    @property
    def _state_file(self) -> Path:
        return self.folder / "studio.json"

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
        _set_aside(self._state_file)

    def set_dataset_aside(self, entry: DatasetEntry) -> None:
        """Renames a dataset's file that cannot be read, so that saving does not lose it."""
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
        lines = (json.dumps({"text": row}, ensure_ascii=False) + "\n" for row in dataset.rows)
        write_atomically(self._dataset_file(entry), "".join(lines).encode())

    def new_run_folder(self, name: str) -> RunFolder:
        """A new folder in runs/, named after the time and the run."""
        stem = f"{datetime.now().astimezone():%Y-%m-%d-%H%M%S}-{file_name(name)}"
        return RunFolder(free_path(self.folder / "runs" / stem))

    def new_model_folder(self, name: str) -> Path:
        """Where a model of that name can be written in models/; it does not exist yet."""
        return free_path(self.folder / "models" / file_name(name))

    def _dataset_file(self, entry: DatasetEntry) -> Path:
        return self.folder / "datasets" / entry.file_name


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
