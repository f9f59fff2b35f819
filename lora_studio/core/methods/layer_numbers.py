"""Layers by name, and settings of single layers as a text: "up_proj: 16, blocks.0.attention.q_proj: 2"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeVar

HIGHEST_RANK, HIGHEST_ALPHA = 256, 1024
PLAIN_NAME = re.compile(r"[A-Za-z0-9_]{1,100}(\.[A-Za-z0-9_]{1,100}){0,20}")  # of a layer, or its end
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{0,20})?(e-?[0-9]{1,2})?")

N = TypeVar("N", int, float)


def is_meant(name: str, wanted: str) -> bool:
    """Whether `wanted` means the layer `name`, by PEFT's rule: it is the whole name, or its end after a dot."""
    return name == wanted or name.endswith(f".{wanted}")


def ranks_in(text: str) -> dict[str, int]:
    """The ranks that a text gives to layers, by name or its end. Raises ValueError: it cannot be read."""
    return dict(_parsed(text, _rank))


def alphas_in(text: str) -> dict[str, float]:
    """As `ranks_in`, for alphas."""
    return dict(_parsed(text, _alpha))


def number_for(values: Mapping[str, N], layer: str) -> N | None:
    """What is said of the layer with this full name; the first that fits counts."""
    return next((value for name, value in values.items() if is_meant(layer, name)), None)


def written(values: Mapping[str, float]) -> str:
    """The text that says `values`."""
    return ", ".join(f"{name}: {plain(float(value))}" for name, value in values.items())


def plain(number: float) -> float:
    """A whole number without a point."""
    return int(number) if float(number).is_integer() else number


def _rank(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= HIGHEST_RANK):
        raise ValueError(f"a rank is a whole number from 1 to {HIGHEST_RANK}")
    return int(text)


def _alpha(text: str) -> float:
    alpha = float(text) if _NUMBER.fullmatch(text) else 0.0
    if not 0 < alpha <= HIGHEST_ALPHA:
        raise ValueError(f"an alpha is a number above 0, of at most {HIGHEST_ALPHA}")
    return alpha


@lru_cache(maxsize=64)
def _parsed(text: str, read: Callable[[str], N]) -> tuple[tuple[str, N], ...]:
    found: dict[str, N] = {}
    for part in filter(None, map(str.strip, text.split(","))):
        name, _, value = (piece.strip() for piece in part.partition(":"))
        if not PLAIN_NAME.fullmatch(name):
            raise ValueError("write the layer's name, a colon and the number, such as “up_proj: 16”")
        found.setdefault(name, read(value))
    return tuple(found.items())
