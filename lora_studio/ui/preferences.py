"""What belongs to the person rather than to a workspace: theme, language, the window's layout."""

from __future__ import annotations

import json
from base64 import b64decode
from contextlib import suppress
from pathlib import Path
from typing import Literal

from pydantic import ValidationError, field_validator

from lora_studio.core.errors import StorageError
from lora_studio.core.files import write_atomically
from lora_studio.core.settings import Settings


class Preferences(Settings):
    """`layout` and `geometry` are Qt's own states, in base 64. `workspace` is the one that was open last."""

    theme: Literal["system", "light", "dark"] = "system"
    language: Literal["system", "en", "de"] = "system"
    workspace: str = ""
    layout: str = ""
    geometry: str = ""

    @field_validator("layout", "geometry")
    @classmethod
    def _is_base64(cls, text: str) -> str:
        b64decode(text, validate=True)  # raises a ValueError
        return text


def read_preferences(path: Path) -> Preferences:
    """The stored preferences, or the defaults where there are none that can be understood."""
    try:
        return Preferences.model_validate(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, ValidationError):
        return Preferences()


def write_preferences(path: Path, preferences: Preferences) -> None:
    """Losing a preference is no reason to keep a window open, so a failure is let pass."""
    with suppress(StorageError):
        write_atomically(path, json.dumps(preferences.model_dump(), indent=2).encode())
