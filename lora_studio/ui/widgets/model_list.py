"""The list of the model browser: in groups, one model a row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from lora_studio.ui.icons import icon
from lora_studio.ui.theme import heading_font
from lora_studio.ui.widgets.figures import tabular

NAME, KIND, SIZE, NUMBERS, FITS = range(5)
KEY = Qt.ItemDataRole.UserRole
ROW_HEIGHT = 26
WIDTHS = {KIND: 84, SIZE: 84, NUMBERS: 84, FITS: 96}  # px


@dataclass(frozen=True, slots=True)
class Row:
    """One model: `key` tells it apart, `sign` is the name and the tint of an icon."""

    key: str
    name: str
    kind: str = ""
    size: str = ""
    numbers: str = ""
    fits: str = ""
    sign: tuple[str, str] = ("", "")
    tip: str = ""

    @property
    def spoken(self) -> str:
        return ", ".join(filter(None, (self.name, self.kind, self.size, self.numbers, self.fits)))


class ModelList(QTreeWidget):
    """What is chosen stays chosen while its row is there."""

    chosen = Signal(str)  # key; empty: nothing
    activated_key = Signal(str)  # by Enter or a double click

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Models"))
        self.setHeaderLabels([self.tr("Name"), self.tr("Type"), self.tr("Size"), self.tr("Numbers"), self.tr("Here")])
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(8)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(14, 14))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setTabKeyNavigation(False)
        self.setFont(tabular(self.font()))
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in WIDTHS.items():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            self.setColumnWidth(column, width)
        self.headerItem().setTextAlignment(SIZE, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._showing = False
        self.currentItemChanged.connect(self._tell)
        self.itemActivated.connect(self._activate)

    def show_groups(self, groups: Iterable[tuple[str, Iterable[Row]]]) -> None:
        """Groups without rows are left out."""
        key = self.current_key()
        wanted = [(title, found) for title, rows in groups if (found := tuple(rows))]
        if self._same(wanted):
            self._update(wanted)
            return
        self._showing = True
        place = self.verticalScrollBar().value()
        self.clear()
        for title, rows in wanted:
            group = self._group(title)
            for row in rows:
                item = QTreeWidgetItem(group)
                self._fill(item, row)
        self.expandAll()
        self._showing = False
        if not self.choose(key):
            self.choose_first()
        self.verticalScrollBar().setValue(place)
        if self.current_key() != key:
            self._tell()

    def current_key(self) -> str:
        item = self.currentItem()
        return str(item.data(NAME, KEY) or "") if item else ""

    def choose(self, key: str) -> bool:
        """False: there is no such row."""
        for item in self._items():
            if key and item.data(NAME, KEY) == key:
                self.setCurrentItem(item)
                return True
        return False

    def choose_first(self) -> None:
        if items := self._items():
            self.setCurrentItem(items[0])

    def keys(self) -> list[str]:
        return [str(item.data(NAME, KEY)) for item in self._items()]

    def titles(self) -> list[str]:
        return [group.text(NAME) for group in self._groups()]

    def texts(self, key: str) -> list[str]:
        """What stands in the row of a model."""
        item = next(item for item in self._items() if item.data(NAME, KEY) == key)
        return [item.text(column) for column in range(self.columnCount())]

    def _items(self) -> list[QTreeWidgetItem]:
        found = [group.child(place) for group in self._groups() for place in range(group.childCount())]
        return [item for item in found if item is not None]

    def _groups(self) -> list[QTreeWidgetItem]:
        found = [self.topLevelItem(place) for place in range(self.topLevelItemCount())]
        return [group for group in found if group is not None]

    def _same(self, groups: list[tuple[str, tuple[Row, ...]]]) -> bool:
        keys = [row.key for _, rows in groups for row in rows]
        return [title for title, _ in groups] == self.titles() and keys == self.keys()

    def _update(self, groups: list[tuple[str, tuple[Row, ...]]]) -> None:
        """Only what the rows say has changed: nobody loses the place."""
        rows = [row for _, rows in groups for row in rows]
        for item, row in zip(self._items(), rows, strict=True):
            self._fill(item, row)

    def _group(self, title: str) -> QTreeWidgetItem:
        group = QTreeWidgetItem(self, [title])
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)  # or its models could not be chosen, either
        group.setFirstColumnSpanned(True)
        group.setFont(NAME, heading_font(self.font()))
        group.setForeground(NAME, self.palette().placeholderText())
        group.setSizeHint(NAME, QSize(0, ROW_HEIGHT))
        return group

    def _fill(self, item: QTreeWidgetItem, row: Row) -> None:
        for column, text in enumerate((row.name, row.kind, row.size, row.numbers, row.fits)):
            item.setText(column, text)
            item.setToolTip(column, row.tip)
        item.setTextAlignment(SIZE, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setData(NAME, KEY, row.key)
        item.setData(NAME, Qt.ItemDataRole.AccessibleTextRole, row.spoken)
        item.setSizeHint(NAME, QSize(0, ROW_HEIGHT))
        name, tint = row.sign
        item.setIcon(NAME, icon(name or "model", self, tint or "muted"))

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """The keys pass the titles of the groups by."""
        there = super().moveCursor(action, modifiers)
        if not there.isValid() or there.parent().isValid():
            return there
        upwards = action in (QAbstractItemView.CursorAction.MoveUp, QAbstractItemView.CursorAction.MovePageUp)
        beside = self.indexAbove(there) if upwards else self.indexBelow(there)
        return beside if beside.isValid() else self.currentIndex()

    def _tell(self, *_: object) -> None:
        if not self._showing:
            self.chosen.emit(self.current_key())

    def _activate(self, item: QTreeWidgetItem) -> None:
        if key := item.data(NAME, KEY):
            self.activated_key.emit(str(key))
