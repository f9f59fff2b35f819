"""The runs that lie in the workspace's bin, to be brought back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lora_studio.core.history import StoredRun
from lora_studio.ui.runs_model import when
from lora_studio.ui.theme import GRID, PANEL_MARGIN
from lora_studio.ui.widgets.settings_form import translated_setting

FIRST_SIZE = (420, 280)


class BinWindow(QDialog):
    """Several runs can be chosen; the newest is at first."""

    restore_wanted = Signal(tuple)  # of StoredRun, as they lie in the bin

    def __init__(self, runs: Sequence[StoredRun], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Restore from the bin"))
        self.resize(*FIRST_SIZE)
        self._runs = tuple(runs)
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Runs in the bin"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setTabKeyNavigation(False)
        for run in self._runs:
            self.list.addItem(_item(run))
        self.list.setCurrentRow(0)
        self.list.itemActivated.connect(self.accept)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.restore = buttons.addButton(self.tr("&Restore"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.restore.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.list.itemSelectionChanged.connect(self._show)
        self.accepted.connect(self._restore)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PANEL_MARGIN, PANEL_MARGIN, PANEL_MARGIN, PANEL_MARGIN)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.list, 1)
        layout.addWidget(buttons)
        self._show()

    def chosen(self) -> tuple[StoredRun, ...]:
        return tuple(self._runs[row] for row in sorted(index.row() for index in self.list.selectedIndexes()))

    def _show(self) -> None:
        self.restore.setEnabled(bool(self.chosen()))

    def _restore(self) -> None:
        if chosen := self.chosen():
            self.restore_wanted.emit(chosen)


def _item(run: StoredRun) -> QListWidgetItem:
    record = run.record
    began = when(run.began, QLocale()) if run.began else ""
    method = translated_setting(record.method) if record.method else ""
    item = QListWidgetItem(" · ".join(filter(None, (record.name, method, began))))
    item.setToolTip("\n".join(filter(None, (record.name, record.data, record.note))))
    return item
