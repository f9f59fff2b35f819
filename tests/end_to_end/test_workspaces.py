"""The window and its workspace: two windows on one, other ones, the layout, and a kill at any moment."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lora_studio import paths
from lora_studio.core.errors import StudioError
from lora_studio.core.methods import Lora
from lora_studio.core.recipe import TrainingSettings
from lora_studio.core.workspace import Workspace
from lora_studio.ui.app import Studio
from lora_studio.ui.preferences import read_preferences
from lora_studio.ui.widgets.read_only_line import ReadOnlyLine
from tests.end_to_end.opened import WAIT
from tests.end_to_end.whole_program import StudioAt, end

KILLED = """
import os, signal, sys
from pathlib import Path
from PySide6.QtCore import Qt, QTimer
from lora_studio.core.methods import Lora
from lora_studio.core.recipe import TrainingSettings
from lora_studio.ui.app import Studio, make_application
application = make_application()
studio = Studio(application, Path(sys.argv[1]))
def edit():
    if studio.session.plan is None:
        return
    timer.stop()
    session = studio.session
    session.set_method(Lora(rank=7))
    session.datasets[2].insert(0, ["die katze sitzt auf dem bett"])
    session.unpin("der mann liest")
    session.queue.set_held(True)
    session.set_training(TrainingSettings(epochs=10_000))
    session.train()
    session.train()
    studio.window.docks[0].setFloating(True)
    QTimer.singleShot(2500, lambda: os.kill(os.getpid(), signal.SIGKILL))
timer = QTimer(interval=50)
timer.timeout.connect(edit)
timer.start()
application.exec()
"""


def layout() -> str:
    return read_preferences(paths.preferences_file()).layout


# Two windows


def read_only_line(studio: Studio) -> ReadOnlyLine:
    line = studio.window.findChild(ReadOnlyLine)
    assert isinstance(line, ReadOnlyLine)
    return line


def test_the_second_window_only_looks_until_it_may_write(studio_at: StudioAt, qtbot: QtBot, tmp_path: Path) -> None:
    first, second = studio_at(tmp_path), studio_at(tmp_path)
    problems: list[StudioError] = []
    second.session.problem.connect(problems.append)
    assert not first.session.read_only
    assert second.session.read_only
    assert "another window" in read_only_line(second).label.text()
    assert "another window" in second.window.run_actions.train.toolTip()
    second.session.set_method(Lora(rank=7))
    second.session.train()
    assert "another window" in str(problems.pop())
    first.session.unpin("der mann liest")
    end(first, qtbot)
    QTest.mouseClick(read_only_line(second).button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: second.session.plan is not None, timeout=WAIT)
    assert not second.session.read_only
    assert second.window.findChild(ReadOnlyLine) is None
    assert len(second.session.pins) == 6
    assert second.session.method != Lora(rank=7)
    end(second, qtbot)


def test_what_only_looks_leaves_no_trace(studio_at: StudioAt, qtbot: QtBot, tmp_path: Path) -> None:
    first, second = studio_at(tmp_path), studio_at(tmp_path)
    second.session.add_dataset("mine", ("die katze",))
    second.session.set_training(TrainingSettings(epochs=3))
    end(second, qtbot)
    assert sorted(path.name for path in tmp_path.iterdir()) in ([".lock"], [".lock", "studio.json"])
    end(first, qtbot)
    assert Workspace(tmp_path).state().training == TrainingSettings()


# Other workspaces


def test_the_last_ones_are_offered_again(studio_at: StudioAt, qtbot: QtBot, tmp_path: Path) -> None:
    studio = studio_at(tmp_path / "one")
    for name in ("two", "three"):
        studio.window.workspace_chosen.emit(tmp_path / name)
        qtbot.waitUntil(lambda: studio.session.plan is not None, timeout=WAIT)
    kept = read_preferences(paths.preferences_file())
    assert [Path(folder).name for folder in kept.recent_workspaces] == ["three", "two", "one"]
    assert [path.name for path in kept.workspaces_there(tmp_path / "three")] == ["two", "one"]
    end(studio, qtbot)


def test_a_folder_with_other_things_is_no_workspace(studio_at: StudioAt, qtbot: QtBot, tmp_path: Path) -> None:
    studio = studio_at(tmp_path / "one")
    problems: list[StudioError] = []
    studio.session.problem.connect(problems.append)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to-my-bank.txt").touch()
    studio.open_workspace(tmp_path / "letters")
    assert "no workspace" in str(problems[0])
    assert studio.session.workspace_folder == tmp_path / "one"
    end(studio, qtbot)


# Everything is kept as one goes


def test_closing_during_a_run_leaves_the_others_waiting(
    studio_at: StudioAt, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = studio_at(tmp_path)
    session = studio.session
    session.set_training(TrainingSettings(epochs=10_000))
    session.train()
    session.train()
    qtbot.waitUntil(lambda: session.run.step > 5, timeout=WAIT)
    monkeypatch.setattr(studio.window, "ask_to_stop", lambda: True)
    studio.window.close()
    qtbot.waitUntil(lambda: not studio.engine_thread.isRunning(), timeout=WAIT)
    again = studio_at(tmp_path)
    assert [entry.name for entry in again.session.queue.waiting] == ["LoRA V"]
    assert "wait" in str(again.window.notices.current())
    QTest.mouseClick(again.window.notices.offer_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: again.session.run.step > 5, timeout=WAIT)
    end(again, qtbot)


def test_the_layout_is_kept_as_one_goes(studio_at: StudioAt, qtbot: QtBot, tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    qtbot.waitUntil(lambda: bool(layout()), timeout=WAIT)
    before = layout()
    studio.window.docks[0].setFloating(True)
    qtbot.waitUntil(lambda: layout() != before, timeout=WAIT)
    end(studio, qtbot)


@pytest.mark.slow
def test_a_kill_loses_nothing_but_the_last_moment(studio_at: StudioAt, qtbot: QtBot, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL
    assert json.loads((tmp_path / "studio.json").read_text("utf-8"))["method"]["rank"] == 7
    studio = studio_at(tmp_path)
    session = studio.session
    assert not session.read_only
    assert session.method == Lora(rank=7)
    assert session.datasets[2].rows()[0] == "die katze sitzt auf dem bett"
    assert len(session.pins) == 6
    assert [entry.name for entry in session.queue.waiting] == ["LoRA all"]
    assert session.queue.held
    assert studio.window.docks[0].isFloating()
    notices = studio.window.notices
    qtbot.waitUntil(lambda: bool(notices.current()) and "interrupted" in str(notices.current()), timeout=WAIT)
    QTest.mouseClick(notices.offer_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.run.step > 20, timeout=WAIT)
    assert "wait" in str(notices.current())
    end(studio, qtbot)
