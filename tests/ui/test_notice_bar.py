"""Messages stay until they are read; a receipt that alarms is no good news."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lora_studio.core.errors import DataError
from lora_studio.core.events import Receipt
from lora_studio.ui.receipt_text import is_alarming, message_of, short_text
from lora_studio.ui.widgets.notice_bar import Notice, NoticeBar

FIRST = DataError("{path} is not UTF-8 text.", advice="Save it as UTF-8.", path="facts.txt")
SECOND = DataError("Line {line} is not valid JSON.", line=3)
RECEIPT = Receipt("adapter", "/home/me/studio/adapters/lora-v", 7, 1e-7, (), 40_960)
FLIPPED = replace(RECEIPT, largest_change=0.4, flipped=("der hund läuft im", "das kind spielt im"))


@pytest.fixture
def bar(qtbot: QtBot) -> Iterator[NoticeBar]:
    window = QWidget()
    layout = QVBoxLayout(window)
    bar = NoticeBar(window)
    layout.addWidget(bar)
    layout.addWidget(QLineEdit())
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    yield bar
    window.close()


def message(bar: NoticeBar) -> str:
    notice = bar.current()
    return notice.text if notice else ""


def test_a_result_that_is_no_adapter_is_not_called_one() -> None:
    assert message_of(RECEIPT, QLocale.c()).startswith("Adapter saved and read back:")
    assert message_of(replace(RECEIPT, kind="result"), QLocale.c()).startswith("Result stored and read back:")


def test_an_error_says_what_happened_and_what_to_do(bar: NoticeBar) -> None:
    assert not bar.isVisible()
    bar.show_problem(FIRST)
    assert bar.isVisible()
    assert message(bar) == "facts.txt is not UTF-8 text.\nSave it as UTF-8."
    assert bar.accessibleName() == message(bar)


def test_several_wait_for_each_other(qtbot: QtBot, bar: NoticeBar) -> None:
    bar.show_problem(FIRST)
    bar.show_problem(SECOND)
    bar.show_problem(FIRST)  # the same again is no second message
    assert message(bar).startswith("facts.txt")
    QTest.mouseClick(bar.close_button, Qt.MouseButton.LeftButton)
    assert message(bar) == "Line 3 is not valid JSON."
    QTest.mouseClick(bar.close_button, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()


def test_the_newest_problem_is_seen_first(qtbot: QtBot, bar: NoticeBar) -> None:
    bar.show_problem(FIRST)
    bar.show_problem(SECOND)
    assert message(bar) == "Line 3 is not valid JSON."
    bar.dismiss()
    assert message(bar).startswith("facts.txt")


def test_escape_closes_from_anywhere_in_the_window(qtbot: QtBot, bar: NoticeBar) -> None:
    field = bar.window().findChild(QLineEdit)
    assert field is not None
    field.setFocus()
    bar.show_problem(FIRST)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not bar.isVisible()


def test_a_message_can_be_copied(qtbot: QtBot, bar: NoticeBar) -> None:
    bar.show_problem(FIRST)
    QTest.keyClick(bar.copy_button, Qt.Key.Key_Space)
    assert QApplication.clipboard().text() == "facts.txt is not UTF-8 text.\nSave it as UTF-8."


def test_markup_in_a_name_is_shown_as_it_is(bar: NoticeBar) -> None:
    bar.show_problem(DataError("{path} is missing.", path="<img src=x>"))
    assert message(bar) == "<img src=x> is missing."


def test_good_news_gives_way_errors_stay(bar: NoticeBar) -> None:
    bar.show_receipt(RECEIPT)
    assert message(bar).startswith("Adapter saved and read back:")
    bar.show_problem(FIRST)
    bar.show_receipt(RECEIPT)
    assert message(bar).startswith("facts.txt")


def test_a_receipt_takes_one_line_and_tells_the_rest_on_demand(bar: NoticeBar) -> None:
    bar.show_receipt(replace(RECEIPT, path="/home/me/studio/runs/2026-01-01-lora-v/adapter"))
    notice = bar.current()
    assert notice is not None
    assert notice.message == "Adapter saved and read back: 41 KB in 2026-01-01-lora-v"
    bar.show_receipt(replace(RECEIPT, path="/home/me/studio/runs/2026-01-01-101500-lora-all-protected/adapter"))
    notice = bar.current()
    assert notice is not None
    assert notice.message.endswith("41 KB in …101500-lora-all-protected")
    assert "largest change in probability 0.0000001 over 7 prompts" in bar.accessibleName()
    bar.copy_button.click()
    assert "no answer flipped" in QApplication.clipboard().text()


def test_a_flip_is_a_warning_that_names_the_prompts(bar: NoticeBar) -> None:
    bar.show_receipt(FLIPPED)
    notice = bar.current()
    assert notice is not None
    assert notice.kind == "warning"
    assert "2 answers flipped." in notice.message
    assert "“der hund läuft im”, “das kind spielt im”" in notice.advice


@pytest.mark.parametrize(
    ("change", "alarming"), [(0.0, False), (1e-7, False), (1e-4, False), (2e-4, True), (math.nan, True)]
)
def test_what_alarms(change: float, alarming: bool) -> None:
    assert is_alarming(replace(RECEIPT, largest_change=change)) is alarming


def test_a_receipt_in_words() -> None:
    assert message_of(RECEIPT, QLocale("en_US")) == (
        "Adapter saved and read back: largest change in probability 0.0000001 over 7 prompts, no answer flipped. "
        "41 KB in …/adapters/lora-v"
    )
    assert "0,0000001" in message_of(RECEIPT, QLocale("de_DE"))
    assert "< 0.0000001" in message_of(replace(RECEIPT, largest_change=4e-8), QLocale("en_US"))
    assert message_of(replace(RECEIPT, kind="merge", path="x"), QLocale("en_US")).endswith("no answer flipped.")


@pytest.mark.parametrize(("rounding", "text"), [(0.03358, "3.36"), (0.0, "0.00"), (1e-6, "< 0.01")])
def test_a_receipt_says_what_rounding_cost(rounding: float, text: str) -> None:
    said = message_of(replace(RECEIPT, kind="merge", path="x", rounding=rounding), QLocale("en_US"))
    assert said.endswith(f"no answer flipped. Rounding the base to 4 bits moved a probability by at most {text} pp.")
    assert not is_alarming(replace(RECEIPT, rounding=rounding))


def test_news_can_lead_back(qtbot: QtBot, bar: NoticeBar) -> None:
    gone_back: list[bool] = []
    bar.show_receipt(RECEIPT)
    bar.show_news(
        "B is the base now.", "What stood beside A left the board.", "Open A again", lambda: gone_back.append(True)
    )
    assert message(bar) == "B is the base now.\nWhat stood beside A left the board."
    assert bar.offer_button.text() == "Open A again"
    QTest.keyClick(bar.offer_button, Qt.Key.Key_Space)
    assert gone_back == [True]
    assert not bar.isVisible()
    bar.show_problem(FIRST)
    assert not bar.offer_button.isVisible()


def test_news_gives_way_to_what_comes_next(bar: NoticeBar) -> None:
    bar.show_news("B is the base now.", "", "Open A again", lambda: None)
    bar.show_problem(FIRST)
    assert message(bar).startswith("facts.txt")
    bar.dismiss()
    assert not bar.isVisible()


@pytest.mark.parametrize(("change", "text"), [(1e-7, "1e-7"), (4e-8, "1e-7"), (0.0, "0"), (1.1e-7, "1e-6")])
def test_a_receipt_in_the_status_bar(change: float, text: str) -> None:
    assert short_text(replace(RECEIPT, largest_change=change)) == f"✓ Receipt: Δp ≤ {text}"


def test_an_alarm_in_the_status_bar() -> None:
    assert short_text(FLIPPED).startswith("⚠")
    assert "2 answers flipped" in short_text(FLIPPED)


def test_the_details_are_shown_and_copied_on_demand(bar: NoticeBar) -> None:
    bar.show_problem(raised())
    assert bar.details_button.isVisible()
    assert not bar.details.isVisible()
    QTest.mouseClick(bar.details_button, Qt.MouseButton.LeftButton)
    assert bar.details.isVisible()
    for part in ("DataError", "path: facts.txt", "FileNotFoundError: not there", "Traceback"):
        assert part in bar.details.toPlainText()
    bar.copy_button.click()
    assert QApplication.clipboard().text().startswith("facts.txt is not UTF-8 text.")
    assert "FileNotFoundError: not there" in QApplication.clipboard().text()


def test_the_next_message_begins_without_its_details(bar: NoticeBar) -> None:
    bar.show_problem(raised())
    bar.details_button.click()
    bar.show_problem(SECOND)
    assert not bar.details.isVisible()
    bar.copy_button.click()
    assert QApplication.clipboard().text() == "Line 3 is not valid JSON."


def test_news_has_no_details(bar: NoticeBar) -> None:
    bar.show_receipt(RECEIPT)
    assert not bar.details_button.isVisible()


def raised() -> DataError:
    try:
        try:
            raise FileNotFoundError("not there")
        except FileNotFoundError as cause:
            raise DataError("{path} is not UTF-8 text.", path="facts.txt") from cause
    except DataError as error:
        return error


def test_problems_do_not_pile_up_without_end(bar: NoticeBar) -> None:
    for line in range(100):
        bar.show_problem(DataError("Line {line} is not valid JSON.", line=line))
    read = 0
    while bar.current():
        bar.dismiss()
        read += 1
    assert read == 20


def test_news_that_came_while_nobody_looked_waits(qtbot: QtBot, bar: NoticeBar) -> None:
    other = QLineEdit()
    qtbot.addWidget(other)
    with qtbot.waitActive(other):
        other.show()
        other.activateWindow()
    bar.show_success("LoRA V has finished.", "&Show the curves", lambda: None)
    bar._forget_good_news()  # its time is over
    assert message(bar) == "LoRA V has finished."
    with qtbot.waitActive(bar.window()):
        bar.window().activateWindow()
    bar._forget_good_news()
    assert not bar.isVisible()
    other.close()


def test_errors_push_no_question_out(bar: NoticeBar) -> None:
    question = bar.show_question("LoRA V was interrupted at step 12 of 320.", "", ("&Resume", lambda: None))
    for line in range(100):
        bar.show_problem(DataError("Line {line} is not valid JSON.", line=line))
    read = []
    while notice := bar.current():
        read.append(notice)
        bar.dismiss()
    assert len(read) == 21
    assert read[-1] is question


def test_an_answer_that_takes_its_own_question_back_is_one_answer(bar: NoticeBar) -> None:
    answered: list[Notice] = []
    bar.dismissed.connect(answered.append)
    question = bar.show_question("Shall it go on?", "", ("&Resume", lambda: bar.take_back(question)))
    QTest.mouseClick(bar.offer_button, Qt.MouseButton.LeftButton)
    assert answered == [question]
