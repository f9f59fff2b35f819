"""What the session asks about, and when it knows better: with a session whose engine never answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lora_studio.core.errors import StudioError
from lora_studio.core.events import Finished, Started
from lora_studio.core.history import StoredRun
from lora_studio.core.jobs import Service
from lora_studio.core.run_record import RunRecord
from lora_studio.core.workspace import Board, BoardEntry, MixPart, Workspace
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.session import Session
from tests.ui.fakes import MODEL

ELSEWHERE = "/models/qwen"


class Asked:
    def __init__(self, folder: Path) -> None:
        self.workspace = Workspace(folder)
        self.bridge = Bridge()
        self.session = Session(self.workspace, Service(self.bridge.post), self.bridge)
        self.problems: list[StudioError] = []
        self.missing: list[Board] = []
        self.elsewhere: list[tuple[Path, str]] = []
        self.session.problem.connect(self.problems.append)
        self.session.adapters_missing.connect(self.missing.append)
        self.session.elsewhere.connect(lambda path, base: self.elsewhere.append((path, base)))
        self.run = self.workspace.runs / "one"

    def open_base(self) -> None:
        self.session.model = self.session._bases._model = MODEL


@pytest.fixture
def asked(qtbot: QtBot, tmp_path: Path) -> Iterator[Asked]:
    asked = Asked(tmp_path)
    yield asked
    asked.session.model = None
    assert asked.session.close() == []
    asked.bridge.close()


def test_a_run_that_was_shorter_than_a_moment_is_not_in_progress_for_ever(asked: Asked) -> None:
    asked.bridge.call(asked.session._runs.folder_made.emit, asked.run)
    asked.bridge.post(Started("one", 1, 1, ()))
    asked.bridge.post(Finished("one", 1, 0.1, 1.0, cancelled=False, folder=""))
    asked.bridge.drain()  # events come first
    assert asked.session.history.live is None


def test_the_folder_of_a_run_in_progress_is_known(asked: Asked) -> None:
    asked.bridge.call(asked.session._runs.folder_made.emit, asked.run)
    asked.bridge.post(Started("one", 1, 1, ()))
    asked.bridge.drain()
    assert asked.session.history.live == asked.run


def test_a_run_that_goes_on_is_not_asked_about(asked: Asked) -> None:
    session = asked.session
    record = RunRecord(name="one", state="running", steps=320, steps_done=120)
    session.questions.interrupted = (StoredRun(asked.run, record, resumable=True),)
    assert not session.resume(asked.run)  # no base is open
    assert [run.path for run in session.questions.interrupted] == [asked.run]
    asked.open_base()
    assert session.resume(asked.run)
    assert not session.questions.interrupted


def test_without_a_base_a_run_of_another_one_has_to_wait_and_that_is_said(asked: Asked) -> None:
    assert not asked.session.resume_on(ELSEWHERE, asked.run)
    assert [problem.template for problem in asked.problems] == ["The base is still being opened."]


def test_a_run_whose_base_cannot_be_opened_is_asked_about_again(asked: Asked) -> None:
    asked.open_base()
    assert asked.session.resume_on(ELSEWHERE, asked.run)
    assert asked.elsewhere == []
    asked.session._bases._stay()
    assert asked.elsewhere == [(asked.run, ELSEWHERE)]
    assert asked.session.questions.elsewhere == (asked.run, ELSEWHERE)
    asked.session._bases._stay()
    assert len(asked.elsewhere) == 1


@pytest.mark.parametrize("also_lost", [False, True])
def test_a_mix_whose_part_was_deleted_is_not_missed(asked: Asked, tmp_path: Path, also_lost: bool) -> None:
    asked.workspace.binned("one").mkdir(parents=True)
    there = tmp_path / "there"
    there.mkdir()
    folders = [asked.run / "adapter", tmp_path / "lost" if also_lost else there]
    parts = tuple(MixPart(folder=str(folder), name=folder.name, strength=0.5) for folder in folders)
    mix = BoardEntry(name="Mix", parts=parts)
    asked.session._board.missing.emit((mix,))
    assert asked.missing == ([(mix,)] if also_lost else [])
