"""Starting, pausing and ending runs, and what comes after one has ended: the next of the queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from lora_studio.core.errors import StudioError
from lora_studio.core.events import Event, Failed, Started
from lora_studio.core.jobs import Service
from lora_studio.core.recipe import Recipe
from lora_studio.core.workspace import Workspace
from lora_studio.ui.asking import Asker
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.run_queue import QueueEntry, RunQueue
from lora_studio.ui.run_tracker import RunState, RunTracker
from lora_studio.ui.told_events import ToldEvents

if TYPE_CHECKING:
    from lora_studio.core.engine import Engine
    from lora_studio.core.run_folder import RunFolder
    from lora_studio.core.variants import Variant

BETWEEN_RUNS_MS = 100  # a window that waits for the end of a run, to close, comes first


class RunControl(QObject):
    """One run at a time. `may_run` tells whether the model is there and the workspace can be written."""

    problem = Signal(object)  # StudioError
    not_resumed = Signal(object)  # Path: of a run that was to go on, and did not
    elsewhere = Signal(object, str)  # Path, and the base that must be opened before the run can go on
    folder_made = Signal(object)  # Path: of the run that begins or goes on

    def __init__(
        self, workspace: Workspace, service: Service, bridge: Bridge, asker: Asker, queue: RunQueue,
        may_run: Callable[[], bool], base: Callable[[], str], parent: QObject,
    ) -> None:  # fmt: skip
        """`base` names the model that is open, as recipes call it."""
        super().__init__(parent)
        self._workspace = workspace
        self._service = service
        self._bridge = bridge
        self._asker = asker
        self._may_run = may_run
        self._base = base
        self._entry: QueueEntry | None = None  # what the run in progress was in the queue
        self._resumed = False
        self._taken_off: list[Variant] = []  # what gave way to a run that is about to go on
        self.by_person = False  # whether a person began the run in progress, or the last one, rather than the queue
        self.queue = queue
        self.tracker = RunTracker(self)
        self._next = QTimer(self, singleShot=True, interval=BETWEEN_RUNS_MS)
        self._next.timeout.connect(self._start_next)
        self.tracker.changed.connect(self.look_for_next)
        queue.changed.connect(self.look_for_next)
        bridge.events.connect(self._take)

    @property
    def state(self) -> RunState:
        return self.tracker.state

    def start(self, recipe: Recipe, entry: QueueEntry | None = None) -> None:
        """Runs the recipe now. `entry` is what it was in the queue."""
        self._entry, self._resumed, self.by_person = entry, False, entry is None
        self.tracker.starting(recipe)
        started = self._service.start(recipe, partial(self._new_folder, recipe.name))
        self._asker.watch(started, _nothing, otherwise=partial(self._could_not_start, recipe))

    def resume(self, path: Path) -> bool:
        """Goes on with the interrupted run in the folder `path`. False: it cannot now, which is said."""
        if self.state.active:
            self.problem.emit(
                StudioError("A run is in progress.", advice="Wait for it to end, or cancel it; then resume the other.")
            )
        elif not self._may_run():
            self.problem.emit(
                StudioError("The base is still being opened.", advice="Wait until it is there, then resume the run.")
            )
        else:
            self.by_person = True
            self.tracker.set_starting()
            self.folder_made.emit(path)  # nobody may rename or delete it from now on; an end of any kind takes it back
            failed = partial(self._not_resumed, path)
            self._asker.ask(partial(_stored, path), partial(self._go_on, path), otherwise=failed)
            return True
        return False

    def _go_on(self, path: Path, stored: tuple[Recipe, ToldEvents]) -> None:
        recipe, earlier = stored
        if self.state.phase != "starting":  # cancelled while it was being read: the engine knows nothing of it yet
            self._not_resumed(path)
        elif recipe.base != self._base():
            self.tracker.could_not_start()
            self.elsewhere.emit(path, recipe.base)
        else:
            self._entry, self._resumed = None, True
            self.tracker.starting(recipe)
            self._bridge.replay(earlier)
            self._taken_off = []
            self._asker.ask(partial(_take_off, path, self._taken_off), _nothing)
            failed = partial(self._put_back, path)
            self._asker.watch(self._service.resume_run(path), _nothing, otherwise=failed)

    def _put_back(self, path: Path, error: StudioError) -> None:
        """The run did not go on: what it left when it ended stands on the board again."""
        taken, self._taken_off = self._taken_off, []
        self._asker.ask(partial(_put_on, taken), lambda _: self.tracker.began_or_ended.emit())
        self._not_resumed(path, error)

    def _not_resumed(self, path: Path, _: StudioError | None = None) -> None:
        self._bridge.replay(())
        self.tracker.could_not_start()
        self.not_resumed.emit(path)

    def pause(self) -> None:
        if self.tracker.pause():
            self._service.pause()

    def unpause(self) -> None:
        if self.tracker.resume():
            self._service.resume()

    def cancel(self) -> None:
        if self.state.active:
            self.tracker.stopping()
            self._service.cancel()

    def stop(self) -> None:
        """Nothing begins any more."""
        self._next.stop()
        self._may_run = _never

    def _new_folder(self, name: str) -> RunFolder:
        """On the engine's thread."""
        folder = self._workspace.new_run_folder(name)
        self._bridge.call(self.folder_made.emit, folder.path)
        return folder

    # The queue

    def look_for_next(self, *_: object) -> None:
        if not self.state.active and self.queue.waiting and not self.queue.held and self._may_run():
            self._next.start()

    def _start_next(self) -> None:
        if self.state.active or not self._may_run() or (entry := self.queue.begin_next()) is None:
            return
        if entry.recipe is not None:
            self.start(entry.recipe, entry)
            return
        self.by_person = False
        self.tracker.set_starting()
        read = partial(_waiting, self._workspace, entry.id)
        self._asker.ask(read, partial(self._start_read, entry), otherwise=partial(self._unreadable, entry))

    def _start_read(self, entry: QueueEntry, recipe: Recipe) -> None:
        if self.state.phase == "starting":
            self.start(recipe, entry)
        else:  # cancelled while it was being read
            self.queue.done(entry)
            self.tracker.could_not_start()

    def _unreadable(self, entry: QueueEntry, error: StudioError) -> None:
        self.queue.failed(None, error, entry)
        self.tracker.could_not_start()

    def _take(self, events: list[Event]) -> None:
        """Before the tracker hears of a failure, so that it is in the list when the next one is looked for."""
        for event in events:
            if isinstance(event, Started):
                self._taken_off = []
            if isinstance(event, Started) and self._entry:
                self.queue.done(self._entry)
            elif isinstance(event, Failed) and self.tracker.recipe and not self._resumed:
                self._keep_failed(self.tracker.recipe, event.error)
        self.tracker.take(events)

    def _could_not_start(self, recipe: Recipe, error: StudioError) -> None:
        self._keep_failed(recipe, error)
        self.tracker.could_not_start()

    def _keep_failed(self, recipe: Recipe, error: StudioError) -> None:
        """In the list stands what waited there, and what failed before others that wait."""
        if self._entry or self.queue.entries:
            self.queue.failed(recipe, error, self._entry)
            self._entry = None


def _stored(path: Path, _: Engine) -> tuple[Recipe, ToldEvents]:
    """The recipe of a stored run, and what it told. Raises StudioError: it cannot be read."""
    from lora_studio.core.event_reading import told_events
    from lora_studio.core.history import read_recipe

    recipe, told = read_recipe(path), ToldEvents()
    for event in told_events(path):
        told.take(event)
    return recipe, told


def _take_off(path: Path, taken: list[Variant], engine: Engine) -> None:
    """What the run left when it ended is superseded now that it goes on. `taken` gets it, in case the run does not."""
    for variant in engine.variants.all():
        folder = variant.summary.folder
        if variant.run == path or (folder and Path(folder) in (path, path / "adapter")):
            engine.detach(variant.name)
            taken.append(variant)


def _put_on(taken: list[Variant], engine: Engine) -> None:
    for variant in taken:
        variant.summary = replace(variant.summary, name=engine.variants.free_name(variant.name))
        engine.variants.add(variant)


def _waiting(workspace: Workspace, file: str, _: Engine) -> Recipe:
    return workspace.queued_recipe(file)


def _nothing(_: object) -> None:
    pass


def _never() -> bool:
    return False
