"""What the session makes of the settings: the recipe, the plan or why there is none, and what is kept on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import INDOORS, OUTDOORS, TRAINING
from lora_studio.core.data.dataset import Role
from lora_studio.core.errors import StudioError
from lora_studio.core.jobs import Service
from lora_studio.core.methods import METHODS
from lora_studio.core.recipe import Protection, Recipe
from lora_studio.core.summaries import Plan
from lora_studio.core.workspace import Workspace
from lora_studio.ui.asking import Asker
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.planner import Planner
from lora_studio.ui.session import Session
from tests.ui.fakes import MODEL

PROTECTED = Protection(enabled=True, weight=5.0)
READING = next(method for method in METHODS if not method.learns_by_gradients)
PLAN = Plan(1024, 10_240, 109_126, 40_960, 160, ())

Open = Callable[[], Session]


@pytest.fixture
def reopen(qapp: QApplication, tmp_path: Path) -> Iterator[Open]:
    """A session whose engine never answers; opening another one closes it."""
    opened: list[tuple[Session, Bridge]] = []

    def close() -> None:
        while opened:
            session, bridge = opened.pop()
            assert session.close() == []
            bridge.close()

    def again() -> Session:
        close()
        bridge = Bridge()
        opened.append((Session(Workspace(tmp_path), Service(bridge.post), bridge), bridge))
        return opened[-1][0]

    yield again
    close()


def test_a_new_workspace_keeps_what_it_trained_on(reopen: Open, tmp_path: Path) -> None:
    recipe = reopen().recipe()
    assert recipe.kept == (TRAINING,)
    assert recipe.held_out == ()
    assert not recipe.protection.enabled
    assert not (tmp_path / "studio.json").exists()


def test_what_is_kept_held_out_and_protected_is_there_after_a_restart(reopen: Open) -> None:
    session = reopen()
    session.set_protection(PROTECTED)
    session.set_kept("FINETUNING", True)
    session.datasets[0].hold_out([2], held_out=True)
    added = session.add_dataset("mine", ("im wald",), Role.CONTRAST)
    session.set_kept("mine", True)
    session.rename_dataset("mine", "yours")
    for opened in (session, reopen()):
        recipe = opened.recipe()
        assert recipe.protection == PROTECTED
        assert [dataset.name for dataset in recipe.kept] == ["TRAINING", "FINETUNING", "yours"]
        assert [dataset.rows for dataset in recipe.held_out] == [(TRAINING.rows[2],)]
        assert TRAINING.rows[2] not in recipe.kept[0].rows
    assert added.role == opened.datasets[-1].role == Role.CONTRAST


def test_what_was_not_kept_stays_so_after_a_restart(reopen: Open) -> None:
    reopen().set_kept("TRAINING", False)
    assert reopen().recipe().kept == ()


def test_what_is_learned_is_not_kept(reopen: Open) -> None:
    session = reopen()
    session.select_datasets(("TRAINING", "FINETUNING"))
    recipe = session.recipe()
    assert [dataset.name for dataset in recipe.datasets] == ["TRAINING", "FINETUNING"]
    assert recipe.kept == ()
    session.select_datasets(("FINETUNING",))
    assert [dataset.name for dataset in session.recipe().kept] == ["TRAINING"]


def test_groups_come_in_the_order_of_ticking_and_nothing_is_protected(reopen: Open) -> None:
    session = reopen()
    session.set_method(READING())
    session.set_protection(PROTECTED)
    session.select_datasets(("OUTDOORS", "INDOORS"))
    assert session.recipe().datasets == (OUTDOORS, INDOORS)
    session.select_datasets(("INDOORS", "OUTDOORS"))
    recipe = session.recipe()
    assert recipe.datasets == (INDOORS, OUTDOORS)
    assert recipe.protection == Protection()
    assert session.datasets[4].are_prompts
    assert not session.datasets[0].are_prompts


def test_what_is_gone_cannot_be_ticked(reopen: Open) -> None:
    session = reopen()
    session.rename_dataset("FINETUNING", "nature")
    session.select_datasets(("FINETUNING", "TRAINING"))
    assert session.selected == ("TRAINING",)


def test_a_dataset_can_be_added_at_its_place(reopen: Open) -> None:
    session = reopen()
    before = [model.name for model in session.datasets]
    session.add_dataset("mine", at=1)
    for opened in (session, reopen()):
        assert [model.name for model in opened.datasets] == [before[0], "mine", *before[1:]]


def test_marks_and_figures_follow_the_rows(reopen: Open, qtbot: QtBot) -> None:
    session = reopen()
    figures: list[object] = []
    session.kept_changed.connect(lambda: figures.append(session.kept_figures))
    qtbot.waitUntil(lambda: bool(figures))
    session.datasets[2].remove([0, 1, 2])
    qtbot.waitUntil(lambda: session.kept_figures is not None and session.kept_figures.contradicted == 1)
    session.datasets[0].hold_out([2], held_out=True)
    qtbot.waitUntil(lambda: session.kept_figures is not None and session.kept_figures.held_out == 1)


def test_protection_with_nothing_kept_is_refused_before_a_run(reopen: Open, qtbot: QtBot) -> None:
    session = reopen()
    planned: list[str] = []
    monitor = session._draft._planner  # no engine answers here, but this needs none
    monitor.changed.connect(lambda _: planned.append(str(session.plan_problem)))
    session.model = MODEL
    session.set_kept("TRAINING", False)
    session.set_protection(PROTECTED)
    qtbot.waitUntil(lambda: any("nothing to protect" in problem for problem in planned))
    session.set_protection(Protection())
    assert session._draft._recipe_to_plan() == session.recipe()


# The plan


class AtOnce(Asker):
    """Asks an engine that has one plan for everything."""

    def __init__(self) -> None:
        pass

    def ask(self, job: Callable[..., Any], then: Callable[..., None], **options: Any) -> None:
        try:
            plan = job(self)
        except StudioError as error:
            options["otherwise"](error)
        else:
            then(plan)

    def plan(self, recipe: Recipe) -> Plan:
        return PLAN


def test_data_that_cannot_be_used_has_a_reason_instead_of_a_plan(qtbot: QtBot, reopen: Open) -> None:
    session = reopen()
    planner = Planner(session.recipe, cast(Asker, AtOnce()))

    def ask() -> str:
        with qtbot.waitSignal(planner.changed):
            planner.look_again()
        return str(planner.problem)

    ask()
    assert planner.plan == PLAN
    session.set_method(READING())
    assert "Two groups" in ask()
    assert planner.plan is None
    session.select_datasets(("OUTDOORS", "INDOORS"))
    ask()
    assert (planner.plan, planner.problem) == (PLAN, None)
    session.select_datasets(())
    assert "No dataset is selected" in ask()
    session.set_method(METHODS[0]())
    session.add_dataset("short", ("katze",))
    session.select_datasets(("short",))
    assert "too short" in ask()


# The strength


class Refuses(Asker):
    def __init__(self) -> None:
        pass

    def ask(self, job: Callable[..., Any], then: Callable[..., None], **options: Any) -> None:
        if "otherwise" in options:
            options["otherwise"](StudioError("No."))


def test_a_strength_that_the_engine_refuses_is_told(
    reopen: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = reopen()
    monkeypatch.setattr(session._board, "_asker", Refuses())
    with qtbot.waitSignal(session.strength_refused) as told:
        session.set_strength("Steered", 2.5)
    assert told.args == ["Steered", 2.5]
