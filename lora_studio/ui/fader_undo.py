"""Undo for what is done to a mix."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from PySide6.QtGui import QUndoCommand

from lora_studio.ui.faders import Faders

if TYPE_CHECKING:
    from lora_studio.ui.mixer import Mixer


class FaderChange(QUndoCommand):
    """From one setting of a mix to another. Changes of the same burst are undone together.

    Follows the mix when it is renamed, and does nothing any more when it is gone.
    """

    def __init__(self, mixer: Mixer, mix: int, before: Faders, after: Faders, text: str, burst: str) -> None:
        super().__init__(text)
        self._mixer = mixer
        self._mix = mix
        self._before = before
        self._after = after
        self._id = crc32(f"{mix} {burst}".encode()) >> 1 if burst else -1

    def id(self) -> int:
        return self._id

    def redo(self) -> None:
        self._show(self._after)

    def undo(self) -> None:
        self._show(self._before)

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, FaderChange):
            return False
        self._after = other._after
        self.setObsolete(self._before == self._after)
        return True

    def _show(self, faders: Faders) -> None:
        if not self._mixer.set_faders(self._mix, faders):
            self.setObsolete(True)
