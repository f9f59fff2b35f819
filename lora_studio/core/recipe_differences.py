"""What is different in two recipes, line by line, as a person would read it. Free of torch and of any language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic.fields import FieldInfo

from lora_studio.core.data.builtin import Probe
from lora_studio.core.data.dataset import Dataset
from lora_studio.core.methods import Method
from lora_studio.core.recipe import Protection, Recipe, TrainingSettings
from lora_studio.core.settings import Settings

MOST_ROWS = 20  # of a dataset that are listed one by one

Value = bool | int | float | str | tuple[str, ...] | None
Pair = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Difference:
    """One line. `before` and `after` are what the two recipes say; None: it does not exist there.

    `section` and `title` are English, as the settings' titles are; a title is a dataset's or a prompt's own text where
    `is_own`. Of a dataset, the first line compares the number of its rows and counts those that were added, taken away
    and changed; then come the rows themselves (`is_row`), of which `left_out` are not listed.
    """

    section: str
    title: str
    before: Value
    after: Value
    unit: str = ""
    is_own: bool = False
    is_row: bool = False
    added: int = 0
    removed: int = 0
    changed: int = 0
    left_out: int = 0


def differences(before: Recipe, after: Recipe) -> tuple[Difference, ...]:
    """In the order of a recipe; empty if both say the same."""
    return (
        *_of_fields("Recipe", _plain_fields(before), _plain_fields(after)),
        *_of_methods(before.method, after.method),
        *_of_fields("Training", _fields(before.training), _fields(after.training)),
        *_of_fields("Protection", _fields(before.protection), _fields(after.protection)),
        *_of_datasets("Datasets", before.datasets, after.datasets),
        *_of_datasets("Kept rows", before.kept, after.kept),
        *_of_datasets("Held-out rows", before.held_out, after.held_out),
        *_of_probes(before.probes, after.probes),
    )


# Settings


@dataclass(frozen=True, slots=True)
class _Field:
    title: str
    value: Value
    unit: str


def _of_methods(before: Method, after: Method) -> Iterator[Difference]:
    if before.name != after.name:
        yield Difference("Method", "Method", before.title, after.title)
    yield from _of_fields("Method", _fields(before), _fields(after))


def _of_fields(section: str, before: dict[str, _Field], after: dict[str, _Field]) -> Iterator[Difference]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        known = new or old
        assert known is not None
        values = (old.value if old else None, new.value if new else None)
        if values[0] != values[1] or type(values[0]) is not type(values[1]):
            yield Difference(section, known.title, *values, unit=known.unit)


def _plain_fields(recipe: Recipe) -> dict[str, _Field]:
    """Those of a recipe that are no groups of settings."""
    titles = {name: field.title or name for name, field in Recipe.model_fields.items()}
    return {name: _Field(titles[name], getattr(recipe, name), "") for name in ("name", "base")}


def _fields(settings: Method | TrainingSettings | Protection) -> dict[str, _Field]:
    """The settings that mean something as the others stand."""
    found = {}
    for name, field in type(settings).model_fields.items():
        extra = _extra(field)
        condition = extra.get("shown_if")
        if condition and getattr(settings, condition[0]) != condition[1]:
            continue
        found[name] = _Field(field.title or name, _value(settings, name, extra), str(extra.get("unit", "")))
    return found


def _value(settings: Settings, name: str, extra: dict[str, Any]) -> Value:
    value = getattr(settings, name)
    label = extra.get("labels", {}).get(value) if isinstance(value, str | int | float) else None
    if label is not None:
        return str(label)
    if isinstance(value, tuple | list):
        return tuple(str(part) for part in value)
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)


def _extra(field: FieldInfo) -> dict[str, Any]:
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


# Datasets


def _of_datasets(section: str, before: Sequence[Dataset], after: Sequence[Dataset]) -> Iterator[Difference]:
    old, new = _by_name(before), _by_name(after)
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) != new.get(key):
            yield from _of_rows(section, key[0], old.get(key), new.get(key))


def _by_name(datasets: Sequence[Dataset]) -> dict[tuple[str, int], tuple[str, ...]]:
    """The rows by name and how many of that name come before: names can repeat."""
    seen: Counter[str] = Counter()
    found = {}
    for dataset in datasets:
        found[dataset.name, seen[dataset.name]] = dataset.rows
        seen[dataset.name] += 1
    return found


def _of_rows(
    section: str, name: str, before: tuple[str, ...] | None, after: tuple[str, ...] | None
) -> Iterator[Difference]:
    if before is None or after is None:  # the whole dataset; its rows would say nothing about a difference
        old_count, new_count = (None if rows is None else len(rows) for rows in (before, after))
        yield Difference(section, name, old_count, new_count, unit="rows", is_own=True)
        return
    pairs = changed_rows(before, after)
    added = sum(old is None for old, _ in pairs)
    removed = sum(new is None for _, new in pairs)
    yield Difference(
        section, name, len(before), len(after), unit="rows", is_own=True,
        added=added, removed=removed, changed=len(pairs) - added - removed,
        left_out=max(0, len(pairs) - MOST_ROWS),
    )  # fmt: skip
    for old, new in pairs[:MOST_ROWS]:
        yield Difference(section, name, old, new, is_own=True, is_row=True)


def changed_rows(before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    """What became of each row that differs: (old, new); (old, None): taken away; (None, new): added.

    Rows that only stand elsewhere are no difference. Linear in the number of rows.
    """
    begin, end = _shared_ends(before, after)
    old, new = before[begin : len(before) - end], after[begin : len(after) - end]
    if len(old) == len(new):
        edited = [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]
        if not {row for row, _ in edited} & {row for _, row in edited}:  # in place, none has moved
            return list(edited)
    return [
        *((row, None) for row in _without(old, new)),
        *((None, row) for row in _without(new, old)),
    ]


def _shared_ends(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """How many rows are the same at the beginning, and then at the end."""
    most = min(len(before), len(after))
    begin = next((place for place in range(most) if before[place] != after[place]), most)
    most -= begin
    end = next((place for place in range(most) if before[-1 - place] != after[-1 - place]), most)
    return begin, end


def _without(rows: Sequence[str], others: Sequence[str]) -> list[str]:
    """The rows that the others do not have, each as often as it is missing there."""
    left = Counter(others)
    found = []
    for row in rows:
        if left[row] > 0:
            left[row] -= 1
        else:
            found.append(row)
    return found


# Probes


def _of_probes(before: Sequence[Probe], after: Sequence[Probe]) -> Iterator[Difference]:
    """A prompt that is watched in one of the two only, or with another wanted token ("": none)."""
    old, new = ({probe.prompt: probe.wanted for probe in probes} for probes in (before, after))
    for prompt in dict.fromkeys((*old, *new)):
        if old.get(prompt) != new.get(prompt):
            yield Difference("Probes", prompt, old.get(prompt), new.get(prompt), is_own=True)
