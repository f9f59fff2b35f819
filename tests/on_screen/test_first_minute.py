"""The first minute of a new user: the probe answers, Train is pressed, tisch becomes sofa."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lora_studio.ui.menus import plain
from lora_studio.ui.preferences import Preferences
from lora_studio.ui.widgets.pinned_painting import Mark
from tests.on_screen.person import CAT, Person

CHILD = "das kind spielt im"
WORDS = {
    "en": ("File", "&Train", "side effect", "flipped at"),
    "de": ("Datei", "&Trainieren", "Nebenwirkung", "gekippt bei"),
}


@pytest.fixture(params=[("en", "light"), ("de", "dark")], ids=" ".join)
def preferences(request: pytest.FixtureRequest) -> Preferences:
    language, theme = request.param
    return Preferences.model_validate({"language": language, "theme": theme, "tour": "done"})


def test_the_first_minute(open_studio: Callable[[], Person], preferences: Preferences) -> None:
    person = open_studio()
    menu, train, side_effect, flipped = WORDS[preferences.language]
    person.wait(lambda: person.answers() == ["tisch"])
    assert person.is_dark() == (preferences.theme == "dark")
    assert plain(person.studio.window.menuBar().actions()[0].text()) == menu
    assert person.studio.window.run_actions.train.text() == train
    person.ask("die frau kocht")
    person.wait(lambda: person.answers() == ["das"])

    person.train()
    person.wait(lambda: any("tisch → sofa" in text for text in person.curve_texts()))
    person.ask(CAT)
    person.wait(lambda: person.answers() == ["tisch", "sofa"])
    person.wait(lambda: person.pinned(CAT).mark is Mark.REACHED)
    assert person.pinned(CHILD).mark is Mark.ASTRAY
    assert side_effect in person.pinned(CHILD).remark()
    assert f"{flipped} 22: tisch → sofa" in person.legend()
    assert side_effect in person.legend()
