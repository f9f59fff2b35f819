"""The rows of a dataset in which a text occurs, as a model of their own."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any, cast

from PySide6.QtCore import QAbstractProxyModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from lora_studio.ui.dataset_model import DatasetModel

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class RowFilter(QAbstractProxyModel):
    """Looks through 100,000 rows at once, where Qt's own filter would ask for each one.

    A row that is edited stays until the text changes or rows come and go: it must not vanish under the cursor.
    """

    def __init__(self, source: DatasetModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._rows: list[int] = []
        self.setSourceModel(source)
        source.dataChanged.connect(self._data_changed)
        for changed in (source.rowsInserted, source.rowsRemoved, source.layoutChanged, source.modelReset):
            changed.connect(self._look_again)

    @property
    def dataset(self) -> DatasetModel:
        return cast(DatasetModel, self.sourceModel())

    def set_text(self, text: str) -> None:
        self._text = text
        self._look_again()

    def source_row(self, row: int) -> int:
        return self._rows[row]

    def row_of(self, source_row: int) -> int:
        """Where a row of the dataset stands here; -1 if it is not shown."""
        place = bisect_left(self._rows, source_row)
        return place if place < len(self._rows) and self._rows[place] == source_row else -1

    def _look_again(self) -> None:
        self.beginResetModel()
        self._rows = self.dataset.rows_with(self._text)
        self.endResetModel()

    def _data_changed(self) -> None:
        """Of which rows does not matter: only what is in sight is painted again."""
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, self.columnCount() - 1))

    # What views ask

    def mapToSource(self, proxy: Index) -> QModelIndex:
        if not proxy.isValid() or proxy.row() >= len(self._rows):
            return QModelIndex()
        return self.dataset.index(self._rows[proxy.row()], proxy.column())

    def mapFromSource(self, source: Index) -> QModelIndex:
        row = self.row_of(source.row()) if source.isValid() else -1
        return self.index(row, source.column()) if row >= 0 else QModelIndex()

    def index(self, row: int, column: int, parent: Index = ROOT) -> QModelIndex:
        inside = not parent.isValid() and 0 <= row < len(self._rows) and 0 <= column < self.columnCount()
        return self.createIndex(row, column) if inside else QModelIndex()

    def parent(self, child: Index | None = None) -> Any:
        return QModelIndex() if child is not None else super().parent()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else self.dataset.columnCount()

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return self.dataset.headerData(section, orientation, role)


def in_dataset(index: Index) -> tuple[DatasetModel, int]:
    """The dataset and the row in it that an index of either model stands for."""
    model = index.model()
    if isinstance(model, RowFilter):
        return model.dataset, model.source_row(index.row())
    return cast(DatasetModel, model), index.row()
