"""The tables of docs/guide.md that follow from the program: every method's settings, and the keys.

In the guide each stands between `<!-- NAME -->` and `<!-- end of NAME -->`. take_screenshots.py renews them, a test
fails where one is out of date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pydantic.fields import FieldInfo

from lora_studio.core.methods import METHODS, Lora, Method
from lora_studio.core.recipe import Protection, TrainingSettings

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

HEAD = ("| setting | default | range | what it does |", "| --- | --- | --- | --- |")
SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def renewed(guide: str, entries: Iterable[tuple[tuple[str, ...], QAction]]) -> str:
    """The guide's text with its tables as they should be. `entries` are the menus' actions with their menus."""
    for name, table in (("settings", settings_table()), ("keys", keys_table(entries))):
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, found, rest = guide.partition(begin)
        after = rest.partition(end)[2]
        if not (found and after):
            raise ValueError(f"the guide has no place for the table “{name}”")
        guide = f"{before}{begin}{table}{end}{after}"
    return guide


# Settings


def settings_table() -> str:
    """Each method with the settings that only it has, then how a run trains, and protection."""
    parts = [_part(f"{method.title} (`{method.name}`)", _summary(method), _own(method)) for method in METHODS]
    parts.append(_part("Training", "How a run trains, for every method with a loss.", TrainingSettings.model_fields))
    parts.append(_part("Protection", "See [Data](#data) for which rows are kept.", Protection.model_fields))
    return "\n" + "\n\n".join(parts) + "\n\n"


def _summary(method: type[Method]) -> str:
    parts = [method.summary]
    if method.learns_by_gradients:
        parts.append(f"Usual learning rate on MiniGPT: {method.usual_learning_rate:g}.")
    if issubclass(method, Lora) and method is not Lora:
        own = "these" if _own(method) else "no others"
        parts.append(f"It has the settings of LoRA, and {own}.")
    elif not method.model_fields:
        parts.append("It has no settings of its own.")
    if method.needs_package:
        parts.append(f"Needs the package {method.needs_package}.")
    return " ".join(parts)


def _own(method: type[Method]) -> dict[str, FieldInfo]:
    inherited = Lora.model_fields if issubclass(method, Lora) and method is not Lora else {}
    return {name: field for name, field in method.model_fields.items() if not _same(field, inherited.get(name))}


def _same(field: FieldInfo, other: FieldInfo | None) -> bool:
    return other is not None and (field.title, field.default, field.description) == (
        other.title, other.default, other.description,
    )  # fmt: skip


def _part(title: str, text: str, fields: dict[str, FieldInfo]) -> str:
    rows = [_row(field) for field in fields.values()]
    return "\n".join((f"**{title}.** {text}", *(("", *HEAD, *rows) if rows else ())))


def _row(field: FieldInfo) -> str:
    extra: Any = field.json_schema_extra or {}
    unit = f" ({extra['unit']})" if extra.get("unit") else ""
    formula = extra.get("formula", "").replace("\n", ";  ")
    text = f"{field.description} `{formula}`" if formula else str(field.description)
    labels = extra.get("labels") or {}
    return f"| {field.title}{unit} | {_value(field.default, labels)} | {_range(field, labels)} | {text} |"


def _value(value: object, labels: dict[object, str]) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ", ".join(f"`{part}`" for part in value)
    return labels.get(value) or (_number(value) if isinstance(value, int | float) else str(value) or "empty")


def _range(field: FieldInfo, labels: dict[object, str]) -> str:
    if len(labels) > 1:
        return "; ".join(labels.values())
    limits = {name: getattr(limit, name) for limit in field.metadata for name in SIGNS if hasattr(limit, name)}
    if {"ge", "le"} <= set(limits):
        return f"{_number(limits['ge'])} to {_number(limits['le'])}"
    return ", ".join(f"{SIGNS[name]} {_number(limit)}" for name, limit in limits.items())


def _number(number: float) -> str:
    text = f"{number:,}" if isinstance(number, int) else f"{number:g}"
    return text.replace("-", "−")


# Keys


def keys_table(entries: Iterable[tuple[tuple[str, ...], QAction]]) -> str:
    """What the keyboard does, by menu, then by panel: the same list as under F1."""
    lines = ["", "| where | what | keys |", "| --- | --- | --- |"]
    lines += [f"| {where} | {what} | {keys} |" for where, what, keys in (*_of_menus(entries), *_further())]
    return "\n".join(lines) + "\n\n"


def _of_menus(entries: Iterable[tuple[tuple[str, ...], QAction]]) -> Iterator[tuple[str, str, str]]:
    from lora_studio.ui.help_windows import MOST_KEYS
    from lora_studio.ui.menus import plain

    for path, action in entries:
        if keys := [key.toString() for key in action.shortcuts()[:MOST_KEYS]]:
            what = ": ".join((*path[1:], plain(action.text()).removesuffix("…")))
            yield path[0], what, ", ".join(f"`{key}`" for key in keys)


def _further() -> Iterator[tuple[str, str, str]]:
    from lora_studio.ui.help_windows import FURTHER_KEYS

    for where, keys, what in FURTHER_KEYS:
        yield str(where), str(what), ", ".join(f"`{key}`" for key in keys.split(", "))
