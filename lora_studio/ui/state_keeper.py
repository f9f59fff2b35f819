"""What a person was doing: read once, and written shortly after each change."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from lora_studio.core.errors import StudioError
from lora_studio.core.workspace import StudioState, Workspace
from lora_studio.ui.keeper import Keeper


class StateKeeper(QObject):
    """`state` is what was found; `problems` holds why that is not what was kept."""

    def __init__(self, workspace: Workspace, keeper: Keeper, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._keeper = keeper
        self._now: Callable[[], StudioState] | None = None
        self.problems: list[StudioError] = []
        self.state = self._stored()

    def watch(self, now: Callable[[], StudioState]) -> None:
        """From here on `keep` writes what `now` tells; before, everything is still being put together."""
        self._now = now

    def keep(self, *_: object) -> None:
        if self._now is not None:
            now = self._now
            self._keeper.keep("state", lambda: partial(self._workspace.save_state, now()))

    def _stored(self) -> StudioState:
        try:
            return self._workspace.state()
        except StudioError as error:
            self.problems.append(error)
            self._workspace.set_state_aside()
            return StudioState()
