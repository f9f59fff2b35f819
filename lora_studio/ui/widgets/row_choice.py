"""Which tokens a board shows, and how they keep their places while the numbers move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lora_studio.core.events import Comparison

FEW = 6  # rows, until more are asked for
WORTH_A_CHANGE = 0.02  # by so much a hidden token must be more probable than a shown one to take its place


@dataclass(frozen=True, slots=True)
class Rows:
    """Indices of the tokens to show, from top to bottom; `highest_hidden` is the most probable of the others."""

    shown: tuple[int, ...]
    hidden: int
    highest_hidden: float


def choose_rows(comparison: Comparison, limit: int, before: Sequence[str] = ()) -> Rows:
    """At most `limit` tokens: every variant's answer and the wanted token always, then the most probable ones.

    They stand in the comparison's order, or, where some were shown `before`, those stay where they were.
    """
    weights = [max((p or 0.0) for p in token) for token in zip(*comparison.probabilities, strict=True)]
    needed = {answer.top.token for answer in comparison.answers if answer.predictions} | {comparison.wanted}
    always = {index for index, token in enumerate(comparison.tokens) if token in needed}
    by_weight = sorted(range(len(weights)), key=lambda i: (i not in always, -weights[i]))
    count = min(max(limit, len(always)), len(weights))
    if before:
        known = {token: index for index, token in enumerate(comparison.tokens)}
        shown = _steady([known.get(token) for token in before], count, by_weight, weights, always)
    else:
        shown = sorted(by_weight[:count])
    hidden = [i for i in by_weight if i not in shown]
    return Rows(tuple(shown), len(hidden), max((weights[i] for i in hidden), default=0.0))


def _steady(
    places: list[int | None], count: int, by_weight: list[int], weights: list[float], always: set[int]
) -> list[int]:
    """Fills the empty `places`, and exchanges what is there only for what must be seen or is clearly more probable."""

    def weakest() -> int | None:
        return min((i for i in places if i is not None and i not in always), key=weights.__getitem__, default=None)

    while len(places) > count:
        places.remove(None if None in places else weakest())
    places += [None] * (count - len(places))
    for index in (i for i in by_weight if i not in set(places)):
        goes = None if None in places else weakest()
        if goes is None and None not in places:
            break
        if goes is not None and index not in always and weights[index] <= weights[goes] + WORTH_A_CHANGE:
            break
        places[places.index(goes)] = index
    return [i for i in places if i is not None]
