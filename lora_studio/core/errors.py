"""The one kind of error that core raises on purpose: what happened, to what, and what to do.

A message is kept as a template with its values, so that the window can translate the template and then fill it in.
"""

from __future__ import annotations


class StudioError(Exception):
    """A problem that a person can act on. `str()` gives the English message followed by the advice.

    Args:
        message: an English sentence with `{name}` fields, e.g. "{path} is not UTF-8 text."
        advice: what to do about it, also with fields; may be empty.
        values: what the fields of both stand for.
    """

    def __init__(self, message: str, *, advice: str = "", **values: object) -> None:
        super().__init__(message, advice, values)
        self.template = message
        self.advice_template = advice
        self.values = values

    @property
    def message(self) -> str:
        return self.template.format(**self.values)

    @property
    def advice(self) -> str:
        return self.advice_template.format(**self.values)

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


class DataError(StudioError):
    """A dataset or a data file that cannot be used."""


class ModelError(StudioError):
    """A model folder that cannot be opened."""


class RecipeError(StudioError):
    """A recipe, or one of its settings, that cannot be run."""


class AdapterError(StudioError):
    """An adapter folder that is refused."""


class StorageError(StudioError):
    """A file or folder that cannot be written."""


class RunError(StudioError):
    """A run that had to stop. `step` says where (counted from 1)."""

    def __init__(self, message: str, *, step: int, advice: str = "", **values: object) -> None:
        super().__init__(message, advice=advice, step=step, **values)
        self.step = step


def unexpected(error: BaseException) -> StudioError:
    """An error that nobody planned for, in a form that can be shown."""
    shown = StudioError(
        "Something unexpected went wrong: {reason}.",
        advice="Copy this message and report it. Nothing that was saved is lost.",
        reason=f"{type(error).__name__}: {error}".rstrip(".: "),  # the sentence has a full stop of its own
    )
    shown.__cause__ = error  # the details have its traceback
    return shown
