"""Methods compared on the data that are ticked: which can be chosen, what is queued, and when the comparison opens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from lora_studio.core.data.builtin import FACT_CORRECTION, INDOORS, OUTDOORS
from lora_studio.core.errors import DataError
from lora_studio.core.experiments.chosen_methods import recipe_with
from lora_studio.core.history import StoredRun
from lora_studio.core.methods import METHODS, Lora, Method
from lora_studio.core.methods.dora import Dora
from lora_studio.core.methods.full import FullFineTuning
from lora_studio.core.recipe import Recipe
from lora_studio.core.run_record import RunRecord
from lora_studio.core.summaries import MemoryPlan, Plan
from lora_studio.ui import method_runs
from lora_studio.ui.experiments import Experiments
from lora_studio.ui.method_runs import method_runs_of
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.widgets.compare_methods_window import CompareMethodsWindow
from tests.ui.fakes import MODEL, FakeSession

pytestmark = pytest.mark.usefixtures("english")
TRAINED = {"full": 109_126, "scratch": 109_126}  # by method; others train little


class FakeEngine:
    """Plans without a model."""

    available: int | None = None

    def plan(self, recipe: Recipe) -> Plan:
        memory = MemoryPlan("CPU", 2_000_000, 0, 0, 0, 0, 0, self.available)
        return Plan(1024, TRAINED.get(recipe.method.name, 1024), 109_126, 4096, 80, (), memory=memory)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> FakeSession:
    monkeypatch.setattr("lora_studio.core.experiments.chosen_methods._check_dtype", lambda _: None)
    monkeypatch.setattr(Method, "missing_package", classmethod(lambda _: ""))
    session = FakeSession()
    session.asker.engine = FakeEngine()
    return session


@pytest.fixture
def experiments(qtbot: QtBot, session: FakeSession) -> Iterator[Experiments]:
    window = QWidget()
    qtbot.addWidget(window)
    found = Experiments(session.as_session(), window)
    yield found
    found.close()


@pytest.fixture
def asking(experiments: Experiments) -> Iterator[CompareMethodsWindow]:
    experiments.compare_methods.trigger()
    main_window = experiments.parent()
    assert isinstance(main_window, QWidget)
    window = main_window.findChild(CompareMethodsWindow)
    assert isinstance(window, CompareMethodsWindow)
    yield window
    if isValid(window):
        window.reject()


def test_what_trains_little_is_ticked(asking: CompareMethodsWindow) -> None:
    ticked = {recipe.method.name for recipe in asking.chosen()}
    assert ticked == {method.name for method in METHODS} - {"full", "scratch", "steering"}
    assert asking.box("full").isEnabled()
    assert asking.add_button.text() == f"&Add {len(ticked)} runs to the queue"


def test_what_cannot_run_says_why(asking: CompareMethodsWindow) -> None:
    assert not asking.box("steering").isEnabled()
    assert "Two groups" in asking.reason("steering")
    assert asking.box("steering").accessibleDescription() == asking.reason("steering")
    assert not asking.reason("lora")


def test_the_figures_are_the_plans(asking: CompareMethodsWindow) -> None:
    texts = {label.text() for label in asking.findChildren(QLabel)}
    assert {"1,024", "109,126", "2.0 MB"} <= texts


def test_the_chosen_methods_are_queued(asking: CompareMethodsWindow, session: FakeSession) -> None:
    for method in METHODS:
        asking.box(method.name).setChecked(False)
    for name in ("full", "lora"):
        QTest.keyClick(asking.box(name), Qt.Key.Key_Space)
    QTest.mouseClick(asking.add_button, Qt.MouseButton.LeftButton)
    recipes = [entry.recipe for entry in session.queue.entries]
    assert [recipe.method for recipe in recipes if recipe] == [session.method, FullFineTuning()]
    assert all(recipe and recipe.training.seed == session.training.seed for recipe in recipes)
    assert all(recipe and recipe.probes == session.pins for recipe in recipes)


def test_without_a_method_nothing_can_be_added(asking: CompareMethodsWindow, session: FakeSession) -> None:
    for method in METHODS:
        if asking.box(method.name).isChecked():
            QTest.keyClick(asking.box(method.name), Qt.Key.Key_Space)
    assert not asking.add_button.isEnabled()
    QTest.keyClick(asking, Qt.Key.Key_Escape)
    assert not session.queue.entries


def test_what_needs_too_much_memory_is_left_out_unless_a_run_has_it(session: FakeSession, qtbot: QtBot) -> None:
    session.asker.engine.available = 1_000_000
    window = CompareMethodsWindow(session.as_session(), session.recipe(), MODEL)
    qtbot.addWidget(window)
    assert "memory" in window.reason("lora")
    assert not window.chosen()
    session.run = RunState("running", 1, 10)
    other = CompareMethodsWindow(session.as_session(), session.recipe(), MODEL)
    qtbot.addWidget(other)
    assert other.box("lora").isEnabled()


def test_two_groups_of_prompts_can_be_steered(session: FakeSession, qtbot: QtBot) -> None:
    recipe = session.recipe().model_copy(update={"datasets": (OUTDOORS, INDOORS)})
    window = CompareMethodsWindow(session.as_session(), recipe, MODEL)
    qtbot.addWidget(window)
    assert window.box("steering").isEnabled()
    assert not window.box("steering").isChecked()


def test_without_data_the_reason_is_told(
    experiments: Experiments, session: FakeSession, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def no_recipe() -> Recipe:
        raise DataError("No dataset is selected.")

    monkeypatch.setattr(session, "recipe", no_recipe)
    with qtbot.waitSignal(session.problem):
        assert experiments.ask_for_methods() is None


def test_where_another_window_has_the_workspace_nothing_is_queued(qtbot: QtBot, session: FakeSession) -> None:
    session.read_only = True
    window = QWidget()
    qtbot.addWidget(window)
    experiments = Experiments(session.as_session(), window)
    assert not experiments.compare_methods.isEnabled()
    assert "Another window" in experiments.compare_methods.statusTip()


# When all have run


def stored(name: str, recipe: Recipe, began: int, state: str = "finished") -> StoredRun:
    record = RunRecord.model_validate({
        "name": recipe.name, "method": recipe.method.title, "data": FACT_CORRECTION.name, "state": state,
        "began": f"2026-05-05T12:00:{began:02}+00:00",
    })  # fmt: skip
    return StoredRun(Path(name), record)


class Runs:
    """A session in which a comparison of two methods waits."""

    def __init__(self, session: FakeSession) -> None:
        self.session = session
        self.recipes = tuple(recipe_with(kind, session.recipe(), MODEL) for kind in (Lora, Dora))
        session.history.runs = (stored("before", self.recipes[0], 0),)
        self.follower = method_runs_of(session.as_session())
        self.ended: list[tuple[Path, ...]] = []
        self.follower.ended.connect(self.ended.append)
        self.follower.add(self.recipes)

    def begin(self) -> None:
        entry = self.session.queue.begin_next()
        assert entry is not None
        self.session.run_recipe = entry.recipe
        self.session.set_run(RunState("running", 1, 10))

    def end(self, *new: StoredRun) -> None:
        self.session.history.runs = (*new, *self.session.history.runs)
        self.session.history.changed.emit()
        self.session.set_run(RunState())


@pytest.fixture
def runs(session: FakeSession, monkeypatch: pytest.MonkeyPatch) -> Runs:
    monkeypatch.setattr(method_runs, "LOOK_MS", 0)
    monkeypatch.setattr(method_runs, "GRACE_MS", 0)
    return Runs(session)


def test_the_comparison_is_wanted_when_all_have_ended(runs: Runs, qtbot: QtBot) -> None:
    one, other = stored("one", runs.recipes[0], 1), stored("other", runs.recipes[1], 2)
    runs.begin()
    runs.end(one)
    runs.begin()
    qtbot.wait(20)
    assert not runs.ended
    runs.end(other)
    qtbot.waitUntil(lambda: runs.ended == [(Path("one"), Path("other"))])
    assert not runs.follower.waiting


def test_a_run_that_never_began_is_not_waited_for(runs: Runs, qtbot: QtBot) -> None:
    runs.begin()
    runs.end(stored("one", runs.recipes[0], 1))
    runs.session.queue.remove(runs.session.queue.waiting[0].id)
    qtbot.waitUntil(lambda: runs.ended == [(Path("one"),)])


def test_a_run_of_somebody_else_is_not_among_them(runs: Runs, qtbot: QtBot) -> None:
    runs.begin()
    foreign = replace(stored("foreign", runs.recipes[1], 1), path=Path("foreign"))
    runs.end(
        stored("one", runs.recipes[0], 2), replace(foreign, record=foreign.record.model_copy(update={"data": "X"}))
    )
    runs.session.queue.remove(runs.session.queue.waiting[0].id)
    qtbot.waitUntil(lambda: runs.ended == [(Path("one"),)])


def test_what_is_added_meanwhile_is_told_together(runs: Runs, session: FakeSession, qtbot: QtBot) -> None:
    third = recipe_with(FullFineTuning, session.recipe(), MODEL)
    runs.follower.add([third])
    for place, recipe in enumerate((*runs.recipes, third), start=1):
        runs.begin()
        runs.end(stored(str(place), recipe, place))
    qtbot.waitUntil(lambda: runs.ended == [(Path("1"), Path("2"), Path("3"))])


def test_another_window_hears_of_the_same_runs(runs: Runs, session: FakeSession, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    heard: list[tuple[Path, ...]] = []
    Experiments(session.as_session(), window).comparison_wanted.connect(heard.append)
    for place, recipe in enumerate(runs.recipes, start=1):
        runs.begin()
        runs.end(stored(str(place), recipe, place))
    qtbot.waitUntil(lambda: len(heard) == 1)
