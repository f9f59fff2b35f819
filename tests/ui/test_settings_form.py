"""The form that follows from a settings class: what is typed is judged at the field, and never corrected silently."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from lora_studio.core.methods import Lora
from lora_studio.core.recipe import TrainingSettings
from lora_studio.core.settings import Settings, setting
from lora_studio.ui.panels.method_panel import TARGET_CHOICES
from lora_studio.ui.widgets.chip_row import ChipRow
from lora_studio.ui.widgets.number_field import NumberField, neighbour_on_125, read_number, write_number
from lora_studio.ui.widgets.settings_form import SettingsForm
from lora_studio.ui.widgets.switch import Switch

ENGLISH, GERMAN = QLocale("en_US"), QLocale("de_DE")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(ENGLISH)
    yield
    QLocale.setDefault(before)


@pytest.fixture
def lora_form(qtbot: QtBot) -> SettingsForm:
    return shown(qtbot, SettingsForm(Lora(targets=("v_proj",)), {"targets": TARGET_CHOICES}))


@pytest.fixture
def training_form(qtbot: QtBot) -> SettingsForm:
    return shown(qtbot, SettingsForm(TrainingSettings()))


def shown(qtbot: QtBot, form: SettingsForm) -> SettingsForm:
    qtbot.addWidget(form)
    form.show()
    return form


def number(form: SettingsForm, name: str) -> NumberField:
    editor = form.editor(name)
    assert isinstance(editor, NumberField)
    return editor


def enter(qtbot: QtBot, form: SettingsForm, name: str, text: str) -> NumberField:
    field = number(form, name)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    return field


def texts(form: SettingsForm) -> list[str]:
    return [label.text() for label in form.findChildren(QLabel) if label.isVisible()]


def test_every_field_has_a_row_a_name_a_help_and_its_limits(training_form: SettingsForm) -> None:
    for name, field in TrainingSettings.model_fields.items():
        editor = training_form.editor(name)
        assert editor.accessibleName() == field.title
        assert str(field.description) in editor.toolTip()
        assert editor.whatsThis() == editor.toolTip()
        assert str(field.title) in texts(training_form)
    assert "(1 to 10,000)" in training_form.editor("epochs").toolTip()
    assert "passes" in texts(training_form)


def test_typing_gives_the_new_settings(qtbot: QtBot, training_form: SettingsForm) -> None:
    with qtbot.waitSignal(training_form.changed) as caught:
        enter(qtbot, training_form, "epochs", "5")
    assert caught.args == [TrainingSettings(epochs=5)]
    assert training_form.value() == TrainingSettings(epochs=5)


@pytest.mark.parametrize("text", ["2e-4", "0.0002", "0,0002", " 2E-4 "])
def test_a_learning_rate_is_read_as_people_write_it(qtbot: QtBot, training_form: SettingsForm, text: str) -> None:
    enter(qtbot, training_form, "learning_rate", text)
    assert training_form.value() == TrainingSettings(learning_rate=2e-4)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("rank", "0", "At least 1."),
        ("rank", "300", "At most 256."),
        ("rank", "4.5", "A whole number, such as 4."),
        ("rank", "", "A whole number, such as 4."),
        ("alpha", "0", "More than 0."),
        ("alpha", "nan", "A number, such as 0.002."),
        ("alpha", "1e9", "At most 1,024."),
    ],
)
def test_what_cannot_be_used_is_marked_and_kept(
    qtbot: QtBot, lora_form: SettingsForm, name: str, text: str, reason: str
) -> None:
    field = enter(qtbot, lora_form, name, text or "\b")
    lora_form.show_problems()
    assert not lora_form.is_valid()
    assert field.text() == text  # not clamped, not replaced
    assert any(shown_text.startswith(reason) for shown_text in texts(lora_form))
    assert reason in lora_form.problem()
    assert field.property("invalid")


def test_while_a_field_cannot_be_used_nothing_is_passed_on(qtbot: QtBot, lora_form: SettingsForm) -> None:
    enter(qtbot, lora_form, "rank", "0")
    before = lora_form.value()
    with qtbot.assertNotEmitted(lora_form.changed):
        enter(qtbot, lora_form, "alpha", "8")
    assert lora_form.value() == before
    with qtbot.waitSignals([lora_form.validity_changed, lora_form.changed]):
        enter(qtbot, lora_form, "rank", "2")
    assert lora_form.value() == before.model_copy(update={"rank": 2, "alpha": 8.0})
    assert lora_form.problem() == ""


def test_half_typed_numbers_are_not_scolded_at_once(qtbot: QtBot, training_form: SettingsForm) -> None:
    enter(qtbot, training_form, "learning_rate", "2e")
    assert not training_form.is_valid()
    assert not any("number" in text for text in texts(training_form))
    qtbot.waitUntil(lambda: any("number" in text for text in texts(training_form)))


def test_leaving_a_field_shows_its_problem(qtbot: QtBot, training_form: SettingsForm) -> None:
    field = enter(qtbot, training_form, "epochs", "0")
    with qtbot.waitSignal(training_form.field_left):
        QTest.keyClick(field, Qt.Key.Key_Tab)
    assert "At least 1." in texts(training_form)


def test_arrows_step_and_stay_within_the_limits(qtbot: QtBot, lora_form: SettingsForm) -> None:
    field = enter(qtbot, lora_form, "rank", "255")
    for _ in range(3):
        QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.text() == "256"
    enter(qtbot, lora_form, "alpha", "1")
    QTest.keyClick(number(lora_form, "alpha"), Qt.Key.Key_Down)
    assert lora_form.is_valid()
    assert lora_form.problem() == ""


def test_a_learning_rate_steps_by_factors(qtbot: QtBot, training_form: SettingsForm) -> None:
    field = enter(qtbot, training_form, "learning_rate", "0.002")
    seen = []
    for _ in range(3):
        QTest.keyClick(field, Qt.Key.Key_Down)
        seen.append(field.text())
    assert seen == ["0.001", "0.0005", "0.0002"]


def test_the_wheel_changes_only_the_field_one_is_in(qtbot: QtBot, training_form: SettingsForm) -> None:
    field = number(training_form, "epochs")
    number(training_form, "seed").setFocus()
    wheel(field)
    assert field.text() == "80"
    field.setFocus()
    wheel(field)
    assert field.text() == "81"


def wheel(field: NumberField) -> None:
    middle = QPointF(field.rect().center())
    event = QWheelEvent(
        middle, field.mapToGlobal(middle), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(field, event)


def test_chips_choose_targets_in_the_order_of_the_row(qtbot: QtBot, lora_form: SettingsForm) -> None:
    chips = lora_form.editor("targets")
    assert isinstance(chips, ChipRow)
    QTest.mouseClick(chips.chip("linear1"), Qt.MouseButton.LeftButton)
    QTest.keyClick(chips.chip("q_proj"), Qt.Key.Key_Space)
    assert lora_form.value() == Lora(targets=("q_proj", "v_proj", "linear1"))
    assert all(chip.accessibleName() for chip in chips.chips())


def test_without_any_target_the_form_says_so(qtbot: QtBot, lora_form: SettingsForm) -> None:
    chips = lora_form.editor("targets")
    assert isinstance(chips, ChipRow)
    QTest.mouseClick(chips.chip("v_proj"), Qt.MouseButton.LeftButton)
    lora_form.show_problems()
    assert "At least one is needed." in texts(lora_form)


def test_targets_that_the_row_does_not_offer_get_a_chip(lora_form: SettingsForm) -> None:
    lora_form.set_value(Lora(targets=("c_attn",)))
    chips = lora_form.editor("targets")
    assert isinstance(chips, ChipRow)
    assert chips.chosen() == ("c_attn",)


def test_a_switch_is_clicked_on_its_box_or_its_text(qtbot: QtBot, lora_form: SettingsForm) -> None:
    switch = lora_form.editor("train_embeddings")
    assert isinstance(switch, Switch)
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(60, switch.height() // 2))
    assert lora_form.value() == Lora(targets=("v_proj",), train_embeddings=False)
    QTest.keyClick(switch.box, Qt.Key.Key_Space)
    assert lora_form.value() == Lora(targets=("v_proj",))


def test_setting_a_value_is_silent_and_clears_problems(qtbot: QtBot, lora_form: SettingsForm) -> None:
    enter(qtbot, lora_form, "rank", "0")
    with qtbot.assertNotEmitted(lora_form.changed):
        lora_form.set_value(Lora(rank=16))
    assert number(lora_form, "rank").text() == "16"
    assert lora_form.is_valid()
    assert not lora_form.editor("rank").property("invalid")


def test_the_class_has_the_last_word(qtbot: QtBot) -> None:
    form = shown(qtbot, SettingsForm(Lora(targets=("v_proj",))))
    form.set_value(Lora(targets=("v_proj",)))
    chips = form.editor("targets")
    assert isinstance(chips, ChipRow)
    chips.set_chosen(("v_proj", "not a name"))
    chips.edited.emit()
    assert "plain names" in form.problem()


def test_help_is_asked_for_where_the_person_looks(qtbot: QtBot, training_form: SettingsForm) -> None:
    with qtbot.waitSignal(training_form.help_wanted) as caught:
        number(training_form, "seed").setFocus()
    assert caught.args is not None
    assert caught.args[0].startswith("Same recipe, same seed")


def test_a_line_of_text_has_an_editor_too(qtbot: QtBot) -> None:
    class Named(Settings):
        name: str = setting("a", "Name", "What it is called.", min_length=1)

    form = shown(qtbot, SettingsForm(Named()))
    field = form.editor("name")
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "b")
    assert form.value() == Named(name="ab")
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    assert not form.is_valid()


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("0.002", GERMAN, 0.002),  # not two, though the point separates thousands there
        ("0,002", ENGLISH, 0.002),
        ("1e-5", GERMAN, 1e-5),
        ("inf", ENGLISH, None),
        ("1_0", ENGLISH, None),
        ("1.2.3", ENGLISH, None),
    ],
)
def test_decimals_are_read_alike_everywhere(text: str, locale: QLocale, expected: float | None) -> None:
    assert read_number(text, whole=False, locale=locale) == expected


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("1,000", ENGLISH, 1000),
        ("1.000", GERMAN, 1000),
        ("1.5", GERMAN, None),
        ("12", ENGLISH, 12),
        ("\N{ARABIC-INDIC DIGIT THREE}", ENGLISH, None),
    ],
)
def test_whole_numbers_may_have_separators(text: str, locale: QLocale, expected: int | None) -> None:
    assert read_number(text, whole=True, locale=locale) == expected


@pytest.mark.parametrize("value", [4, 0.002, 1e-5, 1024.0, 1e12, 0.5, 123456.789])
@pytest.mark.parametrize("locale", [ENGLISH, GERMAN])
def test_what_is_written_can_be_read(value: float, locale: QLocale) -> None:
    assert read_number(write_number(value, locale), whole=isinstance(value, int), locale=locale) == value


def test_numbers_are_written_as_short_as_can_be() -> None:
    assert [write_number(value, GERMAN) for value in (0.002, 1e-5, 4.0, 1e12)] == ["0,002", "1e-5", "4", "1e12"]


@pytest.mark.parametrize(
    ("value", "up", "down"), [(1.0, 2.0, 0.5), (3.0, 5.0, 2.0), (0.002, 0.005, 0.001), (9.0, 10.0, 5.0)]
)
def test_neighbours(value: float, up: float, down: float) -> None:
    assert (neighbour_on_125(value, 1), neighbour_on_125(value, -1)) == (up, down)
