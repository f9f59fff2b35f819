"""Asking the engine from another thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from lora_studio.core.engine import Engine
from lora_studio.core.errors import DataError, StorageError, StudioError
from lora_studio.core.events import Event, Failed, Finished, Started, Step
from lora_studio.core.jobs import Service
from lora_studio.core.recipe import Recipe, TrainingSettings
from lora_studio.core.run_folder import RunFolder

WAIT = 30.0


class Desk:
    """A service on a thread of its own, and what it told."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.ended = threading.Event()
        self.stepped = threading.Event()
        self.service = Service(self._hear)
        self.thread = threading.Thread(target=lambda: self.service.serve(Engine()))
        self.thread.start()
        self.service.submit(lambda engine: engine.open("minigpt")).result(WAIT)

    def _hear(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, Step):
            self.stepped.set()
        if isinstance(event, Finished | Failed):
            self.ended.set()

    def close(self) -> None:
        self.service.close()
        self.thread.join(WAIT)
        assert not self.thread.is_alive()


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.close()


def recipe(epochs: int = 3, **training: float) -> Recipe:
    return Recipe(training=TrainingSettings.model_validate({"epochs": epochs, **training}))


def no_folder() -> None:
    return None


def test_a_run_ends_and_jobs_are_answered_meanwhile(desk: Desk) -> None:
    desk.service.start(recipe(200), no_folder).result(WAIT)
    comparison = desk.service.submit(lambda engine: engine.compare("die katze sitzt auf dem")).result(WAIT)
    assert len(comparison.variants) == 2
    assert desk.ended.wait(WAIT)
    assert isinstance(desk.events[-1], Finished)


def test_a_paused_run_stands_still_but_answers_and_then_goes_on(desk: Desk) -> None:
    desk.service.start(recipe(200), no_folder).result(WAIT)
    assert desk.stepped.wait(WAIT)
    desk.service.pause()
    desk.service.submit(lambda engine: None).result(WAIT)
    there = len(desk.events)
    for _ in range(5):
        desk.service.submit(lambda engine: engine.compare("der hund")).result(WAIT)
    assert len(desk.events) == there
    desk.service.resume()
    assert desk.ended.wait(WAIT)


def test_cancelling_ends_a_running_and_a_paused_run(desk: Desk) -> None:
    for pause in (False, True):
        desk.ended.clear()
        desk.service.start(recipe(10_000), no_folder).result(WAIT)
        if pause:
            desk.service.pause()
        desk.service.cancel()
        assert desk.ended.wait(WAIT)
        finished = desk.events[-1]
        assert isinstance(finished, Finished)
        assert finished.cancelled


def test_cancelling_before_the_run_has_begun_ends_it_too(desk: Desk) -> None:
    gate = threading.Event()
    desk.service.submit(lambda engine: gate.wait(WAIT))
    started = desk.service.start(recipe(10_000), no_folder)
    desk.service.cancel()
    gate.set()
    started.result(WAIT)
    assert desk.ended.wait(WAIT)
    finished = desk.events[-1]
    assert isinstance(finished, Finished)
    assert finished.cancelled


def test_only_one_run_at_a_time(desk: Desk) -> None:
    desk.service.start(recipe(10_000), no_folder).result(WAIT)
    with pytest.raises(StudioError, match="in progress"):
        desk.service.start(recipe(), no_folder).result(WAIT)
    desk.service.cancel()
    assert desk.ended.wait(WAIT)


def test_a_run_that_cannot_begin_says_why_and_the_next_one_runs(desk: Desk, tmp_path: Path) -> None:
    empty = Recipe.from_fields({"datasets": [{"name": "mine"}]})
    with pytest.raises(DataError):
        desk.service.start(empty, no_folder).result(WAIT)
    desk.service.start(recipe(), no_folder).result(WAIT)
    assert desk.ended.wait(WAIT)
    assert isinstance(desk.events[-1], Finished)


def test_a_failing_run_is_told_and_the_next_one_runs(desk: Desk) -> None:
    desk.service.start(recipe(learning_rate=1e9), no_folder).result(WAIT)
    assert desk.ended.wait(WAIT)
    assert isinstance(desk.events[-1], Failed)
    desk.ended.clear()
    desk.service.start(recipe(), no_folder).result(WAIT)
    assert desk.ended.wait(WAIT)
    assert isinstance(desk.events[-1], Finished)


def test_an_unplanned_error_in_a_run_is_told_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("surprise")

    monkeypatch.setattr("lora_studio.core.training.flat_adam.FlatAdam.zero_grad", broken)
    desk.service.start(recipe(), no_folder).result(WAIT)
    assert desk.ended.wait(WAIT)
    failed = desk.events[-1]
    assert isinstance(failed, Failed)
    assert "surprise" in str(failed.error)


def test_a_newer_request_replaces_one_of_the_same_key_that_still_waits(desk: Desk) -> None:
    gate = threading.Event()
    desk.service.submit(lambda engine: gate.wait(WAIT))
    old = desk.service.submit(lambda engine: "old", key="typing")
    new = desk.service.submit(lambda engine: "new", key="typing")
    gate.set()
    assert new.result(WAIT) == "new"
    assert old.cancelled()


def test_closing_in_the_middle_of_a_run_ends_the_thread_and_cancels_what_waits(desk: Desk) -> None:
    desk.service.start(recipe(10_000), no_folder).result(WAIT)
    desk.close()
    assert desk.service.submit(lambda engine: 1).cancelled()


def test_a_paused_run_that_is_closed_goes_on_in_another_service(tmp_path: Path) -> None:
    path = tmp_path / "run"
    first = Desk()
    first.service.start(recipe(10), lambda: RunFolder(path)).result(WAIT)
    assert first.stepped.wait(WAIT)
    first.service.pause()
    first.service.submit(lambda engine: None).result(WAIT)
    reached = max(event.step for event in first.events if isinstance(event, Step))
    first.close()
    second = Desk()
    second.service.resume_run(path).result(WAIT)
    assert second.ended.wait(WAIT)
    second.close()
    started, finished = second.events[0], second.events[-1]
    assert isinstance(started, Started)
    assert started.first_step == reached
    assert isinstance(finished, Finished)
    assert finished.steps == started.steps == 20


def test_a_run_that_cannot_go_on_says_why(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot go on"):
        desk.service.resume_run(tmp_path).result(WAIT)
    desk.service.start(recipe(), no_folder).result(WAIT)
    assert desk.ended.wait(WAIT)


# With a stand-in for the engine, whose runs do what a test needs


class Steps:
    """A run of so many steps; None: until it is cancelled."""

    def __init__(self, steps: int | None) -> None:
        self._steps = steps
        self._cancelled = False

    def cancel(self) -> None:
        self._cancelled = True

    def events(self) -> Iterator[Event]:
        yield Started("run", self._steps or 0, 1, ())
        step = 0
        while step != self._steps and not self._cancelled:
            step += 1
            yield Step(step, 1, 1.0, 0.1, 1)
        yield Finished("run", step, 0.0, 1.0, self._cancelled, "")


class Runs:
    """An engine that begins such runs."""

    def __init__(self, steps: int | None) -> None:
        self._steps = steps

    def run(self, *_: object) -> Steps:
        return Steps(self._steps)


def served(service: Service, runs: Runs) -> threading.Thread:
    thread = threading.Thread(target=lambda: service.serve(runs))  # type: ignore[arg-type]
    thread.start()
    return thread


def test_whoever_hears_of_the_end_of_a_run_can_begin_the_next_one_though_jobs_wait() -> None:
    begun: list[Future[None]] = []
    both = threading.Event()

    def hear(event: Event) -> None:
        if isinstance(event, Finished) and not begun:
            service.submit(lambda _: None)  # as the window asks what every variant says now
            begun.append(service.start(recipe(), no_folder))
        elif isinstance(event, Finished):
            both.set()

    service = Service(hear)
    thread = served(service, Runs(1))
    service.start(recipe(), no_folder).result(WAIT)
    assert both.wait(WAIT)
    service.close()
    thread.join(WAIT)
    begun[0].result(WAIT)


def test_jobs_without_end_hold_up_neither_the_run_nor_its_cancelling() -> None:
    steps: list[Event] = []
    stepped, ended = threading.Event(), threading.Event()

    def hear(event: Event) -> None:
        steps.append(event)
        if len(steps) > 5:
            stepped.set()
        if isinstance(event, Finished):
            ended.set()

    service = Service(hear)

    def again(_: object) -> None:
        service.submit(again)

    thread = served(service, Runs(None))
    again(None)
    service.start(recipe(), no_folder).result(WAIT)
    assert stepped.wait(WAIT)
    service.cancel()
    assert ended.wait(WAIT)
    service.close()
    thread.join(WAIT)


def test_a_refused_start_leaves_nothing_that_cancels_the_next_run(desk: Desk) -> None:
    desk.service.start(recipe(10_000), no_folder).result(WAIT)
    with pytest.raises(StudioError, match="in progress"):
        desk.service.start(recipe(), no_folder).result(WAIT)
    desk.service.cancel()
    assert desk.ended.wait(WAIT)
    desk.ended.clear()
    desk.service.start(recipe(), no_folder).result(WAIT)
    assert desk.ended.wait(WAIT)
    assert isinstance(desk.events[-1], Finished)
    assert not desk.events[-1].cancelled
