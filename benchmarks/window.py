"""The window under load: event-loop delay and steps per second while training, and key press to new bars.

Opens the real window (offscreen unless a display is set) as it stands at first, trains the fact correction for many
epochs, and compares its steps per second with the same recipe run without a window in a process of its own. Prints:

- the delay of a 2 ms heartbeat of the event loop (p50, p99, max), then with every panel in sight, those that share a
  place as windows of their own; goal: p99 at most 16 ms;
- steps per second in the window as a ratio to headless; goal: at least 0.85;
- from a key press in the probe to the painted bars, median; goal: at most 50 ms.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from benchmarks._event_loop import delays_while, mark, own_home, settle, wait_for

if TYPE_CHECKING:
    from lora_studio.ui.app import Studio
    from lora_studio.ui.session import Session

EPOCHS = 12_000
KEY_PRESSES = 60
SECONDS_OF_BEATS = 8
MEASURED_STEPS = 3000

HEADLESS = """
import sys, tempfile, time
from pathlib import Path
from lora_studio.core.engine import Engine
from lora_studio.core.events import Finished, Step
from lora_studio.core.recipe import Recipe
from lora_studio.core.run_folder import RunFolder
engine = Engine()
engine.open("minigpt")
folder = RunFolder(Path(tempfile.mkdtemp()))
for event in engine.run(Recipe.from_yaml(sys.stdin.read()), folder).events():
    if isinstance(event, Finished):
        print(event.steps / event.seconds)
"""


def main() -> None:
    if len(sys.argv) > 1:
        print(headless_rate(sys.argv[1]))
        return
    with own_home():
        print_results(*measure_window())


def headless_rate(recipe: str) -> float:
    done = subprocess.run([sys.executable, "-c", HEADLESS], input=recipe, capture_output=True, text=True, check=True)
    return float(done.stdout)


def measure_window() -> tuple[list[float], list[float], float, float, list[float]]:
    from lora_studio import paths
    from lora_studio.ui import app

    application = app.make_application()
    application.setQuitOnLastWindowClosed(False)
    app.collect_on_this_thread(application)
    studio = app.Studio(application, paths.default_workspace())
    session = studio.session
    wait_for(lambda: session.model is not None and session.plan is not None)
    session.set_training(session.training.model_copy(update={"epochs": EPOCHS, "probe_every": 10}))
    settle(1.0)

    keys = time_key_presses(studio)
    short = session.recipe().model_copy(
        update={"training": session.training.model_copy(update={"epochs": EPOCHS // 8})}
    )
    before = headless_rate(short.to_yaml())
    session.train()
    wait_for(lambda: session.run.step > 100)
    rate = steps_per_second(session)  # before the heartbeat, which takes its share
    delays = delays_while(lambda: settle(SECONDS_OF_BEATS))
    for dock in studio.window.docks:
        dock.setFloating(True)
        dock.show()
    settle(1.0)
    all_open = delays_while(lambda: settle(SECONDS_OF_BEATS))
    session.cancel()
    wait_for(lambda: not session.run.active)
    headless = statistics.mean([before, headless_rate(short.to_yaml())])
    studio.window.close()
    settle(0.5)
    return delays, all_open, rate, headless, keys


def steps_per_second(session: Session) -> float:
    begin_step, begin = session.run.step, time.perf_counter()
    wait_for(lambda: session.run.step > begin_step + MEASURED_STEPS or not session.run.active, every_ms=50)
    return (session.run.step - begin_step) / (time.perf_counter() - begin)


def time_key_presses(studio: Studio) -> list[float]:
    """Types into the prompt, and takes the time until the board with the answer to that very prompt is painted."""
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QLineEdit

    from lora_studio.ui.panels.probe_panel import ProbePanel
    from lora_studio.ui.widgets.comparison_board import ComparisonBoard

    panel = studio.window.findChild(ProbePanel)
    assert isinstance(panel, ProbePanel)
    field, board = panel.findChildren(QLineEdit)[0], panel.findChildren(ComparisonBoard)[0]
    painted: dict[str, float] = {}

    class Watcher(QObject):
        def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            shown = board.comparison
            if event.type() == QEvent.Type.Paint and shown:
                painted.setdefault(shown.prompt, time.perf_counter())
            return False

    watcher = Watcher()
    board.installEventFilter(watcher)
    field.setText("die katze ")
    times = []
    for _ in range(KEY_PRESSES):
        begin = time.perf_counter()
        QTest.keyClicks(field, "x")
        typed = field.text().strip()
        wait_for(lambda typed=typed: typed in painted)  # type: ignore[misc]
        times.append((painted[typed] - begin) * 1e3)
        settle(0.05)
    board.removeEventFilter(watcher)
    field.setText("die katze sitzt auf dem")
    return times


def print_results(delays: list[float], all_open: list[float], rate: float, headless: float, keys: list[float]) -> None:
    print_delays("event-loop delay", delays)
    print_delays("with every panel in sight", all_open)
    ratio = rate / headless
    print(f"steps per second: window {rate:.0f}, headless {headless:.0f}")
    print(f"ratio {ratio:.2f} (goal ≥ 0.85) {mark(ratio >= 0.85)}")
    median = statistics.median(keys)
    print(f"key press to new bars: median {median:.0f} ms (goal ≤ 50) {mark(median <= 50)}")


def print_delays(name: str, delays: list[float]) -> None:
    ordered = sorted(delays)
    p99 = ordered[int(len(ordered) * 0.99)]
    print(f"{name} over {len(delays)} beats: p50 {statistics.median(delays):.1f} ms, max {ordered[-1]:.0f} ms")
    print(f"p99 {p99:.1f} ms (goal ≤ 16) {mark(p99 <= 16)}")


if __name__ == "__main__":
    main()
