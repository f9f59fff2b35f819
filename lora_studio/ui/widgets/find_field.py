"""A field that goes to the rows in which what is typed occurs."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from lora_studio.ui.icons import icon
from lora_studio.ui.theme import set_property
from lora_studio.ui.widgets.row_table import RowTable


class FindField(QLineEdit):
    """Searches as one types; Enter goes to the next row, Shift+Enter to the one before, Escape closes.

    With `only_matches` the rows without a match are out of sight until then.
    """

    def __init__(self, table: RowTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self.setPlaceholderText(self.tr("Find in the rows"))
        self.setAccessibleName(self.tr("Find in the rows"))
        self.setClearButtonEnabled(True)
        self.only_matches = self._filter_action()
        self.textChanged.connect(lambda *_: self._find())
        table.filter_dropped.connect(self._show_all)
        self.hide()

    def _filter_action(self) -> QAction:
        action = QAction(icon("filter", self, "muted"), self.tr("Show only matching rows"), self)
        action.setCheckable(True)
        action.setShortcut(QKeySequence("Ctrl+Shift+F"))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{action.text()} ({keys})")
        action.toggled.connect(self._filter)
        self.addAction(action, QLineEdit.ActionPosition.LeadingPosition)
        return action

    def open(self) -> None:
        self.show()
        self.setFocus()
        self.selectAll()

    def close_field(self) -> None:
        self.clear()
        self.only_matches.setChecked(False)
        self.hide()
        self._table.setFocus()

    def toggle(self) -> None:
        self.close_field() if self.isVisible() else self.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_field()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._find(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1, again=True)
        else:
            super().keyPressEvent(event)

    def _filter(self, only: bool) -> None:
        self.only_matches.setIcon(icon("filter", self, "accent" if only else "muted"))
        self._table.show_only(self.text() if only else "")

    def _show_all(self) -> None:
        with QSignalBlocker(self.only_matches):
            self.only_matches.setChecked(False)
        self.only_matches.setIcon(icon("filter", self, "muted"))

    def _find(self, step: int = 1, *, again: bool = False) -> None:
        if self.only_matches.isChecked() and not again:
            self._table.show_only(self.text())
        found = self._table.find_text(self.text(), step=step, again=again)
        set_property(self, "invalid", not found)
        self.setToolTip("" if found else self.tr("No row contains this"))
