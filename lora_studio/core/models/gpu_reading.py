"""Reading stored tensors onto a GPU: several threads read, each through memory that the GPU copies from by itself."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import BinaryIO

import torch
from torch import Tensor

from lora_studio.core.models.foreign_files import FlawError
from lora_studio.core.models.tensor_stream import CHUNK, Stored, read_stored

THREADS = 8  # one reads some 1.5 GB/s from a file that the system holds in memory, and disks like several requests

# The file, the tensor in it, and who is told of the bytes that were read. Raises FlawError: the file ends early.
Read = Callable[[BinaryIO, Stored, Callable[[int], None]], Tensor]


@contextmanager
def reader_for(device: torch.device) -> Iterator[Read]:
    """How tensors are best read onto `device`."""
    if device.type != "cuda" or not hasattr(os, "preadv"):
        yield lambda file, stored, told: read_stored(file, stored, told).to(device)
        return
    with ThreadPoolExecutor(THREADS, thread_name_prefix="reading weights") as pool:
        yield ParallelReader(device, pool).read


class ParallelReader:
    """Splits a tensor into chunks that the threads of `pool` read side by side."""

    def __init__(self, device: torch.device, pool: ThreadPoolExecutor) -> None:
        self._device = device
        self._pool = pool
        self._own = threading.local()

    def read(self, file: BinaryIO, stored: Stored, told: Callable[[int], None]) -> Tensor:
        """The numbers of one tensor in memory of their own, on the device."""
        flat = torch.empty(stored.size, dtype=torch.uint8, device=self._device)
        starts = range(0, stored.size, CHUNK)
        waiting = [self._pool.submit(self._chunk, file.fileno(), stored, flat, start) for start in starts]
        try:
            for chunk in waiting:
                told(chunk.result())
        finally:  # after an error, too, nobody may read from a file that is closed
            for chunk in waiting:
                chunk.cancel()
            wait(waiting)
        return flat.view(stored.dtype).view(stored.shape)

    def _chunk(self, descriptor: int, stored: Stored, flat: Tensor, start: int) -> int:
        size = min(CHUNK, stored.size - start)
        staging = self._staging()[:size]
        room = staging.numpy().data
        done = 0
        while done < size:
            got = os.preadv(descriptor, [room[done:]], stored.begin + start + done)
            if not got:
                raise FlawError("it changed while it was read")
            done += got
        flat[start : start + size].copy_(staging)
        return size

    def _staging(self) -> Tensor:
        """Memory of the thread that asks."""
        found: Tensor | None = getattr(self._own, "staging", None)
        if found is None:
            found = torch.empty(CHUNK, dtype=torch.uint8, pin_memory=self._device.type == "cuda")
            self._own.staging = found
        return found
