"""How another thread asks the engine: jobs are queued, and served between the steps of a run."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lora_studio.core.errors import RunError, StudioError, unexpected
from lora_studio.core.events import Event, Failed, Finished
from lora_studio.core.recipe import Recipe
from lora_studio.core.run_folder import RunFolder

if TYPE_CHECKING:  # the window makes a Service before torch is imported
    from lora_studio.core.engine import Engine
    from lora_studio.core.running import Run

T = TypeVar("T")
Job = Callable[["Engine"], Any]
MakeFolder = Callable[[], RunFolder | None]
MakeRun = Callable[["Engine"], "Run"]

SLICE_SECONDS = 0.03  # of training between two jobs; an answer that comes so much later is not felt


@dataclass(frozen=True, slots=True)
class _Queued:
    job: Job
    future: Future[Any]
    must_finish: bool


class Service:
    """Serves one engine on the thread that calls `serve`; every other method may be called from any thread.

    Args:
        emit: receives the events of runs, on the serving thread.
    """

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._ready = threading.Condition()
        self._jobs: OrderedDict[object, _Queued] = OrderedDict()
        self._numbers = count()
        self._closed = False
        self._paused = False
        self._starting = False
        self._cancelled_early = False  # before the run that was asked for had begun
        self._run: Run | None = None
        self._events: Generator[Event, None, None] | None = None
        self._served = 0.0  # seconds that jobs took since the run's last step
        self._step_took = 0.0  # seconds

    # From any thread

    def submit(self, job: Callable[[Engine], T], key: object = None, *, must_finish: bool = False) -> Future[T]:
        """Queues a job. With a `key`, a waiting job of the same key is replaced (its future is cancelled).

        A job that `must_finish` (it writes what a person asked for) is done even if `close` comes before its turn.
        """
        future: Future[T] = Future()
        place = key if key is not None else next(self._numbers)
        with self._ready:
            if self._closed:
                future.cancel()
                return future
            replaced = self._jobs.get(place)
            if replaced:
                replaced.future.cancel()
            self._jobs[place] = _Queued(job, future, must_finish)
            self._ready.notify()
        return future

    def start(self, recipe: Recipe, make_folder: MakeFolder) -> Future[None]:
        """Begins a run after the jobs queued so far. The future fails with StudioError if it cannot begin."""
        return self._start(lambda engine: engine.run(recipe, make_folder()))

    def resume_run(self, path: Path) -> Future[None]:
        """As `start`, with the interrupted, cancelled or failed run in the folder `path`, from where it was."""
        return self._start(lambda engine: engine.resume(path))

    def _start(self, make_run: MakeRun) -> Future[None]:
        with self._ready:
            self._starting = True
        return self.submit(lambda engine: self._begin(engine, make_run))

    def pause(self) -> None:
        with self._ready:
            self._paused = True
            run = self._run
        if run:  # however long the pause is, and however it ends, nothing is lost
            self.submit(lambda _: run.keep_checkpoint())

    def resume(self) -> None:
        with self._ready:
            self._paused = False
            self._ready.notify()

    def cancel(self) -> None:
        """Ends the run after the step it is in; what it learned so far is kept."""
        with self._ready:
            if self._run:
                self._run.cancel()
            self._cancelled_early = self._starting
            self._paused = False
            self._ready.notify()

    def close(self) -> None:
        """Makes `serve` return after the job or step it is in and what must finish; other jobs are cancelled."""
        with self._ready:
            self._closed = True
            self._ready.notify()

    # On the engine's thread

    def serve(self, engine: Engine) -> None:
        """Works until `close`. Errors of jobs go to their futures, errors of runs become Failed."""
        try:
            while not self._closed:
                queued = self._next_job()
                if queued:
                    begin = time.monotonic()
                    _perform(queued, engine)
                    self._served += time.monotonic() - begin
                self._train(at_least_once=queued is None)
        finally:
            self._end_run()
            for queued in self._leftover():
                _perform(queued, engine)

    def _train(self, *, at_least_once: bool) -> None:
        """A step, or a few, of the run that goes on. While jobs wait, they and the run have the thread in turn.

        Jobs have it for as long as a step takes, or one of them; steps for as long as the jobs had, or one slice.
        """
        due = at_least_once or self._served >= self._step_took
        while due and self._events and not (self._paused or self._closed):
            begin = time.monotonic()
            self._pull(self._events)
            self._step_took = time.monotonic() - begin
            self._served = max(0.0, min(self._served, SLICE_SECONDS) - self._step_took)
            due = self._served > 0

    def _next_job(self) -> _Queued | None:
        """The oldest job. Waits for one unless a run wants to go on."""
        with self._ready:
            while not self._jobs and not self._closed and (self._events is None or self._paused):
                self._ready.wait()
            return self._jobs.popitem(last=False)[1] if self._jobs else None

    def _begin(self, engine: Engine, make_run: MakeRun) -> None:
        try:
            if self._run:
                raise StudioError("A run is in progress.", advice="Wait for it to end, or cancel it.")
            run = make_run(engine)
            events = run.events()
            self._emit(next(events))  # Started, or the reason why it cannot begin
            with self._ready:
                self._run, self._events, self._paused = run, events, False
                if self._cancelled_early:
                    run.cancel()
        finally:
            with self._ready:
                self._starting = self._cancelled_early = False

    def _pull(self, events: Generator[Event, None, None]) -> None:
        try:
            event = next(events, None)
        except StudioError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the person who pressed Train must hear of it
            self._fail(unexpected(error))
        else:
            if event is None or isinstance(event, Finished | Failed):
                self._end_run()  # first, so that whoever hears of the end can begin the next run at once
            if event:
                self._emit(event)

    def _fail(self, error: StudioError) -> None:
        step = error.step if isinstance(error, RunError) else 0
        self._end_run()
        self._emit(Failed(step, error, ""))

    def _end_run(self) -> None:
        with self._ready:
            events, self._run, self._events = self._events, None, None
        if events:
            events.close()

    def _leftover(self) -> list[_Queued]:
        """What must still be done when `close` has come; the other waiting jobs are cancelled."""
        with self._ready:
            waiting = list(self._jobs.values())
            self._jobs.clear()
        for queued in waiting:
            if not queued.must_finish:
                queued.future.cancel()
        return [queued for queued in waiting if queued.must_finish]


def _perform(queued: _Queued, engine: Engine) -> None:
    if not queued.future.set_running_or_notify_cancel():
        return
    try:
        result = queued.job(engine)
    except BaseException as error:  # noqa: BLE001 - the future carries it to whoever asked
        queued.future.set_exception(error)
    else:
        queued.future.set_result(result)
