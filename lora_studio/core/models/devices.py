"""Which device a model goes to, and in which numbers."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import torch

from lora_studio.core.errors import ModelError
from lora_studio.core.models.foreign_files import shown
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.memory import free_memory, tells_free_memory
from lora_studio.core.models.open_options import AUTOMATIC, DTYPES, OpenOptions

ROOM = 1.2  # times the weights: what must be free for them and for reading a row

FLOATS = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
_NF4_SHARE = 0.3  # of a 16-bit model that is left when the linear layers inside the blocks are rounded
_FAST_BFLOAT16 = {"avx512_bf16", "amx_bf16", "bf16"}  # the last one is ARM's


class NoRoomError(ModelError):
    """Nothing is wrong with a model but its size."""


def choose(options: OpenOptions, stored: torch.dtype, numbers: int) -> tuple[torch.device, torch.dtype, bool]:
    """Where weights go and as what.

    Args:
        options: what the person asked for.
        stored: how most of the numbers are stored.
        numbers: how many there are.

    Returns:
        The device, the type of the numbers, and whether linear layers are rounded to NF4.

    Raises:
        ModelError: there is no such device or type.
    """
    if options.dtype not in DTYPES:
        raise ModelError(
            "{type} is no type of numbers that a model can be opened in.",
            advice="Choose one of {types}.",
            type=shown(options.dtype), types=", ".join(DTYPES),
        )  # fmt: skip
    rounded = options.dtype == "nf4"
    device = _device(options.device, _bytes_on_gpu(options.dtype, stored, numbers))
    return device, _dtype(options.dtype, stored, numbers, device), rounded


def _bytes_on_gpu(wanted: str, stored: torch.dtype, numbers: int) -> int:
    if wanted == "nf4":
        return int(numbers * 2 * _NF4_SHARE)
    return numbers * FLOATS.get(wanted, stored).itemsize


def _device(wanted: str, size: int) -> torch.device:
    if wanted != AUTOMATIC:
        return _named(wanted)
    if torch.cuda.is_available():
        free = [torch.cuda.mem_get_info(index)[0] for index in range(torch.cuda.device_count())]
        if max(free) >= size * ROOM:
            return torch.device("cuda", free.index(max(free)))
    if torch.backends.mps.is_available() and free_memory() >= size * ROOM:
        return torch.device("mps")
    return torch.device("cpu")


def _named(name: str) -> torch.device:
    try:
        device = torch.device(name)
    except RuntimeError:
        raise _no_device(name) from None
    kinds = {
        "cpu": True,
        "cuda": torch.cuda.is_available() and (device.index or 0) < torch.cuda.device_count(),
        "mps": torch.backends.mps.is_available(),
    }
    if not kinds.get(device.type, False):
        raise _no_device(name)
    return torch.device("cuda", device.index or 0) if device.type == "cuda" else device


def _no_device(name: str) -> ModelError:
    return ModelError(
        "There is no device {device} on this computer.",
        advice="Choose “automatic” or “cpu”.",
        device=shown(name),
    )


def _dtype(wanted: str, stored: torch.dtype, numbers: int, device: torch.device) -> torch.dtype:
    if wanted in FLOATS:
        return FLOATS[wanted]
    kept = stored if stored in FLOATS.values() else torch.float32
    if wanted == "nf4" and kept == torch.float32:
        return torch.bfloat16
    if device.type != "cpu" or kept == torch.float32 or wanted == "nf4":
        return kept
    if kept == torch.bfloat16 and is_fast_at_bfloat16():
        return kept
    has_room = free_memory() >= numbers * torch.float32.itemsize * ROOM
    return torch.float32 if has_room else torch.bfloat16


def is_fast_at_bfloat16() -> bool:
    """Whether the CPU multiplies bfloat16 by itself. Known on Linux only; elsewhere float32 is the safer choice."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return False
    flags = next((line for line in lines if line.startswith(("flags", "Features"))), "")
    return bool(_FAST_BFLOAT16 & set(flags.split()))


def has_room_beside(model: LanguageModel, source: str) -> bool:
    """Whether the weights in the folder `source` fit into memory beside a model that is there."""
    try:
        size = sum(path.stat().st_size for path in Path(source).expanduser().glob("*.safetensors"))
    except OSError:
        return True  # opening says what is wrong
    if model.device.type == "cuda":
        return torch.cuda.mem_get_info(model.device)[0] >= size * ROOM
    return free_memory() >= size * ROOM


def check_room(path: Path, device: torch.device, dtype: torch.dtype, numbers: int, *, rounded: bool) -> None:
    """Said before weights are read that main memory cannot hold: the system would end the program, without a word.

    Raises NoRoomError.
    """
    size = int(numbers * 2 * _NF4_SHARE) if rounded else numbers * dtype.itemsize
    free = free_memory()
    if device.type == "cpu" and tells_free_memory() and 0 < free < size:
        raise NoRoomError(
            "{path} needs {size} GB of memory, and {free} GB are free.",
            advice="Open it in 4 bits (NF4) or as bfloat16, on another device, or close other programs.",
            path=path, size=f"{size / 1e9:.1f}", free=f"{free / 1e9:.1f}",
        )  # fmt: skip


def give_back_unused() -> None:
    """Returns GPU memory that torch keeps for itself to the system."""
    with suppress(RuntimeError):  # of a device that has gone
        if torch.cuda.is_available() and torch.cuda.is_initialized():
            torch.cuda.empty_cache()
        if torch.backends.mps.is_available():
            torch.mps.empty_cache()
