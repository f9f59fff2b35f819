"""What the programs that measure the window share: a home of their own, and waiting while the event loop runs."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

BEAT_MS = 2


@contextmanager
def own_home() -> Iterator[str]:
    """The user's folders are temporary ones; without a display the window is drawn in memory."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["LORA_STUDIO_HOME"] = home
        if not os.environ.get("DISPLAY"):
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        yield home


def wait_for(condition: Callable[[], bool], seconds: float = 180.0, every_ms: int = 5) -> None:
    """Lets the event loop run, as it does in the program, until `condition` holds."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    end = time.perf_counter() + seconds
    timer = QTimer(interval=every_ms)

    def look() -> None:
        if condition() or time.perf_counter() > end:
            loop.quit()

    timer.timeout.connect(look)
    timer.start()
    loop.exec()
    timer.stop()
    if not condition():
        raise TimeoutError


def settle(seconds: float) -> None:
    end = time.perf_counter() + seconds
    wait_for(lambda: time.perf_counter() > end, seconds + 10)


def delays_while(act: Callable[[], None]) -> list[float]:
    """By how many milliseconds each beat of a heartbeat of `BEAT_MS` came late while `act` went on."""
    from PySide6.QtCore import QTimer

    delays: list[float] = []
    last = time.perf_counter()

    def beat() -> None:
        nonlocal last
        now = time.perf_counter()
        delays.append((now - last) * 1e3 - BEAT_MS)
        last = now

    timer = QTimer(interval=BEAT_MS)
    timer.timeout.connect(beat)
    timer.start()
    act()
    timer.stop()
    return delays


def mark(good: bool) -> str:
    return "✓" if good else "✗"
