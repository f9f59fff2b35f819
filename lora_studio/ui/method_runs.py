"""One recipe with several methods, put into the queue; tells when all of them have run.

A model that is open is not opened a second time for this: two of 8 billion parameters would not fit. So the runs go
through the queue like any other, and the history, the curves and the board show them. A program that ends in between
forgets that they belong together; the runs still wait then, and can be compared by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from lora_studio.core.history import StoredRun
from lora_studio.core.recipe import Recipe
from lora_studio.ui.session import Session

LOOK_MS = 300  # after a change: several come together, and between two runs nothing is active for a moment
GRACE_MS = 3000  # for the history to read the last run; what is not there then never began


class MethodRuns(QObject):
    """Follows what was added until nothing of it waits or runs. What is added in between is told together with it."""

    ended = Signal(tuple)  # of Path: the runs that there are, in the order in which they were added

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._recipes: list[Recipe] = []
        self._entries: set[str] = set()  # of the queue
        self._known: frozenset[Path] = frozenset()  # runs that were there before
        self._look_timer = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._look_timer.timeout.connect(self._look)
        self._grace_timer = QTimer(self, singleShot=True, interval=GRACE_MS)
        self._grace_timer.timeout.connect(self._tell)
        for changed in (session.run_changed, session.queue.changed, session.history.changed):
            changed.connect(self._changed)

    @property
    def waiting(self) -> bool:
        """Whether something that was added has not been told yet."""
        return bool(self._recipes)

    def add(self, recipes: Sequence[Recipe]) -> None:
        """To the end of the queue, in this order."""
        if not self._recipes:
            self._known = frozenset(run.path for run in self._session.history.runs)
        self._recipes += recipes
        for recipe in recipes:
            self._entries.add(self._session.queue.add(recipe).id)

    def _changed(self, *_: object) -> None:
        if self._recipes:
            self._look_timer.start()

    def _look(self) -> None:
        """Whether all have ended."""
        session = self._session
        waits = any(entry.id in self._entries for entry in session.queue.waiting)
        runs = session.run.active and any(session.run_recipe is recipe for recipe in self._recipes)
        if not self._recipes or waits or runs:
            self._grace_timer.stop()
        elif len(self._found()) == len(self._recipes):
            self._tell()
        elif not self._grace_timer.isActive():
            self._grace_timer.start()

    def _tell(self) -> None:
        found = self._found()
        self._recipes, self._entries = [], set()
        self._grace_timer.stop()
        if found:
            self.ended.emit(found)

    def _found(self) -> tuple[Path, ...]:
        """The stored runs, known by method and data, as a run's name may have got a number."""
        new = sorted(
            (run for run in self._session.history.runs if run.path not in self._known),
            key=lambda run: run.record.began,
        )
        found: list[Path] = []
        for recipe in self._recipes:
            same = (run.path for run in new if _is_of(run, recipe) and run.path not in found)
            found += list(same)[:1]
        return tuple(found)


def method_runs_of(session: Session) -> MethodRuns:
    """Those of the session, whichever window asks: a new language makes another window, and the runs go on."""
    there = session.findChild(MethodRuns)
    return there if isinstance(there, MethodRuns) else MethodRuns(session)


def _is_of(run: StoredRun, recipe: Recipe) -> bool:
    data = ", ".join(dataset.name for dataset in recipe.datasets)
    record = run.record
    return record.state != "running" and (record.method, record.data) == (recipe.method.title, data)
