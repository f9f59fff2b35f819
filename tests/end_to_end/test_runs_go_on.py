"""Runs that go on, with the real engine: cancelled while they are read, on another base, in the place of the old."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lora_studio.core.errors import StudioError
from lora_studio.core.history import StoredRun
from lora_studio.core.recipe import TrainingSettings
from lora_studio.core.run_record import RunRecord
from lora_studio.ui.app import Studio
from lora_studio.ui.stored_run import ShownRun
from tests.end_to_end.opened import WAIT, OpenAt, Opened
from tests.end_to_end.whole_program import StudioAt, end

LONG = TrainingSettings(epochs=10_000)


class Cancelled:
    """A workspace with a run that was cancelled, and stands on the board."""

    def __init__(self, opened: Opened) -> None:
        self.opened, self.session = opened, opened.session
        self.session.set_training(LONG)
        self.not_resumed: list[Path] = []
        self.elsewhere: list[tuple[Path, str]] = []
        self.session.not_resumed.connect(self.not_resumed.append)
        self.session.elsewhere.connect(lambda path, base: self.elsewhere.append((path, base)))
        self.session.train()
        opened.wait(lambda: self.session.run.step > 20)
        self.stop()
        self.variant = self.session.variants[1]
        self.folder = Path(self.variant.folder).parent

    def stop(self) -> None:
        self.session.cancel()
        self.opened.wait(lambda: not self.session.run.active)
        self.opened.wait(lambda: bool(self.session.variants[1:] and self.session.variants[-1].folder))

    def wait_for_what_was_asked(self) -> None:
        self.opened.compare()
        self.opened.compare()


@pytest.fixture
def cancelled(reopen: OpenAt) -> Iterator[Cancelled]:
    found = Cancelled(reopen())
    yield found
    if found.session.run.active:
        found.stop()


def test_cancel_reaches_a_run_that_is_still_being_read(cancelled: Cancelled) -> None:
    assert cancelled.session.resume(cancelled.folder)
    cancelled.session.cancel()
    cancelled.opened.wait(lambda: not cancelled.session.run.active)
    cancelled.wait_for_what_was_asked()
    assert not cancelled.session.run.active
    assert cancelled.not_resumed == [cancelled.folder]
    assert cancelled.session.history.live is None or not cancelled.opened.problems


def test_a_run_that_goes_on_takes_the_place_of_what_it_had_left(cancelled: Cancelled) -> None:
    session = cancelled.session
    session.resume(cancelled.folder)
    cancelled.opened.wait(lambda: session.run.step > cancelled.variant.steps[-1] + 5)
    assert session.trained_variant == cancelled.variant.name
    cancelled.stop()
    cancelled.opened.wait(lambda: len(session.variants) == 2)
    assert session.variants[1].name == cancelled.variant.name
    assert not cancelled.opened.problems


def test_a_run_that_does_not_go_on_leaves_the_board_as_it_was(cancelled: Cancelled) -> None:
    session, opened = cancelled.session, cancelled.opened
    session.set_visible(cancelled.variant.name, False)
    before = opened.compare()
    (cancelled.folder / "checkpoint.safetensors").unlink()
    assert session.resume(cancelled.folder)
    opened.wait(lambda: bool(cancelled.not_resumed))
    cancelled.wait_for_what_was_asked()
    assert [problem.template for problem in opened.problems] != []
    assert opened.compare().answers == before.answers
    assert session.variants[1] == cancelled.variant
    assert [variant.name for variant in session.visible_variants] == ["Base"]
    assert not session.undo_stack.canUndo()


def test_a_resume_before_the_base_is_there_is_refused(cancelled: Cancelled) -> None:
    session = cancelled.session
    model, session.model = session.model, None
    assert not session.resume(cancelled.folder)
    session.model = model
    assert "base" in str(cancelled.opened.problems[0])


def test_a_run_of_another_base_goes_on_once_that_is_open(cancelled: Cancelled) -> None:
    opened, session = cancelled.opened, cancelled.session
    session.use_as_base(cancelled.variant.name)
    opened.wait(lambda: session.model is not None and session.model.source != "minigpt")
    session.resume(cancelled.folder)
    opened.wait(lambda: bool(cancelled.elsewhere))
    assert cancelled.elsewhere == [(cancelled.folder, "minigpt")]
    assert not session.run.active
    assert session.resume_on("minigpt", cancelled.folder)
    opened.wait(lambda: session.run.step > cancelled.variant.steps[-1])
    assert session.model is not None
    assert session.model.source == "minigpt"


def test_a_queued_run_is_read_when_its_turn_comes(reopen: OpenAt) -> None:
    opened = reopen()
    opened.session.queue.set_held(True)
    opened.session.set_training(TrainingSettings(epochs=3))
    opened.session.queue.held = True
    opened.session.add_to_queue()
    opened = reopen()
    session = opened.session
    assert [entry.name for entry in session.queue.waiting] == ["LoRA V"]
    assert session.queue.entries[0].recipe is None
    session.queue.set_held(False)
    opened.wait(lambda: len(session.variants) == 2 and not session.run.active)
    assert session.queue.entries == ()
    assert session.run_recipe is not None
    assert session.run_recipe.training.epochs == 3


def test_a_queued_run_whose_recipe_is_broken_says_so_in_the_list(reopen: OpenAt, tmp_path: Path) -> None:
    opened = reopen()
    opened.session.queue.held = True
    opened.session.add_to_queue()
    opened.close()
    (file,) = (tmp_path / "workspace" / "queue").glob("*.yaml")
    file.write_text("name: [", "utf-8")
    opened = reopen()
    queue = opened.session.queue
    queue.set_held(False)
    opened.wait(lambda: [entry.state for entry in queue.entries] == ["failed"])
    opened.wait(lambda: not opened.session.run.active)
    assert "YAML" in str(queue.entries[0].error)


def test_what_is_being_trained_keeps_its_name(reopen: OpenAt) -> None:
    opened = reopen()
    session = opened.session
    session.set_training(LONG)
    session.train()
    opened.wait(lambda: session.run.step > 5 and len(session.variants) == 2)
    name = session.variants[1].name
    session.rename(name, "Mine")
    opened.wait(lambda: bool(opened.problems))
    assert "being trained" in str(opened.problems[0])
    assert session.variants[1].name == session.trained_variant == name
    assert not session.undo_stack.canUndo()
    session.cancel()
    opened.wait(lambda: not session.run.active)


# Undo of a large variant


@pytest.mark.parametrize("stored", [True, False])
def test_a_large_variant_comes_back_from_its_folder(
    reopen: OpenAt, monkeypatch: pytest.MonkeyPatch, stored: bool
) -> None:
    monkeypatch.setattr("lora_studio.ui.board_jobs.MOST_KEPT_BYTES", 100)
    opened = reopen()
    opened.train(epochs=40)
    session = opened.session
    opened.wait(lambda: bool(session.variants[1].folder))
    if not stored:
        session.merge("LoRA V")
        opened.wait(lambda: len(session.variants) == 3)
    name = session.variants[-1].name
    before = opened.compare().answers[-1]
    session.detach(name)
    opened.wait(lambda: name not in [variant.name for variant in session.variants])
    opened.compare()
    assert session.undo_stack.canUndo() is stored
    assert [name in str(problem) for problem in opened.problems] == ([] if stored else [True])
    session.undo_stack.undo()
    if stored:
        opened.wait(lambda: len(session.variants) == 2)
        assert opened.compare().answers[-1] == before


# Run again with …


def test_kept_and_held_out_rows_that_are_gone_come_back_with_their_marks(reopen: OpenAt, qtbot: QtBot) -> None:
    session = reopen().session
    training = next(model for model in session.datasets if model.name == "TRAINING")
    training.hold_out([5, 7, 9, 11], held_out=True)
    recipe = session.recipe()
    qtbot.waitUntil(lambda: session.kept_figures is not None and session.kept_figures.held_out >= 3)
    figures = session.kept_figures
    session.remove_dataset("TRAINING")
    session.use_recipe(recipe)
    again = session.recipe()
    assert {row for dataset in again.held_out for row in dataset.rows} == {
        row for dataset in recipe.held_out for row in dataset.rows
    }
    assert [dataset.rows for dataset in again.kept] == [dataset.rows for dataset in recipe.kept]
    qtbot.waitUntil(lambda: session.kept_figures == figures)


def test_a_past_run_is_about_no_other_runs_variant(qtbot: QtBot, reopen: OpenAt) -> None:
    from lora_studio.ui.run_travel import RunTravel
    from lora_studio.ui.widgets.time_slider import TimeSlider

    opened = reopen()
    session = opened.session
    opened.train(epochs=20)
    opened.wait(lambda: bool(session.variants[1].folder))
    first = session.variants[1]
    session.detach(first.name)
    opened.wait(lambda: len(session.variants) == 1)
    opened.train(epochs=20)
    opened.wait(lambda: bool(session.variants[1].steps or session.variants[1].folder))
    assert session.variants[1].name == first.name
    slider = TimeSlider()
    qtbot.addWidget(slider)
    travel = RunTravel(session, slider, session)
    travel.show_run(ShownRun(first.name, Path(first.folder).parent), 20)
    assert travel.variant() is None
    travel.show_run(ShownRun("another name", Path(session.variants[1].folder).parent), 20)
    assert travel.variant() == session.variants[1]


# The whole program


def cancelled_in(studio: Studio, qtbot: QtBot) -> Path:
    session = studio.session
    session.set_training(LONG)
    session.train()
    qtbot.waitUntil(lambda: session.run.step > 20, timeout=WAIT)
    session.cancel()
    qtbot.waitUntil(lambda: not session.run.active and bool(session.variants[-1].folder), timeout=WAIT)
    return Path(session.variants[-1].folder).parent


def test_a_window_closes_although_a_run_is_just_being_read(
    studio_at: StudioAt, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = studio_at(tmp_path)
    folder = cancelled_in(studio, qtbot)
    monkeypatch.setattr(studio.window, "ask_to_stop", lambda: True)
    studio.session.resume(folder)
    studio.window.close()
    qtbot.waitUntil(lambda: not studio.engine_thread.isRunning(), timeout=WAIT)
    assert not studio.window.isVisible()


def test_closing_again_cancels_what_did_not_hear_it(
    studio_at: StudioAt, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = studio_at(tmp_path)
    session = studio.session
    session.set_training(LONG)
    session.train()
    qtbot.waitUntil(lambda: session.run.step > 5, timeout=WAIT)
    monkeypatch.setattr(studio.window, "ask_to_stop", lambda: True)
    with monkeypatch.context() as deaf:
        deaf.setattr(studio.session._runs._service, "cancel", lambda: None)
        studio.window.close()
    studio.window.close()
    qtbot.waitUntil(lambda: not studio.engine_thread.isRunning(), timeout=WAIT)


def test_questions_and_problems_come_along_into_another_language(
    studio_at: StudioAt, qtbot: QtBot, tmp_path: Path
) -> None:
    studio = studio_at(tmp_path)
    session = studio.session
    record = RunRecord(name="LoRA V", state="running", steps=320, steps_done=120)
    session._questioner.tell_interrupted((StoredRun(tmp_path / "runs" / "one", record, resumable=True),))
    session.problem.emit(StudioError("A run is in progress."))
    studio._choose_language("de")
    said = [notice.message for notice in studio.window.notices._notices]
    assert len(said) == 2
    assert "120" in said[1]
    assert said[0] != "A run is in progress."  # it is told in German now
    end(studio, qtbot)


def test_no_other_workspace_opens_while_something_is_written(studio_at: StudioAt, qtbot: QtBot, tmp_path: Path) -> None:
    studio = studio_at(tmp_path / "one")
    problems: list[StudioError] = []
    studio.session.problem.connect(problems.append)
    written = threading.Event()
    studio.session.asker.ask(lambda _: written.wait(30), lambda _: None, must_finish=True)
    studio.open_workspace(tmp_path / "two")
    assert studio.session.workspace_folder == tmp_path / "one"
    assert "written" in str(problems[0])
    written.set()
    qtbot.waitUntil(lambda: not studio.session.asker.busy, timeout=WAIT)
    studio.open_workspace(tmp_path / "two")
    assert studio.session.workspace_folder == tmp_path / "two"
    qtbot.waitUntil(lambda: studio.session.plan is not None, timeout=WAIT)
    end(studio, qtbot)
