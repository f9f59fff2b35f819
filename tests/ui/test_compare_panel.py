"""Runs side by side: what is drawn of them, what the legend and the cursor do, and the files that are written."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QLocale, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from lora_studio.core.curves import Curves, read_curves
from lora_studio.core.summaries import VariantSummary
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.panels.compare_panel import ComparePanel
from lora_studio.ui.run_history import RunHistory
from lora_studio.ui.theme import DARK, LIGHT, apply_theme
from lora_studio.ui.translations import Languages
from lora_studio.ui.widgets.compare_model import FORGETTING, LOSS, RUN, SECONDS, TARGET, TRAINABLE
from lora_studio.ui.widgets.compare_runs import (
    CompareChoices,
    ComparedRun,
    Written,
    curves_csv,
    give_places,
    label_runs,
    run_pattern,
)
from lora_studio.ui.widgets.result_scales import Scale, without_collisions
from tests.ui.fakes import BASE, LORA_ALL, FakeSession
from tests.ui.stored_runs import stored_run

pytestmark = pytest.mark.usefixtures("english")

STEPS = (200, 400, 300)


class Shown:
    """A panel on the screen that compares three runs."""

    def __init__(self, qtbot: QtBot, paths: Sequence[Path], session: FakeSession | None = None) -> None:
        self.qtbot = qtbot
        self.session = session or FakeSession()
        self.bridge = Bridge()
        self.problems: list[Any] = []
        self.session.problem.connect(self.problems.append)
        self.panel = ComparePanel(self.session.as_session(), self.bridge)
        qtbot.addWidget(self.panel, before_close_func=lambda _: self.bridge.close())
        self.panel.resize(1300, 260)
        self.panel.show()
        if paths:
            self.show_runs(paths)

    def show_runs(self, paths: Sequence[Path]) -> None:
        self.panel.show_runs(paths)
        self.wait()

    def wait(self) -> None:
        """Until everything is read and drawn."""
        self.qtbot.waitUntil(lambda: all(run.curves or run.problem for run in self.panel.runs))
        self.qtbot.waitUntil(lambda: self.panel.plot is not None and not self.panel._redraw_timer.isActive())

    @property
    def plot(self) -> Any:
        return self.panel.plot

    @property
    def scatter(self) -> Any:
        return self.panel.scatter

    def line(self, run: int, raw: bool = False) -> Any:
        lines = self.plot.lines_of(self.panel.runs[run].path)
        assert lines is not None
        return lines[int(raw)]

    def text(self, row: int, column: int, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> Any:
        rows = self.panel.table.rows
        return rows.data(rows.index(row, column), role)

    def click_box(self, row: int) -> None:
        table = self.panel.table
        area = table.visualRect(table.rows.index(row, RUN))
        where = QPoint(area.left() + 10, area.center().y())
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
        self.wait()

    def drop(self, *paths: Path) -> bool:
        """Whether the panel would take them; drops them if so."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        action, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(QPoint(20, 20), action, data, button, keys)
        enter.setAccepted(False)
        QApplication.sendEvent(self.panel, enter)
        if enter.isAccepted():
            QApplication.sendEvent(self.panel, QDropEvent(QPointF(20, 20), action, data, button, keys))
        return enter.isAccepted()


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    names = ("LoRA V", "LoRA all, protected", "DoRA")
    return [
        stored_run(tmp_path / f"run-{i}", name, seed=i, steps=STEPS[i], trainable=1024 * 8**i, target=0.9 - 0.1 * i,
                   forgetting=0.01 * 10**i)
        for i, name in enumerate(names)
    ]  # fmt: skip


@pytest.fixture
def shown(qtbot: QtBot, runs: list[Path]) -> Iterator[Shown]:
    found = Shown(qtbot, runs)
    yield found
    found.bridge.close()


def test_opening_the_panel_imports_neither_pyqtgraph_nor_numpy() -> None:
    program = (
        "import sys, lora_studio.ui.panels.compare_panel; assert not {'numpy', 'pyqtgraph', 'torch'} & set(sys.modules)"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", program], check=True, cwd=root)


def test_without_runs_the_panel_teaches(qtbot: QtBot) -> None:
    shown = Shown(qtbot, [])
    qtbot.wait(50)
    assert shown.plot is None
    assert any(label.isVisible() and "Choose two or more runs" in label.text() for label in texts(shown))


def texts(shown: Shown) -> list[QLabel]:
    return shown.panel.findChildren(QLabel)


def test_the_losses_of_all_runs_are_drawn(shown: Shown) -> None:
    assert [len(shown.line(run).outline.x) for run in range(3)] == list(STEPS)
    assert shown.plot.limits()[0] == (0, 400)
    assert shown.plot.limits()[1][0] == 0
    assert all(shown.line(run).visible and not shown.line(run, raw=True).visible for run in range(3))


def test_the_table_says_what_each_run_took_and_gave(shown: Shown) -> None:
    assert [shown.text(row, RUN) for row in range(3)] == ["LoRA V", "LoRA all, protected", "DoRA"]
    assert [shown.text(row, TRAINABLE) for row in range(3)] == ["1,024", "8,192", "65,536"]
    assert [shown.text(0, column) for column in (FORGETTING, SECONDS, TARGET)] == ["0.010", "0.8 s", "90 %"]
    assert float(shown.text(0, LOSS)) == pytest.approx(shown.panel.runs[0].curves.final_loss, abs=1e-4)  # type: ignore[union-attr]
    bars = [shown.panel.table.rows.bar(row) for row in range(3)]
    assert 0 < bars[0] < bars[1] < bars[2] == pytest.approx(1)


def test_a_click_on_a_box_switches_a_run_in_both_plots(shown: Shown) -> None:
    shown.click_box(1)
    assert not shown.line(1).visible
    assert shown.plot.limits()[0] == (0, 300)  # what is left fills the plot
    assert [shown.scatter.plot.shows(index) for index in range(3)] == [True, False, True]
    shown.click_box(1)
    assert shown.line(1).visible
    assert shown.plot.limits()[0] == (0, 400)


def test_space_switches_and_delete_takes_out(shown: Shown, runs: list[Path]) -> None:
    table = shown.panel.table
    table.setFocus()
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Space)
    shown.wait()
    assert not shown.line(0).visible
    QTest.keyClick(table, Qt.Key.Key_Delete)
    shown.wait()
    assert [run.path for run in shown.panel.runs] == runs[1:]
    assert shown.plot.lines_of(runs[0]) is None
    assert [run.place for run in shown.panel.runs] == [2, 3]  # the others keep their colours


def test_taking_out_the_last_run_teaches_again(shown: Shown) -> None:
    table = shown.panel.table
    table.setFocus()
    table.selectAll()
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert any(label.isVisible() and "Choose two or more runs" in label.text() for label in texts(shown))


def test_smoothing_draws_the_average_and_leaves_the_raw_curve_behind(shown: Shown) -> None:
    raw = shown.line(0).outline.y.copy()
    slider = shown.panel.bar.smoothing
    slider.setFocus()
    for _ in range(5):
        QTest.keyClick(slider, Qt.Key.Key_PageUp)
    assert shown.line(0, raw=True).visible
    assert list(shown.line(0, raw=True).outline.y) == list(raw)
    assert abs(shown.line(0).outline.y[1:] - shown.line(0).outline.y[:-1]).sum() < 0.3 * abs(raw[1:] - raw[:-1]).sum()
    assert any(label.isVisible() and label.text() == "≈ 32 steps" for label in texts(shown))
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert not shown.line(0, raw=True).visible


def test_the_scale_can_be_logarithmic(shown: Shown) -> None:
    box = shown.panel.bar.logarithmic
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    losses = shown.panel.runs[0].curves.loss  # type: ignore[union-attr]
    assert list(10 ** shown.line(0).outline.y) == pytest.approx(list(losses))
    bottom, top = shown.plot.limits()[1]
    assert bottom < -0.5 < 0.5 < top
    labels = [text for _, text in shown.plot.view.plot.getAxis("left")._tickLevels[0]]
    assert "0.1" in labels
    assert "1" in labels


def test_over_seconds_older_runs_are_left_out_and_said(qtbot: QtBot, tmp_path: Path) -> None:
    paths = [stored_run(tmp_path / "new", "new"), stored_run(tmp_path / "old", "old", with_seconds=False)]
    shown = Shown(qtbot, paths)
    shown.panel.bar.axis.setFocus()
    QTest.keyClick(shown.panel.bar.axis, Qt.Key.Key_Down)
    assert shown.plot.limits()[0][1] == pytest.approx(0.8)
    assert len(shown.line(1).outline.x) == 0
    assert shown.panel.bar.status.text() == "older runs without seconds: 1"
    assert shown.plot.view.plot.getAxis("bottom").labelText == "time (s)"
    shown.bridge.close()


def test_the_cursor_reads_the_values_of_all_curves(shown: Shown) -> None:
    view = shown.plot.view
    where = view.mapFromScene(view.view.mapViewToScene(QPointF(250, 2.0)))
    QTest.mouseMove(view.viewport(), where - QPoint(3, 3))
    QTest.mouseMove(view.viewport(), where)
    shown.qtbot.waitUntil(lambda: shown.text(1, LOSS) == shown.panel.locale().toString(near(shown, 1, 250), "f", 4))
    assert shown.text(0, LOSS) == "—"  # it had ended before
    title = shown.panel.table.rows.headerData(LOSS, Qt.Orientation.Horizontal)
    assert title == "Loss here"
    notes = [item.toPlainText() for item in view.scene().items() if hasattr(item, "toPlainText") and item.isVisible()]
    assert any("\nstep 25" in note or "\nstep 24" in note for note in notes)
    view.pointed.emit(float("nan"))
    assert float(shown.text(0, LOSS)) > 0


def near(shown: Shown, run: int, step: float) -> float:
    """What the curve of a run says at the step that the cursor's pixel stands for."""
    x = shown.plot.view._line.value()
    assert abs(x - step) < 3
    return float(shown.plot.values_at(x)[shown.panel.runs[run].path])


def test_the_wheel_zooms_and_a_double_click_fits(shown: Shown) -> None:
    whole = shown.plot.limits()
    turn_wheel(shown.plot.view)
    (left, right), (bottom, top) = zoomed = shown.plot.limits()
    assert right - left < whole[0][1]
    assert top - bottom < whole[1][1]
    shown.panel.bar.smoothing.setValue(30)
    assert shown.plot.limits() == zoomed  # what a person chose to see stays
    double_click(shown.plot.view)
    shown.qtbot.waitUntil(lambda: shown.plot.limits() == whole)


def turn_wheel(view: Any) -> None:
    middle = QPointF(view.viewport().rect().center())
    where = QPointF(view.viewport().mapToGlobal(middle))
    none, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(middle, where, QPoint(), QPoint(0, 240), none, keys, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(view.viewport(), event)


def double_click(view: Any) -> None:
    middle = QPointF(view.viewport().rect().center())
    where = QPointF(view.viewport().mapToGlobal(middle))
    press, release = QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease
    for kind in (press, release, QEvent.Type.MouseButtonDblClick, release):
        left = Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if kind == release else left
        event = QMouseEvent(kind, middle, where, left, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(view.viewport(), event)


def test_points_stand_where_runs_learned_and_forgot(shown: Shown) -> None:
    points = shown.scatter.plot.plot.series
    assert [(series.name, series.xs[0], round(series.ys[0] or 0, 6)) for series in points] == [
        ("LoRA V", 0.01, 0.9), ("LoRA all, protected", 0.1, 0.8), ("DoRA", 1.0, 0.7),
    ]  # fmt: skip
    assert [series.variant for series in points] == [run.place for run in shown.panel.runs]
    rects = list(shown.scatter.plot.overlay.names_at().values())
    assert all(not a.intersects(b) for a in rects for b in rects if a is not b)


def test_what_was_not_measured_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    shown = Shown(qtbot, [
        stored_run(tmp_path / "a", "measured"), stored_run(tmp_path / "b", "no wanted token", target=None),
        stored_run(tmp_path / "c", "no known rows", forgetting=None),
    ])  # fmt: skip
    assert [series.name for series in shown.scatter.plot.plot.series] == ["measured"]
    assert shown.scatter.missing.text() == "Not measured: no wanted token, no known rows"
    assert shown.scatter.missing.isVisible()
    assert (shown.text(1, TARGET), shown.text(2, FORGETTING)) == ("—", "—")
    assert shown.text(1, TARGET, Qt.ItemDataRole.ToolTipRole) == "Not measured."
    shown.bridge.close()


def test_nothing_measured_at_all_is_explained(qtbot: QtBot, tmp_path: Path) -> None:
    shown = Shown(qtbot, [stored_run(tmp_path / "a", "a", target=None)])
    assert shown.scatter.plot is None
    assert shown.scatter.hint.isVisible()
    shown.bridge.close()


def test_a_run_that_cannot_be_read_is_said_and_the_others_are_drawn(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    shown = Shown(qtbot, [tmp_path / "empty", stored_run(tmp_path / "a", "a")])
    assert shown.panel.bar.status.text() == "cannot be read: 1"
    assert "no events" in shown.text(0, RUN, Qt.ItemDataRole.ToolTipRole)
    assert (shown.text(0, RUN), shown.text(0, LOSS)) == ("empty", "—")
    assert shown.line(1).visible
    shown.bridge.close()


def test_why_a_run_cannot_be_read_is_said_in_the_language_of_the_window(
    qtbot: QtBot, tmp_path: Path, qapp: QApplication
) -> None:
    (tmp_path / "empty").mkdir()
    languages = Languages(qapp)
    languages.use("de")
    shown = Shown(qtbot, [tmp_path / "empty"])
    said = shown.text(0, RUN, Qt.ItemDataRole.ToolTipRole)
    languages.use("en")
    shown.bridge.close()
    assert "events" not in said
    assert "empty" in said


def test_a_foreign_run_with_absurd_figures_is_shown(qtbot: QtBot, tmp_path: Path) -> None:
    path = stored_run(tmp_path / "a", "a")
    (path / "run.json").write_text(json.dumps({"name": "x", "trainable": 10**40, "steps": 10**30}), "utf-8")
    append_step(path, 10**30)
    shown = Shown(qtbot, [path])
    assert shown.line(0).outline.x[-1] == 200
    assert shown.text(0, TRAINABLE) == "1,024"
    shown.bridge.close()


def test_names_of_points_are_whole_where_there_is_room(shown: Shown) -> None:
    overlay = shown.scatter.plot.overlay
    texts = [text for text, _ in overlay._labels([overlay._circle(mark) for mark in overlay._marks])]
    assert sorted(texts) == ["DoRA", "LoRA V", "LoRA all, protected"]


def test_a_run_that_went_on_is_read_again(shown: Shown, runs: list[Path]) -> None:
    last = '{"event": "step", "step": 500, "epoch": 1, "loss": 0.5, "learning_rate": 0.002, "tokens": 9}\n'
    with (runs[0] / "events.jsonl").open("a") as file:
        file.write(last)
    shown.panel.show_runs(runs)
    shown.qtbot.waitUntil(lambda: shown.line(0).outline.x[-1] == 500)


def test_a_run_that_went_on_while_it_was_read_is_read_again(
    shown: Shown, runs: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was asked for meanwhile is newer than what the reading began with."""
    began, goes_on = threading.Event(), threading.Event()

    def slow(path: Path) -> Curves:
        found = read_curves(path)
        began.set()
        goes_on.wait(10)
        return found

    monkeypatch.setattr("lora_studio.core.curves.read_curves", slow)
    append_step(runs[0], 500)
    shown.panel.show_runs(runs)
    shown.qtbot.waitUntil(began.is_set)
    append_step(runs[0], 600)
    shown.panel.show_runs(runs)
    goes_on.set()
    shown.qtbot.waitUntil(lambda: shown.line(0).outline.x[-1] == 600)


def append_step(folder: Path, step: int) -> None:
    event = {"event": "step", "step": step, "epoch": 1, "loss": 0.5, "learning_rate": 0.002, "tokens": 9}
    with (folder / "events.jsonl").open("a") as file:
        file.write(json.dumps(event) + "\n")


class InWorkspace:
    """The panel with the history of a workspace that holds three runs."""

    def __init__(self, qtbot: QtBot, workspace: Path) -> None:
        self.paths = [
            stored_run(workspace / "runs" / f"run-{i}", name, seed=i, began=f"2026-05-05T12:0{i}:00+00:00")
            for i, name in enumerate(("LoRA V", "LoRA V", "DoRA"))
        ]
        session = FakeSession()
        self.bridge = Bridge(session)
        self.history = session.history = RunHistory(workspace, self.bridge, session.undo_stack, session)
        with qtbot.waitSignal(self.history.changed):
            self.history.reload()
        self.shown = Shown(qtbot, self.paths, session)

    def names(self) -> list[str]:
        return [self.shown.text(row, RUN) for row in range(self.shown.panel.table.rows.rowCount())]


@pytest.fixture
def in_workspace(qtbot: QtBot, tmp_path: Path) -> Iterator[InWorkspace]:
    found = InWorkspace(qtbot, tmp_path)
    yield found
    found.history.close()
    found.bridge.close()
    found.shown.bridge.close()


def test_a_renamed_run_has_its_new_name(qtbot: QtBot, in_workspace: InWorkspace) -> None:
    in_workspace.history.rename(in_workspace.paths[2], "the good one")
    qtbot.waitUntil(lambda: in_workspace.names()[2] == "the good one")
    qtbot.waitUntil(lambda: "the good one" in [s.name for s in in_workspace.shown.scatter.plot.plot.series])


def test_a_deleted_run_goes(qtbot: QtBot, in_workspace: InWorkspace) -> None:
    in_workspace.history.remove([in_workspace.paths[0]])
    qtbot.waitUntil(lambda: in_workspace.names() == ["LoRA V", "DoRA"])
    assert in_workspace.shown.session.compare_choices.paths == tuple(in_workspace.paths[1:])


def test_a_run_that_ended_is_read_again(qtbot: QtBot, in_workspace: InWorkspace) -> None:
    append_step(in_workspace.paths[0], 900)
    in_workspace.history.changed.emit()
    qtbot.waitUntil(lambda: in_workspace.shown.line(0).outline.x[-1] == 900)


def test_runs_of_one_name_are_told_apart_by_their_times(in_workspace: InWorkspace) -> None:
    names = in_workspace.names()
    assert names[2] == "DoRA"
    assert names[0] != names[1]
    assert all(name.startswith("LoRA V · ") for name in names[:2])
    assert [series.name for series in in_workspace.shown.scatter.plot.plot.series] == names
    written = curves_csv(
        [Written(run.called, run.path.name, run.curves) for run in in_workspace.shown.panel.runs if run.curves], 1
    )
    rows = list(csv.DictReader(written.decode().splitlines()))
    assert list(dict.fromkeys((row["run"], row["folder"]) for row in rows)) == [
        (name, path.name) for name, path in zip(names, in_workspace.paths, strict=True)
    ]


@pytest.mark.parametrize(
    ("began", "labels"),
    [
        (("2026-05-05T12:03:00", "2026-05-05T12:04:00"), ("x · 12:03", "x · 12:04")),
        (("2026-05-05T12:03:07", "2026-05-05T12:03:09"), ("x · 12:03:07", "x · 12:03:09")),
        (("2026-05-05T12:03:00", "2026-05-06T12:03:00"), ("x · 05.05.26 12:03", "x · 06.05.26 12:03")),
        (("2026-05-05T12:03:00", "2026-05-05T12:03:00"), ("x · run-0", "x · run-1")),
        (("", "2026-05-05T12:03:00"), ("x · run-0", "x · run-1")),
    ],
)
def test_a_label_says_no_more_than_it_takes(tmp_path: Path, began: tuple[str, ...], labels: tuple[str, ...]) -> None:
    QLocale.setDefault(QLocale("de_DE"))
    runs = []
    for number, moment in enumerate(began):
        stored_run(tmp_path / f"run-{number}", "x", steps=2, began=moment)
        runs.append(ComparedRun(tmp_path / f"run-{number}", number + 1, read_curves(tmp_path / f"run-{number}")))
    label_runs(runs)
    assert tuple(run.called for run in runs) == labels


def test_a_narrow_panel_shows_one_plot_at_a_time(shown: Shown) -> None:
    panel = shown.panel
    assert shown.plot.isVisible()
    assert shown.scatter.isVisible()
    panel.resize(900, 280)
    QApplication.processEvents()
    assert (shown.plot.isVisible(), shown.scatter.isVisible()) == (True, False)
    panel.bar.plot.setFocus()
    QTest.keyClick(panel.bar.plot, Qt.Key.Key_Down)
    assert (shown.plot.isVisible(), shown.scatter.isVisible()) == (False, True)
    assert not panel.bar.smoothing.isVisible()
    panel.resize(1300, 280)
    QApplication.processEvents()
    assert shown.plot.isVisible()
    assert shown.scatter.isVisible()
    assert panel.bar.smoothing.isVisible()
    assert not panel.bar.plot.isVisible()


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("width", "without"), [(800, {SECONDS}), (1135, set()), (1400, set())])
def test_no_figure_is_cut_off(
    qtbot: QtBot, runs: list[Path], qapp: QApplication, language: str, width: int, without: set[int]
) -> None:
    languages = Languages(qapp)
    languages.use(language)
    shown = Shown(qtbot, runs)
    shown.panel.resize(width, 284)
    QApplication.processEvents()
    table = shown.panel.table
    hidden = {column for column in range(table.rows.columnCount()) if table.isColumnHidden(column)}
    languages.use("en")
    shown.bridge.close()
    assert hidden <= without
    assert table.horizontalHeader().length() <= table.viewport().width()
    assert table.columnWidth(RUN) >= 150


def test_run_folders_can_be_dropped(shown: Shown, runs: list[Path], tmp_path: Path) -> None:
    other = stored_run(tmp_path / "other", "other")
    assert shown.drop(other, runs[0])
    shown.wait()
    assert [run.path for run in shown.panel.runs] == [*runs, other]
    (tmp_path / "no run").mkdir()
    assert not shown.drop(tmp_path / "no run")


def test_labels_of_a_narrow_axis_do_not_run_into_each_other() -> None:
    ticks = Scale("nats", log=True).ticks(-2.5, 0.2, QLocale())
    assert ticks is not None
    wide, narrow = (without_collisions(ticks, 2.7 / pixels, lambda text: 7.0 * len(text)) for pixels in (600, 60))
    assert wide[0] == ticks[0]
    assert [text for _, text in narrow[0]] == ["0.01", "1"]
    assert {place for level in narrow for place, _ in level} == {place for level in ticks for place, _ in level}


# Colours


def test_a_run_on_the_board_has_its_variants_colour(qtbot: QtBot, runs: list[Path]) -> None:
    loaded = VariantSummary("DoRA", is_base=False, folder=str(runs[2] / "adapter"))
    shown = Shown(qtbot, runs, FakeSession(variants=(BASE, loaded)))
    assert [run.place for run in shown.panel.runs] == [2, 3, 1]
    shown.session.set_variants((BASE, LORA_ALL, loaded))
    shown.wait()
    assert [run.place for run in shown.panel.runs] == [1, 3, 2]
    assert [series.variant for series in shown.scatter.plot.plot.series] == [1, 3, 2]
    shown.bridge.close()


def test_more_runs_than_colours_differ_by_their_dashes() -> None:
    paths = [Path(str(number)) for number in range(20)]
    places = give_places(paths, (BASE,), {}, lambda _: 1)
    assert list(places.values()) == list(range(1, 21))
    looks = {((place - 1) % 7, run_pattern(place)) for place in places.values()}
    assert len(looks) == 20


def test_the_choices_outlive_the_panel(qtbot: QtBot, runs: list[Path]) -> None:
    """A change of language makes all panels anew."""
    session = FakeSession()
    session.compare_choices = CompareChoices()
    first = Shown(qtbot, runs, session)
    first.panel.bar.logarithmic.click()
    first.panel.bar.smoothing.setValue(40)
    first.click_box(1)
    again = Shown(qtbot, [], session)
    again.wait()
    assert [run.shown for run in again.panel.runs] == [True, False, True]
    assert again.panel.bar.logarithmic.isChecked()
    assert again.panel.bar.smoothing.value() == 40
    first.bridge.close()
    again.bridge.close()


# Saving


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("what", ["curves", "points"])
def test_pictures_are_written(shown: Shown, qapp: QApplication, tmp_path: Path, what: str, theme: Any) -> None:
    before = qapp.palette(), qapp.styleSheet()
    apply_theme(qapp, theme)
    png, svg = tmp_path / "picture.png", tmp_path / "picture.svg"
    shown.panel.export(what, "png", png)
    shown.panel.export(what, "svg", svg)
    shown.qtbot.waitUntil(lambda: png.exists() and svg.exists())
    image = QImage(str(png))
    assert (image.width(), image.height()) == (1920, 1200)
    assert image.pixelColor(2, 2).name() == theme.panel
    colors = {f"#{value & 0xFFFFFF:06x}" for value in np.unique(np.frombuffer(image.constBits(), dtype=np.uint32))}
    assert {theme.variants[place] for place in (1, 2, 3)} <= colors
    said = " ".join(element.text or "" for element in ET.parse(svg).iter() if element.tag.endswith("text"))
    assert all(name in said for name in ("LoRA V", "LoRA all, protected", "DoRA"))
    assert ("loss (nats per token)" if what == "curves" else "forgetting (nats)") in said
    qapp.setPalette(before[0])
    qapp.setStyleSheet(before[1])


def test_the_values_are_written_in_long_format(
    shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: list[Path]
) -> None:
    """From the button's menu, with the name that the dialog gives."""
    target = tmp_path / "values.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    shown.panel.bar.smoothing.setValue(40)
    shown.click_box(2)
    menu = shown.panel.bar.save_button.menu()
    next(action for action in menu.actions() if action.text() == "Values of the curves as CSV…").trigger()
    shown.qtbot.waitUntil(target.exists)
    with target.open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["run", "folder", "step", "seconds", "loss", "smoothed"]
    assert len(rows) == STEPS[0] + STEPS[1]
    assert [rows[0][name] for name in ("run", "folder", "step", "seconds")] == ["LoRA V", "run-0", "1", "0.004"]
    assert float(rows[9]["smoothed"]) == pytest.approx(shown.line(0).outline.y[9], rel=1e-4)
    assert rows[9]["smoothed"] != rows[9]["loss"]
    shown.qtbot.waitUntil(lambda: shown.panel.bar.status.text() == "saved as values.csv")


def test_the_figures_of_the_runs_are_written(shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the menu of the points."""
    target = tmp_path / "figures.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    shown.scatter.plot.view.export_wanted.emit("csv")
    shown.qtbot.waitUntil(target.exists)
    with target.open() as file:
        rows = list(csv.DictReader(file))
    assert [row["run"] for row in rows] == ["LoRA V", "LoRA all, protected", "DoRA"]
    assert [row["folder"] for row in rows] == ["run-0", "run-1", "run-2"]
    assert (rows[0]["trainable"], rows[0]["forgetting_kl"], rows[0]["target_probability"]) == ("1024", "0.01", "0.9")


def test_a_file_that_cannot_be_written_is_reported(shown: Shown, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder is needed")
    shown.panel.export("curves", "csv", tmp_path / "taken" / "values.csv")
    shown.qtbot.waitUntil(lambda: len(shown.problems) == 1)
    assert "could not be written" in str(shown.problems[0])


def test_everything_that_takes_the_focus_has_a_name(shown: Shown) -> None:
    from PySide6.QtWidgets import QWidget

    nameless = [
        widget for widget in shown.panel.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and not widget.accessibleName()
    ]  # fmt: skip
    assert not nameless


def test_a_long_curve_is_thinned_and_keeps_its_outline(qtbot: QtBot, tmp_path: Path) -> None:
    """Zoomed in, every step is drawn; zoomed out, the outline of the same points."""
    shown = Shown(qtbot, [stored_run(tmp_path / "long", "long", steps=20_000)])
    outline = shown.line(0).outline
    x, y = outline.part(0, 20_000)
    assert len(x) <= 1000
    assert (y.min(), y.max()) == (outline.y.min(), outline.y.max())
    assert list(outline.part(100, 110)[0]) == list(range(99, 112))
    shown.plot.view.set_limits(0, 5000, 0, 6)
    for _ in range(60):
        shown.plot.view.view.translateBy(x=50)
        shown.plot.view.viewport().repaint()
    assert shown.plot.limits()[0] == (3000, 8000)
    shown.bridge.close()
