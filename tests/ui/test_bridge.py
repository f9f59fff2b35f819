"""The way from the engine's thread to the window's."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from lora_studio.core.events import Counted, Event, Started
from lora_studio.ui.bridge import MOST_AT_ONCE, Bridge


def test_a_flood_comes_in_parts_and_calls_after_what_was_posted_before(qtbot: QtBot) -> None:
    """All that a run told before it was interrupted comes at once when it goes on: the window must not stand still."""
    many = 3 * MOST_AT_ONCE
    bridge = Bridge()
    batches: list[list[Event]] = []
    known_at_call: list[int] = []
    bridge.events.connect(batches.append)
    bridge.replay([Counted(step) for step in range(1, many + 1)])
    bridge.post(Started("LoRA V", many + 5, 1, (), first_step=many))
    bridge.call(lambda: known_at_call.append(sum(map(len, batches))))
    qtbot.waitUntil(lambda: bool(known_at_call))
    assert known_at_call == [many + 1]
    assert max(map(len, batches)) <= MOST_AT_ONCE
    steps = [event.step for batch in batches for event in batch if isinstance(event, Counted)]
    assert steps == list(range(1, many + 1))
    bridge.close()


def test_whoever_drains_gets_all(qtbot: QtBot) -> None:
    bridge = Bridge()
    batches: list[list[Event]] = []
    bridge.events.connect(batches.append)
    for step in range(2 * MOST_AT_ONCE):
        bridge.post(Counted(step))
    bridge.drain()
    assert [len(batch) for batch in batches] == [2 * MOST_AT_ONCE]
    bridge.close()
