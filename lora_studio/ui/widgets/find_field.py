"""A field that goes to the rows in which what is typed occurs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from lora_studio.ui.theme import set_property
from lora_studio.ui.widgets.row_table import RowTable


class FindField(QLineEdit):
    """Searches as one types; Enter goes to the next row, Shift+Enter to the one before, Escape closes."""

    def __init__(self, table: RowTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self.setPlaceholderText(self.tr("Find in the rows"))
        self.setAccessibleName(self.tr("Find in the rows"))
        self.setClearButtonEnabled(True)
        self.textChanged.connect(lambda *_: self._find())
        self.hide()

    def open(self) -> None:
        self.show()
        self.setFocus()
        self.selectAll()

    def close_field(self) -> None:
        self.clear()
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

    def _find(self, step: int = 1, *, again: bool = False) -> None:
        found = self._table.find_text(self.text(), step=step, again=again)
        set_property(self, "invalid", not found)
        self.setToolTip("" if found else self.tr("No row contains this"))
