"""A past run as the events that it told, read on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QObject, Qt, Signal
from shiboken6 import isValid

from lora_studio.core.errors import StudioError, unexpected
from lora_studio.core.events import Event, Failed, Finished, Started
from lora_studio.core.models.foreign_files import read_plain_file
from lora_studio.core.recipe import MAX_RECIPE_BYTES, Recipe
from lora_studio.core.run_record import RunRecord, read_record
from lora_studio.ui.background import not_collecting
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.widgets.run_curves import RunCurves

__all__ = ["ShownRun", "StoredRunReader", "ToldRun", "date_of"]


@dataclass(frozen=True, slots=True)
class ShownRun:
    """Whose curves are shown: the name of its variant, and its folder (None: not known, or the run goes on)."""

    variant: str
    path: Path | None


@dataclass(frozen=True, slots=True)
class ToldRun:
    """A past run: what is known of it, and its curves."""

    path: Path
    record: RunRecord
    curves: RunCurves


class StoredRunReader(QObject):
    """Reads one run at a time; only the newest that was asked for is told of."""

    came = Signal(object)  # ToldRun
    failed = Signal(object)  # StudioError

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._wanted: Path | None = None

    def read(self, path: Path) -> None:
        self._wanted = path
        threading.Thread(target=self._read, args=(path,), name="read run", daemon=True).start()

    @property
    def busy(self) -> bool:
        return self._wanted is not None

    def stop(self) -> None:
        """What is still being read is no longer wanted."""
        self._wanted = None

    def _read(self, path: Path) -> None:
        with not_collecting():
            try:
                found: ToldRun | StudioError = told_run(path)
            except StudioError as error:
                found = error
            except Exception as error:  # noqa: BLE001 - nothing may vanish on this thread
                found = unexpected(error)
        self._bridge.call(self._deliver, path, found)

    def _deliver(self, path: Path, found: ToldRun | StudioError) -> None:
        if not isValid(self) or path != self._wanted:
            return
        self._wanted = None
        if isinstance(found, StudioError):
            self.failed.emit(found)
        else:
            self.came.emit(found)


def told_run(path: Path) -> ToldRun:
    """Reads a run, which takes a second if it is long. Raises StorageError: there is none."""
    record, recipe = read_record(path), _recipe(path)
    pins, from_base = (recipe.probes, recipe.method.changes_nothing_at_first) if recipe else ((), True)
    curves = RunCurves()
    curves.take(_events(path, record), pins, from_base=from_base)
    return ToldRun(path, record, curves)


def _events(path: Path, record: RunRecord) -> Iterator[Event]:
    """From first to last."""
    from lora_studio.core.event_reading import told_events  # imports numpy

    name = record.variant or record.name
    yield Started(name, record.steps, record.trainable, ())
    yield from told_events(path)
    if record.state == "failed":
        yield Failed(record.steps_done, record.told_error or StudioError(""), name)
    elif record.state != "running":
        yield _finished(name, record, path)


def _finished(name: str, record: RunRecord, path: Path) -> Finished:
    return Finished(
        name, record.steps_done, record.seconds or 0.0, record.final_loss, record.state == "cancelled", str(path),
        record.forgetting_kl, record.top1_kept,
    )  # fmt: skip


def _recipe(path: Path) -> Recipe | None:
    """What it says of the prompts; the curves are there without it."""
    try:
        return Recipe.from_yaml(
            read_plain_file(path / "recipe.yaml", MAX_RECIPE_BYTES, StudioError).decode("utf-8", "replace")
        )
    except StudioError:
        return None


def date_of(record: RunRecord, locale: QLocale) -> str:
    """When a run began, such as "24 Nov, 10:31"; empty if that is not known."""
    began = QDateTime.fromString(record.began, Qt.DateFormat.ISODate).toLocalTime()
    if not began.isValid():
        return ""
    return f"{locale.toString(began.date(), 'd MMM')}, {locale.toString(began.time(), QLocale.FormatType.ShortFormat)}"
