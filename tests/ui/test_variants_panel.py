"""The table of variants, what can be done to one, and why something cannot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QIcon
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from lora_studio.ui.bridge import Bridge
from lora_studio.ui.panels.variants_panel import VariantsPanel
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.theme import colors_of, variant_color
from lora_studio.ui.variant_actions import VariantActions, file_name_of
from lora_studio.ui.variants_model import (
    FOLDER,
    FORGETTING,
    KEPT,
    LOSS,
    METHOD,
    NAME,
    SECONDS,
    SHOWN,
    SWATCH,
    TRAINABLE,
)
from tests.ui.fakes import BASE, LORA_ALL, LORA_V, FakeSession

STORED = replace(LORA_V, folder="/studio/runs/lora-v/adapter", data="FACT_CORRECTION")
MERGED = replace(
    LORA_V, name="LoRA V merged", merged=True, no_adapter="Export the merged model.", no_merge="It is merged already."
)
FULL = replace(LORA_V, name="Full", no_adapter="There is no small adapter.", forgetting_kl=0.41234, top1_kept=0.9375)
PREFIX = replace(LORA_V, name="Prefix", no_merge="It works through virtual tokens.")


pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def session(qtbot: QtBot) -> FakeSession:
    session = FakeSession(variants=(BASE, STORED, LORA_ALL))
    session.workspace_folder = Path("/studio")
    return session


@pytest.fixture
def panel(qtbot: QtBot, session: FakeSession) -> VariantsPanel:
    return shown(qtbot, session)


def shown(qtbot: QtBot, session: FakeSession) -> VariantsPanel:
    bridge = Bridge()
    panel = VariantsPanel(session.as_session(), bridge)
    qtbot.addWidget(panel, before_close_func=lambda _: bridge.close())
    panel.resize(900, 200)
    panel.show()
    return panel


def cell(panel: VariantsPanel, row: int, column: int) -> str:
    return str(panel.model.index(row, column).data())


def button(panel: VariantsPanel, action: QAction) -> QToolButton:
    found = panel.bar.widgetForAction(action)
    assert isinstance(found, QToolButton)
    return found


def test_a_row_says_what_is_known_and_no_more(panel: VariantsPanel) -> None:
    assert [cell(panel, 1, column) for column in (NAME, METHOD, TRAINABLE, LOSS, SECONDS, FOLDER)] == [
        "LoRA V", "LoRA", "1,024", "0.0500", "1.2 s", "lora-v/adapter",
    ]  # fmt: skip
    assert [cell(panel, 0, column) for column in (NAME, METHOD, TRAINABLE, LOSS)] == ["Base", "unchanged", "—", "—"]
    assert panel.model.index(1, FOLDER).data(Qt.ItemDataRole.ToolTipRole) == STORED.folder
    assert panel.model.index(1, LOSS).data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight


def test_what_no_variant_has_takes_no_room(panel: VariantsPanel, session: FakeSession) -> None:
    session.set_variants((BASE, LORA_V))
    assert [panel.table.isColumnHidden(column) for column in (LOSS, FORGETTING, KEPT)] == [False, True, True]
    session.set_variants((BASE, FULL))
    assert not panel.table.isColumnHidden(FORGETTING)


def test_what_was_forgotten_stands_beside_the_loss(panel: VariantsPanel, session: FakeSession) -> None:
    session.set_variants((BASE, FULL, LORA_V))
    assert [cell(panel, 1, FORGETTING), cell(panel, 1, KEPT)] == ["0.412", "94 %"]
    tip = panel.model.index(1, FORGETTING).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "mean KL from the base on what it knew: 0.412 nats; first answers kept: 94 %"
    assert panel.model.index(1, KEPT).data(Qt.ItemDataRole.ToolTipRole) == tip
    for row, reason in ((2, "Not measured."), (0, "Does not apply to the base.")):
        assert [cell(panel, row, FORGETTING), cell(panel, row, KEPT)] == ["—", "—"]
        assert panel.model.index(row, FORGETTING).data(Qt.ItemDataRole.ToolTipRole) == reason
    header = panel.model.headerData(FORGETTING, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert "nats" in header


@pytest.mark.parametrize(
    ("kl", "kept", "texts"),
    [(0.0, 1.0, ["0.000", "100 %"]), (0.0001, 0.998, ["<0.001", "99.8 %"]), (2.5, 0.0, ["2.500", "0 %"])],
)
def test_what_is_not_nothing_does_not_read_as_nothing(
    panel: VariantsPanel, session: FakeSession, kl: float, kept: float, texts: list[str]
) -> None:
    session.set_variants((BASE, replace(LORA_V, forgetting_kl=kl, top1_kept=kept)))
    assert [cell(panel, 1, FORGETTING), cell(panel, 1, KEPT)] == texts


def test_other_figures_leave_an_open_editor_alone(panel: VariantsPanel, session: FakeSession) -> None:
    panel.choose("LoRA V")
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    editor = panel.table.findChild(QLineEdit)
    assert editor is not None
    session.set_variants((BASE, STORED, replace(LORA_ALL, forgetting_kl=0.2)))
    assert cell(panel, 2, FORGETTING) == "0.200"
    assert panel.table.findChild(QLineEdit) is editor


def test_the_model_keeps_qts_rules(panel: VariantsPanel, session: FakeSession) -> None:
    tester = QAbstractItemModelTester(panel.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    session.set_variants((BASE,))
    session.set_variants((BASE, LORA_V, MERGED))
    tester.deleteLater()


@pytest.mark.parametrize("mode", [QIcon.Mode.Normal, QIcon.Mode.Active, QIcon.Mode.Selected])
def test_a_swatch_has_the_variants_colour(panel: VariantsPanel, mode: QIcon.Mode) -> None:
    swatch = panel.model.index(2, NAME).data(Qt.ItemDataRole.DecorationRole)
    picture = swatch.pixmap(QSize(SWATCH, SWATCH), 1.0, mode).toImage()
    assert picture.pixelColor(picture.rect().center()) == variant_color(colors_of(panel), 2)


def test_what_has_just_come_is_chosen(panel: VariantsPanel, session: FakeSession) -> None:
    panel.choose("Base")
    session.set_variants((BASE, STORED, LORA_ALL, MERGED))
    chosen = panel.chosen()
    assert chosen is not None
    assert chosen.name == "LoRA V merged"


def test_after_a_removal_the_neighbour_is_chosen(panel: VariantsPanel, session: FakeSession) -> None:
    panel.choose("LoRA V")
    session.set_variants((BASE, LORA_ALL))
    chosen = panel.chosen()
    assert chosen is not None
    assert chosen.name == "LoRA all"


def test_a_change_elsewhere_keeps_the_choice(panel: VariantsPanel, session: FakeSession) -> None:
    panel.choose("LoRA V")
    session.set_variants((BASE, STORED, replace(LORA_ALL, final_loss=0.01)))
    assert panel.chosen() == STORED


def test_a_name_is_edited_in_place(panel: VariantsPanel, session: FakeSession, qtbot: QtBot) -> None:
    panel.choose("LoRA V")
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    editor = panel.table.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, "Sofa")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ("rename", "LoRA V", "Sofa") in session.calls)  # the view commits with the next event


def test_the_base_and_empty_names_are_left_alone(panel: VariantsPanel, session: FakeSession) -> None:
    assert not panel.model.flags(panel.model.index(0, NAME)) & Qt.ItemFlag.ItemIsEditable
    assert not panel.model.setData(panel.model.index(1, NAME), "  ")
    assert not panel.model.setData(panel.model.index(1, NAME), "LoRA V")
    assert session.calls == []


def test_buttons_act_on_the_chosen_variant(
    panel: VariantsPanel, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(VariantActions, "ask_new_folder", lambda *_: Path("/out"))
    monkeypatch.setattr(VariantActions, "ask_folder", lambda *_: Path("/in"))
    panel.choose("LoRA V")
    actions = panel.actions_
    for action in (
        actions.save, actions.load, actions.merge, actions.export, actions.use_as_base, actions.detach,
    ):  # fmt: skip
        QTest.mouseClick(button(panel, action), Qt.MouseButton.LeftButton)
    assert session.calls == [
        ("save_adapter", "LoRA V", Path("/out")),
        ("load_adapter", Path("/in")),
        ("merge", "LoRA V"),
        ("export_merged", "LoRA V", Path("/out")),
        ("use_as_base", "LoRA V"),
        ("detach", "LoRA V"),
    ]


def test_giving_up_in_the_dialog_does_nothing(
    panel: VariantsPanel, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(VariantActions, "ask_new_folder", lambda *_: None)
    monkeypatch.setattr(VariantActions, "ask_folder", lambda *_: None)
    panel.choose("LoRA V")
    for action in (panel.actions_.save, panel.actions_.load, panel.actions_.export):
        action.trigger()
    assert session.calls == []


def test_delete_takes_the_chosen_one_off_the_board(panel: VariantsPanel, session: FakeSession) -> None:
    panel.choose("LoRA all")
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    assert session.calls == [("detach", "LoRA all")]


def test_what_does_not_apply_says_why(panel: VariantsPanel, session: FakeSession) -> None:
    actions = panel.actions_
    panel.choose("Base")
    for action in (actions.save, actions.merge, actions.export, actions.use_as_base, actions.detach, actions.rename):
        assert not action.isEnabled()
        assert "The base is unchanged" in action.toolTip()
    assert actions.load.isEnabled()
    session.set_variants((BASE, MERGED))
    panel.choose("LoRA V merged")
    assert actions.save.toolTip() == "Export the merged model."
    assert actions.merge.toolTip() == "It is merged already."
    assert actions.export.isEnabled()
    assert actions.use_as_base.isEnabled()
    assert actions.detach.isEnabled()
    assert "the base is untouched" in actions.detach.toolTip()


def test_what_is_being_trained_stays_where_it_is(panel: VariantsPanel, session: FakeSession) -> None:
    actions = panel.actions_
    panel.choose("LoRA V")
    assert actions.rename.isEnabled()
    session.trained_variant = "LoRA V"
    session.set_run(RunState("running", 3, 320))
    for action in (actions.detach, actions.rename):
        assert not action.isEnabled()
        assert action.toolTip() == "It is being trained."
    editable = [bool(panel.model.flags(panel.model.index(row, NAME)) & Qt.ItemFlag.ItemIsEditable) for row in (1, 2)]
    assert editable == [False, True]
    session.trained_variant = ""
    session.set_run(RunState())
    assert actions.detach.isEnabled()


def test_what_lies_in_its_nature_is_said_in_every_way(panel: VariantsPanel, session: FakeSession) -> None:
    session.set_variants((BASE, FULL, PREFIX, MERGED))
    actions, reasons = panel.actions_, panel.footer.reasons
    panel.choose("Full")
    assert not actions.save.isEnabled()
    assert actions.merge.isEnabled()
    assert actions.use_as_base.isEnabled()
    said = [actions.save.toolTip(), actions.save.statusTip(), actions.save.whatsThis(), reasons.text()]
    assert said == ["There is no small adapter."] * 4
    assert reasons.isVisible()
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Down)  # with the keyboard one comes to no grey button
    assert reasons.text() == "It works through virtual tokens."
    assert actions.save.isEnabled()
    assert not any(action.isEnabled() for action in (actions.merge, actions.export, actions.use_as_base))
    assert actions.use_as_base.toolTip() == "It works through virtual tokens."
    panel.choose("LoRA V merged")
    assert reasons.text() == "Export the merged model."
    panel.choose("Base")
    assert not panel.footer.isVisible()


def test_the_base_stays_while_something_is_trained(panel: VariantsPanel, session: FakeSession) -> None:
    panel.choose("LoRA V")
    session.set_run(RunState("running", 3, 160))
    assert panel.actions_.use_as_base.toolTip() == "A run is in progress."
    assert panel.actions_.merge.isEnabled()
    session.set_run(RunState())
    assert panel.actions_.use_as_base.isEnabled()


def test_while_another_base_is_opened_nothing_can_be_done(panel: VariantsPanel, session: FakeSession) -> None:
    panel.choose("LoRA V")
    session.model = None
    session.model_left.emit()
    assert not any(action.isEnabled() for action in panel.actions_.all())


def test_a_click_hides_a_variant_from_the_answers(panel: VariantsPanel, session: FakeSession) -> None:
    box = panel.table.visualRect(panel.model.index(2, SHOWN)).center()
    for hidden in ({"LoRA all"}, set[str]()):
        box.setX(panel.table.visualRect(panel.model.index(2, SHOWN)).left() + 12)
        QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=box)
        assert session.hidden == hidden
    assert panel.model.index(0, SHOWN).data(Qt.ItemDataRole.CheckStateRole) is None
    assert panel.model.index(2, SHOWN).data(Qt.ItemDataRole.AccessibleTextRole) == "shown"


def test_the_menu_hides_and_shows_too(panel: VariantsPanel, session: FakeSession) -> None:
    shown = panel.actions_.shown
    panel.choose("LoRA V")
    assert shown.isChecked()
    shown.trigger()
    assert session.hidden == {"LoRA V"}
    assert not shown.isChecked()
    panel.choose("LoRA all")
    assert shown.isChecked()
    panel.choose("Base")
    assert not shown.isEnabled()


def test_a_variant_whose_run_failed_says_so(panel: VariantsPanel, session: FakeSession) -> None:
    session.failed = {"LoRA all"}
    session.variants_changed.emit()
    assert cell(panel, 2, METHOD) == "LoRA, stopped by an error"
    assert "until then" in panel.model.index(2, METHOD).data(Qt.ItemDataRole.ToolTipRole)
    assert cell(panel, 1, METHOD) == "LoRA"


def test_before_the_model_is_there_every_action_says_so(qtbot: QtBot) -> None:
    session = FakeSession(ready=False)
    panel = shown(qtbot, session)
    assert all(not action.isEnabled() for action in panel.actions_.all())
    assert all("still loading" in action.toolTip() for action in panel.actions_.all())
    session.become_ready()
    assert panel.actions_.load.isEnabled()


def test_the_context_menu_offers_the_same(panel: VariantsPanel) -> None:
    panel.choose("LoRA V")
    panel.table.customContextMenuRequested.emit(QPoint(20, 20))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.actions() == list(panel.actions_.all())
    menu.close()


def test_with_the_base_alone_the_table_says_what_belongs_here(panel: VariantsPanel, session: FakeSession) -> None:
    (hint,) = [label for label in panel.findChildren(QLabel) if "beside the base" in label.text()]
    assert not hint.isVisible()
    session.set_variants((BASE,))
    assert hint.isVisible()


def drop(panel: VariantsPanel, *paths: Path) -> bool:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, buttons, keys)
    enter.ignore()
    QApplication.sendEvent(panel, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(panel, QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, buttons, keys))
    return True


def test_an_adapter_can_be_dropped(panel: VariantsPanel, session: FakeSession, tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").touch()
    assert drop(panel, tmp_path)
    assert drop(panel, tmp_path / "adapter_config.json")
    assert session.calls == [("load_adapter", tmp_path)] * 2
    assert not panel.property("dropping")


@pytest.mark.parametrize("name", ["change.safetensors", "lora_studio.json", "adapter_model.safetensors"])
def test_any_file_of_an_adapter_stands_for_its_folder(
    panel: VariantsPanel, session: FakeSession, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).touch()
    assert drop(panel, tmp_path / name)
    assert session.calls == [("load_adapter", tmp_path)]


def test_other_files_cannot_be_dropped(panel: VariantsPanel, session: FakeSession, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    assert not drop(panel, tmp_path / "notes.txt")
    assert session.calls == []


@pytest.mark.parametrize(
    ("name", "folder"), [("LoRA V", "lora-v"), ("LoRA Q+V / 2", "lora-q-v-2"), ("…", "variant"), ("Größe", "größe")]
)
def test_a_name_becomes_a_folder(name: str, folder: str) -> None:
    assert file_name_of(name) == folder
