"""What is wrong with single rows, of a file or for a model. Free of torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Flaw = Literal[
    "empty",
    "no completion",
    "too long",
    "not a string",
    "bad JSON",
    "no such column",
    "unknown role",
    "half a character",
]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a record of a file gives no row. `line` counts from 1; `text` is its beginning, or the name of the field."""

    line: int
    kind: Flaw
    text: str


ModelFlaw = Literal[
    "empty",
    "too long",
    "no completion",
    "nothing learned",
    "template",
    "learned whole",
]


@dataclass(frozen=True, slots=True)
class ModelRowProblem:
    """What a model would make of a row that a person may not expect. `row` is its index.

    `tokens` is how many it has, of which `lost` are never read. `text` is the reason of a chat template.
    """

    row: int
    kind: ModelFlaw
    tokens: int = 0
    lost: int = 0
    text: str = ""
