"""What holds for every test: no screen, no network, no folder of the person's, no warning and nothing left running."""

from __future__ import annotations

import os
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

# Before anything imports Qt, OpenMP or the Hugging Face libraries. Programs that tests start inherit it.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ["HF_HUB_OFFLINE"] = "1"

# `make test-core-without-qt`: as on a machine where Qt was never installed. A None here makes every import fail.
WITHOUT_QT = os.environ.get("LORA_STUDIO_TEST_WITHOUT_QT") == "1"
if WITHOUT_QT:
    for package in ("PySide6", "shiboken6", "pyqtgraph"):
        sys.modules[package] = None  # type: ignore[assignment] # Python's own way to say "not there"

SECONDS_TO_END = 2.0  # what a thread that was told to stop may take


def pytest_addoption(parser: pytest.Parser) -> None:
    if WITHOUT_QT:  # pytest-qt is switched off then, and its options in pyproject.toml would be unknown
        for option in ("qt_api", "qt_log_level_fail", "qt_log_ignore"):
            parser.addini(option, "not used without Qt")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workspace and preferences of this test alone."""
    monkeypatch.setenv("LORA_STUDIO_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture(autouse=True)
def no_stray_threads() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    stray = [thread for thread in threading.enumerate() if thread not in before and is_ours(thread)]
    deadline = time.monotonic() + SECONDS_TO_END
    for thread in stray:
        thread.join(max(0.0, deadline - time.monotonic()))
    left = [thread.name for thread in stray if thread.is_alive()]
    assert not left, f"threads still running after the test: {left}"


def is_ours(thread: threading.Thread) -> bool:
    # A dummy stands for a foreign thread (a QThread, torch's backward) and outlives it; TMonitor is tqdm's.
    return not isinstance(thread, threading._DummyThread) and type(thread).__name__ != "TMonitor"


@pytest.fixture(autouse=True)
def no_stray_qt(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """For tests with a QApplication: every QThread has ended and every window is closed."""
    if "qapp" not in request.fixturenames:
        yield
        return
    from PySide6.QtCore import QThread
    from PySide6.QtWidgets import QApplication
    from shiboken6 import isValid

    started: list[weakref.ref[QThread]] = []  # weak: the check must not keep alive what the test let go
    start = QThread.start

    def recorded_start(thread: QThread, *arguments: Any) -> None:
        started.append(weakref.ref(thread))
        start(thread, *arguments)

    monkeypatch.setattr(QThread, "start", recorded_start)
    yield
    threads = [thread for reference in started if (thread := reference()) is not None and isValid(thread)]
    running = [repr(thread) for thread in threads if not thread.wait(int(SECONDS_TO_END * 1000))]
    windows = [repr(widget) for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    for widget in QApplication.topLevelWidgets():
        widget.close()  # the next test starts clean
    assert not running, f"QThreads still running after the test: {running}"
    assert not windows, f"windows still open after the test: {windows}"
