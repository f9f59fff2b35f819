"""The pinned prompts: their marks, and the order that a person chooses or makes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QEnterEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import FACT_PROBES, Probe
from lora_studio.ui.theme import colors_of
from lora_studio.ui.widgets.pinned_list import REST_MS, PinnedList
from lora_studio.ui.widgets.pinned_order import Order
from lora_studio.ui.widgets.pinned_painting import Mark
from lora_studio.ui.widgets.pinned_row import PinnedRow
from tests.ui.fakes import canned_comparison

pytestmark = pytest.mark.usefixtures("english")

NAMES = ("Base", "LoRA V", "LoRA all")
CAT, DOG, SUN, CHILD, FLOWER = (FACT_PROBES[i].prompt for i in (0, 1, 4, 5, 6))


@pytest.fixture
def pinned(qtbot: QtBot) -> PinnedList:
    result = PinnedList()
    qtbot.addWidget(result)
    result.resize(700, 260)
    result.set_pins(FACT_PROBES[::-1])
    result.show()
    answer_all(result)
    return result


def answer_all(pinned: PinnedList, names: tuple[str, ...] = NAMES) -> None:
    for row in pinned.rows:
        comparison = canned_comparison(row.probe.prompt, names, row.probe.wanted)
        row.set_comparison(comparison, tuple(range(len(names))))


def choose(pinned: PinnedList, order: Order) -> None:
    next(action for action in pinned.order.menu().actions() if action.data() is order).trigger()


def prompts(pinned: PinnedList) -> list[str]:
    return [row.probe.prompt for row in pinned.rows]


def on_screen(pinned: PinnedList) -> list[str]:
    return [row.probe.prompt for row in sorted(pinned.rows, key=lambda row: row.y())]


def row_of(pinned: PinnedList, prompt: str) -> PinnedRow:
    row = pinned.row(prompt)
    assert row is not None
    return row


def test_as_pinned_keeps_the_persons_order(pinned: PinnedList) -> None:
    assert prompts(pinned)[0] == FACT_PROBES[3].prompt
    choose(pinned, Order.PINNED)
    assert prompts(pinned) == [probe.prompt for probe in FACT_PROBES[::-1]]


def test_those_that_moved_most_come_first(pinned: PinnedList, qtbot: QtBot) -> None:
    choose(pinned, Order.MOVED)
    moved = [row.moved for row in pinned.rows]
    assert moved == sorted(moved, key=lambda far: -(far or 0.0))
    assert prompts(pinned)[-2:] == [SUN, FLOWER]
    qtbot.waitUntil(lambda: on_screen(pinned) == prompts(pinned))


def test_rows_stand_still_while_the_numbers_run(pinned: PinnedList, qtbot: QtBot) -> None:
    choose(pinned, Order.MOVED)
    before = prompts(pinned)
    calm = canned_comparison(before[0], ("Base", "Base again"), "")
    row_of(pinned, before[0]).set_comparison(calm.arranged(("Base",)), (0,))
    assert prompts(pinned) == before
    qtbot.waitUntil(lambda: prompts(pinned)[-1] == before[0], timeout=10 * REST_MS)


def test_alt_and_an_arrow_move_a_row_and_make_an_order(pinned: PinnedList, qtbot: QtBot) -> None:
    before = prompts(pinned)
    with qtbot.waitSignal(pinned.reordered) as told:
        qtbot.keyClick(pinned.rows[0], Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert prompts(pinned) == [before[1], before[0], *before[2:]]
    assert told.args == [tuple(prompts(pinned))]
    assert pinned.order.order is Order.PINNED


def test_the_first_row_cannot_go_further_up(pinned: PinnedList, qtbot: QtBot) -> None:
    choose(pinned, Order.PINNED)
    before = prompts(pinned)
    qtbot.keyClick(pinned.rows[0], Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert prompts(pinned) == before


def test_a_row_is_dragged_to_its_place_and_not_opened(pinned: PinnedList, qtbot: QtBot) -> None:
    before, opened = prompts(pinned), list[Probe]()
    pinned.chosen.connect(opened.append)
    row, height = pinned.rows[0], pinned.rows[0].height()
    qtbot.mousePress(row, Qt.MouseButton.LeftButton, pos=QPoint(40, height // 2))
    qtbot.mouseMove(row, QPoint(40, height // 2 + 2 * height))
    with qtbot.waitSignal(pinned.reordered) as told:
        qtbot.mouseRelease(row, Qt.MouseButton.LeftButton, pos=QPoint(40, height // 2))
    assert prompts(pinned) == [before[1], before[2], before[0], *before[3:]]
    assert told.args == [tuple(prompts(pinned))]
    assert opened == []


def test_the_keyboard_goes_through_the_rows_as_they_stand(pinned: PinnedList) -> None:
    choose(pinned, Order.MOVED)
    row = pinned.rows[0]
    assert row.nextInFocusChain() is row.unpin_button
    assert row.unpin_button.nextInFocusChain() is pinned.rows[1]


def test_one_pin_has_no_order(pinned: PinnedList) -> None:
    pinned.set_pins(FACT_PROBES[:1])
    assert not pinned.order.isVisible()


def test_what_was_missed_and_what_was_reached_is_marked_and_said(pinned: PinnedList) -> None:
    pinned.set_pins((Probe(prompt=CAT, wanted="park", kind="corrected"), FACT_PROBES[1], FACT_PROBES[5]))
    answer_all(pinned)
    missed, reached, astray = row_of(pinned, CAT), row_of(pinned, DOG), row_of(pinned, CHILD)
    assert [row.mark for row in (missed, reached, astray)] == [Mark.MISSED, Mark.REACHED, Mark.ASTRAY]
    assert missed.remark() == "missed: LoRA V, LoRA all"
    assert "missed: LoRA V, LoRA all" in missed.accessibleDescription()
    assert reached.remark() == "reached: wald"


def test_the_base_alone_has_missed_nothing(pinned: PinnedList) -> None:
    answer_all(pinned, ("Base",))
    assert row_of(pinned, CAT).mark is Mark.WANTED
    assert row_of(pinned, CAT).remark() == "wanted: sofa"
    assert row_of(pinned, SUN).mark is Mark.NONE


def test_the_tooltip_says_by_how_much_which_variant_moved(pinned: PinnedList) -> None:
    assert "moved by 97 pp: LoRA all" in row_of(pinned, CAT).tool_tip_at(QPoint(5, 5))


def test_the_marks_can_be_seen(pinned: PinnedList) -> None:
    pinned.set_pins((Probe(prompt=CAT, wanted="park", kind="corrected"), Probe(prompt=DOG, wanted="wald")))
    row = row_of(pinned, CAT)
    answer_all(pinned, ("Base",))
    before = row.grab(row.rect().adjusted(0, 0, 20 - row.width(), 0)).toImage()
    answer_all(pinned)
    assert row.grab(row.rect().adjusted(0, 0, 20 - row.width(), 0)).toImage() != before


def test_a_temperature_is_said_in_the_heading(pinned: PinnedList) -> None:
    pinned.set_temperature(0.7)
    assert pinned.heading == "Pinned · at temperature 0.7"
    pinned.set_temperature(1.0)
    assert pinned.heading == "Pinned"


def test_only_one_row_is_under_the_pointer(pinned: PinnedList) -> None:
    """What appears above the list moves the rows away below the pointer; Qt tells of no leave then."""
    first, second = pinned.rows[:2]
    for row in (first, second):
        place = QPointF(5, 5)
        QApplication.sendEvent(row, QEnterEvent(place, place, place))
    hover = QColor(colors_of(pinned).hover)
    assert second.grab().toImage().pixelColor(2, 2) == hover
    assert first.grab().toImage().pixelColor(2, 2) != hover
