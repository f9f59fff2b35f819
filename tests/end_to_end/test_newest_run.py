"""What a window shows when it opens on a workspace in which something was trained."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from lora_studio.core.recipe import TrainingSettings
from tests.end_to_end.opened import WAIT
from tests.end_to_end.whole_program import StudioAt, end


def test_the_last_run_is_shown_again(qtbot: QtBot, studio_at: StudioAt, tmp_path: Path) -> None:
    studio = studio_at(tmp_path / "workspace")
    session = studio.session
    session.set_training(TrainingSettings(epochs=3))
    session.train()
    qtbot.waitUntil(lambda: bool(not session.run.active and session.variants[1:]), timeout=WAIT)
    qtbot.waitUntil(lambda: bool(session.variants[1].folder), timeout=WAIT)
    folder = Path(session.variants[1].folder).parent
    end(studio, qtbot)
    again = studio_at(tmp_path / "workspace")
    panel = again.window.training_panel
    qtbot.waitUntil(lambda: panel.shown_run.path == folder, timeout=WAIT)
    assert panel.shown_run.variant == "LoRA V"
    qtbot.waitUntil(lambda: panel.time.slider.maximum() > 0, timeout=WAIT)


def test_without_a_run_it_teaches(qtbot: QtBot, studio_at: StudioAt, tmp_path: Path) -> None:
    studio = studio_at(tmp_path / "workspace")
    qtbot.waitUntil(lambda: studio.session.history.loaded, timeout=WAIT)
    assert studio.window.training_panel.shown_run.path is None


def test_another_recipe_says_so_and_is_taken_back(qtbot: QtBot, studio_at: StudioAt, tmp_path: Path) -> None:
    studio = studio_at(tmp_path / "workspace")
    session, window = studio.session, studio.window
    before = session.recipe()
    recipe = before.model_copy(update={"training": TrainingSettings(epochs=7)})
    window.runs_panel.recipe_wanted.emit(recipe, "DoRA all")
    notice = window.notices.current()
    assert notice is not None
    assert notice.message == "The settings and the datasets are those of “DoRA all” now."
    assert session.training.epochs == 7
    window.notices.offer_button.click()
    assert session.training == before.training
    assert window.notices.current() is None
