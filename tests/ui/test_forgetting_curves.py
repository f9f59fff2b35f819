"""How far what the base knew has moved: measured while training, drawn beside the loss."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import FACT_PROBES, TRAINING
from lora_studio.core.data.dataset import Dataset
from lora_studio.core.events import Counted, Drifted, Event, Finished, Started, Step
from lora_studio.core.recipe import Protection, Recipe
from lora_studio.ui.run_tracker import RunTracker
from lora_studio.ui.theme import colors_of, variant_color
from lora_studio.ui.widgets.run_curves import RunCurves
from tests.ui.fakes import BASE, LORA_ALL, LORA_V, FakeSession
from tests.ui.training_runs import KATZE, STEPS, Shown, run_events, texts

PROTECTED = Recipe(kept=(TRAINING,), protection=Protection(enabled=True))
MORE = Dataset(name="more", rows=("die oma sitzt auf dem sofa", "die enten schwimmen im park"))
HELD_OUT = PROTECTED.model_copy(update={"held_out": (MORE,)})


pytestmark = pytest.mark.usefixtures("english")


def drifting(held_out: float | None = 0.3, *, made_up: bool = True) -> list[Event]:
    """A run that moves the held-out rows thirty times as far as the protected ones."""
    events = run_events()
    last = [event for event in events if isinstance(event, Step)][-1].step
    drifts = [
        Drifted(step, 0.01 * step / last, held_out and held_out * step / last, made_up)
        for step in range(0, last + 1, 2)
    ]
    return [events[0], *sorted([*events[1:], *drifts], key=step_of)]


def step_of(event: Any) -> int:
    return int(event.step)


def protected_run(qtbot: QtBot, recipe: Recipe = PROTECTED, events: list[Event] | None = None) -> Shown:
    session = FakeSession()
    session.run_recipe = recipe
    shown = Shown(qtbot, session)
    shown.panel.resize(980, 260)
    shown.feed(drifting() if events is None else events)
    return shown


def heights(shown: Shown, index: int) -> list[float]:
    """What is drawn of a line: 0 protected, 1 held out."""
    curve = shown.plots.drift.plot.curves[index]
    return list(curve.getData()[1]) if curve.isVisible() else []


def says(view: Any, text: str) -> bool:
    return text in texts(view)


# What is kept


def test_what_is_not_measured_has_no_curve() -> None:
    curves = RunCurves()
    curves.take([Started("LoRA", 8, 1, ()), Drifted(0, None, 0.0), Drifted(2, None, 0.5)], ())
    assert list(curves.drifts) == ["held out"]
    assert list(curves.held_out.values) == [0.0, 0.5]


def test_a_divergence_that_is_no_number_is_left_out() -> None:
    curves = RunCurves()
    curves.take([Started("LoRA", 8, 1, ()), Drifted(0, math.inf, None), Drifted(2, 0.5, None)], ())
    assert list(curves.protected.steps) == [2]


def test_the_next_run_starts_without() -> None:
    curves = RunCurves()
    curves.take([*drifting(), Started("LoRA", 8, 1, ())], ())
    assert curves.drifts == {}


def test_the_values_are_exported() -> None:
    curves = RunCurves()
    curves.take(drifting(), FACT_PROBES[:1])
    lines = curves.as_csv().splitlines()
    assert lines[0].startswith("step,loss,KL protected (nats),KL held out (nats),")
    assert lines[-1].split(",")[2:4] == ["0.01", "0.3"]
    assert lines[2].split(",")[2:4] == ["", ""]  # step 1: not measured


def test_steps_without_a_loss_move_the_progress() -> None:
    tracker = RunTracker()
    tracker.starting(Recipe())
    tracker.take([Started("Steered", 8, 0, ()), Counted(1), Counted(2), Counted(3)])
    assert (tracker.state.step, tracker.state.steps) == (3, 8)
    tracker.take([Finished("Steered", 8, 0.1, None, cancelled=False, folder="")])
    assert not tracker.state.active


# What is drawn


def test_a_run_that_measures_it_has_a_plot_of_its_own(qtbot: QtBot) -> None:
    shown = protected_run(qtbot)
    plots = shown.plots
    assert plots.drift.isVisible()
    assert plots.loss.x() < plots.drift.x() < plots.share.x()
    assert heights(shown, 0)[-1] == pytest.approx(0.01)
    assert heights(shown, 1)[-1] == pytest.approx(0.3)
    assert plots.drift.visible_steps() == plots.loss.visible_steps() == (0, STEPS)


def test_other_runs_have_none(qtbot: QtBot) -> None:
    shown = protected_run(qtbot)
    shown.feed(run_events())
    assert not shown.plots.drift.isVisible()
    assert not shown.legend.lines
    shown.feed(drifting())
    assert shown.plots.drift.isVisible()


def test_the_plots_zoom_together(qtbot: QtBot) -> None:
    shown = protected_run(qtbot)
    shown.plots.drift.view.setXRange(5, 10, padding=0)
    shown.plots.drift.view.sigRangeChangedManually.emit([True, False])
    assert shown.plots.loss.visible_steps() == shown.plots.share.visible_steps() == (5, 10)


def test_the_legend_switches_the_lines(qtbot: QtBot) -> None:
    shown = protected_run(qtbot)
    held_out = shown.legend.lines["held out"]
    qtbot.mouseClick(held_out, Qt.MouseButton.LeftButton)
    assert heights(shown, 1) == []
    assert shown.plots.drift.view.viewRange()[1][1] < 0.02  # there is room for the small one now
    shown.feed(drifting())
    assert heights(shown, 1) == []  # what was switched off stays so for the next run
    qtbot.keyClick(shown.legend.lines["held out"], Qt.Key.Key_Space)
    assert heights(shown, 1)


def test_the_legend_says_where_the_held_out_rows_come_from(qtbot: QtBot) -> None:
    shown = protected_run(qtbot)
    assert shown.legend.lines["held out"].text() == "KL held out: sentences the base made up"
    shown = protected_run(qtbot, HELD_OUT, drifting(made_up=False))
    assert shown.legend.lines["held out"].text() == "KL held out"
    assert "mean KL from the base" in shown.legend.lines["protected"].toolTip()


def test_rows_that_are_not_measured_are_not_in_the_legend(qtbot: QtBot) -> None:
    shown = protected_run(qtbot, events=drifting(held_out=None))
    assert list(shown.legend.lines) == ["protected"]


def test_lines_stand_before_the_prompts(qtbot: QtBot) -> None:
    shown = protected_run(qtbot)
    qtbot.wait(20)
    protected, katze = shown.legend.lines["protected"], shown.legend.switches[KATZE]
    assert (protected.y(), protected.x()) < (katze.y(), katze.x())


def test_the_cursor_reads_the_nearer_line(qtbot: QtBot) -> None:
    shown = protected_run(qtbot)
    drift = shown.plots.drift
    for height, expected in ((0.25, "step 30 · held out: KL 0.2250"), (0.05, "step 30 · protected: KL 0.0075")):
        qtbot.wait(30)  # pyqtgraph leaves out moves that follow one another more closely
        QTest.mouseMove(drift.viewport(), drift.view.mapViewToScene(QPointF(30.2, height)).toPoint())
        qtbot.waitUntil(partial(says, drift, expected))


def test_lines_have_the_variants_colour_and_differ_in_style(qtbot: QtBot) -> None:
    shown = protected_run(qtbot)
    protected, held_out = (curve.opts["pen"] for curve in shown.plots.drift.plot.curves[:2])
    loss = shown.plots.loss.plot.curves[0].opts["pen"]
    assert protected.color() == held_out.color() == loss.color()
    assert protected.style() != held_out.style()


def test_low_plots_stand_side_by_side_high_ones_below_each_other(qtbot: QtBot) -> None:
    shown = protected_run(qtbot)
    shown.panel.resize(680, 330)
    qtbot.wait(20)
    assert shown.plots.loss.y() == shown.plots.share.y()
    shown.panel.resize(480, 760)
    qtbot.wait(20)
    assert shown.plots.loss.y() < shown.plots.drift.y() < shown.plots.share.y()


def test_every_switch_can_be_reached_and_has_a_name(qtbot: QtBot) -> None:
    shown = protected_run(qtbot)
    for switch in shown.legend.lines.values():
        assert switch.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert switch.accessibleName()
        assert switch.accessibleDescription()


def test_the_colour_follows_the_variant(qtbot: QtBot) -> None:
    shown = protected_run(qtbot)
    session = shown.session
    session.set_variants((BASE, LORA_ALL, LORA_V))
    assert line_color(shown) == variant_color(colors_of(shown.panel), 2)
    session.set_variants((BASE, LORA_V))
    assert line_color(shown) == variant_color(colors_of(shown.panel), 1)
    session.set_variants((BASE,))
    assert line_color(shown) == variant_color(colors_of(shown.panel), 1)  # it is gone, its curves are not


def line_color(shown: Shown) -> QColor:
    colors = [plot.plot.curves[0].opts["pen"].color() for plot in (shown.plots.loss, shown.plots.drift)]
    colors.append(shown.legend.lines["protected"].color(colors_of(shown.panel)))
    assert len({color.name() for color in colors}) == 1
    return QColor(colors[0])
