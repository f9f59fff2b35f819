"""The technical side of a problem, for whoever reports it."""

from __future__ import annotations

import traceback

from lora_studio.core.errors import StudioError


def details_of(error: StudioError) -> str:
    """Its kind, what it was about, and where in the program it came from; always in English."""
    lines = [f"{type(error).__name__}: {error}"]
    lines += [f"  {name}: {value}" for name, value in error.values.items()]
    if error.__cause__ is not None or error.__traceback__ is not None:
        lines += ["", "".join(traceback.format_exception(error)).rstrip()]
    return "\n".join(lines)
