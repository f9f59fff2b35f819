"""The list of runs that wait: its order, what can be undone, and what is there after a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QApplication

from lora_studio.core.errors import StorageError
from lora_studio.core.methods import Lora
from lora_studio.core.recipe import Recipe
from lora_studio.core.workspace import QueuedRun, StudioState, Workspace
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.keeper import Keeper
from lora_studio.ui.run_queue import RunQueue

Open = Callable[[], RunQueue]
RECIPES = tuple(Recipe(name=f"LoRA {rank}", method=Lora(rank=rank)) for rank in (1, 2, 3))


@pytest.fixture
def stack(qapp: QApplication) -> QUndoStack:
    return QUndoStack()


@pytest.fixture
def reopen(qapp: QApplication, tmp_path: Path, stack: QUndoStack) -> Iterator[Open]:
    """The queue of the same workspace each time; what was open before is closed, with its order on the disk."""
    opened: list[tuple[RunQueue, Keeper, Bridge]] = []
    workspace = Workspace(tmp_path)

    def close() -> None:
        while opened:
            queue, keeper, bridge = opened.pop()
            assert keeper.close() == []
            workspace.save_state(StudioState(queue=queue.kept()))
            bridge.close()

    def again() -> RunQueue:
        close()
        bridge = Bridge()
        keeper = Keeper(bridge)
        queue = RunQueue(workspace, keeper, stack)
        queue.restore(workspace.state().queue)
        opened.append((queue, keeper, bridge))
        return queue

    yield again
    close()


def filled(reopen: Open) -> RunQueue:
    queue = reopen()
    for recipe in RECIPES:
        queue.add(recipe)
    return queue


def names(queue: RunQueue) -> list[str]:
    return [entry.name for entry in queue.entries]


def test_runs_wait_in_the_order_of_adding_and_can_be_moved(reopen: Open) -> None:
    queue = filled(reopen)
    assert names(queue) == ["LoRA 1", "LoRA 2", "LoRA 3"]
    entry = queue.entries[2]
    assert (entry.method, entry.data, entry.state, entry.error) == ("LoRA all", "FACT_CORRECTION", "waiting", None)
    queue.move(entry.id, 0)
    assert names(queue) == ["LoRA 3", "LoRA 1", "LoRA 2"]
    queue.move(entry.id, 99)
    assert names(queue) == ["LoRA 1", "LoRA 2", "LoRA 3"]


def test_after_a_restart_they_are_there_and_held(reopen: Open, tmp_path: Path) -> None:
    queue = filled(reopen)
    queue.move(queue.entries[2].id, 0)
    queue = reopen()
    assert names(queue) == ["LoRA 3", "LoRA 1", "LoRA 2"]
    assert (queue.entries[0].method, queue.entries[0].data) == ("LoRA all", "FACT_CORRECTION")
    assert queue.held
    assert queue.begin_next() is None
    queue.set_held(False)
    first = queue.begin_next()
    assert first is not None
    assert first.name == "LoRA 3"
    assert Workspace(tmp_path).queued_recipe(first.id) == RECIPES[2]


def test_recipes_are_not_read_before_their_turn(reopen: Open, tmp_path: Path) -> None:
    for entry in filled(reopen).entries:
        reopen()
        Workspace(tmp_path).queue_file(entry.id).write_text("name: [", "utf-8")
    queue = reopen()
    assert names(queue) == ["LoRA 1", "LoRA 2", "LoRA 3"]
    queue.set_held(False)
    first = queue.begin_next()
    assert first is not None
    queue.failed(None, StorageError("It cannot be read."), first)
    assert [entry.state for entry in queue.entries] == ["failed", "waiting", "waiting"]


def test_a_removed_one_that_was_never_read_comes_back_with_its_recipe(reopen: Open, stack: QUndoStack) -> None:
    filled(reopen)
    queue = reopen()
    removed = queue.entries[1].id
    queue.remove(removed)
    stack.undo()
    stack.redo()
    stack.undo()
    queue = reopen()
    assert names(queue) == ["LoRA 1", "LoRA 2", "LoRA 3"]
    assert queue._workspace is not None
    assert queue._workspace.queued_recipe(removed) == RECIPES[1]


def test_one_that_has_begun_cannot_be_removed_by_redo(reopen: Open, stack: QUndoStack, tmp_path: Path) -> None:
    queue = filled(reopen)
    queue.remove(queue.entries[0].id)
    stack.undo()
    begun = queue.begin_next()
    assert begun is not None
    stack.redo()
    reopen()
    assert Workspace(tmp_path).queue_file(begun.id).is_file()
    assert not stack.canUndo()


def test_what_was_added_a_moment_before_a_kill_is_there(reopen: Open, tmp_path: Path) -> None:
    queue = filled(reopen)
    reopen()
    Workspace(tmp_path).save_state(StudioState(queue=queue.kept()[:1]))  # the order was not written any more
    again = RunQueue(Workspace(tmp_path))
    again.restore(Workspace(tmp_path).state().queue)
    assert names(again) == ["LoRA 1", "LoRA 2", "LoRA 3"]


def test_a_new_one_takes_nobodys_file(reopen: Open) -> None:
    queue = filled(reopen)
    queue.remove(queue.entries[0].id)
    queue = reopen()
    added = queue.add(RECIPES[0])
    assert added.id not in [entry.id for entry in queue.entries[:-1]]
    assert len(reopen().entries) == 3


def test_a_removed_one_comes_back_to_its_place(reopen: Open, stack: QUndoStack, tmp_path: Path) -> None:
    queue = filled(reopen)
    queue.remove(queue.entries[1].id)
    assert names(queue) == ["LoRA 1", "LoRA 3"]
    assert stack.undoText() == "Remove LoRA 2 from the queue"
    stack.undo()
    assert names(queue) == ["LoRA 1", "LoRA 2", "LoRA 3"]
    stack.redo()
    assert names(reopen()) == ["LoRA 1", "LoRA 3"]
    assert len(list((tmp_path / "queue").iterdir())) == 2


def test_a_failed_one_says_why_until_it_is_tried_again(reopen: Open) -> None:
    queue = filled(reopen)
    entry = queue.begin_next()
    assert entry is not None
    assert names(queue) == ["LoRA 2", "LoRA 3"]
    queue.done(entry)
    error = StorageError("{path} could not be written.", advice="Free some space.", path="x")
    queue.failed(entry.recipe, error, entry)
    queue = reopen()
    failed = queue.entries[0]
    assert (failed.name, failed.state, str(failed.error)) == ("LoRA 1", "failed", str(error))
    assert failed.error is not None
    assert failed.error.template == error.template  # so that it can be told in another language
    queue.set_held(False)
    following = queue.begin_next()
    assert following is not None
    assert following.name == "LoRA 2"
    queue.retry(failed.id)
    assert queue.entries[0].state == "waiting"
    assert queue.entries[0].error is None


def test_one_that_is_done_leaves_no_file(reopen: Open, tmp_path: Path) -> None:
    queue = filled(reopen)
    for _ in RECIPES:
        entry = queue.begin_next()
        assert entry is not None
        queue.done(entry)
    assert reopen().entries == ()
    assert not queue.held
    assert list((tmp_path / "queue").iterdir()) == []


def test_a_recipe_that_cannot_be_read_keeps_no_other_out(reopen: Open, tmp_path: Path) -> None:
    queue = filled(reopen)
    broken = queue.entries[1].id
    kept = queue.kept()
    reopen()
    Workspace(tmp_path).queue_file(broken).write_text("name: [", "utf-8")
    nameless = [QueuedRun(file=run.file) for run in kept]  # as an older studio kept them
    queue = RunQueue(Workspace(tmp_path))
    queue.restore(nameless)
    assert names(queue) == ["LoRA 1", "LoRA 3"]
    assert "YAML" in str(queue.problems[0])


def test_without_a_workspace_it_works_in_memory(qapp: QApplication) -> None:
    queue = RunQueue()
    queue.restore((QueuedRun(file="0001-x.yaml"),))
    assert queue.add(RECIPES[0]) in queue.entries
    queue.remove(queue.entries[0].id)
    assert queue.entries == ()


def test_one_that_has_begun_leaves_nothing_to_undo_or_redo(reopen: Open, stack: QUndoStack) -> None:
    queue = filled(reopen)
    queue.remove(queue.entries[0].id)
    stack.undo()
    assert stack.canRedo()
    assert queue.begin_next() is not None
    assert (stack.canUndo(), stack.canRedo(), stack.count()) == (False, False, 0)
