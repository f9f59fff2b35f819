"""A run that tells two groups of prompts apart: how well each block does it, in place of a loss."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lora_studio.core.events import BlockSeparation, Counted, Event, Finished, Separated, Started
from lora_studio.ui.theme import DARK, LIGHT, apply_theme
from tests.ui.training_runs import Shown, run_events, texts

BLOCKS = (BlockSeparation(1, 0.875, 11.1, 0.875, 4.86), BlockSeparation(2, 0.625, 4.05, 0.5, 1.48))
FOUND: list[Event] = [
    Started("Steered", 8, 0, ()), *(Counted(step) for step in range(1, 9)), Separated(BLOCKS, used=1),
    Finished("Steered", 8, 0.03, None, cancelled=False, folder=""),
]  # fmt: skip


pytestmark = pytest.mark.usefixtures("english")


class Sweep(Shown):
    """A panel that shows a sweep."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__(qtbot)
        self.feed(FOUND)

    @property
    def sweep(self) -> Any:
        assert self.panel.sweep is not None
        return self.panel.sweep

    def points(self, view: Any) -> list[list[tuple[float, float]]]:
        """Of the lines that are to be seen."""
        lines = [item for item in view.plot.items if hasattr(item, "setSymbol") and item.isVisible()]
        return [list(zip(*line.getData(), strict=True)) for line in lines]


def says(view: Any, text: str) -> bool:
    return text in texts(view)


@pytest.fixture
def shown(qtbot: QtBot) -> Sweep:
    return Sweep(qtbot)


def test_it_takes_the_place_of_the_loss(shown: Sweep) -> None:
    assert shown.sweep.isVisible()
    assert not shown.plots.isVisible()
    assert shown.points(shown.sweep.accuracy) == [[(1, 87.5), (2, 62.5)], [(1, 87.5), (2, 50.0)]]
    assert shown.points(shown.sweep.effect) == [[(1, 11.1), (2, 4.05)], [(1, 4.86), (2, 1.48)]]
    assert shown.status == "Steered: 8 prompts read in 0.0 s"


def test_accuracy_has_a_fixed_scale_and_all_marks_fit(shown: Sweep) -> None:
    left, right = shown.sweep.accuracy.visible_steps()
    assert left < 1
    assert right > 2
    bottom, top = shown.sweep.accuracy.view.viewRange()[1]
    assert bottom <= 0
    assert top >= 100
    assert shown.sweep.effect.view.viewRange()[1][1] > 11.1


def test_the_block_that_is_used_is_marked(shown: Sweep) -> None:
    for view in shown.sweep.views:
        assert "used: block 1" in texts(view)
        assert "used: block 1" in view.viewport().accessibleDescription()


def test_the_next_training_shows_its_loss_again(shown: Sweep) -> None:
    shown.feed(run_events())
    assert shown.plots.isVisible()
    assert not shown.legend.lines
    shown.feed(FOUND)
    assert shown.sweep.isVisible()
    assert not shown.legend.switches


def test_the_legend_switches_kinds_of_direction(qtbot: QtBot, shown: Sweep) -> None:
    lines = shown.legend.lines
    assert [line.text() for line in lines.values()] == ["difference of means", "first principal component"]
    qtbot.mouseClick(lines["component"], Qt.MouseButton.LeftButton)
    assert shown.points(shown.sweep.effect) == [[(1, 11.1), (2, 4.05)]]
    shown.feed(FOUND)
    assert len(shown.points(shown.sweep.effect)) == 1
    qtbot.keyClick(lines["component"], Qt.Key.Key_Space)
    assert len(shown.points(shown.sweep.effect)) == 2


def test_the_cursor_reads_the_nearest_mark(qtbot: QtBot, shown: Sweep) -> None:
    for view, place, expected in (
        (shown.sweep.effect, QPointF(1.1, 10), "block 1 · difference of means: d = 11.10"),
        (shown.sweep.accuracy, QPointF(1.9, 40), "block 2 · first principal component: 50.0 %"),
    ):
        QTest.mouseMove(view.viewport(), view.view.mapViewToScene(place).toPoint())
        qtbot.waitUntil(partial(says, view, expected))


@pytest.mark.parametrize("kind", ["png", "svg", "csv"])
def test_it_can_be_exported(shown: Sweep, tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"sweep.{kind}"
    shown.panel.export(shown.sweep.effect, kind, file)
    if kind == "png":
        assert QImage(str(file)).width() == 2 * shown.sweep.effect.width()
    elif kind == "svg":
        assert "<svg" in file.read_text("utf-8")
    else:
        assert file.read_text("utf-8").splitlines() == [
            "block,means: accuracy (%),means: d,component: accuracy (%),component: d,used",
            "1,87.5,11.1,87.5,4.86,1",
            "2,62.5,4.05,50,1.48,0",
        ]


def test_a_sweep_that_came_before_the_plots_is_drawn_too(qtbot: QtBot) -> None:
    early = Shown.__new__(Sweep)
    Shown.__init__(early, qtbot)
    early.panel.hide()
    early.feed(FOUND)
    early.panel.show()
    qtbot.waitUntil(lambda: early.panel.sweep is not None and early.panel.sweep.isVisible())


def test_many_blocks_have_ticks_that_can_be_read(shown: Sweep) -> None:
    many = tuple(BlockSeparation(block, 0.9, 2.0, 0.8, 1.5) for block in range(1, 37))
    shown.feed([Started("Steered", 8, 0, ()), Separated(many, used=22)])
    ticks = shown.sweep.effect.plot.getAxis("bottom")._tickLevels[0]
    assert len(ticks) <= 14
    assert all(text == str(int(place)) for place, text in ticks)


def test_colours_follow_the_theme(qtbot: QtBot, qapp: QApplication, shown: Sweep) -> None:
    try:
        for colors in (DARK, LIGHT):
            apply_theme(qapp, colors)
            qtbot.wait(20)
            assert shown.sweep.effect.backgroundBrush().color().name() == colors.panel
    finally:
        qapp.setStyleSheet("")


def test_repainting_300_times_does_not_abort(shown: Sweep) -> None:
    for _ in range(300):
        shown.sweep.redraw()
        shown.sweep.accuracy.viewport().repaint()


def test_everything_one_can_reach_with_tab_has_a_name(shown: Sweep) -> None:
    reachable = [w for w in shown.panel.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert [widget for widget in reachable if not widget.accessibleName()] == []
