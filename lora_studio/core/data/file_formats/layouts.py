"""What the records of a file look like: the layouts that are known, and how columns are told for any other."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from lora_studio.core.data.dataset import Role
from lora_studio.core.data.file_formats import facts
from lora_studio.core.data.file_formats.records import Container, container_of, records

Kind = Literal["text lines", "texts", "completions", "alpaca", "sharegpt", "messages", "facts", "rows", "unknown"]

LOOKED_AT = 20  # records that tell a layout
SAMPLES = 3
SAMPLE_CHARACTERS = 200
MOST_COLUMNS = 64

PAIRS: tuple[tuple[str, str], ...] = (
    ("prompt", "completion"), ("prompt", "response"), ("question", "answer"), ("input", "output"),
    ("instruction", "response"), ("prompt", "answer"), ("question", "response"), ("query", "response"),
    ("problem", "solution"), ("prompt", "chosen"),
)  # fmt: skip
TEXTS = ("text", "content")
SYSTEMS = ("system", "system_prompt")
ROW_KEYS = {frozenset(("text",)), frozenset(("prompt", "completion")), frozenset(("messages",))}


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which columns hold what: `text` alone, or `completion` with `prompt`, and `system` if there is one.

    A name may have dots, for what lies inside an object: "example.question".
    """

    text: str = ""
    prompt: str = ""
    completion: str = ""
    system: str = ""

    def __post_init__(self) -> None:
        if bool(self.text) == bool(self.completion):
            raise ValueError("name either the text, or the completion")


@dataclass(frozen=True, slots=True)
class Layout:
    """How the records of a file look. `samples` are the first ones' values by `columns`, shortened.

    `mapping` is what the layout means by its columns, where it is only that; None where it is more, or unknown.
    """

    kind: Kind
    container: Container
    columns: tuple[str, ...] = ()
    samples: tuple[tuple[str, ...], ...] = ()
    mapping: ColumnMapping | None = None

    @property
    def is_known(self) -> bool:
        return self.kind != "unknown"

    @property
    def role(self) -> Role:
        """What such data are usually for."""
        if self.kind == "facts":
            return Role.FACT_CORRECTION
        return Role.FINETUNING if self.kind in ("text lines", "texts", "unknown") else Role.INSTRUCTION


def recognise(path: Path) -> Layout:
    """Looks at the first records. Raises DataError: the file cannot be read."""
    container = container_of(path)
    values = [record.value for record in islice(records(path), LOOKED_AT) if not record.flaw]
    mappings = [value for value in values if isinstance(value, dict)]
    columns = tuple(dict.fromkeys(str(name) for value in mappings for name in value))[:MOST_COLUMNS]
    samples = tuple(tuple(_shown(value.get(name)) for name in columns) for value in mappings[:SAMPLES])
    if not columns:
        samples = tuple((_shown(value),) for value in values[:SAMPLES])
    kind = _kind(container, values)
    return Layout(kind, container, columns, samples, _mapping(kind, mappings))


def value_at(record: Mapping[str, Any], name: str) -> Any:
    """The value of a column, or of what lies inside one. Raises KeyError."""
    if name in record:
        return record[name]
    first, dot, rest = name.partition(".")
    inside = record[first]
    if not dot or not isinstance(inside, dict):
        raise KeyError(name)
    return value_at(inside, rest)


def _kind(container: Container, values: Sequence[Any]) -> Kind:
    if container == "text":
        return "text lines"
    keys = {frozenset(value) if isinstance(value, dict) else frozenset[str]() for value in values}
    if len(keys) > 1 and keys <= ROW_KEYS:  # a dataset of ours with rows of several kinds
        return "rows"
    for kind, looks_like in _SIGNS:
        if sum(map(looks_like, values)) * 2 > len(values):  # one strange record does not hide what a file is
            return kind
    return "unknown"


def _mapping(kind: Kind, records_: Sequence[Mapping[str, Any]]) -> ColumnMapping | None:
    for record in records_:
        if kind == "texts" and (name := _text_column(record)):
            return ColumnMapping(text=name)
        if kind == "completions" and (pair := _pair(record)):
            system = next((name for name in SYSTEMS if name in record), "")
            return ColumnMapping(prompt=pair[0], completion=pair[1], system=system)
    return None


def _text_column(record: Mapping[str, Any]) -> str:
    found = next((name for name in TEXTS if isinstance(record.get(name), str)), "")
    return found or (next(iter(record)) if len(record) == 1 and isinstance(next(iter(record.values())), str) else "")


def _pair(record: Mapping[str, Any]) -> tuple[str, str] | None:
    return next((pair for pair in PAIRS if pair[0] in record and pair[1] in record), None)


def _has(*names: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(name in value for name in names)


def _has_list(*names: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and any(isinstance(value.get(name), list) for name in names)


_SIGNS: tuple[tuple[Kind, Callable[[Any], bool]], ...] = (
    ("facts", facts.is_fact),
    ("messages", _has_list("messages")),
    ("sharegpt", _has_list("conversations", "conversation")),
    ("alpaca", _has("instruction", "output")),
    ("completions", lambda value: isinstance(value, dict) and _pair(value) is not None),
    ("texts", lambda value: isinstance(value, str) or (isinstance(value, dict) and bool(_text_column(value)))),
)


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
    text = " ".join(text[: 2 * SAMPLE_CHARACTERS].split())
    return text if len(text) <= SAMPLE_CHARACTERS else text[: SAMPLE_CHARACTERS - 1] + "…"
