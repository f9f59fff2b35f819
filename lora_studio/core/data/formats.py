"""Rows in and out of files. A format is one line in FORMATS; its suffix chooses it."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lora_studio.core.data.dataset import MAX_ROW_CHARACTERS, MAX_ROWS
from lora_studio.core.data.examples import clean_row, is_structured, text_of, text_row
from lora_studio.core.errors import DataError
from lora_studio.core.files import write_atomically

_ENCODER = json.JSONEncoder(ensure_ascii=False)
MAX_FILE_BYTES = 256 * 1024 * 1024
MAX_LINE_BYTES = 12 * MAX_ROW_CHARACTERS + 1024  # JSON may write one character as twelve ("\ud83d\ude00")


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file. `read` turns one line into a row, or None where the line holds none; `write` does the reverse."""

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[str], str | None]
    write: Callable[[str], str]


class _LineError(ValueError):
    """A line that is refused: a message with the fields `path`, `line` and those given here."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.values = values


def _read_text(line: str) -> str | None:
    return clean_row(line) or None


def _write_text(row: str) -> str:
    line = clean_row(text_of(row).replace("\n", " ")) if is_structured(row) else row
    return line + "\n" if line else ""  # an empty line would not be read back


def _read_json(line: str) -> str | None:
    if not line.strip():
        return None
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise _LineError(
            "{path}, line {line} is not valid JSON: {reason} (character {column}).",
            reason=error.msg,
            column=error.colno,
        ) from error
    except (RecursionError, ValueError) as error:  # nested absurdly deep, or a number with thousands of digits
        raise _LineError("{path}, line {line} is not a plain JSON object.") from error
    if isinstance(value, dict) and "text" not in value and is_structured(row := clean_row(line)):
        said = "".join(_strings(value))
    else:
        said = _text_of(value)
        row = text_row(said) if isinstance(value, dict) else clean_row(said)
    try:
        said.encode()
    except UnicodeEncodeError as error:  # JSON can spell half a character ("\ud83d"), which no file could hold
        raise _LineError("{path}, line {line} holds half a character (a lone surrogate).") from error
    return row


def _strings(value: object) -> Iterator[str]:
    """All that is said in a structured row."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def _text_of(value: object) -> str:
    if isinstance(value, dict) and "text" not in value:
        raise _LineError("{path}, line {line} has no “text”.")
    text = value["text"] if isinstance(value, dict) else value
    if not isinstance(text, str):
        raise _LineError("{path}, line {line}: the text is not a string.")
    return text


def _write_json(row: str) -> str:
    return json_line(row) + "\n"


def json_line(row: str) -> str:
    """A clean row as one line of JSON: what is structured says itself."""
    return row if is_structured(row) else _ENCODER.encode({"text": row})


FORMATS: tuple[Format, ...] = (
    Format("JSON Lines", (".jsonl",), _read_json, _write_json),
    Format("Plain text", (".txt",), _read_text, _write_text),
)


def read_rows(path: Path) -> list[str]:
    """All rows of a file. Raises DataError: it cannot be read or understood, is too large, or has no rows."""
    return list(iter_rows(path))


def iter_rows(path: Path) -> Iterator[str]:
    """The rows one by one, so that a window stays live while a large file is read. Raises what `read_rows` raises."""
    reader = _format_of(path).read
    count = 0
    for number, line in _numbered_lines(path):
        row = _read_line(reader, line, number, path)
        if row is None:
            continue
        count += 1
        if count > MAX_ROWS:
            raise DataError(
                "{path} has more than {limit:,} rows.", advice="Split it into several files.", path=path, limit=MAX_ROWS
            )
        yield row
    if not count:
        raise DataError("{path} has no rows.", advice="Choose a file with one example a line.", path=path)


def write_rows(path: Path, rows: Iterable[str]) -> None:
    """Replaces the file. Raises DataError: the suffix is unknown; StorageError: it cannot be written."""
    writer = _format_of(path).write
    write_atomically(path, "".join(writer(row) for row in rows).encode())


def is_known(path: Path) -> bool:
    """Whether the suffix is one that can be read and written."""
    return any(path.suffix.lower() in format_.suffixes for format_ in FORMATS)


def _format_of(path: Path) -> Format:
    for format_ in FORMATS:
        if path.suffix.lower() in format_.suffixes:
            return format_
    raise DataError(
        "{path} is of an unknown kind.",
        advice="Use a file that ends in {known}.",
        path=path,
        known=" or ".join(suffix for format_ in FORMATS for suffix in format_.suffixes),
    )


def _numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines as text, counted from 1. Read as bytes, so that what is not UTF-8 can be told by its line and byte."""
    try:
        with path.open("rb") as file:
            _check_size(path)
            for number, line in enumerate(iter(lambda: file.readline(MAX_LINE_BYTES + 1), b""), start=1):
                if len(line) > MAX_LINE_BYTES:
                    raise _too_long(path, number)
                yield number, _decoded(line.removeprefix(codecs.BOM_UTF8) if number == 1 else line, number, path)
    except OSError as error:
        raise DataError(
            "{path} cannot be read: {reason}.",
            advice="Check that it is there and that you may read it.",
            path=path,
            reason=error.strerror or str(error),
        ) from error


def _check_size(path: Path) -> None:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise DataError(
            "{path} is larger than {limit} MiB.",
            advice="Split it into several files.",
            path=path,
            limit=MAX_FILE_BYTES >> 20,
        )


def _decoded(line: bytes, number: int, path: Path) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(
            "{path} is not UTF-8 text: line {line}, byte {byte}.",
            advice="Open it in an editor and save it as UTF-8.",
            path=path,
            line=number,
            byte=error.start + 1,
        ) from error


def _read_line(reader: Callable[[str], str | None], line: str, number: int, path: Path) -> str | None:
    try:
        row = reader(line)
    except _LineError as error:
        raise DataError(
            str(error),
            advice='Write each line like {{"text": "die katze sitzt"}}.',
            path=path,
            line=number,
            **error.values,
        ) from error
    if row is not None and len(row) > MAX_ROW_CHARACTERS:
        raise _too_long(path, number)
    return row


def _too_long(path: Path, number: int) -> DataError:
    return DataError(
        "{path}, line {line} is longer than {limit:,} characters.",
        advice="Write one example a line.",
        path=path,
        line=number,
        limit=MAX_ROW_CHARACTERS,
    )
