"""The run history behind the window: read in the background, changed with undo, never out of step with the disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QUndoStack
from pytestqt.qtbot import QtBot

from lora_studio.core.errors import StudioError
from lora_studio.core.history import StoredRun, to_bin
from lora_studio.core.methods.dora import Dora
from lora_studio.core.recipe import Recipe
from lora_studio.core.recipe_differences import Difference
from lora_studio.core.run_record import RunRecord, read_record, write_record
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.run_history import RunHistory

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    put(tmp_path, "one", began="2026-03-01T12:00:00+00:00")
    put(tmp_path, "two", began="2026-03-02T12:00:00+00:00")
    return tmp_path


def put(workspace: Path, name: str, recipe: Recipe | None = None, **values: object) -> Path:
    path = workspace / "runs" / name
    path.mkdir(parents=True)
    write_record(path, RunRecord.model_validate({"name": name, "state": "finished", **values}))
    (path / "recipe.yaml").write_text((recipe or Recipe()).to_yaml(), "utf-8")
    return path


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[Bridge]:
    bridge = Bridge()
    yield bridge
    bridge.close()


@pytest.fixture
def undo_stack(qtbot: QtBot) -> QUndoStack:
    return QUndoStack()


@pytest.fixture
def history(qtbot: QtBot, workspace: Path, bridge: Bridge, undo_stack: QUndoStack) -> Iterator[RunHistory]:
    history = RunHistory(workspace, bridge, undo_stack)
    with qtbot.waitSignal(history.changed):
        history.reload()
    yield history
    history.close()


def names(history: RunHistory) -> list[str]:
    return [run.record.name for run in history.runs]


def reload(qtbot: QtBot, history: RunHistory) -> None:
    """Until the list is as the disk is."""
    history.reload()
    qtbot.waitUntil(lambda: not history._reading)


def test_the_list_comes_by_itself_newest_first(history: RunHistory) -> None:
    assert names(history) == ["two", "one"]


def test_an_empty_workspace_is_known_to_be_empty(qtbot: QtBot, tmp_path: Path, bridge: Bridge) -> None:
    history = RunHistory(tmp_path / "new", bridge, QUndoStack())
    assert not history.loaded
    with qtbot.waitSignal(history.changed):
        history.reload()
    assert (history.loaded, history.runs) == (True, ())
    history.close()


def test_many_wishes_to_read_are_one(qtbot: QtBot, history: RunHistory, workspace: Path) -> None:
    put(workspace, "three", began="2026-03-03T12:00:00+00:00")
    changes: list[None] = []
    history.changed.connect(lambda: changes.append(None))
    for _ in range(20):
        history.reload()
    qtbot.waitUntil(lambda: names(history) == ["three", "two", "one"] and not history._reading)
    assert len(changes) == 1


def test_a_name_shows_at_once_is_written_and_comes_back(
    qtbot: QtBot, history: RunHistory, undo_stack: QUndoStack, workspace: Path
) -> None:
    path = workspace / "runs" / "one"
    history.rename(path, "  the good\tone ")
    assert names(history) == ["two", "the good one"]
    qtbot.waitUntil(lambda: read_record(path).name == "the good one")
    undo_stack.undo()
    assert names(history) == ["two", "one"]
    qtbot.waitUntil(lambda: read_record(path).name == "one")
    undo_stack.redo()
    reload(qtbot, history)
    assert names(history) == ["two", "the good one"]


@pytest.mark.parametrize("name", ["", "   ", "one"])
def test_a_name_that_is_none_or_the_same_changes_nothing(
    history: RunHistory, undo_stack: QUndoStack, workspace: Path, name: str
) -> None:
    history.rename(workspace / "runs" / "one", name)
    assert undo_stack.count() == 0


def test_a_note_is_written_before_the_window_is_gone(history: RunHistory, workspace: Path) -> None:
    path = workspace / "runs" / "one"
    history.set_note(path, "rank 2 would do")
    history.close()
    assert read_record(path).note == "rank 2 would do"


def test_deleted_runs_lie_in_the_bin_until_undo(
    qtbot: QtBot, history: RunHistory, undo_stack: QUndoStack, workspace: Path
) -> None:
    one, two = (workspace / "runs" / name for name in ("one", "two"))
    history.remove([one, two])
    assert names(history) == []
    reload(qtbot, history)
    assert names(history) == []
    assert (workspace / "bin" / "one" / "run.json").is_file()
    undo_stack.undo()
    assert names(history) == ["two", "one"]
    reload(qtbot, history)
    assert names(history) == ["two", "one"]
    undo_stack.redo()
    undo_stack.undo()
    reload(qtbot, history)
    assert one.is_dir()
    assert two.is_dir()


def test_what_cannot_be_moved_is_said_and_stands_there_again(
    qtbot: QtBot, history: RunHistory, workspace: Path
) -> None:
    (workspace / "bin").write_text("a file where a folder should be", "utf-8")
    with qtbot.waitSignal(history.problem) as told:
        history.remove([workspace / "runs" / "one"])
    assert isinstance(told.args[0], StudioError)
    qtbot.waitUntil(lambda: names(history) == ["two", "one"])


def test_a_broken_run_is_said_once(qtbot: QtBot, history: RunHistory, workspace: Path) -> None:
    (put(workspace, "broken") / "run.json").write_text("{", "utf-8")
    told: list[StudioError] = []
    history.problem.connect(told.append)
    reload(qtbot, history)
    reload(qtbot, history)
    assert len(told) == 1
    assert names(history) == ["two", "one"]


def test_the_run_in_progress_cannot_be_deleted(
    qtbot: QtBot, history: RunHistory, undo_stack: QUndoStack, workspace: Path
) -> None:
    live = workspace / "runs" / "two"
    history.set_live(live)
    history.remove([live])
    history.rename(live, "other")
    assert undo_stack.count() == 0
    history.remove([live, workspace / "runs" / "one"])
    assert names(history) == ["two"]
    history.set_live(None)
    qtbot.waitUntil(lambda: history.can_change(live))


def test_a_run_that_has_ended_does_not_look_interrupted_in_between(
    qtbot: QtBot, history: RunHistory, workspace: Path
) -> None:
    live = workspace / "runs" / "two"
    history.set_live(live)
    seen: list[tuple[Path | None, str]] = []
    history.changed.connect(lambda: seen.append((history.live, history.runs[0].record.note)))
    write_record(live, read_record(live).model_copy(update={"note": "ended"}))
    history.set_live(None)
    qtbot.waitUntil(lambda: history.live is None)
    assert seen == [(None, "ended")]


def test_a_read_only_window_changes_nothing(
    qtbot: QtBot, workspace: Path, bridge: Bridge, undo_stack: QUndoStack
) -> None:
    history = RunHistory(workspace, bridge, undo_stack, read_only=True)
    with qtbot.waitSignal(history.changed):
        history.reload()
    path = workspace / "runs" / "one"
    history.rename(path, "other")
    history.set_note(path, "note")
    history.remove([path])
    assert undo_stack.count() == 0
    assert names(history) == ["two", "one"]
    history.close()


def test_a_recipe_is_read_in_the_background(qtbot: QtBot, history: RunHistory, workspace: Path) -> None:
    path = put(workspace, "dora", Recipe(name="DoRA", method=Dora(rank=2)))
    found: list[Recipe] = []
    history.recipe(path, found.append)
    assert found == []
    qtbot.waitUntil(lambda: bool(found))
    assert found == [Recipe(name="DoRA", method=Dora(rank=2))]


def test_a_recipe_that_is_gone_is_said(qtbot: QtBot, history: RunHistory, workspace: Path) -> None:
    (workspace / "runs" / "one" / "recipe.yaml").unlink()
    with qtbot.waitSignal(history.problem):
        history.recipe(workspace / "runs" / "one", lambda _: pytest.fail("there is none"))


def test_two_recipes_are_compared_in_the_background(qtbot: QtBot, history: RunHistory, workspace: Path) -> None:
    path = put(workspace, "dora", Recipe(name="other"))
    found: list[tuple[Difference, ...]] = []
    history.differences(workspace / "runs" / "one", path, found.append)
    qtbot.waitUntil(lambda: bool(found))
    assert [(line.title, line.after) for line in found[0]] == [("Name", "other")]


# While a run goes on


def test_undo_and_redo_leave_the_run_in_progress_alone(
    qtbot: QtBot, history: RunHistory, undo_stack: QUndoStack, workspace: Path
) -> None:
    one = workspace / "runs" / "one"
    told: list[StudioError] = []
    history.problem.connect(told.append)
    history.remove([one])
    undo_stack.undo()
    history.set_live(one)  # it was resumed
    undo_stack.redo()
    assert names(history) == ["two", "one"]
    assert [error.message for error in told] == ["This run is in progress."]
    assert undo_stack.count() == 0
    reload(qtbot, history)
    assert one.is_dir()
    history.set_live(None)
    qtbot.waitUntil(lambda: history.live is None)
    history.set_note(one, "new")
    history.rename(one, "other")
    history.set_live(one)
    undo_stack.undo()
    undo_stack.undo()
    assert len(told) == 3
    assert (names(history), history.runs[1].record.note) == (["two", "other"], "new")
    reload(qtbot, history)
    assert (read_record(one).name, read_record(one).note) == ("other", "new")


# The bin


def test_what_was_deleted_for_good_is_not_offered_for_undo(
    qtbot: QtBot, history: RunHistory, undo_stack: QUndoStack, workspace: Path
) -> None:
    one, two = (workspace / "runs" / name for name in ("one", "two"))
    told: list[StudioError] = []
    history.problem.connect(told.append)
    history.rename(two, "kept")
    history.remove([one])
    history.empty_bin()
    qtbot.waitUntil(lambda: undo_stack.undoText() == "Rename run")
    undo_stack.undo()
    assert not undo_stack.canUndo()
    assert names(history) == ["two"]
    assert told == []


def test_a_deletion_below_another_act_goes_with_it(
    qtbot: QtBot, history: RunHistory, undo_stack: QUndoStack, workspace: Path
) -> None:
    history.remove([workspace / "runs" / "one"])
    history.rename(workspace / "runs" / "two", "other")
    history.empty_bin()
    reload(qtbot, history)
    qtbot.waitUntil(lambda: not history._reading)
    undo_stack.undo()
    qtbot.waitUntil(lambda: not undo_stack.canUndo())
    assert names(history) == ["two"]


def test_what_another_program_took_from_the_bin_is_said(
    qtbot: QtBot, history: RunHistory, undo_stack: QUndoStack, workspace: Path
) -> None:
    history.remove([workspace / "runs" / name for name in ("one", "two")])
    reload(qtbot, history)
    (workspace / "bin" / "one").rename(workspace / "elsewhere")
    with qtbot.waitSignal(history.problem) as told:
        undo_stack.undo()
    assert "one is not in the bin any more" in str(told.args[0])
    qtbot.waitUntil(lambda: names(history) == ["two"])  # the other one is back
    assert (workspace / "runs" / "two").is_dir()


def test_a_restored_run_can_be_deleted_and_brought_back_again(
    qtbot: QtBot, history: RunHistory, undo_stack: QUndoStack, workspace: Path
) -> None:
    one = workspace / "runs" / "one"
    history.remove([one])
    binned: list[tuple[StoredRun, ...]] = []
    history.read_bin(binned.append)
    qtbot.waitUntil(lambda: bool(binned))
    history.restore(binned[0])
    assert names(history) == ["two", "one"]
    reload(qtbot, history)
    assert one.is_dir()
    assert undo_stack.undoText() == "Restore run"
    for _ in range(2):
        undo_stack.undo()  # back into the bin, and out of it
    reload(qtbot, history)
    assert names(history) == ["two", "one"]
    assert one.is_dir()


def test_a_read_only_window_restores_nothing(
    qtbot: QtBot, workspace: Path, bridge: Bridge, undo_stack: QUndoStack
) -> None:
    to_bin(workspace, workspace / "runs" / "one")
    history = RunHistory(workspace, bridge, undo_stack, read_only=True)
    binned: list[tuple[StoredRun, ...]] = []
    history.read_bin(binned.append)
    qtbot.waitUntil(lambda: bool(binned))
    history.restore(binned[0])
    assert undo_stack.count() == 0
    history.close()
