"""Methods compared on one's own data: through the queue, on the model that is open, to the comparison."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lora_studio.core.methods import METHODS
from lora_studio.core.recipe import TrainingSettings
from lora_studio.ui import method_runs
from tests.end_to_end.opened import WAIT
from tests.end_to_end.whole_program import StudioAt, end


def test_the_chosen_methods_run_and_their_comparison_opens(
    studio_at: StudioAt, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(method_runs, "LOOK_MS", 50)
    studio = studio_at(tmp_path)
    session, window = studio.session, studio.window
    session.set_training(TrainingSettings(epochs=2))
    asking = window.experiments.ask_for_methods()
    assert asking is not None
    qtbot.waitUntil(asking.box("prompt").isEnabled, timeout=WAIT)
    for method in METHODS:
        asking.box(method.name).setChecked(method.name in ("lora", "prompt"))
    asking.add_button.setEnabled(True)
    asking.add_button.click()
    panel = window.compare_panel
    qtbot.waitUntil(lambda: len(panel.choices.paths) == 2, timeout=WAIT)
    qtbot.waitUntil(lambda: all(run.curves for run in panel.runs), timeout=WAIT)
    assert [run.curves.method for run in panel.runs if run.curves] == ["LoRA", "Prompt tuning"]
    assert not panel.visibleRegion().isEmpty()
    assert not session.queue.entries
    assert len(session.variants) == 3
    end(studio, qtbot)
