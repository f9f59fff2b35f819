"""The runs in the order and the choice that a person wants to see."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtWidgets import QWidget

from lora_studio.core.history import StoredRun
from lora_studio.ui.runs_model import DATA, METHOD, NAME, NOTE, SORT_ROLE, RunsModel

Index = QModelIndex | QPersistentModelIndex


class SortedRuns(QSortFilterProxyModel):
    """What is not known comes last, whichever way it is sorted. Every word of the filter must occur somewhere."""

    def __init__(self, runs: RunsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._runs = runs
        self._words: list[str] = []
        self.setSourceModel(runs)
        self.setSortRole(SORT_ROLE)

    def run(self, row: int) -> StoredRun | None:
        return self._runs.run(self.mapToSource(self.index(row, 0)).row())

    def find(self, text: str) -> None:
        self._words = text.casefold().split()
        self.invalidate()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        if not self._words:
            return True
        texts = (str(self._runs.index(source_row, column).data()) for column in (NAME, METHOD, DATA, NOTE))
        searched = "\n".join(texts).casefold()
        return all(word in searched for word in self._words)

    def lessThan(self, left: Index, right: Index) -> bool:
        one, other = left.data(SORT_ROLE), right.data(SORT_ROLE)
        if one is None or other is None:
            ascending = self.sortOrder() == Qt.SortOrder.AscendingOrder
            return one is not None if ascending else (one is None and other is not None)
        return bool(one < other)
