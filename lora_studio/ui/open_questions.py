"""What a workspace asked, and nobody has answered yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lora_studio.core.workspace import Board

if TYPE_CHECKING:
    from lora_studio.core.history import StoredRun


@dataclass
class OpenQuestions:
    """Outlives a window: one that takes its place, as in another language, asks again.

    `interrupted` are runs that can go on, `missing` adapters of the board that are gone, `waiting` tells that runs wait
    in a queue that is held since the start, `elsewhere` names a run and the base that it needs.
    """

    interrupted: tuple[StoredRun, ...] = ()
    missing: Board = ()
    waiting: bool = True
    elsewhere: tuple[Path, str] | None = None

    def ask_to_resume(self, run: StoredRun) -> None:
        self.interrupted = (run, *(other for other in self.interrupted if other.path != run.path))

    def answer_run(self, path: Path) -> None:
        self.interrupted = tuple(run for run in self.interrupted if run.path != path)
