"""The other language and the other theme, chosen in the menus while something is being trained."""

from __future__ import annotations

import json
from collections.abc import Callable

from lora_studio import paths
from lora_studio.ui.menus import plain
from tests.on_screen.person import Person


def test_german_and_dark_in_the_middle_of_a_run(open_studio: Callable[[], Person]) -> None:
    person = open_studio()
    assert not person.is_dark()
    person.set_number("epochs", "10000")
    person.press_train()
    person.wait(lambda: person.studio.session.run.step > 50)

    person.choose_in_menu("View", "Theme", "Dark")
    person.wait(person.is_dark)
    english = person.window
    person.choose_in_menu("View", "Language", "Deutsch")
    person.wait(lambda: person.window is not english and person.window.isActiveWindow())
    before = person.studio.session.run.step
    assert plain(person.studio.window.menuBar().actions()[0].text()) == "Datei"
    assert person.is_dark()
    person.wait(lambda: person.studio.session.run.step > before and person.studio.session.run.phase == "running")
    person.wait(lambda: person.answers() == ["tisch", "sofa"])
    person.wait(lambda: any("tisch → sofa" in text for text in person.curve_texts()))

    person.hands.press("ctrl+period")
    person.wait(person.idle)
    person.wait(lambda: "language" in paths.preferences_file().read_text("utf-8"))
    kept = json.loads(paths.preferences_file().read_text("utf-8"))
    assert (kept["language"], kept["theme"]) == ("de", "dark")
