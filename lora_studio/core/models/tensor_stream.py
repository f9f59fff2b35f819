"""Large safetensors files read tensor by tensor, after their header was judged as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import torch
from torch import Tensor

from lora_studio.core.errors import ModelError, StudioError
from lora_studio.core.models.foreign_files import GET_IT_AGAIN, FlawError, open_plain_file, parse_json, shown
from lora_studio.core.models.tensor_file import LENGTH_BYTES, read_header

MAX_FILE_BYTES = 1 << 40  # 1 TiB; the shards that people have are of 5 to 50 GB
CHUNK = 32 << 20  # bytes that are read in one go, so that progress is told and cancelling works within a large tensor

_DTYPES = {
    "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64,
    "I32": torch.int32, "I16": torch.int16, "I8": torch.int8, "U8": torch.uint8, "BOOL": torch.bool,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stored:
    """One tensor in a file: `begin` is where its bytes are, `size` how many."""

    path: Path
    name: str
    dtype: torch.dtype
    shape: tuple[int, ...]
    begin: int
    size: int


def stored_tensors(path: Path, error: type[StudioError] = ModelError) -> list[Stored]:
    """What a file holds, in the order of the file; nothing but its header is read. Raises `error`."""
    with open_plain_file(path, error) as (file, size), flaws_of(path, error):
        header = read_header(file, size, MAX_FILE_BYTES)
        entries = parse_json(header)
        assert isinstance(entries, dict)  # judged
        start = LENGTH_BYTES + len(header)
        found = [
            Stored(
                path, name, _DTYPES[entry["dtype"]], tuple(entry["shape"]),
                start + entry["data_offsets"][0], entry["data_offsets"][1] - entry["data_offsets"][0],
            )
            for name, entry in entries.items()
            if name != "__metadata__"
        ]  # fmt: skip
    return sorted(found, key=lambda stored: stored.begin)


def read_stored(file: BinaryIO, stored: Stored, told: Callable[[int], None]) -> Tensor:
    """The numbers of one tensor in memory of their own, on the CPU. Raises FlawError: the file ends early.

    `told` is given the bytes that were read since the last time.
    """
    flat = torch.empty(stored.size, dtype=torch.uint8)
    room = flat.numpy().data
    file.seek(stored.begin)
    done = 0
    while done < stored.size:
        got = file.readinto(room[done : done + CHUNK])  # type: ignore[attr-defined] # a file of bytes has it
        if not got:
            raise FlawError("it changed while it was read")
        done += got
        told(got)
    return flat.view(stored.dtype).view(stored.shape)


def check_finite(name: str, tensor: Tensor) -> None:
    """Raises FlawError: there is NaN or infinity. One pass in the usual case: such a number would show in the sum."""
    if not tensor.is_floating_point() or not tensor.numel():
        return
    total = tensor.sum(dtype=tensor.dtype if tensor.dtype == torch.float64 else torch.float32)
    if not bool(torch.isfinite(total)) and not bool(torch.isfinite(tensor).all()):
        raise FlawError(f"{shown(name)} holds NaN or infinity")


@contextmanager
def flaws_of(path: Path, error: type[StudioError] = ModelError) -> Iterator[None]:
    """Turns what is wrong with a file into `error`, with the file's name."""
    try:
        yield
    except FlawError as flaw:
        raise error(
            "{path} is not a sound safetensors file: {reason}.", advice=GET_IT_AGAIN, path=path, reason=flaw
        ) from flaw
