"""The window with its real panels: running, undo, layout, closing, and how fast it is there."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QUndoCommand
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDockWidget,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import BUILTIN_DATASETS
from lora_studio.core.errors import DataError
from lora_studio.core.events import Finished, Receipt
from lora_studio.core.experiments import EXPERIMENTS, Experiment, Progress
from lora_studio.core.experiments.experiment import Running
from lora_studio.core.history import StoredRun
from lora_studio.core.methods import Lora
from lora_studio.core.presets import PRESETS
from lora_studio.core.run_record import RunRecord
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.main_window import MainWindow
from lora_studio.ui.panels import PANELS
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.theme import DARK, LIGHT, apply_theme
from lora_studio.ui.widgets.number_field import NumberField
from lora_studio.ui.widgets.run_bar import RunBar
from lora_studio.ui.widgets.sections import Heading
from lora_studio.ui.widgets.status_line import StatusLine, memory_in_use
from lora_studio.ui.window_docks import first_size
from tests.ui.fakes import BASE, LORA_ALL, LORA_V, FakeSession
from tests.ui.windows import retire, shown_window

RUNNING = RunState("running", 88, 160, 1.4)


pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def session(qapp: QApplication) -> FakeSession:
    session = FakeSession(variants=(BASE, LORA_V, LORA_ALL))
    session.datasets = [DatasetModel(dataset) for dataset in BUILTIN_DATASETS]
    session.selected = ("FACT_CORRECTION",)
    session.workspace_folder = Path("/studio")
    return session


@pytest.fixture
def bridge(qapp: QApplication) -> Iterator[Bridge]:
    bridge = Bridge()
    yield bridge
    bridge.close()


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot, session: FakeSession, bridge: Bridge) -> Iterator[MainWindow]:
    apply_theme(qapp, LIGHT)
    window = shown_window(qtbot, session, bridge)
    yield window
    retire(window, session)


def enter(field: QWidget, text: str) -> None:
    assert isinstance(field, NumberField)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def press(window: MainWindow, keys: str) -> None:
    QTest.keySequence(window, QKeySequence(keys))


def tool_button(window: MainWindow, name: str) -> QToolButton:
    bar = window.findChild(RunBar)
    assert bar is not None
    return next(button for button in bar.findChildren(QToolButton) if button.accessibleName() == name)


# Running


@pytest.mark.parametrize("keys", ["Ctrl+R", "F5"])
def test_train_by_keyboard(window: MainWindow, session: FakeSession, keys: str) -> None:
    press(window, keys)
    assert ("train",) in session.calls


def test_what_cannot_be_run_cannot_be_trained(window: MainWindow, session: FakeSession) -> None:
    session.plan_problem = DataError("No dataset is selected.", advice="Tick a dataset in the data panel.")
    session.plan_changed.emit(None)
    assert not window.run_actions.train.isEnabled()
    assert window.run_actions.train.toolTip() == "No dataset is selected. Tick a dataset in the data panel."
    session.plan_problem = None
    session.plan_changed.emit(None)
    assert window.run_actions.train.isEnabled()


def test_train_by_mouse(window: MainWindow, session: FakeSession) -> None:
    QTest.mouseClick(tool_button(window, "Train"), Qt.MouseButton.LeftButton)
    assert session.calls == [("train",)]


def test_a_run_can_be_paused_continued_and_cancelled(window: MainWindow, session: FakeSession) -> None:
    actions = window.run_actions
    session.set_run(RUNNING)
    press(window, "Ctrl+Shift+R")
    session.set_run(RunState("paused", 88, 160))
    assert actions.pause.text() == "&Continue"
    press(window, "Ctrl+Shift+R")
    press(window, "Ctrl+.")
    session.set_run(RunState("stopping", 88, 160))
    assert not actions.cancel.isEnabled()
    assert session.calls == [("pause",), ("resume",), ("cancel",)]
    session.set_run(RunState())
    assert actions.train.isEnabled()


def test_while_something_runs_train_adds_to_the_queue(window: MainWindow, session: FakeSession) -> None:
    assert window.run_actions.train.text() == "&Train"
    press(window, "Ctrl+Shift+Return")
    session.set_run(RUNNING)
    assert window.run_actions.train.text() == "&Add to queue"
    QTest.mouseClick(tool_button(window, "Add to queue"), Qt.MouseButton.LeftButton)
    assert session.calls == [("add_to_queue",), ("train",)]


def test_progress_and_the_time_left_are_shown_while_it_runs(
    window: MainWindow, session: FakeSession, qtbot: QtBot
) -> None:
    bar = window.findChild(RunBar)
    assert bar is not None
    assert not bar.progress.isVisible()
    session.set_run(RUNNING)
    qtbot.waitUntil(bar.progress.isVisible)  # a toolbar lays itself out with the next event
    assert (bar.progress.value(), bar.progress.maximum()) == (88, 160)
    assert bar.progress_label.text() == "00:01 left"
    session.set_run(RunState())
    qtbot.waitUntil(bar.progress.isHidden)


def test_train_waits_for_a_setting_that_can_be_used(window: MainWindow, session: FakeSession) -> None:
    enter(window.method_panel.method_form.editor("rank"), "0")
    assert not window.run_actions.train.isEnabled()
    assert "Rank r: At least 1." in window.run_actions.train.toolTip()
    press(window, "Ctrl+R")
    assert session.calls == []
    enter(window.method_panel.method_form.editor("rank"), "2")
    assert window.run_actions.train.isEnabled()


def test_until_the_model_is_there_the_window_says_so(qtbot: QtBot, bridge: Bridge) -> None:
    session = FakeSession(ready=False)
    window = shown_window(qtbot, session, bridge)
    assert "still loading" in window.run_actions.train.toolTip()
    bar, status = window.findChild(RunBar), window.findChild(StatusLine)
    assert bar is not None
    assert status is not None
    assert bar.model_label.text() == "Loading the model…"
    session.become_ready()
    assert bar.model_label.text() == "MiniGPT · 109,126 parameters · CPU"
    assert status.state_label.text() == "Ready · MiniGPT · CPU"
    assert window.run_actions.train.isEnabled()
    retire(window)


# Messages


def test_errors_and_receipts_appear_in_the_window(window: MainWindow, session: FakeSession) -> None:
    session.problem.emit(DataError("{path} is not UTF-8 text.", path="facts.txt"))
    assert window.notices.isVisible()
    press(window, "Esc")
    assert not window.notices.isVisible()
    session.receipt.emit(Receipt("adapter", "/studio/adapters/lora-v", 7, 1e-7, (), 40_960))
    assert window.notices.isVisible()
    status = window.findChild(StatusLine)
    assert status is not None
    assert status.receipt_label.text() == "✓ Receipt: Δp ≤ 1e-7"


def test_what_ended_unseen_is_announced_once(window: MainWindow, session: FakeSession) -> None:
    session.set_run(RUNNING)
    window.docks[3].raise_()  # the variants lie over the curves now
    QApplication.processEvents()
    session.run_events = (Finished("LoRA V", 160, 2.7, 0.05, cancelled=False, folder="/run"),)
    session.set_run(RunState())
    notice = window.notices.current()
    assert notice is not None
    assert notice.message == "LoRA V has finished: 160 steps in 2.7 s. The loss is 0.0500 now."
    window.notices.offer_button.click()
    assert not window.training_panel.visibleRegion().isEmpty()
    assert not window.notices.isVisible()


@pytest.mark.parametrize("cancelled", [True, False])
def test_what_ended_before_ones_eyes_needs_no_words(window: MainWindow, session: FakeSession, cancelled: bool) -> None:
    session.set_run(RUNNING)
    if cancelled:
        window.docks[3].raise_()
        QApplication.processEvents()
    session.run_events = (Finished("LoRA V", 160, 2.7, 0.05, cancelled=cancelled, folder="/run"),)
    session.set_run(RunState())
    assert window.notices.current() is None


def test_the_status_line_keeps_the_last_message(window: MainWindow, session: FakeSession) -> None:
    status = window.findChild(StatusLine)
    assert status is not None
    session.problem.emit(DataError("{path} is not UTF-8 text.", path=str(Path.cwd() / "facts.txt")))
    assert status.news_label.text() == "facts.txt is not UTF-8 text."
    assert status.news_label.property("role") == "error"
    window.notices.show_success("LoRA V has finished.", "", print)  # the error is behind it, and not read yet
    assert status.news_label.text() == "LoRA V has finished."


def test_the_status_line_lets_go_of_what_was_read(window: MainWindow, session: FakeSession) -> None:
    status = window.findChild(StatusLine)
    assert status is not None
    session.problem.emit(DataError("Line {line} is not valid JSON.", line=3))
    press(window, "Esc")
    assert status.news_label.text() == ""
    assert status.news_label.toolTip() == ""


def test_the_status_line_counts_what_waits(window: MainWindow, session: FakeSession) -> None:
    status = window.findChild(StatusLine)
    assert status is not None
    assert not status.queue_label.isVisible()
    session.queue.add(session.recipe())
    session.queue.add(session.recipe())
    assert status.queue_label.text() == "2 runs wait"
    session.queue.set_held(True)
    assert status.queue_label.text() == "2 runs wait; the queue is held"


def test_a_hint_is_never_painted_over_what_waits(window: MainWindow, session: FakeSession) -> None:
    status = window.statusBar()
    assert isinstance(status, StatusLine)
    session.queue.add(session.recipe())
    status.showMessage("Runs these settings when the runs before it have ended")
    session.queue.add(session.recipe())
    assert not status.queue_label.isVisible()
    status.clearMessage()
    assert status.queue_label.isVisible()
    assert status.queue_label.text() == "2 runs wait"


def test_a_question_is_not_said_twice(window: MainWindow) -> None:
    window.notices.show_question("1 run waits in the queue.", "", ("&Start", None))
    status = window.statusBar()
    assert isinstance(status, StatusLine)
    assert status.news_label.text() == ""


def test_the_memory_says_what_it_is(window: MainWindow) -> None:
    status = window.statusBar()
    assert isinstance(status, StatusLine)
    if memory_in_use() is not None:
        assert status.memory_label.text().endswith("in use")


def test_only_a_run_that_the_person_began_brings_the_curves(window: MainWindow, session: FakeSession) -> None:
    press(window, "Ctrl+6")
    session.begun_by_person = False
    session.set_run(RUNNING)
    assert window.training_panel.visibleRegion().isEmpty()
    session.set_run(RunState())
    session.begun_by_person = True
    session.set_run(RUNNING)
    assert not window.training_panel.visibleRegion().isEmpty()


def test_menus_that_are_gone_hear_nothing_of_undo(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    """As after another language was chosen: what lives in the session goes on without the old window."""
    group = window.data_panel.undo_group
    edit = [action for path, action in window.menus.entries() if path == ("Edit",)]
    assert len(edit) == 2
    window.menus.deleteLater()
    for action in edit:
        action.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    group.setActiveStack(session.undo_stack)
    with qtbot.waitSignal(group.canUndoChanged):
        session.undo_stack.push(QUndoCommand("x"))


def test_train_in_the_empty_list_of_runs_is_as_the_one_above(window: MainWindow, session: FakeSession) -> None:
    session.plan_problem = DataError("No dataset is selected.", advice="Tick a dataset in the data panel.")
    session.plan_changed.emit(None)
    button = next(b for b in window.runs_panel.findChildren(QPushButton) if b.text() == "Train")
    assert not button.isEnabled()
    assert button.toolTip() == window.run_actions.train.toolTip()
    session.plan_problem = None
    session.plan_changed.emit(None)
    assert button.isEnabled()


def test_in_a_read_only_window_the_queue_cannot_be_started(qtbot: QtBot, session: FakeSession, bridge: Bridge) -> None:
    session.read_only = True
    session.queue.add(session.recipe())
    session.queue.set_held(True)
    window = shown_window(qtbot, session, bridge)
    assert not window.run_actions.hold.isEnabled()
    assert "another window" in window.run_actions.hold.toolTip()
    retire(window)


def test_the_memory_in_use_is_this_process_s() -> None:
    used = memory_in_use()
    assert used is None or 10_000_000 < used < 100_000_000_000


# Undo


def test_undo_reaches_what_was_done_to_the_workspace(window: MainWindow, session: FakeSession) -> None:
    session.undo_stack.push(QUndoCommand("bin a run"))
    press(window, "Ctrl+5")
    undo = next(action for action in window.menus.actions() if "Undo" in action.text())
    assert undo.isEnabled()
    undo.trigger()
    assert session.undo_stack.index() == 0


def test_a_preset_shows_the_rows_it_ticked(window: MainWindow, session: FakeSession) -> None:
    window.data_panel.choose("TRAINING")
    place = next(number for number, preset in enumerate(PRESETS) if preset.datasets == ("FACT_CORRECTION",))
    session.set_method(Lora(rank=7))
    window.method_panel.choose_preset(place)
    shown = window.data_panel.current()
    assert shown is not None
    assert shown.name == "FACT_CORRECTION"
    undo = next(action for action in window.menus.actions() if "Undo" in action.text())
    undo.trigger()
    assert session.method == Lora(rank=7)


def test_undo_belongs_to_where_one_is(window: MainWindow, session: FakeSession) -> None:
    facts = session.datasets[2]
    window.data_panel.choose("FACT_CORRECTION")
    facts.insert(0, ["ein neuer satz"])
    rows = facts.rowCount()
    enter(window.method_panel.training_form.editor("epochs"), "7")
    undo = next(action for action in window.menus.actions() if "Undo" in action.text())
    undo.trigger()
    assert session.training.epochs == 80
    assert facts.rowCount() == rows
    window.data_panel.table.setFocus()
    undo.trigger()
    assert facts.rowCount() == rows - 1


def test_ctrl_z_after_stepping_undoes_the_setting(window: MainWindow, session: FakeSession) -> None:
    field = window.method_panel.training_form.editor("epochs")
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert session.training.epochs == 81
    press(window, "Ctrl+Z")
    assert session.training.epochs == 80
    assert isinstance(field, NumberField)
    assert field.text() == "80"


# The layout


def places(window: MainWindow) -> list[tuple[Qt.DockWidgetArea, bool, bool]]:
    """Where each dock is, whether it floats, and whether it was closed."""
    return [(window.dockWidgetArea(d), d.isFloating(), d.toggleViewAction().isChecked()) for d in window.docks]


def test_the_layout_is_kept_and_can_be_reset(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    before = places(window)
    data, _, method, variants, *_ = window.docks
    method.close()
    variants.setFloating(True)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, data)
    state = window.layout_state()
    window.reset_layout()
    qtbot.waitUntil(lambda: places(window) == before)
    assert window.restore_layout(state)
    assert method.isHidden()
    assert variants.isFloating()
    assert window.dockWidgetArea(data) == Qt.DockWidgetArea.RightDockWidgetArea


def test_panels_that_shared_a_place_stand_side_by_side_in_a_wide_window(window: MainWindow) -> None:
    _, training, _, variants, runs, _, compare, _, going_on = window.docks
    window.resize(1280, 800)
    window.reset_layout()
    assert set(window.tabifiedDockWidgets(training)) == {variants, runs, compare, going_on}
    assert training.titleBarWidget().sizeHint().height() == 0  # the tab says it all
    assert variants.titleBarWidget().sizeHint().height() > 0  # its tools stand there
    window.resize(1920, 1080)
    window.reset_layout()
    assert window.tabifiedDockWidgets(training) == [compare, going_on]
    assert window.tabifiedDockWidgets(variants) == [runs]
    assert training.isVisible()
    assert variants.isVisible()


def test_a_heading_shows_where_no_tab_says_the_name(window: MainWindow, qtbot: QtBot) -> None:
    data, *_, inspector = window.docks
    assert heading(data).isVisible()
    qtbot.waitUntil(lambda: not heading(inspector).isVisible())
    inspector.setFloating(True)
    qtbot.waitUntil(heading(inspector).isVisible)


def heading(dock: QDockWidget) -> Heading:
    found = dock.titleBarWidget().findChild(Heading)
    assert found is not None
    return found


@pytest.mark.parametrize("state", [b"", b"nonsense that is long enough", b"LSL1\xff\xff\xff\xff"])
def test_a_foreign_layout_is_refused(window: MainWindow, state: bytes) -> None:
    before = places(window)
    assert not window.restore_layout(state)
    assert places(window) == before


def test_the_plan_is_seen_on_a_small_screen(window: MainWindow) -> None:
    assert window.size().toTuple() == (1280, 800)
    last = window.method_panel.plan_box
    bottom = last.mapTo(window.method_panel, last.rect().bottomLeft()).y()
    assert bottom < window.method_panel.height()
    assert window.docks[2].width() <= 320


# Menus and keys


@pytest.mark.parametrize("number", range(len(PANELS)))
def test_every_panel_is_reached_by_its_key(window: MainWindow, number: int) -> None:
    for dock in window.docks:
        dock.close()
    press(window, f"Ctrl+{(number + 1) % 10}")
    assert panel_with_focus(window) is window.panels[number]
    assert window.panels[number].isVisible()


def test_f6_goes_round_all_panels(window: MainWindow) -> None:
    press(window, "Ctrl+1")
    seen = []
    for _ in window.panels:
        seen.append(panel_with_focus(window))
        press(window, "F6")
    assert seen == list(window.panels)
    assert panel_with_focus(window) is window.data_panel
    press(window, "Shift+F6")
    assert panel_with_focus(window) is window.continue_panel


def test_f6_passes_over_what_is_closed(window: MainWindow) -> None:
    press(window, "Ctrl+2")
    window.docks[1].close()
    press(window, "F6")
    assert panel_with_focus(window) is window.method_panel


def panel_with_focus(window: MainWindow) -> QWidget | None:
    focused = QApplication.focusWidget()
    return next(
        (panel for panel in window.panels if focused and (panel is focused or panel.isAncestorOf(focused))), None
    )


def test_no_key_means_two_things(window: MainWindow) -> None:
    keys = [key.toString() for action in window.menus.actions() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))


def test_themes_and_languages_are_chosen_in_the_menu(qtbot: QtBot, window: MainWindow) -> None:
    by_text = {action.text(): action for action in window.menus.actions()}
    with qtbot.waitSignal(window.theme_chosen) as theme:
        by_text["&Dark"].trigger()
    with qtbot.waitSignal(window.language_chosen) as language:
        by_text["&Deutsch"].trigger()
    assert (theme.args, language.args) == (["dark"], ["de"])
    window.menus.show_choices("light", "system")
    assert by_text["&Light"].isChecked()
    assert not by_text["&Dark"].isChecked()


def test_a_workspace_is_chosen(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "ask_workspace", lambda: Path("/other"))
    with qtbot.waitSignal(window.workspace_chosen) as caught:
        press(window, "Ctrl+Shift+O")
    assert caught.args == [Path("/other")]


def test_a_new_workspace_is_named(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "ask_new_workspace", lambda: Path("/new"))
    with qtbot.waitSignal(window.workspace_chosen) as caught:
        press(window, "Ctrl+Shift+N")
    assert caught.args == [Path("/new")]


def test_recent_workspaces_are_offered(qtbot: QtBot, window: MainWindow) -> None:
    window.show_recent_workspaces((Path("/studio/a & b"), Path("/studio/other")))
    entries = {action.text(): action for action in window.menus.actions()}
    assert "other – studio" in entries
    with qtbot.waitSignal(window.workspace_chosen) as caught:
        entries["a && b – studio"].trigger()
    assert caught.args == [Path("/studio/a & b")]


@pytest.mark.parametrize("place", ["window", "variants"])
def test_a_workspace_can_be_dropped(qtbot: QtBot, window: MainWindow, tmp_path: Path, place: str) -> None:
    (tmp_path / "studio.json").write_text("{}")
    with qtbot.waitSignal(window.workspace_chosen) as caught:
        drop(window if place == "window" else window.variants_panel, tmp_path)
    assert caught.args == [tmp_path]


def test_an_adapter_that_is_dropped_goes_on_the_board(window: MainWindow, session: FakeSession, tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text("{}")
    drop(window, tmp_path)
    assert session.calls == [("load_adapter", tmp_path)]


def test_any_other_folder_is_let_pass(window: MainWindow, session: FakeSession, tmp_path: Path) -> None:
    drop(window, tmp_path)
    assert session.calls == []


def drop(widget: QWidget, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    actions, left, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPoint(5, 5), actions, data, left, keys)
    entered.ignore()
    QApplication.sendEvent(widget, entered)
    if entered.isAccepted():
        QApplication.sendEvent(widget, QDropEvent(QPointF(5, 5), actions, data, left, keys))


def test_the_keys_are_listed_and_can_be_found(window: MainWindow) -> None:
    press(window, "F1")
    dialog = window.findChild(QDialog)
    assert dialog is not None
    assert dialog.isVisible()
    assert ("Train", "Ctrl+R, F5") in listed(dialog)
    field = dialog.findChild(QLineEdit)
    assert field is not None
    QTest.keyClicks(field, "ctrl+k")
    assert listed(dialog) == [("Find a command", "Ctrl+K")]
    dialog.close()


def listed(dialog: QDialog) -> list[tuple[str, str]]:
    tree = dialog.findChild(QTreeWidget)
    assert tree is not None
    groups = [tree.topLevelItem(number) for number in range(tree.topLevelItemCount())]
    rows = [group.child(row) for group in groups if group for row in range(group.childCount())]
    return [(row.text(0), row.text(1)) for row in rows if row and not row.isHidden()]


def test_the_palette_reaches_menus_data_and_methods(window: MainWindow, session: FakeSession) -> None:
    press(window, "Ctrl+K")
    assert window.commands.isVisible()
    QTest.keyClicks(window.commands.field, "dataset knowledge")
    QTest.keyClick(window.commands.field, Qt.Key.Key_Return)
    shown = window.data_panel.current()
    assert shown is not None
    assert shown.name == "KNOWLEDGE_CORRECTION"
    assert window.data_panel.table.hasFocus()
    press(window, "Ctrl+K")
    QTest.keyClicks(window.commands.field, "method dora")
    QTest.keyClick(window.commands.field, Qt.Key.Key_Return)
    assert session.method.name == "dora"
    press(window, "Ctrl+K")
    QTest.keyClicks(window.commands.field, "train")
    QTest.keyClick(window.commands.field, Qt.Key.Key_Return)
    assert ("train",) in session.calls


@pytest.mark.parametrize(
    ("query", "first"), [("ru", "Go to: Runs"), ("compare", "Go to: Compare"), ("mixer", "Go to: Mixer")]
)
def test_the_palette_leads_to_a_panel_rather_than_hiding_it(window: MainWindow, query: str, first: str) -> None:
    press(window, "Ctrl+K")
    QTest.keyClicks(window.commands.field, query)
    found = [entry.title for entry in window.commands.shown()]
    assert found[0] == first
    assert first.replace("Go to", "Panels") in found


def test_what_does_the_same_is_listed_once(window: MainWindow, session: FakeSession) -> None:
    session.set_run(RUNNING)
    press(window, "Ctrl+K")
    assert [entry.title for entry in window.commands.shown()].count("Add to queue") == 1
    QTest.keyClick(window.commands.field, Qt.Key.Key_Escape)
    press(window, "F1")
    dialog = window.findChild(QDialog)
    assert dialog is not None
    assert [text for text, _ in listed(dialog)].count("Add to queue") == 1
    assert ("Undo", "Ctrl+Z") in listed(dialog)
    assert ("Redo", "Ctrl+Shift+Z, Ctrl+Y") in listed(dialog)
    dialog.close()


def test_the_palette_puts_a_stored_run_on_the_board(window: MainWindow, session: FakeSession) -> None:
    there, gone = (StoredRun(Path(f"/studio/runs/{n}"), RunRecord(name=f"run {n}"), has_adapter=n == 1) for n in (1, 2))
    session.history.runs = (there, gone)
    press(window, "Ctrl+K")
    entries = {entry.title: entry for entry in window.commands.shown()}
    assert entries["Put on board: run 2"].obstacle == "It ended before there was an adapter."
    QTest.keyClicks(window.commands.field, "board run 1")
    QTest.keyClick(window.commands.field, Qt.Key.Key_Return)
    assert ("load_adapter", Path("/studio/runs/1/adapter")) in session.calls


def test_a_row_that_mattered_is_shown_among_the_data(window: MainWindow) -> None:
    window.inspector_panel.row_wanted.emit("KNOWLEDGE_CORRECTION", BUILTIN_DATASETS[3].rows[2])
    shown = window.data_panel.current()
    assert shown is not None
    assert shown.name == "KNOWLEDGE_CORRECTION"
    assert window.data_panel.table.selected_rows() == [2]


def test_the_palette_says_why_something_cannot_be_done(window: MainWindow) -> None:
    press(window, "Ctrl+K")
    entries = {entry.title: entry for entry in window.commands.shown()}
    assert entries["Pause"].obstacle == "Nothing is being trained."
    assert entries["Undo"].obstacle == "There is nothing to undo."
    press(window, "Ctrl+K")
    assert not window.commands.isVisible()


# Themes


def test_icons_follow_the_theme(qtbot: QtBot, window: MainWindow) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)

    def lightness() -> int:
        image = window.run_actions.cancel.icon().pixmap(16).toImage()
        pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
        return max(pixels, key=lambda pixel: pixel.alpha()).lightness()

    assert lightness() < 100
    apply_theme(application, DARK)
    qtbot.waitUntil(lambda: lightness() > 150)
    apply_theme(application, LIGHT)


# Closing


def test_closing_when_nothing_runs(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.closed):
        press(window, "Ctrl+Q")
    assert not window.isVisible()


def test_closing_while_training_asks_cancels_and_waits(
    qtbot: QtBot, window: MainWindow, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.set_run(RUNNING)
    monkeypatch.setattr(window, "ask_to_stop", lambda: True)
    with qtbot.assertNotEmitted(window.closed):
        window.close()
    assert window.isVisible()
    assert session.calls == [("cancel",)]
    window.close()  # the run that was being cancelled may have been one that had not begun yet
    assert session.calls == [("cancel",), ("cancel",)]
    with qtbot.waitSignal(window.closed):
        session.set_run(RunState())
    assert not window.isVisible()


def test_one_can_go_on_training(
    qtbot: QtBot, window: MainWindow, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.set_run(RUNNING)
    monkeypatch.setattr(window, "ask_to_stop", lambda: False)
    window.close()
    session.set_run(RunState())
    assert window.isVisible()
    assert session.calls == []


def test_a_run_that_ends_during_the_question(
    qtbot: QtBot, window: MainWindow, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask() -> bool:
        session.set_run(RunState())
        return True

    session.set_run(RUNNING)
    monkeypatch.setattr(window, "ask_to_stop", ask)
    with qtbot.waitSignal(window.closed):
        window.close()


# Speed

FIRST_PAINT = """
import sys, time
from PySide6.QtWidgets import QApplication
from lora_studio.ui.theme import LIGHT, apply_theme
application = QApplication([])
apply_theme(application, LIGHT)
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.main_window import MainWindow
from tests.ui.fakes import FakeSession
window = MainWindow(FakeSession(ready=False).as_session(), Bridge())
print([name for name in ("torch", "numpy", "pyqtgraph", "transformers", "safetensors") if name in sys.modules])
"""


def test_the_window_is_made_without_the_heavy_libraries() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", FIRST_PAINT], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]", done.stderr


# Experiments


def test_the_experiments_have_a_menu_and_end_with_the_window(qtbot: QtBot, window: MainWindow) -> None:
    menu = next(action.menu() for action in window.menuBar().actions() if "xperiments" in action.text())
    assert isinstance(menu, QMenu)
    *built_in, own = menu.actions()
    assert [action.data() for action in built_in] == [experiment.name for experiment in EXPERIMENTS]
    assert own is window.experiments.compare_methods
    started = window.experiments.open(Experiment("sample", "A sample", "Never ends.", never_ends))
    assert started.isVisible()
    window.close()
    assert window.experiments.windows() == ()


def never_ends(seed: int, out: Path | None) -> Running:
    while True:
        time.sleep(0.001)
        yield Progress("LoRA V", 1, 4)


def test_undo_reaches_a_setting_from_the_field_behind_it(window: MainWindow, session: FakeSession) -> None:
    rank, alpha = (window.method_panel.method_form.editor(name) for name in ("rank", "alpha"))
    assert isinstance(rank, NumberField)
    rank.setFocus()
    rank.selectAll()
    QTest.keyClicks(rank, "7")
    assert session.method == Lora(rank=7, targets=("v_proj",))
    alpha.setFocus()
    QTest.keyClick(alpha, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.method == Lora(targets=("v_proj",))


@pytest.mark.parametrize("screen", [QSize(1366, 740), QSize(1440, 900), QSize(2560, 1400)])
def test_the_first_window_fits_with_its_frame(screen: QSize) -> None:
    size = first_size(screen)
    assert size.height() + 40 <= screen.height()  # the title bar of a usual desktop
    assert size.width() <= screen.width()
    assert QSize(1440, 900).expandedTo(size) == QSize(1440, 900)
