"""The data panel under real clicks, keys, files, drags and the clipboard."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QEvent, QLocale, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QHelpEvent,
    QKeyEvent,
    QPalette,
    QTextCharFormat,
    QTextLayout,
    QUndoCommand,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolTip, QTreeWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import BUILTIN_DATASETS, FACT_CORRECTION
from lora_studio.core.data.dataset import Dataset, Role
from lora_studio.core.data.examples import completion_row, messages_row
from lora_studio.core.errors import StudioError
from lora_studio.core.methods import METHODS, Method
from lora_studio.ui import icons, row_reader
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.dataset_files import with_writer, writer_filters
from lora_studio.ui.dataset_model import KEEPING, TEXT, WORDS, DatasetModel, Keeping
from lora_studio.ui.kept_rows import KeptRows, tell_uses
from lora_studio.ui.panels.data_panel import DataPanel
from lora_studio.ui.theme import DARK, LIGHT, apply_theme
from lora_studio.ui.widgets import dataset_list, row_delegate
from lora_studio.ui.widgets.dataset_list import COUNT
from tests.ui.fakes import MODEL, FakeSession

ROWS = list(FACT_CORRECTION.rows)
NO_KEYS = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


class DataSession(FakeSession):
    """A session that really keeps datasets, as the real one does."""

    def __init__(self) -> None:
        super().__init__()
        self.datasets = [DatasetModel(dataset, self) for dataset in BUILTIN_DATASETS]
        self.kept_rows = KeptRows(lambda: self.datasets, self)
        self.kept_rows.changed.connect(self.kept_changed)
        self.select_datasets((FACT_CORRECTION.name,))
        self.problems: list[StudioError] = []
        self.problem.connect(self.problems.append)
        for model in self.datasets:
            model.set_known_words(MODEL.words.__contains__)

    def set_method(self, method: Method) -> None:
        self.method = method
        self._tell_uses()
        self.settings_changed.emit()

    def select_datasets(self, names: tuple[str, ...]) -> None:
        self.selected = tuple(name for name in names if name in [model.name for model in self.datasets])
        self._tell_uses()
        self.selection_changed.emit()

    def set_kept(self, name: str, kept: bool) -> None:
        self.kept_rows.set_kept(name, kept)

    def _tell_uses(self) -> None:
        tell_uses(self.datasets, self.selected, reads=not self.method.learns_by_gradients)
        self.kept_rows.look_again()

    def add_dataset(
        self, name: str, rows: tuple[str, ...] = (), role: Role = Role.FINETUNING, *, at: int | None = None
    ) -> DatasetModel:
        taken = {model.name for model in self.datasets}
        free = next(n for n in (name, f"{name} 2", f"{name} 3") if n not in taken)
        model = DatasetModel(Dataset(name=free, role=role, rows=rows), self)
        self.datasets.insert(len(self.datasets) if at is None else at, model)
        self._tell_uses()
        self.datasets_changed.emit()
        return model

    def remove_dataset(self, name: str) -> None:
        self.datasets = [model for model in self.datasets if model.name != name]
        self.select_datasets(tuple(other for other in self.selected if other != name))
        self.datasets_changed.emit()

    def rename_dataset(self, name: str, new_name: str) -> None:
        self.model_named(name).name = new_name
        self.select_datasets(tuple(new_name if chosen == name else chosen for chosen in self.selected))
        self.datasets_changed.emit()

    def model_named(self, name: str) -> DatasetModel:
        return cast(DatasetModel, next(model for model in self.datasets if model.name == name))


@pytest.fixture
def session(qtbot: QtBot) -> DataSession:
    session = DataSession()
    qtbot.waitUntil(lambda: session.kept_rows.figures is not None)
    return session


@pytest.fixture
def panel(qtbot: QtBot, session: DataSession) -> Iterator[DataPanel]:
    apply_theme(cast(QApplication, QApplication.instance()), LIGHT)
    bridge = Bridge()
    panel = DataPanel(session.as_session(), bridge)
    qtbot.addWidget(panel)
    panel.resize(260, 640)
    panel.show()
    panel.activateWindow()
    qtbot.waitExposed(panel)
    panel.table.setFocus()
    yield panel
    bridge.close()


def rows(panel: DataPanel) -> list[str]:
    dataset = panel.current()
    assert dataset is not None
    return list(dataset.dataset().rows)


def press(panel: DataPanel, key: Qt.Key, modifiers: Qt.KeyboardModifier = NO_KEYS) -> None:
    """Presses a key where the focus is."""
    QTest.keyClick(cast(QWidget | None, panel.focusWidget()) or panel, key, modifiers)
    QApplication.processEvents()  # Qt commits what was typed only after Enter was handled


def write(panel: DataPanel, text: str) -> None:
    """Types a text; QTest.keyClicks knows no umlauts."""
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(panel.focusWidget(), QKeyEvent(kind, Qt.Key.Key_unknown, NO_KEYS, letter))


def click(panel: DataPanel, button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def entry(panel: DataPanel, place: int) -> QTreeWidgetItem:
    item = panel.dataset_list.topLevelItem(place)
    assert item is not None
    return item


def names(panel: DataPanel) -> list[str]:
    return [entry(panel, place).text(0) for place in range(panel.dataset_list.topLevelItemCount())]


def click_cell(panel: DataPanel, row: int, modifiers: Qt.KeyboardModifier = NO_KEYS) -> QPoint:
    center = panel.table.visualRect(panel.table.model().index(row, TEXT)).center()
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, modifiers, center)
    return center


# The datasets


def test_it_starts_with_the_dataset_that_is_trained_on(panel: DataPanel) -> None:
    assert names(panel) == [dataset.name for dataset in BUILTIN_DATASETS]
    assert [entry(panel, place).text(COUNT) for place in range(4)] == ["20", "8", "4", "5"]
    assert rows(panel) == ROWS
    assert [entry(panel, place).checkState(0) == Qt.CheckState.Checked for place in range(4)] == [
        False,
        False,
        True,
        False,
    ]


def test_a_click_shows_another_dataset(panel: DataPanel, session: DataSession) -> None:
    where = panel.dataset_list.visualItemRect(entry(panel, 1)).center()
    QTest.mouseClick(panel.dataset_list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert panel.current() is session.datasets[1]
    assert panel.undo_group.activeStack() is session.model_named("FINETUNING").undo_stack
    assert panel.footer.summary.text().startswith("8 rows · ")


def test_a_tick_chooses_what_is_trained_on(panel: DataPanel, session: DataSession, qtbot: QtBot) -> None:
    panel.dataset_list.setFocus()
    panel.choose("TRAINING")
    with qtbot.waitSignal(session.selection_changed):
        press(panel, Qt.Key.Key_Space)
    assert session.selected == ("FACT_CORRECTION", "TRAINING")
    session.select_datasets(("FINETUNING",))
    assert entry(panel, 1).checkState(0) == Qt.CheckState.Checked
    assert entry(panel, 0).checkState(0) == Qt.CheckState.Unchecked


def test_a_new_dataset_is_named_at_once(panel: DataPanel, session: DataSession) -> None:
    click(panel, panel.new_button)
    editor = panel.dataset_list.findChild(QLineEdit)
    assert editor is not None
    editor.setText("Küche")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert names(panel)[-1] == "Küche" == session.datasets[-1].name
    assert "No rows yet" in panel.hint.text()


def test_a_name_that_is_taken_is_refused_with_a_reason(panel: DataPanel, session: DataSession) -> None:
    entry(panel, 0).setText(0, "FINETUNING")
    assert names(panel)[0] == "TRAINING"
    assert "FINETUNING already" in session.problems[0].message
    entry(panel, 0).setText(0, "  ")
    assert names(panel)[0] == "TRAINING"


def test_removing_a_dataset_can_be_taken_back(panel: DataPanel, session: DataSession) -> None:
    panel.dataset_list.setFocus()
    press(panel, Qt.Key.Key_Delete)
    assert "FACT_CORRECTION" not in names(panel)
    assert not session.selected
    assert panel.current() in session.datasets
    assert panel.footer.notice.text() == "FACT_CORRECTION was removed."
    click(panel, panel.footer.undo)
    assert rows(panel) == ROWS
    assert session.selected == ("FACT_CORRECTION",)
    assert session.model_named("FACT_CORRECTION").role == Role.FACT_CORRECTION
    assert not panel.footer.notice.isVisible()


def test_a_removed_dataset_comes_back_by_undo(panel: DataPanel, session: DataSession) -> None:
    before = names(panel)
    session.model_named("FACT_CORRECTION").restore_held_out([ROWS[0]])
    panel.dataset_list.setFocus()
    press(panel, Qt.Key.Key_Delete)
    press(panel, Qt.Key.Key_Z, CONTROL)
    assert names(panel) == before
    assert session.selected == ("FACT_CORRECTION",)
    assert session.model_named("FACT_CORRECTION").held_out == {ROWS[0]}
    assert (rows(panel), panel.footer.notice.text()) == (ROWS, "")
    press(panel, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert "FACT_CORRECTION" not in names(panel)
    press(panel, Qt.Key.Key_Z, CONTROL)
    assert names(panel) == before


def test_what_has_gone_otherwise_is_not_removed_again(panel: DataPanel, session: DataSession) -> None:
    panel.dataset_list.setFocus()
    press(panel, Qt.Key.Key_Delete)
    press(panel, Qt.Key.Key_Z, CONTROL)
    session.remove_dataset("FACT_CORRECTION")
    before = names(panel)
    session.undo_stack.redo()
    assert names(panel) == before
    assert session.undo_stack.count() == 0


def test_undo_belongs_to_the_rows_again_once_one_is_edited(panel: DataPanel) -> None:
    panel.dataset_list.setFocus()
    press(panel, Qt.Key.Key_Delete)
    removed = names(panel)
    panel.table.setFocus()
    before = rows(panel)
    click(panel, panel.tools.add_button)
    write(panel, "der opa schläft")
    press(panel, Qt.Key.Key_Tab)
    panel.dataset_list.setFocus()
    press(panel, Qt.Key.Key_Z, CONTROL)
    assert (rows(panel), names(panel)) == (before, removed)


def test_the_small_undo_takes_back_the_removal_whatever_was_done_since(panel: DataPanel, session: DataSession) -> None:
    panel.dataset_list.setFocus()
    press(panel, Qt.Key.Key_Delete)
    session.undo_stack.push(QUndoCommand("another"))
    click(panel, panel.footer.undo)
    assert "FACT_CORRECTION" in names(panel)
    assert panel.footer.notice.text() == ""


def test_a_new_row_that_is_left_untyped_is_not_counted(panel: DataPanel) -> None:
    click_cell(panel, 3)
    press(panel, Qt.Key.Key_F2)
    write(panel, "der opa schläft")
    press(panel, Qt.Key.Key_Return)  # the last row: a new one opens
    press(panel, Qt.Key.Key_Escape)
    assert not panel.footer.warning.isVisible()


def test_without_any_dataset_the_panel_offers_one(panel: DataPanel, session: DataSession) -> None:
    for dataset in BUILTIN_DATASETS:
        session.remove_dataset(dataset.name)
    assert panel.current() is None
    assert "list of sentences" in panel.hint.text()
    assert not panel.tools.add_button.isEnabled()
    panel.table.setFocus()
    press(panel, Qt.Key.Key_Insert)
    press(panel, Qt.Key.Key_V, CONTROL)
    panel.restore_datasets()
    assert set(names(panel)) == {dataset.name for dataset in BUILTIN_DATASETS}
    assert session.model_named("TRAINING").role == Role.TRAINING


def test_built_in_rows_can_be_restored_and_that_undone(panel: DataPanel) -> None:
    press(panel, Qt.Key.Key_A, CONTROL)
    press(panel, Qt.Key.Key_Delete)
    assert rows(panel) == []
    panel.restore_rows()
    assert rows(panel) == ROWS
    press(panel, Qt.Key.Key_Z, CONTROL)
    assert rows(panel) == []


# Editing rows


def test_add_by_the_button_and_go_on_by_enter(panel: DataPanel) -> None:
    click(panel, panel.tools.add_button)
    write(panel, "der opa schläft")
    press(panel, Qt.Key.Key_Return)
    write(panel, "die oma singt")
    press(panel, Qt.Key.Key_Return)
    assert not panel.footer.warning.isVisible()  # about a row that is still being typed
    press(panel, Qt.Key.Key_Return)  # nothing typed: that was all
    assert rows(panel) == [*ROWS, "der opa schläft", "die oma singt"]
    assert panel.focusWidget() is panel.table
    assert entry(panel, 2).text(COUNT) == "6"


def test_insert_adds_below_the_current_row_and_escape_takes_it_back(panel: DataPanel) -> None:
    click_cell(panel, 0)
    press(panel, Qt.Key.Key_Insert)
    assert rows(panel)[1] == ""
    press(panel, Qt.Key.Key_Escape)
    assert rows(panel) == ROWS
    assert not panel.undo_group.canUndo()


def test_enter_on_the_last_row_adds_one(panel: DataPanel) -> None:
    click_cell(panel, 3)
    press(panel, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    write(panel, "das kind spielt")
    press(panel, Qt.Key.Key_Tab)
    assert rows(panel)[4] == "das kind spielt"


def test_edit_by_double_click_f2_enter_and_typing(panel: DataPanel) -> None:
    center = click_cell(panel, 0)
    QTest.mouseDClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=center)
    write(panel, "ganz neu")
    press(panel, Qt.Key.Key_Return)
    assert rows(panel)[0] == "ganz neu"
    assert panel.table.currentIndex().row() == 1
    press(panel, Qt.Key.Key_F2)
    press(panel, Qt.Key.Key_End)
    write(panel, " am morgen")
    press(panel, Qt.Key.Key_Return)
    assert rows(panel)[1] == "der hund läuft im wald am morgen"
    press(panel, Qt.Key.Key_Return)
    write(panel, "x y")
    press(panel, Qt.Key.Key_Tab)
    assert rows(panel)[2] == "x y"
    write(panel, "z")
    press(panel, Qt.Key.Key_Escape)
    press(panel, Qt.Key.Key_Q)
    write(panel, " r")
    press(panel, Qt.Key.Key_Return)
    assert rows(panel)[3] == "q r"


def test_delete_undo_and_redo_by_keys(panel: DataPanel) -> None:
    click_cell(panel, 1)
    click_cell(panel, 2, CONTROL)
    press(panel, Qt.Key.Key_Delete)
    assert rows(panel) == [ROWS[0], ROWS[3]]
    assert panel.table.currentIndex().row() == 1
    press(panel, Qt.Key.Key_Z, CONTROL)
    assert rows(panel) == ROWS
    press(panel, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert rows(panel) == [ROWS[0], ROWS[3]]
    panel.dataset_list.setFocus()
    press(panel, Qt.Key.Key_Z, CONTROL)
    assert rows(panel) == ROWS


def test_each_dataset_has_its_own_history(panel: DataPanel) -> None:
    click_cell(panel, 0)
    press(panel, Qt.Key.Key_Delete)
    panel.choose("TRAINING")
    assert not panel.undo_group.canUndo()
    panel.choose("FACT_CORRECTION")
    panel.undo_group.undo()
    assert rows(panel) == ROWS


def test_reorder_by_keys(panel: DataPanel) -> None:
    click_cell(panel, 0)
    click_cell(panel, 1, SHIFT)
    press(panel, Qt.Key.Key_Down, ALT)
    assert rows(panel) == [ROWS[2], ROWS[0], ROWS[1], ROWS[3]]
    assert panel.table.selected_rows() == [1, 2]
    press(panel, Qt.Key.Key_Down, ALT)
    press(panel, Qt.Key.Key_Down, ALT)  # at the end already
    assert rows(panel) == [ROWS[2], ROWS[3], ROWS[0], ROWS[1]]
    click(panel, panel.tools.up_button)
    press(panel, Qt.Key.Key_Up, ALT)
    press(panel, Qt.Key.Key_Up, ALT)
    assert rows(panel) == ROWS


def test_many_lines_are_pasted_as_rows_and_copied_as_lines(panel: DataPanel) -> None:
    QApplication.clipboard().setText("eins zwei\r\n\n  drei\tvier \nfünf sechs\n")
    click_cell(panel, 0)
    press(panel, Qt.Key.Key_V, CONTROL)
    assert rows(panel)[1:4] == ["eins zwei", "drei vier", "fünf sechs"]
    assert panel.table.selected_rows() == [1, 2, 3]
    press(panel, Qt.Key.Key_X, CONTROL)
    assert QApplication.clipboard().text() == "eins zwei\ndrei vier\nfünf sechs"
    assert rows(panel) == ROWS
    click_cell(panel, 3)
    press(panel, Qt.Key.Key_C, CONTROL)
    assert QApplication.clipboard().text() == ROWS[3]


def test_many_lines_pasted_while_a_new_row_is_typed(panel: DataPanel) -> None:
    QApplication.clipboard().setText("eins zwei\ndrei vier")
    click(panel, panel.tools.add_button)
    press(panel, Qt.Key.Key_V, CONTROL)
    assert rows(panel) == [*ROWS, "eins zwei", "drei vier"]
    press(panel, Qt.Key.Key_Z, CONTROL)
    assert rows(panel) == ROWS


def test_many_lines_pasted_while_a_row_is_edited(panel: DataPanel) -> None:
    QApplication.clipboard().setText("eins zwei\ndrei vier")
    click_cell(panel, 0)
    press(panel, Qt.Key.Key_F2)
    write(panel, "geändert hier")
    press(panel, Qt.Key.Key_V, CONTROL)
    assert rows(panel)[:4] == ["geändert hier", "eins zwei", "drei vier", ROWS[1]]


def test_one_line_pasted_while_a_row_is_typed_goes_into_it(panel: DataPanel) -> None:
    QApplication.clipboard().setText("auf dem sofa")
    click(panel, panel.tools.add_button)
    write(panel, "er sitzt ")
    press(panel, Qt.Key.Key_V, CONTROL)
    press(panel, Qt.Key.Key_Tab)
    assert rows(panel)[4] == "er sitzt auf dem sofa"


def test_what_is_typed_is_not_lost_when_another_dataset_is_shown(panel: DataPanel, session: DataSession) -> None:
    click(panel, panel.tools.add_button)
    write(panel, "der opa schläft")
    where = panel.dataset_list.visualItemRect(entry(panel, 0)).center()
    QTest.mouseClick(panel.dataset_list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert session.model_named("FACT_CORRECTION").dataset().rows == (*ROWS, "der opa schläft")


def test_find(panel: DataPanel) -> None:
    press(panel, Qt.Key.Key_F, CONTROL)
    assert panel.focusWidget() is panel.find_field
    write(panel, "DIE")
    assert panel.table.selected_rows() == [0]
    press(panel, Qt.Key.Key_Return)
    assert panel.table.selected_rows() == [2]
    press(panel, Qt.Key.Key_Return, SHIFT)
    assert panel.table.selected_rows() == [0]
    write(panel, "selbe")
    assert panel.find_field.property("invalid") is True
    press(panel, Qt.Key.Key_Escape)
    assert not panel.find_field.isVisible()
    assert panel.focusWidget() is panel.table


def find_only(panel: DataPanel, text: str) -> list[str]:
    """What is in sight after `text` was typed with only matching rows shown."""
    press(panel, Qt.Key.Key_F, CONTROL)
    press(panel, Qt.Key.Key_F, CONTROL | SHIFT)
    write(panel, text)
    return [str(panel.table.model().index(row, 0).data()) for row in range(panel.table.shown_count())]


def test_only_matching_rows_are_shown_until_the_search_ends(panel: DataPanel) -> None:
    assert find_only(panel, "DIE") == [ROWS[0], ROWS[2]]
    write(panel, " frau")
    assert panel.table.shown_count() == 1
    press(panel, Qt.Key.Key_Escape)
    assert panel.table.shown_count() == len(ROWS)
    assert not panel.find_field.only_matches.isChecked()


def test_filtered_rows_are_edited_and_deleted_where_they_are(panel: DataPanel) -> None:
    find_only(panel, "die frau")
    panel.table.setFocus()
    panel.table.selectAll()
    assert panel.table.selected_rows() == [2]
    index = panel.table.model().index(0, 0)
    panel.table.model().setData(index, "der mann kocht die suppe")
    assert rows(panel) == [*ROWS[:2], "der mann kocht die suppe", ROWS[3]]
    assert panel.table.shown_count() == 1, "what was just edited must not vanish"
    panel.table.delete_rows()
    assert rows(panel) == [*ROWS[:2], ROWS[3]]


def test_what_others_tick_is_shown(panel: DataPanel, session: DataSession) -> None:
    session.select_datasets(("TRAINING",))
    shown = panel.current()
    assert shown is not None
    assert shown.name == "TRAINING"


def test_a_row_is_shown_by_its_text(panel: DataPanel) -> None:
    panel.choose("TRAINING")
    panel.show_row("FACT_CORRECTION", ROWS[2])
    assert panel.table.selected_rows() == [2]


def test_a_new_row_ends_the_filter(panel: DataPanel) -> None:
    find_only(panel, "frau")
    panel.table.insert_lines(["der opa schläft"])
    assert panel.table.shown_count() == len(ROWS) + 1
    assert not panel.find_field.only_matches.isChecked()


def test_filtered_rows_keep_their_order(panel: DataPanel) -> None:
    find_only(panel, "die")
    panel.table.setFocus()
    panel.table.select_rows(2)
    press(panel, Qt.Key.Key_Up, ALT)
    assert rows(panel) == ROWS, "beside what is out of sight, no place is the next"


# What is noticed


def test_the_footer_sums_up(panel: DataPanel) -> None:
    assert panel.footer.summary.text() == "4 rows · 2 new words: wald, suppe"
    assert not panel.footer.warning.isVisible()
    QApplication.clipboard().setText("katze\nder\n")
    press(panel, Qt.Key.Key_V, CONTROL)
    assert panel.footer.warning.text().startswith("2 rows are too short")
    press(panel, Qt.Key.Key_Delete)
    assert not panel.footer.warning.isVisible()


def test_what_is_being_typed_survives_the_model_coming(panel: DataPanel, session: DataSession) -> None:
    click(panel, panel.tools.add_button)
    write(panel, "der opa")
    session.model_named("FACT_CORRECTION").set_known_words(None)
    session.select_datasets(())
    press(panel, Qt.Key.Key_Tab)
    assert rows(panel)[4] == "der opa"


def test_words_become_new_when_the_model_is_there(panel: DataPanel, session: DataSession) -> None:
    session.model_named("FACT_CORRECTION").set_known_words(None)
    assert panel.footer.summary.text() == "4 rows"
    session.model_named("FACT_CORRECTION").set_known_words(MODEL.words.__contains__)
    assert panel.footer.summary.text() == "4 rows · 2 new words: wald, suppe"


def test_new_words_are_underlined_in_the_accent(panel: DataPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[str, int, int, QTextCharFormat]] = []
    plain = row_delegate._range

    def recorded(start: int, word: str, marked: QTextCharFormat) -> QTextLayout.FormatRange:
        drawn.append((word, start, len(word), marked))
        return plain(start, word, marked)

    monkeypatch.setattr(row_delegate, "_range", recorded)
    panel.table.grab()
    assert [mark[:3] for mark in drawn] == [("wald", 18, 4), ("suppe", 19, 5)]
    assert drawn[0][3].underlineStyle() == QTextCharFormat.UnderlineStyle.DotLine
    assert drawn[0][3].foreground().color().name() == LIGHT.accent


def test_the_tooltip_says_what_is_new_or_wrong(panel: DataPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda position, text, widget: said.append(text))

    def tip(row: int, column: int = 0) -> str:
        center = panel.table.visualRect(panel.table.model().index(row, column)).center()
        event = QHelpEvent(QEvent.Type.ToolTip, center, panel.table.viewport().mapToGlobal(center))
        QApplication.sendEvent(panel.table.viewport(), event)
        return said[-1]

    assert tip(1) == "new to the base: wald"
    assert tip(0) == ""
    assert tip(0, WORDS) == "6 words"
    QApplication.clipboard().setText("katze")
    click_cell(panel, 3)
    press(panel, Qt.Key.Key_V, CONTROL)
    assert tip(4) == "too short: needs at least two words"
    long = "die katze sitzt auf dem sofa und der hund läuft im garten"
    panel.table.insert_lines([long])
    assert tip(5).startswith(long)


# What is kept


def click_mark(panel: DataPanel, row: int) -> None:
    place = panel.table.visualRect(panel.table.model().index(row, KEEPING)).center()
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def click_shield(panel: DataPanel, place: int) -> None:
    cell = panel.dataset_list.visualItemRect(entry(panel, place))
    cell.setLeft(panel.dataset_list.columnViewportPosition(dataset_list.KEEPING))
    cell.setWidth(panel.dataset_list.columnWidth(dataset_list.KEEPING))
    QTest.mouseClick(panel.dataset_list.viewport(), Qt.MouseButton.LeftButton, pos=cell.center())


def mark_of(panel: DataPanel, row: int) -> Keeping | None:
    dataset = panel.current()
    assert dataset is not None
    return dataset.keeping_of(row)


def test_a_click_on_the_shield_keeps_a_dataset_or_not(panel: DataPanel, session: DataSession) -> None:
    outdoors = session.model_named("OUTDOORS")
    click_shield(panel, 4)
    assert outdoors.is_kept
    assert panel.current() is outdoors
    assert mark_of(panel, 0) is Keeping.KEPT
    assert not panel.table.isColumnHidden(KEEPING)
    assert "kept" in entry(panel, 4).data(0, Qt.ItemDataRole.AccessibleTextRole)
    click_shield(panel, 4)
    assert not outdoors.is_kept
    assert panel.table.isColumnHidden(KEEPING)
    assert panel.dataset_list.currentColumn() == 0  # so that Space ticks it


def test_a_dataset_is_kept_by_key_and_menu(panel: DataPanel, session: DataSession) -> None:
    panel.choose("TRAINING")
    panel.dataset_list.setFocus()
    press(panel, Qt.Key.Key_P, CONTROL)
    assert not session.model_named("TRAINING").kept
    panel.dataset_menu.aboutToShow.emit()
    keep = next(action for action in panel.dataset_menu.actions() if action.text().startswith("Keep what it says"))
    keep.trigger()
    assert session.model_named("TRAINING").kept
    panel.dataset_menu.aboutToShow.emit()
    assert keep.text().startswith("Don't keep")


def test_what_is_learned_cannot_be_kept(panel: DataPanel, session: DataSession) -> None:
    click_shield(panel, 2)
    assert not session.model_named("FACT_CORRECTION").kept
    session.select_datasets(("TRAINING",))
    panel.choose("TRAINING")
    assert panel.table.isColumnHidden(KEEPING)
    assert "cannot be kept" in entry(panel, 0).toolTip(dataset_list.KEEPING)
    session.select_datasets(())
    assert not panel.table.isColumnHidden(KEEPING)


def test_a_click_on_a_mark_holds_the_row_out_and_can_be_undone(panel: DataPanel) -> None:
    panel.choose("TRAINING")
    click_cell(panel, 5)
    click_mark(panel, 2)
    assert mark_of(panel, 2) is Keeping.HELD_OUT
    assert panel.table.selected_rows() == [5]
    click_mark(panel, 2)
    assert mark_of(panel, 2) is Keeping.KEPT
    press(panel, Qt.Key.Key_Z, CONTROL)
    assert mark_of(panel, 2) is Keeping.HELD_OUT
    press(panel, Qt.Key.Key_Z, CONTROL)
    assert mark_of(panel, 2) is Keeping.KEPT
    assert panel.undo_group.redoText() == "Hold out"


def test_selected_rows_are_held_out_together_by_key(panel: DataPanel) -> None:
    panel.choose("TRAINING")
    click_cell(panel, 4)
    click_cell(panel, 6, SHIFT)
    press(panel, Qt.Key.Key_P, CONTROL)
    assert [mark_of(panel, row) for row in (3, 4, 5, 6)] == [Keeping.CONTRADICTED, *[Keeping.HELD_OUT] * 3]
    press(panel, Qt.Key.Key_P, CONTROL)
    assert [mark_of(panel, row) for row in (4, 5, 6)] == [Keeping.KEPT, Keeping.KEPT, Keeping.CONTRADICTED]


def test_letters_still_begin_to_type(panel: DataPanel) -> None:
    panel.choose("TRAINING")
    click_cell(panel, 0)
    press(panel, Qt.Key.Key_P)
    write(panel, " x")
    press(panel, Qt.Key.Key_Return)
    assert rows(panel)[0] == "p x"


def test_the_tooltip_of_a_mark_names_the_new_row(panel: DataPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda position, text, widget: said.append(text))
    panel.choose("TRAINING")
    for row in (0, 2):
        center = panel.table.visualRect(panel.table.model().index(row, KEEPING)).center()
        event = QHelpEvent(QEvent.Type.ToolTip, center, panel.table.viewport().mapToGlobal(center))
        QApplication.sendEvent(panel.table.viewport(), event)
    assert said[0] == "contradicted by “die katze sitzt auf dem sofa”: not kept\nA click holds it out."
    assert said[1].startswith("kept: ")
    spoken = panel.table.model().index(0, TEXT).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "die katze sitzt auf dem tisch; contradicted by “die katze sitzt auf dem sofa”: not kept"


def test_each_state_has_a_mark_of_its_own(panel: DataPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[str] = []

    def recorded(name: str, widget: QWidget, tint: str = "") -> object:
        painted.append(name)
        return icons.icon(name, widget, tint)

    monkeypatch.setattr(row_delegate, "icon", recorded)
    panel.choose("TRAINING")
    click_mark(panel, 2)
    painted.clear()
    panel.table.grab()
    assert painted[:4] == ["shield_off", "shield_off", "shield_open", "shield_off"]
    assert "shield" in painted


def test_a_removed_dataset_comes_back_as_it_was_kept(panel: DataPanel, session: DataSession) -> None:
    panel.choose("TRAINING")
    click_mark(panel, 2)
    panel.remove_dataset()
    click(panel, panel.footer.undo)
    assert session.model_named("TRAINING").is_kept
    assert mark_of(panel, 2) is Keeping.HELD_OUT
    panel.remove_dataset()
    panel.restore_datasets()
    assert session.model_named("TRAINING").is_kept


def test_a_double_click_on_the_number_of_rows_types_nothing(panel: DataPanel) -> None:
    cell = panel.dataset_list.visualItemRect(entry(panel, 1))
    for column in (dataset_list.KEEPING, COUNT):
        place = QPoint(panel.dataset_list.columnViewportPosition(column) + 4, cell.center().y())
        QTest.mouseClick(panel.dataset_list.viewport(), Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseDClick(panel.dataset_list.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert panel.dataset_list.findChild(QLineEdit) is None


# Groups of prompts


READING = next(method for method in METHODS if not method.learns_by_gradients)


def test_groups_of_prompts_say_which_way_they_point(panel: DataPanel, session: DataSession) -> None:
    assert not panel.groups.isVisible()
    session.set_method(READING())
    assert panel.groups.text().startswith("Tick two groups")
    session.select_datasets(("OUTDOORS", "INDOORS"))
    assert panel.groups.isVisible()
    assert panel.groups.text() == "Towards OUTDOORS, away from INDOORS."
    session.rename_dataset("OUTDOORS", "garden")
    assert panel.groups.text() == "Towards garden, away from INDOORS."
    session.set_method(METHODS[0]())
    assert not panel.groups.isVisible()


def test_the_group_that_was_ticked_first_is_the_one_to_move_towards(panel: DataPanel, session: DataSession) -> None:
    session.set_method(READING())
    session.select_datasets(())
    for name in ("INDOORS", "OUTDOORS"):
        entry(panel, names(panel).index(name)).setCheckState(0, Qt.CheckState.Checked)
    assert session.selected == ("INDOORS", "OUTDOORS")
    assert panel.groups.text() == "Towards INDOORS, away from OUTDOORS."


def test_two_groups_can_be_swapped(panel: DataPanel, session: DataSession) -> None:
    session.set_method(READING())
    assert not panel.swap_button.isVisible()
    session.select_datasets(("OUTDOORS", "INDOORS"))
    for first, second in (("INDOORS", "OUTDOORS"), ("OUTDOORS", "INDOORS")):
        click(panel, panel.swap_button)
        assert session.selected == (first, second)
        assert panel.groups.text() == f"Towards {first}, away from {second}."
    session.set_method(METHODS[0]())
    assert not panel.swap_button.isVisible()


def test_a_group_that_is_brought_back_stands_where_it_was(panel: DataPanel, session: DataSession) -> None:
    session.set_method(READING())
    session.select_datasets(("OUTDOORS", "INDOORS"))
    before = names(panel)
    panel.choose("OUTDOORS")
    panel.remove_dataset()
    click(panel, panel.footer.undo)
    assert names(panel) == before
    assert session.selected == ("OUTDOORS", "INDOORS")
    assert panel.groups.text() == "Towards OUTDOORS, away from INDOORS."


def test_a_prompt_may_be_one_word_and_adds_none(panel: DataPanel, session: DataSession) -> None:
    panel.choose("OUTDOORS")
    panel.table.insert_lines(["draußen"])
    assert not panel.footer.warning.isVisible()
    assert panel.footer.summary.text() == "5 rows · 1 word that the base does not know: draußen"
    session.select_datasets(("OUTDOORS",))  # now it would be learned
    assert panel.footer.warning.isVisible()
    assert panel.footer.summary.text() == "5 rows · 1 new word: draußen"
    session.set_method(READING())
    assert not panel.footer.warning.isVisible()


def test_restored_groups_stand_in_their_order(panel: DataPanel, session: DataSession) -> None:
    for dataset in BUILTIN_DATASETS:
        session.remove_dataset(dataset.name)
    panel.restore_datasets()
    assert names(panel) == [dataset.name for dataset in BUILTIN_DATASETS]
    assert session.model_named("INDOORS").role == Role.CONTRAST


# Files


def answering(paths: tuple[Path, ...]) -> Callable[[], tuple[Path, ...]]:
    return lambda: paths


def test_import_into_the_dataset(panel: DataPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "neu.txt").write_text("eins zwei\ndrei vier\n", encoding="utf-8")
    monkeypatch.setattr(panel, "choose_files_to_import", answering((tmp_path / "neu.txt",)))
    panel.tools.import_button.menu().actions()[0].trigger()
    assert rows(panel) == [*ROWS, "eins zwei", "drei vier"]
    assert panel.footer.notice.text() == "2 rows from neu.txt"
    assert panel.undo_group.undoText() == "Import neu.txt"
    panel.undo_group.undo()
    assert rows(panel) == ROWS
    assert not panel.footer.notice.isVisible()


def test_import_as_a_new_dataset(
    panel: DataPanel, session: DataSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "küche.jsonl").write_text('{"text": "die suppe kocht"}\n', encoding="utf-8")
    monkeypatch.setattr(panel, "choose_files_to_import", answering((tmp_path / "küche.jsonl",)))
    panel.tools.import_button.menu().actions()[1].trigger()
    assert names(panel)[-1] == "küche"
    assert rows(panel) == ["die suppe kocht"]
    assert panel.dataset_list.current_name() == "küche"
    assert panel.footer.notice.text() == "1 row from küche.jsonl"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"die \xff", "is not UTF-8 text"),
        ("a.jsonl", b"{\n[", "line 1 is not valid JSON"),
        ("a.txt", b"", "has no rows"),
        ("a.pdf", b"x", "unknown kind"),
    ],
)
def test_a_bad_file_is_told_and_changes_nothing(
    panel: DataPanel, session: DataSession, tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)
    panel.import_file(tmp_path / name)
    assert reason in session.problems[0].message
    assert rows(panel) == ROWS
    assert not panel.footer.notice.isVisible()


def test_a_large_file_is_read_in_slices(
    panel: DataPanel, session: DataSession, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "many.txt").write_text("die katze sitzt\n" * 1_000, encoding="utf-8")
    monkeypatch.setattr(row_reader, "SLICE_SECONDS", 0)
    panel.import_file(tmp_path / "many.txt")
    assert panel.footer.notice.text() == "Reading many.txt: 64 rows so far"
    panel.choose("TRAINING")  # the rows go where they were meant to go
    qtbot.waitUntil(lambda: panel.footer.notice.text() == f"{QLocale().toString(1000)} rows from many.txt")
    assert len(rows(panel)) == 1_004
    assert panel.dataset_list.current_name() == "FACT_CORRECTION"


@pytest.mark.parametrize("name", ["out.txt", "out.jsonl", "out.json"])
def test_export_and_import_give_the_same_rows(
    panel: DataPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(panel, "choose_file_to_export", lambda proposed: with_writer(tmp_path / name, ""))
    click(panel, panel.tools.export_button)
    assert panel.footer.notice.text() == f"Exported to {name}"
    panel.import_file(tmp_path / name, as_new=True)
    assert rows(panel) == ROWS


def test_a_target_that_cannot_be_written_is_told(
    panel: DataPanel, session: DataSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(panel, "choose_file_to_export", lambda proposed: with_writer(tmp_path / "file" / "out.txt", ""))
    click(panel, panel.tools.export_button)
    assert "could not be written" in session.problems[0].message


def test_export_adds_the_suffix_that_the_dialog_left_out(tmp_path: Path) -> None:
    text = next(text for text in writer_filters() if text.startswith("Plain text"))
    assert with_writer(tmp_path / "v1.2", text)[0] == tmp_path / "v1.2.txt"
    assert with_writer(tmp_path / "rows", "")[0] == tmp_path / "rows.jsonl"
    assert with_writer(tmp_path / "rows.TXT", "")[0] == tmp_path / "rows.TXT"
    (tmp_path / "rows.jsonl").touch()
    with pytest.raises(StudioError, match="exists already"):
        with_writer(tmp_path / "rows", "")


def test_columns_that_nobody_knows_are_asked_for(panel: DataPanel, session: DataSession, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("nr,frage,antwort\n1,Wie heißt du?,Anna\n2,Und er?,Otto\n", encoding="utf-8")
    panel.import_file(tmp_path / "t.csv", as_new=True)
    window = panel.import_window
    assert window is not None
    assert [window.list.item(row).text() for row in range(2)] == ["Wie heißt du? → Anna", "Und er? → Otto"]
    window.columns.system.setCurrentIndex(1)
    assert window.list.item(0).text() == "1 → Wie heißt du? → Anna", "the preview follows the choice"
    window.columns.system.setCurrentIndex(0)
    window.import_button.click()
    assert rows(panel) == [completion_row("Wie heißt du?", "Anna"), completion_row("Und er?", "Otto")]
    assert session.model_named("t").role == Role.INSTRUCTION


def test_records_without_a_row_are_told_before_the_others_come(panel: DataPanel, tmp_path: Path) -> None:
    lines = ['{"prompt": "a b", "completion": "c"}', '{"prompt": "a"}', '{"prompt": "d", "completion": "e"}']
    (tmp_path / "p.jsonl").write_text("\n".join(lines), encoding="utf-8")
    panel.import_file(tmp_path / "p.jsonl", as_new=True)
    window = panel.import_window
    assert window is not None
    assert rows(panel) == ROWS, "nothing has come yet"
    assert window.list.item(0).text() == "Line 2: it has no “completion”"
    assert "1 of 3 records gives no row" in window.explanation.text()
    window.import_button.click()
    assert rows(panel) == [completion_row("a b", "c"), completion_row("d", "e")]
    assert panel.footer.notice.text() == "2 rows from p.jsonl · records left out: 1"


def test_facts_bring_the_prompts_that_ask_for_them(panel: DataPanel, session: DataSession, tmp_path: Path) -> None:
    rewrite = {"prompt": "The capital of {} is", "subject": "France", "target_new": {"str": "Lyon"}}
    (tmp_path / "f.json").write_text(json.dumps([{"requested_rewrite": rewrite}]), encoding="utf-8")
    panel.import_file(tmp_path / "f.json", as_new=True)
    assert rows(panel) == ["The capital of France is Lyon"]
    assert session.model_named("f").role == Role.FACT_CORRECTION
    assert any(pin.prompt == "The capital of France is" and pin.wanted == "Lyon" for pin in session.pins)


def test_rows_of_every_kind_come_back_from_a_file(
    panel: DataPanel, session: DataSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mixed = ("die katze schläft", completion_row("1 + 1 =", "2"), messages_row((("user", "a"), ("assistant", "b\nc"))))
    session.datasets.append(DatasetModel(Dataset(name="Mixed", rows=mixed), session))
    session.datasets_changed.emit()
    panel.choose("Mixed")
    monkeypatch.setattr(panel, "choose_file_to_export", lambda proposed: with_writer(tmp_path / "m.jsonl", ""))
    click(panel, panel.tools.export_button)
    panel.import_file(tmp_path / "m.jsonl", as_new=True)
    assert panel.dataset_list.current_name() == "m"
    assert tuple(rows(panel)) == mixed


# Dragging


def drop(target: QWidget, position: QPoint, data: QMimeData, source: QWidget | None = None) -> bool:
    """Drops as a window system would: the panel decides on entering who takes it."""
    actions = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    left = Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(position, actions, data, left, NO_KEYS)
    QApplication.sendEvent(target, enter)
    event = QDropEvent(QPointF(position), actions, data, left, NO_KEYS)
    QApplication.sendEvent(target, event)
    return event.isAccepted()


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_a_file_dropped_on_the_table_adds_its_rows(panel: DataPanel, tmp_path: Path) -> None:
    (tmp_path / "neu.txt").write_text("eins zwei\n", encoding="utf-8")
    data = files(tmp_path / "neu.txt")
    assert drop(panel.table.viewport(), QPoint(20, 60), data)
    assert rows(panel) == [*ROWS, "eins zwei"]


def test_files_dropped_on_the_list_become_datasets(panel: DataPanel, tmp_path: Path) -> None:
    for name in ("eins.txt", "zwei.jsonl"):
        (tmp_path / name).write_text('"der wind weht"\n', encoding="utf-8")
    data = files(tmp_path / "eins.txt", tmp_path / "zwei.jsonl")
    assert drop(panel.dataset_list.viewport(), QPoint(20, 5), data)
    assert names(panel)[-2:] == ["eins", "zwei"]
    assert rows(panel) == ["der wind weht"]


def test_text_dropped_between_rows_is_inserted_there(panel: DataPanel) -> None:
    data = QMimeData()
    data.setText("eins zwei\ndrei vier")
    below_first = panel.table.rowViewportPosition(1) + 2
    drop(panel.table.viewport(), QPoint(20, below_first), data)
    assert rows(panel)[:4] == [ROWS[0], "eins zwei", "drei vier", ROWS[1]]


def test_rows_dragged_within_the_table_move(panel: DataPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    click_cell(panel, 0)
    dataset = panel.current()
    assert dataset is not None
    data = dataset.mimeData([dataset.index(0, TEXT)])
    assert data.text() == ROWS[0]
    monkeypatch.setattr(QDropEvent, "source", lambda event: panel.table)
    below_third = panel.table.rowViewportPosition(3) - 2
    drop(panel.table.viewport(), QPoint(20, below_third), data)
    assert rows(panel) == [ROWS[1], ROWS[2], ROWS[0], ROWS[3]]
    assert panel.table.selected_rows() == [2]
    press(panel, Qt.Key.Key_Z, CONTROL)
    assert rows(panel) == ROWS


# Looks and access


def test_every_widget_that_takes_the_focus_has_a_name(panel: DataPanel) -> None:
    panel.footer.show_notice("x", lambda: None)
    nameless = [
        widget
        for widget in panel.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.accessibleName()
        and not widget.objectName().startswith("qt_")
        and widget.parent() is not panel.find_field
    ]
    assert not nameless


def test_it_fits_a_narrow_dock(panel: DataPanel) -> None:
    panel.table.insert_lines(["katze"])
    assert panel.minimumSizeHint().width() <= 250
    assert panel.minimumSizeHint().height() <= 480


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_both_themes_paint(panel: DataPanel, colors: object) -> None:
    application = cast(QApplication, QApplication.instance())
    apply_theme(application, DARK if colors is DARK else LIGHT)
    panel.table.insert_lines(["katze"])
    picture = panel.grab().toImage()
    assert picture.pixelColor(2, 2) == panel.palette().color(QPalette.ColorRole.Window)
    apply_theme(application, LIGHT)


# In a window that may only look


@pytest.fixture
def locked(qtbot: QtBot, session: DataSession) -> Iterator[DataPanel]:
    session.read_only = True
    bridge = Bridge()
    panel = DataPanel(session.as_session(), bridge)
    qtbot.addWidget(panel)
    panel.show()
    panel.activateWindow()
    qtbot.waitExposed(panel)
    panel.table.setFocus()
    yield panel
    bridge.close()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Insert, Qt.Key.Key_Delete])
def test_rows_of_a_read_only_workspace_are_not_edited_and_the_reason_is_said(
    locked: DataPanel, session: DataSession, key: Qt.Key
) -> None:
    click_cell(locked, 1)
    press(locked, key)
    assert rows(locked) == ROWS
    assert locked.focusWidget() is locked.table  # no editor has opened
    assert "another window" in str(session.problems[0])


def test_a_read_only_table_takes_neither_double_clicks_nor_typing(locked: DataPanel, session: DataSession) -> None:
    place = click_cell(locked, 1)
    QTest.mouseDClick(locked.table.viewport(), Qt.MouseButton.LeftButton, NO_KEYS, place)
    assert len(session.problems) == 1
    write(locked, "x")
    assert rows(locked) == ROWS
    assert locked.focusWidget() is locked.table


def test_a_read_only_panel_says_so_and_greys_what_would_edit(locked: DataPanel) -> None:
    click_cell(locked, 1)
    assert locked.footer.locked.isVisible()
    tools = locked.tools
    for button in (tools.add_button, tools.remove_button, tools.up_button, tools.import_button, locked.new_button):
        assert not button.isEnabled()
        assert "Read-only" in button.toolTip()
    assert tools.find_button.isEnabled()
    assert tools.export_button.isEnabled()
    press(locked, Qt.Key.Key_C, CONTROL)
    assert QApplication.clipboard().text() == ROWS[1]
    assert [action.text() for action in locked.dataset_menu.actions() if action.isEnabled() and action.text()] == []
