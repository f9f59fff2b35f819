"""A run as the engine tells it, and a training panel on the screen that is fed with it."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import FACT_PROBES, Probe
from lora_studio.core.events import Answer, Event, Finished, Prediction, Probed, Started, Step
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.panels.training_panel import TrainingPanel
from lora_studio.ui.widgets.curve_legend import CurveLegend
from tests.ui.fakes import TABLE, FakeSession

KATZE, SONNE, KIND = "die katze sitzt auf dem", "die sonne scheint am", "das kind spielt im"
STEPS = 40


def answer(probe: Probe, progress: float) -> Answer:
    """From the base's answer (0) to the wanted one, or to the reference's side effect (1)."""
    base, after = TABLE[probe.prompt][0], TABLE[probe.prompt][1]
    base_token, new_token = next(iter(base)), next(iter(after))
    shares = {base_token: base[base_token] * (1 - progress), new_token: after[new_token] * progress}
    if base_token == new_token:
        shares = {base_token: base[base_token] + (after[base_token] - base[base_token]) * progress}
    top = max(shares, key=lambda token: shares[token])
    tracked = [Prediction(token, shares[token]) for token in (base_token, probe.wanted) if token in shares]
    return Answer(probe.prompt, (), (), (Prediction(top, shares[top]),), tuple(tracked))


def run_events(steps: int = STEPS, until: int | None = None, probes: tuple[Probe, ...] = FACT_PROBES) -> list[Event]:
    """A run as the engine tells it: measured every other step, all answers flip half-way."""
    found: list[Event] = [Started("LoRA V", steps, 1024, ())]
    for step in range((steps if until is None else until) + 1):
        if step:
            found.append(Step(step, 1, 5 * math.exp(-4 * step / steps), 2e-3, 9))
        if step % 2 == 0:
            found.append(Probed(step, tuple(answer(probe, step / steps) for probe in probes)))
    return found


FINISHED = Finished("LoRA V", STEPS, 1.2, 0.04, cancelled=False, folder="")


class Shown:
    """A panel on the screen whose plots are there."""

    def __init__(self, qtbot: QtBot, session: FakeSession | None = None) -> None:
        self.qtbot = qtbot
        self.session = session or FakeSession()
        self.bridge = Bridge()
        self.panel = TrainingPanel(self.session.as_session(), self.bridge)
        qtbot.addWidget(self.panel, before_close_func=lambda _: self.bridge.close())
        self.panel.resize(700, 260)
        self.panel.show()
        qtbot.waitUntil(lambda: self.panel.plots is not None)
        self.labels = self.panel.findChildren(QLabel)

    @property
    def plots(self) -> Any:
        return self.panel.plots

    @property
    def legend(self) -> CurveLegend:
        legend = self.panel.findChild(CurveLegend)
        assert legend is not None
        return legend

    @property
    def status(self) -> str:
        return self.labels[0].text()

    def feed(self, events: list[Event]) -> None:
        for event in events:
            self.bridge.post(event)
        self.bridge.drain()
        self.qtbot.wait(130)  # longer than the shortest time between two redraws

    def drawn(self, plot: str = "loss") -> Any:
        """The points of the first curve of a plot."""
        view = getattr(self.plots, plot)
        return view.plot.curves[0].getData()


def texts(view: Any) -> list[str]:
    """Labels that are to be seen on a plot."""
    return [item.toPlainText() for item in view.scene().items() if hasattr(item, "toPlainText") and item.isVisible()]
