"""From rows of token ids to training windows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of a row: `targets[t]` is the token that follows `inputs[t]`."""

    inputs: tuple[int, ...]
    targets: tuple[int, ...]


def windows(rows: Iterable[Sequence[int]], length: int) -> list[Window]:
    """Cuts every row into windows of at most `length` tokens, moved on by one token; shorter rows give one window.

    Rows with fewer than two tokens have nothing to predict and give none.
    """
    return [window for row in rows for window in _windows_of(row, length)]


def window_count(tokens: Iterable[int], length: int) -> int:
    """How many windows rows of so many tokens give."""
    return sum(_count(count - 1, length) for count in tokens)


def _count(predicted: int, length: int) -> int:
    return max(predicted - length + 1, min(predicted, 1), 0)


def _windows_of(row: Sequence[int], length: int) -> Iterable[Window]:
    predicted = len(row) - 1
    for start in range(_count(predicted, length)):
        end = min(start + length, predicted)
        yield Window(tuple(row[start:end]), tuple(row[start + 1 : end + 1]))
