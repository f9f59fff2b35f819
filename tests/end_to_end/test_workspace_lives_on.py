"""What a workspace does with the real engine: runs in a row, interruptions, undo, and what is there after a restart."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lora_studio.core.events import Failed, Finished, Started, Step
from lora_studio.core.files import TEMPORARY_PREFIX
from lora_studio.core.methods import Lora
from lora_studio.core.methods.steering import RepresentationEngineering
from lora_studio.core.recipe import TrainingSettings
from lora_studio.core.training.checkpoint import read_checkpoint
from tests.end_to_end.opened import OpenAt, Opened

SHORT, LONG = TrainingSettings(epochs=3), TrainingSettings(epochs=10_000)
HOPELESS = TrainingSettings(epochs=20, learning_rate=1e9)


@pytest.fixture
def left_by_a_kill(qtbot: QtBot, tmp_path: Path) -> Iterator[Opened]:
    """A copy of a workspace, taken while a run was going on there: what a killed program leaves."""
    victim = Opened(tmp_path / "victim", qtbot)
    victim.session.set_training(LONG)
    victim.session.train()
    victim.wait(lambda: any((tmp_path / "victim" / "runs").glob("*/checkpoint.safetensors")))
    (checkpoint,) = (tmp_path / "victim" / "runs").glob("*/checkpoint.safetensors")
    victim.session.set_training(SHORT)
    victim.session.add_to_queue()
    victim.wait((tmp_path / "victim" / "studio.json").is_file)
    victim.wait(lambda: any((tmp_path / "victim" / "queue").glob("*.yaml")))
    victim.session.pause()  # so that the copy is of one moment, when all that was told is on the disk
    victim.compare()
    victim.wait(lambda: int(read_checkpoint(checkpoint)["step"]) == victim.session.run.step)
    unfinished = shutil.ignore_patterns(f"{TEMPORARY_PREFIX}*")
    shutil.copytree(tmp_path / "victim", tmp_path / "left", ignore=unfinished)
    victim.session.queue.set_held(True)
    victim.session.cancel()
    victim.wait(lambda: not victim.session.run.active)
    victim.close()
    opened = Opened(tmp_path / "left", qtbot)
    yield opened
    opened.session.queue.set_held(True)
    opened.session.cancel()
    opened.wait(lambda: not opened.session.run.active)
    opened.close()


def ended(opened: Opened) -> list[str]:
    return [type(event).__name__ for event in opened.events if isinstance(event, Finished | Failed)]


# The queue


def test_the_queue_goes_on_after_a_failure_and_says_what_failed(reopen: OpenAt) -> None:
    opened = reopen()
    session = opened.session
    session.set_training(SHORT)
    session.train()
    session.set_training(HOPELESS)
    session.set_method(Lora())
    session.train()
    session.set_training(SHORT)
    session.train()
    assert [entry.name for entry in session.queue.entries] == ["LoRA all", "LoRA all"]
    session.set_training(LONG)  # reaches none of them
    opened.wait(lambda: len(ended(opened)) == 3 and not session.run.active)
    assert ended(opened) == ["Finished", "Failed", "Finished"]
    (failed,) = session.queue.entries
    assert failed.state == "failed"
    assert "step" in str(failed.error)
    assert "step" in str(opened.problems[0])
    opened.wait(lambda: any(session.is_failed(variant.name) for variant in session.variants))
    again = reopen().session
    assert [(entry.state, str(entry.error)) for entry in again.queue.entries] == [("failed", str(failed.error))]
    opened.wait(lambda: sum(again.is_failed(variant.name) for variant in again.variants) == 1)


def test_cancel_is_for_one_run_and_a_held_queue_waits(reopen: OpenAt) -> None:
    opened = reopen()
    session = opened.session
    session.set_training(LONG)
    session.train()
    session.add_to_queue()
    session.add_to_queue()
    opened.wait(lambda: session.run.step > 5)
    session.cancel()
    opened.wait(lambda: len(session.queue.entries) == 1 and session.run.step > 5)
    session.queue.set_held(True)
    session.cancel()
    opened.wait(lambda: not session.run.active)
    assert len(session.queue.entries) == 1
    again = reopen()
    assert again.session.queue.held
    assert not again.session.run.active
    again.session.queue.set_held(False)
    again.wait(lambda: again.session.run.step > 5)
    again.session.cancel()
    again.wait(lambda: not again.session.run.active)


# Interruptions


def test_an_interrupted_run_goes_on_and_shows_the_whole_run(left_by_a_kill: Opened) -> None:
    opened = left_by_a_kill
    session = opened.session
    opened.wait(lambda: bool(opened.interrupted))
    (run,) = opened.interrupted
    session.resume(run.path)
    assert session.run.active
    opened.wait(lambda: any(isinstance(event, Started) for event in session.run_events))
    (started,) = [event for event in session.run_events if isinstance(event, Started)]
    opened.wait(lambda: session.run.step > started.first_step + 5)
    steps = [event.step for event in session.run_events if isinstance(event, Step)]
    assert started.first_step > 0
    assert steps == list(range(1, len(steps) + 1))
    assert not opened.problems


def test_after_a_kill_the_queue_waits_until_it_is_started(left_by_a_kill: Opened) -> None:
    session = left_by_a_kill.session
    assert [entry.name for entry in session.queue.waiting] == ["LoRA V"]
    assert session.queue.held
    assert session.training == SHORT
    assert not session.run.active


# The board


def test_detaching_and_renaming_can_be_undone(reopen: OpenAt) -> None:
    opened = reopen()
    opened.train(epochs=80)
    session = opened.session
    before = opened.compare().answers[1]

    def names() -> list[str]:
        return [variant.name for variant in session.variants]

    session.rename("LoRA V", "Sofa")
    opened.wait(lambda: names() == ["Base", "Sofa"])
    session.detach("Sofa")
    opened.wait(lambda: names() == ["Base"])
    session.undo_stack.undo()
    opened.wait(lambda: names() == ["Base", "Sofa"])
    assert opened.compare().answers[1] == before
    session.undo_stack.undo()
    opened.wait(lambda: names() == ["Base", "LoRA V"])
    session.undo_stack.redo()
    session.undo_stack.redo()
    session.undo_stack.undo()
    opened.wait(lambda: names() == ["Base", "Sofa"])
    session.rename("Sofa", "Base")
    opened.wait(lambda: bool(opened.problems))
    assert session.undo_stack.undoText() == "Rename LoRA V"


def test_names_strengths_and_what_was_hidden_are_there_after_a_restart(reopen: OpenAt) -> None:
    opened = reopen()
    session = opened.session
    session.set_method(RepresentationEngineering())
    session.select_datasets(("OUTDOORS", "INDOORS"))
    opened.train()
    name = session.variants[1].name
    session.rename(name, "Calm")
    opened.wait(lambda: session.variants[1].name == "Calm")
    session.set_strength("Calm", -1.5)
    opened.wait(lambda: session.variants[1].strength == -1.5)
    session.set_visible("Calm", False)
    assert [variant.name for variant in session.visible_variants] == ["Base"]
    opened = reopen()
    session = opened.session
    opened.wait(lambda: len(session.variants) == 2)
    calm = session.variants[1]
    assert (calm.name, calm.strength) == ("Calm", -1.5)
    assert [variant.name for variant in session.visible_variants] == ["Base"]


def test_an_adapter_that_is_gone_is_offered_for_removal(reopen: OpenAt) -> None:
    opened = reopen()
    opened.train(epochs=2)
    opened.wait(lambda: bool(opened.session.variants[1].folder))
    shutil.rmtree(opened.session.variants[1].folder)
    opened = reopen()
    opened.wait(lambda: bool(opened.missing))
    assert not opened.problems
    opened.session.forget_adapters(tuple(opened.missing))
    opened = reopen()
    opened.compare()
    assert not opened.missing


# Recipes and pins


def test_a_stored_recipe_is_taken_over(reopen: OpenAt) -> None:
    opened = reopen()
    session = opened.session
    session.add_dataset("mine", ("die katze schläft",))
    session.select_datasets(("mine",))
    session.set_method(Lora(rank=3))
    session.set_training(SHORT)
    session.unpin("der mann liest")
    recipe = session.recipe()
    session.remove_dataset("mine")
    session.set_method(RepresentationEngineering())
    session.set_kept("TRAINING", False)
    session.undo_stack.undo()
    assert "der mann liest" in {pin.prompt for pin in session.pins}
    session.use_recipe(recipe)
    assert session.recipe() == recipe
    count = len(session.datasets)
    session.use_recipe(recipe)
    assert len(session.datasets) == count
