"""Long answers that come bit by bit between the steps of a run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lora_studio.core.engine import Engine
from lora_studio.core.errors import DataError, StudioError
from lora_studio.core.events import Finished
from lora_studio.core.probing.continuation import ContinueSettings
from lora_studio.core.streams import Stream
from tests.core.test_jobs import WAIT, Desk, desk, no_folder, recipe

__all__ = ["desk"]

Begin = Callable[[Engine], Iterator[list[Any]]]


class Heard:
    """What a stream told."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.problem: StudioError | None = None
        self.first = threading.Event()
        self.ended = threading.Event()

    def tell(self, told: list[Any]) -> None:
        self.told += told
        self.first.set()

    def end(self, problem: StudioError | None) -> None:
        self.problem = problem
        self.ended.set()


def endless(_: Engine) -> Iterator[list[int]]:
    number = 0
    while True:
        number += 1
        yield [number]


def test_all_comes_in_order_and_the_end_is_told_once(desk: Desk) -> None:
    heard = Heard()
    Stream(desk.service, lambda _: iter([[1], [], [2, 3]]), heard.tell, heard.end)
    assert heard.ended.wait(WAIT)
    assert heard.told == [1, 2, 3]
    assert heard.problem is None


def test_other_jobs_are_served_and_a_run_trains_while_it_goes_on(desk: Desk) -> None:
    heard = Heard()
    stream = Stream(desk.service, endless, heard.tell, heard.end)
    desk.service.start(recipe(epochs=3), no_folder).result(WAIT)
    assert desk.service.submit(lambda engine: engine.compare("die katze").prompt).result(WAIT) == "die katze"
    assert desk.ended.wait(WAIT)
    assert isinstance(desk.events[-1], Finished)
    assert heard.first.is_set()
    stream.cancel()


def test_a_text_is_continued_while_its_variant_is_being_trained(desk: Desk) -> None:
    heard = Heard()
    desk.service.start(recipe(epochs=200), no_folder).result(WAIT)
    names = [each.name for each in desk.service.submit(lambda engine: engine.summaries()).result(WAIT)]
    settings = ContinueSettings(tokens=20)
    Stream(desk.service, lambda engine: engine.continuations(names, "die katze", settings), heard.tell, heard.end)
    assert heard.ended.wait(WAIT)
    assert len(names) == 2
    assert len(heard.told) == 2 * 21  # with the two endings
    desk.service.cancel()
    assert desk.ended.wait(WAIT)


def test_nothing_is_told_after_it_was_cancelled(desk: Desk) -> None:
    heard = Heard()
    stream = Stream(desk.service, endless, heard.tell, heard.end)
    assert heard.first.wait(WAIT)
    stream.cancel()
    desk.service.submit(lambda _: None).result(WAIT)  # after the bit that was under way
    count = len(heard.told)
    desk.service.submit(lambda _: None).result(WAIT)
    assert len(heard.told) == count
    assert not heard.ended.is_set()


@pytest.mark.parametrize(
    "begin",
    [
        lambda engine: engine.continuations(["Base"], "", ContinueSettings()),
        lambda engine: engine.continuations(["nobody"], "die", ContinueSettings()),
        lambda _: (_ for _ in [0 / 0]),
    ],
    ids=["no prompt", "no such variant", "a fault of ours"],
)
def test_what_goes_wrong_is_told(desk: Desk, begin: Begin) -> None:
    heard = Heard()
    Stream(desk.service, begin, heard.tell, heard.end)
    assert heard.ended.wait(WAIT)
    assert isinstance(heard.problem, StudioError)


def test_an_empty_prompt_says_what_to_do(desk: Desk) -> None:
    heard = Heard()
    begin = lambda engine: engine.continuations(["Base"], " ", ContinueSettings())  # noqa: E731
    Stream(desk.service, begin, heard.tell, heard.end)
    assert heard.ended.wait(WAIT)
    assert isinstance(heard.problem, DataError)
