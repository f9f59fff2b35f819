"""The state of a run in a file, from which it goes on as if nothing had been: every number, bit by bit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import torch
from torch import Tensor

from lora_studio.core.errors import StorageError
from lora_studio.core.models.shortage import is_out_of_memory
from lora_studio.core.models.tensor_file import read_tensors, tensors_to_bytes


def unusable(reason: object) -> StorageError:
    return StorageError(
        "The run cannot go on, because its checkpoint cannot be used: {reason}",
        advice="Run its recipe again.",
        reason=reason,
    )


def read_checkpoint(path: Path) -> dict[str, Tensor]:
    """Raises StorageError: it is damaged."""
    try:
        return read_tensors(path, StorageError)
    except StorageError as error:
        raise unusable(error.message) from error


def copied(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Copies of their own in the computer's memory, whatever becomes of `tensors`."""
    with torch.no_grad():
        return {name: tensor.detach().to("cpu", copy=True) for name, tensor in tensors.items()}


def finite_bytes(tensors: Mapping[str, Tensor]) -> bytes | None:
    """A file of them; None if one holds NaN or infinity: such a state is of no use to anybody, and is never read.

    None, too, if there is no memory for it: the run goes on without.
    """
    try:
        if all(bool(torch.isfinite(tensor).all()) for tensor in tensors.values()):
            return tensors_to_bytes(tensors)
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
    return None


def words_as_tensor(words: Iterable[str]) -> Tensor:
    """Texts in a checkpoint, which holds tensors alone."""
    return torch.frombuffer(bytearray(json.dumps(list(words)).encode()), dtype=torch.uint8)


class State:
    """The tensors of a checkpoint, taken out one by one. Each `take` raises StorageError: it has no such tensor."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        self._tensors = dict(tensors)

    def __contains__(self, name: str) -> bool:
        return name in self._tensors

    def take(self, name: str, like: Tensor) -> Tensor:
        """The tensor of that name, with the memory layout, device and type of `like`."""
        found = self._tensors.pop(name, None)
        if found is None or found.shape != like.shape or found.dtype != like.dtype:
            raise unusable(f"{name} is missing or of another shape.")
        return torch.empty_like(like).copy_(found)

    def take_words(self, name: str) -> tuple[str, ...]:
        """What `words_as_tensor` made a tensor of."""
        found = self._tensors.pop(name, None)
        try:
            words = json.loads(bytes(found.tolist())) if found is not None else None
        except (ValueError, TypeError, RecursionError):
            words = None
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise unusable(f"{name} is missing or damaged.")
        return tuple(words)

    def take_generator(self, name: str, generator: torch.Generator) -> None:
        """Sets `generator` to where it was."""
        found = self.take(name, generator.get_state())
        try:
            generator.set_state(found)
        except RuntimeError as error:
            raise unusable(f"{name} is damaged.") from error

    def end(self) -> None:
        """Raises StorageError: something is left over."""
        if self._tensors:
            raise unusable(f"{next(iter(self._tensors))} has no place.")
