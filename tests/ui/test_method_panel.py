"""Presets, the two forms, what they amount to, and undo."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import BUILTIN_DATASETS
from lora_studio.core.errors import RecipeError
from lora_studio.core.methods import Lora
from lora_studio.core.presets import PRESETS, preset_of
from lora_studio.core.recipe import TrainingSettings
from lora_studio.core.summaries import Plan
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.panels.method_panel import MethodPanel
from lora_studio.ui.theme import LIGHT, apply_theme
from lora_studio.ui.widgets.number_field import NumberField
from tests.ui.fakes import FakeSession

PLAN = Plan(1024, 10_240, 109_126, 40_960, 160, ("wald", "suppe"))


class Named:
    def __init__(self, name: str) -> None:
        self.name = name


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_US"))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def session(qtbot: QtBot) -> FakeSession:
    session = FakeSession()
    session.datasets = [Named(dataset.name) for dataset in BUILTIN_DATASETS]
    session.selected = ("FACT_CORRECTION",)
    return session


@pytest.fixture
def panel(qtbot: QtBot, session: FakeSession) -> MethodPanel:
    panel = MethodPanel(session.as_session(), Bridge())
    qtbot.addWidget(panel)
    panel.show()
    return panel


def enter(qtbot: QtBot, field: object, text: str) -> None:
    assert isinstance(field, NumberField)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def pick(qtbot: QtBot, panel: MethodPanel, index: int) -> None:
    panel.preset_combo.setFocus()
    panel.preset_combo.setCurrentIndex(index)
    panel.preset_combo.activated.emit(index)


def test_presets_are_the_reference_and_fit_the_built_in_data() -> None:
    fact, domain = PRESETS
    assert fact.method == Lora(rank=4, alpha=4.0, targets=("v_proj",))
    assert fact.training == TrainingSettings(epochs=80, batch_size=4, sequence_length=4, learning_rate=2e-3)
    assert domain.method == Lora(rank=4, alpha=1.0)
    assert domain.training.epochs == 50
    names = {dataset.name for dataset in BUILTIN_DATASETS}
    assert all(set(preset.datasets) <= names for preset in PRESETS)


def test_the_seed_does_not_make_a_preset_another() -> None:
    fact = PRESETS[0]
    seeded = fact.training.model_copy(update={"seed": 7})
    assert preset_of(fact.method, seeded, fact.datasets) is fact
    assert preset_of(fact.method, fact.training, ()) is None


def test_the_preset_in_use_is_shown(panel: MethodPanel, session: FakeSession) -> None:
    assert panel.preset_combo.currentText() == "Correct a fact"
    session.select_datasets(("TRAINING",))
    assert panel.preset_combo.currentIndex() == -1
    assert panel.preset_combo.placeholderText() == "Own settings"


def test_choosing_a_preset_sets_everything_and_can_be_undone(
    qtbot: QtBot, panel: MethodPanel, session: FakeSession
) -> None:
    pick(qtbot, panel, 1)
    assert session.method == PRESETS[1].method
    assert session.training == PRESETS[1].training
    assert session.selected == ("FINETUNING",)
    assert panel.training_form.value() == PRESETS[1].training
    panel.undo_stack.undo()
    assert session.method == PRESETS[0].method
    assert session.selected == ("FACT_CORRECTION",)
    assert panel.preset_combo.currentText() == "Correct a fact"
    panel.undo_stack.redo()
    assert session.selected == ("FINETUNING",)


def test_a_preset_whose_dataset_was_removed_keeps_the_selection(
    qtbot: QtBot, panel: MethodPanel, session: FakeSession
) -> None:
    session.datasets = [Named("FACT_CORRECTION")]
    pick(qtbot, panel, 1)
    assert session.selected == ("FACT_CORRECTION",)
    assert session.method == PRESETS[1].method


def test_edits_reach_the_session_at_once(qtbot: QtBot, panel: MethodPanel, session: FakeSession) -> None:
    enter(qtbot, panel.method_form.editor("rank"), "8")
    enter(qtbot, panel.training_form.editor("epochs"), "12")
    assert session.method == Lora(rank=8, targets=("v_proj",))
    assert session.training.epochs == 12
    assert panel.preset_combo.currentIndex() == -1


def test_typing_one_number_is_one_undo(qtbot: QtBot, panel: MethodPanel, session: FakeSession) -> None:
    enter(qtbot, panel.training_form.editor("epochs"), "125")
    enter(qtbot, panel.training_form.editor("seed"), "42")
    assert (session.training.epochs, session.training.seed) == (125, 42)
    panel.undo_stack.undo()
    assert (session.training.epochs, session.training.seed) == (125, 0)
    panel.undo_stack.undo()
    assert session.training.epochs == 80
    assert not panel.undo_stack.canUndo()
    panel.undo_stack.redo()
    assert session.training.epochs == 125


def test_typing_the_old_value_again_leaves_nothing_to_undo(qtbot: QtBot, panel: MethodPanel) -> None:
    enter(qtbot, panel.method_form.editor("rank"), "16")
    enter(qtbot, panel.method_form.editor("rank"), "4")
    assert not panel.undo_stack.canUndo()


def test_a_setting_that_cannot_be_used_stays_out_of_the_session(
    qtbot: QtBot, panel: MethodPanel, session: FakeSession
) -> None:
    with qtbot.waitSignal(panel.validity_changed) as caught:
        enter(qtbot, panel.method_form.editor("rank"), "0")
    assert caught.args == [False]
    assert panel.problem() == "Rank r: At least 1."
    assert session.method == Lora(targets=("v_proj",))


def test_the_plan_is_shown_with_separators_and_units(panel: MethodPanel, session: FakeSession) -> None:
    session.plan = PLAN
    session.plan_changed.emit(PLAN)
    text = panel.plan_box.text()
    for part in ("1,024", "10,240", "109,126", "9.4 %", "41 KB", "160", "2: wald, suppe"):
        assert part in text


def test_without_a_plan_nothing_is_claimed(qtbot: QtBot, panel: MethodPanel, session: FakeSession) -> None:
    session.plan = PLAN
    session.plan_changed.emit(PLAN)
    session.plan = None
    session.plan_problem = RecipeError("{layer} is not there.", advice="Choose another.", layer="x_proj")
    session.plan_changed.emit(None)
    assert "1,024" not in panel.plan_box.text()
    assert "x_proj is not there. Choose another." in panel.plan_box.text()


def test_while_the_model_loads_the_plan_says_so(qtbot: QtBot) -> None:
    session = FakeSession(ready=False)
    panel = MethodPanel(session.as_session(), Bridge())
    qtbot.addWidget(panel)
    assert "still loading" in panel.plan_box.text()
    session.become_ready()
    assert "still loading" not in panel.plan_box.text()


def test_the_help_line_follows_the_focus(panel: MethodPanel) -> None:
    panel.training_form.editor("batch_size").setFocus()
    texts = [label.text() for label in panel.findChildren(QLabel)]
    assert any(text.startswith("Windows per step.") for text in texts)


def test_every_field_is_reached_by_tab_in_the_order_of_the_eye(qtbot: QtBot, panel: MethodPanel) -> None:
    panel.preset_combo.setFocus()
    seen = []
    for _ in range(17):
        widget = panel.focusWidget()
        assert widget is not None
        seen.append(widget.accessibleName())
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    assert all(seen)
    expected = ["Preset", "Method", "Rank r", "Alpha α", "Train embeddings and head", "Epochs", "Seed", "Probe every"]
    places = [seen.index(name) for name in expected]
    assert places == sorted(places)


def test_the_panel_is_as_wide_as_its_fields_need(qapp: QApplication, panel: MethodPanel) -> None:
    apply_theme(qapp, LIGHT)
    assert 200 < panel.minimumSizeHint().width() <= 320
