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

MOST_RECENT = 8


class Preferences(Settings):
    """`layout`, `geometry` and `run_columns` are Qt's own states, in base 64. `workspace` is the one that was open
    last, `recent_workspaces` those before, the latest first. `tour` is "due" from a first start on until it was left
    or finished.
    """

    theme: Literal["system", "light", "dark"] = "system"
    language: Literal["system", "en", "de"] = "system"
    workspace: str = ""
    recent_workspaces: tuple[str, ...] = ()
    layout: str = ""
    geometry: str = ""
    run_columns: str = ""
    tour: Literal["", "due", "done"] = ""

    def with_workspace(self, folder: Path) -> Preferences:
        """Remembers that `folder` was opened."""
        others = (other for other in self.recent_workspaces if other != str(folder))
        recent = (str(folder), *others)[:MOST_RECENT]
        return self.model_copy(update={"workspace": str(folder), "recent_workspaces": recent})

    def workspaces_there(self, but: Path) -> tuple[Path, ...]:
        """The recent workspaces that can be opened now, without `but`."""
        return tuple(path for text in self.recent_workspaces if (path := Path(text)) != but and path.is_dir())

    @field_validator("layout", "geometry", "run_columns")
    @classmethod
    def _is_base64(cls, text: str) -> str:
        b64decode(text, validate=True)  # raises a ValueError
        return text


def tour_is_due(path: Path) -> bool:
    """Whether the window should show what it is for: at the first start, which no preferences file was before."""
    return not path.exists() or read_preferences(path).tour == "due"


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
