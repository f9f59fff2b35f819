"""What the history knows of a run without opening it: run.json in the run's folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, ValidationError

from lora_studio.core.errors import StorageError
from lora_studio.core.files import write_atomically
from lora_studio.core.models.foreign_files import read_json_object
from lora_studio.core.settings import Settings

RECORD = "run.json"
MOST_RECORD_BYTES = 1 << 20

RunEnd = Literal["running", "finished", "cancelled", "failed"]


class RunRecord(Settings):
    """One line of the history.

    `state` is "running" from the beginning on, so a record that says so although nothing runs there tells of an
    interruption. `method`, `data` and `base` are titles to show. `began` is an ISO 8601 time with its zone. `seconds`
    excludes pauses; `final_loss` is in nats, `forgetting_kl` and `top1_kept` are as in `Finished`; None: not measured.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)  # a newer program may know more

    name: str
    note: str = ""
    method: str = ""
    data: str = ""
    base: str = ""
    began: str = ""
    state: RunEnd = "running"
    steps: int = 0
    steps_done: int = 0
    trainable: int = 0
    final_loss: float | None = None
    forgetting_kl: float | None = None
    top1_kept: float | None = None
    seconds: float | None = None
    variant: str = ""
    error: str = ""


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
