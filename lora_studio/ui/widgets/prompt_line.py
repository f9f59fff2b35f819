"""The line in which one asks: the prompt, the wanted token, the temperature, and the pin."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from lora_studio.ui.icons import icon
from lora_studio.ui.theme import GRID
from lora_studio.ui.widgets.board_painting import LARGER
from lora_studio.ui.widgets.figures import tabular
from lora_studio.ui.widgets.temperature_field import TemperatureField

LONGEST_PROMPT = 10_000  # characters, as a Probe allows


class PromptLine(QWidget):
    """The fields side by side; what they mean to each other is the panel's business."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.prompt = self._prompt_field()
        self._height = self.prompt.sizeHint().height()
        self.wanted = self._wanted_field()
        self.temperature = TemperatureField(self)
        self.temperature.setFixedHeight(self._height)
        self.chat = self._chat_box()
        self.pin = self._pin_button()
        sign = QLabel("T", self)
        sign.setProperty("role", "muted")
        sign.setToolTip(self.temperature.toolTip())
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2 * GRID)
        line.addWidget(self.prompt, 1)
        line.addWidget(self.wanted)
        line.addWidget(sign)
        line.addSpacing(-GRID)
        line.addWidget(self.temperature)
        line.addWidget(self.chat)
        line.addWidget(self.pin)

    def append(self, words: str) -> None:
        """At the end, as if it had been typed: Ctrl+Z takes it back."""
        self.prompt.end(False)
        self.prompt.insert(words)

    def show_pinned(self, pinned: bool, *, possible: bool) -> None:
        self.pin.setEnabled(possible)
        self.pin.setChecked(pinned)
        text = self.tr("Unpin this prompt") if pinned else self.tr("Pin this prompt (Ctrl+D)")
        self.pin.setToolTip(text)
        self.pin.setAccessibleName(text)

    def _prompt_field(self) -> QLineEdit:
        field = QLineEdit(self)
        field.setFont(tabular(field.font(), points=LARGER))
        field.setMaxLength(LONGEST_PROMPT)
        field.setPlaceholderText(self.tr("Type the beginning of a sentence"))
        field.setAccessibleName(self.tr("Prompt"))
        field.setToolTip(self.tr("The model answers as you type. Enter pins the prompt."))
        field.setMinimumWidth(220)
        return field

    def _wanted_field(self) -> QLineEdit:
        field = QLineEdit(self)
        field.setPlaceholderText(self.tr("wanted token"))
        field.setAccessibleName(self.tr("Wanted token"))
        field.setToolTip(self.tr("The token that should become the answer; empty if none is wanted."))
        field.setFixedWidth(max(110, field.fontMetrics().horizontalAdvance(field.placeholderText()) + 28))
        field.setFixedHeight(self._height)
        return field

    def _chat_box(self) -> QCheckBox:
        box = QCheckBox(self.tr("Chat"), self)
        box.setAccessibleName(self.tr("As a chat"))
        box.setToolTip(self.tr("Asks what the model answers when the prompt is a person's turn in a chat."))
        box.hide()
        return box

    def _pin_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon("pin", button))
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setFixedSize(self._height, self._height)
        return button
