"""What the board keeps of each variant: its colour, and whether it is shown after its run failed."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoStack
from pytestqt.qtbot import QtBot

from lora_studio.core.errors import RunError
from lora_studio.core.events import Failed, Started
from lora_studio.core.summaries import MixSource, VariantSummary
from lora_studio.core.workspace import BoardEntry
from lora_studio.ui.faders import Faders
from lora_studio.ui.variant_board import VariantBoard
from tests.ui.fakes import BASE, FakeAsker

NAN = RunError("Training stopped at step {step}: the loss was {loss}.", step=2, loss="nan")


def variant(name: str) -> VariantSummary:
    return VariantSummary(name, is_base=False, folder=f"/runs/{name}/adapter")


A, B, C = map(variant, "ABC")


class Board:
    """A board whose engine knows names only."""

    def __init__(self, kept: tuple[BoardEntry, ...] = ()) -> None:
        self.parent = QObject()
        self.asker = FakeAsker(self.parent)
        self.stack = QUndoStack(self.parent)
        self.board = VariantBoard(kept, cast(Any, self.asker), self.stack, lambda: (), self.parent)

    def colors(self) -> dict[str, int]:
        return {each.name: self.board.color_place(each.name) for each in self.board.variants}


@pytest.fixture
def shown(qtbot: QtBot) -> Board:
    return Board()


def test_a_colour_stays_when_others_leave(shown: Board) -> None:
    board = shown.board
    board.update((BASE, A, B))
    assert shown.colors() == {"Base": 0, "A": 1, "B": 2}
    board.update((BASE, B))
    assert shown.colors() == {"Base": 0, "B": 2}
    board.update((BASE, B, C))
    assert shown.colors() == {"Base": 0, "B": 2, "C": 1}  # the lowest that is free


def test_what_comes_back_has_its_colour_again_unless_it_was_taken(shown: Board) -> None:
    board = shown.board
    board.update((BASE, A, B))
    board.update((BASE, B))
    board.update((BASE, B, A))
    assert shown.colors()["A"] == 1
    board.update((BASE, B))
    board.update((BASE, B, C))
    board.update((BASE, B, C, A))
    assert shown.colors() == {"Base": 0, "B": 2, "C": 1, "A": 3}


def test_a_colour_is_kept_over_a_rename(shown: Board) -> None:
    board = shown.board
    board.update((BASE, A, B))
    variants = SimpleNamespace(named=lambda name: name, in_training=None)
    shown.asker.engine = SimpleNamespace(
        variants=variants, rename=lambda *_: None, summaries=lambda: (BASE, replace(A, name="Z"), B)
    )
    board.rename("A", "Z")
    assert shown.colors() == {"Base": 0, "Z": 1, "B": 2}


def test_a_colour_is_kept_over_a_restart(qtbot: QtBot) -> None:
    first = Board()
    first.board.update((BASE, A, B))
    first.board.update((BASE, B))
    kept = first.board.kept()
    assert [(entry.folder, entry.color) for entry in kept] == [(B.folder, 2)]
    second = Board(kept)
    second.board._came_back(kept[0], ("B", 0))
    second.board.update((BASE, B))
    assert second.colors() == {"Base": 0, "B": 2}


def test_a_failed_run_is_not_shown_until_somebody_wants_to_see_it(shown: Board) -> None:
    board = shown.board
    board.update((BASE, A, B))
    board.take_events([Started("B", 4, 1, ()), Failed(2, NAN, "B")])
    assert board.is_failed("B")
    assert [each.name for each in board.visible] == ["Base", "A"]
    assert [entry.visible for entry in board.kept()] == [True, False]
    board.set_visible("B", True)
    assert [each.name for each in board.visible] == ["Base", "A", "B"]


def test_a_failed_run_that_goes_on_is_shown(shown: Board) -> None:
    board = shown.board
    board.update((BASE, A))
    board.take_events([Failed(2, NAN, "A")])
    board.take_events([Started("A", 4, 1, ())])
    assert [each.name for each in board.visible] == ["Base", "A"]


def test_one_that_goes_on_and_one_that_fails_are_both_told_of(shown: Board) -> None:
    board = shown.board
    board.update((BASE, A, B))
    board.take_events([Failed(2, NAN, "A")])
    told: list[list[str]] = []
    board.changed.connect(lambda: told.append([each.name for each in board.visible]))
    board.take_events([Started("A", 4, 1, ()), Failed(2, NAN, "B")])
    assert told == [["Base", "A"]]


def test_marks_do_not_pass_to_a_namesake_beside_another_base(shown: Board) -> None:
    board = shown.board
    board.update((BASE, A, B))
    board.take_events([Failed(2, NAN, "A")])
    board.set_visible("B", False)
    board.put_back(())
    board.update((BASE, A, B))
    assert not board.is_failed("A")
    assert [each.name for each in board.visible] == ["Base", "A", "B"]


def test_a_mix_that_is_made_again_has_its_faders_as_they_were(shown: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    board = shown.board
    faders = Faders((0.5, 0.7), muted=frozenset({1}))
    sources = (MixSource("/runs/A/adapter", None), MixSource("/runs/B/adapter", None))
    mix = VariantSummary("Mix", is_base=False, mix=(("A", 0.5), ("B", 0.0)), mix_of=sources, mix_id=1)
    board.update((BASE, A, B, mix))
    board.keep_faders(1, faders)
    monkeypatch.setattr("lora_studio.ui.board_jobs.put_back", lambda *_: ("Mix", 2))
    shown.asker.engine = SimpleNamespace(summaries=lambda: (BASE, A, B, replace(mix, mix_id=2)))
    seen: list[Faders | None] = []
    board.changed.connect(lambda: seen.append(board.faders.get(2)))
    board.ask_to_attach([None], board._entry(mix), lambda _: None)
    assert seen == [faders]  # before anybody is told of the mix
