"""Experiments run to their end."""

from __future__ import annotations

from lora_studio.core.experiments.experiment import Running
from lora_studio.core.experiments.results import Result


def followed(running: Running) -> Result:
    """What it found; its progress must never go back."""
    done = 0.0
    while True:
        try:
            progress = next(running)
        except StopIteration as end:
            result: Result = end.value
            return result
        assert done <= progress.fraction <= 1.0
        done = progress.fraction
