"""The peak of a device's memory while something runs. Only CUDA tells it; elsewhere others' memory blurs it."""

from __future__ import annotations

import torch


def watch_peak(device: torch.device) -> None:
    """What was there before does not count from now on."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)


def measured_peak(device: torch.device) -> int | None:
    """In bytes, since `watch_peak`, with the weights; None: not measured."""
    return torch.cuda.max_memory_allocated(device) if device.type == "cuda" else None
