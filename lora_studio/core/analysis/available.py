"""How much memory there is for a model and its training."""

from __future__ import annotations

import torch

from lora_studio.core.models.memory import free_memory


def available_bytes(device: torch.device, taken: int = 0) -> int | None:
    """What a run on `device` could have; None: the system does not tell.

    Args:
        device: where the run is to be.
        taken: what an opened model has of it already, which counts as there.
    """
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return free + torch.cuda.memory_reserved(device)
    free = free_memory()
    return free + taken if free else None
