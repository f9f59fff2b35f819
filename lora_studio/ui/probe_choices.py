"""What a person asks in the probe; it outlives the panel, which a change of language makes anew."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from lora_studio.core.workspace import StudioState
from lora_studio.ui.widgets.pinned_order import Order


class ProbeChoices(QObject):
    """The prompt and the wanted token outlive the program, too. `prompt` is None before anything was typed.

    Each kind of base has its own: nobody asks a real model in the words of the small one.
    """

    edited = Signal()  # prompt or wanted token, or whether it is asked as a chat
    exchanged = Signal()  # for those of another kind of base

    def __init__(self, state: StudioState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.prompt = state.prompt
        self.wanted = state.wanted
        self.kind = state.settings_for
        self.others = dict(state.other_prompts)  # of the other kinds
        self.as_chat = state.probe_as_chat
        self.temperature = 1.0
        self.order = Order.WANTED

    def suit(self, kind: str) -> None:
        """A base of this kind is open now."""
        if kind != self.kind:
            self.others[self.kind] = (self.prompt, self.wanted)
            self.kind, (self.prompt, self.wanted) = kind, self.others.pop(kind, (None, ""))
            self.exchanged.emit()
            self.edited.emit()

    def ask_as_chat(self, as_chat: bool) -> None:
        if as_chat != self.as_chat:
            self.as_chat = as_chat
            self.edited.emit()

    def type(self, prompt: str, wanted: str) -> None:
        """As it stands in the fields."""
        if (prompt, wanted) != (self.prompt, self.wanted):
            self.prompt, self.wanted = prompt, wanted
            self.edited.emit()
