"""Opening another base: how far it is, stopping it, and how each is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from lora_studio.core.errors import ModelError, StudioError
from lora_studio.core.models.open_options import OpenOptions, Progress
from lora_studio.core.summaries import ModelSummary
from lora_studio.core.workspace import StudioState
from lora_studio.ui.bases import Bases
from lora_studio.ui.opening import Opening
from tests.ui.fakes import MODEL, FakeAsker

QWEN = "/models/Qwen3-0.6B"
FLOAT16 = OpenOptions("cpu", "float16")


class FakeEngine:
    """Opens everything in two steps; `meanwhile` is called between them. `fails` are sources that it cannot open."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, OpenOptions]] = []
        self.meanwhile: Callable[[], object] = lambda: None
        self.fails: set[str] = set()
        self.makes_room = False
        self.is_open = True

    @property
    def variants(self) -> object:
        if not self.is_open:
            raise ModelError("No model is open.")
        return ()

    def open(self, source: str, options: OpenOptions, progress: Progress) -> ModelSummary:
        self.is_open = self.is_open and not self.makes_room
        progress("Reading weights", 10, 100)
        self.meanwhile()
        progress("Reading weights", 60, 100)
        if source in self.fails:
            raise ModelError("{path} is no model folder.", path=source)
        self.opened.append((source, options))
        self.is_open = True
        return replace(MODEL, source=source, name=source.rpartition("/")[2])


class Opened:
    def __init__(self, state: StudioState | None = None) -> None:
        self.owner = QObject()
        asker = FakeAsker(self.owner)
        self.engine = asker.engine = FakeEngine()
        self.bases = Bases(cast(Any, asker), state or StudioState(), lambda: (), self.owner)
        self.told: list[Opening | None] = []
        self.problems: list[StudioError] = []
        self.came: list[str] = []
        self.stayed: list[str] = []
        self.bases.opening_changed.connect(self.told.append)
        self.bases.problem.connect(self.problems.append)
        self.bases.came.connect(lambda model, _: self.came.append(model.source))
        self.bases.stayed.connect(lambda model: self.stayed.append(model.source))


@pytest.fixture
def opened(qapp: QApplication) -> Opened:
    opened = Opened()
    opened.bases.open()
    opened.told.clear()
    opened.came.clear()
    return opened


def test_how_far_it_is_can_be_seen_while_it_is_opened(opened: Opened) -> None:
    seen: list[Opening | None] = []
    opened.engine.meanwhile = lambda: seen.append(opened.bases.opening)
    opened.bases.change(QWEN)
    assert seen == [Opening("Qwen3-0.6B", "Reading weights", 10, 100)]
    assert opened.bases.opening is None
    assert opened.told[-1] is None
    assert opened.came == [QWEN]


def test_stopping_leaves_what_was_open(opened: Opened) -> None:
    opened.engine.meanwhile = opened.bases.stop_opening
    opened.bases.change(QWEN)
    assert opened.came == []
    assert opened.stayed == ["minigpt"]
    assert opened.problems == []
    assert opened.bases.source == "minigpt"
    assert [told.stopping for told in opened.told if told] == [True]
    assert opened.bases.opening is None


def test_what_cannot_be_opened_is_said(opened: Opened) -> None:
    opened.engine.fails.add(QWEN)
    opened.bases.change(QWEN)
    assert [problem.message for problem in opened.problems] == [f"{QWEN} is no model folder."]
    assert opened.stayed == ["minigpt"]


def test_a_base_that_had_to_make_room_comes_back(opened: Opened) -> None:
    opened.bases.change(QWEN)
    opened.came.clear()
    opened.engine.fails.add("/models/large")
    opened.engine.makes_room = True
    opened.bases.change("/models/large")
    assert len(opened.problems) == 1
    assert opened.came == [QWEN]
    assert opened.bases.source == QWEN


def test_stopping_at_the_start_opens_the_bundled_one(qapp: QApplication) -> None:
    opened = Opened(StudioState(base=QWEN))
    stop = opened.bases.stop_opening
    opened.engine.meanwhile = lambda: (
        stop() if opened.bases.opening and opened.bases.opening.name != "MiniGPT" else None
    )
    opened.bases.open()
    assert opened.came == ["minigpt"]
    assert "MiniGPT is open instead" in opened.problems[0].advice


def test_how_a_model_was_opened_is_remembered(opened: Opened) -> None:
    opened.bases.change(QWEN, FLOAT16)
    assert opened.engine.opened[-1] == (QWEN, FLOAT16)
    kept = StudioState(base=QWEN, recent_bases=(QWEN,), open_options=opened.bases.kept_options())
    again = Opened(StudioState.model_validate(kept.model_dump(mode="json")))
    again.bases.open()
    assert again.engine.opened == [(QWEN, FLOAT16)]
    again.bases.change("minigpt")
    again.bases.change(QWEN)
    assert again.engine.opened[-1] == (QWEN, FLOAT16)


def test_the_same_model_is_opened_anew_in_another_way_only(opened: Opened) -> None:
    opened.bases.change(QWEN)
    opened.bases.change(QWEN)
    assert len(opened.engine.opened) == 2
    opened.bases.change(QWEN, FLOAT16)
    assert opened.engine.opened[-1] == (QWEN, FLOAT16)
    assert opened.bases.options_of(QWEN) == FLOAT16


def test_options_of_one_that_could_not_be_opened_are_not_kept(opened: Opened) -> None:
    opened.engine.fails.add(QWEN)
    opened.bases.change(QWEN, FLOAT16)
    assert opened.bases.options_of(QWEN) == OpenOptions()


@pytest.mark.parametrize(
    "kept", [{}, None, [], {"/x": 7}, {"/x": {"device": 7}}, {"/x": {"something": "new"}}, {"/x": {}}]
)
def test_options_that_are_not_understood_count_as_automatic(kept: object) -> None:
    state = StudioState.model_validate({"open_options": kept})
    assert all((choice.device, choice.dtype) == ("automatic", "automatic") for choice in state.open_options.values())
