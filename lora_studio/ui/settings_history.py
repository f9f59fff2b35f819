"""Undo for the settings of the next run."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from PySide6.QtGui import QUndoCommand

from lora_studio.core.methods import Method
from lora_studio.core.recipe import Protection, TrainingSettings
from lora_studio.ui.session import Session


@dataclass(frozen=True, slots=True)
class SettingsState:
    """All that the method panel can change."""

    method: Method
    training: TrainingSettings
    protection: Protection
    datasets: tuple[str, ...]

    @classmethod
    def of(cls, session: Session) -> SettingsState:
        return cls(session.method, session.training, session.protection, session.selected)

    def give_to(self, session: Session) -> None:
        session.set_method(self.method)
        session.set_training(self.training)
        session.set_protection(self.protection)
        session.select_datasets(self.datasets)


class SettingsChange(QUndoCommand):
    """From one state to another. Changes with the same `burst` (typing into one field) are undone together."""

    def __init__(self, session: Session, after: SettingsState, text: str, burst: str = "") -> None:
        super().__init__(text)
        self._session = session
        self.before = SettingsState.of(session)
        self.after = after
        self._id = crc32(burst.encode()) >> 1 if burst else -1

    def id(self) -> int:
        return self._id

    def redo(self) -> None:
        self.after.give_to(self._session)

    def undo(self) -> None:
        self.before.give_to(self._session)

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, SettingsChange):
            return False
        self.after = other.after
        self.setObsolete(self.before == self.after)
        return True
