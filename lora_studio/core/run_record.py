"""What the history knows of a run without opening it: run.json in the run's folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Any, Literal

from pydantic import ConfigDict, Field, ValidationError

from lora_studio.core.errors import StorageError, StudioError
from lora_studio.core.files import write_atomically
from lora_studio.core.models.foreign_files import read_json_object
from lora_studio.core.settings import Settings

RECORD = "run.json"
MOST_RECORD_BYTES = 1 << 20
LARGEST = 2**53  # a number beyond it is nonsense in a file, and no table can show it
MOST_VALUE = 2000  # characters of what is kept of an error's value

_NAMES_OF_ARGUMENTS = {"self", "message", "advice"}

RunEnd = Literal["running", "finished", "cancelled", "failed"]


class RunRecord(Settings):
    """One line of the history.

    `state` is "running" from the beginning on, so a record that says so although nothing runs there tells of an
    interruption. `method`, `data` and `base` are titles to show; `base_fingerprint` is
    that of its weights and vocabulary. `began` is an ISO 8601 time with its zone. `seconds`
    excludes pauses; `final_loss` is in nats, `forgetting_kl` and `top1_kept` are as in `Finished`; None: not measured.
    `error` and `error_advice` are English templates, to be filled with `error_values` after they were translated (see
    `told_error`); of an earlier version it is the whole text.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)  # a newer program may know more

    name: str
    note: str = ""
    method: str = ""
    data: str = ""
    base: str = ""
    base_fingerprint: str = ""
    began: str = ""
    state: RunEnd = "running"
    steps: int = Field(default=0, ge=0, le=LARGEST)
    steps_done: int = Field(default=0, ge=0, le=LARGEST)
    trainable: int = Field(default=0, ge=0, le=LARGEST)
    final_loss: float | None = None
    forgetting_kl: float | None = None
    top1_kept: float | None = None
    seconds: float | None = None
    variant: str = ""
    error: str = ""
    error_advice: str = ""
    error_values: dict[str, str] = Field(default_factory=dict)

    @property
    def told_error(self) -> StudioError | None:
        """Why it failed; None: it did not."""
        return told_error(self.error, self.error_advice, self.error_values)


def write_record(folder: Path, record: RunRecord) -> None:
    """Raises StorageError: it could not be written; the old one is as it was."""
    text = json.dumps(record.model_dump(mode="json"), ensure_ascii=False, indent=2)
    write_atomically(folder / RECORD, text.encode())


def read_record(folder: Path) -> RunRecord:
    """Raises StorageError: there is none, or it cannot be understood."""
    found = read_json_object(folder / RECORD, MOST_RECORD_BYTES, StorageError)
    try:
        return RunRecord.model_validate(found)
    except ValidationError as error:
        reason = " ".join(str(error).split())[:300]
        raise StorageError("{path} cannot be understood: {reason}", path=folder / RECORD, reason=reason) from error


def stored_error(error: StudioError | None) -> dict[str, Any]:
    """An error in a form that a file keeps, so that it can be told in any language later.

    The fields `error`, `error_advice` and `error_values` of a `RunRecord`; the whole text where the template asks for
    more than its values' texts, such as for digits.
    """
    if error is None:
        return {"error": "", "error_advice": "", "error_values": {}}
    values = {name: str(value)[:MOST_VALUE] for name, value in error.values.items()}
    if not (_is_plain(error.template, values) and _is_plain(error.advice_template, values)):
        return {"error": str(error), "error_advice": "", "error_values": {}}
    return {"error": error.template, "error_advice": error.advice_template, "error_values": values}


def told_error(template: str, advice: str, values: Mapping[str, str]) -> StudioError | None:
    """What `stored_error` kept; None if there was no error. A foreign text with odd fields is told as it stands."""
    if not template:
        return None
    if _is_plain(template, values) and _is_plain(advice, values):
        return StudioError(template, advice=advice, **values)
    return StudioError("{reason}", reason=f"{template} {advice}".strip())


def _is_plain(template: str, values: Mapping[str, str]) -> bool:
    """Whether it asks for nothing but the texts of `values`: a width such as {x:>999999999} would fill the memory."""
    if _NAMES_OF_ARGUMENTS & values.keys():
        return False
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        return False
    return all(name is None or (name in values and not spec and not how) for _, name, spec, how in parts)
