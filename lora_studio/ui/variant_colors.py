"""Which colour a variant has: a place that it keeps, whatever comes and goes beside it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from lora_studio.core.summaries import VariantSummary


class VariantColors:
    """Places as `theme.variant_color` takes them; 0 is the base's. What comes gets the lowest that is free.

    What left is remembered: under the same name it has the same colour again, if nothing else took it.
    """

    def __init__(self) -> None:
        self._given: dict[str, int] = {}
        self._there: set[str] = set()

    def place(self, name: str) -> int:
        """What it has, or would have if it came now."""
        taken = {self._given[other] for other in self._there if other != name}
        given = self._given.get(name)
        if given is not None and given not in taken:
            return given
        return next(place for place in count(1) if place not in taken)

    def update(self, variants: Sequence[VariantSummary]) -> None:
        """These are there now."""
        self._there &= {variant.name for variant in variants}
        for variant in variants:
            if variant.name not in self._there:
                self._given[variant.name] = 0 if variant.is_base else self.place(variant.name)
                self._there.add(variant.name)

    def wish(self, name: str, place: int) -> None:
        """Before it comes: the place that it had; 0: none is known."""
        if place and name not in self._there:
            self._given[name] = place

    def rename(self, name: str, new_name: str) -> None:
        if name in self._given:
            self._given[new_name] = self._given.pop(name)
        if name in self._there:
            self._there.remove(name)
            self._there.add(new_name)

    def clear(self) -> None:
        """Another base has come."""
        self._given.clear()
        self._there.clear()
