"""Why a run failed, kept so that it can be told in any language later; whatever a foreign file says instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from lora_studio.core.errors import RunError, StorageError, StudioError
from lora_studio.core.run_record import RunRecord, read_record, stored_error, told_error, write_record


def kept(folder: Path, error: StudioError | None) -> StudioError | None:
    """What is told of an error that went through a file."""
    folder.mkdir(exist_ok=True)
    write_record(folder, RunRecord(name="x", **stored_error(error)))
    return read_record(folder).told_error


def test_an_error_keeps_its_template_and_its_values(tmp_path: Path) -> None:
    error = StorageError("{path} could not be written: {reason}.", advice="Free some space on {path}.",
                         path=Path("x"), reason="full")  # fmt: skip
    told = kept(tmp_path / "run", error)
    assert told is not None
    assert (told.template, told.advice_template) == (error.template, error.advice_template)
    assert (told.message, told.advice) == (error.message, error.advice)


def test_a_step_is_told_as_a_number(tmp_path: Path) -> None:
    told = kept(tmp_path / "run", RunError("Training stopped at step {step}.", step=42))
    assert str(told) == "Training stopped at step 42."


def test_without_an_error_there_is_none(tmp_path: Path) -> None:
    assert kept(tmp_path / "run", None) is None


def test_a_template_with_digits_is_kept_as_its_text(tmp_path: Path) -> None:
    told = kept(tmp_path / "run", StudioError("More than {limit:,} rows.", limit=1000))
    assert str(told) == "More than 1,000 rows."


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("the whole text of an earlier version", {}),
        ("a path with {braces}", {}),
        ("half a {brace", {}),
        ("{x:>99999999999}", {"x": "1"}),
        ("{x.__class__}", {"x": "1"}),
        ("{x!r}", {"x": "1"}),
        ("{}", {}),
        ("{self}", {"self": "1"}),
    ],
)
def test_a_foreign_text_is_told_as_it_stands(text: str, values: dict[str, str]) -> None:
    assert str(told_error(text, "", values)) == text
