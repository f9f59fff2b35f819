"""Runs that were going on when the program ended without warning."""

from __future__ import annotations

from pathlib import Path

from lora_studio.core.errors import RunError, StorageError
from lora_studio.core.history import StoredRun, stored_run, stored_runs
from lora_studio.core.run_mending import mend
from lora_studio.core.run_record import RECORD, stored_error, write_record


def interrupted_runs(runs_folder: Path, *, read_only: bool = False) -> tuple[StoredRun, ...]:
    """Those that can go on, newest first. To be asked before a run begins here.

    Unless `read_only`, the record of one that cannot is set to failed, and what a kill left half done is put right.
    """
    runs = stored_runs(runs_folder)
    found = [run for run in runs if run.record.state == "running" and (run.path / RECORD).is_file()]
    if not read_only:
        for run in runs:
            mend(run.path)
        for run in found:
            if not run.resumable:
                _set_failed(run)
    return tuple(run for run in found if run.resumable)


def leave(path: Path) -> None:
    """An interrupted run counts as cancelled from now on: it can go on, but nobody is asked. Raises StorageError."""
    run = stored_run(path)
    if run and run.record.state == "running":
        write_record(path, run.record.model_copy(update={"state": "cancelled"}))


def _set_failed(run: StoredRun) -> None:
    error = RunError(
        "Interrupted before anything was kept to go on from.",
        advice="Run its recipe again.",
        step=run.record.steps_done,
    )
    try:
        write_record(run.path, run.record.model_copy(update={"state": "failed", **stored_error(error)}))
    except StorageError:
        return  # it is only a line in a list, and is judged again next time
