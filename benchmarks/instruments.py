"""The time machine and the mixer: from a move of the slider to the new bars on the screen.

Opens the real window (offscreen unless a display is set), trains the fact correction twice, scrubs through the first
run, mixes both, and prints the median and the longest time from a move to the painted answer; goal: median at most
50 ms.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from benchmarks._event_loop import mark, own_home, settle, wait_for

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lora_studio.ui.app import Studio

MOVES = 60
GOAL_MS = 50.0


def main() -> None:
    with own_home():
        for name, times in measure().items():
            median = statistics.median(times)
            verdict = f"(goal ≤ {GOAL_MS:.0f}) {mark(median <= GOAL_MS)}"
            print(f"{name}: move to new bars, median {median:.0f} ms, max {max(times):.0f} ms {verdict}")


def measure() -> dict[str, list[float]]:
    from lora_studio import paths
    from lora_studio.core.methods import Lora
    from lora_studio.ui import app

    application = app.make_application()
    application.setQuitOnLastWindowClosed(False)
    app.collect_on_this_thread(application)
    studio = app.Studio(application, paths.default_workspace())
    session = studio.session
    wait_for(lambda: session.plan is not None)
    for method in (session.method, Lora()):
        known = len(session.variants)
        session.set_method(method)
        session.train()
        wait_for(lambda known=known: len(session.variants) > known and not session.run.active)  # type: ignore[misc]
    settle(1.0)
    times = {"time machine": _scrub(studio), "mixer": _mix(studio)}
    studio.window.close()
    settle(0.5)
    return times


def _scrub(studio: Studio) -> list[float]:
    """From the slider to the board in the middle, which all variants share."""
    from lora_studio.ui.widgets.comparison_board import ComparisonBoard
    from lora_studio.ui.widgets.time_slider import TimeSlider

    slider = studio.window.training_panel.findChildren(TimeSlider)[0].slider
    board = studio.window.probe_panel.findChildren(ComparisonBoard)[0]
    wait_for(lambda: slider.maximum() > 4)
    places = slider.maximum()
    return _times(lambda move: slider.setValue(1 + (7 * move) % (places - 1)), board, lambda: board.comparison)


def _mix(studio: Studio) -> list[float]:
    """From a fader to the mixer's own bars."""
    from PySide6.QtWidgets import QDockWidget

    panel = studio.window.mixer_panel
    for dock in studio.window.findChildren(QDockWidget):
        if dock.isAncestorOf(panel):
            dock.show()
            dock.raise_()
    wait_for(panel.choice.button.isEnabled)
    panel.choice.button.click()
    wait_for(lambda: bool(panel.rows and panel.answer.rows()))
    return _times(
        lambda move: panel.rows[move % 2].slider.setValue((7 * move) % 150),
        panel.answer,
        panel.answer.rows,
    )


def _times(move: Callable[[int], None], widget: QWidget, shown: Callable[[], object]) -> list[float]:
    """Milliseconds from each move until `widget` paints something else than before."""
    from PySide6.QtCore import QEvent, QObject

    painted: list[tuple[float, object]] = []

    class Watcher(QObject):
        def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            if event.type() == QEvent.Type.Paint:
                painted.append((time.perf_counter(), shown()))
            return False

    watcher = Watcher()
    widget.installEventFilter(watcher)
    times = []
    for number in range(MOVES):
        before, begin = shown(), time.perf_counter()
        painted.clear()
        move(number)
        wait_for(lambda before=before: any(now != before for _, now in painted), 10, every_ms=1)  # type: ignore[misc]
        times.append((next(moment for moment, now in painted if now != before) - begin) * 1e3)
        settle(0.25)
    widget.removeEventFilter(watcher)
    return times


if __name__ == "__main__":
    main()
