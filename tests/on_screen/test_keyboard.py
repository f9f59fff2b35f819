"""Journeys without a mouse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from lora_studio.ui.variant_actions import VariantActions
from tests.on_screen.person import Person


def focused() -> QWidget | None:
    return QApplication.focusWidget()


def tab_to(person: Person, widget: QWidget, most: int = 40) -> None:
    for _ in range(most):
        if focused() is widget:
            return
        person.hands.press("Tab")
    raise AssertionError(f"Tab does not lead to {widget}, but to {focused()}")


def test_the_palette_does_what_is_typed(open_studio: Callable[[], Person]) -> None:
    person = open_studio()
    palette = person.studio.window.commands
    person.hands.press("ctrl+k")
    person.wait(palette.isVisible)
    person.hands.write("theme dark")
    person.wait(lambda: palette.shown()[0].title == "Theme: Dark")
    person.hands.press("Return")
    person.wait(person.is_dark)
    assert not palette.isVisible()

    person.hands.press("ctrl+k")
    person.hands.write("finetuning")
    person.wait(lambda: palette.shown()[0].title == "Go to dataset FINETUNING")
    person.hands.press("Return")
    person.wait(lambda: focused() is person.studio.window.data_panel.table)
    person.hands.press("ctrl+k")
    person.hands.press("Escape")
    person.wait(lambda: not palette.isVisible() and focused() is person.studio.window.data_panel.table)


def test_ask_edit_train_and_save_by_keyboard(
    open_studio: Callable[[], Person], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(VariantActions, "ask_new_folder", lambda *_: tmp_path / "mine")
    person = open_studio()
    window = person.studio.window
    person.hands.press("ctrl+2")
    person.wait(lambda: focused() is person.prompt())
    person.hands.write("die frau kocht")
    person.wait(lambda: person.answers() == ["das"])

    person.hands.press("ctrl+1")
    tab_to(person, window.data_panel.table)
    person.hands.press("Home")
    person.hands.press("F2")
    person.type_over("die katze sitzt auf dem bett")
    dataset = window.data_panel.current()
    assert dataset is not None
    person.wait(lambda: dataset.rows()[0] == "die katze sitzt auf dem bett")

    person.hands.press("ctrl+r")
    person.wait(lambda: len(person.variants()) == 2 and person.idle())
    person.hands.press("ctrl+2")
    person.hands.write("die katze sitzt auf dem")
    person.wait(lambda: person.answers() == ["tisch", "bett"])

    person.hands.press("ctrl+5")
    tab_to(person, window.variants_panel.table)
    person.hands.press("ctrl+s")
    person.wait((tmp_path / "mine" / "adapter_model.safetensors").is_file)


def test_f6_goes_round_the_panels(open_studio: Callable[[], Person]) -> None:
    person = open_studio()
    person.hands.press("ctrl+1")
    seen: list[QWidget] = []
    for _ in person.studio.window.panels:
        here = focused()
        assert here is not None
        seen += [panel for panel in person.studio.window.panels if panel is here or panel.isAncestorOf(here)]
        person.hands.press("F6")
    assert seen == list(person.studio.window.panels)
