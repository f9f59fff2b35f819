"""The runs that wait for their turn, in their order, and those that failed with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lora_studio.ui.icons import icon
from lora_studio.ui.theme import GRID, PANEL_MARGIN
from lora_studio.ui.translations import translated
from lora_studio.ui.widgets.sections import Heading

if TYPE_CHECKING:
    from lora_studio.ui.run_queue import QueueEntry, RunQueue

ID, FAILED = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
NARROWEST, USUAL = 200, 270  # px


class QueueList(QListWidget):
    """Reorders by dragging and with Alt and the arrow keys."""

    move_wanted = Signal(str, int)  # an entry's id, its new place among all
    remove_wanted = Signal(str)
    retry_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Queue"))
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setWordWrap(True)
        self.setItemDelegate(_Entry(self))
        self.setIconSize(QSize(14, 14))
        self.setTabKeyNavigation(False)

    def show_entries(self, entries: tuple[QueueEntry, ...]) -> None:
        """What was chosen stays chosen, or its neighbour is."""
        chosen, place = self.current_id(), self.currentRow()
        self.clear()
        for entry in entries:
            self.addItem(self._item(entry))
        ids = [entry.id for entry in entries]
        self.setCurrentRow(ids.index(chosen) if chosen in ids else min(max(place, 0), len(ids) - 1))

    def current_id(self) -> str:
        item = self.item(self.currentRow())
        return str(item.data(ID)) if self.currentRow() >= 0 else ""

    def is_failed(self, row: int) -> bool:
        return bool(self.model().index(row, 0).data(FAILED))

    def move_current(self, by: int) -> None:
        place = self.currentRow() + by
        if self.current_id() and 0 <= place < self.count():
            self.move_wanted.emit(self.current_id(), place)

    def _item(self, entry: QueueEntry) -> QListWidgetItem:
        failed = entry.state == "failed"
        known = " · ".join(filter(None, (entry.name, entry.data)))
        message, advice = translated(entry.error) if entry.error else ("", "")
        text = self.tr("{run}: {reason}").format(run=entry.name, reason=message) if failed else known
        item = QListWidgetItem(icon("error" if failed else "clock", self, "error" if failed else "muted"), text)
        item.setData(ID, entry.id)
        item.setData(FAILED, failed)
        item.setToolTip("\n".join(filter(None, (known, entry.method, message, advice))))
        spoken = self.tr("{run}, failed: {reason}") if failed else self.tr("{run}, waiting")
        reason = f"{message} {advice}".strip()
        item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken.format(run=entry.name, reason=reason))
        return item

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_current(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() == Qt.Key.Key_Delete and self.current_id():
            self.remove_wanted.emit(self.current_id())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_id():
            self.retry_wanted.emit(self.current_id())
        else:
            super().keyPressEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """The queue moves the entry; the view shows what the queue says then."""
        moved = self.current_id()
        if event.source() is not self or not moved:
            event.ignore()
            return
        place = self.place_at(event.position().toPoint())
        event.setDropAction(Qt.DropAction.CopyAction)  # or the view would take the row out itself
        event.accept()
        self.setState(QAbstractItemView.State.NoState)
        self.move_wanted.emit(moved, place - 1 if place > self.currentRow() else place)

    def place_at(self, position: QPoint) -> int:
        """Before which entry something dropped there would stand."""
        index = self.indexAt(position)
        if not index.isValid():
            return self.count()
        return index.row() + (position.y() > self.visualRect(index).center().y())


class _Entry(QStyledItemDelegate):
    """One line; why a run failed may take a second one, and its tool tip says all of it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        line = option.fontMetrics.height()
        view = self.parent()
        assert isinstance(view, QueueList)
        text = str(index.data())
        room = view.viewport().width() - view.iconSize().width() - 6 * GRID
        lines = 2 if option.fontMetrics.horizontalAdvance(text) > room and view.is_failed(index.row()) else 1
        return QSize(0, lines * line + 2 * GRID)


class QueueBox(QWidget):
    """The list with its buttons; not there while the queue is empty."""

    def __init__(self, queue: RunQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self.read_only = False
        self.setMinimumWidth(NARROWEST)
        self.list = QueueList(self)
        self.list.move_wanted.connect(queue.move)
        self.list.remove_wanted.connect(self._remove)
        self.list.retry_wanted.connect(self._retry)
        self.list.currentItemChanged.connect(self._show_buttons)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.hold = self._button("pause", self.tr("Hold the queue: nothing begins by itself"))
        self.hold.setCheckable(True)
        self.hold.clicked.connect(queue.set_held)
        self.up = self._button("up", self.tr("Earlier (Alt+Up)"), lambda: self.list.move_current(-1))
        self.down = self._button("down", self.tr("Later (Alt+Down)"), lambda: self.list.move_current(1))
        self.retry = self._button("again", self.tr("Try again"), lambda: self._retry(self.list.current_id()))
        self.remove = self._button("close", self.tr("Remove"), lambda: self._remove(self.list.current_id()))
        self.heading = Heading(self.tr("Queue"), self)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.heading)
        row.addStretch()
        for button in (self.hold, self.up, self.down, self.retry, self.remove):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PANEL_MARGIN, 2, GRID, GRID)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self.list, 1)
        queue.changed.connect(self.refresh)
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(USUAL, super().sizeHint().height())

    def refresh(self) -> None:
        entries = self._queue.entries
        self.list.show_entries(entries)
        self.hold.setChecked(self._queue.held)
        self.heading.setText(self.tr("Queue, held") if self._queue.held else self.tr("Queue"))
        self.setVisible(bool(entries))
        self._show_buttons()

    def _entry(self, name: str) -> QueueEntry | None:
        return next((entry for entry in self._queue.entries if entry.id == name), None)

    def _remove(self, name: str) -> None:
        if name and not self.read_only:
            self._queue.remove(name)

    def _retry(self, name: str) -> None:
        entry = self._entry(name)
        if entry and entry.state == "failed" and not self.read_only:
            self._queue.retry(name)

    def _show_buttons(self) -> None:
        entry, place = self._entry(self.list.current_id()), self.list.currentRow()
        free = not self.read_only
        self.hold.setEnabled(free)
        self.up.setEnabled(free and entry is not None and place > 0)
        self.down.setEnabled(free and entry is not None and place < self.list.count() - 1)
        self.retry.setEnabled(free and entry is not None and entry.state == "failed")
        self.remove.setEnabled(free and entry is not None)

    def _open_menu(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in (self.retry, self.up, self.down, self.remove):
            action = menu.addAction(button.icon(), button.accessibleName())
            action.setEnabled(button.isEnabled())
            action.triggered.connect(button.click)
        menu.popup(self.list.viewport().mapToGlobal(position))

    def _button(self, picture: str, text: str, slot: object = None) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("role", "small")
        button.setIcon(icon(picture, self))
        button.setIconSize(QSize(14, 14))
        button.setFixedSize(22, 22)
        button.setToolTip(text)
        button.setAccessibleName(text)
        if slot:
            button.clicked.connect(slot)
        return button

    def changeEvent(self, event: QEvent) -> None:
        """The signs take the colours of the new theme."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "heading"):
            self.list.show_entries(self._queue.entries)
        super().changeEvent(event)
