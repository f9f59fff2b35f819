"""A mix lives as long as what it was made of: over a restart, a change of base and a new name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lora_studio.core.engine import Engine
from lora_studio.core.events import Answer
from lora_studio.core.files import write_new_folder
from lora_studio.core.methods import Lora
from lora_studio.core.models.folder import model_files
from lora_studio.ui.mixer import Mixer
from tests.core.shaken_variants import shaken
from tests.end_to_end.opened import CAT, OpenAt, Opened

MIXED = ("Base", "one", "two", "Mix")


@pytest.fixture
def adapters(tmp_path: Path) -> tuple[Path, Path]:
    """Two adapters of the bundled base that say something else."""
    engine = Engine()
    engine.open("minigpt")
    folders = tmp_path / "one", tmp_path / "two"
    for seed, folder in enumerate(folders, 1):
        shaken(engine.variants, folder.name, Lora(rank=2, targets=("v_proj",)), size=0.4, seed=seed)
        engine.save_adapter(folder.name, folder)
    return folders


def names(opened: Opened) -> tuple[str, ...]:
    return tuple(variant.name for variant in opened.session.variants)


def mixed(opened: Opened, adapters: tuple[Path, Path]) -> Mixer:
    """With both on the board and a mix of them, whose first part is turned and whose second is muted."""
    session = opened.session
    for folder in adapters:
        session.load_adapter(folder)
    opened.wait(lambda: names(opened) == MIXED[:3])
    mixer = Mixer.of(session)
    mixer.make(("one", "two"))
    opened.wait(lambda: names(opened) == MIXED)
    mixer.turn(0, -0.5)
    mixer.turn(1, 0.7)
    mixer.mute(1, muted=True)
    opened.wait(lambda: session.variants[3].mix == (("one", -0.5), ("two", 0.0)))
    return mixer


def said(opened: Opened, name: str = "Mix") -> Answer:
    comparison = opened.compare(CAT)
    return comparison.answers[comparison.variants.index(name)]


def test_a_mix_is_there_after_a_restart(reopen: OpenAt, adapters: tuple[Path, Path]) -> None:
    opened = reopen()
    mixed(opened, adapters)
    opened.session.rename("Mix", "blend")
    opened.wait(lambda: "blend" in names(opened))
    opened.session.set_visible("blend", False)
    before = said(opened, "blend")
    opened = reopen()
    session, mixer = opened.session, Mixer.of(opened.session)
    opened.wait(lambda: names(opened) == ("Base", "one", "two", "blend"))
    assert said(opened, "blend").predictions == before.predictions
    assert mixer.faders.strengths == (-0.5, 0.7)
    assert mixer.faders.muted == {1}
    assert [variant.name for variant in session.visible_variants] == ["Base", "one", "two"]
    mixer.mute(1, muted=False)
    opened.wait(lambda: session.variants[3].mix == (("one", -0.5), ("two", 0.7)))
    assert (opened.missing, opened.problems) == ([], [])
    opened = reopen()  # and once more
    opened.wait(lambda: "blend" in names(opened))
    assert Mixer.of(opened.session).faders.muted == frozenset()


def test_parts_need_not_stand_on_the_board_and_may_have_been_turned_since(
    reopen: OpenAt, adapters: tuple[Path, Path]
) -> None:
    opened = reopen()
    mixed(opened, adapters)
    before = said(opened)
    opened.session.rename("one", "first")
    opened.session.detach("two")
    opened.wait(lambda: names(opened) == ("Base", "first", "Mix"))
    opened = reopen()
    opened.wait(lambda: names(opened) == ("Base", "first", "Mix"))
    assert said(opened).predictions == before.predictions
    assert [part for part, _ in opened.session.variants[2].mix] == ["first", "two"]


def test_a_mix_is_there_when_its_base_is_opened_again(
    reopen: OpenAt, adapters: tuple[Path, Path], tmp_path: Path
) -> None:
    engine = Engine()
    engine.open("minigpt")
    write_new_folder(tmp_path / "other", model_files(engine.variants.model, {}))
    opened = reopen()
    session, mixer = opened.session, mixed(opened, adapters)
    before = said(opened)
    session.open_base(str(tmp_path / "other"))
    opened.wait(lambda: names(opened) == ("Base",))
    assert mixer.mix is None
    session.undo_stack.undo()  # of a mix that has left with its base
    session.open_base("minigpt")
    opened.wait(lambda: names(opened) == MIXED)
    assert said(opened).predictions == before.predictions
    assert mixer.faders.strengths == (-0.5, 0.7)
    session.undo_stack.undo()
    opened.compare()
    assert mixer.faders.strengths == (-0.5, 0.7)
    assert opened.problems == []


def test_a_mix_whose_part_is_gone_is_missed_until_it_is_taken_off(reopen: OpenAt, adapters: tuple[Path, Path]) -> None:
    mixed(reopen(), adapters)
    opened = reopen()
    opened.wait(lambda: names(opened) == MIXED)
    shutil.move(adapters[0], adapters[0].with_name("away"))
    opened = reopen()
    opened.wait(lambda: len(opened.missing) == 2)
    assert [entry.name for entry in opened.missing] == ["one", "Mix"]
    assert names(opened) == ("Base", "two")
    opened = reopen()  # nothing was lost
    opened.wait(lambda: len(opened.missing) == 2)
    opened.session.forget_adapters(tuple(opened.missing))
    shutil.move(adapters[0].with_name("away"), adapters[0])
    opened = reopen()
    opened.wait(lambda: names(opened) == ("Base", "two"))
    assert opened.missing == []


def test_a_removed_mix_does_not_come_back_but_undo_brings_it(reopen: OpenAt, adapters: tuple[Path, Path]) -> None:
    opened = reopen()
    mixer = mixed(opened, adapters)
    mixer.remove()
    opened.wait(lambda: names(opened) == MIXED[:3])
    opened.session.undo_stack.undo()
    opened.wait(lambda: names(opened) == MIXED)
    assert mixer.faders.strengths == (-0.5, 0.7)
    mixer.remove()
    opened.wait(lambda: names(opened) == MIXED[:3])
    opened = reopen()
    opened.wait(lambda: names(opened) == MIXED[:3])
    assert opened.missing == []


def test_the_last_prompt_is_there_after_a_restart(reopen: OpenAt) -> None:
    opened = reopen()
    assert opened.session.probe_choices.prompt is None
    opened.session.probe_choices.type("der hund", "wald")
    again = reopen().session.probe_choices
    assert (again.prompt, again.wanted) == ("der hund", "wald")
