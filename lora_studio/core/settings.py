"""Settings that validate and describe themselves; forms, file checks and help texts follow from the fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Base of every settings class: frozen, strict about unknown names."""

    # Building all validators at import would take a fifth of the time until the window is painted.
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


def setting(
    default: Any,
    title: str,
    help: str,  # noqa: A002 - the word a reader expects
    *,
    unit: str = "",
    logarithmic: bool = False,
    editor: str = "",
    labels: Mapping[Any, str] | None = None,
    shown_if: tuple[str, object] | None = None,
    formula: str = "",
    advanced: bool = False,
    **limits: Any,
) -> Any:
    """A field with a title, one line of help and, where there is one, a unit.

    Args:
        default: the value a form starts from.
        title: sentence case, for a form's label.
        help: one line; what it does and the usual values.
        unit: e.g. "steps"; empty for pure numbers.
        logarithmic: whether a form should step by factors rather than differences.
        editor: how a form edits it: "layers", "adapter folder", "text"; empty: as its type suggests.
        labels: what a form calls each value of a choice; of a number, only 0 can have one, such as "automatic".
        shown_if: another field and the value at which this one means something; a form hides it otherwise.
        formula: what is computed with it, in plain signs such as "W' = W₀ + (α / r) · B · A"; no language.
        advanced: whether a form keeps it folded away until it is asked for.
        limits: pydantic's ge, gt, le, lt, min_length …
    """
    extra: dict[str, Any] = {"unit": unit, "logarithmic": logarithmic}
    extra |= {"editor": editor, "labels": dict(labels or {}), "shown_if": shown_if, "formula": formula}
    extra |= {"advanced": advanced}
    return Field(default, title=title, description=help, json_schema_extra=extra, **limits)
