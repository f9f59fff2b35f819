"""The board: which rows it shows, what they say, and what one can read out, point at and copy."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import Probe
from lora_studio.core.events import Answer, Comparison, Prediction
from lora_studio.ui.theme import LIGHT, apply_theme, variant_color
from lora_studio.ui.widgets.columns import columns, least_width
from lora_studio.ui.widgets.comparison_board import ComparisonBoard
from lora_studio.ui.widgets.comparison_text import side_effects
from lora_studio.ui.widgets.figures import clock, percent, points
from lora_studio.ui.widgets.row_choice import choose_rows
from tests.ui.fakes import canned_comparison

ENGLISH, GERMAN = QLocale(QLocale.Language.English), QLocale(QLocale.Language.German)
NAMES = ("Base", "LoRA V", "LoRA all")
PROMPT = "die katze sitzt auf dem"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(ENGLISH)
    yield
    QLocale.setDefault(before)


@pytest.fixture
def board(qtbot: QtBot) -> ComparisonBoard:
    result = ComparisonBoard()
    qtbot.addWidget(result)
    result.resize(700, result.sizeHint().height())
    return result


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0.981, "98"), (1.0, "100"), (0.01, "1"), (0.0096, "1"), (0.0094, "0.9"), (0.003, "0.3"), (0.0001, "<0.1"),
     (0.0, "0"), (None, "—")],
)  # fmt: skip
def test_a_probability_has_as_many_digits_as_say_something(probability: float | None, text: str) -> None:
    assert percent(probability, ENGLISH) == text


def test_numbers_follow_the_locale() -> None:
    assert percent(0.003, GERMAN) == "0,3"
    assert points(-0.004, GERMAN) == "−0,4"


@pytest.mark.parametrize(("change", "text"), [(0.939, "+94"), (-0.96, "−96"), (0.0, "0"), (-0.0001, "0")])
def test_a_change_has_its_sign(change: float, text: str) -> None:
    assert points(change, ENGLISH) == text


def test_a_span_is_written_as_on_a_clock() -> None:
    assert [clock(seconds, ENGLISH) for seconds in (0.4, 61, 3723)] == ["00:00", "01:01", "1:02:03"]


def test_rows_hold_numbers_changes_and_the_marks(board: ComparisonBoard) -> None:
    board.set_comparison(canned_comparison(PROMPT, NAMES, "sofa"), (0, 1, 2))
    rows = {row.token: row for row in board.rows}
    assert [cell.number for cell in rows["tisch"].cells] == ["98", "2", "1"]
    assert [cell.change for cell in rows["tisch"].cells] == ["", "−96", "−97"]
    assert [cell.change for cell in rows["sofa"].cells] == ["", "+94", "+96"]
    assert [cell.is_answer for cell in rows["sofa"].cells] == [False, True, True]
    assert [token for token, row in rows.items() if row.is_wanted] == ["sofa"]


def test_a_token_that_the_base_lacks_is_a_dash_and_new_elsewhere(board: ComparisonBoard) -> None:
    board.set_comparison(canned_comparison("der hund läuft im", NAMES, "wald"), (0, 1, 2))
    row = next(row for row in board.rows if row.token == "wald")
    assert [cell.number for cell in row.cells] == ["—", "97", "98"]
    assert [cell.change for cell in row.cells] == ["", "new", "new"]
    tips = [board.tool_tip_at(board.cell_area(board.rows.index(row), place).center()) for place in range(3)]
    assert tips[0] == "not in this variant's vocabulary"
    assert tips[1] == "LoRA V · wald: 96.7000 %\nnot in the base's vocabulary"
    assert board.tool_tip_at(QPoint(2, 2)) == ""


def test_answers_and_the_wanted_token_are_never_left_out() -> None:
    tokens = tuple(f"t{i}" for i in range(12))
    first = tuple(0.5 - 0.04 * i for i in range(12))
    answers = tuple(Answer("p", ("p",), (), (Prediction(token, 0.5),)) for token in ("t0", "t11"))
    comparison = Comparison("p", "t10", ("Base", "LoRA"), tokens, (first, first), answers)
    chosen = choose_rows(comparison, limit=4)
    assert [tokens[i] for i in chosen.shown] == ["t0", "t1", "t10", "t11"]
    assert chosen.hidden == 8
    assert chosen.highest_hidden == pytest.approx(first[2])


def test_more_rows_come_with_a_press(board: ComparisonBoard, qtbot: QtBot) -> None:
    board.set_comparison(canned_comparison("die sonne scheint am", NAMES, "sofa"), (0, 1, 2))
    board.show()
    button = board.findChild(QPushButton)
    assert button is not None
    assert button.isVisible()
    assert button.text() == "1 more"
    assert button.accessibleName() == "1 more tokens, at most 0.1 %"
    few, height = len(board.rows), board.sizeHint().height()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(board.rows) > few
    assert board.sizeHint().height() > height
    assert button.text() == "fewer"


def test_it_can_be_read_out_and_copied(board: ComparisonBoard, qtbot: QtBot) -> None:
    board.set_comparison(canned_comparison(PROMPT, ("Base", "LoRA V"), "sofa"), (0, 1))
    assert board.accessibleDescription() == f"{PROMPT}: Base tisch 98 %, LoRA V sofa 94 %"
    qtbot.keyClick(board, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[:2] == [PROMPT, "token\tBase (%)\tLoRA V (%)"]
    assert "sofa\t0.3100\t94.2000" in lines


def test_a_message_takes_the_place_of_answers(board: ComparisonBoard) -> None:
    board.set_comparison(canned_comparison(PROMPT, ("Base",)), (0,))
    board.set_message("Loading MiniGPT…")
    assert board.rows == ()
    assert board.accessibleDescription() == "Loading MiniGPT…"
    assert not board.grab().isNull()


def test_the_bars_have_the_variants_colours_and_the_fixed_scale(board: ComparisonBoard, qapp: object) -> None:
    board.set_comparison(canned_comparison(PROMPT, NAMES, "sofa"), (0, 1, 2))
    apply_theme(qapp, LIGHT)  # type: ignore[arg-type]
    image = board.grab().toImage()
    sofa = [row.token for row in board.rows].index("sofa")
    lengths = [colored_in_row(board, image, sofa, place) for place in (1, 2)]
    assert lengths[1] / lengths[0] == pytest.approx(0.968 / 0.942, abs=0.04)
    assert colored_in_row(board, image, sofa, 0) <= 2


def test_a_variant_stands_in_the_same_column_whatever_the_width() -> None:
    for width in (600, 700, 1100, 1900):
        grid = columns(width, 3)
        rects = [grid.rect(index, 0, 10) for index in range(3)]
        assert [grid.at(rect.center().x()) for rect in rects] == [0, 1, 2]
        assert rects[2].right() < max(width, least_width(3))
        assert len({rect.width() for rect in rects}) == 1


def test_only_kept_prompts_have_side_effects() -> None:
    comparison = canned_comparison("das kind spielt im", NAMES)
    assert side_effects(Probe(prompt="das kind spielt im"), comparison) == ("LoRA V", "LoRA all")
    assert side_effects(Probe(prompt="das kind spielt im", kind="corrected"), comparison) == ()
    assert side_effects(Probe(prompt=PROMPT), canned_comparison(PROMPT, ("Base",))) == ()


def moving(*shares: float) -> Comparison:
    """Seven tokens, t0 … t6; the second variant gives them `shares`."""
    tokens = tuple(f"t{i}" for i in range(len(shares)))
    base = tuple(0.5 - 0.05 * i for i in range(len(shares)))
    rows = (base, shares)
    tops = (tokens[0], max(tokens, key=lambda token: shares[tokens.index(token)]))
    answers = tuple(Answer("p", ("p",), (), (Prediction(top, 0.5),)) for top in tops)
    return Comparison("p", "", ("Base", "LoRA"), tokens, rows, answers)


def test_rows_keep_their_places_while_the_numbers_move(board: ComparisonBoard) -> None:
    board.set_comparison(moving(0.5, 0.1, 0.1, 0.1, 0.05, 0.05, 0.01), (0, 1))
    before = [row.token for row in board.rows]
    assert before == ["t0", "t1", "t2", "t3", "t4", "t5"]
    board.set_comparison(moving(0.01, 0.02, 0.1, 0.1, 0.05, 0.2, 0.01), (0, 1))
    assert [row.token for row in board.rows] == before
    board.set_comparison(moving(0.0, 0.02, 0.0, 0.0, 0.05, 0.0, 0.9), (0, 1))  # t6 is an answer now
    assert [row.token for row in board.rows] == ["t0", "t1", "t2", "t3", "t4", "t6"]


def test_another_prompt_has_rows_of_its_own(board: ComparisonBoard) -> None:
    board.set_comparison(canned_comparison(PROMPT, NAMES, "sofa"), (0, 1, 2))
    board.set_comparison(canned_comparison("der mann liest", NAMES), (0, 1, 2))
    assert [row.token for row in board.rows] == ["die", "das", "ein", "im", "auf"]


def test_csv_has_a_line_a_token(board: ComparisonBoard) -> None:
    board.set_comparison(canned_comparison("der hund, läuft im", ("Base", 'LoRA "V"')), (0, 1))
    board.copy_csv()
    lines = list(csv.reader(io.StringIO(QGuiApplication.clipboard().text())))
    assert lines[0] == ["prompt", "temperature", "token", "Base (%)", 'LoRA "V" (%)']
    assert lines[1] == ["der hund, läuft im", "1", "der", "31.0000", "25.0000"]
    assert lines[-1][2:] == ["wald", "", "9.0000"]


def test_arrows_go_from_cell_to_cell_and_each_is_read_out(board: ComparisonBoard, qtbot: QtBot) -> None:
    board.set_comparison(canned_comparison(PROMPT, NAMES, "sofa"), (0, 1, 2))
    board.show()
    board.setFocus()
    qtbot.waitUntil(board.hasFocus)
    assert board.accessibleDescription() == "tisch, Base: 98 %; row 1 of 5"
    qtbot.keyClick(board, Qt.Key.Key_Right)
    assert board.accessibleDescription() == "tisch, LoRA V: 2 %, −96 pp; row 1 of 5"
    qtbot.keyClick(board, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert (board.cursor_cell.line, board.cursor_cell.place) == (4, 2)
    qtbot.keyClick(board, Qt.Key.Key_Down)
    assert board.cursor_cell.line == 4
    board.clearFocus()
    assert board.accessibleDescription().startswith(PROMPT)


def test_with_ctrl_enter_makes_a_token_the_wanted_one(board: ComparisonBoard, qtbot: QtBot) -> None:
    board.set_comparison(canned_comparison(PROMPT, NAMES), (0, 1, 2))
    with qtbot.waitSignal(board.wanted_chosen) as told:
        qtbot.keyClick(board, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert told.args == ["tisch"]


def test_without_a_token_the_menu_only_copies_and_pins(board: ComparisonBoard) -> None:
    board.set_comparison(canned_comparison(PROMPT, ("Base",)), (0,))
    names = [action.text() for action in board.menu_at(-1).actions() if action.text()]
    assert names == ["Pin this prompt", "Copy as text", "Copy as CSV"]
    base_only = {action.text(): action.isEnabled() for action in board.menu_at(0).actions()}
    assert base_only["Go on with “tisch”"]
    assert not base_only["Which sentence did this?"]


def test_tokens_stay_in_sight_when_the_columns_are_scrolled(board: ComparisonBoard) -> None:
    board.set_comparison(canned_comparison(PROMPT, (*NAMES, *"abcd"), "sofa"), tuple(range(7)))
    board.resize(board.sizeHint())
    first = board.grid().first_rect(0, board.height())
    tokens = board.grab(first).toImage()
    board.set_offset(200)
    assert board.grab(first.translated(200, 0)).toImage() == tokens
    hidden = board.cell_area(0, 0).center()
    assert board.grid().at(hidden.x()) == -1


def colored_in_row(board: ComparisonBoard, image: QImage, line: int, place: int) -> int:
    """How many pixels across a cell have the variant's colour."""
    wanted, area = variant_color(LIGHT, place).rgb(), board.cell_area(line, place)
    return sum(image.pixel(x, area.center().y()) == wanted for x in range(area.left(), area.right()))
