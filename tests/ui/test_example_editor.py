"""Rows of several parts: shown as they are read, and written in a window of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lora_studio.core.data.dataset import Dataset, Role
from lora_studio.core.data.examples import completion_row, messages_row, text_row
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.panels.data_panel import DataPanel
from lora_studio.ui.widgets.example_editor import CHAT, TEXT, ExampleEditor
from lora_studio.ui.widgets.row_table import RowTable
from tests.ui.test_data_panel import DataSession

pytestmark = pytest.mark.usefixtures("english")

CAPITAL = completion_row("What is the capital of France?", "Paris")
CHATTED = messages_row((("system", "Be brief."), ("user", "Hello"), ("assistant", "Hi.")))
POEM = text_row("roses are red\n  violets are blue")


@pytest.fixture
def session(qapp: object) -> Iterator[DataSession]:
    session = DataSession()
    rows = (CAPITAL, "die katze schläft", CHATTED, POEM)
    session.datasets.append(DatasetModel(Dataset(name="Mixed", role=Role.INSTRUCTION, rows=rows), session))
    yield session
    session.deleteLater()


@pytest.fixture
def panel(qtbot: QtBot, session: DataSession) -> DataPanel:
    panel = DataPanel(session.as_session(), Bridge(session))
    qtbot.addWidget(panel)
    panel.resize(420, 700)
    panel.show()
    qtbot.waitExposed(panel)
    panel.choose("Mixed")
    panel.table.setFocus()
    return panel


def rows(panel: DataPanel) -> tuple[str, ...]:
    dataset = panel.current()
    assert dataset is not None
    return dataset.rows()


def open_window(qtbot: QtBot, panel: DataPanel) -> ExampleEditor:
    qtbot.waitUntil(lambda: panel.examples.window is not None)
    return cast(ExampleEditor, panel.examples.window)


def edit(qtbot: QtBot, panel: DataPanel, row: int) -> ExampleEditor:
    panel.table.select_rows(row)
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    return open_window(qtbot, panel)


def test_rows_of_several_parts_read_as_one_line(panel: DataPanel) -> None:
    model = panel.table.model()
    assert model.index(0, 0).data() == "What is the capital of France? → Paris"
    assert model.index(2, 0).data() == "Be brief. → Hello → Hi."
    assert model.index(3, 0).data() == "roses are red violets are blue"
    assert model.index(0, 2).data() == "7", "words, not signs of JSON"


def test_f2_opens_the_parts_and_saving_is_one_step_to_undo(qtbot: QtBot, panel: DataPanel) -> None:
    window = edit(qtbot, panel, 0)
    assert [field.text.toPlainText() for field in window.turns] == ["What is the capital of France?", "Paris"]
    window.turns[1].text.setPlainText("Paris,\nof course")
    QTest.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert rows(panel)[0] == completion_row("What is the capital of France?", "Paris,\nof course")
    qtbot.waitUntil(lambda: panel.examples.window is None)
    dataset = panel.current()
    assert dataset is not None
    dataset.undo_stack.undo()
    assert rows(panel)[0] == CAPITAL


def test_double_click_opens_the_parts_and_escape_changes_nothing(qtbot: QtBot, panel: DataPanel) -> None:
    place = panel.table.visualRect(panel.table.model().index(2, 0)).center()
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    window = open_window(qtbot, panel)
    assert window.shape.currentIndex() == CHAT
    assert [field.role() for field in window.turns] == ["system", "user", "assistant"]
    window.turns[2].text.setPlainText("Go away.")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert panel.examples.window is window, "what has been written is not thrown away at once"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: panel.examples.window is None)
    assert rows(panel)[2] == CHATTED


def test_a_plain_row_is_typed_where_it_stands(qtbot: QtBot, panel: DataPanel) -> None:
    panel.table.select_rows(1)
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    assert panel.table.state() == RowTable.State.EditingState
    assert panel.examples.window is None


def test_a_new_example_comes_below_the_selected_row(qtbot: QtBot, panel: DataPanel) -> None:
    panel.table.select_rows(0)
    QTest.keyClick(panel.table, Qt.Key.Key_Insert, Qt.KeyboardModifier.AltModifier)
    window = open_window(qtbot, panel)
    assert not window.save_button.isEnabled(), "nothing to learn yet"
    window.turns[0].text.setPlainText("2 + 2 =")
    window.turns[1].text.setPlainText("4")
    assert window.save_button.isEnabled()
    window.save_button.click()
    assert rows(panel)[1] == completion_row("2 + 2 =", "4")
    assert panel.table.selected_rows() == [1]


def test_turns_are_added_and_removed(qtbot: QtBot, panel: DataPanel) -> None:
    window = edit(qtbot, panel, 2)
    window.add_button.click()
    assert window.turns[-1].role() == "user", "after an answer comes a question"
    window.turns[-1].text.setPlainText("Bye")
    window.add_button.click()
    window.turns[-1].text.setPlainText("Bye bye.")
    window.turns[0].remove_button.click()
    window.save_button.click()
    expected = (("user", "Hello"), ("assistant", "Hi."), ("user", "Bye"), ("assistant", "Bye bye."))
    assert rows(panel)[2] == messages_row(expected)


def test_what_was_written_outlives_a_look_at_another_form(qtbot: QtBot, panel: DataPanel) -> None:
    window = edit(qtbot, panel, 0)
    window.shape.setCurrentIndex(TEXT)
    assert not window.save_button.isEnabled()
    window.shape.setCurrentIndex(CHAT)
    window.save_button.click()
    assert rows(panel)[0] == messages_row((("user", "What is the capital of France?"), ("assistant", "Paris")))


def test_a_row_that_was_moved_meanwhile_is_still_the_one_that_changes(qtbot: QtBot, panel: DataPanel) -> None:
    window = edit(qtbot, panel, 0)
    dataset = panel.current()
    assert dataset is not None
    dataset.move([0], 4)
    window.turns[1].text.setPlainText("Lyon")
    window.save_button.click()
    assert rows(panel)[3] == completion_row("What is the capital of France?", "Lyon")
    assert len(rows(panel)) == 4


def test_copied_rows_come_back_with_all_their_parts(qtbot: QtBot, panel: DataPanel) -> None:
    panel.table.select_rows(2, 2)
    panel.table.copy_rows()
    panel.table.select_rows(0)
    panel.table.paste_rows()
    assert rows(panel)[1:3] == (CHATTED, POEM)


def test_a_row_added_beside_prompts_is_one_of_several_parts(qtbot: QtBot, panel: DataPanel) -> None:
    panel.table.select_rows(0)
    panel.tools.add_button.click()
    window = open_window(qtbot, panel)
    window.turns[0].text.setPlainText("2 + 2 =")
    window.turns[1].text.setPlainText("4")
    window.save_button.click()
    assert rows(panel)[1] == completion_row("2 + 2 =", "4")


def test_a_row_added_beside_plain_ones_is_typed_there(qtbot: QtBot, panel: DataPanel) -> None:
    panel.table.select_rows(1)
    panel.tools.add_button.click()
    assert panel.table.state() == RowTable.State.EditingState
    assert panel.examples.window is None


def test_the_window_stands_before_the_one_it_belongs_to(qtbot: QtBot, panel: DataPanel) -> None:
    panel.window().move(100, 60)
    window = edit(qtbot, panel, 0)
    middle, wanted = window.geometry().center(), panel.window().frameGeometry().center()
    room = panel.screen().availableGeometry()
    assert room.contains(window.geometry())
    assert abs(middle.x() - wanted.x()) <= 40 or window.x() in (room.left(), room.right() - window.width())
