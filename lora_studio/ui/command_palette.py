"""Everything that can be done, found by typing: Ctrl+K."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget
from shiboken6 import isValid

from lora_studio.ui.fuzzy import rank
from lora_studio.ui.theme import GRID
from lora_studio.ui.widgets.entry_delegate import ROW_HEIGHT, EntryDelegate

WIDTH, MOST_ROWS = 620, 11
MARGIN = 2 * GRID

BEHIND = 20.0  # points of the ranking: more than between the first word of a title and a later one
ENTRY = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to be done. `place` says where it stands otherwise; `obstacle` why it cannot be done now.

    `steps_back` lets another one that fits as well come first.
    """

    title: str
    place: str
    act: Callable[[], object]
    keys: str = ""
    obstacle: str = ""
    ticked: bool = False
    steps_back: bool = False

    @property
    def spoken(self) -> str:
        """For a screen reader."""
        return ", ".join(part for part in (self.title, self.obstacle or self.place, self.keys) if part)


class EntryModel(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._entries: Sequence[Entry] = ()

    def show(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def entry(self, row: int) -> Entry | None:
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def rowCount(self, parent: Index | None = None) -> int:
        return len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self._entries[index.row()]
        texts = {Qt.ItemDataRole.DisplayRole: entry.title, Qt.ItemDataRole.AccessibleTextRole: entry.spoken}
        return entry if role == ENTRY else texts.get(Qt.ItemDataRole(role))


class CommandPalette(QFrame):
    """Lies over the top of a window while it is open. By keyboard alone: type, Up and Down, Enter, Escape."""

    def __init__(self, window: QWidget, entries: Callable[[], Sequence[Entry]]) -> None:
        """`entries` is asked anew each time the palette opens."""
        super().__init__(window)
        self._find = entries
        self._entries: Sequence[Entry] = ()
        self._came_from: QWidget | None = None
        self.setProperty("role", "card")
        self.setAccessibleName(self.tr("Commands"))
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(self.tr("Find a command, a dataset, a method…"))
        self.field.setAccessibleName(self.tr("Find a command"))
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self._model = EntryModel(self)
        self.list = self._make_list()
        self._nothing = QLabel(self.tr("No command has that name."), self)
        self._nothing.setProperty("role", "muted")
        self._nothing.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GRID)
        for widget in (self.field, self._nothing, self.list):
            column.addWidget(widget)
        self.hide()

    def open(self) -> None:
        """With an empty field, and everything listed."""
        if self.isVisible():
            self.dismiss()
            return
        self._came_from = QApplication.focusWidget()
        self._entries = self._find()
        self.field.clear()
        self._search()
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.window().installEventFilter(self)

    def dismiss(self) -> None:
        """Closes, and gives the focus back."""
        if not self.isVisible():
            return
        self.window().removeEventFilter(self)
        had_focus = self.isAncestorOf(QApplication.focusWidget() or self)
        self.hide()
        before = self._came_from
        if had_focus and before is not None and isValid(before) and before.isVisible():  # an editor closes meanwhile
            before.setFocus(Qt.FocusReason.PopupFocusReason)

    def shown(self) -> list[Entry]:
        """What is listed, the best first."""
        return [entry for row in range(self._model.rowCount()) if (entry := self._model.entry(row))]

    def _make_list(self) -> QListView:
        view = QListView(self)
        view.setModel(self._model)
        view.setItemDelegate(EntryDelegate(view))
        view.setUniformItemSizes(True)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the field keeps it, and hands on the arrows
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setAccessibleName(self.tr("Commands found"))
        view.setMouseTracking(True)
        view.clicked.connect(lambda index: self._do(index.row()))
        return view

    def _search(self) -> None:
        query = self.field.text().strip()
        found = list(self._entries)
        if query:
            ranked = [(entry, rank(query, entry.title, entry.place)) for entry in found]
            fits = [(entry, fit - BEHIND * entry.steps_back) for entry, fit in ranked if fit is not None]
            found = [entry for entry, _ in sorted(fits, key=lambda pair: (bool(pair[0].obstacle), -pair[1]))]
        self._model.show(found)
        self._nothing.setVisible(not found)
        self.list.setVisible(bool(found))
        self.list.setFixedHeight(min(len(found), MOST_ROWS) * ROW_HEIGHT)
        self.list.setCurrentIndex(self._model.index(0, 0))
        self.list.scrollToTop()
        self.adjustSize()
        self._place()

    def _place(self) -> None:
        """At the top, in the middle."""
        window = self.window()
        self.setFixedWidth(min(WIDTH, window.width() - 4 * MARGIN))
        self.adjustSize()
        self.move((window.width() - self.width()) // 2, 9 * GRID)

    def _do(self, row: int) -> None:
        entry = self._model.entry(row)
        if entry is not None and not entry.obstacle:
            self.dismiss()
            entry.act()

    # By keyboard

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
                event.accept()  # the message bar listens for it, too
                return True
            return event.type() == QEvent.Type.KeyPress and self._pressed(event.key())
        if watched is self.field and event.type() == QEvent.Type.FocusOut:
            if QApplication.activeWindow() is self.window():
                self.dismiss()
        elif event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _pressed(self, key: int) -> bool:
        """Whether the key is the palette's rather than the field's."""
        keys = Qt.Key
        page = MOST_ROWS - 1
        steps: dict[int, int] = {
            keys.Key_Down: 1, keys.Key_Up: -1, keys.Key_Tab: 1, keys.Key_Backtab: -1,
            keys.Key_PageDown: page, keys.Key_PageUp: -page,
        }  # fmt: skip
        if key == keys.Key_Escape:
            self.dismiss()
        elif key in (keys.Key_Return, keys.Key_Enter):
            self._do(self.list.currentIndex().row())
        elif (by := steps.get(key)) is not None:
            self._step(by)
        else:
            return False
        return True

    def _step(self, by: int) -> None:
        """Up from the first is the last, and round again; by pages it stops at the ends."""
        count, row = self._model.rowCount(), self.list.currentIndex().row() + by
        if count:
            row = row % count if abs(by) == 1 else min(max(row, 0), count - 1)
            self.list.setCurrentIndex(self._model.index(row, 0))
