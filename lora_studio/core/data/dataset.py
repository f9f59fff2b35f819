"""A dataset: a named list of rows with a role. What a row is, is in examples.py."""

from __future__ import annotations

from enum import StrEnum

from pydantic import field_validator

from lora_studio.core.data.examples import clean_row as clean_row  # noqa: PLC0414 - also known from here
from lora_studio.core.data.examples import is_too_short as is_too_short  # noqa: PLC0414
from lora_studio.core.settings import Settings

MAX_ROWS = 1_000_000
MAX_ROW_CHARACTERS = 100_000


class Role(StrEnum):
    """What a dataset is for."""

    TRAINING = "training"
    FINETUNING = "finetuning"
    FACT_CORRECTION = "fact correction"
    KNOWLEDGE_CORRECTION = "knowledge correction"
    CONTRAST = "contrast"
    INSTRUCTION = "instruction"


class Dataset(Settings):
    """A named list of clean rows. A row is one example: a line of plain text, or structured."""

    name: str
    role: Role = Role.FINETUNING
    rows: tuple[str, ...] = ()

    @field_validator("rows", mode="before")
    @classmethod
    def _clean_rows(cls, rows: object) -> object:
        if isinstance(rows, list | tuple) and all(isinstance(row, str) for row in rows):
            return tuple(clean_row(row) for row in rows)
        return rows
