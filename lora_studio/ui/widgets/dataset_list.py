"""The datasets of the workspace: which one is shown, which ones the next run trains on, and which ones are kept."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QLocale, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHeaderView, QSizePolicy, QTreeWidget, QTreeWidgetItem, QWidget

from lora_studio.core.data.dataset import Role
from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.theme import GRID, colors_of
from lora_studio.ui.widgets.keeping_delegate import ICON, KEEP_KEYS, KEPT, LEARNED, KeepingDelegate, ShownOnly

NAME, KEEPING, COUNT = range(3)
FEWEST, MOST = 2, 8  # rows of the list before it scrolls


class DatasetList(QTreeWidget):
    """A tick means: the next run trains on it; a shield: the base knows its rows and should go on knowing them.

    Names are edited in place.
    """

    chosen = Signal(str)
    ticked = Signal(tuple)  # the names with a tick, in the list's order
    keep_wanted = Signal(str, bool)  # a name, and whether its rows should be kept
    renamed = Signal(str, str)  # the name as it is, the name as it should be
    delete_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self.setAccessibleName(self.tr("Datasets"))
        self.setColumnCount(3)
        self.setItemDelegateForColumn(KEEPING, KeepingDelegate(self))
        self.setItemDelegateForColumn(COUNT, ShownOnly(self))
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setIndentation(0)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(self.EditTrigger.DoubleClicked | self.EditTrigger.EditKeyPressed)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.header().setStretchLastSection(False)
        self.header().setMinimumSectionSize(1)
        self.header().setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(KEEPING, QHeaderView.ResizeMode.Fixed)
        self.header().resizeSection(KEEPING, ICON + GRID)
        self.header().setSectionResizeMode(COUNT, QHeaderView.ResizeMode.ResizeToContents)
        self.currentItemChanged.connect(self._choose)
        self.itemChanged.connect(self._edited)
        self.itemClicked.connect(self._clicked)

    def show_datasets(self, datasets: Sequence[DatasetModel], selected: Sequence[str]) -> None:
        """Brings the list up to date in place, so that an editor that is open in it survives."""
        with QSignalBlocker(self):
            while self.topLevelItemCount() > len(datasets):
                self.takeTopLevelItem(self.topLevelItemCount() - 1)
            while self.topLevelItemCount() < len(datasets):
                self.addTopLevelItem(QTreeWidgetItem())
            self._names = [dataset.name for dataset in datasets]
            for place, dataset in enumerate(datasets):
                self._fill(self.topLevelItem(place), dataset, dataset.name in selected)
        self.updateGeometry()

    def show_count(self, dataset: DatasetModel) -> None:
        if dataset.name in self._names:
            with QSignalBlocker(self):
                self._fill_count(self.topLevelItem(self._names.index(dataset.name)), dataset)

    def show_kept(self, datasets: Sequence[DatasetModel]) -> None:
        """Brings the shields up to date."""
        with QSignalBlocker(self):
            for dataset in datasets:
                if dataset.name in self._names:
                    self._fill_kept(self.topLevelItem(self._names.index(dataset.name)), dataset)
        self.viewport().update()

    def choose(self, name: str) -> None:
        item = self.topLevelItem(self._names.index(name)) if name in self._names else None
        if item is not None:
            self.setCurrentItem(item)

    def current_name(self) -> str:
        place = self.currentIndex().row()
        return self._names[place] if 0 <= place < len(self._names) else ""

    def set_read_only(self) -> None:
        """Names are not edited; ticks are part of a recipe that nobody keeps anyway."""
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)

    def rename_current(self) -> None:
        item = self.currentItem()
        if item is not None:
            self.editItem(item, NAME)

    def _fill(self, item: QTreeWidgetItem | None, dataset: DatasetModel, ticked: bool) -> None:
        assert item is not None
        item.setFlags(
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsEditable
            | Qt.ItemFlag.ItemIsUserCheckable
            | Qt.ItemFlag.ItemNeverHasChildren
        )
        item.setText(NAME, dataset.name)
        item.setSizeHint(NAME, QSize(0, self._row_height()))
        item.setCheckState(NAME, Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        item.setToolTip(NAME, f"{dataset.name} · {self._role(dataset.role)}")
        item.setTextAlignment(COUNT, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setForeground(COUNT, QColor(colors_of(self).muted))
        self._fill_kept(item, dataset)

    def _fill_kept(self, item: QTreeWidgetItem | None, dataset: DatasetModel) -> None:
        assert item is not None
        item.setData(KEEPING, KEPT, dataset.kept)
        item.setData(KEEPING, LEARNED, dataset.is_learned)
        if dataset.is_learned:
            text = self.tr("What the next run learns cannot be kept as it is.")
        elif dataset.kept:
            text = self.tr("Kept: the base knows these rows. Forgetting is measured on them, and Protect holds them.")
        else:
            text = self.tr("Keep what it says: count its rows to what the base knows.")
        item.setToolTip(KEEPING, text)
        self._fill_count(item, dataset)

    def _fill_count(self, item: QTreeWidgetItem | None, dataset: DatasetModel) -> None:
        assert item is not None
        count = dataset.rowCount()
        item.setText(COUNT, QLocale().toString(count))
        spoken = self.tr("1 row") if count == 1 else self.tr("{count} rows").format(count=QLocale().toString(count))
        parts = (dataset.name, spoken, self.tr("kept") if dataset.is_kept else "")
        item.setData(NAME, Qt.ItemDataRole.AccessibleTextRole, ", ".join(filter(None, parts)))

    def changeEvent(self, event: QEvent) -> None:
        """Items keep the colour they were given, so a new theme has to give them another."""
        if event.type() == QEvent.Type.PaletteChange:
            with QSignalBlocker(self):
                for place in range(self.topLevelItemCount()):
                    item = self.topLevelItem(place)
                    assert item is not None
                    item.setForeground(COUNT, QColor(colors_of(self).muted))
        super().changeEvent(event)

    def _role(self, role: Role) -> str:
        names = {
            Role.TRAINING: self.tr("training"),
            Role.FINETUNING: self.tr("finetuning"),
            Role.FACT_CORRECTION: self.tr("fact correction"),
            Role.KNOWLEDGE_CORRECTION: self.tr("knowledge correction"),
            Role.CONTRAST: self.tr("contrast"),
            Role.INSTRUCTION: self.tr("instruction"),
        }
        return names.get(role, str(role))

    def _choose(self) -> None:
        if self.current_name():
            self.chosen.emit(self.current_name())

    def _edited(self, item: QTreeWidgetItem, column: int) -> None:
        place = self.indexOfTopLevelItem(item)
        if column != NAME or not 0 <= place < len(self._names):
            return
        if item.text(NAME) != self._names[place]:
            self.renamed.emit(self._names[place], item.text(NAME))
        else:
            self.ticked.emit(tuple(name for place, name in enumerate(self._names) if self._is_ticked(place)))

    def _clicked(self, item: QTreeWidgetItem, column: int) -> None:
        self.setCurrentItem(item, NAME)  # so that Space ticks and F2 renames, wherever the click was
        if column == KEEPING and not item.data(KEEPING, LEARNED):
            self.keep_wanted.emit(self._names[self.indexOfTopLevelItem(item)], not item.data(KEEPING, KEPT))

    def keep_or_not(self) -> None:
        """As a click on the shield of the current dataset."""
        item = self.currentItem()
        if item is not None:
            self._clicked(item, KEEPING)

    def _is_ticked(self, place: int) -> bool:
        item = self.topLevelItem(place)
        return item is not None and item.checkState(NAME) == Qt.CheckState.Checked

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.delete_pressed.emit()
        elif QKeySequence(event.keyCombination()) == QKeySequence(KEEP_KEYS):
            self.keep_or_not()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        shown = min(max(self.topLevelItemCount(), FEWEST), MOST)
        return QSize(60 * GRID, shown * self._row_height() + 2 * self.frameWidth())

    def _row_height(self) -> int:
        return self.fontMetrics().height() + 2 * GRID

    def minimumSizeHint(self) -> QSize:
        return QSize(30 * GRID, self.sizeHint().height())
