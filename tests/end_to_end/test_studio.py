"""The whole program in one process: window, session, engine and disk, as `lora-studio` puts them together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from lora_studio import paths
from lora_studio.core.errors import StorageError, StudioError
from lora_studio.core.experiments import Experiment, Progress
from lora_studio.core.experiments.experiment import Running
from lora_studio.core.experiments.results import Column, Result, Table
from lora_studio.core.methods.steering import RepresentationEngineering
from lora_studio.core.recipe import TrainingSettings
from lora_studio.core.workspace import Workspace
from lora_studio.ui.app import Studio
from lora_studio.ui.widgets.comparison_board import ComparisonBoard
from lora_studio.ui.widgets.pinned_list import PinnedList
from tests.end_to_end.opened import WAIT
from tests.end_to_end.whole_program import StudioAt, end


def train(studio: Studio, qtbot: QtBot) -> None:
    """The first run, to its end."""
    studio.session.train()
    qtbot.waitUntil(lambda: len(studio.session.variants) == 2 and not studio.session.run.active, timeout=WAIT)


def test_a_language_switch_keeps_the_run_its_curves_and_the_board(
    studio_at: StudioAt, qtbot: QtBot, tmp_path: Path
) -> None:
    studio = studio_at(tmp_path)
    train(studio, qtbot)
    found = studio.window.experiments.open(Experiment("sample", "A sample", "Finds a word.", finds))
    qtbot.waitUntil(lambda: found.result is not None)
    studio.window.language_chosen.emit("de")
    assert studio.window.experiments.windows() == (found,)
    assert found.isVisible()
    assert studio.window.windowTitle()
    panel = studio.window.training_panel
    qtbot.waitUntil(lambda: panel.plots is not None and panel.plots.isVisible(), timeout=WAIT)
    assert studio.window.probe_panel.isVisible()
    assert json.loads(paths.preferences_file().read_text("utf-8"))["language"] == "de"
    end(studio, qtbot)


def test_a_removed_dataset_comes_back_in_a_window_of_another_language(
    studio_at: StudioAt, qtbot: QtBot, tmp_path: Path
) -> None:
    """While a run goes on; the first window's menus hear nothing of it any more."""
    studio = studio_at(tmp_path)
    session = studio.session
    before, ticked = [model.name for model in session.datasets], session.selected
    session.train()
    qtbot.waitUntil(lambda: session.run.active)
    studio.window.data_panel.dataset_list.setFocus()
    studio.window.data_panel.remove_dataset()
    assert [model.name for model in session.datasets] != before
    studio.window.language_chosen.emit("de")
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    session.undo_stack.undo()
    assert [model.name for model in session.datasets] == before
    assert session.selected == ticked
    session.undo_stack.redo()
    qtbot.waitUntil(lambda: not session.run.active, timeout=WAIT)
    end(studio, qtbot)


def finds(seed: int, out: Path | None) -> Running:
    yield Progress("LoRA V", 1, 2)
    return Result("sample", "A sample", {}, (), (), (Table("t", "A table", (Column("Word"),), (("sofa",),)),))


def test_an_edit_that_is_still_open_is_kept_on_closing(studio_at: StudioAt, qtbot: QtBot, tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    table = studio.window.data_panel.table
    studio.window.data_panel.choose("FACT_CORRECTION")
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 0))
    QTest.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit)
    assert editor is not None
    editor.setText("die katze sitzt auf dem bett")
    end(studio, qtbot)
    workspace = Workspace(tmp_path)
    entry = next(entry for entry in workspace.state().datasets if entry.name == "FACT_CORRECTION")
    assert workspace.dataset(entry).rows[0] == "die katze sitzt auf dem bett"


def test_saving_and_closing_at_once_still_saves(studio_at: StudioAt, qtbot: QtBot, tmp_path: Path) -> None:
    studio = studio_at(tmp_path / "workspace")
    train(studio, qtbot)
    for _ in range(20):
        studio.session.compare("die katze", lambda _: None)
    studio.session.save_adapter("LoRA V", tmp_path / "mine")
    end(studio, qtbot)
    assert (tmp_path / "mine" / "adapter_model.safetensors").is_file()


def test_cancel_right_after_train_ends_the_run(studio_at: StudioAt, qtbot: QtBot, tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    studio.session.set_training(TrainingSettings(epochs=10_000))
    studio.session.train()
    studio.session.cancel()
    qtbot.waitUntil(lambda: not studio.session.run.active, timeout=WAIT)


def test_another_workspace_takes_the_window_and_is_remembered(
    studio_at: StudioAt, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    studio = studio_at(tmp_path / "one")
    studio.session.unpin("der mann liest")
    studio.window.workspace_chosen.emit(tmp_path / "two")
    qtbot.waitUntil(lambda: studio.session.plan is not None, timeout=WAIT)
    assert len(studio.session.pins) == 7
    assert len(Workspace(tmp_path / "one").state().pins) == 6
    assert json.loads(paths.preferences_file().read_text("utf-8"))["workspace"] == str(tmp_path / "two")
    end(studio, qtbot)


def test_a_write_that_failed_is_said_and_made_up_for(
    studio_at: StudioAt, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = studio_at(tmp_path)
    problems: list[StudioError] = []
    studio.session.problem.connect(problems.append)

    def full(*_: object) -> None:
        raise StorageError("The disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr("lora_studio.core.workspace.write_atomically", full)
        studio.session.add_dataset("mine", ("die katze schläft",))
        qtbot.waitUntil(lambda: bool(problems), timeout=WAIT)
    end(studio, qtbot)
    workspace = Workspace(tmp_path)
    entry = next(entry for entry in workspace.state().datasets if entry.name == "mine")
    assert workspace.dataset(entry).rows == ("die katze schläft",)


def test_an_adapter_that_is_missing_today_is_tried_again_next_time(
    studio_at: StudioAt, qtbot: QtBot, tmp_path: Path
) -> None:
    studio = studio_at(tmp_path)
    train(studio, qtbot)
    qtbot.waitUntil(lambda: bool(studio.session.variants[1].folder), timeout=WAIT)  # told after the run's end
    folder = Path(studio.session.variants[1].folder)
    end(studio, qtbot)
    folder.rename(folder.with_name("away"))
    end(studio_at(tmp_path), qtbot)
    folder.with_name("away").rename(folder)
    studio = studio_at(tmp_path)
    qtbot.waitUntil(lambda: len(studio.session.variants) == 2, timeout=WAIT)
    end(studio, qtbot)


@pytest.mark.parametrize("text", ["{", '{"layout": "abc"}', '{"theme": 3}', "[]"])
def test_damaged_preferences_do_not_keep_the_window_shut(
    studio_at: StudioAt, qtbot: QtBot, tmp_path: Path, text: str
) -> None:
    paths.preferences_file().write_text(text, "utf-8")
    end(studio_at(tmp_path), qtbot)


def divide() -> None:
    print(1 / 0)


def test_an_error_in_a_slot_is_shown(studio_at: StudioAt, qtbot: QtBot, tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    problems: list[StudioError] = []
    studio.session.problem.connect(problems.append)
    studio.bridge.call(divide)
    delivered: list[int] = []
    studio.bridge.call(delivered.append, 1)
    qtbot.waitUntil(lambda: bool(problems) and delivered == [1], timeout=WAIT)
    assert "ZeroDivisionError" in str(problems[0])
    end(studio, qtbot)


def test_the_answers_move_while_training(studio_at: StudioAt, qtbot: QtBot, tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    studio.session.set_training(TrainingSettings(epochs=10_000))
    studio.session.train()
    row = studio.window.probe_panel.findChild(PinnedList).row("die katze sitzt auf dem")  # type: ignore[union-attr]
    assert row is not None

    def learned() -> bool:
        shown = row.comparison
        return shown is not None and len(shown.answers) == 2 and shown.answers[1].top.token == "sofa"

    qtbot.waitUntil(learned, timeout=WAIT)
    assert studio.session.run.active
    end(studio, qtbot)


def test_what_was_learned_before_stop_and_close_is_there_again(
    studio_at: StudioAt, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = studio_at(tmp_path)
    studio.session.set_training(TrainingSettings(epochs=10_000))
    studio.session.train()
    qtbot.waitUntil(lambda: studio.session.run.step > 20, timeout=WAIT)
    monkeypatch.setattr(studio.window, "ask_to_stop", lambda: True)
    studio.window.close()
    qtbot.waitUntil(lambda: not studio.engine_thread.isRunning(), timeout=WAIT)
    again = studio_at(tmp_path)
    qtbot.waitUntil(lambda: len(again.session.variants) == 2, timeout=WAIT)
    end(again, qtbot)


def test_a_variant_becomes_the_base_and_the_way_back_is_one_click(
    studio_at: StudioAt, qtbot: QtBot, tmp_path: Path
) -> None:
    studio = studio_at(tmp_path)
    train(studio, qtbot)
    window, session = studio.window, studio.session
    window.docks[3].raise_()
    window.variants_panel.choose("LoRA V")
    button = window.variants_panel.bar.widgetForAction(window.variants_panel.actions_.use_as_base)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.model is not None and session.model.name == "LoRA-V", timeout=WAIT)
    qtbot.waitUntil(lambda: answers(studio) == ["sofa"], timeout=WAIT)
    qtbot.waitUntil(window.notices.offer_button.isVisible)
    QTest.mouseClick(window.notices.offer_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: answers(studio) == ["tisch", "sofa"], timeout=WAIT)


def test_the_board_follows_the_strength(studio_at: StudioAt, qtbot: QtBot, tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    studio.session.set_method(RepresentationEngineering())
    studio.session.select_datasets(("OUTDOORS", "INDOORS"))
    train(studio, qtbot)
    studio.window.docks[3].raise_()
    strength = studio.window.variants_panel.footer.strength
    qtbot.waitUntil(strength.isVisible, timeout=WAIT)
    strength.slider.setFocus()
    QTest.keyClick(strength.slider, Qt.Key.Key_0)
    qtbot.waitUntil(lambda: answers(studio) == ["tisch", "tisch"], timeout=WAIT)
    QTest.keyClick(strength.slider, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: answers(studio) not in ([], ["tisch", "tisch"]), timeout=WAIT)


def answers(studio: Studio) -> list[str]:
    """What the board says to the first prompt, variant by variant."""
    board = studio.window.probe_panel.findChild(ComparisonBoard)
    comparison = board.comparison if board else None
    return [answer.top.token for answer in comparison.answers] if comparison else []
