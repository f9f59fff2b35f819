"""What a run leaves on disk: recipe.yaml, events.jsonl, metrics.json and the adapter. Never overwritten."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from lora_studio.core.errors import StorageError
from lora_studio.core.events import Event, Failed, Finished
from lora_studio.core.files import write_atomically
from lora_studio.core.recipe import Recipe


class RunFolder:
    """A folder for one run. Creating it fails if something is there already.

    Raises:
        StorageError: the folder exists and is not empty, or cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._events: list[Event] = []
        try:
            path.mkdir(parents=True, exist_ok=True)
            taken = any(path.iterdir())
        except OSError as error:
            raise StorageError(
                "The run folder {path} cannot be made: {reason}.",
                advice="Choose another folder.",
                path=path, reason=error.strerror or error,
            ) from error  # fmt: skip
        if taken:
            raise StorageError(
                "{path} is not empty; a run is never overwritten.", advice="Choose a new folder.", path=path
            )

    @property
    def adapter(self) -> Path:
        return self.path / "adapter"

    def begin(self, recipe: Recipe) -> None:
        write_atomically(self.path / "recipe.yaml", recipe.to_yaml().encode())

    def record(self, event: Event) -> None:
        self._events.append(event)  # put into words when the run has ended, not between its steps

    def end(self, event: Finished | Failed, trainable: int) -> None:
        """Writes what was recorded, and the figures that a list of runs shows."""
        self.record(event)
        lines = (json.dumps(plain(told), ensure_ascii=False) + "\n" for told in self._events)
        write_atomically(self.path / "events.jsonl", "".join(lines).encode())
        metrics = {**plain(event), "trainable": trainable}
        write_atomically(self.path / "metrics.json", json.dumps(metrics, ensure_ascii=False, indent=2).encode())


def plain(event: Event) -> dict[str, Any]:
    """An event as JSON can hold it, with its kind."""
    if isinstance(event, Failed):
        return {"event": "failed", "step": event.step, "error": str(event.error), "variant": event.variant}
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    if "answers" in values:
        values["answers"] = [asdict(answer) for answer in values["answers"]]
    if "receipt" in values:
        values["receipt"] = asdict(values["receipt"])
    return {"event": type(event).__name__.lower(), **values}


def read_metrics(folder: Path) -> dict[str, Any]:
    """metrics.json of a run folder, or {} where there is none that can be read; it only decorates a list."""
    try:
        found = json.loads((folder / "metrics.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
