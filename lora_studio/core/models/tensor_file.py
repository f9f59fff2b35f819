"""Safetensors files in and out. The header is judged here before the library sees a byte.

The library accepts duplicate names, NaN and names such as "../../x", and on broken input it sometimes raises errors
that are not its own.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import safetensors.torch
import torch
from torch import Tensor

from lora_studio.core.errors import ModelError, StudioError
from lora_studio.core.models.foreign_files import GET_IT_AGAIN, FlawError, open_plain_file, parse_json, shown

MAX_FILE_BYTES = 4 * 1024**3
MAX_HEADER_BYTES = 100_000_000
MAX_TENSORS = 100_000
MAX_DIMENSIONS = 8
MAX_SIZE = 2**48  # of one dimension, and of an offset
MAX_NAME = 512

_BYTES_PER_NUMBER = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}
LENGTH_BYTES = 8


def read_tensors(path: Path, error: type[StudioError] = ModelError) -> dict[str, Tensor]:
    """All tensors of a safetensors file, in memory of their own.

    Args:
        path: a plain file, or a link to one inside the same folder.
        error: the class to raise; nothing else is raised.
    """
    with open_plain_file(path, error) as (file, size):
        try:
            return _read(file, size)
        except FlawError as flaw:
            raise error(
                "{path} is not a sound safetensors file: {reason}.", advice=GET_IT_AGAIN, path=path, reason=flaw
            ) from flaw


def tensors_to_bytes(tensors: Mapping[str, Tensor], metadata: Mapping[str, str] | None = None) -> bytes:
    """A safetensors file; the same tensors give the same bytes."""
    plain = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    data: bytes = safetensors.torch.save(plain, dict(metadata or {"format": "pt"}))
    start, header = _split(data)
    ordered = json.dumps(header, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ordered += b" " * (-len(ordered) % LENGTH_BYTES)  # the library orders metadata at random
    return len(ordered).to_bytes(LENGTH_BYTES, "little") + ordered + data[start:]


def _split(data: bytes) -> tuple[int, object]:
    start = LENGTH_BYTES + int.from_bytes(data[:LENGTH_BYTES], "little")
    return start, json.loads(data[LENGTH_BYTES:start])


def _read(file: BinaryIO, size: int) -> dict[str, Tensor]:
    header = read_header(file, size, MAX_FILE_BYTES)
    # The same bytes that were judged are loaded: a mapped file could change under our hands.
    data = len(header).to_bytes(LENGTH_BYTES, "little") + header + file.read(size - LENGTH_BYTES - len(header))
    if len(data) != size:
        raise FlawError("it changed while it was read")
    return _load(data)


def read_header(file: BinaryIO, size: int, limit: int) -> bytes:
    """The judged header of a file of `size` bytes; `file` stands behind it then. Raises FlawError."""
    if size > limit:
        raise FlawError(f"it is larger than {limit >> 30} GiB")
    prefix = file.read(LENGTH_BYTES)
    length = int.from_bytes(prefix, "little")
    if len(prefix) < LENGTH_BYTES or length > size - LENGTH_BYTES:
        raise FlawError("it is cut off, or something else altogether")
    if length > MAX_HEADER_BYTES:
        raise FlawError("its header is too long")
    header = file.read(length)
    check_header(header, size - LENGTH_BYTES - length)
    return header


def _load(data: bytes) -> dict[str, Tensor]:
    try:
        loaded = safetensors.torch.load(data)
        # Torch's own memory is aligned; results must not depend on where a byte string happened to lie.
        tensors = {name: loaded[name].clone() for name in sorted(loaded)}
    except Exception as problem:  # the library raises KeyError, RuntimeError … for what it dislikes
        raise FlawError(f"it cannot be loaded ({shown(problem)})") from problem
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise FlawError(f"{shown(name)} holds NaN or infinity")
    return tensors


def check_header(header: bytes, data_bytes: int) -> None:
    """Judges a header (JSON) for `data_bytes` bytes of tensors behind it. Raises FlawError."""
    if not header.startswith(b"{"):
        raise FlawError("it has no safetensors header")
    entries = parse_json(header)
    if not isinstance(entries, dict):
        raise FlawError("its header is no JSON object")
    _check_metadata(entries.pop("__metadata__", {}))
    if len(entries) > MAX_TENSORS:
        raise FlawError(f"it holds more than {MAX_TENSORS} tensors")
    spans = sorted((*_span(name, entry), name) for name, entry in entries.items())
    _check_cover(spans, data_bytes)


def _check_metadata(metadata: object) -> None:
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise FlawError("its metadata is not text by name")


def _span(name: str, entry: object) -> tuple[int, int]:
    """Where a tensor's bytes begin and end; checks all that one entry can get wrong."""
    if not is_sane_name(name):
        raise FlawError(f"“{shown(name)}” is no tensor name")
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise FlawError(f"{shown(name)} is not described by dtype, shape and data_offsets")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in _BYTES_PER_NUMBER:
        raise FlawError(f"{shown(name)} has the number type {shown(dtype)}, which is not known here")
    if not _are_sizes(shape) or len(shape) > MAX_DIMENSIONS:
        raise FlawError(f"the shape of {shown(name)} is not a list of at most {MAX_DIMENSIONS} sizes")
    if not _are_sizes(offsets) or len(offsets) != 2:
        raise FlawError(f"the offsets of {shown(name)} are not two positions")
    begin, end = offsets
    if end - begin != math.prod(shape) * _BYTES_PER_NUMBER[dtype]:
        raise FlawError(f"the shape and the offsets of {shown(name)} do not agree")
    return begin, end


def _are_sizes(value: object) -> bool:
    # `type` rather than isinstance: True is no size.
    return isinstance(value, list) and all(type(number) is int and 0 <= number <= MAX_SIZE for number in value)


def is_sane_name(name: str) -> bool:
    """Whether a tensor's name could not be mistaken for a path and is fit to be shown."""
    return 0 < len(name) <= MAX_NAME and name.isprintable() and ".." not in name and not set(name) & set("/\\")


def _check_cover(spans: list[tuple[int, int, str]], data_bytes: int) -> None:
    """The tensors lie one after the other, and nothing lies between, under or behind them."""
    position = 0
    for begin, end, name in spans:
        if begin != position:
            raise FlawError(f"there is {'a gap' if begin > position else 'an overlap'} before {shown(name)}")
        position = end
    if position > data_bytes:
        raise FlawError(f"it is cut off; {data_bytes} of {position} bytes are there")
    if position < data_bytes:
        raise FlawError(f"{data_bytes - position} bytes stand behind the last tensor")
