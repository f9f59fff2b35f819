"""Undo for the settings of the next run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any
from zlib import crc32

from PySide6.QtGui import QUndoCommand

from lora_studio.core.methods import Method
from lora_studio.core.recipe import Protection, Recipe, TrainingSettings
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


class UseRecipe(QUndoCommand):
    """Takes over a stored recipe: settings, datasets, what is kept, and the pinned prompts, in one step."""

    def __init__(self, session: Session, recipe: Recipe, text: str) -> None:
        super().__init__(text)
        self._session = session
        self._recipe = recipe
        self._before = session.recipe_state()

    def redo(self) -> None:
        self._before = self._session.recipe_state()
        self._session.use_recipe(self._recipe)

    def undo(self) -> None:
        self._session.restore_recipe(self._before)


def _give(session: Session, parts: Mapping[str, Any]) -> None:
    """Gives some fields of a state to the session."""
    give: dict[str, Callable[[Any], None]] = {
        "method": session.set_method,
        "training": session.set_training,
        "protection": session.set_protection,
        "datasets": session.select_datasets,
    }
    for name, value in parts.items():
        give[name](value)


class SettingsChange(QUndoCommand):
    """To another state. Changes with the same `burst` (typing into one field) are undone together.

    Only what changed is taken back: ticks may have been set since, and those are nobody's to undo here.
    """

    def __init__(self, session: Session, after: SettingsState, text: str, burst: str = "") -> None:
        super().__init__(text)
        self._session = session
        before = SettingsState.of(session)
        changed = [part.name for part in fields(after) if getattr(before, part.name) != getattr(after, part.name)]
        self._before = {name: getattr(before, name) for name in changed}
        self._after = {name: getattr(after, name) for name in changed}
        self._id = crc32(burst.encode()) >> 1 if burst else -1

    def id(self) -> int:
        return self._id

    def redo(self) -> None:
        _give(self._session, self._after)

    def undo(self) -> None:
        _give(self._session, self._before)

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, SettingsChange):
            return False
        self._before = other._before | self._before
        self._after |= other._after
        self.setObsolete(self._before == self._after)
        return True
