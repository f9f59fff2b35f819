"""The probe panel, worked with keys and clicks as a person would."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import Probe
from lora_studio.core.summaries import VariantSummary
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.panels.probe_panel import FIRST_PROMPT, ProbePanel
from lora_studio.ui.session import Session
from lora_studio.ui.widgets.comparison_board import ComparisonBoard
from lora_studio.ui.widgets.pinned_list import PinnedList
from lora_studio.ui.widgets.pinned_row import PinnedRow
from lora_studio.ui.widgets.token_chips import TokenChips
from tests.ui.fakes import BASE, LORA_ALL, LORA_V, MODEL, FakeSession

Part = TypeVar("Part", bound=QWidget)
THREE = (BASE, LORA_V, LORA_ALL)


class Shown:
    """A panel on the screen with the parts that a test works with."""

    def __init__(self, qtbot: QtBot, session: FakeSession) -> None:
        self.qtbot = qtbot
        self.session = session
        self.bridge = Bridge()
        self.panel = ProbePanel(session.as_session(), self.bridge)
        qtbot.addWidget(self.panel)
        self.panel.resize(700, 560)
        self.panel.show()
        self.prompt, self.wanted = self.panel.findChildren(QLineEdit)
        self.board = part(self.panel, ComparisonBoard)
        self.chips = part(self.panel, TokenChips)
        self.pinned = part(self.panel, PinnedList)
        self.pin_button = next(b for b in self.panel.findChildren(QToolButton) if b.isCheckable())
        self.settle()

    def settle(self) -> None:
        self.qtbot.wait(20)

    def type(self, text: str) -> None:
        self.prompt.selectAll()
        type_into(self.qtbot, self.prompt, text)

    def answer(self) -> str:
        comparison = self.board.comparison
        return comparison.answers[-1].top.token if comparison else ""

    def row(self, prompt: str) -> PinnedRow:
        row = self.pinned.row(prompt)
        assert row is not None
        return row


def type_into(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    for character in text:
        if character.isascii():
            qtbot.keyClicks(field, character)
        else:
            field.insert(character)  # QTest aborts the process on a key like ä


def part(parent: QWidget, kind: type[Part]) -> Part:
    found = parent.findChild(kind)
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English))
    yield
    QLocale.setDefault(before)


def test_the_fake_offers_what_the_session_does() -> None:
    fake = FakeSession()
    for name in vars(Session):
        if not name.startswith("_") and name not in ("staticMetaObject", "open", "close", "refresh_variants"):
            assert hasattr(fake, name), name


def test_the_first_prompt_is_answered_at_once(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession())
    assert shown.prompt.text() == FIRST_PROMPT
    assert shown.answer() == "tisch"
    assert shown.wanted.text() == "sofa"
    assert [chip.token for chip in shown.chips.chips] == FIRST_PROMPT.split()


def test_until_the_model_is_ready_one_can_type_and_is_answered_then(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession(ready=False))
    assert shown.board.message == "Loading the model…"
    shown.type("der hund läuft im")
    assert shown.session.asked == []
    shown.session.become_ready()
    shown.settle()
    assert shown.answer() == "garten"


def test_every_key_asks_and_the_last_answer_stays(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession())
    shown.session.asked.clear()
    shown.type("die frau kocht")
    assert [prompt for prompt, _ in shown.session.asked if prompt in ("di", "die", "die frau kocht")]
    shown.settle()
    assert shown.answer() == "das"
    assert shown.board.accessibleDescription() == "die frau kocht: Base das 99 %"


def test_the_board_pales_when_the_answer_is_late(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession())
    before = shown.board.grab().toImage()
    shown.session.holding = True
    qtbot.keyClicks(shown.prompt, " x")
    qtbot.wait(350)
    assert shown.board.grab().toImage() != before
    shown.type(FIRST_PROMPT)
    shown.session.deliver()
    assert shown.board.grab().toImage() == before


def test_an_empty_prompt_teaches_and_asks_nothing(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession())
    shown.session.holding = True
    qtbot.keyClicks(shown.prompt, " x")
    shown.session.asked.clear()
    shown.prompt.selectAll()
    qtbot.keyClick(shown.prompt, Qt.Key.Key_Delete)
    assert shown.session.asked == []
    assert "the model says what comes next" in shown.board.message
    shown.session.deliver()  # the late answer to what is no longer there
    assert shown.board.comparison is None
    assert not shown.pin_button.isEnabled()


def test_a_prompt_that_is_too_long_is_not_asked(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession())
    shown.session.asked.clear()
    shown.prompt.setText("die " * (MODEL.context_length + 1))
    assert shown.session.asked == []
    assert "65 words" in shown.board.message


def test_unknown_words_are_marked_for_all_or_for_some(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession(variants=THREE))
    shown.type("die katze xyz im wald")
    shown.settle()
    labels = [shown.chips.label(chip) for chip in shown.chips.chips]
    assert labels == ["die", "katze", "xyz → <unk>", "im", "wald · unknown to Base"]
    tips = [shown.chips.tool_tip(chip) for chip in shown.chips.chips]
    assert tips[2] == "“xyz” is not in the vocabulary; the model reads <unk> instead"
    assert tips[0] == ""
    places = [area for area, _ in shown.chips.placed()]
    assert shown.chips.tool_tip_at(places[2].center()) == tips[2]
    assert "xyz → <unk>" in shown.chips.accessibleDescription()


def test_a_long_line_of_chips_keeps_its_end(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession())
    shown.type(" ".join(["katze"] * 30) + " sofa")
    shown.settle()
    placed = shown.chips.placed()
    assert placed[-1][1].token == "sofa"
    assert len(placed) < 31
    assert all(area.left() >= 0 and area.right() < shown.chips.width() for area, _ in placed)


def test_enter_pins_and_the_wanted_token_makes_it_a_correction(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession())
    shown.type("die oma sitzt auf dem")
    qtbot.keyClick(shown.prompt, Qt.Key.Key_Return)
    assert shown.session.pins[-1] == Probe(prompt="die oma sitzt auf dem", kind="kept")
    qtbot.keyClicks(shown.wanted, "tisch")
    qtbot.keyClick(shown.wanted, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert shown.session.pins[-1] == Probe(prompt="die oma sitzt auf dem", wanted="tisch", kind="corrected")
    assert len(shown.session.pins) == 8
    assert shown.pin_button.isChecked()


def test_the_pin_button_pins_and_unpins(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession())
    assert shown.pin_button.isChecked()
    qtbot.mouseClick(shown.pin_button, Qt.MouseButton.LeftButton)
    assert FIRST_PROMPT not in [pin.prompt for pin in shown.session.pins]
    assert not shown.pin_button.isChecked()
    qtbot.mouseClick(shown.pin_button, Qt.MouseButton.LeftButton)
    assert FIRST_PROMPT in [pin.prompt for pin in shown.session.pins]
    assert shown.pin_button.isChecked()


def test_the_wanted_token_of_a_pin_comes_and_goes_with_its_prompt(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession())
    qtbot.keyClick(shown.prompt, Qt.Key.Key_End)
    qtbot.keyClicks(shown.prompt, "x")
    assert shown.wanted.text() == ""
    qtbot.keyClick(shown.prompt, Qt.Key.Key_Backspace)
    assert shown.wanted.text() == "sofa"
    assert shown.session.asked[-1] == (FIRST_PROMPT, "sofa")


def test_a_wanted_token_that_was_typed_stays(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession())
    shown.type("das auto")
    type_into(qtbot, shown.wanted, "fährt")
    qtbot.keyClicks(shown.prompt, " x")
    assert shown.wanted.text() == "fährt"


def test_corrected_prompts_stand_first(qtbot: QtBot) -> None:
    session = FakeSession()
    session.pins = session.pins[::-1]
    shown = Shown(qtbot, session)
    assert [row.probe.kind for row in shown.pinned.rows] == ["corrected"] * 4 + ["kept"] * 3


def test_new_variants_bring_new_columns_everywhere(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession())
    shown.session.set_variants(THREE)
    shown.settle()
    comparisons = [shown.board.comparison, *(row.comparison for row in shown.pinned.rows)]
    assert [comparison.variants for comparison in comparisons if comparison] == [("Base", "LoRA V", "LoRA all")] * 8


def test_a_side_effect_is_named(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession(variants=THREE))
    moved, stayed = shown.row("das kind spielt im"), shown.row("die blume blüht im")
    assert moved.remark() == "side effect: LoRA V, LoRA all"
    assert "side effect" in moved.accessibleDescription()
    assert stayed.remark() == "to be kept"
    assert shown.row(FIRST_PROMPT).remark() == "wanted: sofa"


def test_a_click_or_enter_on_a_pinned_prompt_shows_it_large(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession(variants=THREE))
    qtbot.mouseClick(shown.row("der mann liest"), Qt.MouseButton.LeftButton)
    assert (shown.prompt.text(), shown.wanted.text()) == ("der mann liest", "das")
    qtbot.keyClick(shown.row("die sonne scheint am"), Qt.Key.Key_Return)
    assert (shown.prompt.text(), shown.wanted.text()) == ("die sonne scheint am", "")
    shown.settle()
    assert shown.board.comparison is not None
    assert shown.board.comparison.prompt == "die sonne scheint am"


def test_pinned_rows_are_unpinned_by_button_and_by_key(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession())
    button = shown.row("der mann liest").findChild(QToolButton)
    assert button is not None
    assert button.accessibleName() == "Unpin “der mann liest”"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(shown.row("die frau kocht"), Qt.Key.Key_Delete)
    assert [pin.prompt for pin in shown.session.pins][:3] == [
        FIRST_PROMPT, "der hund läuft im", "die sonne scheint am",
    ]  # fmt: skip
    assert shown.prompt.text() == FIRST_PROMPT


def test_without_pins_the_list_teaches(qtbot: QtBot) -> None:
    session = FakeSession()
    session.pins = ()
    shown = Shown(qtbot, session)
    assert shown.pinned.rows == ()
    assert "Press Enter" in shown.pinned.heading


def test_a_pin_keeps_its_numbers_when_others_change(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession())
    row = shown.row("der mann liest")
    before = len(shown.session.asked)
    shown.session.pin(Probe(prompt="das auto"))
    assert shown.row("der mann liest") is row
    assert shown.session.asked[before:] == [("das auto", "")]


def test_the_same_variant_has_the_same_column_on_board_and_pins(qtbot: QtBot) -> None:
    many = (*THREE, *(VariantSummary(f"LoRA {i}", is_base=False) for i in range(4)))
    for variants in ((BASE,), THREE, many):
        shown = Shown(qtbot, FakeSession(variants=variants))
        grids = {shown.board.grid(), *(row.grid() for row in shown.pinned.rows)}
        assert len(grids) == 1


def test_everything_one_can_reach_with_tab_has_a_name(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession(variants=THREE))
    reachable = [
        widget
        for widget in shown.panel.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
    ]
    assert len(reachable) >= 4 + 2 * 7
    assert [widget for widget in reachable if not widget.accessibleName()] == []


def test_an_answer_for_a_panel_that_is_gone_is_dropped(qtbot: QtBot) -> None:
    session = FakeSession()
    session.holding = True
    panel = ProbePanel(session.as_session(), Bridge())
    panel.show()
    panel.hide()
    panel.deleteLater()
    qtbot.wait(10)
    session.deliver()


def test_focus_prompt_selects_all(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession())
    shown.panel.activateWindow()
    shown.panel.focus_prompt()
    assert shown.prompt.selectedText() == FIRST_PROMPT
