"""Going on with an interrupted run: nobody may touch its folder from the click on."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from lora_studio.core.errors import StorageError
from lora_studio.core.events import Failed, Started
from lora_studio.core.recipe import Recipe
from lora_studio.core.run_record import RunRecord, write_record
from lora_studio.core.summaries import VariantSummary
from lora_studio.core.workspace import Workspace
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.run_control import RunControl
from lora_studio.ui.run_queue import RunQueue
from tests.ui.fakes import FakeAsker


class FakeService:
    """Notes down what is resumed."""

    def __init__(self) -> None:
        self.resumed: list[Path] = []

    def resume_run(self, path: Path) -> Future[Any]:
        self.resumed.append(path)
        return Future()


class Control:
    def __init__(self, folder: Path) -> None:
        self.parent = QObject()
        self.bridge = Bridge(self.parent)
        self.bridge.close()
        self.service = FakeService()
        self.asker = FakeAsker(self.parent)
        self.asker.watch = lambda *_, **__: None  # type: ignore[attr-defined]
        self.queue = RunQueue(parent=self.parent)
        self.runs = RunControl(
            Workspace(folder), cast(Any, self.service), self.bridge, cast(Any, self.asker), self.queue,
            lambda: True, lambda: "minigpt", self.parent,
        )  # fmt: skip
        self.live: list[Path] = []
        self.runs.folder_made.connect(self.live.append)


@pytest.fixture
def control(qtbot: QtBot, tmp_path: Path) -> Iterator[Control]:
    control = Control(tmp_path)
    yield control
    control.runs.stop()


def interrupted(folder: Path) -> Path:
    path = folder / "runs" / "cut off"
    path.mkdir(parents=True)
    write_record(path, RunRecord(name="cut off", steps=320))
    (path / "recipe.yaml").write_text(Recipe().to_yaml(), "utf-8")
    return path


def test_the_run_counts_as_in_progress_before_its_recipe_was_read(control: Control, tmp_path: Path) -> None:
    path = interrupted(tmp_path)
    control.runs.resume(path)
    assert control.live == [path]
    assert control.runs.state.active
    assert control.service.resumed == []  # the engine is still busy


def test_what_cannot_go_on_is_given_free_again(control: Control, tmp_path: Path) -> None:
    """The window takes the folder back when no run is active any more."""
    control.asker.engine = object()
    control.runs.resume(tmp_path / "gone")
    assert control.live == [tmp_path / "gone"]
    assert not control.runs.state.active


def test_why_a_queued_run_failed_is_kept_with_its_values(control: Control) -> None:
    control.queue.add(Recipe(name="next"))
    control.queue.set_held(True)
    control.runs.tracker.starting(Recipe(name="first"))
    error = StorageError("{path} could not be written.", path="x")
    control.runs._take([Started("first", 10, 1, ()), Failed(3, error, "first")])
    (entry, _) = control.queue.entries
    assert entry.error is not None
    assert (entry.error.template, entry.error.values) == (error.template, {"path": "x"})


def test_it_is_known_whether_a_person_or_the_queue_began_a_run(control: Control, tmp_path: Path) -> None:
    control.service.start = lambda *_: None  # type: ignore[attr-defined]
    control.runs.start(Recipe(name="by Train"))
    assert control.runs.by_person
    control.runs.tracker.could_not_start()
    control.queue.add(Recipe(name="waits"))
    control.runs._start_next()
    assert control.runs.state.active
    assert not control.runs.by_person
    control.runs.tracker.could_not_start()
    control.runs.resume(interrupted(tmp_path))
    assert control.runs.by_person


class Variants:
    """Those of an engine that knows names only."""

    def __init__(self, *variants: SimpleNamespace) -> None:
        self._all = list(variants)

    def all(self) -> list[SimpleNamespace]:
        return list(self._all)

    def names(self) -> list[str]:
        return [variant.name for variant in self._all]

    def remove(self, name: str) -> None:
        self._all = [variant for variant in self._all if variant.name != name]

    def add(self, variant: SimpleNamespace) -> None:
        self._all.append(variant)

    def free_name(self, name: str) -> str:
        return name


def left_by(path: Path) -> SimpleNamespace:
    summary = VariantSummary("cut off", is_base=False, folder=str(path / "adapter"))
    return SimpleNamespace(name="cut off", run=None, summary=summary)


def test_what_gave_way_to_a_run_that_does_not_go_on_is_back(control: Control, tmp_path: Path) -> None:
    path = interrupted(tmp_path)
    variants = Variants(left_by(path))
    control.asker.engine = SimpleNamespace(variants=variants, detach=variants.remove)
    failures: list[Any] = []
    control.asker.watch = lambda *_, otherwise: failures.append(otherwise)  # type: ignore[attr-defined]
    told: list[list[str]] = []
    control.runs.tracker.began_or_ended.connect(lambda: told.append(variants.names()))
    control.runs.resume(path)
    assert control.service.resumed == [path]
    assert variants.names() == []
    failures[0](StorageError("It cannot be read."))
    assert not control.runs.state.active
    assert told == [["cut off"]]  # the board asks what there is now


def test_what_gave_way_is_let_go_when_the_run_goes_on(control: Control, tmp_path: Path) -> None:
    path = interrupted(tmp_path)
    variants = Variants(left_by(path))
    control.asker.engine = SimpleNamespace(variants=variants, detach=variants.remove)
    control.runs.resume(path)
    assert control.runs._taken_off
    control.runs._take([Started("cut off", 320, 1, (), 12)])
    assert control.runs._taken_off == []
    assert variants.names() == []
