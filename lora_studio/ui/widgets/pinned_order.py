"""In which order the pinned prompts stand."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from lora_studio.core.data.builtin import Probe
from lora_studio.core.events import Comparison


class Order(Enum):
    WANTED = "wanted"  # those that are to change, then those that are to stay
    MOVED = "moved"  # the largest change first
    PINNED = "pinned"  # as the person put them


def most_moved(comparison: Comparison) -> tuple[float, int]:
    """The largest total variation from the base (0…1) over the variants, and the place of the one that moved so far.

    A single variant has not moved: 0 at place 0.
    """
    return max(((comparison.moved(place), place) for place in range(len(comparison.variants))), default=(0.0, 0))


def in_order(pins: Sequence[Probe], order: Order, moved: Sequence[float | None]) -> tuple[int, ...]:
    """Indices of `pins` from top to bottom. `moved[i]` belongs to the i-th; None, if it is not known, comes last."""
    places = range(len(pins))
    if order is Order.WANTED:
        return tuple(sorted(places, key=lambda i: pins[i].kind != "corrected"))
    if order is Order.MOVED:
        far = [-1.0 if distance is None else distance for distance in moved]
        return tuple(sorted(places, key=lambda i: -far[i]))
    return tuple(places)
