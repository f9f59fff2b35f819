"""Which rows count as what the base knows, and what the next run does with each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import BUILTIN_DATASETS, FACT_CORRECTION, TRAINING
from lora_studio.core.data.dataset import Dataset
from lora_studio.core.recipe import Recipe
from lora_studio.ui import kept_rows
from lora_studio.ui.dataset_model import KEEPING, DatasetModel, Keeping
from lora_studio.ui.kept_rows import KeptFigures, KeptRows, tell_uses

ALL = KeptFigures(("TRAINING",), kept=16, contradicted=4, held_out=0)


class Shelf:
    """The built-in datasets, the facts ticked, and whoever watches over them."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.models = [DatasetModel(dataset) for dataset in BUILTIN_DATASETS]
        self.kept = KeptRows(lambda: self.models)
        self.tick("FACT_CORRECTION")

    def named(self, name: str) -> DatasetModel:
        return next(model for model in self.models if model.name == name)

    def tick(self, *names: str) -> None:
        tell_uses(self.models, names, reads=False)
        self.kept.look_again()

    def counts(self, **figures: Any) -> bool:
        """Waits for these figures."""
        wanted = {**{name: getattr(ALL, name) for name in KeptFigures.__slots__}, **figures}
        self.wait(lambda: self.kept.figures == KeptFigures(**wanted))
        return True

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition)


@pytest.fixture
def shelf(qapp: QApplication, qtbot: QtBot) -> Iterator[Shelf]:
    shelf = Shelf(qtbot)
    yield shelf
    shelf.kept.stop()


def states(model: DatasetModel) -> list[Keeping | None]:
    return [model.keeping_of(row) for row in range(model.rowCount())]


def test_training_rows_are_kept_but_those_that_new_rows_contradict(shelf: Shelf) -> None:
    assert shelf.counts()
    training = shelf.named("TRAINING")
    assert states(training).count(Keeping.KEPT) == 16
    assert training.keeping_of(1) is Keeping.CONTRADICTED
    assert "contradicted by “der hund läuft im wald”" in training.index(1, KEEPING).data(Qt.ItemDataRole.ToolTipRole)
    assert set(states(shelf.named("FACT_CORRECTION"))) == {None}


def test_what_is_learned_is_not_kept(shelf: Shelf) -> None:
    shelf.tick("TRAINING", "FACT_CORRECTION")
    assert shelf.counts(datasets=(), kept=0, contradicted=0)
    assert set(states(shelf.named("TRAINING"))) == {None}
    shelf.tick("FACT_CORRECTION")
    assert shelf.counts()


def test_other_datasets_can_be_kept_too(shelf: Shelf) -> None:
    shelf.kept.set_kept("FINETUNING", True)
    assert shelf.counts(datasets=("TRAINING", "FINETUNING"), kept=24)
    shelf.kept.set_kept("TRAINING", False)
    assert shelf.counts(datasets=("FINETUNING",), kept=8, contradicted=0)
    assert shelf.kept.chosen() == ("FINETUNING",)


def test_the_marks_follow_what_is_typed(shelf: Shelf) -> None:
    assert shelf.counts()
    facts = shelf.named("FACT_CORRECTION")
    facts.set_text(1, "der opa schläft im garten")
    shelf.kept.look_again()
    training = shelf.named("TRAINING")
    shelf.wait(lambda: training.keeping_of(1) is Keeping.KEPT)
    assert shelf.counts()  # as many as before, but another one
    assert training.keeping_of(TRAINING.rows.index("der opa schläft in seinem bett")) is Keeping.CONTRADICTED


def test_held_out_rows_are_measured_and_not_kept(shelf: Shelf) -> None:
    training = shelf.named("TRAINING")
    training.hold_out([2, 4], held_out=True)
    shelf.kept.look_again()
    assert shelf.counts(kept=14, held_out=2)
    kept, held_out = shelf.kept.parts()
    assert [len(dataset.rows) for dataset in kept] == [18]
    assert [dataset.rows for dataset in held_out] == [(TRAINING.rows[2], TRAINING.rows[4])]
    assert shelf.kept.held_out() == {"TRAINING": (TRAINING.rows[2], TRAINING.rows[4])}
    training.undo_stack.undo()
    assert shelf.kept.held_out() == {}


def test_the_recipe_leaves_out_what_is_marked(shelf: Shelf) -> None:
    training = shelf.named("TRAINING")
    training.hold_out([0, 2], held_out=True)
    shelf.kept.look_again()
    assert shelf.counts(kept=15, contradicted=3, held_out=1)  # of the two, one is contradicted
    kept, held_out = shelf.kept.parts()
    recipe = Recipe(datasets=(FACT_CORRECTION,), kept=kept, held_out=held_out)
    marked = {state: [TRAINING.rows[row] for row, s in enumerate(states(training)) if s is state] for state in Keeping}
    assert list(recipe.kept_rows) == marked[Keeping.KEPT]
    assert [row for row in marked[Keeping.HELD_OUT] if row not in recipe.held_out_rows] == [TRAINING.rows[0]]
    assert "not measured" in training.index(0, KEEPING).data(
        Qt.ItemDataRole.ToolTipRole
    )  # held out, and contradicted on top


def test_kept_and_held_out_rows_are_judged_together(shelf: Shelf) -> None:
    """What a beginning determines depends on all that the base knows."""
    training, facts = shelf.named("TRAINING"), shelf.named("FACT_CORRECTION")
    training.replace_all(("die katze sitzt hier", "die katze schläft dort"), "two ways to go on")
    training.hold_out([1], held_out=True)
    facts.replace_all(("die katze läuft weg",), "a third one")
    shelf.kept.look_again()
    assert shelf.counts(kept=1, contradicted=0, held_out=1)
    kept, held_out = shelf.kept.parts()
    recipe = Recipe(datasets=(facts.dataset(),), kept=kept, held_out=held_out)
    assert (len(recipe.kept_rows), len(recipe.held_out_rows)) == (1, 1)


def test_what_is_only_read_contradicts_nothing(shelf: Shelf) -> None:
    assert shelf.counts()
    tell_uses(shelf.models, ("FACT_CORRECTION",), reads=True)
    shelf.kept.look_again()
    assert shelf.counts(kept=20, contradicted=0)


def test_many_rows_are_compared_in_slices(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shelf.counts()
    shelf.models.append(DatasetModel(Dataset(name="many", rows=tuple(f"die katze {i} sitzt" for i in range(5_000)))))
    shelf.kept.set_kept("many", True)
    in_between: list[KeptFigures | None] = []
    timer = QTimer(interval=0)
    timer.timeout.connect(lambda: in_between.append(shelf.kept.figures))
    monkeypatch.setattr(kept_rows, "SLICE_SECONDS", 1e-6)
    timer.start()
    assert shelf.counts(datasets=("TRAINING", "many"), kept=5_016)
    timer.stop()
    assert in_between.count(ALL) > 50  # the window went on meanwhile


def test_the_newest_change_counts(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[KeptFigures | None] = []
    shelf.kept.changed.connect(lambda: told.append(shelf.kept.figures))
    monkeypatch.setattr(kept_rows, "SLICE_SECONDS", 0)  # nothing is ever counted to the end
    shelf.wait(shelf.kept._next_slice.isActive)
    monkeypatch.undo()
    shelf.named("TRAINING").set_kept(False)
    shelf.kept._begin()  # before the first count has ended
    assert shelf.counts(datasets=(), kept=0, contradicted=0)
    QTest.qWait(0)
    assert len(told) == 1


def test_rows_with_words_that_the_base_lacks_are_not_kept(shelf: Shelf) -> None:
    finetuning = shelf.named("FINETUNING")
    finetuning.insert(0, ["die sonne scheint am morgen"])
    for model in shelf.models:
        model.set_known_words({word for row in TRAINING.rows for word in row.split()}.__contains__)
    shelf.kept.set_kept("FINETUNING", True)
    shelf.kept.set_kept("TRAINING", False)
    assert shelf.counts(datasets=("FINETUNING",), kept=1, contradicted=0)
    assert states(finetuning) == [Keeping.KEPT, *[None] * 8]
    assert finetuning.index(1, KEEPING).data(Qt.ItemDataRole.ToolTipRole).startswith("not kept: the base does not know")


def test_what_was_chosen_comes_back(shelf: Shelf) -> None:
    shelf.kept.restore(("FINETUNING",), {"FINETUNING": ("der schnee fällt im winter", "gone"), "no such": ("x y",)})
    assert shelf.kept.chosen() == ("FINETUNING",)
    assert shelf.kept.held_out() == {"FINETUNING": ("der schnee fällt im winter",)}
    assert not shelf.named("FINETUNING").undo_stack.canUndo()
    shelf.kept.restore(None, {})
    assert shelf.kept.chosen() == ("FINETUNING",)
