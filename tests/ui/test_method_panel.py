"""Presets, the two forms, what they amount to, and undo."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import BUILTIN_DATASETS
from lora_studio.core.errors import RecipeError
from lora_studio.core.methods import METHODS, Lora, Method
from lora_studio.core.methods.dora import Dora
from lora_studio.core.presets import PRESETS, Preset, preset_of
from lora_studio.core.recipe import Protection, TrainingSettings
from lora_studio.core.summaries import Plan
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.kept_rows import KeptFigures
from lora_studio.ui.panels.method_panel import MethodPanel
from lora_studio.ui.shared_settings import with_shared
from lora_studio.ui.theme import LIGHT, apply_theme
from lora_studio.ui.widgets.number_field import NumberField
from lora_studio.ui.widgets.settings_form import SettingsForm
from lora_studio.ui.widgets.switch import Switch
from tests.ui.fakes import FakeSession

PLAN = Plan(1024, 10_240, 109_126, 40_960, 160, ("wald", "suppe"))


class Named:
    def __init__(self, name: str) -> None:
        self.name = name


pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def session(qtbot: QtBot) -> FakeSession:
    session = FakeSession()
    session.datasets = [Named(dataset.name) for dataset in BUILTIN_DATASETS]
    session.selected = ("FACT_CORRECTION",)
    return session


@pytest.fixture
def panel(qtbot: QtBot, session: FakeSession) -> MethodPanel:
    bridge = Bridge()
    panel = MethodPanel(session.as_session(), bridge)
    qtbot.addWidget(panel, before_close_func=lambda _: bridge.close())
    panel.show()
    return panel


def enter(qtbot: QtBot, field: object, text: str) -> None:
    assert isinstance(field, NumberField)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def preset_named(name: str) -> Preset:
    return next(preset for preset in PRESETS if preset.name == name)


DOMAIN = PRESETS.index(preset_named("teach-a-domain"))


def choose(combo: QComboBox, index: int) -> None:
    """Opens the list by the keyboard, goes to the entry and takes it."""
    combo.setFocus()
    combo.showPopup()
    combo.view().setCurrentIndex(combo.model().index(index, 0))
    QTest.keyClick(combo.view(), Qt.Key.Key_Return)


def pick(qtbot: QtBot, panel: MethodPanel, index: int) -> None:
    choose(panel.preset_combo, index)


def use(panel: MethodPanel, method: type[Method]) -> None:
    choose(panel.method_combo, METHODS.index(method))


def switch_of(form: SettingsForm, name: str) -> Switch:
    editor = form.editor(name)
    assert isinstance(editor, Switch)
    return editor


def shown_texts(panel: MethodPanel) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]


def test_presets_are_the_reference_and_fit_the_built_in_data() -> None:
    fact, protected, domain = (
        preset_named(name) for name in ("correct-a-fact", "correct-and-protect", "teach-a-domain")
    )
    assert fact.method == Lora(rank=4, alpha=4.0, targets=("v_proj",))
    assert fact.training == TrainingSettings(epochs=80, batch_size=4, sequence_length=4, learning_rate=2e-3)
    assert domain.method == Lora(rank=4, alpha=1.0)
    assert domain.training.epochs == 50
    assert (fact.protection.enabled, protected.protection.enabled) == (False, True)
    names = {dataset.name for dataset in BUILTIN_DATASETS}
    assert all(set(preset.datasets) <= names for preset in PRESETS)


def test_the_seed_does_not_make_a_preset_another() -> None:
    fact = PRESETS[0]
    seeded = fact.training.model_copy(update={"seed": 7})
    assert preset_of(fact.method, seeded, fact.datasets, fact.protection) is fact
    assert preset_of(fact.method, fact.training, (), fact.protection) is None
    protected = preset_of(fact.method, fact.training, fact.datasets, Protection(enabled=True))
    assert protected is preset_named("correct-and-protect")
    assert preset_of(fact.method, fact.training, fact.datasets, Protection(enabled=True, weight=7.0)) is None


def test_the_preset_in_use_is_shown(panel: MethodPanel, session: FakeSession) -> None:
    assert panel.preset_combo.currentText() == "Correct a fact"
    session.select_datasets(("TRAINING",))
    assert panel.preset_combo.currentIndex() == -1
    assert panel.preset_combo.placeholderText() == "Own settings"


def test_choosing_a_preset_sets_everything_and_can_be_undone(
    qtbot: QtBot, panel: MethodPanel, session: FakeSession
) -> None:
    pick(qtbot, panel, DOMAIN)
    assert session.method == PRESETS[DOMAIN].method
    assert session.training == PRESETS[DOMAIN].training
    assert session.selected == ("FINETUNING",)
    assert panel.training_form.value() == PRESETS[DOMAIN].training
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
    pick(qtbot, panel, DOMAIN)
    assert session.selected == ("FACT_CORRECTION",)
    assert session.method == PRESETS[DOMAIN].method


def test_edits_reach_the_session_at_once(qtbot: QtBot, panel: MethodPanel, session: FakeSession) -> None:
    enter(qtbot, panel.method_form.editor("rank"), "8")
    enter(qtbot, panel.training_form.editor("epochs"), "12")
    assert session.method == Lora(rank=8, targets=("v_proj",))
    assert session.training.epochs == 12
    assert panel.preset_combo.currentIndex() == -1


def test_undo_leaves_ticks_alone_that_it_did_not_set(qtbot: QtBot, panel: MethodPanel, session: FakeSession) -> None:
    enter(qtbot, panel.training_form.editor("epochs"), "12")
    session.select_datasets(("FACT_CORRECTION", "TRAINING"))
    enter(qtbot, panel.training_form.editor("epochs"), "125")
    panel.undo_stack.undo()
    assert session.training.epochs == 80
    assert session.selected == ("FACT_CORRECTION", "TRAINING")
    session.select_datasets(("nature", "TRAINING"))  # a dataset was renamed
    before = session.selected
    panel.undo_stack.redo()
    assert session.selected == before


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
    bridge = Bridge()
    panel = MethodPanel(session.as_session(), bridge)
    qtbot.addWidget(panel, before_close_func=lambda _: bridge.close())
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
    for _ in range(24):
        widget = panel.focusWidget()
        assert widget is not None
        seen.append(widget.accessibleName())
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    assert all(seen)
    expected = ["Preset", "Method", "Rank r", "Alpha α", "Train embeddings", "Train head", "Epochs", "Seed"]
    expected += ["Probe every", "Protect what it knows"]
    places = [seen.index(name) for name in expected]
    assert places == sorted(places)


def test_the_panel_is_as_wide_as_its_fields_need(qapp: QApplication, panel: MethodPanel) -> None:
    apply_theme(qapp, LIGHT)
    assert 200 < panel.minimumSizeHint().width() <= 320


# Methods


LEARNING = [method for method in METHODS if method.learns_by_gradients]
READING = [method for method in METHODS if not method.learns_by_gradients]


def test_every_method_has_a_form_made_from_its_class(
    qapp: QApplication, panel: MethodPanel, session: FakeSession
) -> None:
    apply_theme(qapp, LIGHT)
    panel.resize(300, 600)
    for method in METHODS:
        use(panel, method)
        assert type(session.method) is method
        assert panel.method_combo.currentText() == method.title
        for name, field in method.model_fields.items():
            editor = panel.method_form.editor(name)
            assert editor.accessibleName() == field.title
            assert editor.width() <= panel.width()
        assert panel.minimumSizeHint().width() <= 320
        assert panel.is_valid()


@pytest.mark.parametrize("method", METHODS)
def test_tab_goes_through_the_form_of_another_method(panel: MethodPanel, method: type[Method]) -> None:
    use(panel, method)
    QApplication.processEvents()  # the new form is shown
    panel.preset_combo.setFocus()
    seen: list[QWidget] = []
    while panel.preset_combo not in seen[1:]:
        widget = panel.focusWidget()
        assert isinstance(widget, QWidget)
        seen.append(widget)
        QTest.keyClick(widget, Qt.Key.Key_Tab)
        assert len(seen) < 40
    forms = (panel.method_form, panel.training_form, panel.protection_form)
    places = [[seen.index(widget) for widget in seen if form.isAncestorOf(widget)] for form in forms]
    in_order = [place for of_form in places for place in of_form]
    assert seen[1] is panel.method_combo
    assert in_order == list(range(2, 2 + len(in_order)))
    assert [bool(found) for found in places] == [bool(method.model_fields), *[method.learns_by_gradients] * 2]


def test_a_method_is_chosen_and_that_undone(panel: MethodPanel, session: FakeSession) -> None:
    before = session.method
    use(panel, LEARNING[3])
    assert type(session.method) is LEARNING[3]
    panel.undo_stack.undo()
    assert session.method == before
    assert panel.method_form.value() == before


def test_a_method_comes_back_with_the_settings_it_had(qtbot: QtBot, panel: MethodPanel, session: FakeSession) -> None:
    enter(qtbot, panel.method_form.editor("rank"), "7")
    use(panel, LEARNING[4])
    use(panel, Lora)
    assert session.method == Lora(rank=7, targets=("v_proj",))


def test_settings_that_both_methods_have_stay(qtbot: QtBot, panel: MethodPanel, session: FakeSession) -> None:
    enter(qtbot, panel.method_form.editor("rank"), "7")
    enter(qtbot, panel.method_form.editor("alpha"), "3")
    before = session.method
    steps = panel.undo_stack.count()
    use(panel, Dora)
    assert isinstance(session.method, Dora)
    assert (session.method.rank, session.method.alpha, session.method.targets) == (7, 3.0, ("v_proj",))
    assert panel.undo_stack.count() == steps + 1
    panel.undo_stack.undo()
    assert session.method == before


def test_an_adapter_to_start_from_is_of_one_method_only() -> None:
    assert with_shared(Dora(), Lora(rank=2, start_from="/adapters/a")) == Dora(rank=2)


@pytest.mark.parametrize("method", [method for method in LEARNING if method.usual_learning_rate != 2e-3])
def test_the_usual_learning_rate_follows_the_method(
    panel: MethodPanel, session: FakeSession, method: type[Method]
) -> None:
    use(panel, method)
    assert session.training.learning_rate == method.usual_learning_rate
    panel.undo_stack.undo()  # one step for both
    assert (type(session.method), session.training.learning_rate) == (Lora, 2e-3)
    assert not panel.undo_stack.canUndo()


def test_a_learning_rate_of_ones_own_stays(qtbot: QtBot, panel: MethodPanel, session: FakeSession) -> None:
    enter(qtbot, panel.training_form.editor("learning_rate"), "0.003")
    for method in LEARNING:
        use(panel, method)
        assert session.training.learning_rate == 0.003


@pytest.mark.parametrize("method", READING)
def test_a_method_that_only_reads_has_nothing_to_train(
    qtbot: QtBot, panel: MethodPanel, session: FakeSession, method: type[Method]
) -> None:
    enter(qtbot, panel.training_form.editor("epochs"), "0")
    assert not panel.is_valid()
    use(panel, method)
    assert panel.is_valid()  # what is hidden cannot be mended
    assert not panel.training_form.isVisible()
    assert not panel.protection_form.isVisible()
    assert "No training: only forward passes." in shown_texts(panel)
    session.plan_changed.emit(Plan(0, 0, 109_126, 260, 8, ()))
    text = panel.plan_box.text()
    assert "Prompts to read 8" in text
    assert "On disk 260 B" in text
    assert "Trainable" not in text
    use(panel, Lora)
    assert panel.training_form.isVisible()
    assert "No training: only forward passes." not in shown_texts(panel)


def test_embeddings_and_head_have_a_line_only_if_they_are_trained(panel: MethodPanel, session: FakeSession) -> None:
    session.plan_changed.emit(PLAN)
    assert "With embeddings and head 10,240" in panel.plan_box.text()
    session.plan_changed.emit(Plan(2048, 2048, 109_126, 8192, 160, ()))
    assert "embeddings" not in panel.plan_box.text()
    assert "Trainable by the method 2,048" in panel.plan_box.text()


def test_new_words_that_nothing_learns_are_said_to_be_so(panel: MethodPanel, session: FakeSession) -> None:
    note = "these words can hardly be learned"
    session.plan_changed.emit(PLAN)
    assert note not in panel.plan_box.text()
    session.plan_changed.emit(replace(PLAN, words_trainable=False))
    assert note in panel.plan_box.text()
    session.plan_changed.emit(replace(PLAN, words_trainable=False, new_words=()))
    assert note not in panel.plan_box.text()


# Protection


def test_protection_is_switched_on_weighed_and_undone(qtbot: QtBot, panel: MethodPanel, session: FakeSession) -> None:
    weight = panel.protection_form.editor("weight")
    assert not weight.isVisible()
    QTest.mouseClick(switch_of(panel.protection_form, "enabled").box, Qt.MouseButton.LeftButton)
    assert session.protection == Protection(enabled=True)
    assert weight.isVisible()
    assert panel.preset_combo.currentText() == "Correct and protect"
    enter(qtbot, weight, "10")
    assert session.protection == Protection(enabled=True, weight=10.0)
    assert panel.preset_combo.currentIndex() == -1
    panel.undo_stack.undo()
    panel.undo_stack.undo()
    assert session.protection == Protection()
    assert not weight.isVisible()
    assert panel.preset_combo.currentText() == "Correct a fact"


def test_a_preset_brings_its_protection(qtbot: QtBot, panel: MethodPanel, session: FakeSession) -> None:
    pick(qtbot, panel, PRESETS.index(preset_named("correct-and-protect")))
    assert session.protection.enabled
    assert switch_of(panel.protection_form, "enabled").box.isChecked()
    pick(qtbot, panel, 0)
    assert not session.protection.enabled
    panel.undo_stack.undo()
    assert session.protection.enabled


@pytest.mark.parametrize(
    ("figures", "text"),
    [
        (KeptFigures(("TRAINING",), 16, 4, 0), "16 rows of TRAINING are kept, 4 are contradicted by the new rows."),
        (KeptFigures(("A", "B"), 1, 1, 1), "1 row of A, B is kept, 1 is contradicted by the new rows, 1 is held out."),
        (KeptFigures(("A", "B", "C"), 1000, 0, 2), "1,000 rows of 3 datasets are kept, 2 are held out."),
        (KeptFigures((), 0, 0, 0), "No rows are kept. Click a shield in the data panel to keep some."),
        (None, "The kept rows are being counted."),
    ],
)
def test_it_says_how_many_rows_are_kept(
    panel: MethodPanel, session: FakeSession, figures: KeptFigures | None, text: str
) -> None:
    session.set_protection(Protection(enabled=True))
    session.kept_figures = figures
    session.kept_changed.emit()
    assert panel.kept_line.text().startswith(text)
    assert panel.kept_line.isVisible()
    if figures and figures.datasets:
        assert panel.kept_line.text().endswith("The shields in the data panel say which.")


def test_nothing_is_said_to_be_kept_while_nothing_is_protected(panel: MethodPanel, session: FakeSession) -> None:
    session.set_protection(Protection(enabled=True))
    assert panel.kept_line.isVisible()
    session.set_protection(Protection(enabled=False))
    assert not panel.kept_line.isVisible()
