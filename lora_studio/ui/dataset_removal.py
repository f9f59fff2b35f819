"""A dataset that was deleted, as a step to undo: it comes back to its place, with its ticks and marks."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoCommand

from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.session import Session


class DatasetRemoval(QUndoCommand):
    """Knows the session and no panel: a window of another language may have taken the first one's place.

    The history of the rows is lost.
    """

    def __init__(self, session: Session, dataset: DatasetModel) -> None:
        super().__init__(QCoreApplication.translate("DataPanel", "Delete dataset"))
        self._session = session
        self._dataset = dataset
        self.done = False

    @property
    def name(self) -> str:
        return self._dataset.name

    def redo(self) -> None:
        if self._dataset not in self._session.datasets:  # something else took it off the list
            self.setObsolete(True)
            return
        self.done = True
        self._place = self._session.datasets.index(self._dataset)
        self._selected = self._session.selected
        self._session.remove_dataset(self._dataset.name)

    def undo(self) -> None:
        self.done = False
        self._dataset = bring_back(self._session, self._dataset, self._place, self._selected)

    def take_back(self) -> None:
        """Undoes this, whatever was done since."""
        stack = self._session.undo_stack
        if stack.index() and stack.command(stack.index() - 1) is self:
            stack.undo()
        else:
            self.undo()
            self.setObsolete(True)


def bring_back(session: Session, dataset: DatasetModel, place: int, selected: tuple[str, ...] = ()) -> DatasetModel:
    """To its place in the list, and to the one that it had among the ticked ones, if it was `selected`."""
    new = session.add_dataset(dataset.name, dataset.rows(), dataset.role, at=place)
    new.restore_held_out(dataset.held_out)
    session.set_kept(new.name, dataset.kept)
    if dataset.name in selected:
        now, rank = session.selected, selected.index(dataset.name)
        session.select_datasets((*now[:rank], new.name, *now[rank:]))
    return new
