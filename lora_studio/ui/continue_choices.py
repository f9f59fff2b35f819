"""What a person has set in panels that a change of language makes anew; it outlives the program, too."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from lora_studio.core.probing.continuation import ContinueSettings
from lora_studio.core.workspace import StudioState


class ContinueChoices(QObject):
    """How texts are continued. `prompt` is None before anything was typed."""

    edited = Signal()

    def __init__(self, state: StudioState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.prompt = state.continued
        self.settings = state.continuing
        self.as_chat = state.as_chat

    def choose(self, prompt: str | None, settings: ContinueSettings, *, as_chat: bool) -> None:
        """As it stands in the panel."""
        if (prompt, settings, as_chat) != (self.prompt, self.settings, self.as_chat):
            self.prompt, self.settings, self.as_chat = prompt, settings, as_chat
            self.edited.emit()


class FormChoices(QObject):
    """Whether forms show the settings that are seldom needed."""

    edited = Signal()

    def __init__(self, state: StudioState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.more = state.more_settings

    def set_more(self, more: bool) -> None:
        if more != self.more:
            self.more = more
            self.edited.emit()
