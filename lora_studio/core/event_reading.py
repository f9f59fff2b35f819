"""Events of a stored run as they were told, to show the whole of a run that goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from lora_studio.core.curves import read_events
from lora_studio.core.errors import StorageError
from lora_studio.core.events import (
    Answer,
    BlockSeparation,
    Counted,
    Drifted,
    Event,
    Prediction,
    Probed,
    Separated,
    Step,
    Validated,
)


def earlier_events(folder: Path) -> list[Event]:
    """What a run told while it learned; [] if nothing can be read. Lines of other kinds are left out."""
    return list(told_events(folder))


def told_events(folder: Path) -> Iterator[Event]:
    """As `earlier_events`, one after the other."""
    with suppress(StorageError):
        for line in read_events(folder):
            event = _event_of(line)
            if event is not None:
                yield event


def _event_of(line: Mapping[str, Any]) -> Event | None:
    make = _KINDS.get(str(line.get("event")))
    if make is None:
        return None
    try:
        return make({name: value for name, value in line.items() if name != "event"})
    except (TypeError, ValueError, AttributeError, KeyError):  # of another version, or damaged
        return None


def _step(values: dict[str, Any]) -> Event:
    loss, rate = values.pop("loss"), values.pop("learning_rate")
    return Step(loss=_number(loss), learning_rate=float(rate or 0), **values)


def _number(value: Any) -> float:
    """What is no finite number was written as None."""
    return float("nan") if value is None else float(value)


def _probed(values: dict[str, Any]) -> Event:
    return Probed(int(values["step"]), tuple(_answer(answer) for answer in values["answers"]))


def _answer(values: Mapping[str, Any]) -> Answer:
    predictions, tracked = (
        tuple(Prediction(str(p["token"]), float(p["probability"])) for p in values[name])
        for name in ("predictions", "tracked")
    )
    tokens, unknown = (tuple(map(str, values[name])) for name in ("tokens", "unknown"))
    return Answer(str(values["prompt"]), tokens, unknown, predictions, tracked)


def _separated(values: dict[str, Any]) -> Event:
    return Separated(tuple(BlockSeparation(**block) for block in values["blocks"]), int(values["used"]))


_KINDS: Mapping[str, Callable[[dict[str, Any]], Event]] = {
    "step": _step,
    "validated": lambda values: Validated(int(values["step"]), _number(values["loss"]), bool(values["best"])),
    "counted": lambda values: Counted(**values),
    "drifted": lambda values: Drifted(**values),
    "probed": _probed,
    "separated": _separated,
}
