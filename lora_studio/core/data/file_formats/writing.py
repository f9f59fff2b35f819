"""Rows in the layouts of others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lora_studio.core.data.builtin import Probe
from lora_studio.core.data.examples import Example, Turn, clean_row, example_of, text_of
from lora_studio.core.data.file_formats.facts import fact_records
from lora_studio.core.data.formats import json_line
from lora_studio.core.errors import DataError
from lora_studio.core.files import write_atomically

SPOKEN = {"system": "system", "user": "human", "assistant": "gpt", "text": "gpt"}  # in ShareGPT


@dataclass(frozen=True, slots=True)
class Writer:
    """A layout to write. `suffix` is what such files usually end in; those in ".json" are one list."""

    name: str
    suffix: str
    records: Callable[[Iterable[str], Sequence[Probe]], Iterator[Any]]


def write_dataset(path: Path, rows: Iterable[str], writer: Writer, probes: Sequence[Probe] = ()) -> None:
    """Replaces the file.

    Args:
        rows: clean ones; empty ones are left out.
        probes: what asks for facts; only written with them.

    Raises:
        DataError: a row does not fit the layout, such as a long chat as prompt and completion; it names the row.
        StorageError: the file cannot be written.
    """
    found = writer.records((row for row in rows if row), probes)
    if writer.suffix == ".txt":
        text = "".join(f"{line}\n" for line in found)
    elif path.suffix.lower() == ".json":
        text = json.dumps(list(found), ensure_ascii=False, indent=2) + "\n"
    else:
        text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in found)
    write_atomically(path, text.encode())


def _as_they_are(rows: Iterable[str], _: Sequence[Probe]) -> Iterator[dict[str, Any]]:
    """The one layout that loses nothing, whatever the rows are."""
    return (json.loads(json_line(row)) for row in rows)


def _lines(rows: Iterable[str], _: Sequence[Probe]) -> Iterator[str]:
    return (clean_row(text_of(row).replace("\n", " ")) for row in rows)


def _texts(rows: Iterable[str], _: Sequence[Probe]) -> Iterator[dict[str, Any]]:
    return ({"text": text_of(row)} for row in rows)


def _completions(rows: Iterable[str], _: Sequence[Probe]) -> Iterator[dict[str, Any]]:
    for prompt, completion in _pairs(rows):
        yield {"prompt": prompt, "completion": completion}


def _alpaca(rows: Iterable[str], _: Sequence[Probe]) -> Iterator[dict[str, Any]]:
    for prompt, completion in _pairs(rows):
        yield {"instruction": prompt, "input": "", "output": completion}


def _messages(rows: Iterable[str], _: Sequence[Probe]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {"messages": [{"role": _role(turn), "content": turn.text} for turn in example_of(row).turns]}


def _sharegpt(rows: Iterable[str], _: Sequence[Probe]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {"conversations": [{"from": SPOKEN[turn.role], "value": turn.text} for turn in example_of(row).turns]}


def _role(turn: Turn) -> str:
    return "assistant" if turn.role == "text" else turn.role


def _pairs(rows: Iterable[str]) -> Iterator[tuple[str, str]]:
    for number, row in enumerate(rows, start=1):
        pair = _pair(example_of(row))
        if pair is None:
            raise DataError(
                "Row {row} is a chat of several turns, which is no prompt with a completion.",
                advice="Choose a layout for chats.", row=number,
            )  # fmt: skip
        yield pair


def _pair(example: Example) -> tuple[str, str] | None:
    roles = [turn.role for turn in example.turns]
    *before, last = (turn.text for turn in example.turns)
    if roles in (["text"], ["assistant"], ["user", "assistant"], ["system", "user", "assistant"]):
        return "\n\n".join(before), last
    return None


WRITERS: tuple[Writer, ...] = (
    Writer("JSON Lines", ".jsonl", _as_they_are),
    Writer("Plain text", ".txt", _lines),
    Writer("JSON Lines with texts", ".jsonl", _texts),
    Writer("Prompt and completion", ".jsonl", _completions),
    Writer("Messages", ".jsonl", _messages),
    Writer("Alpaca", ".json", _alpaca),
    Writer("ShareGPT", ".json", _sharegpt),
    Writer("Facts", ".json", fact_records),
)
