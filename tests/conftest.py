"""What holds for every test: no screen, no network, no folder of the person's, no warning and nothing left running."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable, Generator, Iterator
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

FAILED = pytest.StashKey[bool]()
QTS_OWN = ("QTipLabel", "QDesktopScreenWidget", "QShapedPixmapWidget")  # kept by Qt to be used again
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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(autouse=True)
def collects_in_this_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """As the application does: a collection that begins on a worker's thread would destroy Qt objects there."""
    if "qapp" not in request.fixturenames:
        yield
        return
    gc.disable()
    yield
    gc.collect(1)
    gc.enable()


@pytest.fixture(autouse=True)
def no_stray_qt(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """For tests with a QApplication: every QThread has ended, every window is closed and gone, no timer runs on."""
    if "qapp" not in request.fixturenames:
        yield
        return
    from PySide6.QtCore import QThread, QTimer
    from PySide6.QtWidgets import QApplication

    threads = recorded(QThread, "start", monkeypatch)
    timers = recorded(QTimer, "__init__", monkeypatch)  # `start` must stay Qt's own: signals are connected to it
    before = QApplication.topLevelWidgets()
    yield
    running = [repr(thread) for thread in living(threads) if not thread.wait(int(SECONDS_TO_END * 1000))]
    windows = [repr(widget) for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    for widget in QApplication.topLevelWidgets():
        widget.close()  # the next test starts clean
    assert not running, f"QThreads still running after the test: {running}"
    assert not windows, f"windows still open after the test: {windows}"
    if request.node.stash.get(FAILED, False):
        return  # its frames, which are kept for the report, hold on to everything
    request.node.funcargs.clear()  # so do these
    left = once_more_after_collecting(lambda: [*stray_widgets(before), *ticking(timers)])
    assert not left, f"still there after the test: {left}"


def recorded(kind: type[Any], method: str, monkeypatch: pytest.MonkeyPatch) -> list[weakref.ref[Any]]:
    """On which objects `method` is called from now on. Weak: the check must not keep alive what the test let go."""
    seen: list[weakref.ref[Any]] = []
    call = getattr(kind, method)

    def recorded_call(what: Any, *arguments: Any, **named: Any) -> None:
        seen.append(weakref.ref(what))
        call(what, *arguments, **named)

    monkeypatch.setattr(kind, method, recorded_call)
    return seen


def living(references: list[weakref.ref[Any]]) -> list[Any]:
    from shiboken6 import isValid

    found = {id(thing): thing for reference in references if (thing := reference()) is not None and isValid(thing)}
    return list(found.values())


def ticking(timers: list[weakref.ref[Any]]) -> list[str]:
    """Timers that go on and on; the application's own may. What fires once ends by itself."""
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance()
    return [
        f"{timer!r} of {timer.parent()!r}"
        for timer in living(timers)
        if timer.isActive() and not timer.isSingleShot() and timer.parent() is not application
    ]


def stray_widgets(before: list[Any]) -> list[str]:
    """Windows that are closed but not gone. Menus are windows, too; pyqtgraph keeps those that it makes."""
    from PySide6.QtWidgets import QApplication, QMenu

    known = set(map(id, before))
    new = [widget for widget in QApplication.topLevelWidgets() if id(widget) not in known and widget.parent() is None]
    return [
        repr(widget)
        for widget in new
        if not isinstance(widget, QMenu) and widget.metaObject().className() not in QTS_OWN
    ]


def once_more_after_collecting(look: Callable[[], list[str]]) -> list[str]:
    """What `look` finds when all that waits to be deleted is, and garbage only if there is need: it takes long."""
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if not look():
        return []
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return look()
