"""What was measured of real runs, by which later plans of the same kind are corrected.

A plan counts what is there all the time exactly, and knows what a step keeps; what the compiler, the allocator and the
device's libraries add is measured. Kept in the user's cache, one factor for each kind of run.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch

from lora_studio.core.errors import StorageError
from lora_studio.core.files import write_atomically
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.recipe import Recipe
from lora_studio.core.summaries import MemoryPlan
from lora_studio.paths import cache_folder

FILE = "memory-calibration.json"
MEASURED_AT = 2  # step; from there on the optimizer's averages are there, too
LOWEST, HIGHEST = 0.5, 2.0  # beyond, something else took or gave memory
MOST_KINDS = 500
MOST_BYTES = 1 << 20


def factor_for(model: LanguageModel, recipe: Recipe, device: torch.device) -> float | None:
    """What a step's memory is multiplied with, as a run like this one has shown; None: there was none."""
    found = _read().get(key_of(model, recipe, device))
    return found if isinstance(found, float) and LOWEST <= found <= HIGHEST else None


def remember(model: LanguageModel, recipe: Recipe, device: torch.device, planned: MemoryPlan, measured: int) -> None:
    """Keeps how far a run's peak of `measured` bytes was from what was `planned` without a factor."""
    changing = planned.activations + planned.logits
    if changing <= 0:
        return
    factor = (measured - (planned.peak - changing)) / changing
    if not LOWEST <= factor <= HIGHEST:
        return
    kept = _read()
    kept.pop(key_of(model, recipe, device), None)
    kept = dict(list(kept.items())[-MOST_KINDS + 1 :])  # the oldest are forgotten
    kept[key_of(model, recipe, device)] = factor
    with suppress(StorageError):  # it is measured again the next time
        file = _file()
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, json.dumps(kept, indent=1).encode())


def key_of(model: LanguageModel, recipe: Recipe, device: torch.device) -> str:
    """The kind of a run: device, family, method, numbers, and how its steps are made."""
    is_here = device.type == "cuda" and torch.cuda.is_available()
    name = torch.cuda.get_device_name(device) if is_here else device.type
    way = "recomputed" if recipe.training.checkpointing else "kept"
    return " | ".join((name, model.family, recipe.method.name, model.precision, way, recipe.training.compilation))


class PeakWatch:
    """Measures the peak of a run that begins now, and remembers it. On a GPU; elsewhere others' memory blurs it."""

    def __init__(self, model: LanguageModel, recipe: Recipe, planned: MemoryPlan, besides: int) -> None:
        """`planned` without a factor; `besides` is what else lies on the device, in bytes."""
        self._model, self._recipe, self._planned, self._besides = model, recipe, planned, besides

    @classmethod
    def of(cls, model: LanguageModel, recipe: Recipe) -> PeakWatch | None:
        """To be asked with nothing attached; None where nothing is measured."""
        if model.device.type != "cuda" or not recipe.method.learns_by_gradients:
            return None
        from lora_studio.core.analysis.planning import looked_at
        from lora_studio.core.models.describing import weight_bytes

        planned = looked_at(model, recipe).footprint.at("")
        besides = torch.cuda.memory_allocated(model.device) - weight_bytes(model.network)
        return cls(model, recipe, planned, max(0, besides))

    def step_done(self, step: int) -> None:
        """`step` counts from 1. Making ready, where the base may lie beside its copy in 4 bits, does not count."""
        if step == 1:
            torch.cuda.reset_peak_memory_stats(self._model.device)
        if step == MEASURED_AT:
            measured = torch.cuda.max_memory_allocated(self._model.device) - self._besides
            remember(self._model, self._recipe, self._model.device, self._planned, measured)


def _file() -> Path:
    return cache_folder() / FILE


def _read() -> dict[str, Any]:
    try:
        file = _file()
        if file.stat().st_size > MOST_BYTES:
            return {}
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
