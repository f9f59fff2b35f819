"""The syntax of Python's expressions, as far as it is known here, as a tree; `patterns` matches names by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lora_studio.core.models.foreign_files import FlawError, shown

MAX_DEPTH = 50  # of groups in groups
MAX_REPEATS = 1_000

Holds = Callable[[str], bool]


@dataclass(frozen=True)
class Letter:
    """One letter for which `holds`."""

    holds: Holds


@dataclass(frozen=True)
class Place:
    """No letter, but a place: "^", "$", "b" between a word's end and something else, "B" elsewhere."""

    kind: str


@dataclass(frozen=True)
class Row:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Choice:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Repeat:
    """`most` is None for any number."""

    part: Node
    least: int
    most: int | None


Node = Letter | Place | Row | Choice | Repeat


def _is_digit(letter: str) -> bool:
    return letter.isdecimal()


def is_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _is_space(letter: str) -> bool:
    return letter.isspace()


_CLASSES: dict[str, Holds] = {"d": _is_digit, "w": is_word, "s": _is_space}
_PLACES = {"b": "b", "B": "B", "A": "^", "Z": "$"}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}


def _not(holds: Holds) -> Holds:
    return lambda letter: not holds(letter)


def _is(wanted: str) -> Holds:
    return lambda letter: letter == wanted


def _between(first: str, last: str) -> Holds:
    return lambda letter: first <= letter <= last


def _any_of(tests: Iterable[Holds]) -> Holds:
    kept = tuple(tests)
    return lambda letter: any(test(letter) for test in kept)


_ANY = Letter(_not(_is("\n")))
SOMETHING_AND_A_DOT = Row((Repeat(_ANY, 0, None), Letter(_is("."))))


class Parser:
    """Reads the syntax of Python's `re`, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def parsed(self) -> Node:
        tree = self._choice()
        if self._at < len(self._text):
            raise FlawError("the expression closes a group that it does not open")
        return tree

    @property
    def _next(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self) -> str:
        letter = self._next
        if not letter:
            raise FlawError("the expression breaks off")
        self._at += 1
        return letter

    def _takes(self, wanted: str) -> bool:
        found = self._text.startswith(wanted, self._at)
        self._at += len(wanted) if found else 0
        return found

    def _choice(self) -> Node:
        parts = [self._row()]
        while self._takes("|"):
            parts.append(self._row())
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _row(self) -> Node:
        parts: list[Node] = []
        while self._next not in {"", "|", ")"}:
            parts.append(self._repeated(self._one()))
        return Row(tuple(parts))

    def _repeated(self, part: Node) -> Node:
        counts = self._counts()
        if counts is None:
            return part
        if isinstance(part, Place):
            raise FlawError("the expression repeats a place")
        self._takes("?")  # as few as possible: the same names
        if self._next in {"*", "+", "?"} or self._another_count():
            raise FlawError(f"the expression repeats a repetition ({shown(self._text[self._at - 1 : self._at + 1])})")
        return Repeat(part, *counts)

    def _another_count(self) -> bool:
        before = self._at
        found = self._counts() is not None
        self._at = before
        return found

    def _counts(self) -> tuple[int, int | None] | None:
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if self._next in simple:
            return simple[self._take()]
        if self._next != "{":
            return None
        inside, closed, _ = self._text[self._at + 1 :].partition("}")
        least, comma, most = inside.partition(",")
        numbers = [number for number in (least, most) if number]
        if (
            not closed
            or not (numbers or comma)
            or not all(number.isascii() and number.isdecimal() for number in numbers)
        ):
            return None  # a brace like any other letter
        if any(len(number) > 4 or int(number) > MAX_REPEATS for number in numbers):
            raise FlawError(f"the expression repeats something more than {MAX_REPEATS} times")
        self._at += len(inside) + 2
        low = int(least or 0)
        high = (int(most) if most else None) if comma else low
        if high is not None and high < low:
            raise FlawError("the expression repeats something fewer times than at least")
        return low, high

    def _one(self) -> Node:
        if self._another_count():
            raise FlawError("the expression repeats nothing")
        letter = self._take()
        if letter == "(":
            return self._group()
        if letter == "[":
            return Letter(self._set())
        if letter == "\\":
            return self._escaped()
        if letter in {"^", "$"}:
            return Place(letter)
        return _ANY if letter == "." else Letter(_is(letter))

    def _group(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FlawError(f"the expression has more than {MAX_DEPTH} groups in one another")
        if self._takes("?P<"):
            name, closed, _ = self._text[self._at :].partition(">")
            if not closed or not name.isidentifier():
                raise FlawError("the expression breaks off")
            self._at += len(name) + 1
        elif self._next == "?" and not self._takes("?:"):
            raise FlawError(
                f"the expression uses ({shown(self._text[self._at : self._at + 2])}, which is not known here"
            )
        tree = self._choice()
        if self._take() != ")":
            raise FlawError("the expression breaks off")
        self._depth -= 1
        return tree

    def _escaped(self) -> Node:
        letter = self._take()
        if letter in _PLACES:
            return Place(_PLACES[letter])
        return Letter(self._escaped_letter(letter))

    def _escaped_letter(self, letter: str) -> Holds:
        if letter in _CLASSES:
            return _CLASSES[letter]
        if letter.lower() in _CLASSES:
            return _not(_CLASSES[letter.lower()])
        if letter.isalnum() and letter not in _CONTROLS:
            raise FlawError(f"the expression uses \\{shown(letter)}, which is not known here")
        return _is(_CONTROLS.get(letter, letter))

    def _set(self) -> Holds:
        negated = self._takes("^")
        tests: list[Holds] = []
        while not tests or self._next != "]":
            tests.append(self._member())
        self._take()
        found = _any_of(tests)
        return _not(found) if negated else found

    def _member(self) -> Holds:
        first = self._take()
        if first == "\\":
            first = self._take()
            if first in _CLASSES or first.lower() in _CLASSES:
                return self._escaped_letter(first)
            if first.isalnum() and first not in _CONTROLS:
                raise FlawError(f"the expression uses \\{shown(first)}, which is not known here")
            first = _CONTROLS.get(first, first)
        if self._next != "-" or self._text[self._at + 1 : self._at + 2] in {"]", ""}:
            return _is(first)
        self._take()
        last = self._take()
        last = self._take() if last == "\\" else last
        if last < first or (last.isalnum() and self._text[self._at - 2] == "\\"):
            raise FlawError("the expression holds a range that is none")
        return _between(first, last)
