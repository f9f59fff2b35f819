"""From rows of token ids to training windows. Free of torch."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

IGNORED = -100  # a target that the loss leaves out
OPEN_AT_ONCE = 64  # windows with room that a row may still be put into

Arrangement = Literal["sliding", "whole", "packed"]


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens that are read together: `targets[t]` is the token that follows `inputs[t]`, or IGNORED.

    `positions` count from 0 in each of several rows that share the window; None: it holds one.
    """

    inputs: tuple[int, ...]
    targets: tuple[int, ...]
    positions: tuple[int, ...] | None = None


class Outline(NamedTuple):
    """What decides how a row is cut: how many of its tokens can be predicted, and which of those are learned.

    `learned` are runs (start, end) of predicted tokens. `divisible`: what is too long for a window goes on in the next,
    as texts do; of a chat only the beginning is read.
    """

    predicted: int
    learned: tuple[tuple[int, int], ...]
    divisible: bool = True

    @classmethod
    def of(cls, learned: Sequence[bool], *, divisible: bool = True) -> Outline:
        """`learned` tells of each token whether it is a target; the first of a row never is."""
        predicted = max(0, len(learned) - 1)
        if all(learned[1:]):
            return cls(predicted, ((0, predicted),) if predicted else (), divisible)
        return cls(predicted, tuple(_runs(learned[1:])), divisible)

    def learns(self, start: int, end: int) -> bool:
        """Whether anything between two predicted tokens is learned."""
        return self.learns_all or any(first < end and start < last for first, last in self.learned)

    @property
    def learns_all(self) -> bool:
        return self.learned == ((0, self.predicted),)


class Piece(NamedTuple):
    """`length` predicted tokens of the row with this index, from `start` on."""

    row: int
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Windows, each of one or, packed, several pieces.

    `shortened` are the rows of which the end is not read, `left_out` those of which nothing is learned.
    """

    windows: list[tuple[Piece, ...]]
    shortened: tuple[int, ...]
    left_out: tuple[int, ...]


def cut(outlines: Sequence[Outline], length: int, arrangement: Arrangement, seed: int = 0) -> Cut:
    """Cuts rows into windows of at most `length` tokens. Windows of which nothing is learned are left out.

    "sliding" moves a window on by one token; a shorter row gives one window. "whole" gives one window a row: a longer
    text goes on in further ones, and a longer chat loses its end. "packed" fills each window with as many of these as
    fit, in an order that `seed` decides once, so that every epoch has the same windows in another order.
    """
    pieces: list[Piece] = []
    shortened, left_out = [], []
    for row, outline in enumerate(outlines):
        found = list(_pieces(row, outline, length, arrangement))
        if not outline.learns_all:
            found = [piece for piece in found if outline.learns(piece.start, piece.start + piece.length)]
        pieces += found
        if not found:
            left_out.append(row)
        elif arrangement != "sliding" and not outline.divisible and outline.predicted > length:
            shortened.append(row)
    found_windows: list[tuple[Piece, ...]] = [(piece,) for piece in pieces]
    if arrangement == "packed":
        found_windows = _packed(pieces, length, seed)
    return Cut(found_windows, tuple(shortened), tuple(left_out))


def windows(rows: Iterable[Sequence[int]], length: int) -> list[Window]:
    """Cuts every row into windows of at most `length` tokens, moved on by one token; shorter rows give one window.

    Rows with fewer than two tokens have nothing to predict and give none.
    """
    return [window for row in rows for window in _windows_of(row, length)]


def window_count(tokens: Iterable[int], length: int) -> int:
    """How many sliding windows rows of so many tokens give."""
    return sum(_count(count - 1, length) for count in tokens)


def _count(predicted: int, length: int) -> int:
    return max(predicted - length + 1, min(predicted, 1), 0)


def _windows_of(row: Sequence[int], length: int) -> Iterable[Window]:
    predicted = len(row) - 1
    for start in range(_count(predicted, length)):
        end = min(start + length, predicted)
        yield Window(tuple(row[start:end]), tuple(row[start + 1 : end + 1]))


def _pieces(row: int, outline: Outline, length: int, arrangement: Arrangement) -> Iterator[Piece]:
    predicted = outline.predicted
    if arrangement == "sliding":
        for start in range(_count(predicted, length)):
            yield Piece(row, start, min(length, predicted - start))
        return
    for start in range(0, predicted if outline.divisible else min(predicted, 1), length):
        yield Piece(row, start, min(length, predicted - start))


def _packed(pieces: list[Piece], length: int, seed: int) -> list[tuple[Piece, ...]]:
    """Each piece goes into the first window that is open and has room; the fullest is closed where there are many."""
    random.Random(seed).shuffle(pieces)
    done: list[list[Piece]] = []
    open_ones: list[tuple[int, list[Piece]]] = []  # room, and what is there
    for piece in pieces:
        place = next((i for i, (room, _) in enumerate(open_ones) if room >= piece.length), None)
        room, there = open_ones.pop(place) if place is not None else (length, [])
        there.append(piece)
        if place is None:
            done.append(there)
        if room > piece.length:
            open_ones.insert(place if place is not None else len(open_ones), (room - piece.length, there))
        if len(open_ones) > OPEN_AT_ONCE:
            open_ones.remove(min(open_ones, key=lambda one: one[0]))
    return [tuple(window) for window in done]


def _runs(learned: Sequence[bool]) -> Iterator[tuple[int, int]]:
    start = None
    for place, is_learned in enumerate(learned):
        if is_learned and start is None:
            start = place
        elif not is_learned and start is not None:
            yield start, place
            start = None
    if start is not None:
        yield start, len(learned)
