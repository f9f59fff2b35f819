"""Where a model on the hub is asked for, by its name or the address of its page. Says what will be asked."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from lora_studio.core.errors import StudioError
from lora_studio.core.hub.address import endpoint, host_of
from lora_studio.core.hub.client import is_offline
from lora_studio.ui.theme import GRID, set_property, small_font
from lora_studio.ui.translations import translated


class LookUpField(QWidget):
    wanted = Signal(str)  # what was typed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(self.tr("Download by name, such as Qwen/Qwen3-0.6B"))
        self.field.setAccessibleName(self.tr("Name of a model on the hub, or the address of its page"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._judge)
        self.field.returnPressed.connect(self._want)
        self.button = QPushButton(self.tr("&Look up"), self)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._want)
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.note.setFont(small_font(self.font()))
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(row)
        layout.addWidget(self.note)
        self._busy = False
        self.rest()

    def rest(self) -> None:
        """Nothing is being asked."""
        self._busy = False
        try:
            host = host_of(endpoint())
        except StudioError as error:
            self.say(error)
            return
        text = self.tr(
            "Nothing is sent before that; then {host} is asked for this model, with your login if there is one."
        )
        if is_offline():
            text = self.tr("HF_HUB_OFFLINE is set: nothing is sent to {host}.")
        self._show(text.format(host=host), "muted")

    def wait(self) -> None:
        self._busy = True
        self._show(self.tr("Asking…"), "muted")

    def say(self, error: StudioError) -> None:
        self._busy = False
        self._show(" ".join(filter(None, translated(error))), "error")

    def _show(self, text: str, role: str) -> None:
        self.note.setText(text)
        set_property(self.note, "role", role)
        self._judge()

    def _judge(self) -> None:
        self.button.setEnabled(bool(self.field.text().strip()) and not self._busy)

    def _want(self) -> None:
        if self.button.isEnabled():
            self.wanted.emit(self.field.text())
