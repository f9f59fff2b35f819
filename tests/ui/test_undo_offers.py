"""What was done at a stroke can be taken back at a stroke, as long as it is the last thing that was done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QUndoCommand, QUndoStack
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import Probe
from lora_studio.core.data.dataset import Dataset
from lora_studio.core.errors import DataError
from lora_studio.core.jobs import Service
from lora_studio.core.methods import Lora
from lora_studio.core.methods.dora import Dora
from lora_studio.core.recipe import Recipe, TrainingSettings
from lora_studio.core.workspace import BoardEntry, Workspace
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.open_questions import OpenQuestions
from lora_studio.ui.session import Session
from lora_studio.ui.settings_history import UseRecipe
from lora_studio.ui.widgets.notice_bar import NoticeBar
from tests.ui.fakes import MODEL
from tests.ui.test_workspace_notices import Asking, said, window

pytestmark = pytest.mark.usefixtures("english")

LEFT = Qt.MouseButton.LeftButton
RECIPE = Recipe(
    name="DoRA all",
    datasets=(Dataset(name="mine", rows=("die katze sitzt auf dem sofa",)),),
    method=Dora(targets=("q_proj",)),
    training=TrainingSettings(epochs=7),
    probes=(Probe(prompt="der hund", wanted="wald", kind="corrected"),),
)


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    """Its engine never answers."""
    bridge = Bridge()
    session = Session(Workspace(tmp_path), Service(bridge.post), bridge)
    yield session
    assert session.close() == []
    bridge.close()


def edited(session: Session) -> tuple[object, ...]:
    names = tuple(dataset.name for dataset in session.datasets)
    kept = tuple(dataset.name for dataset in session.datasets if dataset.kept)
    return (
        session.method, session.training, session.protection, session.selected, session.pins, names, kept,
        session.recipe().held_out,
    )  # fmt: skip


def test_another_recipe_is_one_step_of_undo(session: Session) -> None:
    session.set_method(Lora(rank=3, targets=("v_proj",)))
    before, stack = edited(session), QUndoStack(session)
    stack.push(UseRecipe(session, RECIPE, "use another recipe"))
    assert (session.method, session.training, session.pins) == (RECIPE.method, RECIPE.training, RECIPE.probes)
    assert session.selected == ("mine",)
    after = edited(session)
    stack.undo()
    assert edited(session) == before
    stack.redo()
    assert edited(session) == after
    assert (stack.count(), session.undo_stack.count()) == (1, 0)


def test_a_dataset_that_was_edited_since_stays(session: Session) -> None:
    stack = QUndoStack(session)
    stack.push(UseRecipe(session, RECIPE, ""))
    model = session.datasets[-1]
    model.setData(model.index(0, 0), "die katze sitzt auf dem tisch")
    stack.undo()
    assert "mine" in [dataset.name for dataset in session.datasets]


def test_the_button_takes_back_and_the_message_goes(qtbot: QtBot) -> None:
    session = Asking()
    bar = window(qtbot, session)
    stack = QUndoStack(session)
    stack.push(QUndoCommand("remove"))
    session.undoable.emit("“LoRA V” is in the bin.", stack)
    assert (said(bar), bar.offer_button.text()) == (["“LoRA V” is in the bin."], "&Undo")
    QTest.mouseClick(bar.offer_button, LEFT)
    assert (stack.index(), said(bar)) == (0, [])


def test_what_was_taken_back_otherwise_is_offered_no_longer(qtbot: QtBot) -> None:
    session = Asking()
    bar = window(qtbot, session)
    stack = QUndoStack(session)
    stack.push(QUndoCommand("remove"))
    session.undoable.emit("“LoRA V” is in the bin.", stack)
    stack.push(QUndoCommand("something else"))
    assert said(bar) == []
    stack.undo()
    assert stack.index() == 1


def test_a_lost_adapter_is_named(qtbot: QtBot) -> None:
    session = Asking()
    session.questions = OpenQuestions()
    bar = window(qtbot, session)
    session.adapters_missing.emit((BoardEntry(folder="/gone/adapter", name="LoRA V"),))
    assert said(bar)[0].startswith("“LoRA V” stood on the board, and is not on the disk any more.")


def test_an_obstacle_that_is_gone_is_said_no_longer(qtbot: QtBot, session: Session) -> None:
    bar = NoticeBar()
    qtbot.addWidget(bar)
    session.problem.connect(bar.show_problem)
    session.problem_gone.connect(bar.take_back_problem)
    session.model = MODEL
    before = session.selected
    session.select_datasets(())
    session.train()
    notice = bar.current()
    assert notice is not None
    assert notice.message == "No dataset is selected."
    session.problem.emit(DataError("Something else."))
    session.select_datasets(before)
    session.add_to_queue()
    notice = bar.current()
    assert notice is not None
    assert notice.message == "Something else."
    bar.dismiss()
    assert bar.current() is None
    session.model = None
