"""Runs that are interrupted and go on, and what they leave on disk; for tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lora_studio.core.events import Counted, Event, Finished, Receipt, Step
from lora_studio.core.recipe import Recipe
from lora_studio.core.run_folder import RunFolder, snapshot_file, snapshot_steps
from lora_studio.core.running import Run
from lora_studio.core.variants import Variant, Variants


def run_of(variants: Variants, recipe: Recipe, folder: RunFolder | None) -> Run:
    """A run whose adapter is a file of few words."""
    return Run(variants, recipe, folder, _save)


def _save(variant: Variant, folder: Path) -> Receipt:
    folder.mkdir()
    (folder / "adapter.txt").write_text(variant.name)
    return Receipt("adapter", str(folder), 1, 0.0, (), 1)


def begun(variants: Variants, recipe: Recipe, path: Path, until: int) -> Iterator[Event]:
    """The events of a new run, which has taken `until` steps; it ends when they are let go."""
    events = run_of(variants, recipe, RunFolder(path)).events()
    for event in events:
        if isinstance(event, Step | Counted) and event.step == until:
            break
        if until == 0:
            break
    return events


def interrupt(variants: Variants, recipe: Recipe, path: Path, after: int) -> None:
    """A new run that is let go after so many steps, as when the window is closed."""
    begun(variants, recipe, path, after).close()  # type: ignore[attr-defined] # it is a generator


def interrupt_again(variants: Variants, path: Path, after: int) -> None:
    """Lets an interrupted run go on up to that step, and lets it go there."""
    folder = RunFolder.of_interrupted(path)
    events = run_of(variants, folder.recipe(), folder).events()
    for event in events:
        if isinstance(event, Step) and event.step == after:
            break
    events.close()


def go_on(variants: Variants, path: Path) -> Variant:
    """Lets an interrupted run end; its variant."""
    folder = RunFolder.of_interrupted(path)
    *_, last = run_of(variants, folder.recipe(), folder).events()
    assert isinstance(last, Finished), last
    assert not last.cancelled
    return variants.named(last.variant)


def told(path: Path) -> list[dict[str, Any]]:
    """The events on disk, but for what the clock and the folder's place decide."""
    events = [json.loads(line) for line in (path / "events.jsonl").read_text("utf-8").splitlines()]
    return [{k: v for k, v in event.items() if k not in {"seconds", "folder", "receipt"}} for event in events]


def snapshots(path: Path) -> dict[int, bytes]:
    """The files of all snapshots, by step."""
    return {step: snapshot_file(path, step).read_bytes() for step in snapshot_steps(path)}
