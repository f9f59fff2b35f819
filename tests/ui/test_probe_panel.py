"""The probe panel, worked with keys and clicks as a person would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QLineEdit, QScrollArea, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import Probe
from lora_studio.core.errors import DataError
from lora_studio.core.summaries import VariantSummary
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.panels.probe_panel import FIRST_PROMPT, ProbePanel
from lora_studio.ui.session import Session
from lora_studio.ui.widgets.answers_area import AnswersArea
from lora_studio.ui.widgets.comparison_board import ComparisonBoard
from lora_studio.ui.widgets.pinned_list import PinnedList
from lora_studio.ui.widgets.pinned_order import Order
from lora_studio.ui.widgets.pinned_row import PinnedRow
from lora_studio.ui.widgets.prompt_notes import NoteLine, asked
from lora_studio.ui.widgets.temperature_field import TemperatureField
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
        self.bridge.close()  # one that ticks would outlive the test
        self.panel = ProbePanel(session.as_session(), self.bridge)
        qtbot.addWidget(self.panel)
        self.panel.resize(700, 560)
        self.panel.show()
        self.prompt, self.wanted = self.panel.findChildren(QLineEdit)[:2]
        self.board = part(self.panel, ComparisonBoard)
        self.chips = part(self.panel, TokenChips)
        self.pinned = part(self.panel, PinnedList)
        self.temperature = part(self.panel, TemperatureField)
        self.note = part(self.panel, NoteLine)
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

    def click(self, token: str, control: bool = False) -> None:
        line = [row.token for row in self.board.rows].index(token)
        modifier = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        where = self.board.cell_area(line, 0).center()
        self.qtbot.mouseClick(self.board, Qt.MouseButton.LeftButton, modifier, where)

    def choose(self, token: str, text: str) -> None:
        """From the board's menu."""
        menu = self.board.menu_at([row.token for row in self.board.rows].index(token))
        next(action for action in menu.actions() if action.text() == text).trigger()
        menu.deleteLater()

    def set_temperature(self, text: str) -> None:
        self.temperature.lineEdit().selectAll()
        self.qtbot.keyClicks(self.temperature, text)

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


def test_the_fake_offers_what_the_session_does(qapp: object) -> None:
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
    assert shown.row(FIRST_PROMPT).remark() == "reached: sofa"


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
    bridge = Bridge()
    bridge.close()
    panel = ProbePanel(session.as_session(), bridge)
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


def test_a_temperature_is_asked_for_everywhere_and_said(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession(variants=THREE))
    shown.set_temperature("0.7")
    shown.settle()
    comparisons = [shown.board.comparison, *(row.comparison for row in shown.pinned.rows)]
    assert {comparison.temperature for comparison in comparisons if comparison} == {0.7}
    assert shown.board.accessibleDescription().startswith(f"{FIRST_PROMPT}, at temperature 0.7:")
    assert shown.pinned.heading == "Pinned · at temperature 0.7"


def test_a_double_click_goes_back_to_the_models_own_probabilities(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession())
    shown.set_temperature("2")
    qtbot.keyClick(shown.temperature, Qt.Key.Key_Up)
    assert (shown.temperature.text(), shown.session.temperature) == ("2.1", 2.1)
    qtbot.mouseDClick(shown.temperature.lineEdit(), Qt.MouseButton.LeftButton)
    assert (shown.temperature.text(), shown.session.temperature) == ("1", 1.0)
    assert shown.pinned.heading == "Pinned"


def test_an_impossible_temperature_is_marked_and_not_asked(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession())
    shown.session.asked.clear()
    shown.temperature.lineEdit().selectAll()
    qtbot.keyClicks(shown.temperature, "0")
    assert shown.session.asked == []
    assert shown.temperature.property("invalid")
    assert shown.temperature.toolTip() == "From 0.1 to 3."


def test_a_click_goes_on_with_a_token_and_ctrl_z_takes_it_back(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession(variants=THREE))
    shown.click("sofa")
    assert shown.prompt.text() == f"{FIRST_PROMPT} sofa"
    shown.settle()
    assert shown.board.comparison is not None
    assert shown.board.comparison.prompt == f"{FIRST_PROMPT} sofa"
    qtbot.keyClick(shown.prompt, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert shown.prompt.text() == FIRST_PROMPT


def test_after_a_space_a_token_brings_none_of_its_own(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession())
    qtbot.keyClicks(shown.prompt, " ")
    shown.click("tisch")
    assert shown.prompt.text() == f"{FIRST_PROMPT} tisch"


def test_enter_goes_on_with_the_token_that_the_keyboard_is_on(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession(variants=THREE))
    shown.board.setFocus()
    qtbot.keyClick(shown.board, Qt.Key.Key_Down)
    token = shown.board.rows[1].token
    qtbot.keyClick(shown.board, Qt.Key.Key_Return)
    assert shown.prompt.text() == f"{FIRST_PROMPT} {token}"


def test_ctrl_click_makes_a_token_the_wanted_one(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession(variants=THREE))
    shown.click("teller", control=True)
    assert (shown.prompt.text(), shown.wanted.text()) == (FIRST_PROMPT, "teller")
    shown.settle()
    assert [row.token for row in shown.board.rows if row.is_wanted] == ["teller"]


def test_the_menu_asks_which_sentence_did_this_and_pins(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession(variants=THREE))
    shown.type("das auto")
    shown.settle()
    with qtbot.waitSignal(shown.panel.influence_wanted) as told:
        shown.choose("wald", "Which sentence did this?")
    assert told.args == ["das auto", "wald"]
    shown.choose("wald", "Set as wanted token")
    shown.choose("wald", "Pin this prompt")
    assert shown.session.pins[-1] == Probe(prompt="das auto", wanted="wald", kind="corrected")


def test_a_space_at_the_end_is_explained_and_changes_nothing(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession())
    shown.session.asked.clear()
    qtbot.keyClicks(shown.prompt, " ")
    assert {prompt for prompt, _ in shown.session.asked} == {FIRST_PROMPT}
    assert shown.pin_button.isChecked()
    qtbot.waitUntil(lambda: shown.note.text() == "The space at the end changes nothing.")
    assert "MiniGPT reads words" in shown.note.toolTip()
    qtbot.keyClicks(shown.prompt, "x")
    assert shown.note.text() == ""


def test_spaces_between_words_count_as_one(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession())
    shown.type("die  katze")
    assert shown.session.asked[-1][0] == "die katze"
    qtbot.waitUntil(lambda: shown.note.text() == "Several spaces count as one.")


def test_a_model_that_reads_spaces_is_asked_with_them(qtbot: QtBot) -> None:
    session = FakeSession()
    session.model = replace(MODEL, family="qwen3", name="Qwen3")
    shown = Shown(qtbot, session)
    qtbot.keyClicks(shown.prompt, " ")
    assert shown.session.asked[-1][0] == f"{FIRST_PROMPT} "
    qtbot.waitUntil(lambda: "other answers follow" in shown.note.text())


def test_a_variant_that_cannot_read_the_prompt_keeps_its_column(qtbot: QtBot) -> None:
    session = FakeSession(variants=THREE)
    session.unable = {"LoRA V"}
    shown = Shown(qtbot, session)
    assert [title.text for title in shown.board.titles] == ["Base", "LoRA V", "LoRA all"]
    assert shown.answer() == "sofa"
    assert [bool(cell.number) for cell in shown.board.rows[0].cells] == [True, False, True]
    assert "LoRA V does not read so long a prompt" in shown.board.accessibleDescription()
    assert shown.row(FIRST_PROMPT).remark() == "reached: sofa"
    qtbot.waitUntil(lambda: shown.note.text() == "LoRA V does not read so long a prompt")
    assert not shown.panel.grab().isNull()


def test_a_variant_that_is_hidden_is_nowhere(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession(variants=THREE))
    shown.session.set_visible("LoRA V", False)
    shown.session.set_visible("Base", False)
    shown.settle()
    comparisons = [shown.board.comparison, *(row.comparison for row in shown.pinned.rows)]
    assert {comparison.variants for comparison in comparisons if comparison} == {("Base", "LoRA all")}
    assert shown.board.places == (0, 2)  # which keeps its colour


def test_a_variant_that_is_being_trained_is_shown_beside_the_visible_ones(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession(variants=THREE))
    shown.session.holding = True
    qtbot.keyClicks(shown.prompt, " x")
    shown.session.variants, shown.session.hidden = (BASE, LORA_V), {"LoRA V"}
    shown.session.deliver()
    assert shown.board.comparison is not None
    assert shown.board.comparison.variants == ("Base", "LoRA all")


def test_an_earlier_state_of_a_run_is_named_above_its_column(qtbot: QtBot) -> None:
    mix = VariantSummary("Mix", is_base=False, mix=(("LoRA V", 0.5), ("LoRA all", -1.0)))
    shown = Shown(qtbot, FakeSession(variants=(BASE, replace(LORA_V, step=40), mix)))
    assert [title.text for title in shown.board.titles] == ["Base", "LoRA V · step 40", "Mix"]
    heading = shown.board.cell_area(0, 2).topLeft()
    heading.setY(4)
    assert shown.board.tool_tip_at(heading) == "Mix\nLoRA V × 0.5\nLoRA all × -1"


def test_with_many_variants_the_keyboard_brings_a_cell_into_sight(qtbot: QtBot) -> None:
    many = (*THREE, *(VariantSummary(f"LoRA {i}", is_base=False) for i in range(4)))
    shown = Shown(qtbot, FakeSession(variants=many))
    area = part(shown.panel, QScrollArea)
    shown.board.setFocus()
    qtbot.keyClick(shown.board, Qt.Key.Key_End)
    cell = shown.board.cell_area(0, len(many) - 1)
    assert area.horizontalScrollBar().value() > 0
    assert cell.right() <= area.horizontalScrollBar().value() + area.viewport().width()
    assert shown.board.grid() == shown.pinned.rows[0].grid()
    for _ in range(len(many) - 2):
        qtbot.keyClick(shown.board, Qt.Key.Key_Left)
    cell = shown.board.cell_area(0, 1)
    assert cell.left() >= shown.board.grid().frozen


def test_scrolled_down_the_names_stay_in_sight(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession(variants=THREE))
    area = part(shown.panel, AnswersArea)
    shown.panel.resize(700, 260)
    shown.settle()
    assert not area.names.isVisible()
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    assert area.names.isVisible()
    assert not area.names.grab().isNull()


def test_pins_are_put_into_an_order_of_ones_own(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession(variants=THREE))
    qtbot.keyClick(shown.row("die blume blüht im"), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [pin.prompt for pin in shown.session.pins][-2:] == ["die blume blüht im", "das kind spielt im"]
    assert [row.probe for row in shown.pinned.rows] == list(shown.session.pins)


def test_new_numbers_move_nothing_but_the_numbers(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession(variants=THREE))
    places = [widget.geometry() for widget in shown.panel.findChildren(QWidget)]
    tokens = [row.token for row in shown.board.rows]
    for step in range(3):
        shown.session.set_variants((BASE, replace(LORA_V, step=step), LORA_ALL))
        shown.settle()
    assert [row.token for row in shown.board.rows] == tokens
    assert [widget.geometry() for widget in shown.panel.findChildren(QWidget)] == places


# What was typed stays


def test_what_was_typed_is_there_in_another_language(qtbot: QtBot) -> None:
    session = FakeSession(variants=THREE)
    shown = Shown(qtbot, session)
    shown.type("der hund lacht im")
    type_into(qtbot, shown.wanted, "wald")
    shown.set_temperature("0.7")
    shown.pinned.order.set_order(Order.MOVED)
    again = Shown(qtbot, session)  # a new language makes a new window
    assert (again.prompt.text(), again.wanted.text()) == ("der hund lacht im", "wald")
    assert (again.temperature.temperature, session.temperature) == (0.7, 0.7)
    assert again.pinned.heading == "Pinned · at temperature 0.7"
    assert again.pinned.order.order is Order.MOVED
    again.type("das auto")
    assert again.wanted.text() == "wald"  # it was typed, not filled in
    assert session.probe_choices.prompt == "das auto"


def test_a_wanted_token_of_ones_own_for_a_pinned_prompt_stays(qtbot: QtBot) -> None:
    session = FakeSession()
    shown = Shown(qtbot, session)
    shown.wanted.selectAll()
    qtbot.keyClicks(shown.wanted, "teller")
    assert Shown(qtbot, session).wanted.text() == "teller"


def test_what_a_pin_filled_in_still_goes_with_its_prompt(qtbot: QtBot) -> None:
    session = FakeSession()
    shown = Shown(qtbot, session)
    shown.type("der mann liest")
    again = Shown(qtbot, session)
    assert again.wanted.text() == "das"
    qtbot.keyClicks(again.prompt, " x")
    assert again.wanted.text() == ""


def test_an_empty_prompt_stays_empty(qtbot: QtBot) -> None:
    session = FakeSession()
    shown = Shown(qtbot, session)
    shown.prompt.clear()
    assert Shown(qtbot, session).prompt.text() == ""


# What cannot be answered


def test_a_prompt_that_cannot_be_answered_says_so_on_the_board_alone(qtbot: QtBot) -> None:
    session = FakeSession()
    problems: list[object] = []
    session.problem.connect(problems.append)
    session.refused["die qqq"] = DataError("{name} is too long.", advice="Shorten it.", name="die qqq")
    shown = Shown(qtbot, session)
    shown.type("die qqq")
    qtbot.wait(350)  # longer than it takes to say that an answer is late
    assert shown.board.message == "die qqq is too long. Shorten it."
    assert problems == []
    qtbot.keyClicks(shown.prompt, "x")
    shown.settle()
    assert shown.answer() == "der"
    fresh = Shown(qtbot, session)
    assert shown.board.grab().toImage() == fresh.board.grab().toImage()  # not pale


def test_a_late_refusal_does_not_hide_a_newer_answer(qtbot: QtBot) -> None:
    session = FakeSession()
    shown = Shown(qtbot, session)
    shown.panel._unanswered("something older", DataError("It is too long."))
    assert shown.answer() == "tisch"


def test_a_pinned_prompt_that_cannot_be_answered_shows_no_numbers(qtbot: QtBot) -> None:
    session = FakeSession(variants=THREE)
    shown = Shown(qtbot, session)
    row = shown.row("der mann liest")
    session.refused["der mann liest"] = DataError("It is too long.")
    session.set_variants(THREE)
    shown.settle()
    assert row.comparison is None
    assert row.accessibleDescription() == "It is too long."
    assert shown.row("die frau kocht").comparison is not None
    assert not shown.panel.grab().isNull()
    del session.refused["der mann liest"]
    session.set_variants(THREE)
    shown.settle()
    assert row.comparison is not None


# As few questions as there can be


def test_all_pinned_prompts_are_one_question_and_the_newest_counts(qtbot: QtBot) -> None:
    session = FakeSession(variants=THREE)
    shown = Shown(qtbot, session)
    session.jobs_asked.clear()
    session.holding = True
    for step in range(30):  # as a slider that is dragged
        session.set_variants((BASE, replace(LORA_V, step=step), LORA_ALL))
    assert session.jobs_asked == [7] * 30
    assert len(session._waiting) == 2  # the prompt in the field, and those that are pinned
    session.pin(Probe(prompt="das auto"))
    assert session.jobs_asked[-1] == 8  # the seven have no answer yet, and this question takes their place
    session.deliver()
    session.pin(Probe(prompt="die oma"))
    assert session.jobs_asked[-1] == 1
    session.deliver()
    assert all(row.comparison for row in shown.pinned.rows)


def test_what_is_hidden_is_not_asked(qtbot: QtBot) -> None:
    session = FakeSession(variants=THREE)
    shown = Shown(qtbot, session)
    session.holding = True
    session.set_visible("LoRA V", False)
    session.hidden.clear()  # shown again while the answer is on its way
    session.deliver()
    comparisons = [shown.board.comparison, *(row.comparison for row in shown.pinned.rows)]
    assert {comparison.variants for comparison in comparisons if comparison} == {("Base", "LoRA all")}
    assert shown.note.text() == ""


def test_the_base_and_two_variants_need_no_scroll_bar(qtbot: QtBot) -> None:
    shown = Shown(qtbot, FakeSession(variants=THREE))
    area = part(shown.panel, AnswersArea)
    shown.panel.resize(690, 560)
    shown.settle()
    assert area.horizontalScrollBar().maximum() == 0
    assert area.verticalScrollBar().maximum() == 0
    shown.panel.resize(690, 400)  # one that scrolls down takes its room, too
    shown.settle()
    assert area.verticalScrollBar().maximum() > 0
    assert area.horizontalScrollBar().maximum() == 0


CHATTY = replace(MODEL, name="Qwen3", source="/models/qwen3", family="qwen3", spells_everything=True, chats=True)


def test_a_model_that_chats_can_be_asked_as_in_a_chat(qtbot: QtBot) -> None:
    session = FakeSession()
    session.model = CHATTY
    box = Shown(qtbot, session).panel._line.chat
    assert box.isVisible()
    assert not session.as_chat
    box.click()
    assert session.as_chat
    session.model = MODEL
    session.model_ready.emit(MODEL)
    assert not box.isVisible()
    assert not session.as_chat


def test_line_ends_and_spaces_reach_a_model_that_reads_them() -> None:
    assert asked("  eins\n\tzwei  \x00drei ", CHATTY) == "  eins\n\tzwei  drei "
    assert asked("eins\nzwei", MODEL) == "eins zwei"
    assert asked(" \n ", CHATTY) == ""
