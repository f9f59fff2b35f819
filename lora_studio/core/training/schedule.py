"""How the learning rate goes along a run. Free of torch: a plot can draw it before anything is loaded."""

from __future__ import annotations

import math

from lora_studio.core.training_settings import TrainingSettings


def updates_per_epoch(batches: int, accumulation: int) -> int:
    """How many optimizer steps so many batches make; the last group of an epoch may have fewer batches."""
    return math.ceil(batches / accumulation)


def share(settings: TrainingSettings, step: int, steps: int) -> float:
    """The part of the learning rate, 0…1, that step `step` of `steps` takes; counted from 1.

    Step s of a warm-up of w takes s / (w + 1), so that the step after it is the first whole one. Linear and cosine
    fall from there along (s − w − 1) / (n − w): the zero at their end is reached after the last step, not by it.
    """
    warm = settings.warmup
    if step <= warm:
        return step / (warm + 1)
    if settings.schedule == "constant":
        return 1.0
    done = min(1.0, (step - warm - 1) / max(1, steps - warm))
    return 1.0 - done if settings.schedule == "linear" else (1.0 + math.cos(math.pi * done)) / 2
