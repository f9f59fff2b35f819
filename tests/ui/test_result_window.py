"""The window of an experiment: progress, tables, plots, and what it writes."""

from __future__ import annotations

import csv
import json
import math
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel, QLocale, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QKeySequence
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from lora_studio.core.errors import RunError
from lora_studio.core.experiments.results import (
    Column,
    Plot,
    Result,
    Series,
    Table,
    VariantFigures,
    variants_table,
)
from lora_studio.ui.result_window import ResultWindow
from lora_studio.ui.theme import DARK, LIGHT, apply_theme, variant_color
from lora_studio.ui.widgets.result_labels import leader, place_labels
from lora_studio.ui.widgets.result_legend import ResultLegend
from lora_studio.ui.widgets.result_scales import Scale, round_up
from lora_studio.ui.widgets.result_table import ResultTable
from lora_studio.ui.widgets.result_view import ResultView

KATZE, HUND, KIND = "die katze sitzt auf dem", "der hund läuft im", "das kind spielt im"
VARIANTS = (
    VariantFigures("base", "Base", 0, 0.0, forgetting_kl=0.0, top1_kept=1.0),
    VariantFigures("v_only", "LoRA V", 15_104, 1.21, 0.0512, 0.312, 0.7),
)
ANSWERS = Table(
    "answers",
    "Wanted answers",
    (
        Column("Prompt"),
        Column("Base", "share", variant=0),
        Column("LoRA V", "share", variant=1),
        Column("Rank", "count"),
    ),
    ((KATZE, 0.00031, 0.9721, 1024), (HUND, None, 0.9432, 4), (KIND, 0.9861, 0.4921, 16)),
)
LOSS = Plot(
    "loss",
    "Loss",
    "epoch",
    "loss",
    (Series("LoRA V", (1, 2, 3), (4.0, 1.0, 0.5), 1), Series("LoRA all", (1, 2, 3), (3.0, None, 0.25), 2)),
    y_kind="nats",
)
METHODS = Plot(
    "methods",
    "Methods",
    "forgetting",
    "target probability",
    tuple(
        Series(name, (kl,), (share,), place, "points", sizes=(size,))
        for place, (name, kl, share, size) in enumerate(
            (("LoRA", 0.31, 0.967, 4096), ("LoRA+", 0.35, 0.985, 4096), ("Prompt tuning", 0.0, 0.22, 512)), start=1
        )
    ),
    x_kind="nats",
    y_kind="share",
    point_labels=True,
    size_label="trainable parameters",
)
BARS = Plot(
    "kept",
    "What the answers kept",
    "prompt",
    "probability",
    (
        Series("Base", (0, 1, 2), (0.1, None, 0.9), 0, "bars"),
        Series("LoRA V", (0, 1, 2), (0.9, 0.8, 0.5), 1, "bars"),
    ),
    y_kind="share",
    categories=(KATZE, HUND, KIND),
)
RESULT = Result(
    "fact-correction",
    "Fact correction",
    {"epochs": 80, "learning_rate": 2e-3, "targets": {"v_only": ("v_proj",)}},
    VARIANTS,
    ({"prompt": KATZE},),
    (ANSWERS, variants_table(VARIANTS)),
    (LOSS, METHODS, BARS),
    ("Forgetting is the mean KL from the base.",),
)


pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[ResultWindow]:
    window = ResultWindow("Fact correction", tmp_path)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    yield window
    window.close()


@pytest.fixture
def view(window: ResultWindow) -> ResultView:
    window.show_result(RESULT)
    assert window.view is not None
    QTest.qWait(20)
    return window.view


def shown_plot(qtbot: QtBot, plot: Plot) -> Any:
    from lora_studio.ui.widgets.result_plot import ResultPlot

    shown = ResultPlot(plot)
    qtbot.addWidget(shown)
    shown.resize(700, 400)
    shown.show()
    QTest.qWait(20)
    return shown


def texts_of(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def cells(table: ResultTable) -> list[list[str]]:
    model = table.model()
    return [
        [model.index(row, column).data() for column in range(model.columnCount())] for row in range(model.rowCount())
    ]


# Progress


def test_opening_the_window_imports_neither_pyqtgraph_nor_torch() -> None:
    program = (
        "import sys, lora_studio.ui.result_window; "
        "assert not {'numpy', 'pyqtgraph', 'torch'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).resolve().parent.parent.parent)


def test_progress_tells_how_far_it_is(window: ResultWindow) -> None:
    window.show_progress("LoRA V: step 40 of 160", 0.25)
    bar = window.progress.bar
    assert "LoRA V: step 40 of 160" in texts_of(window)
    assert bar.value() / bar.maximum() == 0.25
    window.show_progress("opening the model", None)
    assert bar.maximum() == 0  # it only says that it works


def test_progress_tells_the_time(window: ResultWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("lora_studio.ui.widgets.result_progress.time.monotonic", lambda: now[0])
    told = []
    for seconds, fraction in ((0, None), (4, 0.0), (1, 0.01), (7, 0.1)):
        now[0] += seconds
        window.show_progress("training", fraction)
        told.append(window.progress.time.text())
    assert told == ["00:00 elapsed", "00:04 elapsed", "00:05 elapsed", "00:12 elapsed · 01:12 left"]


def test_cancelling_is_asked_for_once(qtbot: QtBot, window: ResultWindow) -> None:
    window.show_progress("training", 0.5)
    button = window.progress.cancel_button
    with qtbot.waitSignal(window.cancel_wanted):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.isEnabled()
    window.show_progress("training still", 0.6)
    assert not button.isEnabled()
    assert "Cancelling…" in texts_of(window)


def test_closing_while_it_runs_cancels(qtbot: QtBot, window: ResultWindow) -> None:
    window.show_progress("training", 0.5)
    with qtbot.waitSignals([window.cancel_wanted, window.closed]):
        QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_closing_with_a_result_cancels_nothing(qtbot: QtBot, window: ResultWindow, view: ResultView) -> None:
    with qtbot.assertNotEmitted(window.cancel_wanted), qtbot.waitSignal(window.closed):
        QTest.keySequence(view.tables[0], QKeySequence(QKeySequence.StandardKey.Close))
    assert not window.isVisible()


def test_a_failed_experiment_says_why(window: ResultWindow) -> None:
    window.show_progress("training", 0.5)
    window.show_problem(RunError("The loss is not a number.", step=4, advice="Lower the learning rate."))
    notice = window.notices.current()
    assert notice is not None
    assert notice.text == "The loss is not a number.\nLower the learning rate."
    assert not window.progress.cancel_button.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)  # reads the message; the next one closes
    assert window.isVisible()
    assert not window.notices.isVisible()


def test_a_new_run_after_a_cancelled_one_can_be_cancelled(qtbot: QtBot, window: ResultWindow) -> None:
    window.show_progress("training", 0.5)
    window.progress.cancel_button.click()
    window.show_result(RESULT)
    window.show_progress("training again", 0.1)
    assert window.progress.cancel_button.isEnabled()


# Tables


def test_a_result_shows_title_parameters_and_notes(window: ResultWindow, view: ResultView) -> None:
    texts = texts_of(view)
    assert "Fact correction" in texts
    assert "epochs 80 · learning rate 0.002" in texts
    assert "· Forgetting is the mean KL from the base." in texts
    assert window.windowTitle() == "Fact correction"
    assert window.result is RESULT


def test_cells_are_written_for_people(view: ResultView) -> None:
    assert cells(view.tables[0]) == [
        [KATZE, "<0.1", "97.2", "1,024"],
        [HUND, "not measured", "94.3", "4"],
        [KIND, "98.6", "49.2", "16"],
    ]
    QLocale.setDefault(QLocale("de_DE"))
    assert cells(view.tables[0])[0] == [KATZE, "<0,1", "97,2", "1.024"]


def test_what_was_not_measured_is_pale_and_numbers_stand_right(view: ResultView) -> None:
    model = view.tables[0].model()
    missing, found = model.index(1, 1), model.index(0, 2)
    muted = missing.data(Qt.ItemDataRole.ForegroundRole)
    assert isinstance(muted, QColor)
    assert found.data(Qt.ItemDataRole.ForegroundRole) is None
    assert found.data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert not model.index(0, 0).data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert found.data(Qt.ItemDataRole.ToolTipRole) == "97.21 %"
    assert model.headerData(2, Qt.Orientation.Horizontal) == "LoRA V (%)"


def test_the_model_keeps_qts_rules(view: ResultView) -> None:
    for table in view.tables:
        QAbstractItemModelTester(table.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)


def test_sorting_keeps_what_was_not_measured_last(qtbot: QtBot, view: ResultView) -> None:
    table = view.tables[0]
    header = table.horizontalHeader()

    def click_title(column: int) -> list[str]:
        x = header.sectionViewportPosition(column) + header.sectionSize(column) // 2
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPointF(x, header.height() / 2).toPoint())
        return [row[0] for row in cells(table)]

    assert click_title(1) == [KATZE, KIND, HUND]
    assert click_title(1) == [KIND, KATZE, HUND]
    assert click_title(1) == [KATZE, HUND, KIND]  # as the experiment has them
    assert click_title(3) == [HUND, KIND, KATZE]  # as numbers, not as texts
    assert click_title(0) == [KIND, HUND, KATZE]


def test_copied_cells_are_a_table_with_all_their_digits(view: ResultView) -> None:
    table = view.tables[0]
    flags = QItemSelectionModel.SelectionFlag
    for row, column in ((0, 0), (0, 1), (1, 0), (1, 1)):
        table.selectionModel().select(table.model().index(row, column), flags.Select)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == f"{KATZE}\t0.031\n{HUND}\t"
    table.selectAll()
    table.copy()
    assert QApplication.clipboard().text().splitlines()[0] == "Prompt\tBase (%)\tLoRA V (%)\tRank"
    assert QApplication.clipboard().text().splitlines()[1] == f"{KATZE}\t0.031\t97.21\t1024"


def test_variants_have_their_colours_in_the_table(view: ResultView) -> None:
    table = view.tables[1]
    icons = [table.model().index(row, 0).data(Qt.ItemDataRole.DecorationRole) for row in (0, 1)]
    dots = [icon.pixmap(10, 10).toImage() for icon in icons]
    colors = [image.pixelColor(image.width() // 2, image.height() // 2) for image in dots]
    assert colors == [variant_color(LIGHT, 0), variant_color(LIGHT, 1)]


# Plots


def test_curves_are_drawn_past_what_was_not_measured(qtbot: QtBot) -> None:
    shown = shown_plot(qtbot, LOSS)
    first, second = (curve.getData() for curve in shown.view.plot.curves)
    assert list(zip(*first, strict=True)) == [(1, 4.0), (2, 1.0), (3, 0.5)]
    assert list(zip(*second, strict=True)) == [(1, 3.0), (3, 0.25)]
    (left, right), (bottom, top) = shown.limits()
    assert left < 1
    assert right > 3
    assert bottom < 0.25
    assert top > 4


def test_the_legend_switches_series(qtbot: QtBot) -> None:
    shown = shown_plot(qtbot, LOSS)
    qtbot.mouseClick(shown.legend.switches[0], Qt.MouseButton.LeftButton)
    assert not shown.shows(0)
    assert [curve.isVisible() for curve in shown.view.plot.curves] == [False, True]
    shown.fit()
    assert 3 < shown.limits()[1][1] < 4  # what is switched off needs no room
    qtbot.keyClick(shown.legend.switches[0], Qt.Key.Key_Space)
    assert shown.shows(0)


def test_shares_stand_on_one_fixed_scale(qtbot: QtBot) -> None:
    for plot in (METHODS, BARS):
        bottom, top = shown_plot(qtbot, plot).limits()[1]
        assert -20 < bottom <= 0
        assert 100 <= top < 120


@pytest.mark.parametrize(
    ("plot", "place", "expected"),
    [
        (LOSS, (2.1, 1.2), "LoRA V\nepoch 2\nloss 1 nats"),
        (METHODS, (0.3, 95), "LoRA\nforgetting 0.31 nats\ntarget probability 96.7 %\ntrainable parameters 4,096"),
        (BARS, (1.2, 10), f"LoRA V\n{HUND}\nprobability 80 %"),
    ],
)
def test_the_cursor_reads_values(qtbot: QtBot, plot: Plot, place: tuple[float, float], expected: str) -> None:
    shown = shown_plot(qtbot, plot)
    reading = shown.view.read(QPointF(*place))
    assert reading is not None
    assert reading[2] == expected


def test_far_from_every_point_nothing_is_read(qtbot: QtBot) -> None:
    shown = shown_plot(qtbot, METHODS)
    assert shown.view.read(QPointF(0.2, 60)) is None
    assert shown_plot(qtbot, Plot("empty", "Empty", "x", "y", ())).view.read(QPointF(0, 0)) is None


def test_points_are_named_and_the_larger_of_them_are_larger(qtbot: QtBot) -> None:
    shown = shown_plot(qtbot, METHODS)
    names = shown.overlay.names_at()
    assert set(names) == {"LoRA", "LoRA+", "Prompt tuning"}
    assert not any(one.intersects(other) for one in names.values() for other in names.values() if one is not other)
    diameters = [drawn.diameters()[0] for drawn in shown.drawn]
    assert diameters[0] == diameters[1]
    assert diameters[0] / diameters[2] == pytest.approx(math.sqrt(8))  # the areas are as the sizes


def test_a_logarithmic_axis_leaves_out_what_is_not_above_zero(qtbot: QtBot) -> None:
    shown = shown_plot(qtbot, replace(METHODS, x_log=True))
    assert set(shown.overlay.names_at()) == {"LoRA", "LoRA+"}
    (left, right), _ = shown.limits()
    assert left < math.log10(0.31) < math.log10(0.35) < right


def test_a_zoom_stays_until_the_plot_is_fitted(qtbot: QtBot) -> None:
    shown = shown_plot(qtbot, LOSS)
    whole = shown.limits()
    shown.view.view.setRange(xRange=(1, 2), padding=0)
    shown.view.moved.emit()
    shown.resize(640, 360)
    QTest.qWait(20)
    assert shown.limits()[0] == (1, 2)
    shown.view.fit_wanted.emit()
    assert shown.limits()[0] == pytest.approx(whole[0], abs=0.05)


def test_colours_follow_the_theme(qtbot: QtBot, qapp: QApplication) -> None:
    shown = shown_plot(qtbot, LOSS)
    found = {}
    try:
        for colors in (DARK, LIGHT):
            apply_theme(qapp, colors)
            QTest.qWait(20)
            pen = shown.view.plot.curves[0].opts["pen"].color()
            found[colors.dark] = (shown.view.backgroundBrush().color().name(), pen.name())
    finally:
        qapp.setStyleSheet("")
    assert found == {c.dark: (c.panel, variant_color(c, 1).name()) for c in (DARK, LIGHT)}


def test_more_variants_than_colours_are_told_apart(qtbot: QtBot) -> None:
    first, again = 1, 1 + len(LIGHT.variants) - 1
    assert variant_color(LIGHT, first) == variant_color(LIGHT, again)
    plot = replace(LOSS, series=(replace(LOSS.series[0], variant=first), replace(LOSS.series[0], variant=again)))
    curves = shown_plot(qtbot, plot).view.plot.curves
    assert curves[0].opts["pen"].style() != curves[1].opts["pen"].style()


# Where things go


def test_names_never_cover_each_other_or_a_point() -> None:
    area = QRectF(0, 0, 400, 300)
    points = [QRectF(100 + 7 * i, 150 + (i % 3), 10, 10) for i in range(8)]
    placed = place_labels(points, [QSizeF(60, 12)] * 8, area)
    written = [rect for rect in placed if not rect.isEmpty()]
    assert len(written) >= 6
    for index, rect in enumerate(written):
        assert area.contains(rect)
        assert not any(rect.intersects(other) for other in [*points, *written[:index]])


def test_a_name_without_room_is_not_written() -> None:
    points = [QRectF(10, 10, 10, 10)]
    assert place_labels(points, [QSizeF(300, 12)], QRectF(0, 0, 100, 30)) == [QRectF()]


def test_a_name_further_away_has_a_line_to_its_point() -> None:
    point = QRectF(0, 0, 10, 10)
    assert leader(point, QRectF(13, -1, 40, 12)) is None
    line = leader(point, QRectF(40, -1, 40, 12))
    assert line is not None
    assert line[0] == QPointF(10, 5)
    assert 30 < line[1].x() < 40


def test_logarithmic_ticks_are_round_numbers() -> None:
    def labels(low: float, high: float) -> list[str]:
        ticks = Scale(log=True).ticks(low, high, QLocale("en_US"))
        assert ticks is not None
        return [text for _, text in ticks[0]]

    assert labels(0, 4) == ["1", "10", "100", "1,000", "10,000"]
    assert labels(-0.1, 1.6) == ["1", "2", "5", "10", "20"]
    assert labels(-7, -5) == ["1e-07", "1e-06", "1e-05"]
    assert len(labels(0.31, 0.34)) == 3
    assert len(labels(-20, 20)) <= 9


def test_an_axis_ends_at_a_round_number() -> None:
    assert [round_up(value) for value in (2.3, 4.81, 0.037, 1000, 0)] == [2.5, 5, 0.04, 1000, 1]


# Writing


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_the_table_in_front_is_saved_as_csv(
    window: ResultWindow, view: ResultView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "ask_file", lambda name: tmp_path / name)
    view.tables[0].sortByColumn(2, Qt.SortOrder.AscendingOrder)
    view.table_pane.save_button.click()
    view.table_pane.tabs.setCurrentIndex(1)
    view.table_pane.save_button.click()
    assert {file.name for file in tmp_path.iterdir()} == {"table-answers.csv", "table-variants.csv"}
    lines = read_csv(tmp_path / "table-answers.csv")
    assert lines[0] == ["Prompt", "Base", "LoRA V", "Rank"]
    assert lines[2] == [HUND, "", "0.9432", "4"]
    assert "Saved: table-variants.csv" in texts_of(view)


@pytest.mark.parametrize("kind", ["png", "svg", "csv"])
def test_the_plot_in_front_is_saved(
    window: ResultWindow, view: ResultView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(window, "ask_file", lambda name: tmp_path / name)
    view.plot_pane.tabs.setCurrentIndex(1)
    menu = view.plot_pane.save_button.menu()
    (action,) = [action for action in menu.actions() if kind.upper() in action.text()]
    action.trigger()
    file = tmp_path / f"plot-methods.{kind}"
    if kind == "png":
        image = QImage(str(file))
        assert (image.width(), image.height()) == (1920, 1200)
        assert contains_color(image, variant_color(LIGHT, 1))
    elif kind == "svg":
        text = file.read_text(encoding="utf-8")
        assert all(name in text for name in ("Prompt tuning", "Methods", "target probability (%)"))
        assert "<image" not in text  # drawings, not pixels
    else:
        assert read_csv(file)[1] == ["LoRA", "0.31", "0.967", "4096"]


def test_a_picture_shows_what_the_plot_shows(qtbot: QtBot) -> None:
    from lora_studio.ui.widgets.result_picture import as_png

    shown = shown_plot(qtbot, LOSS)
    colors = [variant_color(LIGHT, 1), variant_color(LIGHT, 2)]
    assert all(contains_color(QImage.fromData(as_png(shown)), color) for color in colors)
    shown.set_shown(1, False)
    picture = QImage.fromData(as_png(shown))
    assert [contains_color(picture, color) for color in colors] == [True, False]


def test_everything_is_saved_in_one_new_folder(
    window: ResultWindow, view: ResultView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "ask_new_folder", lambda name: tmp_path / name)
    QTest.keyClick(view.tables[0], Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    folder = tmp_path / "fact-correction"
    pictures = {f"plot-{name}.{kind}" for name in ("loss", "methods", "kept") for kind in ("png", "svg", "csv")}
    tables = {"table-answers.csv", "table-variants.csv"}
    assert {file.name for file in folder.iterdir()} == {"result.json"} | pictures | tables
    assert json.loads((folder / "result.json").read_text(encoding="utf-8"))["variants"][1]["forgetting_kl"] == 0.312
    assert "12 files saved in fact-correction" in texts_of(view)


def test_without_a_result_there_is_nothing_to_save(window: ResultWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "ask_new_folder", lambda name: pytest.fail("asked"))
    window.show_progress("training", 0.5)
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)


def test_giving_up_in_a_dialog_writes_nothing(
    window: ResultWindow, view: ResultView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for asking in ("ask_file", "ask_new_folder"):
        monkeypatch.setattr(window, asking, lambda name: None)
    view.table_pane.save_button.click()
    view.save_all_button.click()
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_told(window: ResultWindow, view: ResultView, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    window.save_table(ANSWERS, tmp_path / "file" / "table.csv")
    first = window.notices.current()
    assert first is not None
    assert "table.csv could not be written" in first.message
    assert window.notices.isVisible()
    assert window.view is view  # the result stays
    window.save_all(tmp_path)  # is not empty
    assert window.notices.current() != first
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


# The window


def test_everything_one_can_reach_with_tab_has_a_name(view: ResultView) -> None:
    reachable = [w for w in view.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isEnabled()]
    assert [widget for widget in reachable if not widget.accessibleName()] == []


def test_tab_leads_from_the_table_to_the_plot_and_on(qtbot: QtBot, window: ResultWindow, view: ResultView) -> None:
    view.tables[0].setFocus()
    plot = view.plots[0]
    chain: list[QWidget] = [view.table_pane.save_button, view.plot_pane.tabs, plot.view, *plot.legend.switches]
    chain += [view.plot_pane.save_button, view.save_all_button, view.table_pane.tabs, view.tables[0]]
    for expected in chain:
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        assert window.focusWidget() is expected


@pytest.mark.parametrize("where", ["table", "plot", "button"])
def test_escape_discards_no_result(window: ResultWindow, view: ResultView, where: str) -> None:
    places: dict[str, QWidget] = {
        "table": view.tables[0], "plot": view.plots[0].view, "button": view.save_all_button,
    }  # fmt: skip
    focused = places[where]
    focused.setFocus()
    QTest.keyClick(focused, Qt.Key.Key_Escape)
    assert window.isVisible()


def test_the_smallest_window_still_shows_table_and_plot(window: ResultWindow, view: ResultView) -> None:
    window.resize(1, 1)
    QTest.qWait(20)
    assert (window.width(), window.height()) == (640, 480)
    assert view.tables[0].height() >= 80
    assert view.plots[0].view.height() >= 80


@pytest.mark.parametrize(
    "result",
    [
        replace(RESULT, tables=(), plots=(LOSS,)),
        replace(RESULT, plots=(), notes=()),
        replace(RESULT, tables=(), plots=(), parameters={}),
        replace(RESULT, tables=(replace(ANSWERS, rows=()),), plots=(Plot("none", "None", "x", "y", ()),)),
    ],
)
def test_results_may_lack_parts(window: ResultWindow, result: Result, tmp_path: Path) -> None:
    window.show_result(result)
    QTest.qWait(20)
    window.save_all(tmp_path / "saved")
    assert (tmp_path / "saved" / "result.json").exists()


def test_repainting_300_times_does_not_abort(qtbot: QtBot) -> None:
    """PySide6 6.12 on Python 3.11 loses references to None while pyqtgraph paints: after about 100 frames it aborts."""
    shown = shown_plot(qtbot, METHODS)
    for _ in range(300):
        shown.view.viewport().repaint()


def test_a_legend_tells_what_the_areas_stand_for(qtbot: QtBot) -> None:
    legend = ResultLegend(METHODS)
    qtbot.addWidget(legend)
    assert legend.remark is not None
    assert legend.remark.text() == "Area: trainable parameters"
    assert ResultLegend(LOSS, legend).remark is None


def contains_color(image: QImage, color: QColor) -> bool:
    wanted = color.rgb()
    return any(image.pixel(x, y) == wanted for y in range(image.height()) for x in range(0, image.width(), 2))
