"""The menu of a dataset: for the button beside the list and for the list itself."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from lora_studio.core.data.builtin import BUILTIN_DATASETS
from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.widgets.keeping_delegate import KEEP_KEYS

BUILTIN = {dataset.name: dataset for dataset in BUILTIN_DATASETS}

Act = Callable[[], object]


class DatasetMenu(QMenu):
    """What can be done to the dataset that is shown."""

    def __init__(
        self, parent: QWidget, *, new: Act, rename: Act, keep: Act, remove: Act, restore_rows: Act, restore_all: Act
    ) -> None:
        super().__init__(parent)
        self._keep_keys = QKeySequence(KEEP_KEYS).toString(QKeySequence.SequenceFormat.NativeText)
        self.read_only = False
        self._new = self._add(self.tr("New dataset"), new)
        self._rename = self._add(self.tr("Rename"), rename)
        self._keep = self._add("", keep)
        self._remove = self._add(self.tr("Remove from the list"), remove)
        self.addSeparator()
        self._restore_rows = self._add(self.tr("Restore built-in rows"), restore_rows)
        self._restore_all = self._add(self.tr("Restore built-in datasets"), restore_all)
        self.refresh(None, ())

    def refresh(self, dataset: DatasetModel | None, names: Collection[str]) -> None:
        """Enables what applies to `dataset`, the one that is shown, among those with these names."""
        free = not self.read_only
        self._new.setEnabled(free)
        for action in (self._rename, self._remove):
            action.setEnabled(free and dataset is not None)
        kept = dataset is not None and dataset.kept
        self._keep.setText((self.tr("Don't keep") if kept else self.tr("Keep what it says")) + f"\t{self._keep_keys}")
        self._keep.setEnabled(dataset is not None and not dataset.is_learned)
        self._restore_rows.setEnabled(free and dataset is not None and dataset.name in BUILTIN)
        self._restore_all.setEnabled(free and not set(names) >= BUILTIN.keys())

    def _add(self, text: str, act: Act) -> QAction:
        action = self.addAction(text)
        action.triggered.connect(lambda *_: act())
        return action
