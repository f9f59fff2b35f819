"""Telling that memory is full, in whichever way torch says so."""

from __future__ import annotations

import torch

_WORDS = ("can't allocate memory", "not enough memory", "out of memory")


def is_out_of_memory(error: BaseException) -> bool:
    """Torch tells of the computer's own memory by a RuntimeError, in words that depend on the system."""
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or any(word in str(error) for word in _WORDS)
