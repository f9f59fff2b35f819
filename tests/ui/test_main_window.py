"""The window with its real panels: running, undo, layout, closing, and how fast it is there."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QMenu,
    QTabBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import BUILTIN_DATASETS
from lora_studio.core.errors import DataError
from lora_studio.core.events import Receipt
from lora_studio.core.experiments import EXPERIMENTS, Experiment, Progress
from lora_studio.core.experiments.experiment import Running
from lora_studio.core.methods import Lora
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.main_window import MainWindow
from lora_studio.ui.panels import PANELS
from lora_studio.ui.panels.variants_panel import VariantsPanel
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.theme import DARK, LIGHT, Colors, apply_theme
from lora_studio.ui.widgets.number_field import NumberField
from lora_studio.ui.widgets.run_bar import RunBar
from lora_studio.ui.widgets.sections import Heading
from lora_studio.ui.widgets.status_line import StatusLine
from tests.ui.fakes import BASE, LORA_ALL, LORA_V, FakeSession

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
    window = shown(qtbot, session, bridge)
    yield window
    session.run = RunState()  # a window that is closed during a run asks first, and nobody would answer
    retire(window)


def shown(qtbot: QtBot, session: FakeSession, bridge: Bridge) -> MainWindow:
    window = MainWindow(session.as_session(), bridge)
    window.resize(1280, 800)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    return window


def retire(window: MainWindow) -> None:
    """Destroys the window at once: every one that is left makes the next change of theme slower."""
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


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
    assert not actions.train.isEnabled()
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
    window = shown(qtbot, session, bridge)
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


# Undo


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
    data, _, method, variants = window.docks
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


def test_panels_that_shared_a_place_stand_side_by_side_in_a_wide_window(window: MainWindow, qtbot: QtBot) -> None:
    training, variants = window.docks[1], window.docks[3]
    window.resize(1280, 800)
    window.reset_layout()
    assert window.tabifiedDockWidgets(training) == [variants]
    assert training.titleBarWidget().sizeHint().height() == 0  # the tab says it all
    assert variants.titleBarWidget().sizeHint().height() > 0  # its tools stand there
    window.resize(1920, 1080)
    window.reset_layout()
    assert not window.tabifiedDockWidgets(training)
    tabs = [bar for bar in window.findChildren(QTabBar) if bar.count() > 1 and bar.isVisible()]
    assert not tabs
    for dock in (training, variants):
        assert all(heading.isVisible() for heading in dock.titleBarWidget().findChildren(Heading))
        assert dock.titleBarWidget().height() > 0


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
    press(window, f"Ctrl+{number + 1}")
    focused = QApplication.focusWidget()
    panel = window.findChild(PANELS[number])
    assert isinstance(panel, QWidget)
    assert panel.isVisible()
    if number != 2:  # the training panel has nothing to act on before a run
        assert focused is not None
        assert panel.isAncestorOf(focused) or PANELS[number] is VariantsPanel


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


def test_the_keys_are_listed(window: MainWindow) -> None:
    press(window, "F1")
    dialog = window.findChild(QDialog)
    assert dialog is not None
    assert dialog.isVisible()
    dialog.close()


def test_everything_that_takes_the_focus_has_a_name(window: MainWindow) -> None:
    nameless = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and isinstance(widget, QAbstractButton | QLineEdit | QComboBox | NumberField)
        and not isinstance(widget.parent(), NumberField)
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert nameless == []


# Themes


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(colors: Colors) -> None:
    for ground in (colors.window, colors.panel, colors.field):
        for text in (colors.text, colors.muted, colors.error, colors.warning, colors.success, colors.accent):
            assert contrast(text, ground) >= 4.5, (text, ground)
        for mark in (colors.edge, *colors.variants):
            assert contrast(mark, ground) >= 3.0 or ground == colors.window, (mark, ground)
    assert contrast(colors.on_accent, colors.accent) >= 4.5
    assert contrast(colors.text, colors.selection) >= 4.5
    assert contrast(colors.muted, colors.hover) >= 4.5


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    parts = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


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
    window.close()  # impatience does no harm
    assert session.calls == [("cancel",)]
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
    assert [action.data() for action in menu.actions()] == [experiment.name for experiment in EXPERIMENTS]
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
