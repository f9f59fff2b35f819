"""Safetensors files that are made while they are written: memory never holds a model's weights a second time."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from lora_studio.core.files import Content, Streamed

MAX_SHARD_BYTES = 5 * 10**9
CHUNK = 32 << 20

_NAMES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64",
    torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL",
}  # fmt: skip
_ALIGNMENT = 8


@dataclass(frozen=True, slots=True)
class Planned:
    """A tensor that will be written; `make` gives it, on any device."""

    dtype: torch.dtype
    shape: tuple[int, ...]
    make: Callable[[], Tensor]

    @property
    def size(self) -> int:
        """In bytes."""
        return math.prod(self.shape) * self.dtype.itemsize


def planned(tensor: Tensor) -> Planned:
    """For a tensor that is there already."""
    return Planned(tensor.dtype, tuple(tensor.shape), lambda: tensor)


def weight_files(tensors: Mapping[str, Planned], most: int = MAX_SHARD_BYTES) -> dict[str, Content]:
    """The weights as one file, or as several of at most `most` bytes with an index, named as transformers does it."""
    shards = _shards(tensors, most)
    if len(shards) == 1:
        return {"model.safetensors": safetensors_file(shards[0])}
    files: dict[str, Content] = {}
    places: dict[str, str] = {}
    for number, shard in enumerate(shards, start=1):
        name = f"model-{number:05}-of-{len(shards):05}.safetensors"
        files[name] = safetensors_file(shard)
        places |= dict.fromkeys(shard, name)
    index = {
        "metadata": {
            "total_parameters": sum(math.prod(tensor.shape) for tensor in tensors.values()),
            "total_size": sum(tensor.size for tensor in tensors.values()),
        },
        "weight_map": dict(sorted(places.items())),
    }
    files["model.safetensors.index.json"] = json.dumps(index, indent=2).encode() + b"\n"
    return files


def _shards(tensors: Mapping[str, Planned], most: int) -> list[dict[str, Planned]]:
    shards: list[dict[str, Planned]] = [{}]
    size = 0
    for name, tensor in tensors.items():
        if shards[-1] and size + tensor.size > most:
            shards.append({})
            size = 0
        shards[-1][name] = tensor
        size += tensor.size
    return shards


def safetensors_file(tensors: Mapping[str, Planned]) -> Streamed:
    """One file. Wide numbers come first, so that every tensor lies aligned."""
    ordered = sorted(tensors.items(), key=lambda item: (-item[1].dtype.itemsize, item[0]))
    entries: dict[str, object] = {"__metadata__": {"format": "pt"}}
    position = 0
    for name, tensor in ordered:
        entries[name] = {
            "dtype": _NAMES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [position, position + tensor.size],
        }
        position += tensor.size
    header = json.dumps(entries, separators=(",", ":"), ensure_ascii=False).encode()
    header += b" " * (-len(header) % _ALIGNMENT)
    start = len(header).to_bytes(_ALIGNMENT, "little") + header

    def chunks() -> Iterator[bytes | memoryview]:
        yield start
        for name, tensor in ordered:
            yield from _bytes_of(name, tensor)

    return Streamed(len(start) + position, chunks)


def _bytes_of(name: str, planned: Planned) -> Iterator[memoryview]:
    made = planned.make().detach()
    if made.dtype != planned.dtype or tuple(made.shape) != planned.shape:
        raise ValueError(f"{name} is not as it was planned")
    flat = made.cpu().contiguous().reshape(-1).view(torch.uint8)
    whole = flat.numpy().data
    for begin in range(0, len(whole), CHUNK):
        yield whole[begin : begin + CHUNK]
