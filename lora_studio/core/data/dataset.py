"""A dataset: a named list of rows with a role, and what may be wrong with a row."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from pydantic import field_validator

from lora_studio.core.settings import Settings

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
MAX_ROWS = 1_000_000
MAX_ROW_CHARACTERS = 100_000


class Role(StrEnum):
    """What a dataset is for."""

    TRAINING = "training"
    FINETUNING = "finetuning"
    FACT_CORRECTION = "fact correction"
    KNOWLEDGE_CORRECTION = "knowledge correction"
    CONTRAST = "contrast"


class Dataset(Settings):
    """A named list of rows. A row is one example: plain text, whitespace collapsed, NFC."""

    name: str
    role: Role = Role.FINETUNING
    rows: tuple[str, ...] = ()

    @field_validator("rows", mode="before")
    @classmethod
    def _clean_rows(cls, rows: object) -> object:
        if isinstance(rows, list | tuple) and all(isinstance(row, str) for row in rows):
            return tuple(clean_row(row) for row in rows)
        return rows


def clean_row(text: str) -> str:
    """One line of text with single spaces, without control characters, in Unicode's composed form ("ä" is one)."""
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # half a character is none
    return " ".join(CONTROL.sub(" ", unicodedata.normalize("NFC", text)).split())


def is_too_short(row: str) -> bool:
    """Whether a row has nothing to predict: a next-token example needs two tokens (here: words)."""
    return len(row.split(maxsplit=2)) < 2
