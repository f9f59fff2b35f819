"""The datasets of a workspace: loading, adding, removing, renaming, and keeping what is edited."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from lora_studio.core.data.dataset import Dataset, Role
from lora_studio.core.errors import StudioError
from lora_studio.core.workspace import DatasetEntry, Workspace
from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.keeper import Keeper


class DatasetShelf(QObject):
    """One model a dataset, in the workspace's order. `problems` holds what could not be read."""

    listed = Signal()  # a dataset was added, removed or renamed
    edited = Signal()  # the rows of one changed
    held_out_changed = Signal()  # other rows of one are held out
    renamed = Signal(str, str)  # old name, new name

    def __init__(
        self, workspace: Workspace, keeper: Keeper, entries: tuple[DatasetEntry, ...], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._keeper = keeper
        self._known: Callable[[str], bool] | None = None
        self.problems: list[StudioError] = []
        self._entries: dict[DatasetModel, DatasetEntry] = {}
        self.models = [self._watched(self._stored(entry), entry) for entry in entries]

    def entries(self) -> tuple[DatasetEntry, ...]:
        return tuple(self._entries[model] for model in self.models)

    def set_known_words(self, known: Callable[[str], bool]) -> None:
        self._known = known
        for model in self.models:
            model.set_known_words(known)

    def add(
        self, name: str, rows: tuple[str, ...], role: Role = Role.FINETUNING, *, at: int | None = None
    ) -> DatasetModel:
        """A new dataset, its name made distinct. `at` is its place among the others; None: the last."""
        taken = {model.name for model in self.models}
        free, number = name, 2
        while free in taken:
            free, number = f"{name} {number}", number + 1
        entry = self._workspace.new_entry(free, role, self._entries.values())
        model = self._watched(Dataset(name=free, role=role, rows=rows), entry)
        self.models.insert(len(self.models) if at is None else at, model)
        self._keep(model)
        self.listed.emit()
        return model

    def remove(self, name: str) -> None:
        """Takes a dataset off the list; its file stays in datasets/."""
        self.models = [model for model in self.models if model.name != name]
        self.listed.emit()

    def rename(self, name: str, new_name: str) -> None:
        """Does nothing if the new name is empty or taken."""
        if not new_name.strip() or any(model.name == new_name for model in self.models):
            return
        for model in self.models:
            if model.name == name:
                model.name = new_name
                self._entries[model] = self._entries[model].model_copy(update={"name": new_name})
                self.renamed.emit(name, new_name)
        self.listed.emit()

    def _stored(self, entry: DatasetEntry) -> Dataset:
        try:
            return self._workspace.dataset(entry)
        except StudioError as error:
            self.problems.append(error)
            self._workspace.set_dataset_aside(entry)
            return Dataset(name=entry.name, role=entry.role)

    def _watched(self, dataset: Dataset, entry: DatasetEntry) -> DatasetModel:
        model = DatasetModel(dataset, self)
        self._entries[model] = entry
        model.set_known_words(self._known)
        model.edited.connect(partial(self._rows_edited, model))
        model.held_out_changed.connect(self.held_out_changed)
        return model

    def _rows_edited(self, model: DatasetModel) -> None:
        self._keep(model)
        self.edited.emit()

    def _keep(self, model: DatasetModel) -> None:
        entry = self._entries[model]
        self._keeper.keep(
            f"dataset {entry.file_name}", lambda: partial(self._workspace.save_dataset, entry, model.dataset())
        )
