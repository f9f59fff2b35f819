"""The training panel: what a run's events become, when it draws, and that drawing does not abort the process."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyqtgraph import TextItem
from PySide6.QtCore import QEvent, QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar, QWidget
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import FACT_PROBES, Probe
from lora_studio.core.errors import RunError, StorageError
from lora_studio.core.events import Answer, Event, Failed, Finished, Prediction, Probed, Started, Step
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.panels.training_panel import TrainingPanel
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.theme import DARK, LIGHT, apply_theme
from lora_studio.ui.widgets.curve_legend import DARK_CURVES, LIGHT_CURVES, CurveSwitch
from lora_studio.ui.widgets.legend_area import LegendArea
from lora_studio.ui.widgets.plot_view import round_spacing
from lora_studio.ui.widgets.run_curves import Flip, RunCurves
from tests.ui.fakes import FakeSession
from tests.ui.training_runs import FINISHED, KATZE, KIND, SONNE, STEPS, Shown, run_events, texts


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English))
    yield
    QLocale.setDefault(before)


# What is kept of a run


def test_curves_hold_the_loss_and_the_tracked_tokens() -> None:
    curves = RunCurves()
    curves.take(run_events(), FACT_PROBES)
    katze, sonne = curves.prompts[KATZE], curves.prompts[SONNE]
    assert list(curves.loss_steps) == list(range(1, STEPS + 1))
    assert list(katze.steps) == list(range(0, STEPS + 1, 2))
    assert katze.base_token == "tisch"
    assert katze.base[0] == pytest.approx(98.1)
    assert katze.wanted[-1] == pytest.approx(94.2)
    assert math.isnan(sonne.wanted[-1])
    assert [curve.corrected for curve in curves.prompts.values()] == [True] * 4 + [False] * 3


def test_the_flip_is_the_first_step_with_another_answer() -> None:
    curves = RunCurves()
    curves.take(run_events(), FACT_PROBES)
    assert curves.prompts[KATZE].flip == Flip(22, "tisch", "sofa")
    assert curves.prompts[SONNE].flip is None
    assert curves.prompts[KIND].is_side_effect
    assert not curves.prompts[SONNE].is_side_effect


def test_the_flip_to_the_wanted_answer_counts_more_than_a_detour() -> None:
    curves = RunCurves()
    tops = ("tisch", "park", "park", "sofa")
    events = [Probed(2 * i, (Answer("p", (), (), (Prediction(top, 0.5),)),)) for i, top in enumerate(tops)]
    curves.take([Started("LoRA", 8, 1, ()), *events], (Probe(prompt="p", wanted="sofa", kind="corrected"),))
    assert curves.prompts["p"].flips == [Flip(2, "tisch", "park"), Flip(6, "park", "sofa")]
    assert curves.prompts["p"].flip == Flip(6, "park", "sofa")


def told(*tops: str, base: str = "tisch") -> list[Event]:
    """A run in which the answers to the prompt "p" come one after the other."""
    found = [
        Probed(2 * i, (Answer("p", (), (), (Prediction(top, 0.5),), (Prediction(base, 0.1),)),))
        for i, top in enumerate(tops)
    ]
    return [Started("LoRA", 8, 1, ()), *found]


def test_an_answer_that_came_back_did_not_flip() -> None:
    curves = RunCurves()
    curves.take(told("tisch", "park", "tisch"), (Probe(prompt="p", wanted="sofa", kind="corrected"),))
    assert curves.prompts["p"].flip is None


def test_what_a_run_from_scratch_says_first_is_no_flip() -> None:
    pins = (Probe(prompt="p", wanted="sofa", kind="corrected"),)
    curves = RunCurves()
    curves.take(told("<pad>", "morgen", "tisch", "park"), pins, from_base=False)
    assert curves.prompts["p"].flip is None
    curves.take(told("<pad>", "morgen", "sofa"), pins, from_base=False)
    assert curves.prompts["p"].flip == Flip(4, "morgen", "sofa")


@pytest.mark.parametrize(
    ("tops", "kind", "says"),
    [
        (("tisch", "sofa"), "corrected", "p: tisch → sofa"),
        (("tisch", "park", "tisch"), "corrected", "p: tisch (wanted: sofa)"),
        (("tisch", "park"), "corrected", "p: tisch → park (wanted: sofa)"),
        (("<pad>", "tisch"), "kept", "p: tisch"),
        (("tisch", "park"), "kept", "p: tisch → park"),
    ],
)
def test_the_legend_compares_the_bases_answer_with_the_last_one(
    qtbot: QtBot, tops: tuple[str, ...], kind: Any, says: str
) -> None:
    curves = RunCurves()
    curves.take(told(*tops), (Probe(prompt="p", wanted="sofa" if kind == "corrected" else "", kind=kind),))
    switch = CurveSwitch(curves.prompts["p"], 0)
    qtbot.addWidget(switch)
    assert switch.text() == says


def test_a_wanted_token_outside_the_vocabulary_has_no_curve() -> None:
    curves = RunCurves()
    told = Probed(0, (Answer("p", (), (), (Prediction("tisch", 0.9),), (Prediction("tisch", 0.9),)),))
    curves.take([Started("LoRA", 8, 1, ()), told], (Probe(prompt="p", wanted="xyz", kind="corrected"),))
    assert math.isnan(curves.prompts["p"].wanted[0])
    assert "p: xyz (%)" in curves.as_csv()


def test_a_new_run_clears_and_a_loss_that_is_no_number_is_left_out() -> None:
    curves = RunCurves()
    curves.take([*run_events(), FINISHED], FACT_PROBES)
    curves.take([Started("LoRA all", 3, 1, ()), Step(1, 1, math.nan, 1e9, 9), Step(2, 1, 0.5, 1e9, 9)], ())
    assert (curves.started.variant, curves.ended, curves.prompts) == ("LoRA all", None, {})
    assert list(curves.losses) == [0.5]


def test_values_as_csv() -> None:
    curves = RunCurves()
    curves.take(run_events(probes=FACT_PROBES[:1]), FACT_PROBES[:1])
    lines = curves.as_csv().splitlines()
    assert lines[0] == f"step,loss,{KATZE}: tisch (%),{KATZE}: sofa (%)"
    assert lines[1] == "0,,98.1,0"
    assert lines[2].startswith("1,4.5")
    assert len(lines) == STEPS + 2


# The panel


def test_opening_the_panel_imports_neither_pyqtgraph_nor_numpy() -> None:
    program = (
        "import sys, lora_studio.ui.panels.training_panel as panel; "
        "assert not {'numpy', 'pyqtgraph', 'torch'} & set(sys.modules), sorted(sys.modules)"
    )
    root = Path(__file__).resolve().parent.parent.parent
    subprocess.run([sys.executable, "-c", program], check=True, cwd=root)


def test_without_a_model_nothing_is_loaded_and_the_panel_teaches(qtbot: QtBot) -> None:
    session, bridge = FakeSession(ready=False), Bridge()
    panel = TrainingPanel(session.as_session(), bridge)
    qtbot.addWidget(panel, before_close_func=lambda _: bridge.close())
    panel.show()
    qtbot.wait(50)
    assert panel.plots is None
    assert any(label.isVisible() and "Press Train" in label.text() for label in panel.findChildren(QLabel))
    session.become_ready()
    qtbot.waitUntil(lambda: panel.plots is not None)


def test_a_run_is_drawn(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.feed(run_events(until=20))
    assert shown.plots.isVisible()
    x, y = shown.drawn()
    assert list(x) == list(range(1, 21))
    assert y[0] > y[-1] > 0
    assert shown.plots.loss.visible_steps() == (0, STEPS)
    assert shown.plots.share.visible_steps() == (0, STEPS)
    x, y = shown.drawn("share")
    assert (x[0], y[0]) == (0, pytest.approx(98.1))


def test_events_that_came_before_the_plots_are_drawn_too(qtbot: QtBot) -> None:
    session, bridge = FakeSession(), Bridge()
    panel = TrainingPanel(session.as_session(), bridge)
    qtbot.addWidget(panel, before_close_func=lambda _: bridge.close())
    bridge.events.emit(run_events())
    panel.resize(700, 260)
    panel.show()
    qtbot.waitUntil(lambda: panel.plots is not None and panel.plots.isVisible())
    plots: Any = panel.plots
    assert len(plots.loss.plot.curves[0].getData()[0]) == STEPS


def test_the_last_state_stays_when_a_run_ends(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.feed(run_events(until=20))
    shown.feed([Finished("LoRA V", 20, 0.6, 0.5, cancelled=True, folder="")])
    assert len(shown.drawn()[0]) == 20
    assert shown.plots.loss.visible_steps() == (0, 20)
    assert shown.status == "LoRA V: cancelled after step 20, 0.6 s"


def test_the_flip_is_marked_on_the_plot_and_in_the_legend(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.feed(run_events())
    assert "22: tisch → sofa" in texts(shown.plots.share)
    switch = shown.legend.switches[KATZE]
    assert switch.text() == "auf dem: tisch → sofa"
    assert "flipped at 22: tisch → sofa" in switch.toolTip()
    assert "side effect" in shown.legend.switches[KIND].accessibleDescription()


def test_the_legend_switches_curves(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.feed(run_events())
    checked = {prompt: switch.isChecked() for prompt, switch in shown.legend.switches.items()}
    assert checked == {probe.prompt: probe.kind == "corrected" for probe in FACT_PROBES}
    before = sum(curve.isVisible() for curve in shown.plots.share.plot.curves)
    qtbot.mouseClick(shown.legend.switches[KATZE], Qt.MouseButton.LeftButton)
    qtbot.keyClick(shown.legend.switches[SONNE], Qt.Key.Key_Space)
    visible = [curve for curve in shown.plots.share.plot.curves if curve.isVisible()]
    assert len(visible) == before - 3 + 1  # tisch, sofa and the mark go; himmel comes
    assert any(len(curve.getData()[0]) == STEPS // 2 + 1 and curve.getData()[1][-1] < 60 for curve in visible)
    assert "22: tisch → sofa" not in texts(shown.plots.share)


def test_what_was_switched_stays_for_the_next_run(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.feed([*run_events(), FINISHED])
    shown.legend.switches[KATZE].click()
    shown.feed(run_events())
    assert not shown.legend.switches[KATZE].isChecked()
    assert "22: tisch → sofa" not in texts(shown.plots.share)


def test_a_run_never_asks_for_more_room(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    before = shown.panel.minimumSizeHint()
    shown.panel.resize(360, 260)
    shown.feed([*run_events(), FINISHED])
    assert shown.panel.minimumSizeHint() == before
    line = shown.legend.switches[KATZE].height()
    area = shown.panel.findChild(LegendArea)
    assert area is not None
    assert area.height() <= 2 * line < shown.legend.height()  # the rest can be scrolled to


def test_labels_hide_nothing(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.feed([*run_events(), FINISHED])
    labels = [item for item in shown.plots.share.scene().items() if isinstance(item, TextItem) and item.isVisible()]
    boxes = [label.mapRectToScene(label.boundingRect()) for label in labels]
    assert len(boxes) == 4
    assert not any(one.intersects(other) for index, one in enumerate(boxes) for other in boxes[:index])
    assert all(label.fill.style() == Qt.BrushStyle.NoBrush for label in labels)


def test_in_a_low_plot_curves_come_before_labels(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.feed([*run_events(), FINISHED])
    shown.panel.resize(700, 150)
    qtbot.waitUntil(lambda: "22: tisch → sofa" not in texts(shown.plots.share))
    shown.legend.switches[KATZE].click()
    shown.legend.switches[KATZE].click()
    assert "22: tisch → sofa" not in texts(shown.plots.share)
    shown.panel.resize(700, 260)
    qtbot.waitUntil(lambda: "22: tisch → sofa" in texts(shown.plots.share))


@pytest.mark.parametrize(("height", "title"), [(200, "loss (nats)"), (420, "loss (nats per token)")])
def test_the_title_of_an_axis_has_room(qtbot: QtBot, height: int, title: str) -> None:
    shown = Shown(qtbot)
    shown.feed([*run_events(), FINISHED])
    shown.panel.resize(1300, height)
    axis = shown.plots.loss.plot.getAxis("left")
    qtbot.waitUntil(lambda: axis.labelText == title)
    assert axis.label.boundingRect().width() <= shown.plots.loss.height()


def test_plots_beside_each_other_number_the_same_steps(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.feed([*run_events(steps=160), FINISHED])
    shown.panel.resize(1300, 260)
    qtbot.wait(20)
    assert shown.plots.loss.width() < shown.plots.share.width()
    numbers = [
        view.steps_axis.tickSpacing(*view.visible_steps(), view.view.width())[0][0]
        for view in (shown.plots.loss, shown.plots.share)
    ]
    assert numbers[0] == numbers[1]


def test_round_spacing() -> None:
    assert [round_spacing(least) for least in (0, 0.8, 1.3, 2.0, 17, 21, 60, math.inf)] == [1, 1, 2, 2, 20, 50, 100, 1]


def test_many_batches_make_few_redraws(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Shown(qtbot)
    shown.feed(run_events(steps=2000, until=0))
    drawn: list[int] = []
    monkeypatch.setattr(shown.plots, "redraw", lambda: drawn.append(1))
    for step in range(1, 61):
        shown.bridge.post(Step(step, 1, 1.0, 1e-3, 9))
        shown.bridge.drain()
        qtbot.wait(5)
    assert 2 <= len(drawn) <= 8


def test_a_hidden_panel_draws_nothing_until_it_is_shown(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.feed(run_events(until=2))
    shown.panel.hide()
    shown.feed(run_events(until=20)[1:])
    assert len(shown.drawn()[0]) == 2
    shown.panel.show()
    qtbot.waitUntil(lambda: len(shown.drawn()[0]) > 2)


def test_zooming_is_left_alone_and_a_double_click_fits(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.feed(run_events(until=20))
    shown.plots.loss.view.setXRange(5, 10, padding=0)
    shown.plots.loss.view.sigRangeChangedManually.emit([True, False])
    shown.feed(run_events()[-10:])
    assert shown.plots.share.visible_steps() == (5, 10)  # one axis for both
    assert len(shown.drawn()[0]) < STEPS / 2  # only what is to be seen, and its neighbours
    double_click(shown.plots.loss)
    qtbot.waitUntil(lambda: shown.plots.loss.visible_steps() == (0, STEPS))


def test_the_cursor_reads_values(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.feed(run_events())
    place = shown.plots.share.view.mapViewToScene(QPointF(30.2, 90)).toPoint()
    QTest.mouseMove(shown.plots.share.viewport(), place)
    qtbot.waitUntil(lambda: any("step 30" in text for text in texts(shown.plots.share)))
    note = next(text for text in texts(shown.plots.share) if "step 30" in text)
    assert "%" in note
    QApplication.sendEvent(shown.plots.share, QEvent(QEvent.Type.Leave))
    assert not any("step 30" in text for text in texts(shown.plots.share))


def test_plots_stand_beside_each_other_or_below(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.feed(run_events())
    assert shown.plots.loss.y() == shown.plots.share.y()
    shown.panel.resize(500, 700)
    qtbot.wait(20)
    assert shown.plots.loss.y() < shown.plots.share.y()


def test_the_status_line_follows_the_run(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    assert shown.status == "no run yet"
    said = []
    for state in (
        RunState("starting"), RunState("running", 2, 160), RunState("running", 1040, 1600, 61.2),
        RunState("paused", 40, 160), RunState("stopping", 40, 160),
    ):  # fmt: skip
        shown.session.set_run(state)
        said.append(shown.status)
    assert said == [
        "starting", "step 2 of 160", "step 1,040 of 1,600 · 01:01 left", "paused at step 40 of 160",
        "stopping after step 40 of 160",
    ]  # fmt: skip
    bar = shown.panel.findChild(QProgressBar)
    assert bar is not None
    assert (bar.value(), bar.maximum(), bar.isVisible()) == (40, 160, True)
    shown.session.set_run(RunState())
    shown.feed([*run_events(), FINISHED])
    assert shown.status == "LoRA V: 40 steps in 1.2 s"
    assert not bar.isVisible()


def test_a_failed_run_says_so_quietly(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.feed([*run_events(until=4), Failed(4, RunError("The loss is not a number.", step=4), "")])
    assert shown.status == "LoRA V: stopped with an error after step 4"


@pytest.mark.parametrize("kind", ["png", "svg", "csv"])
def test_plots_and_values_are_exported(qtbot: QtBot, tmp_path: Path, kind: str) -> None:
    shown = Shown(qtbot)
    shown.feed(run_events())
    file = tmp_path / f"plot.{kind}"
    shown.panel.export(shown.plots.share, kind, file)
    if kind == "png":
        assert QImage(str(file)).width() == 2 * shown.plots.share.width()
    else:
        assert {"svg": "<svg", "csv": "tisch (%)"}[kind] in file.read_text(encoding="utf-8")


def test_a_failed_export_reaches_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    shown = Shown(qtbot)
    (tmp_path / "file").write_text("")
    with qtbot.waitSignal(shown.session.problem) as told:
        shown.panel.export(shown.plots.share, "csv", tmp_path / "file" / "plot.csv")
    assert isinstance(told.args[0], StorageError)


def test_colours_follow_the_theme_and_stand_out(qtbot: QtBot, qapp: QApplication) -> None:
    shown = Shown(qtbot)
    shown.feed(run_events())
    try:
        apply_theme(qapp, DARK)
        qtbot.wait(20)
        dark = shown.plots.share.backgroundBrush().color().name()
        apply_theme(qapp, LIGHT)
        qtbot.wait(20)
        light = shown.plots.share.backgroundBrush().color().name()
    finally:
        qapp.setStyleSheet("")
    assert (dark, light) == (DARK.panel, LIGHT.panel)
    for colors, curves in ((DARK, DARK_CURVES), (LIGHT, LIGHT_CURVES)):
        assert min(contrast(curve, colors.panel) for curve in curves) >= 3


def test_repainting_300_times_does_not_abort(qtbot: QtBot) -> None:
    """PySide6 6.12 on Python 3.11 loses references to None while pyqtgraph paints: after about 100 frames it aborts."""
    shown = Shown(qtbot)
    events = run_events(steps=300)
    shown.feed(events[:2])
    for event in events[2:302]:
        shown.bridge.events.emit([event])
        shown.plots.redraw()
        shown.plots.loss.viewport().repaint()
        shown.plots.share.viewport().repaint()


def test_everything_one_can_reach_with_tab_has_a_name(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.feed(run_events())
    reachable = [w for w in shown.panel.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len(reachable) >= 2 + 7
    assert [widget for widget in reachable if not widget.accessibleName()] == []


def double_click(view: Any) -> None:
    place = QPoint(view.width() // 2, view.height() // 2)
    press, release = QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease
    for kind in (press, release, QEvent.Type.MouseButtonDblClick, release):
        left = Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if kind == release else left
        where = view.viewport().mapToGlobal(place)
        event = QMouseEvent(kind, QPointF(place), QPointF(where), left, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(view.viewport(), event)


def contrast(one: str, other: str) -> float:
    """WCAG's ratio of two colours."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    channels = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
