"""The program itself on a virtual screen, with a window manager and real key presses: what a new user does first."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lora_studio.core.recipe import TrainingSettings
from lora_studio.core.workspace import StudioState, Workspace

NEEDED = ("Xvfb", "openbox", "xdotool")
MISSING = [tool for tool in NEEDED if not shutil.which(tool)]
WAIT = 60.0

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}; .ci/run installs them")


class Screen:
    """A virtual screen with a window manager; windows get the focus as on a desktop."""

    def __init__(self) -> None:
        read, write = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as answer:
            self.environment = {**os.environ, "DISPLAY": f":{answer.readline().strip()}", "QT_QPA_PLATFORM": "xcb"}
        self._manager = subprocess.Popen(["openbox"], env=self.environment, stderr=subprocess.DEVNULL)

    def press(self, *keys: str) -> None:
        subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], env=self.environment, check=True)

    def windows(self) -> list[str]:
        done = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--class", "lora"],
            env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stdout.split()

    def close(self) -> None:
        for process in (self._manager, self._server):
            process.terminate()
            process.wait(WAIT)


@pytest.fixture
def screen() -> Iterator[Screen]:
    screen = Screen()
    yield screen
    screen.close()


class Program:
    """The running program on a screen, with a workspace of its own."""

    def __init__(self, screen: Screen, workspace: Path) -> None:
        self.screen = screen
        self.workspace = workspace
        state = workspace / "studio.json"
        before = state.stat().st_mtime if state.exists() else None
        self._process = subprocess.Popen(
            [sys.executable, "-m", "lora_studio", str(workspace)],
            env=screen.environment, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        # The list of variants is kept as soon as the model is there.
        wait_for(lambda: state.exists() and state.stat().st_mtime != before)
        wait_for(lambda: bool(screen.windows()))
        window = screen.windows()[0]
        subprocess.run(["xdotool", "windowactivate", "--sync", window], env=screen.environment, check=True)

    def metrics(self) -> list[dict[str, Any]]:
        return [json.loads(path.read_text("utf-8")) for path in sorted(self.workspace.glob("runs/*/metrics.json"))]

    def quit(self) -> None:
        """The window hears of a run's end a moment after the disk; until then it would ask whether to stop it."""
        time.sleep(1.0)
        self.screen.press("ctrl+q")
        self.ended()

    def ended(self) -> None:
        _, errors = self._process.communicate(timeout=WAIT)
        assert self._process.returncode == 0, errors
        assert not errors

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(WAIT)


@pytest.fixture
def program(screen: Screen, tmp_path: Path) -> Iterator[Callable[[], Program]]:
    running: list[Program] = []

    def start() -> Program:
        running.append(Program(screen, tmp_path / "workspace"))
        return running[-1]

    yield start
    for each in running:
        each.kill()


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_open_train_close_and_open_again(program: Callable[[], Program]) -> None:
    first = program()
    first.screen.press("ctrl+r")
    wait_for(lambda: len(first.metrics()) == 1)
    assert first.metrics()[0]["variant"] == "LoRA V"
    assert not first.metrics()[0]["cancelled"]
    wait_for(lambda: len(Workspace(first.workspace).state().variants) == 1)
    first.quit()

    again = program()
    again.screen.press("ctrl+r")
    wait_for(lambda: len(again.metrics()) == 2)
    assert again.metrics()[1]["variant"] == "LoRA V 2"  # so the first one was loaded
    wait_for(lambda: len(Workspace(again.workspace).state().variants) == 2)  # the window knows of the end, too
    again.quit()


def test_closing_while_training_asks_and_keeps_what_was_learned(program: Callable[[], Program], tmp_path: Path) -> None:
    Workspace(tmp_path / "workspace").save_state(StudioState(training=TrainingSettings(epochs=10_000)))
    opened = program()
    opened.screen.press("ctrl+r")
    wait_for(lambda: any(opened.workspace.glob("runs/*/recipe.yaml")))
    opened.screen.press("ctrl+q")
    wait_for(lambda: len(opened.screen.windows()) == 2)
    assert not opened.metrics()  # it goes on until one has answered
    opened.screen.press("alt+s")
    opened.ended()
    assert opened.metrics()[0]["cancelled"]
