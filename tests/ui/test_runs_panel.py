"""The table of runs, what can be done to them, the queue beside it, and the window that compares two recipes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from lora_studio.core.errors import StorageError, StudioError
from lora_studio.core.history import to_bin
from lora_studio.core.methods import Lora
from lora_studio.core.recipe import Recipe
from lora_studio.core.run_record import LARGEST, RunRecord, read_record, stored_error, write_record
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.panels.runs_panel import RunsPanel
from lora_studio.ui.run_history import RunHistory
from lora_studio.ui.run_signs import SIGNS_SIZE
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.runs_model import (
    DATA,
    FORGETTING,
    LOSS,
    METHOD,
    NAME,
    NOTE,
    SECONDS,
    SORT_ROLE,
    STEPS,
    TRAINABLE,
    when,
)
from lora_studio.ui.theme import colors_of, variant_color
from lora_studio.ui.translations import Languages
from lora_studio.ui.widgets.bin_window import BinWindow
from lora_studio.ui.widgets.recipe_diff_window import RecipeDiffWindow
from tests.ui.fakes import BASE, LORA_V, FakeSession

pytestmark = pytest.mark.usefixtures("english")

FINISHED: dict[str, Any] = {
    "state": "finished", "method": "LoRA", "data": "FACT_CORRECTION", "steps": 320, "steps_done": 320,
    "trainable": 1024, "final_loss": 0.0512, "forgetting_kl": 0.2134, "seconds": 2.1,
}  # fmt: skip


def put(workspace: Path, name: str, *files: str, recipe: Recipe | None = None, **values: object) -> Path:
    path = workspace / "runs" / name
    path.mkdir(parents=True)
    write_record(path, RunRecord.model_validate({"name": name, **values}))
    (path / "recipe.yaml").write_text((recipe or Recipe()).to_yaml(), "utf-8")
    for file in files:
        (path / file).parent.mkdir(exist_ok=True)
        (path / file).write_bytes(b"")
    return path


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    put(tmp_path, "LoRA V", "adapter/x", began="2026-03-04T12:00:00+00:00", **FINISHED)
    other = Recipe(name="failed", method=Lora(rank=8, targets=("v_proj",)))
    put(tmp_path, "failed", began="2026-03-03T12:00:00+00:00", state="failed", steps=320, steps_done=41,
        error="Training stopped at step 42.", recipe=other)  # fmt: skip
    put(tmp_path, "cut off", "checkpoint.safetensors", began="2026-03-02T12:00:00+00:00", state="running",
        steps=1200, steps_done=60, data="MINE", note="try rank 2")  # fmt: skip
    put(tmp_path, "older", "adapter/x", began="2026-03-01T12:00:00+00:00", **{**FINISHED, "final_loss": 0.3})
    return tmp_path


@pytest.fixture
def session(qtbot: QtBot, workspace: Path) -> Iterator[FakeSession]:
    session = FakeSession()
    bridge = Bridge(session)
    session.workspace_folder = workspace
    session.history = RunHistory(workspace, bridge, session.undo_stack, session)
    yield session
    session.history.close()
    for each in session.findChildren(Bridge):  # a panel's, too
        each.close()


@pytest.fixture
def panel(qtbot: QtBot, session: FakeSession) -> RunsPanel:
    return show_panel(qtbot, session)


def show_panel(qtbot: QtBot, session: FakeSession) -> RunsPanel:
    bridge = Bridge(session)
    bridge.close()  # the panel needs none
    panel = RunsPanel(session.as_session(), bridge)
    qtbot.addWidget(panel)
    panel.resize(1100, 260)
    panel.show()
    with qtbot.waitSignal(session.history.changed):
        session.history.reload()
    return panel


def column(panel: RunsPanel, number: int) -> list[str]:
    rows = panel.table.sorted
    return [str(rows.index(row, number).data() or "") for row in range(rows.rowCount())]


def choose(panel: RunsPanel, *names: str) -> None:
    panel.table.choose([panel._session.workspace_folder / "runs" / name for name in names])
    panel.table.setFocus()


def click_header(panel: RunsPanel, number: int) -> None:
    header = panel.table.header
    middle = header.sectionViewportPosition(number) + header.sectionSize(number) // 2
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(middle, header.height() // 2))


def tip(panel: RunsPanel, row: int, number: int) -> str:
    return str(panel.table.sorted.index(row, number).data(Qt.ItemDataRole.ToolTipRole))


# The table


def test_a_row_says_what_is_known_and_no_more(panel: RunsPanel) -> None:
    figures = (NAME, METHOD, DATA, STEPS, TRAINABLE, LOSS, FORGETTING, SECONDS)
    assert [column(panel, number)[0] for number in figures] == [
        "LoRA V", "LoRA", "FACT_CORRECTION", "320", "1,024", "0.0512", "0.213", "2.1 s",
    ]  # fmt: skip
    assert [column(panel, number)[1] for number in figures] == ["failed", "—", "—", "41 / 320", "—", "—", "—", "—"]
    assert tip(panel, 1, FORGETTING) == "Not measured."
    index = panel.table.sorted.index(0, LOSS)
    assert index.data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight


def test_the_newest_run_stands_first_and_is_chosen(panel: RunsPanel) -> None:
    assert column(panel, NAME) == ["LoRA V", "failed", "cut off", "older"]
    assert [run.record.name for run in panel.chosen()] == ["LoRA V"]


def test_the_model_keeps_qts_rules(qtbot: QtBot, panel: RunsPanel, session: FakeSession, workspace: Path) -> None:
    tester = QAbstractItemModelTester(panel.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    put(workspace, "new", began="2026-03-05T12:00:00+00:00")
    session.history.remove([workspace / "runs" / "failed", workspace / "runs" / "older"])
    with qtbot.waitSignal(session.history.changed):
        session.history.reload()
    assert column(panel, NAME) == ["new", "LoRA V", "cut off"]
    session.undo_stack.undo()
    assert column(panel, NAME) == ["new", "LoRA V", "failed", "cut off", "older"]
    tester.deleteLater()


def test_a_click_on_a_title_sorts_and_what_is_unknown_comes_last(panel: RunsPanel) -> None:
    click_header(panel, LOSS)
    first, second = column(panel, NAME)[:2], None
    click_header(panel, LOSS)
    second = column(panel, NAME)[:2]
    assert sorted([first, second]) == [["LoRA V", "older"], ["older", "LoRA V"]]
    click_header(panel, STEPS)
    assert [step.split(" ")[0] for step in column(panel, STEPS)] in (
        ["41", "60", "320", "320"],
        ["320", "320", "60", "41"],
    )


def test_absurd_figures_of_foreign_files_sort_too(
    qtbot: QtBot, session: FakeSession, workspace: Path, panel: RunsPanel
) -> None:
    """Qt's integers have an end; Python's and those in files have none."""
    foreign = workspace / "runs" / "foreign"
    foreign.mkdir()
    (foreign / "run.json").write_text(json.dumps({"name": "x", "steps_done": 10**30, "trainable": 10**40}), "utf-8")
    for name, steps in (("old", 1e300), ("older still", 2)):
        (workspace / "runs" / name).mkdir()
        figures = {"event": "finished", "steps": steps, "trainable": steps, "seconds": -1e300, "final_loss": 1e308}
        (workspace / "runs" / name / "metrics.json").write_text(json.dumps(figures), "utf-8")
    put(workspace, "most", state="finished", steps_done=LARGEST, trainable=LARGEST, seconds=1e300)
    with qtbot.waitSignal(session.history.changed):
        session.history.reload()
    for number in range(panel.model.columnCount()):
        for way in Qt.SortOrder:
            panel.table.sortByColumn(number, way)
    panel.table.sortByColumn(STEPS, Qt.SortOrder.DescendingOrder)
    assert set(column(panel, NAME)[:2]) == {"old", "most"}
    assert column(panel, NAME)[-1] == "older still"
    assert all(isinstance(panel.model.index(row, STEPS).data(SORT_ROLE), float) for row in range(2))


def test_the_filter_searches_names_methods_data_and_notes(qtbot: QtBot, panel: RunsPanel) -> None:
    panel.filter.setFocus()
    for typed, found in (("RANK 2", ["cut off"]), ("fact", ["LoRA V", "older"]), ("lora old", ["older"])):
        panel.filter.clear()
        QTest.keyClicks(panel.filter, typed)
        assert column(panel, NAME) == found
    panel.table.clearSelection()
    assert panel.details.text() == "1 of 4 runs shown"
    QTest.keyClicks(panel.filter, " nowhere")
    assert panel.filter.property("invalid") is True
    QTest.keyClick(panel.filter, Qt.Key.Key_Escape)
    assert len(column(panel, NAME)) == 4
    assert panel.table.hasFocus()


def test_columns_can_be_hidden_and_come_back_with_the_layout(qtbot: QtBot, panel: RunsPanel) -> None:
    panel.table.header.open_menu(QPoint(5, 5))
    menu = panel.table.header.findChild(QMenu)
    assert menu is not None
    action = {action.text(): action for action in menu.actions()}
    assert not action["Name"].isEnabled()
    action["Forgetting"].trigger()
    assert panel.table.isColumnHidden(FORGETTING)
    menu.close()
    state = panel.table.columns_state()
    panel.table.setColumnHidden(FORGETTING, False)
    assert panel.table.restore_columns(state)
    assert panel.table.isColumnHidden(FORGETTING)
    assert not panel.table.restore_columns(b"nonsense")
    assert panel.table.isColumnHidden(FORGETTING)


def test_chosen_rows_are_copied_with_their_titles(panel: RunsPanel) -> None:
    choose(panel, "failed", "cut off")
    QTest.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = [line.split("\t") for line in QApplication.clipboard().text().splitlines()]
    assert [line[0] for line in lines] == ["Name", "failed", "cut off"]
    assert lines[2][-1] == "try rank 2"


def test_times_are_said_as_a_person_would() -> None:
    now = datetime.now().astimezone().replace(hour=14, minute=3)
    american = QLocale("en_US")
    texts = [when(now - timedelta(days=days), american).replace("\u202f", " ") for days in (0, 1)]
    assert texts == ["Today 2:03 PM", "Yesterday 2:03 PM"]
    assert when(datetime(2026, 3, 1, 9, 15).astimezone(), american).startswith("3/1/26")


@pytest.mark.parametrize(("width", "shown"), [(960, True), (850, False)])
def test_when_and_the_note_stay_in_sight(qtbot: QtBot, session: FakeSession, width: int, shown: bool) -> None:
    """The texts are cut first, then the duration goes; with more room it comes back."""
    panel = show_panel(qtbot, session)
    table, header = panel.table, panel.table.header
    for wide in (1600, width):
        panel.resize(wide, 260)
        QApplication.processEvents()
    assert table.isColumnHidden(SECONDS) is not shown
    assert header.sectionViewportPosition(NOTE) + 60 <= table.viewport().width()
    assert header.sectionSize(NAME) >= 150
    panel.resize(1600, 260)
    QApplication.processEvents()
    assert not table.isColumnHidden(SECONDS)


def test_a_width_that_a_person_chose_stays(qtbot: QtBot, session: FakeSession) -> None:
    panel = show_panel(qtbot, session)
    header = panel.table.header
    header.resizeSection(DATA, 300)
    state = panel.table.columns_state()
    panel.resize(700, 260)
    QApplication.processEvents()
    assert header.sectionSize(DATA) == 300
    assert not panel.table.isColumnHidden(SECONDS)
    header.resizeSection(DATA, 50)
    assert panel.table.restore_columns(state)
    assert header.sectionSize(DATA) == 300


# What became of a run


def test_an_interrupted_run_says_so_with_its_steps(panel: RunsPanel) -> None:
    choose(panel, "cut off")
    assert column(panel, STEPS)[2] == "60 / 1,200"
    assert panel.details.text() == "cut off: interrupted at step 60 of 1,200 · Resume goes on from there."
    assert panel.table.sorted.index(2, NAME).data(Qt.ItemDataRole.AccessibleTextRole).endswith("60 of 1,200")


def test_a_window_that_only_looks_calls_no_run_interrupted(panel: RunsPanel, session: FakeSession) -> None:
    session.read_only = session.history.read_only = True
    session.history.changed.emit()
    choose(panel, "cut off")
    assert "interrupted" not in panel.details.text()
    assert not panel.actions_.resume.isEnabled()


def test_a_failed_run_says_why(panel: RunsPanel) -> None:
    choose(panel, "failed")
    assert panel.details.text() == "failed: failed at step 41 of 320 · Training stopped at step 42."
    assert panel.details.property("role") == "error"
    assert "Training stopped at step 42." in tip(panel, 1, NAME)


def test_why_a_run_failed_is_said_in_the_language_of_the_window(
    qtbot: QtBot, session: FakeSession, workspace: Path, qapp: QApplication
) -> None:
    error = StorageError("The run folder {path} cannot be used: {reason}.", advice="Choose another folder.",
                         path="x", reason="full")  # fmt: skip
    put(workspace, "full", began="2026-03-09T12:00:00+00:00", state="failed", **stored_error(error))
    languages = Languages(qapp)
    languages.use("de")
    panel = show_panel(qtbot, session)
    choose(panel, "full")
    session.queue.failed(Recipe(name="broken"), error)
    said = panel.details.text(), tip(panel, 0, NAME), panel.queue.list.item(0).toolTip()
    languages.use("en")
    message, advice = (QCoreApplication.translate("Core", text) for text in (error.template, error.advice_template))
    assert all("Choose another folder" not in text and "x" in text and "full" in text for text in said)
    assert (message, advice) == (error.template, error.advice_template)


def test_why_a_run_failed_is_copied(panel: RunsPanel) -> None:
    choose(panel, "LoRA V")
    assert not panel.copy_reason.isVisible()
    choose(panel, "failed")
    QTest.mouseClick(panel.copy_reason, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == panel.details.text()
    assert panel.details.accessibleName() == panel.details.text()
    assert panel.details.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard
    panel.details.setFocus()
    QTest.keyClick(panel.details, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert panel.details.selectedText() == panel.details.text()


def test_the_run_in_progress_counts_its_steps_and_is_not_interrupted(
    panel: RunsPanel, session: FakeSession, workspace: Path
) -> None:
    session.history.set_live(workspace / "runs" / "cut off")
    session.set_run(RunState("running", 500, 1200))
    assert column(panel, STEPS)[2] == "500 / 1,200"
    choose(panel, "cut off")
    assert panel.details.text() == "cut off: in progress"
    do = panel.actions_
    assert not any(action.isEnabled() for action in (do.resume, do.delete, do.rename, do.note))


def test_a_run_on_the_board_has_the_colour_of_its_variant(
    panel: RunsPanel, session: FakeSession, workspace: Path
) -> None:
    session.set_variants((BASE, LORA_V, replace(LORA_V, name="mine", folder=str(workspace / "runs/older/adapter"))))
    picture = panel.table.sorted.index(3, NAME).data(Qt.ItemDataRole.DecorationRole).pixmap(SIGNS_SIZE, 1.0).toImage()
    assert picture.pixelColor(5, picture.height() // 2) == variant_color(colors_of(panel), 2)
    other = panel.table.sorted.index(0, NAME).data(Qt.ItemDataRole.DecorationRole).pixmap(SIGNS_SIZE, 1.0).toImage()
    assert other.pixelColor(5, other.height() // 2).alpha() == 0


# What can be done


def test_enter_puts_the_chosen_runs_on_the_board(panel: RunsPanel, session: FakeSession, workspace: Path) -> None:
    choose(panel, "LoRA V", "older")
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    assert session.calls == [("load_adapter", workspace / "runs" / name / "adapter") for name in ("LoRA V", "older")]


def test_without_an_adapter_nothing_can_be_put_on_the_board(panel: RunsPanel) -> None:
    choose(panel, "failed")
    assert not panel.actions_.load.isEnabled()
    assert "It ended before there was an adapter." in panel.actions_.load.toolTip()


def test_what_is_on_the_board_is_not_put_there_twice(panel: RunsPanel, session: FakeSession, workspace: Path) -> None:
    session.set_variants((BASE, replace(LORA_V, folder=str(workspace / "runs/older/adapter"))))
    choose(panel, "older")
    assert not panel.actions_.load.isEnabled()
    assert "on the board already" in panel.actions_.load.toolTip()
    choose(panel, "older", "LoRA V")
    panel.actions_.load.trigger()
    assert session.calls == [("load_adapter", workspace / "runs/LoRA V/adapter")]


def test_f2_renames_and_undo_takes_it_back(
    qtbot: QtBot, panel: RunsPanel, session: FakeSession, workspace: Path
) -> None:
    choose(panel, "LoRA V")
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    editor = panel.table.findChild(QLineEdit)
    assert editor is not None
    assert editor.accessibleName()
    editor.selectAll()
    QTest.keyClicks(editor, "the good one")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: column(panel, NAME)[0] == "the good one")
    assert session.calls == []  # Enter has ended the editing and nothing else
    qtbot.waitUntil(lambda: read_record(workspace / "runs" / "LoRA V").name == "the good one")
    session.undo_stack.undo()
    assert column(panel, NAME)[0] == "LoRA V"


def test_a_note_is_written_in_its_cell(qtbot: QtBot, panel: RunsPanel, workspace: Path) -> None:
    choose(panel, "older")
    panel.actions_.note.trigger()
    editor = panel.table.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "holds what it knew")
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert column(panel, NOTE)[3] == "holds what it knew"
    qtbot.waitUntil(lambda: read_record(workspace / "runs" / "older").note == "holds what it knew")


def test_the_note_is_on_the_run_whose_new_name_has_just_moved_it(
    qtbot: QtBot, panel: RunsPanel, workspace: Path
) -> None:
    panel.table.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
    choose(panel, "older")
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    editor = panel.table.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, "a better one")
    panel.actions_.note.trigger()
    assert column(panel, NAME)[0] == "a better one"
    note = QApplication.focusWidget()
    assert isinstance(note, QLineEdit)
    QTest.keyClicks(note, "moved up")
    QTest.keyClick(note, Qt.Key.Key_Tab)
    assert column(panel, NOTE)[0] == "moved up"
    qtbot.waitUntil(lambda: read_record(workspace / "runs" / "older").note == "moved up")


def test_an_open_editor_survives_a_run_that_comes(
    qtbot: QtBot, panel: RunsPanel, session: FakeSession, workspace: Path
) -> None:
    choose(panel, "older")
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    editor = panel.table.findChild(QLineEdit)
    assert editor is not None
    put(workspace, "new", began="2026-03-05T12:00:00+00:00")
    with qtbot.waitSignal(session.history.changed):
        session.history.reload()
    assert column(panel, NAME)[0] == "new"
    assert panel.table.findChild(QLineEdit) is editor
    assert [run.record.name for run in panel.chosen()] == ["older"]
    QTest.keyClick(editor, Qt.Key.Key_Escape)


def test_what_is_being_typed_survives_changes_of_the_row(
    qtbot: QtBot, panel: RunsPanel, session: FakeSession, workspace: Path
) -> None:
    choose(panel, "cut off")
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    editor = panel.table.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, "half a na")
    session.history.changed.emit()  # nothing is different
    put(workspace, "new", began="2026-03-05T12:00:00+00:00")
    path = workspace / "runs" / "cut off"
    write_record(path, read_record(path).model_copy(update={"name": "of another window"}))
    with qtbot.waitSignal(session.history.changed):
        session.history.reload()
    session.set_variants((BASE, LORA_V))  # the signs are painted anew
    assert editor.text() == "half a na"
    QTest.keyClick(editor, Qt.Key.Key_Escape)


def test_only_rows_that_changed_are_drawn_anew(panel: RunsPanel, session: FakeSession, workspace: Path) -> None:
    changed: list[int] = []
    panel.model.dataChanged.connect(lambda index, *_: changed.append(index.row()))
    session.history.changed.emit()
    assert changed == []
    session.history.set_live(workspace / "runs" / "cut off")
    assert changed == [2]


def test_delete_chooses_the_neighbour_so_that_it_goes_on(
    qtbot: QtBot, panel: RunsPanel, session: FakeSession, workspace: Path
) -> None:
    choose(panel, "failed")
    for chosen in ("cut off", "older", "LoRA V"):  # of the last row, the one before it
        QTest.keyClick(panel.table, Qt.Key.Key_Delete)
        assert [run.record.name for run in panel.chosen()] == [chosen]
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    assert column(panel, NAME) == []
    qtbot.waitUntil((workspace / "bin" / "LoRA V").is_dir)


def test_what_was_deleted_before_a_restart_comes_back_from_the_bin(
    qtbot: QtBot, panel: RunsPanel, session: FakeSession, workspace: Path
) -> None:
    assert not panel.restore_from_bin.isEnabled()
    for name in ("failed", "older"):
        to_bin(workspace, workspace / "runs" / name)
    with qtbot.waitSignal(session.history.changed):
        session.history.reload()
    panel.restore_from_bin.trigger()
    qtbot.waitUntil(lambda: panel.findChild(BinWindow) is not None)
    window = panel.findChild(BinWindow)
    assert window is not None
    assert [window.list.item(row).text().split(" · ")[0] for row in range(window.list.count())] == ["failed", "older"]
    window.list.setFocus()
    QTest.keyClick(window.list, Qt.Key.Key_Down)
    QTest.keyClick(window.list, Qt.Key.Key_Return)
    assert column(panel, NAME) == ["LoRA V", "cut off", "older"]
    qtbot.waitUntil((workspace / "runs" / "older").is_dir)
    assert [run.record.name for run in panel.chosen()] == ["older"]
    assert session.undo_stack.undoText() == "Restore run"
    session.undo_stack.undo()
    qtbot.waitUntil((workspace / "bin" / "older").is_dir)
    assert column(panel, NAME) == ["LoRA V", "cut off"]


def test_a_list_of_the_bin_that_comes_too_late_is_let_go(qtbot: QtBot, session: FakeSession, workspace: Path) -> None:
    """A change of language makes all panels anew."""
    bridge = Bridge(session)
    bridge.close()
    panel = RunsPanel(session.as_session(), bridge)
    panel.restore_from_bin.setEnabled(True)
    panel.restore_from_bin.trigger()
    panel.show_differences(workspace / "runs" / "LoRA V", workspace / "runs" / "failed")
    panel.close()
    delete(panel)
    done: list[object] = []
    failed: list[StudioError] = []
    session.history._bridge.failed.connect(failed.append)
    session.history.recipe(workspace / "runs" / "older", done.append)  # comes after both
    qtbot.waitUntil(lambda: bool(done))
    assert failed == []


def test_delete_moves_to_the_bin_and_undo_restores(
    qtbot: QtBot, panel: RunsPanel, session: FakeSession, workspace: Path
) -> None:
    choose(panel, "failed", "cut off")
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    assert column(panel, NAME) == ["LoRA V", "older"]
    qtbot.waitUntil((workspace / "bin" / "cut off").is_dir)
    assert session.undo_stack.undoText() == "Delete 2 runs"
    session.undo_stack.undo()
    assert column(panel, NAME) == ["LoRA V", "failed", "cut off", "older"]
    qtbot.waitUntil((workspace / "runs" / "cut off").is_dir)


def test_the_bin_is_emptied_only_after_asking(
    qtbot: QtBot, panel: RunsPanel, session: FakeSession, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = panel.empty_bin
    assert not empty.isEnabled()
    choose(panel, "failed")
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(empty.isEnabled)
    assert session.history.binned == 1
    monkeypatch.setattr(panel, "ask_to_empty", lambda: False)
    empty.trigger()
    monkeypatch.setattr(panel, "ask_to_empty", lambda: True)
    assert (workspace / "bin" / "failed").is_dir()
    empty.trigger()
    qtbot.waitUntil(lambda: not empty.isEnabled())
    assert not (workspace / "bin" / "failed").exists()


def test_run_again_with_puts_the_recipe_into_the_draft(qtbot: QtBot, panel: RunsPanel, session: FakeSession) -> None:
    choose(panel, "failed")
    with qtbot.waitSignal(panel.recipe_wanted) as wanted:
        panel.actions_.again_with.trigger()
    recipe, name = wanted.args
    assert (recipe.method, name) == (Lora(rank=8, targets=("v_proj",)), "failed")


def test_run_again_queues_the_recipes_as_they_are(qtbot: QtBot, panel: RunsPanel, session: FakeSession) -> None:
    choose(panel, "LoRA V", "failed")
    panel.actions_.again.trigger()
    qtbot.waitUntil(lambda: len(session.queue.entries) == 2)
    assert [entry.name for entry in session.queue.entries] == ["LoRA V", "failed"]
    assert panel.queue.isVisible()


def test_resume_is_for_what_was_cut_off(panel: RunsPanel, session: FakeSession, workspace: Path) -> None:
    for name, reason in (("LoRA V", "It has finished."), ("failed", "No state was kept that it could go on from.")):
        choose(panel, name)
        assert not panel.actions_.resume.isEnabled()
        assert reason in panel.actions_.resume.toolTip()
    choose(panel, "cut off")
    panel.actions_.resume.trigger()
    assert session.calls == [("resume", workspace / "runs" / "cut off")]
    session.set_run(RunState("running", 1, 10))
    assert not panel.actions_.resume.isEnabled()


def test_curves_of_one_run_are_shown_and_of_several_compared(qtbot: QtBot, panel: RunsPanel, workspace: Path) -> None:
    choose(panel, "older")
    assert not panel.actions_.compare.isEnabled()
    with qtbot.waitSignal(panel.curves_wanted) as one:
        panel.actions_.curves.trigger()
    assert one.args == [workspace / "runs" / "older"]
    choose(panel, "older", "LoRA V")
    assert not panel.actions_.curves.isEnabled()
    with qtbot.waitSignal(panel.compare_wanted) as several:
        panel.actions_.compare.trigger()
    assert several.args == [(workspace / "runs" / "LoRA V", workspace / "runs" / "older")]


def test_the_folder_is_opened(panel: RunsPanel, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(panel.actions_, "open_folder", opened.append)
    choose(panel, "older")
    panel.actions_.folder.trigger()
    assert opened == [QUrl.fromLocalFile(str(workspace / "runs" / "older"))]


def test_a_read_only_window_offers_no_changes(qtbot: QtBot, session: FakeSession) -> None:
    session.read_only = session.history.read_only = True
    panel = show_panel(qtbot, session)
    choose(panel, "cut off")
    do = panel.actions_
    assert not any(action.isEnabled() for action in (do.rename, do.note, do.delete, do.again, do.again_with, do.resume))
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    assert panel.table.findChild(QLineEdit) is None
    assert do.curves.isEnabled()


def test_the_menu_has_every_action(panel: RunsPanel) -> None:
    panel.table.customContextMenuRequested.emit(QPoint(10, 10))
    menu = panel.findChild(QMenu)
    assert menu is not None
    assert set(panel.actions_.all()) <= set(menu.actions())
    menu.close()


def test_everything_that_takes_the_focus_has_a_name(panel: RunsPanel, session: FakeSession) -> None:
    session.queue.add(Recipe())
    unnamed = [
        widget
        for widget in panel.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and not widget.accessibleName()
    ]
    assert unnamed == []


def test_an_empty_history_teaches(qtbot: QtBot, tmp_path: Path) -> None:
    session = FakeSession()
    bridge = Bridge(session)
    session.history = RunHistory(tmp_path / "new", bridge, session.undo_stack, session)
    panel = show_panel(qtbot, session)
    assert "Press Train" in panel._hint.text()
    button = panel._hint.findChild(QPushButton)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert session.calls == [("train",)]
    session.history.close()
    bridge.close()


# The queue


@pytest.fixture
def queued(panel: RunsPanel, session: FakeSession) -> RunsPanel:
    for name in ("first", "second", "third"):
        session.queue.add(Recipe(name=name))
    return panel


def order(session: FakeSession) -> list[str]:
    return [entry.name for entry in session.queue.entries]


def test_an_empty_queue_takes_no_room(panel: RunsPanel, session: FakeSession) -> None:
    assert not panel.queue.isVisible()
    session.queue.add(Recipe(name="first"))
    assert panel.queue.isVisible()


def test_alt_and_arrows_reorder_the_queue(queued: RunsPanel, session: FakeSession) -> None:
    entries = queued.queue.list
    entries.setCurrentRow(2)
    entries.setFocus()
    QTest.keyClick(entries, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert order(session) == ["first", "third", "second"]
    assert entries.currentRow() == 1
    QTest.keyClick(entries, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(entries, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert order(session) == ["first", "second", "third"]


@pytest.mark.parametrize(
    ("moved", "onto", "result"), [(0, 2, ["second", "third", "first"]), (2, 0, ["third", "first", "second"])]
)
def test_dragging_reorders_the_queue(
    queued: RunsPanel, session: FakeSession, moved: int, onto: int, result: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = queued.queue.list
    entries.setCurrentRow(moved)
    rect = entries.visualRect(entries.model().index(onto, 0))
    place = QPointF(rect.center().x(), rect.bottom() if onto > moved else rect.top())
    event = QDropEvent(
        place, Qt.DropAction.MoveAction, entries.mimeData([entries.currentItem()]), Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    monkeypatch.setattr(QDropEvent, "source", lambda _: entries)
    entries.dropEvent(event)
    assert order(session) == result
    assert entries.count() == 3


def test_a_failed_run_says_why_and_can_be_tried_again(panel: RunsPanel, session: FakeSession) -> None:
    session.queue.failed(Recipe(name="broken"), StudioError("It is NaN."))
    item = panel.queue.list.item(0)
    assert item.text() == "broken: It is NaN."
    assert "It is NaN." in item.toolTip()
    QTest.mouseClick(panel.queue.retry, Qt.MouseButton.LeftButton)
    assert session.queue.entries[0].state == "waiting"
    assert not panel.queue.retry.isEnabled()


def test_an_entry_is_removed_and_comes_back(queued: RunsPanel, session: FakeSession) -> None:
    entries = queued.queue.list
    entries.setCurrentRow(1)
    entries.setFocus()
    QTest.keyClick(entries, Qt.Key.Key_Delete)
    assert order(session) == ["first", "third"]


def test_the_queue_is_held_by_its_button(queued: RunsPanel, session: FakeSession) -> None:
    QTest.mouseClick(queued.queue.hold, Qt.MouseButton.LeftButton)
    assert session.queue.held
    assert queued.queue.heading.text() == "Queue, held"
    QTest.mouseClick(queued.queue.hold, Qt.MouseButton.LeftButton)
    assert not session.queue.held


# Comparing recipes


def test_two_recipes_are_compared_in_a_window(qtbot: QtBot, panel: RunsPanel) -> None:
    choose(panel, "LoRA V")
    assert not panel.actions_.diff.isEnabled()
    choose(panel, "LoRA V", "failed")
    panel.actions_.diff.trigger()
    qtbot.waitUntil(lambda: bool(panel.findChildren(RecipeDiffWindow)))
    (window,) = panel.findChildren(RecipeDiffWindow)
    header = [window.table.horizontalHeaderItem(place) for place in range(3)]
    assert [item.text() for item in header if item] == ["Setting", "failed", "LoRA V"]  # the older one first
    window.copy()
    assert "Rank r\t8\t4" in QApplication.clipboard().text().splitlines()
    panel.hide()
    assert not window.isVisible()  # it goes with the window that it belongs to


def test_the_same_recipes_say_so(qtbot: QtBot, panel: RunsPanel) -> None:
    choose(panel, "LoRA V", "older")
    panel.actions_.diff.trigger()
    qtbot.waitUntil(lambda: bool(panel.findChildren(RecipeDiffWindow)))
    (window,) = panel.findChildren(RecipeDiffWindow)
    assert window.same.isVisible()
    window.close()


def test_the_tool_bar_names_its_buttons(panel: RunsPanel) -> None:
    def button(action: QAction) -> QToolButton:
        found = panel.bar.widgetForAction(action)
        assert isinstance(found, QToolButton)
        return found

    assert button(panel.actions_.diff).accessibleName() == "Compare recipes"
    assert "Compare recipes" in panel.actions_.diff.toolTip()
    assert isinstance(panel.details, QLabel)


def test_a_note_is_written_with_room_however_narrow_its_column_is(panel: RunsPanel) -> None:
    choose(panel, "LoRA V")
    panel.resize(700, 260)
    panel.actions_.note.trigger()
    editor = panel.table.findChild(QLineEdit)
    assert editor is not None
    assert editor.width() >= 220
    assert panel.table.viewport().rect().contains(editor.geometry())


def test_deleting_and_renaming_go_through_the_session(panel: RunsPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which takes the variant on the board along."""
    told: list[object] = []
    monkeypatch.setattr(panel._session, "remove_runs", told.append)
    monkeypatch.setattr(panel._session, "rename_run", lambda path, name: told.append((path.name, name)))
    choose(panel, "older")
    panel.actions_.delete.trigger()
    index = panel.table.sorted.index(panel.table.first_chosen_row(), NAME)
    panel.table.sorted.setData(index, "mine")
    assert [path.name for path in told[0]] == ["older"]  # type: ignore[attr-defined]
    assert told[1:] == [("older", "mine")]
