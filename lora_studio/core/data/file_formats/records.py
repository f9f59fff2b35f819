"""The records of a file, one by one: lines, objects, lines of a table. A large file is never in memory as a whole."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from lora_studio.core.data.dataset import MAX_ROW_CHARACTERS
from lora_studio.core.errors import DataError

Container = Literal["text", "json lines", "json", "csv", "tsv"]

CONTAINERS: dict[str, Container] = {
    ".txt": "text", ".jsonl": "json lines", ".ndjson": "json lines", ".json": "json", ".csv": "csv", ".tsv": "tsv",
}  # fmt: skip
MAX_FILE_BYTES = 4 << 30
MAX_RECORD_CHARACTERS = 12 * MAX_ROW_CHARACTERS + 1024  # JSON may write one character as twelve ("\ud83d\ude00")
PIECE = 1 << 16  # characters that are read at once
CHATS = frozenset(("messages", "conversations", "conversation"))  # lists of objects that belong to one example


@dataclass(frozen=True, slots=True)
class Record:
    """What stands in a file from a line on, counted from 1. `flaw` says why it cannot be read: "" if it can."""

    line: int
    value: Any
    flaw: Literal["", "bad JSON", "too long"] = ""


def container_of(path: Path) -> Container:
    """Raises DataError: the suffix is unknown."""
    found = CONTAINERS.get(path.suffix.lower())
    if found is None:
        raise DataError(
            "{path} is of an unknown kind.",
            advice="Use a file that ends in {known}.",
            path=path, known=", ".join(sorted(CONTAINERS)),
        )  # fmt: skip
    return found


def is_importable(path: Path) -> bool:
    """Whether the suffix is one that datasets of others come with."""
    return path.suffix.lower() in CONTAINERS


def records(path: Path) -> Iterator[Record]:
    """The records, without blank lines. A table's are mappings from its first line's names.

    Raises:
        DataError: the file cannot be read, is too large, no UTF-8, or its JSON is broken so that no further record can
            be told.
    """
    container = container_of(path)
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise DataError(
                "{path} is larger than {limit} MiB.",
                advice="Split it into several files.", path=path, limit=MAX_FILE_BYTES >> 20,
            )  # fmt: skip
        with path.open(encoding="utf-8-sig", newline="") as file:
            if container in ("csv", "tsv"):
                yield from _table(path, file, "\t" if container == "tsv" else ",")
            elif container == "json":
                yield from _array(path, file)
            else:
                yield from _lines(file, is_json=container == "json lines")
    except UnicodeDecodeError as error:
        raise DataError(
            "{path} is not UTF-8 text.", advice="Open it in an editor and save it as UTF-8.", path=path
        ) from error
    except OSError as error:
        raise DataError(
            "{path} cannot be read: {reason}.",
            advice="Check that it is there and that you may read it.",
            path=path,
            reason=error.strerror or str(error),
        ) from error


def _lines(file: IO[str], *, is_json: bool) -> Iterator[Record]:
    for number, line in enumerate(_split(file), start=1):
        if not line.strip():
            continue
        if len(line) > MAX_RECORD_CHARACTERS:
            yield Record(number, line[:100], "too long")
        elif is_json:
            yield _parsed(number, line)
        else:
            yield Record(number, line)


def _split(file: IO[str]) -> Iterator[str]:
    """Lines at line feeds alone: U+2028 may stand inside a text. Of a line without end, only the beginning is kept."""
    rest = ""
    while piece := file.read(PIECE):
        *lines, last = piece.split("\n")
        for line in lines:
            yield rest + line
            rest = ""
        if len(rest) <= MAX_RECORD_CHARACTERS:
            rest += last
    if rest:
        yield rest


def _parsed(number: int, line: str) -> Record:
    try:
        return Record(number, json.loads(line))
    except (ValueError, RecursionError):
        return Record(number, line.strip()[:100], "bad JSON")


# A JSON array


def _array(path: Path, file: IO[str]) -> Iterator[Record]:
    """The elements of an array, or of the first list of objects in an object; or objects one below the other.

    Only the element that is being read is in memory.
    """
    text = _Text(file)
    if text.peek() == "{":
        first = text.value()
        if first is not _BROKEN:
            yield from _objects(path, text, first)
            return
        text.rewind()  # too long for one example, so the list must be inside
        if not _enter(text):
            raise _no_json(path, text.line)
    if text.peek() != "[":
        raise _no_json(path, text.line)
    text.skip()
    while text.peek() not in ("]", ""):
        line, value = text.line, text.value()
        if value is _BROKEN:
            raise _no_json(path, line)
        yield Record(line, value)
        if text.peek() == ",":
            text.skip()
        elif text.peek() != "]":
            break
    if text.peek() != "]":
        raise _no_json(path, text.line)


def _objects(path: Path, text: _Text, first: Any) -> Iterator[Record]:
    """What a file that begins with an object holds: it alone, the list in it, or more of them behind it."""
    if not text.peek():
        inside = [value for name, value in first.items() if name not in CHATS and _is_list_of_objects(value)]
        yield from (Record(1, value) for value in (inside[0] if inside else [first]))
        return
    yield Record(1, first)
    while text.peek():
        line, value = text.line, text.value()
        if value is _BROKEN:
            raise _no_json(path, line)
        yield Record(line, value)


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _enter(text: _Text) -> bool:
    """Moves to the first list among an object's values; False: it has none."""
    text.skip()
    while text.peek() == '"':
        if text.value() is _BROKEN or text.peek() != ":":
            return False
        text.skip()
        if text.peek() == "[":
            return True
        if text.value() is _BROKEN or text.peek() != ",":
            return False
        text.skip()
    return False


def _no_json(path: Path, line: int) -> DataError:
    return DataError(
        "{path} is not valid JSON from line {line} on.",
        advice="It should be a list of objects: [{{…}}, {{…}}].", path=path, line=line,
    )  # fmt: skip


_BROKEN = object()


class _Text:
    """A long text of JSON, of which only the part that is being read is there."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._decoder = json.JSONDecoder()
        self._text = ""
        self._place = 0
        self._whole = True  # nothing has been dropped yet
        self.line = 1

    def peek(self) -> str:
        """The next character that is no white space; "" at the end."""
        while True:
            while self._place < len(self._text):
                character = self._text[self._place]
                if not character.isspace():
                    return character
                self.line += character == "\n"
                self._place += 1
            if not self._more(PIECE):
                return ""

    def skip(self) -> None:
        """Past the character that `peek` gave."""
        self._place += 1

    def rewind(self) -> None:
        """Back to the beginning; only after one value."""
        assert self._whole
        self._place, self.line = 0, 1
        self.peek()

    def value(self) -> Any:
        """The value that begins here, read on as far as it goes; _BROKEN: there is none, or it is too long."""
        self.peek()
        needed = PIECE
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._place)
            except (ValueError, RecursionError):
                if len(self._text) - self._place > MAX_RECORD_CHARACTERS or not self._more(needed):
                    return _BROKEN
                needed *= 2  # so that a long value is not tried too often
                continue
            if end < len(self._text) or not self._more(PIECE):  # a number may go on in what has just been read
                self.line += self._text.count("\n", self._place, end)
                self._place = end
                return value

    def _more(self, size: int) -> bool:
        """Reads on, and drops what has been read before this value. False: there is no more."""
        piece = self._file.read(size)
        if not piece:
            return False
        self._whole = self._whole and self._place == 0
        self._text = self._text[self._place :] + piece
        self._place = 0
        return True


# A table


def _table(path: Path, file: IO[str], delimiter: str) -> Iterator[Record]:
    lines = (line + "\n" for line in _split(file))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        names = next(reader, None)
        if not names:
            return
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if any(cell.strip() for cell in cells):
                yield Record(line, dict(zip(names, cells, strict=False)))
    except csv.Error as error:
        raise DataError(
            "{path}, line {line} is not a line of a table: {reason}.",
            advice="Quote cells that hold the separator or a line break.",
            path=path, line=reader.line_num, reason=error,
        ) from error  # fmt: skip
