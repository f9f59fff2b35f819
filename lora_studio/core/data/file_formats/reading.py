"""Datasets of others as rows: record by record, with what is wrong told by its line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lora_studio.core.data.builtin import Probe
from lora_studio.core.data.dataset import MAX_ROW_CHARACTERS, MAX_ROWS, Role
from lora_studio.core.data.examples import clean_row, completion_row, messages_row, text_row
from lora_studio.core.data.file_formats import facts
from lora_studio.core.data.file_formats.layouts import ColumnMapping, Kind, Layout, recognise, value_at
from lora_studio.core.data.file_formats.records import Record, records
from lora_studio.core.data.problems import Flaw, RowProblem
from lora_studio.core.errors import DataError

ROLES = {
    "system": "system", "developer": "system", "user": "user", "human": "user", "assistant": "assistant",
    "gpt": "assistant", "chatgpt": "assistant", "model": "assistant", "bot": "assistant",
}  # fmt: skip
REFUSALS: dict[Flaw, str] = {
    "empty": "{path}, line {line} is empty.",
    "no completion": "{path}, line {line} has no completion.",
    "too long": "{path}, line {line} is too long for a row.",
    "not a string": "{path}, line {line}: “{text}” is not a text.",
    "bad JSON": "{path}, line {line} is not valid JSON: {text}",
    "no such column": "{path}, line {line} has no “{text}”.",
    "unknown role": "{path}, line {line}: “{text}” is no role that is known.",
    "half a character": "{path}, line {line} holds half a character (a lone surrogate).",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """What one record gives: a row, and the prompts that ask for it; or else what is wrong with it."""

    line: int
    row: str = ""
    probes: tuple[Probe, ...] = ()
    problem: RowProblem | None = None


@dataclass(frozen=True, slots=True)
class ImportedRows:
    """A file's rows. `problems` are the records that were left out."""

    rows: tuple[str, ...]
    probes: tuple[Probe, ...]
    role: Role
    problems: tuple[RowProblem, ...] = ()


class _Refusal(Exception):  # noqa: N818 - caught at once, and told as a problem
    def __init__(self, kind: Flaw, text: str = "") -> None:
        super().__init__(kind)
        self.kind, self.text = kind, text


def read_dataset(path: Path, how: Layout | ColumnMapping | None = None, *, skip_bad: bool = False) -> ImportedRows:
    """All rows of a file.

    Args:
        how: its layout, or which columns hold what; None: the layout that it is recognised to have.
        skip_bad: leave out records that give no row, and tell of them.

    Raises:
        DataError: it cannot be read, its layout is unknown, it has no rows or too many, or a record gives none.
    """
    how = how or recognise(path)
    rows: list[str] = []
    probes: dict[Probe, None] = {}
    problems: list[RowProblem] = []
    for found in iter_dataset(path, how, skip_bad=skip_bad):
        if found.problem:
            problems.append(found.problem)
        else:
            rows.append(found.row)
            probes.update(dict.fromkeys(found.probes))
    if not rows:
        raise no_rows(path, problems)
    return ImportedRows(tuple(rows), tuple(probes), role_of(how), tuple(problems))


def iter_dataset(path: Path, how: Layout | ColumnMapping, *, skip_bad: bool = False) -> Iterator[Imported]:
    """One record after the other, so that a window stays live while a large file is read.

    Raises what `read_dataset` raises, but not that there are no rows.
    """
    convert = _converter(path, how)
    count = 0
    for record in records(path):
        found = _imported(record, convert)
        if found.problem and not skip_bad:
            raise _refused(path, found.problem)
        count += not found.problem
        if count > MAX_ROWS:
            raise DataError(
                "{path} has more than {limit:,} rows.", advice="Split it into several files.", path=path, limit=MAX_ROWS
            )
        yield found


def role_of(how: Layout | ColumnMapping) -> Role:
    """What such data are usually for."""
    if isinstance(how, Layout):
        return how.role
    return Role.FINETUNING if how.text else Role.INSTRUCTION


def _imported(record: Record, convert: Callable[[Any], tuple[str, tuple[Probe, ...]]]) -> Imported:
    try:
        if record.flaw:
            raise _Refusal(record.flaw, str(record.value))
        row, probes = convert(record.value)
        if len(row) > MAX_ROW_CHARACTERS:
            raise _Refusal("too long", row[:100])
    except _Refusal as refusal:
        return Imported(record.line, problem=RowProblem(record.line, refusal.kind, refusal.text))
    return Imported(record.line, row, probes)


def _refused(path: Path, problem: RowProblem) -> DataError:
    return DataError(
        REFUSALS[problem.kind],
        advice="Mend it, or leave such records out (in a terminal: --skip-bad).",
        path=path, line=problem.line, text=problem.text,
    )  # fmt: skip


def no_rows(path: Path, problems: Sequence[RowProblem]) -> DataError:
    """What to tell of a file without a row that can be used."""
    if problems:
        return _refused(path, problems[0])
    return DataError("{path} has no rows.", advice="Choose a file with examples in it.", path=path)


# From a record to a row

Converter = Callable[[Any], tuple[str, tuple[Probe, ...]]]


def _converter(path: Path, how: Layout | ColumnMapping) -> Converter:
    mapping = how if isinstance(how, ColumnMapping) else how.mapping
    if isinstance(how, Layout) and how.kind in _CONVERTERS:
        return _CONVERTERS[how.kind]
    if mapping is None and isinstance(how, Layout) and how.kind == "texts":  # strings without a name
        return lambda value: (_text(value), ())
    if mapping is None and isinstance(how, Layout) and not how.columns:  # which says what is wrong with its lines
        mapping = ColumnMapping(text="text")
    if mapping is None:
        raise DataError(
            "It is not known what the columns of {path} mean.",
            advice="Tell which hold prompt and completion.", path=path,
        )  # fmt: skip
    return lambda value: (_mapped(value, mapping), ())


def _mapped(value: Any, mapping: ColumnMapping) -> str:
    if mapping.text:
        return _text(value if isinstance(value, str) else _string(value, mapping.text))
    prompt = _column(value, mapping.prompt) if mapping.prompt else ""
    completion = _column(value, mapping.completion)
    if isinstance(prompt, list) and isinstance(completion, list):  # both written as messages
        return _chat([*prompt, *completion], "role", "content")
    system = _string(value, mapping.system, missing="") if mapping.system else ""
    if not isinstance(prompt, str):
        raise _Refusal("not a string", mapping.prompt)
    return _completion(prompt, _string(value, mapping.completion), system)


def _alpaca(value: Any) -> tuple[str, tuple[Probe, ...]]:
    instruction, more = _string(value, "instruction"), _string(value, "input", missing="")
    prompt = f"{instruction}\n\n{more}" if more.strip() else instruction
    return _completion(prompt, _string(value, "output"), _string(value, "system", missing="")), ()


def _sharegpt(value: Any) -> tuple[str, tuple[Probe, ...]]:
    name = "conversations" if isinstance(value, dict) and "conversations" in value else "conversation"
    turns, system = _column(value, name), _string(value, "system", missing="")
    if not isinstance(turns, list):
        raise _Refusal("not a string", name)
    first = [{"from": "system", "value": system}] if system.strip() else []
    if all(isinstance(turn, dict) and "role" in turn for turn in turns):
        return _chat(turns, "role", "content"), ()
    return _chat([*first, *turns], "from", "value"), ()


def _messages(value: Any) -> tuple[str, tuple[Probe, ...]]:
    turns = _column(value, "messages")
    if not isinstance(turns, list):
        raise _Refusal("not a string", "messages")
    return _chat(turns, "role", "content"), ()


def _fact(value: Any) -> tuple[str, tuple[Probe, ...]]:
    if not facts.is_fact(value):
        raise _Refusal("no such column", "target_new")
    prompt, target = facts.fact_of(value)
    for name, text in (("prompt", prompt), ("target_new", target)):
        if not isinstance(text, str):
            raise _Refusal("not a string", name)
    assert isinstance(prompt, str)
    assert isinstance(target, str)
    if not prompt.strip():
        raise _Refusal("empty")
    if not target.strip():
        raise _Refusal("no completion", prompt[:100])
    return facts.fact_row(_whole(prompt), _whole(target)), facts.probes_of(value, prompt, target)


def _row(value: Any) -> tuple[str, tuple[Probe, ...]]:
    """A row of any kind, as it is kept."""
    if isinstance(value, dict) and "messages" in value:
        return _messages(value)
    if isinstance(value, dict) and "text" not in value:
        return _completion(_string(value, "prompt"), _string(value, "completion"), ""), ()
    return _text(_string(value, "text")), ()


_CONVERTERS: dict[Kind, Converter] = {
    "rows": _row,
    "text lines": lambda value: (_line(value), ()),
    "alpaca": _alpaca,
    "sharegpt": _sharegpt,
    "messages": _messages,
    "facts": _fact,
}


def _chat(turns: list[Any], who: str, what: str) -> str:
    messages = []
    for turn in turns:
        if not isinstance(turn, dict) or not isinstance(turn.get(who), str):
            raise _Refusal("no such column", who)
        role = ROLES.get(turn[who].strip().casefold())
        if role is None:
            raise _Refusal("unknown role", turn[who][:100])
        text = _content(turn.get(what), what)
        if text.strip() or role != "system":
            messages.append((role, _whole(text)))
    if not messages:
        raise _Refusal("empty")
    if not any(role == "assistant" and text.strip() for role, text in messages):
        raise _Refusal("no completion", messages[0][1][:100])
    return messages_row(messages)


def _content(value: Any, name: str) -> str:
    """A message's text, which may be written in parts."""
    if isinstance(value, list) and all(isinstance(part, dict) and isinstance(part.get("text"), str) for part in value):
        return "\n".join(part["text"] for part in value)
    if not isinstance(value, str):
        raise _Refusal("not a string", name)
    return value


def _completion(prompt: str, completion: str, system: str) -> str:
    if not completion.strip():
        raise _Refusal("no completion" if prompt.strip() else "empty", prompt[:100])
    return completion_row(_whole(prompt), _whole(completion), _whole(system) if system.strip() else "")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Refusal("not a string", str(value)[:100])
    row = text_row(_whole(value))
    if not row:
        raise _Refusal("empty")
    return row


def _line(value: str) -> str:
    row = clean_row(value)
    if not row:
        raise _Refusal("empty")
    return row


def _column(value: Any, name: str) -> Any:
    if not isinstance(value, Mapping):
        raise _Refusal("no such column", name)
    try:
        return value_at(value, name)
    except KeyError:
        raise _Refusal("no such column", name) from None


def _string(value: Any, name: str, missing: str | None = None) -> str:
    try:
        found = _column(value, name)
    except _Refusal:
        if missing is None:
            raise
        return missing
    if found is None and missing is not None:
        return missing
    if not isinstance(found, str):
        raise _Refusal("not a string", name)
    return found


def _whole(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _Refusal("half a character", "") from None
    return text
