"""The runs that wait for their turn, and those that failed. Each lies in a file of its own until it is done."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from lora_studio.core.errors import StudioError
from lora_studio.core.files import write_atomically
from lora_studio.core.recipe import Recipe
from lora_studio.core.run_record import stored_error, told_error
from lora_studio.core.workspace import QueuedRun, Workspace, file_name
from lora_studio.ui.keeper import Keeper
from lora_studio.ui.obsolete_commands import drop_obsolete

MOST_NAME = 40  # characters of a run's name in its file's name

Parked = list[bytes]  # at most one: the text of a file that was removed


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A run with its recipe as it was when it was added (None: it lies in its file, and nobody has read it yet).

    `kept` has its file's name, what the list shows, and why it failed.
    """

    kept: QueuedRun
    recipe: Recipe | None = None

    @property
    def name(self) -> str:
        return self.kept.name

    @property
    def method(self) -> str:
        return self.kept.method

    @property
    def data(self) -> str:
        return self.kept.data

    @property
    def id(self) -> str:
        return self.kept.file

    @property
    def state(self) -> Literal["waiting", "failed"]:
        return "failed" if self.kept.error else "waiting"

    @property
    def error(self) -> StudioError | None:
        return told_error(self.kept.error, self.kept.error_advice, self.kept.error_values)


class RunQueue(QObject):
    """In the order in which the runs will begin. `begin_next` takes the first that waits; who calls it runs it.

    Args:
        workspace: keeps the recipes; None: nothing is kept.
        keeper: does the writing.
        undo_stack: takes what can be undone.
    """

    changed = Signal()

    def __init__(
        self,
        workspace: Workspace | None = None,
        keeper: Keeper | None = None,
        undo_stack: QUndoStack | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.entries: tuple[QueueEntry, ...] = ()
        self.held = False
        self.problems: list[StudioError] = []  # what could not be read
        self._workspace = workspace
        self._keeper = keeper
        self._undo_stack = undo_stack
        self._last_number = 0

    # What there is

    @property
    def waiting(self) -> tuple[QueueEntry, ...]:
        return tuple(entry for entry in self.entries if entry.state == "waiting")

    def entry(self, name: str) -> QueueEntry | None:
        """By its id."""
        return next((entry for entry in self.entries if entry.id == name), None)

    def kept(self) -> tuple[QueuedRun, ...]:
        """The order, as studio.json keeps it."""
        return tuple(entry.kept for entry in self.entries)

    def restore(self, known: Sequence[QueuedRun]) -> None:
        """What was kept. Runs that wait are held: nothing begins by surprise.

        Recipes hold all rows, so each is read when its turn comes; only those that studio.json does not know are now.
        """
        if self._workspace is None:
            return
        entries = []
        for run in self._workspace.queued(known):
            self._last_number = max(self._last_number, _number(run.file))
            try:
                entry = QueueEntry(run) if run.name else _entry(run.file, self._workspace.queued_recipe(run.file))
                entries.append(entry)
            except StudioError as error:
                self.problems.append(error)
        self.entries = tuple(entries)
        self.held = bool(self.waiting)

    # What a person does

    def add(self, recipe: Recipe) -> QueueEntry:
        """At the end. The recipe is frozen, so that later edits do not reach it."""
        return self._insert(self._new(recipe), len(self.entries))

    def move(self, name: str, place: int) -> None:
        """To another place among all entries, counted from 0."""
        entry = self.entry(name)
        if entry is not None:
            others = [other for other in self.entries if other is not entry]
            others.insert(max(0, min(place, len(others))), entry)
            self._set(tuple(others))

    def remove(self, name: str) -> None:
        """Can be undone."""
        entry = self.entry(name)
        if entry is None:
            return
        if self._undo_stack is None:
            self._take_out(entry)
        else:
            self._undo_stack.push(_Removal(self, entry, self.entries.index(entry)))

    def retry(self, name: str) -> None:
        """A failed run waits again, at its place."""
        self._set(tuple(_waiting_again(entry) if entry.id == name else entry for entry in self.entries))

    def set_held(self, held: bool) -> None:
        """While the queue is held nothing begins by itself; what runs goes on."""
        if held != self.held:
            self.held = held
            self.changed.emit()

    # What happens to runs

    def begin_next(self) -> QueueEntry | None:
        """The first that waits leaves the list. Its file stays until `done` or `failed`.

        Where the entry has no recipe, the file has.
        """
        entry = next(iter(self.waiting), None) if not self.held else None
        if entry is not None:
            self._set(tuple(other for other in self.entries if other is not entry))
            self._forget_removal(entry)
        return entry

    def _forget_removal(self, entry: QueueEntry) -> None:
        """What was taken out, brought back and has begun now cannot be taken out again."""
        if (stack := self._undo_stack) is None:
            return
        for number in range(stack.count()):
            command = stack.command(number)
            if isinstance(command, _Removal) and command.is_of(entry):
                command.setObsolete(True)
        drop_obsolete(stack)

    def done(self, entry: QueueEntry) -> None:
        """Its run has begun and has a folder of its own, or the person gave it up."""
        self._forget(entry)

    def failed(self, recipe: Recipe | None, error: StudioError, entry: QueueEntry | None = None) -> None:
        """A run that failed stands before those that wait. `entry` is what it was before it began, if it waited.

        One whose recipe could not even be read has none; there must be an entry then.
        """
        if entry is None:
            if recipe is None:
                return
            entry = self._new(recipe)
        place = next((place for place, other in enumerate(self.entries) if other.state == "waiting"), len(self.entries))
        failed = entry.kept.model_copy(update=stored_error(error))
        self._insert(QueueEntry(failed, recipe or entry.recipe), place)

    # Keeping

    def _new(self, recipe: Recipe) -> QueueEntry:
        self._last_number += 1
        stem = file_name(recipe.name)[:MOST_NAME].lower()
        return _entry(f"{self._last_number:04}-{stem}.yaml", recipe)

    def _insert(self, entry: QueueEntry, place: int) -> QueueEntry:
        if self._keeper and self._workspace and entry.recipe is not None:
            write = partial(self._workspace.save_queued, entry.id, entry.recipe)
            self._keeper.keep(f"queued {entry.id}", lambda: write)
        self._set((*self.entries[:place], entry, *self.entries[place:]))
        return entry

    def _put_back(self, entry: QueueEntry, place: int, parked: Parked) -> None:
        """What `_take_out` took."""
        if self._keeper and self._workspace and entry.recipe is None:
            write = partial(_unpark, self._workspace, entry.id, parked)
            self._keeper.keep(f"queued {entry.id}", lambda: write)
        self._insert(entry, place)

    def _take_out(self, entry: QueueEntry, parked: Parked | None = None) -> None:
        """`parked` gets the text of a file that nobody has read, to be put back."""
        self._forget(entry, parked if entry.recipe is None else None)
        self._set(tuple(other for other in self.entries if other.id != entry.id))

    def _forget(self, entry: QueueEntry, parked: Parked | None = None) -> None:
        if self._keeper and self._workspace:
            remove = partial(_park, self._workspace, entry.id, parked)
            self._keeper.keep(f"queued {entry.id}", lambda: remove)
            self._keeper.flush()

    def _set(self, entries: tuple[QueueEntry, ...]) -> None:
        if entries != self.entries:
            self.entries = entries
            if not self.waiting:
                self.held = False
            self.changed.emit()
            if self._keeper:
                self._keeper.flush()  # whoever listens has asked for the order to be kept


class _Removal(QUndoCommand):
    def __init__(self, queue: RunQueue, entry: QueueEntry, place: int) -> None:
        text = QCoreApplication.translate("RunQueue", "Remove {name} from the queue")
        super().__init__(text.format(name=entry.name))
        self._queue, self._entry, self._place = queue, entry, place
        self._parked: Parked = []

    def is_of(self, entry: QueueEntry) -> bool:
        return self._entry.id == entry.id

    def redo(self) -> None:
        if not self.isObsolete():
            self._queue._take_out(self._entry, self._parked)

    def undo(self) -> None:
        if not self.isObsolete():
            self._queue._put_back(self._entry, self._place, self._parked)


def _park(workspace: Workspace, file: str, parked: Parked | None) -> None:
    """Removes the file; `parked` gets what was in it. On the keeper's thread, which does one thing after the other."""
    if parked is not None and not parked:
        with suppress(OSError):
            parked.append(workspace.queue_file(file).read_bytes())
    workspace.remove_queued(file)


def _unpark(workspace: Workspace, file: str, parked: Parked) -> None:
    """Raises StorageError: it could not be written."""
    if parked:
        write_atomically(workspace.queue_file(file), parked[0])
        parked.clear()


def _entry(file: str, recipe: Recipe) -> QueueEntry:
    data = ", ".join(dataset.name for dataset in recipe.datasets)
    return QueueEntry(QueuedRun(file=file, name=recipe.name, method=recipe.method.label, data=data), recipe)


def _waiting_again(entry: QueueEntry) -> QueueEntry:
    return replace(entry, kept=entry.kept.model_copy(update=stored_error(None)))


def _number(file: str) -> int:
    head = file.partition("-")[0]
    return int(head) if head.isdecimal() else 0
