"""The mixer as a person uses it, on a tiny real model."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from lora_studio.core.engine import Engine
from lora_studio.core.errors import StudioError
from lora_studio.core.instruments.mixing import answer_mix, flip_strengths
from lora_studio.core.methods import Lora, method_named
from lora_studio.core.summaries import VariantSummary
from lora_studio.ui import mixer, mixer_jobs
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.mixer import Mixer
from lora_studio.ui.panels.mixer_panel import MixerPanel
from lora_studio.ui.theme import LIGHT, apply_theme, colors_of, variant_color
from lora_studio.ui.widgets.mix_slider import MixSlider, Scale
from tests.core.shaken_variants import shaken
from tests.core.tiny_mini_gpt import make_mini_gpt
from tests.ui.fakes import FakeSession

pytestmark = pytest.mark.usefixtures("english")

PROMPT = "die katze sitzt auf dem"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def engine() -> Engine:
    """A base with two adapters, and one that cannot be mixed."""
    engine = Engine()
    engine.take(make_mini_gpt(), "tiny")
    shaken(engine.variants, "one", Lora(rank=2, targets=("v_proj",)), size=0.4, seed=1)
    shaken(engine.variants, "two", Lora(rank=2, targets=("v_proj", "o_proj")), size=0.4, seed=2)
    return engine


@pytest.fixture
def session(qtbot: QtBot, engine: Engine) -> FakeSession:
    session = FakeSession(variants=engine.summaries())
    session.asker.engine = engine
    return session


@pytest.fixture
def panel(qtbot: QtBot, session: FakeSession) -> MixerPanel:
    panel = MixerPanel(session.as_session(), resting())
    qtbot.addWidget(panel)
    panel.resize(300, 700)
    panel.show()
    return panel


@pytest.fixture
def mixed(panel: MixerPanel, qtbot: QtBot) -> MixerPanel:
    """With a mix of both."""
    qtbot.mouseClick(panel.choice.button, LEFT)
    return panel


def resting() -> Bridge:
    """The mixer needs no bridge, and one that ticks would outlive the test."""
    bridge = Bridge()
    bridge.close()
    return bridge


def strengths(engine: Engine, mix: str = "Mix") -> tuple[float, ...]:
    return tuple(strength for _, strength in engine.variants.named(mix).summary.mix)


def knob(slider: MixSlider) -> QPoint:
    return QPoint(round(slider.x_of(slider.value() / 100)), slider.height() // 2)


def drag(slider: MixSlider, strength: float) -> None:
    """Takes the knob and lets it go near a strength."""
    start, end = knob(slider), QPoint(round(slider.x_of(strength)), slider.height() // 2)
    QTest.mousePress(slider, LEFT, pos=start)
    for part in (0.25, 0.5, 0.75, 1.0):
        QTest.mouseMove(slider, start + (end - start) * part)
    QTest.mouseRelease(slider, LEFT, pos=end)


# Making a mix


def test_without_two_adapters_it_teaches(panel: MixerPanel, session: FakeSession, engine: Engine) -> None:
    session.set_variants(engine.summaries()[:2])
    assert "Two or more adapters on the board can be mixed" in panel.choice.text()
    assert "Train or load another adapter first." in panel.choice.text()
    assert not panel.choice.button.isEnabled()
    session.set_variants(engine.summaries())
    assert panel.choice.ticked() == ("one", "two")
    assert panel.choice.button.isEnabled()


def test_ticked_variants_become_a_mix(mixed: MixerPanel, session: FakeSession, engine: Engine) -> None:
    assert session.variants[-1].mix == (("one", 1.0), ("two", 1.0))
    assert [row.name.text() for row in mixed.rows] == ["one", "two"]
    assert [row.field.text() for row in mixed.rows] == ["1", "1"]
    assert not mixed.choice.isVisible()
    expected = answer_mix(engine.variants, "Mix", PROMPT).answers[1].top.token
    assert mixed.answer.rows()[0][0] == expected
    assert len(mixed.answer.rows()) == 5


def test_a_variant_can_be_left_out(panel: MixerPanel, session: FakeSession, engine: Engine) -> None:
    shaken(engine.variants, "three", Lora(), seed=3)
    session.set_variants(engine.summaries())
    panel.choice.list.setFocus()
    panel.choice.list.setCurrentRow(1)
    QTest.keyClick(panel.choice.list, Qt.Key.Key_Space)
    assert panel.choice.ticked() == ("one", "three")
    session.set_variants(engine.summaries())  # what happens elsewhere does not tick it again
    assert panel.choice.ticked() == ("one", "three")
    QTest.keyClick(panel.choice.button, Qt.Key.Key_Space)
    assert [row.name.text() for row in panel.rows] == ["one", "three"]


def test_what_cannot_be_mixed_says_why(panel: MixerPanel, session: FakeSession, engine: Engine) -> None:
    shaken(engine.variants, "tokens", method_named("prompt")())
    session.set_variants(engine.summaries())
    item = panel.choice.list.item(2)
    assert (item.text(), item.flags()) == ("tokens", Qt.ItemFlag.NoItemFlags)
    assert item.toolTip() == method_named("prompt").no_merge
    assert panel.choice.ticked() == ("one", "two")


def test_several_mixes_are_chosen_from(mixed: MixerPanel, session: FakeSession, qtbot: QtBot) -> None:
    mixed.rows[0].slider.setValue(40)
    qtbot.mouseClick(mixed.another, LEFT)
    assert mixed.choice.isVisible()
    qtbot.mouseClick(mixed.choice.back, LEFT)
    assert not mixed.choice.isVisible()
    qtbot.mouseClick(mixed.another, LEFT)
    qtbot.mouseClick(mixed.choice.button, LEFT)
    assert mixed.mixes.currentText() == "Mix 2"
    assert mixed.rows[0].field.text() == "1"
    mixed.mixes.setFocus()
    QTest.keyClick(mixed.mixes, Qt.Key.Key_Up)
    assert mixed.mixes.currentText() == "Mix"
    assert mixed.rows[0].field.text() == "0.4"


# Turning


def test_dragging_a_fader_turns_the_mix(mixed: MixerPanel, engine: Engine) -> None:
    before = mixed.answer.rows()
    drag(mixed.rows[0].slider, -0.5)
    assert strengths(engine)[0] == pytest.approx(-0.5, abs=0.02)
    assert strengths(engine)[1] == 1.0
    assert mixed.rows[0].field.number() == strengths(engine)[0]
    assert mixed.answer.rows() != before


def test_a_drag_rests_at_0_and_at_1(mixed: MixerPanel, engine: Engine) -> None:
    for near, rests in ((0.03, 0.0), (0.5, None), (0.96, 1.0)):
        drag(mixed.rows[1].slider, near)
        assert rests is None or strengths(engine)[1] == rests


def test_the_keyboard_reaches_every_step(mixed: MixerPanel, engine: Engine) -> None:
    found = []
    for key in (Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Home, Qt.Key.Key_PageUp, Qt.Key.Key_0):
        QTest.keyClick(mixed.rows[0].slider, key)
        found.append(strengths(engine)[0])
    assert found == [0.95, 2.0, -1.0, -0.75, 0.0]


def test_a_number_can_be_typed_or_stepped(mixed: MixerPanel, engine: Engine) -> None:
    field = mixed.rows[0].field
    field.selectAll()
    QTest.keyClicks(field, "-0,25")
    assert strengths(engine) == (-0.25, 1.0)
    assert mixed.rows[0].slider.value() == -25
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert strengths(engine) == (-0.2, 1.0)
    field.selectAll()
    QTest.keyClicks(field, "3")
    assert strengths(engine) == (-0.2, 1.0)
    assert field.property("invalid")
    assert field.toolTip() == "From -1 to 2."


def test_muted_and_not_soloed_parts_are_not_heard(mixed: MixerPanel, engine: Engine, qtbot: QtBot) -> None:
    mixed.rows[0].slider.setValue(50)
    qtbot.mouseClick(mixed.rows[0].mute, LEFT)
    assert strengths(engine) == (0.0, 1.0)
    assert mixed.rows[0].field.text() == "0.5"
    qtbot.mouseClick(mixed.rows[0].mute, LEFT)
    assert strengths(engine) == (0.5, 1.0)
    qtbot.mouseClick(mixed.rows[0].solo, LEFT)
    assert strengths(engine) == (0.5, 0.0)
    mixed.rows[1].slider.setValue(150)  # heard when the solo ends
    assert strengths(engine) == (0.5, 0.0)
    qtbot.mouseClick(mixed.rows[0].solo, LEFT)
    assert strengths(engine) == (0.5, 1.5)


def test_the_board_is_told_and_does_not_pull_back(
    mixed: MixerPanel, session: FakeSession, engine: Engine, qtbot: QtBot
) -> None:
    qtbot.mouseClick(mixed.rows[0].mute, LEFT)
    mixed.rows[1].slider.setValue(150)
    qtbot.waitUntil(lambda: session.variants[-1].mix == (("one", 0.0), ("two", 1.5)))
    assert mixed.rows[0].field.text() == "1"
    assert mixed.rows[0].mute.isChecked()
    assert mixed.rows[1].slider.value() == 150


def test_an_answer_to_something_older_does_not_pull_at_the_fader(mixed: MixerPanel, session: FakeSession) -> None:
    older = session.variants
    session.asker.engine = None  # busy from now on
    mixed.rows[0].slider.setValue(30)
    session.set_variants(older)
    assert (mixed.rows[0].slider.value(), mixed.rows[0].field.text()) == (30, "0.3")


# Undo


def test_a_drag_is_undone_as_one(mixed: MixerPanel, session: FakeSession, engine: Engine) -> None:
    drag(mixed.rows[0].slider, -0.5)
    turned = strengths(engine)
    drag(mixed.rows[1].slider, 1.6)
    assert session.undo_stack.count() == 2
    session.undo_stack.undo()
    assert strengths(engine) == turned
    session.undo_stack.undo()
    assert strengths(engine) == (1.0, 1.0)
    assert mixed.rows[0].slider.value() == 100
    session.undo_stack.redo()
    assert strengths(engine) == turned


def test_muting_is_undone(mixed: MixerPanel, session: FakeSession, engine: Engine, qtbot: QtBot) -> None:
    qtbot.mouseClick(mixed.rows[1].mute, LEFT)
    session.undo_stack.undo()
    assert strengths(engine) == (1.0, 1.0)
    assert not mixed.rows[1].mute.isChecked()


def test_undo_survives_the_window_and_the_mix(
    mixed: MixerPanel, session: FakeSession, engine: Engine, qtbot: QtBot
) -> None:
    drag(mixed.rows[0].slider, -0.5)
    another = MixerPanel(session.as_session(), resting())  # as a new language makes one
    qtbot.addWidget(another)
    assert another.rows[0].field.number() == strengths(engine)[0]
    assert another.answer.rows() == mixed.answer.rows()
    session.undo_stack.undo()
    assert another.rows[0].field.text() == "1"
    engine.detach("Mix")
    session.set_variants(engine.summaries())
    session.undo_stack.redo()
    assert [variant.name for variant in engine.summaries()] == ["Base", "one", "two"]


# What is shown


def test_the_flips_are_marked(mixed: MixerPanel, engine: Engine, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(mixed.rows[0].flip.text()))
    for row, flip in zip(mixed.rows, flip_strengths(engine.variants, "Mix", PROMPT), strict=True):
        text = row.flip.text()
        if flip.strength is None:
            assert text == f"no flip up to 2: stays {flip.token}"
        else:
            shown = float(text.removeprefix("≥ ").split(":")[0])
            assert shown >= flip.strength > shown - 0.01
            assert text.endswith(f": {flip.token}")
        assert row.slider.accessibleDescription() == text


def test_it_follows_the_prompt(mixed: MixerPanel, engine: Engine, qtbot: QtBot) -> None:
    mixed.set_prompt("der hund")
    expected = answer_mix(engine.variants, "Mix", "der hund").answers[1]
    assert [token for token, _ in mixed.answer.rows()] == [each.token for each in expected.predictions]
    mixed.set_prompt("")
    assert mixed.answer.rows() == ()
    assert mixed.answer.accessibleDescription() == "The prompt is empty. Type at least one word."


def test_parts_have_the_boards_colours(mixed: MixerPanel, session: FakeSession, engine: Engine) -> None:
    colors = colors_of(mixed)
    assert [mixed._color_of(name) for name in ("one", "Mix")] == [variant_color(colors, 1), variant_color(colors, 3)]
    engine.detach("one")
    session.set_variants(engine.summaries())
    assert [row.name.text() for row in mixed.rows] == ["one", "two"]  # the mix does not need it any more
    assert mixed._color_of("two") == variant_color(colors, 1)
    assert mixed._color_of("one").name() == colors.edge


def test_a_renamed_part_is_turned_on(mixed: MixerPanel, session: FakeSession, engine: Engine) -> None:
    engine.rename("one", "first")
    session.set_variants(engine.summaries())
    assert mixed.rows[0].name.text() == "first"
    mixed.rows[0].slider.setValue(20)
    assert strengths(engine) == (0.2, 1.0)


def test_without_a_model_nothing_can_be_turned(mixed: MixerPanel, session: FakeSession) -> None:
    model, session.model = session.model, None
    session.model_left.emit()
    assert not mixed.rows[0].slider.isEnabled()
    session.model = model
    session.model_ready.emit(model)
    assert mixed.rows[0].slider.isEnabled()


def test_all_say_what_they_are(mixed: MixerPanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(mixed.save, LEFT)
    row = mixed.rows[0]
    assert row.slider.accessibleName() == "Strength of one"
    assert (row.mute.accessibleName(), row.solo.accessibleName()) == ("Mute one", "Solo one")
    for kind in (QPushButton, QToolButton, QComboBox):
        for widget in mixed.findChildren(kind):
            assert widget.accessibleName(), widget


# Saving


def test_the_exact_rank_is_proposed(mixed: MixerPanel, session: FakeSession, qtbot: QtBot, tmp_path: Path) -> None:
    qtbot.mouseClick(mixed.save, LEFT)
    assert (mixed.saving.rank.text(), mixed.saving.error.text()) == ("4", "exact up to rounding")
    folder = tmp_path / "mixed"
    mixed.ask_new_folder = lambda: folder  # type: ignore[method-assign]
    with qtbot.waitSignal(session.receipt) as told:
        qtbot.mouseClick(mixed.saving.save, LEFT)
    assert (told.args[0].kind, told.args[0].path) == ("adapter", str(folder))
    flat = session.variants[-1]
    assert (flat.name, flat.method, flat.folder) == ("Mix as LoRA", "LoRA", str(folder))
    assert not mixed.saving.isVisible()


def test_a_smaller_rank_shows_its_error(mixed: MixerPanel, engine: Engine, qtbot: QtBot, tmp_path: Path) -> None:
    qtbot.mouseClick(mixed.save, LEFT)
    mixed.saving.rank.selectAll()
    QTest.keyClicks(mixed.saving.rank, "2")
    assert mixed.saving.error.text().startswith("error ")
    assert mixed.saving.exact.isVisible()
    before = mixed.saving.error.text()
    mixed.rows[0].slider.setValue(20)
    qtbot.waitUntil(lambda: mixed.saving.error.text() != before)
    mixed.ask_new_folder = lambda: tmp_path / "mixed"  # type: ignore[method-assign]
    qtbot.mouseClick(mixed.saving.save, LEFT)
    attachment = engine.variants.named("Mix as LoRA").attachment
    assert attachment
    assert attachment.method.model_dump()["rank"] == 2


def test_a_click_on_the_curve_takes_its_rank(mixed: MixerPanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(mixed.save, LEFT)
    qtbot.mouseClick(mixed.saving.curve, LEFT, pos=QPoint(25, 10))
    assert mixed.saving.rank.text() == "2"
    qtbot.mouseClick(mixed.saving.exact, LEFT)
    assert (mixed.saving.rank.text(), mixed.saving.error.text()) == ("4", "exact up to rounding")
    mixed.saving.rank.selectAll()
    QTest.keyClicks(mixed.saving.rank, "9")
    assert not mixed.saving.save.isEnabled()


def test_of_nothing_there_is_nothing_to_save(mixed: MixerPanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(mixed.save, LEFT)
    for row in mixed.rows:
        row.slider.setValue(0)
    qtbot.waitUntil(lambda: not mixed.saving.save.isEnabled())
    assert mixed.saving.note() == "The mix is the base: there is nothing to save."


def test_who_gives_up_saves_nothing(mixed: MixerPanel, session: FakeSession, qtbot: QtBot) -> None:
    qtbot.mouseClick(mixed.save, LEFT)
    mixed.ask_new_folder = lambda: None  # type: ignore[method-assign]
    qtbot.mouseClick(mixed.saving.save, LEFT)
    assert session.calls == []
    assert mixed.saving.isVisible()
    qtbot.mouseClick(mixed.saving.back, LEFT)
    assert mixed.save.isVisible()


def test_a_mix_can_be_removed(mixed: MixerPanel, session: FakeSession, engine: Engine, qtbot: QtBot) -> None:
    qtbot.mouseClick(mixed.remove, LEFT)
    assert session.calls == [("detach", "Mix")]
    engine.detach("Mix")
    session.set_variants(engine.summaries())
    assert mixed.choice.isVisible()
    assert mixed.rows == []


def test_a_merged_mix_is_no_mix(mixed: MixerPanel, session: FakeSession, engine: Engine) -> None:
    engine.merge("Mix")
    session.set_variants(engine.summaries())
    assert [mix.name for mix in Mixer.of(session.as_session()).mixes] == ["Mix"]


def test_two_ways_to_the_same_mixer(mixed: MixerPanel, session: FakeSession) -> None:
    assert Mixer.of(session.as_session()) is mixed.mixer
    assert isinstance(mixed.mixer.mix, VariantSummary)


# A mix is a mix, whatever it is called


def test_undo_follows_a_renamed_mix(mixed: MixerPanel, session: FakeSession, engine: Engine, qtbot: QtBot) -> None:
    mixed.rows[0].slider.setValue(40)
    engine.rename("Mix", "blend")
    session.set_variants(engine.summaries())
    qtbot.mouseClick(mixed.another, LEFT)
    qtbot.mouseClick(mixed.choice.button, LEFT)  # another one, which gets the free name
    assert [mix.name for mix in mixed.mixer.mixes] == ["blend", "Mix"]
    session.undo_stack.undo()
    assert strengths(engine, "blend") == (1.0, 1.0)
    assert strengths(engine) == (1.0, 1.0)
    session.undo_stack.redo()
    assert strengths(engine, "blend") == (0.4, 1.0)
    assert strengths(engine) == (1.0, 1.0)


def test_undo_of_a_mix_that_is_gone_does_nothing_to_its_namesake(
    mixed: MixerPanel, session: FakeSession, engine: Engine, qtbot: QtBot
) -> None:
    mixed.rows[0].slider.setValue(40)
    engine.detach("Mix")
    session.set_variants(engine.summaries())
    qtbot.mouseClick(mixed.choice.button, LEFT)
    mixed.rows[1].slider.setValue(150)
    assert session.undo_stack.count() == 2
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert strengths(engine) == (1.0, 1.0)
    assert session.undo_stack.count() == 1  # the other one is not offered any more


def test_a_muted_part_keeps_its_strength_when_the_mix_is_renamed(
    mixed: MixerPanel, session: FakeSession, engine: Engine, qtbot: QtBot
) -> None:
    mixed.rows[0].slider.setValue(50)
    qtbot.mouseClick(mixed.rows[0].mute, LEFT)
    engine.rename("Mix", "blend")
    session.set_variants(engine.summaries())
    assert (mixed.rows[0].field.text(), mixed.rows[0].mute.isChecked()) == ("0.5", True)
    qtbot.mouseClick(mixed.rows[0].mute, LEFT)
    assert strengths(engine, "blend") == (0.5, 1.0)


def test_what_was_asked_of_a_mix_before_it_was_renamed_reaches_it(
    mixed: MixerPanel, session: FakeSession, engine: Engine
) -> None:
    session.asker.engine = None  # busy
    mixed.rows[0].slider.setValue(30)
    job = session.asker.jobs[-1]
    engine.rename("one", "first")
    engine.rename("Mix", "blend")
    job(engine)
    assert engine.variants.named("blend").summary.mix == (("first", 0.3), ("two", 1.0))


def test_two_quick_presses_make_one_mix(panel: MixerPanel, session: FakeSession, engine: Engine, qtbot: QtBot) -> None:
    session.asker.engine = None  # busy
    qtbot.mouseClick(panel.choice.button, LEFT)
    qtbot.mouseClick(panel.choice.button, LEFT)
    assert len(session.asker.jobs) == 1


def test_after_a_refusal_a_mix_can_be_made(panel: MixerPanel, session: FakeSession, qtbot: QtBot) -> None:
    panel.mixer.make(("nobody",))
    qtbot.mouseClick(panel.choice.button, LEFT)
    assert [mix.name for mix in panel.mixer.mixes] == ["Mix"]


# Flips belong to what is asked


def flips(panel: MixerPanel) -> list[bool]:
    """Which rows show one."""
    return [bool(row.flip.text()) for row in panel.rows]


def test_flips_go_when_they_are_no_longer_true(mixed: MixerPanel, session: FakeSession, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: flips(mixed) == [True, True])
    session.asker.engine = None  # nothing new comes
    mixed.rows[0].slider.setValue(30)
    assert flips(mixed) == [True, False]  # its own strength is what is looked for
    mixed.rows[0].slider.setValue(100)
    assert flips(mixed) == [True, True]
    qtbot.mouseClick(mixed.rows[1].mute, LEFT)
    assert flips(mixed) == [False, True]
    assert mixed.rows[0].slider.accessibleDescription() == ""
    qtbot.mouseClick(mixed.rows[1].mute, LEFT)
    qtbot.mouseClick(mixed.rows[0].solo, LEFT)
    assert flips(mixed) == [False, True]
    qtbot.mouseClick(mixed.rows[0].solo, LEFT)
    mixed.set_prompt("der hund")
    assert flips(mixed) == [False, False]


def test_each_part_is_looked_at_in_a_job_that_gives_up_for_a_newer_turn(
    mixed: MixerPanel, session: FakeSession, engine: Engine
) -> None:
    session.asker.engine = None
    session.asker.jobs.clear()
    mixed.mixer.look_for_flips()
    jobs = list(session.asker.jobs)
    assert len(jobs) == 2
    assert jobs[0](engine) is not None
    mixed.rows[0].slider.setValue(30)
    assert jobs[1](engine) is None
    mixed.mixer.want_costs(True)
    costs = session.asker.jobs[-1]
    mixed.rows[0].slider.setValue(40)
    assert costs(engine) is None


def test_an_answer_to_an_older_prompt_is_not_shown(mixed: MixerPanel, session: FakeSession, engine: Engine) -> None:
    mixed.set_prompt("der hund")
    shown = mixed.answer.rows()
    assert mixed.mixer.mix
    mixed.mixer._show(mixer_jobs.answered(mixed.mixer.mix.mix_id, PROMPT, engine))
    assert mixed.answer.rows() == shown


def test_on_a_slow_base_flips_are_looked_for_on_request(
    panel: MixerPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mixer, "SLOW_PASS", 0.0)
    qtbot.mouseClick(panel.choice.button, LEFT)
    qtbot.wait(mixer.QUIET_MS + 50)
    assert flips(panel) == [False, False]
    assert panel.look.isVisible()
    qtbot.mouseClick(panel.look, LEFT)
    assert flips(panel) == [True, True]
    assert not panel.look.isVisible()


def test_the_tool_tip_says_how_closely_it_is_looked_for(mixed: MixerPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: flips(mixed) == [True, True])
    assert "in steps of 0.1." in mixed.rows[0].flip.toolTip()


# Saving, and what stays


def test_the_keyboard_does_not_remove_the_mix_by_surprise(
    mixed: MixerPanel, session: FakeSession, qtbot: QtBot
) -> None:
    mixed.activateWindow()
    session.asker.engine = None  # the costs take a while
    mixed.save.setFocus()
    QTest.keyClick(mixed.save, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: mixed.focusWidget() is mixed.saving.back)
    assert not mixed.remove.isVisible()
    QTest.keyClick(mixed.focusWidget(), Qt.Key.Key_Space)
    assert session.calls == []
    assert mixed.focusWidget() is mixed.save


def test_what_could_not_be_saved_does_not_stay_on_the_board(
    mixed: MixerPanel, session: FakeSession, engine: Engine, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "something").touch()
    problems: list[StudioError] = []
    session.asker.problem.connect(problems.append)
    for _ in range(2):
        mixed.mixer.save(None, tmp_path / "taken")
    assert len(problems) == 2
    assert [variant.name for variant in engine.summaries()] == ["Base", "one", "two", "Mix"]


def test_another_window_does_not_ask_for_costs(mixed: MixerPanel, session: FakeSession, qtbot: QtBot) -> None:
    qtbot.mouseClick(mixed.save, LEFT)
    another = MixerPanel(session.as_session(), resting())
    qtbot.addWidget(another)
    session.asker.jobs.clear()
    another.mixer._look_closer()
    assert not any(getattr(job, "func", None) is mixer_jobs.costs for job in session.asker.jobs)


def test_it_says_that_a_mix_will_not_last(
    panel: MixerPanel, session: FakeSession, engine: Engine, qtbot: QtBot, tmp_path: Path
) -> None:
    engine.save_adapter("one", tmp_path / "one")
    qtbot.mouseClick(panel.choice.button, LEFT)
    assert panel.lasting.isVisible()
    assert panel.lasting.text() == "Lasts until the program is closed; save it as an adapter to keep it."
    engine.save_adapter("two", tmp_path / "two")
    session.set_variants(engine.summaries())
    panel.mixer.make(("one", "two"))
    assert not panel.lasting.isVisible()


# Looks


def test_a_fader_says_which_ticks_are_0_and_1(mixed: MixerPanel) -> None:
    slider = mixed.rows[0].slider
    scale = mixed.rows[0].findChild(Scale)
    assert scale
    image = scale.grab().toImage()
    background = image.pixel(0, 0)

    def written(strength: float) -> bool:
        near = range(round(slider.x_of(strength)) - 4, round(slider.x_of(strength)) + 5)
        return any(image.pixel(x, y) != background for x in near for y in range(image.height()))

    assert [written(strength) for strength in (-0.5, 0.0, 0.5, 1.0, 1.5)] == [False, True, False, True, False]


def test_mute_and_solo_have_an_edge_before_they_are_pressed(mixed: MixerPanel, qapp: QApplication) -> None:
    apply_theme(qapp, LIGHT)
    button = mixed.rows[0].mute
    image, middle = button.grab().toImage(), button.height() // 2
    inside = image.pixelColor(4, 4).lightness()
    for x in (0, image.width() - 1):
        assert image.pixelColor(x, middle).lightness() < inside - 60


def test_the_button_that_saves_is_the_first_one(mixed: MixerPanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(mixed.save, LEFT)
    assert mixed.saving.save.property("role") == "primary"
    assert not mixed.remove.isVisible()  # it must not stand right under it
    qtbot.mouseClick(mixed.saving.back, LEFT)
    assert mixed.remove.isVisible()
