"""The time machine and the mixer, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint

from lora_studio.ui.panels.mixer_panel import MixerPanel
from tests.on_screen.person import Person


def test_the_slider_goes_through_the_training(open_studio: Callable[[], Person]) -> None:
    person = open_studio()
    person.train()
    time = person.studio.window.training_panel.time
    person.wait(lambda: person.answers() == ["tisch", "sofa"] and time.slider.maximum() > 0)
    slider = time.slider

    def at(place: int) -> QPoint:
        return QPoint(round(slider.x_of(place)), slider.height() // 2)

    person.hands.drag(slider, at(slider.maximum()), at(0))
    person.wait(lambda: slider.value() == 0 and person.answers() == ["tisch", "tisch"])
    assert time.label.text().startswith("step 0 of")
    person.ask("der mann liest")
    person.wait(lambda: person.answers() == ["die", "die"])

    person.hands.click(slider, at(0))
    person.hands.press("End")
    person.wait(lambda: person.answers() == ["die", "das"])
    for _ in range(3):
        person.hands.press("Left")
    person.wait(lambda: slider.value() == slider.maximum() - 3)
    assert time.label.text() != "result"
    person.hands.click(time.back)
    person.wait(lambda: time.label.text() == "result" and person.answers() == ["die", "das"])


def test_two_runs_are_mixed_and_saved_as_one(
    open_studio: Callable[[], Person], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = tmp_path / "mix"
    monkeypatch.setattr(MixerPanel, "ask_new_folder", lambda _: saved)
    person = open_studio()
    person.train()
    person.set_number("seed", "1")
    person.train()
    panel = person.studio.window.mixer_panel
    person.open_tab(panel)
    person.hands.click(panel.choice.button)
    person.wait(lambda: len(panel.rows) == 2 and len(person.answers()) == 4)
    assert person.answers()[-1] == "sofa"
    person.wait(lambda: bool(panel.rows[0].flip.text()))

    for row in panel.rows:
        slider = row.slider
        middle = slider.height() // 2
        one, zero = (QPoint(round(slider.x_of(strength)), middle) for strength in (1.0, 0.0))
        person.hands.drag(slider, one, zero)
        person.wait(lambda: slider.value() == 0)  # noqa: B023
    person.wait(lambda: person.answers()[-1] == "tisch")
    person.wait(lambda: panel.rows[1].flip.text().startswith("≥") and panel.rows[1].flip.text().endswith("sofa"))

    person.hands.press("End")
    person.wait(lambda: person.answers()[-1] == "sofa")
    person.hands.click(panel.save)
    person.wait(panel.saving.save.isEnabled)
    person.hands.click(panel.saving.save)
    person.wait((saved / "adapter_model.safetensors").is_file)
