"""The run history in the window: read and written on a thread of its own, edited with undo."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from PySide6.QtGui import QUndoStack

from lora_studio.core import history, interruptions
from lora_studio.core.data.dataset import clean_row
from lora_studio.core.errors import StorageError, StudioError, unexpected
from lora_studio.core.history import StoredRun
from lora_studio.core.recipe import Recipe
from lora_studio.core.recipe_differences import Difference, differences
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.history_changes import Change, Move
from lora_studio.ui.obsolete_commands import drop_obsolete


def _nothing() -> None:
    pass


def _both(do: Callable[[], bool], also: Callable[[], object]) -> bool:
    """The second only if the first could be done."""
    done = do()
    if done:
        also()
    return done


class RunHistory(QObject):
    """The stored runs of a workspace. All methods are called in the window's thread and return at once.

    A change shows at once and reaches the disk a moment later, in the order in which changes were made; one that could
    not be written is said, and the list is read again. With `read_only` nothing changes.
    """

    changed = Signal()
    problem = Signal(object)  # StudioError

    def __init__(
        self,
        workspace_folder: Path,
        bridge: Bridge,
        undo_stack: QUndoStack,
        parent: QObject | None = None,
        *,
        read_only: bool = False,
    ) -> None:
        super().__init__(parent)
        self.read_only = read_only
        self.runs: tuple[StoredRun, ...] = ()
        self.loaded = False  # whether the list was read at all
        self.live: Path | None = None
        self.binned = 0  # how many runs lie in the bin
        self._workspace_folder = workspace_folder
        self._bridge = bridge
        self._undo_stack = undo_stack
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="history")  # one, so that changes keep their order
        self._closed = False
        self._reading = False
        self._outdated = False  # whether something happened since the reading began
        self._live_ended = False
        self._told: set[str] = set()  # what was said about folders that cannot be read
        undo_stack.indexChanged.connect(self._drop_obsolete, Qt.ConnectionType.QueuedConnection)

    @property
    def folder(self) -> Path:
        return self._workspace_folder / "runs"

    def run(self, path: Path) -> StoredRun | None:
        return next((run for run in self.runs if run.path == path), None)

    def reload(self) -> None:
        """Reads the list again, soon; of several wishes that come while it is being read only one is served."""
        if self._closed:
            return
        if self._reading:
            self._outdated = True
            return
        self._reading, self._outdated = True, False
        self._worker.submit(self._read).add_done_callback(self._deliver(self._show, self._unreadable))

    def set_live(self, path: Path | None) -> None:
        """The folder of the run in progress, which cannot be changed now; None: it has ended.

        Then it counts as in progress until its record was read again, or it would look interrupted for a moment.
        """
        self._live_ended = path is None
        if path is None and self.live is not None:
            self.reload()
        elif path is not None and path != self.live:
            self.live = path
            self.changed.emit()

    def close(self) -> None:
        """Waits until what was changed is on disk."""
        if not self._closed:
            self._undo_stack.indexChanged.disconnect(self._drop_obsolete)
            QCoreApplication.removePostedEvents(self)  # such a call may be on its way
        self._closed = True
        self._worker.shutdown(wait=True)

    # Reading a recipe

    def recipe(self, path: Path, then: Callable[[Recipe], None]) -> None:
        """Reads the recipe of a run in the background; `then` is called with it in the window's thread."""
        self._ask(partial(history.read_recipe, path), then)

    def differences(self, one: Path, other: Path, then: Callable[[tuple[Difference, ...]], None]) -> None:
        """Compares the recipes of two runs, as `recipe`."""
        self._ask(lambda: differences(history.read_recipe(one), history.read_recipe(other)), then)

    # Changing

    def can_change(self, path: Path) -> bool:
        return not self.read_only and path != self.live

    def clean_name(self, name: str) -> str:
        """As a run can be called; may be empty."""
        return clean_row(name)[: history.MOST_NAME]

    def put_name(self, path: Path, name: str) -> bool:
        """Without undo, as part of something else: whether it could be done."""
        return self._rename(path, name)

    def rename(self, path: Path, name: str) -> None:
        name = self.clean_name(name)
        run = self.run(path)
        if run and name and name != run.record.name and self.can_change(path):
            self._push(self.tr("Rename run"), *(partial(self._rename, path, text) for text in (name, run.record.name)))

    def set_note(self, path: Path, note: str) -> None:
        note = clean_row(note)[: history.MOST_NOTE]
        run = self.run(path)
        if run and note != run.record.note and self.can_change(path):
            self._push(
                self.tr("Change note"), *(partial(self._annotate, path, text) for text in (note, run.record.note))
            )

    def leave(self, path: Path) -> None:
        """An interrupted run is not asked about any more; it can still go on later."""
        if self.can_change(path):
            self._write(partial(interruptions.leave, path), self.reload)

    def remove(
        self,
        paths: Iterable[Path],
        leave: Callable[[], object] = _nothing,
        come_back: Callable[[], object] = _nothing,
    ) -> None:
        """Moves runs to the workspace's bin; undo brings them back. The others do and undo what belongs to it."""
        going = [run for path in paths if self.can_change(path) and (run := self.run(path))]
        if not going:
            return
        text = self.tr("Delete run") if len(going) == 1 else self.tr("Delete {count} runs").format(count=len(going))
        places: dict[Path, Path] = {}
        there = partial(_both, partial(self._remove, going, places), leave)
        back = partial(_both, partial(self._restore, going, places), come_back)
        self._undo_stack.push(Move(text, there, back, places))

    def written(self) -> Future[None]:
        """Done when everything that was changed until now is on the disk."""
        if self._closed:
            done: Future[None] = Future()
            done.set_result(None)
            return done
        return self._worker.submit(_nothing)

    # The bin

    def read_bin(self, then: Callable[[tuple[StoredRun, ...]], None]) -> None:
        """Reads in the background which runs lie in the bin; what cannot be read there is left out."""
        self._ask(partial(history.binned_runs, self._workspace_folder), then)

    def restore(self, binned: Sequence[StoredRun]) -> None:
        """Brings runs back out of the bin (`read_bin` says which are there); undo puts them into it again."""
        places = {self.folder / run.path.name: run.path for run in binned}
        coming = [replace(run, path=self.folder / run.path.name) for run in binned]
        if coming and not self.read_only:
            text = self.tr("Restore run") if len(coming) == 1 else self.tr("Restore {count} runs")
            there, back = partial(self._restore, coming, places), partial(self._remove, coming, places)
            self._undo_stack.push(Move(text.format(count=len(coming)), there, back, places))

    def empty_bin(self) -> None:
        """For good: what was deleted cannot be restored any more."""
        if not self.read_only:
            empty = partial(history.empty_bin, self._workspace_folder)
            self._write(empty, self._forget_moves, self._forget_moves)

    def _forget_moves(self) -> None:
        """After the bin was emptied: undo cannot bring back what lay there."""
        stack = self._undo_stack
        for number in range(stack.count()):
            command = stack.command(number)
            if isinstance(command, Move) and command.is_lost():
                command.setObsolete(True)
        self._drop_obsolete()
        self.reload()

    @Slot()
    def _drop_obsolete(self) -> None:
        drop_obsolete(self._undo_stack)

    # Doing

    def _push(self, text: str, redo: Callable[[], bool], undo: Callable[[], bool]) -> None:
        self._undo_stack.push(Change(text, redo, undo))

    def _may_change(self, paths: Collection[Path]) -> bool:
        """Undo and redo come here, too, while a run that was changed before goes on."""
        if self.live is None or self.live not in paths:
            return True
        self.problem.emit(StudioError("This run is in progress.", advice="Wait for it to end, or cancel it."))
        return False

    def _rename(self, path: Path, name: str) -> bool:
        if not self._may_change([path]):
            return False
        self._update(path, name=name)
        self._write(partial(history.rename, path, name))
        return True

    def _annotate(self, path: Path, note: str) -> bool:
        if not self._may_change([path]):
            return False
        self._update(path, note=note)
        self._write(partial(history.set_note, path, note))
        return True

    def _update(self, path: Path, **values: str) -> None:
        self.runs = tuple(
            replace(run, record=run.record.model_copy(update=values)) if run.path == path else run for run in self.runs
        )
        self.changed.emit()

    def _remove(self, going: list[StoredRun], places: dict[Path, Path]) -> bool:
        gone = {run.path for run in going}
        if not self._may_change(gone):
            return False

        def move() -> None:
            for path in gone:
                places[path] = history.to_bin(self._workspace_folder, path)

        self.runs = tuple(run for run in self.runs if run.path not in gone)
        self.changed.emit()
        self._write(move, self.reload)
        return True

    def _restore(self, coming: list[StoredRun], places: dict[Path, Path]) -> bool:
        def move() -> None:
            problems = []
            for path, place in tuple(places.items()):
                try:
                    history.restore(place, path)
                except StorageError as error:  # the others come back all the same
                    problems.append(error)
                else:
                    del places[path]
            if problems:
                raise problems[0]

        self.runs = tuple(sorted({run.path: run for run in (*coming, *self.runs)}.values(), key=history.age))
        self.changed.emit()
        self._write(move, self.reload)
        return True

    # The worker

    def _read(self) -> tuple[tuple[StoredRun, ...], int, list[StorageError]]:
        """Runs on the worker."""
        told: list[StorageError] = []
        runs = history.stored_runs(self.folder, told.append)
        return runs, history.binned(self._workspace_folder), told

    def _show(self, found: tuple[tuple[StoredRun, ...], int, list[StorageError]]) -> None:
        self._reading = False
        if self._outdated:
            self.reload()
            return
        runs, binned, problems = found
        for error in problems:
            if str(error) not in self._told:  # each once, not with every reading
                self._told.add(str(error))
                self.problem.emit(error)
        live = None if self._live_ended else self.live
        if (runs, live, binned) != (self.runs, self.live, self.binned) or not self.loaded:
            self.runs, self.live, self.binned, self.loaded = runs, live, binned, True
            self.changed.emit()

    def _unreadable(self, error: StudioError) -> None:
        self._reading = False
        self.problem.emit(error)

    def _write(
        self,
        change: Callable[[], object],
        then: Callable[[], None] | None = None,
        otherwise: Callable[[], None] | None = None,
    ) -> None:
        if self._closed:
            return
        self._outdated = True  # what is being read may not know of it
        done = None if then is None else lambda _: then()
        failed = partial(self._not_written, otherwise or self.reload)
        self._worker.submit(change).add_done_callback(self._deliver(done, failed))

    def _not_written(self, then: Callable[[], None], error: StudioError) -> None:
        self.problem.emit(error)
        then()

    def _ask(self, job: Callable[[], Any], then: Callable[[Any], None]) -> None:
        if not self._closed:
            self._worker.submit(job).add_done_callback(self._deliver(then, self.problem.emit))

    def _deliver(
        self, then: Callable[[Any], None] | None, otherwise: Callable[[StudioError], None]
    ) -> Callable[[Future[Any]], None]:
        """What a finished job calls, on the worker: its result or error is handed over in the window's thread."""

        def hand_over(future: Future[Any]) -> None:
            error = future.exception()
            if error is not None:
                self._bridge.call(otherwise, error if isinstance(error, StudioError) else unexpected(error))
            elif then is not None:
                self._bridge.call(then, future.result())

        return hand_over
