"""The palette: everything is found by typing, and done by keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from lora_studio.ui.command_palette import CommandPalette, Entry
from lora_studio.ui.fuzzy import rank

pytestmark = pytest.mark.usefixtures("english")


class Window(QMainWindow):
    """With a field that has the focus, and a palette that notes what was done."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.field = QLineEdit()
        self.setCentralWidget(self.field)
        self.palette_ = CommandPalette(self, self.entries)

    def entries(self) -> list[Entry]:
        return [
            Entry("Save adapter", "File", lambda: self.done.append("save"), "Ctrl+S"),
            Entry("Export merged model", "File", lambda: self.done.append("export"), obstacle="Choose a variant."),
            Entry("Reset layout", "View", lambda: self.done.append("reset")),
            Entry("Theme: Dark", "View › Theme", lambda: self.done.append("dark")),
            Entry("Go to dataset TRAINING", "Data", lambda: self.done.append("data")),
        ]


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    window.field.setFocus()
    window.palette_.open()
    return window


def titles(window: Window) -> list[str]:
    return [entry.title for entry in window.palette_.shown()]


def type_in(window: Window, text: str) -> None:
    QTest.keyClicks(window.palette_.field, text)


def press(window: Window, key: Qt.Key) -> None:
    QTest.keyClick(window.palette_.field, key)


def test_it_opens_with_everything_and_takes_the_focus(window: Window) -> None:
    assert len(titles(window)) == 5
    assert window.palette_.field.hasFocus()
    middle = window.palette_.geometry().center().x()
    assert abs(middle - window.width() // 2) <= 1


def test_typing_and_enter_do_it_and_give_the_focus_back(window: Window) -> None:
    type_in(window, "sav")
    press(window, Qt.Key.Key_Return)
    assert window.done == ["save"]
    assert not window.palette_.isVisible()
    assert window.field.hasFocus()


def test_the_arrows_choose(window: Window) -> None:
    press(window, Qt.Key.Key_Down)
    press(window, Qt.Key.Key_Down)
    press(window, Qt.Key.Key_Return)
    assert window.done == ["reset"]


def test_up_from_the_first_is_the_last(window: Window) -> None:
    press(window, Qt.Key.Key_Up)
    press(window, Qt.Key.Key_Return)
    assert window.done == ["data"]


def test_escape_closes_and_does_nothing(window: Window) -> None:
    press(window, Qt.Key.Key_Escape)
    assert not window.palette_.isVisible()
    assert window.field.hasFocus()
    assert window.done == []


def test_what_cannot_be_done_says_why_and_is_not_done(window: Window) -> None:
    type_in(window, "export")
    (entry,) = window.palette_.shown()
    assert entry.spoken == "Export merged model, Choose a variant."
    press(window, Qt.Key.Key_Return)
    assert window.palette_.isVisible()
    assert window.done == []


def test_a_click_does_it(window: Window) -> None:
    view = window.palette_.list
    place = view.visualRect(view.model().index(2, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.done == ["reset"]


def test_it_goes_when_one_turns_to_something_else(window: Window) -> None:
    window.field.setFocus()
    assert not window.palette_.isVisible()


def test_nothing_found_is_said(window: Window) -> None:
    type_in(window, "zebra")
    assert titles(window) == []
    assert not window.palette_.list.isVisible()
    press(window, Qt.Key.Key_Return)
    assert window.palette_.isVisible()


def test_it_stays_inside_a_narrow_window(window: Window) -> None:
    window.resize(500, 400)
    assert window.rect().contains(window.palette_.geometry())


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("adapter", "Save adapter"),
        ("rl", "Reset layout"),
        ("dark", "Theme: Dark"),
        ("training", "Go to dataset TRAINING"),
    ],
)
def test_the_best_comes_first(window: Window, query: str, best: str) -> None:
    type_in(window, query)
    assert titles(window)[0] == best


# The ranking


def test_the_beginning_of_a_word_counts_more_than_its_middle() -> None:
    assert fit("load", "Load adapter") > fit("load", "Reload")
    assert fit("mer", "Merge") > fit("mer", "Export merged model")


@pytest.mark.parametrize("query", ["export model", "model export", "EXPORT", "exprt", "file exp"])
def test_ways_to_find_it(query: str) -> None:
    assert rank(query, "Export merged model", "File") is not None


@pytest.mark.parametrize("query", ["x", "export zebra", "mxyz"])
def test_what_does_not_fit(query: str) -> None:
    assert rank(query, "Merge", "Model") is None


def fit(query: str, title: str) -> float:
    found = rank(query, title)
    assert found is not None
    return found


def test_the_lines_are_drawn(window: Window) -> None:
    assert isinstance(window.palette_, QWidget)
    assert not window.palette_.grab().isNull()


def test_a_field_that_goes_while_one_chooses_is_not_missed(window: Window, qtbot: QtBot) -> None:
    """As the editor of a cell does, which closes when it loses the focus."""
    field = window.field
    field.deleteLater()
    qtbot.waitUntil(lambda: not isValid(field))
    type_in(window, "sav")
    press(window, Qt.Key.Key_Return)
    assert window.done == ["save"]
