"""A long history: 200 runs of 10,000 steps open in the Runs panel, and 20 of them are compared.

Makes the run folders in a temporary workspace and opens them with the real panels (offscreen unless a display is set).
No model is loaded. Prints:

- from asking for the history to the painted table, as the window does it; goal: at most 1 s. Beside it the time that
  reading alone takes, without a window;
- from choosing 20 runs to their painted curves;
- frames per second while the compared curves are dragged across the plot with the mouse, each frame painted, as they
  are and with smoothing; goal: at least 30.
"""

from __future__ import annotations

import json
import math
import random
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks._event_loop import mark, own_home, settle, wait_for

if TYPE_CHECKING:
    from lora_studio.ui.panels.compare_panel import ComparePanel
    from lora_studio.ui.session import Session

RUNS, COMPARED, STEPS = 200, 20, 10_000
PROBE_EVERY = 20  # steps
FRAMES = 150
OPEN_GOAL, FRAMES_GOAL = 1.0, 30.0  # s, frames per second
SIZE = (1400, 320)  # px, of the panels: the lower dock of a large window


def main() -> None:
    with own_home() as home:
        measure_and_print(Path(home) / "workspace")


def measure_and_print(workspace: Path) -> None:
    print(f"making {RUNS} runs of {STEPS} steps …", file=sys.stderr)
    paths = make_runs(workspace / "runs")
    alone = seconds_to_read(workspace / "runs")
    opened, came, rates = measure_panels(workspace, paths)
    print(f"reading {RUNS} runs alone: {alone:.2f} s")
    print(f"history open and painted: {opened:.2f} s (goal ≤ {OPEN_GOAL:.0f}) {mark(opened <= OPEN_GOAL)}")
    print(f"{COMPARED} runs of {STEPS} steps read and drawn: {came:.2f} s")
    for name, rate in rates.items():
        print(f"panning {name}: {rate:.0f} frames/s (goal ≥ {FRAMES_GOAL:.0f}) {mark(rate >= FRAMES_GOAL)}")


# The runs


def make_runs(folder: Path) -> list[Path]:
    """The first COMPARED have losses of their own, the others those of one of them."""
    from lora_studio.core.recipe import Recipe
    from lora_studio.core.run_record import RunRecord, write_record

    recipe, paths, told = Recipe(), [], []
    for number in range(RUNS):
        path = folder / f"2026-05-{1 + number // 24:02}-{number % 24:02}0000-run-{number}"
        path.mkdir(parents=True)
        if number < COMPARED:
            told.append(events(number))
        (path / "events.jsonl").write_text(told[number % COMPARED], "utf-8")
        (path / "recipe.yaml").write_text(recipe.model_copy(update={"name": f"Run {number}"}).to_yaml(), "utf-8")
        record = RunRecord(
            name=f"Run {number}", method="LoRA", data="Fact correction", base="MiniGPT", state="finished", steps=STEPS,
            began=f"2026-05-{1 + number // 24:02}T{number % 24:02}:00:00+00:00", steps_done=STEPS,
            trainable=256 * 2 ** (number % 9), final_loss=0.05 + number / 1000, forgetting_kl=0.01 * (1 + number % 50),
            top1_kept=0.9, seconds=40.0, variant=f"Run {number}",
        )  # fmt: skip
        write_record(path, record)
        paths.append(path)
    return paths


def events(seed: int) -> str:
    """A loss that falls and is noisy, and probes as the engine measures them."""
    chance = random.Random(seed)
    pace, noise = chance.uniform(3, 9), 0.25
    lines: list[dict[str, Any]] = [{"event": "started", "variant": "Run", "steps": STEPS, "trainable": 1024}]
    for step in range(1, STEPS + 1):
        loss = (0.05 + 5 * math.exp(-pace * step / STEPS)) * math.exp(chance.gauss(0, noise))
        lines.append(
            {"event": "step", "step": step, "epoch": 1 + step // 50, "loss": loss, "learning_rate": 0.002, "tokens": 36,
             "seconds": 0.004 * step}
        )  # fmt: skip
        if step % PROBE_EVERY == 0:
            lines.append({"event": "probed", "step": step, "answers": answers(step / STEPS)})
    return "".join(json.dumps(line) + "\n" for line in lines)


def answers(progress: float) -> list[dict[str, Any]]:
    from lora_studio.core.data.builtin import FACT_PROBES

    found = []
    for probe in FACT_PROBES:
        base = {"token": "tisch", "probability": 0.98 * (1 - progress)}
        tracked = [base, {"token": probe.wanted, "probability": 0.97 * progress}] if probe.wanted else [base]
        found.append({"prompt": probe.prompt, "tokens": probe.prompt.split(), "unknown": [], "predictions": [base],
                      "tracked": tracked})  # fmt: skip
    return found


# Measuring


def seconds_to_read(folder: Path) -> float:
    from lora_studio.core.history import stored_runs

    times = []
    for _ in range(3):
        begin = time.perf_counter()
        found = stored_runs(folder)
        times.append(time.perf_counter() - begin)
        assert len(found) == RUNS
    return statistics.median(times)


def measure_panels(workspace: Path, paths: list[Path]) -> tuple[float, float, dict[str, float]]:
    from lora_studio.core.jobs import Service
    from lora_studio.core.workspace import Workspace
    from lora_studio.ui import app
    from lora_studio.ui.bridge import Bridge
    from lora_studio.ui.session import Session
    from lora_studio.ui.theme import LIGHT, apply_theme

    application = app.make_application()
    app.collect_on_this_thread(application)
    apply_theme(application, LIGHT)
    bridge = Bridge()
    session = Session(Workspace(workspace), Service(bridge.post), bridge)
    opened = time_opening(session, bridge)
    came, rates = measure_comparing(session, bridge, paths)
    session.close()
    bridge.close()
    return opened, came, rates


def time_opening(session: Session, bridge: Any) -> float:
    """From asking for the history to the paint that shows all of it."""
    from lora_studio.ui.panels.runs_panel import RunsPanel

    panel = RunsPanel(session, bridge)
    panel.resize(*SIZE)
    panel.show()
    settle(0.3)
    begin = time.perf_counter()
    session.history.reload()
    wait_for(lambda: len(session.history.runs) == RUNS)
    model = panel.table.model()
    assert model is not None
    wait_for(lambda: model.rowCount() == RUNS)
    panel.repaint()
    panel.table.viewport().repaint()
    taken = time.perf_counter() - begin
    panel.close()
    return taken


def measure_comparing(session: Session, bridge: Any, paths: list[Path]) -> tuple[float, dict[str, float]]:
    from lora_studio.ui.panels.compare_panel import ComparePanel

    panel = ComparePanel(session, bridge)
    panel.resize(*SIZE)
    panel.show()
    panel.show_runs(paths[:1])
    wait_for(lambda: panel.plot is not None and panel.runs[0].curves is not None)  # pyqtgraph is there
    settle(0.3)
    begin = time.perf_counter()
    panel.show_runs(paths[:COMPARED])
    wait_for(lambda: is_drawn(panel))
    came = time.perf_counter() - begin
    settle(0.3)
    rates = {"as they are": pan(panel)}
    panel.bar.smoothing.setValue(50)
    rates["smoothed"] = pan(panel)
    panel.bar.smoothing.setValue(0)
    assert panel.plot is not None
    panel.plot.view.set_limits(2000, 4000, 0, 6)
    rates["as they are, a fifth of the steps"] = pan(panel)
    panel.close()
    return came, rates


def is_drawn(panel: ComparePanel) -> bool:
    lines = [panel.plot.lines_of(run.path) for run in panel.runs] if panel.plot else [None]
    return all(line is not None and line[0].visible and len(line[0].outline.x) for line in lines)


def pan(panel: ComparePanel) -> float:
    """Drags to and fro with the mouse; every move is followed by a real repaint of the plot."""
    from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    assert panel.plot is not None
    view = panel.plot.view
    port = view.viewport()
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton

    def mouse(kind: QEvent.Type, x: int, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        place = QPoint(x, port.height() // 2)
        event = QMouseEvent(kind, QPointF(place), QPointF(port.mapToGlobal(place)), button, held,
                            Qt.KeyboardModifier.NoModifier)  # fmt: skip
        QApplication.sendEvent(port, event)

    middle = port.width() // 2
    before = panel.plot.limits()
    mouse(QEvent.Type.MouseButtonPress, middle, left, left)
    begin = time.perf_counter()
    for frame in range(FRAMES):
        mouse(QEvent.Type.MouseMove, middle + round(0.3 * middle * math.sin((frame + 1) / 15)), none, left)
        port.repaint()
    taken = time.perf_counter() - begin
    moved = panel.plot.limits() != before
    mouse(QEvent.Type.MouseButtonRelease, middle, left, none)
    assert moved, "the plot did not move"
    return FRAMES / taken


if __name__ == "__main__":
    main()
