"""The panel that continues texts: what it asks, what comes side by side, and what stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from lora_studio.core.probing.continuation import ContinueSettings, Ending, Piece, Told
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.panels.continue_panel import ContinuePanel
from tests.ui.fakes import BASE, LORA_ALL, LORA_V, MODEL, FakeSession

pytestmark = pytest.mark.usefixtures("english")
CHATTY = replace(MODEL, name="Qwen3", source="/models/qwen3", family="qwen3", spells_everything=True, chats=True)


@pytest.fixture
def session() -> FakeSession:
    return FakeSession(variants=(BASE, LORA_V, LORA_ALL))


@pytest.fixture
def panel(qtbot: QtBot, session: FakeSession) -> ContinuePanel:
    return shown(qtbot, session)


def shown(qtbot: QtBot, session: FakeSession) -> ContinuePanel:
    bridge = Bridge()
    bridge.close()
    panel = ContinuePanel(session.as_session(), bridge)
    qtbot.addWidget(panel)
    panel.resize(1000, 280)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def button(panel: ContinuePanel, name: str) -> QPushButton:
    return next(each for each in panel.findChildren(QPushButton) if each.accessibleName() == name)


def says(variant: str, words: str, probability: float = 0.5) -> list[Told]:
    return [Piece(variant, f" {word}", f" {word}", probability, ((" tisch", 0.6),)) for word in words.split()]


def texts(panel: ContinuePanel) -> list[str]:
    return [column.text.text() for column in panel.columns.columns]


def type_text(panel: ContinuePanel, text: str) -> None:
    panel.focus_prompt()
    panel._prompt.selectAll()
    QTest.keyClicks(panel._prompt, text)


def begin(panel: ContinuePanel) -> None:
    QTest.keyClick(panel._prompt, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_the_base_and_what_is_shown_are_asked_by_keyboard(panel: ContinuePanel, session: FakeSession) -> None:
    session.set_visible("LoRA all", False)
    type_text(panel, "der hund")
    begin(panel)
    assert session.continuer.begun == [(("Base", "LoRA V"), "der hund", ContinueSettings(), False)]
    assert [column.head.variant for column in panel.columns.columns] == ["Base", "LoRA V"]


def test_the_base_is_asked_even_while_it_is_hidden(panel: ContinuePanel, session: FakeSession) -> None:
    session.set_visible("Base", False)
    panel.begin()
    assert session.continuer.begun[0][0] == ("Base", "LoRA V", "LoRA all")


def test_words_come_side_by_side(panel: ContinuePanel, session: FakeSession) -> None:
    panel.begin()
    session.continuer.told.emit([*says("Base", "auf dem"), *says("LoRA V", "auf")])
    session.continuer.told.emit([*says("Base", "tisch"), *says("LoRA V", "dem sofa"), Ending("LoRA V", "end", 3)])
    assert texts(panel)[:2] == ["auf dem tisch", "auf dem sofa"]
    assert panel.columns.columns[1].foot == "3 tokens · came to its end"


def test_what_differs_from_the_base_is_marked(panel: ContinuePanel, session: FakeSession) -> None:
    panel.begin()
    session.continuer.told.emit(
        [*says("Base", "auf dem tisch und schläft"), *says("LoRA V", "auf dem sofa und schläft")]
    )
    session.continuer.end()
    base, variant, _ = panel.columns.columns
    assert base.text.extraSelections() == []
    (mark,) = variant.text.extraSelections()
    assert mark.cursor.selectedText().strip() == "sofa"
    assert mark.format.fontUnderline()


def test_the_button_stops_and_escape_too(panel: ContinuePanel, session: FakeSession) -> None:
    panel.begin()
    QTest.mouseClick(button(panel, "Stop"), Qt.MouseButton.LeftButton)
    assert not session.continuer.busy
    assert panel.columns.columns[0].foot.endswith("stopped")
    begin(panel)
    assert session.continuer.busy
    QTest.keyClick(panel._prompt, Qt.Key.Key_Escape)
    assert not session.continuer.busy
    assert button(panel, "Continue").isEnabled()


def test_without_a_text_or_a_model_nothing_can_begin(qtbot: QtBot, session: FakeSession) -> None:
    panel = shown(qtbot, session)
    type_text(panel, " ")
    assert not button(panel, "Continue").isEnabled()
    begin(panel)
    assert session.continuer.begun == []
    loading = shown(qtbot, FakeSession(ready=False))
    assert not button(loading, "Continue").isEnabled()


def test_another_base_takes_the_texts_with_it(panel: ContinuePanel, session: FakeSession) -> None:
    panel.begin()
    session.model = None
    session.model_left.emit()
    assert not session.continuer.busy
    assert panel.columns.columns == ()
    assert not button(panel, "Continue").isEnabled()


def test_a_token_says_how_probable_it_was(panel: ContinuePanel, session: FakeSession) -> None:
    panel.begin()
    session.continuer.told.emit(says("Base", "auf dem"))
    text = panel.columns.columns[0].text
    piece = text.piece_at(QPoint(6, text.cursorRect().center().y()))
    assert piece is not None
    assert text.describe(piece) == "␣auf: 50 %\nlikeliest: ␣tisch 60 %"
    assert text.piece_at(QPoint(text.viewport().width() - 2, text.viewport().height() - 2)) is None


def test_the_keyboard_asks_a_token_too(panel: ContinuePanel, session: FakeSession, qtbot: QtBot) -> None:
    panel.begin()
    session.continuer.told.emit(says("Base", "auf dem"))
    column = panel.columns.columns[0]
    column.text.setFocus()
    qtbot.waitUntil(column.text.hasFocus)
    QTest.keyClick(column.text, Qt.Key.Key_Home)
    assert column.foot == "␣auf: 50 %"


def test_all_texts_are_copied_below_their_names(panel: ContinuePanel, session: FakeSession) -> None:
    session.set_visible("LoRA all", False)
    panel.begin()
    session.continuer.told.emit([*says("Base", "auf dem"), *says("LoRA V", "im wald")])
    panel.copy()
    assert QGuiApplication.clipboard().text() == "Base:\nauf dem\n\nLoRA V:\nim wald"


def test_what_was_typed_and_set_outlives_the_panel(qtbot: QtBot, session: FakeSession) -> None:
    session.model = CHATTY
    panel = shown(qtbot, session)
    panel.form.set_value(ContinueSettings())
    panel._prompt.setPlainText("zwei\nzeilen")
    panel._chat.click()
    panel.form.changed.emit(panel.form.value())
    again = shown(qtbot, session)
    assert again._prompt.toPlainText() == "zwei\nzeilen"
    assert again._chat.isChecked()
    again.begin()
    assert session.continuer.begun[-1][1:] == ("zwei\nzeilen", ContinueSettings(), True)


def test_only_a_model_with_a_chat_template_can_chat(qtbot: QtBot, session: FakeSession) -> None:
    session.continue_choices.choose("hallo", ContinueSettings(), as_chat=True)
    panel = shown(qtbot, session)
    assert not panel._chat.isVisible()
    panel.begin()
    assert session.continuer.begun[-1][3] is False
    session.model = CHATTY
    session.model_ready.emit(CHATTY)
    assert panel._chat.isVisible()


def test_settings_are_folded_away_until_they_are_wanted(panel: ContinuePanel) -> None:
    assert not panel.form.isVisible()
    QTest.mouseClick(button(panel, "Settings"), Qt.MouseButton.LeftButton)
    assert panel.form.isVisible()


def test_a_setting_that_cannot_be_used_keeps_it_from_beginning(panel: ContinuePanel) -> None:
    button(panel, "Settings").click()
    field = panel.form.editor("temperature")
    field.setFocus()
    QTest.keyClicks(field, "-")
    assert not button(panel, "Continue").isEnabled()


def test_a_long_text_is_marked_from_its_first_difference_on(panel: ContinuePanel, session: FakeSession) -> None:
    panel.begin()
    many = ["wort"] * 1600
    session.continuer.told.emit([*_of("Base", many), *_of("LoRA V", [*many[:1000], *["anders"] * 600])])
    assert panel.columns.columns[1].text.differing() == [(1000, 1600)]


def _of(variant: str, words: Sequence[str]) -> list[Told]:
    return says(variant, " ".join(words))
