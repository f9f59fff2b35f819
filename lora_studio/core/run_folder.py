"""What a run leaves on disk: recipe.yaml, events.jsonl, metrics.json and the adapter. Never overwritten."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lora_studio.core.errors import StorageError
from lora_studio.core.events import Event, Failed, Finished
from lora_studio.core.files import write_atomically
from lora_studio.core.models.foreign_files import read_json_object
from lora_studio.core.recipe import Recipe

MOST_METRICS_BYTES = 1 << 20


class RunFolder:
    """A folder for one run; it is made when the run begins.

    Raises:
        StorageError: something is there already.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._events: list[Event] = []
        try:
            taken = path.exists() and any(path.iterdir())
        except OSError as error:
            raise StorageError(
                "The run folder {path} cannot be used: {reason}.",
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
    values = asdict(event)
    return {"event": type(event).__name__.lower(), **values}


def read_figures(folder: Path) -> dict[str, float]:
    """The finite numbers in metrics.json of a run folder, or {}: it only decorates a list, and may be anybody's."""
    try:
        found = read_json_object(folder / "metrics.json", MOST_METRICS_BYTES, StorageError)
    except StorageError:
        return {}
    numbers = {name: n for name, n in found.items() if isinstance(n, int | float) and not isinstance(n, bool)}
    return {name: float(n) for name, n in numbers.items() if abs(n) <= sys.float_info.max}  # integers have no end
