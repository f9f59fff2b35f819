"""The form that follows from a settings class: what is typed is judged at the field, and never corrected silently."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from pydantic import field_validator, model_validator
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHelpEvent, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from lora_studio.core.methods import Lora
from lora_studio.core.recipe import TrainingSettings
from lora_studio.core.settings import Settings, setting
from lora_studio.ui.widgets.block_diagram import BlockDiagram
from lora_studio.ui.widgets.choice_field import ChoiceField
from lora_studio.ui.widgets.help_card import HelpButton, HelpCard
from lora_studio.ui.widgets.layer_groups import MINI_GPT
from lora_studio.ui.widgets.number_field import NumberField, neighbour_on_125, read_number, write_number
from lora_studio.ui.widgets.path_field import AdapterFolderField
from lora_studio.ui.widgets.settings_form import SettingsForm
from lora_studio.ui.widgets.switch import Switch
from lora_studio.ui.widgets.text_field import TextField

ENGLISH, GERMAN = QLocale("en_US"), QLocale("de_DE")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(ENGLISH)
    yield
    QLocale.setDefault(before)


@pytest.fixture
def lora_form(qtbot: QtBot) -> SettingsForm:
    return shown(qtbot, SettingsForm(Lora(targets=("v_proj",)), {"targets": MINI_GPT}))


@pytest.fixture
def training_form(qtbot: QtBot) -> SettingsForm:
    return shown(qtbot, SettingsForm(TrainingSettings()))


def shown(qtbot: QtBot, form: SettingsForm) -> SettingsForm:
    qtbot.addWidget(form)
    form.show()
    return form


class Listed(Settings):
    names: tuple[str, ...] = setting(("v_proj",), "Names", "", editor="layers", max_length=1)
    text: str = setting("", "Text", "", editor="text", max_length=3)

    @field_validator("text")
    @classmethod
    def _no_digits(cls, text: str) -> str:
        if text.isdigit():
            raise ValueError("target layers are plain names such as v_proj")
        return text


def test_what_the_settings_class_refuses_is_said_in_the_persons_language(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = shown(qtbot, SettingsForm(Listed()))
    text = form.editor("text")
    assert isinstance(text, TextField)
    text.setPlainText("too much")
    assert form.problem() == "Text: Too long: at most 3 characters."
    translated = {("Core", "target layers are plain names such as v_proj"): "Ziele sind einfache Namen"}
    monkeypatch.setattr(QCoreApplication, "translate", lambda *a: translated.get(a[:2], a[1]))
    text.setPlainText("12")
    assert form.problem() == "Text: Ziele sind einfache Namen"


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
    training_form.set_more(True)
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


def test_a_reason_moves_no_field_and_lets_clicks_through(qtbot: QtBot, lora_form: SettingsForm) -> None:
    below = lora_form.editor("alpha")
    before = below.geometry()
    height = lora_form.sizeHint().height()
    enter(qtbot, lora_form, "rank", "0")
    lora_form.show_problems()
    QApplication.processEvents()
    assert "At least 1." in texts(lora_form)
    assert (below.geometry(), lora_form.sizeHint().height()) == (before, height)
    assert lora_form.childAt(before.center()) in (below, *below.findChildren(QWidget))


def test_a_reason_makes_way_for_the_field_that_it_would_cover(qtbot: QtBot, lora_form: SettingsForm) -> None:
    rank = enter(qtbot, lora_form, "rank", "0")
    below = lora_form.editor("alpha")
    below.setFocus()
    (reason,) = (label for label in lora_form.findChildren(QLabel) if label.text() == "At least 1.")
    assert reason.isVisible()
    assert not reason.geometry().intersects(below.geometry())
    assert not reason.geometry().intersects(rank.geometry())
    assert rank.toolTip().startswith("At least 1.")
    enter(qtbot, lora_form, "rank", "2")
    assert not reason.isVisible()
    assert "At least" not in rank.toolTip()


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


def wheel(field: QWidget) -> None:
    middle = QPointF(field.rect().center())
    event = QWheelEvent(
        middle, field.mapToGlobal(middle), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(field, event)


def layers(form: SettingsForm) -> BlockDiagram:
    editor = form.editor("targets")
    assert isinstance(editor, BlockDiagram)
    return editor


def test_boxes_choose_targets_in_the_order_of_the_block(qtbot: QtBot, lora_form: SettingsForm) -> None:
    diagram = layers(lora_form)
    QTest.mouseClick(diagram.box("linear1"), Qt.MouseButton.LeftButton)
    QTest.keyClick(diagram.box("q_proj"), Qt.Key.Key_Space)
    assert lora_form.value() == Lora(targets=("q_proj", "v_proj", "linear1"))


def test_without_any_target_the_form_says_so(qtbot: QtBot, lora_form: SettingsForm) -> None:
    QTest.mouseClick(layers(lora_form).box("v_proj"), Qt.MouseButton.LeftButton)
    lora_form.show_problems()
    assert "At least one is needed." in texts(lora_form)


def test_targets_that_the_block_does_not_have_get_a_box(qtbot: QtBot, lora_form: SettingsForm) -> None:
    lora_form.set_value(Lora(targets=("c_attn",)))
    assert layers(lora_form).chosen() == ("c_attn",)
    with qtbot.waitSignal(lora_form.help_wanted) as caught:
        layers(lora_form).box("c_attn").setFocus()
    assert caught.args is not None
    assert caught.args[0].startswith("Which layers")


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
    layers(form).set_chosen(("v_proj", "not a name"))
    layers(form).edited.emit()
    assert "plain names" in form.problem()


def test_zero_can_have_a_word(qtbot: QtBot) -> None:
    class Taken(Settings):
        layer: int = setting(0, "After block", "", labels={0: "automatic"}, ge=0, le=9)

    form = SettingsForm(Taken())
    qtbot.addWidget(form)
    field = form.editor("layer")
    assert isinstance(field, NumberField)
    assert (field.text(), field.lineEdit().placeholderText()) == ("", "automatic")
    field.stepBy(1)
    assert form.value() == Taken(layer=1)
    field.stepBy(-1)
    assert (field.text(), form.value()) == ("", Taken())
    QTest.keyClicks(field, "0")
    assert form.value() == Taken()


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


# Choices, texts, folders


class Start(Settings):
    """One of each kind of field that a method may have beside numbers, switches and layers."""

    start: Literal["random", "text"] = setting(
        "random", "Start", "Where the tokens start.", labels={"random": "Random", "text": "From a text"}
    )
    words: str = setting(
        "a text", "Text", "Which text.", editor="text", shown_if=("start", "text"), max_length=20, min_length=1
    )
    bits: Literal[16, 32] = setting(32, "Precision", "Of the adapter.", unit="bit")
    small: bool = setting(False, "Small network", "Through a small network.")
    width: int = setting(64, "Width", "Of its hidden layer.", ge=1, le=99, shown_if=("small", True))
    folder: str = setting("", "Start from", "An adapter.", editor="adapter folder")


@pytest.fixture
def start_form(qtbot: QtBot) -> SettingsForm:
    return shown(qtbot, SettingsForm(Start()))


def pick(form: SettingsForm, name: str, title: str) -> None:
    field = form.editor(name)
    assert isinstance(field, ChoiceField)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Home)
    while field.currentText() != title:
        before = field.currentIndex()
        QTest.keyClick(field, Qt.Key.Key_Down)
        assert field.currentIndex() != before, f"{title} is not offered"


def click_switch(form: SettingsForm, name: str) -> None:
    switch = form.editor(name)
    assert isinstance(switch, Switch)
    switch.box.click()


def folder_field(form: SettingsForm) -> AdapterFolderField:
    field = form.editor("folder")
    assert isinstance(field, AdapterFolderField)
    return field


def adapter(folder: Path) -> Path:
    folder.mkdir()
    (folder / "adapter_config.json").write_text("{}", encoding="utf-8")
    return folder


def test_a_choice_shows_titles_and_gives_values(qtbot: QtBot, start_form: SettingsForm) -> None:
    with qtbot.waitSignal(start_form.changed):
        pick(start_form, "start", "From a text")
    assert start_form.value() == Start(start="text")


def test_a_choice_of_numbers_gives_numbers(start_form: SettingsForm) -> None:
    pick(start_form, "bits", "16")
    value = start_form.value()
    assert value == Start(bits=16)
    assert isinstance(value, Start)
    assert type(value.bits) is int


def test_a_choice_follows_the_value(start_form: SettingsForm) -> None:
    start_form.set_value(Start(start="text", bits=16))
    shown_titles = [start_form.editor(name).property("currentText") for name in ("start", "bits")]
    assert shown_titles == ["From a text", "16"]


def test_the_wheel_leaves_a_choice_alone(start_form: SettingsForm) -> None:
    field = start_form.editor("bits")
    field.setFocus()
    wheel(field)
    assert start_form.value() == Start()


def test_a_longer_text_has_two_lines_and_tab_leaves_it(qtbot: QtBot, start_form: SettingsForm) -> None:
    start_form.set_value(Start(start="text"))
    field = start_form.editor("words")
    assert isinstance(field, TextField)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "ein")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClicks(field, "satz")
    assert start_form.value() == Start(start="text", words="ein\nsatz")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert not field.hasFocus()
    assert start_form.value() == Start(start="text", words="ein\nsatz")


def test_a_row_is_there_only_while_it_means_something(start_form: SettingsForm) -> None:
    assert not start_form.editor("words").isVisible()
    assert "Text" not in texts(start_form)
    pick(start_form, "start", "From a text")
    assert start_form.editor("words").isVisible()
    assert "Text" in texts(start_form)
    start_form.set_value(Start())
    assert not start_form.editor("words").isVisible()


def test_what_is_hidden_keeps_its_value(qtbot: QtBot, start_form: SettingsForm) -> None:
    start_form.set_value(Start(small=True, width=7))
    click_switch(start_form, "small")
    assert start_form.value() == Start(width=7)


@pytest.mark.parametrize("text", ["0", "100", "many"])
def test_what_is_hidden_and_unusable_gives_way_to_the_default(
    qtbot: QtBot, start_form: SettingsForm, text: str
) -> None:
    click_switch(start_form, "small")
    enter(qtbot, start_form, "width", text)
    assert not start_form.is_valid()
    with qtbot.waitSignal(start_form.validity_changed):
        click_switch(start_form, "small")
    assert start_form.is_valid()
    assert start_form.value() == Start()
    click_switch(start_form, "small")
    assert start_form.value() == Start(small=True)
    assert number(start_form, "width").text() == "64"


def test_the_class_too_may_find_what_is_hidden_unusable(qtbot: QtBot, start_form: SettingsForm) -> None:
    pick(start_form, "start", "From a text")
    field = start_form.editor("words")
    assert isinstance(field, TextField)
    field.selectAll()
    QTest.keyClicks(field, "more than twenty letters")
    assert not start_form.is_valid()
    pick(start_form, "start", "Random")
    assert start_form.is_valid()
    assert start_form.value() == Start()


def test_a_row_that_depends_on_a_hidden_one_is_hidden(qtbot: QtBot) -> None:
    class Chain(Settings):
        first: bool = setting(False, "First", "One.")
        second: bool = setting(True, "Second", "Two.", shown_if=("first", True))
        third: int = setting(3, "Third", "Three.", shown_if=("second", True))

    form = shown(qtbot, SettingsForm(Chain()))
    assert not form.editor("third").isVisible()
    click_switch(form, "first")
    assert form.editor("third").isVisible()


def test_what_is_wrong_with_the_fields_together_is_said_too(qtbot: QtBot) -> None:
    class Pair(Settings):
        low: int = setting(1, "Low", "One.")
        high: int = setting(2, "High", "Two.")

        @model_validator(mode="after")
        def _ordered(self) -> Pair:
            if self.low > self.high:
                raise ValueError("low must not be above high")
            return self

    form = shown(qtbot, SettingsForm(Pair()))
    enter(qtbot, form, "low", "3")
    assert form.problem() == "High: low must not be above high"
    enter(qtbot, form, "low", "2")
    assert form.value() == Pair(low=2)


def test_no_adapter_means_starting_fresh(start_form: SettingsForm) -> None:
    field = folder_field(start_form)
    assert field.placeholderText() == "none: start fresh"
    assert not field.clear_button.isVisible()
    assert start_form.is_valid()


def test_the_folder_of_an_adapter_can_be_chosen_and_cleared(
    qtbot: QtBot, start_form: SettingsForm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    field, folder = folder_field(start_form), adapter(tmp_path / "adapter")
    monkeypatch.setattr(field, "ask_folder", lambda _: str(folder))
    with qtbot.waitSignal(start_form.changed):
        field.choose_button.click()
    assert start_form.value() == Start(folder=str(folder))
    monkeypatch.setattr(field, "ask_folder", lambda _: "")
    field.choose_button.click()  # thought better of it
    assert start_form.value() == Start(folder=str(folder))
    field.clear_button.click()
    assert start_form.value() == Start()


def test_a_folder_without_an_adapter_is_marked(start_form: SettingsForm, tmp_path: Path) -> None:
    field = folder_field(start_form)
    field.setFocus()
    for text in (str(tmp_path), str(tmp_path / "not there"), "x" * 5000, "~nobody-of-that-name/a"):
        field.selectAll()
        QTest.keyClicks(field, text[:300])
        field.setText(text)
        field.textEdited.emit(text)
        assert start_form.problem() == "Start from: There is no adapter in this folder."
    start_form.show_problems()
    assert field.property("invalid")


@pytest.mark.parametrize("name", ["", "adapter_config.json", "adapter_model.safetensors"])
def test_an_adapter_can_be_dropped(start_form: SettingsForm, tmp_path: Path, name: str) -> None:
    folder = adapter(tmp_path / "adapter")
    (folder / "adapter_model.safetensors").touch()
    drop(folder_field(start_form), folder / name)
    assert start_form.value() == Start(folder=str(folder))


def test_other_files_cannot_be_dropped(start_form: SettingsForm, tmp_path: Path) -> None:
    (tmp_path / "rows.txt").touch()
    drop(folder_field(start_form), tmp_path / "rows.txt")
    assert folder_field(start_form).text() == ""


def drop(field: QWidget, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    actions, left, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter_event = QDragEnterEvent(QPoint(5, 5), actions, data, left, keys)
    enter_event.ignore()
    QApplication.sendEvent(field, enter_event)
    if enter_event.isAccepted():
        QApplication.sendEvent(field, QDropEvent(QPointF(5, 5), actions, data, left, keys))


def test_a_long_path_shows_its_end_and_is_whole_in_the_tooltip(start_form: SettingsForm, tmp_path: Path) -> None:
    folder = adapter(tmp_path / ("a long name " * 8 + "end"))
    start_form.set_value(Start(folder=str(folder)))
    field = folder_field(start_form)
    field.setFixedWidth(240)
    assert field.shown_text().startswith("…")
    assert field.shown_text().endswith("end")
    middle = field.rect().center()
    QApplication.sendEvent(field, QHelpEvent(QEvent.Type.ToolTip, middle, field.mapToGlobal(middle)))
    assert str(folder) in QToolTip.text()
    assert "An adapter." in QToolTip.text()
    QToolTip.hideText()
    assert not field.grab().isNull()
    field.setFocus()
    assert not field.grab().isNull()


@pytest.mark.parametrize("name", ["words", "folder"])
def test_undo_that_a_text_knows_nothing_of_is_the_windows(start_form: SettingsForm, name: str) -> None:
    start_form.set_value(Start(start="text"))
    field = start_form.editor(name)
    assert not takes_undo(field)
    QTest.keyClicks(field, "a")
    assert takes_undo(field)


def takes_undo(field: QWidget) -> bool:
    control = Qt.KeyboardModifier.ControlModifier
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, control)
    event.ignore()
    QApplication.sendEvent(field, event)
    return event.isAccepted()


# Numbers


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


# Help


def test_a_field_explains_itself(training_form: SettingsForm, lora_form: SettingsForm) -> None:
    card = explained(lora_form, "alpha")
    assert card.text().splitlines() == [
        "Alpha α",
        "Strength of the correction: it is scaled by α / r. Usual: r or 2r.",
        "W' = W₀ + (α / r) · B · A",
        "Possible: more than 0, at most 1,024 · Default: 4",
    ]
    card.close()
    card = explained(training_form, "learning_rate")
    assert "Default: 0.002" in card.text()
    card.close()


def explained(form: SettingsForm, name: str) -> HelpCard:
    QTest.keyClick(form.editor(name), Qt.Key.Key_F1)
    cards = form.findChildren(HelpCard)
    assert len(cards) == 1
    assert cards[0].isVisible()
    return cards[0]


def test_the_mark_beside_a_field_explains_it_too(lora_form: SettingsForm) -> None:
    marks = {mark.accessibleName(): mark for mark in lora_form.findChildren(HelpButton)}
    QTest.mouseClick(marks["What “Rank r” does (F1)"], Qt.MouseButton.LeftButton)
    card = lora_form.findChild(HelpCard)
    assert card is not None
    assert "Size of the correction." in card.text()
    card.close()


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_5])
def test_an_explanation_goes_with_the_next_key(lora_form: SettingsForm, key: Qt.Key) -> None:
    card = explained(lora_form, "rank")
    field = lora_form.editor("rank")
    QTest.keyClick(field, Qt.Key.Key_Shift)
    assert card.isVisible()
    QTest.keyClick(field, key)
    assert not card.isVisible()
    assert isinstance(field, NumberField)
    assert ("5" in field.text()) is (key == Qt.Key.Key_5)  # Escape only closes, other keys do what they always do


def test_an_explanation_goes_with_the_next_click(lora_form: SettingsForm) -> None:
    card = explained(lora_form, "rank")
    QTest.mouseClick(lora_form.editor("alpha"), Qt.MouseButton.LeftButton)
    assert not card.isVisible()


def test_every_field_with_a_help_has_a_mark(lora_form: SettingsForm) -> None:
    helped = [field for field in Lora.model_fields.values() if field.description]
    assert len(lora_form.findChildren(HelpButton)) == len(helped)


def test_settings_that_are_seldom_needed_are_folded_away_until_they_are_wanted(training_form: SettingsForm) -> None:
    button = training_form.more_button
    assert button is not None
    assert not training_form.editor("schedule").isVisible()
    assert training_form.editor("epochs").isVisible()
    told: list[bool] = []
    training_form.more_wanted.connect(told.append)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert training_form.editor("schedule").isVisible()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert not training_form.editor("schedule").isVisible()
    assert told == [True, False]


def test_the_folded_line_says_how_many_settings_are_not_as_usual(training_form: SettingsForm) -> None:
    button = training_form.more_button
    assert button is not None
    assert button.text() == "More settings"
    training_form.set_value(TrainingSettings(schedule="cosine", clipping=1.0))
    assert button.text() == "More settings · 2 changed"
    assert button.accessibleName() == button.text()


def test_a_folded_setting_that_cannot_be_used_stays_in_sight(qtbot: QtBot, training_form: SettingsForm) -> None:
    training_form.set_more(True)
    enter(qtbot, training_form, "warmup", "-5")
    training_form.set_more(False)
    assert training_form.editor("warmup").isVisible()
    assert not training_form.editor("weight_decay").isVisible()
    training_form.set_value(TrainingSettings())
    assert not training_form.editor("warmup").isVisible()


def test_tab_finds_the_fold_before_what_it_holds(training_form: SettingsForm) -> None:
    stops = training_form.tab_stops()
    button = training_form.more_button
    assert button is not None
    in_order = [training_form.editor("snapshots"), button, training_form.editor("warmup")]
    assert sorted(in_order, key=stops.index) == in_order
