"""Whether a model fits the memory that is there, opened in one way or another. Needs torch, once it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from lora_studio.core.models.memory import room
from lora_studio.core.models.open_options import AUTOMATIC, OpenOptions

ROOM = 1.2  # times the weights: what has to be free for them, and for working with them

_KEPT = {"float64": 8.0, "float32": 4.0, "bfloat16": 2.0, "float16": 2.0, "nf4": 0.6}  # bytes for each number, about


@dataclass(frozen=True, slots=True)
class Fit:
    """Where and as what a model would be opened. `bytes` is what its weights would take, of `free` that are there;
    both are 0 where nobody can tell.
    """

    device: str
    dtype: str
    bytes: int
    free: int

    @property
    def verdict(self) -> str:
        """ "fits", "tight" (the weights do, with little room to work) or "too large"; empty: nobody can tell."""
        if not self.bytes or not self.free:
            return ""
        return "fits" if self.bytes * ROOM <= self.free else ("tight" if self.bytes <= self.free else "too large")


def fit(parameters: int, stored: str, options: OpenOptions) -> Fit:
    """What opening a model with `options` would mean here.

    Args:
        parameters: how many numbers its weights are.
        stored: as what most of them are stored: "bfloat16" ….

    Raises:
        ModelError: there is no such device or type.
    """
    import torch

    from lora_studio.core.models.devices import choose

    kept = getattr(torch, stored, torch.float32) if stored in _KEPT else torch.float32
    device, dtype, rounded = choose(options, kept, parameters)
    name = "nf4" if rounded else str(dtype).removeprefix("torch.")
    there = room()
    free = there.gpu if device.type == "cuda" else there.free
    return Fit(str(device), name, int(parameters * _KEPT[name]), free)


def devices() -> tuple[str, ...]:
    """What can be chosen on this computer, "automatic" first."""
    import torch

    gpus = tuple(f"cuda:{index}" for index in range(torch.cuda.device_count())) if torch.cuda.is_available() else ()
    return (AUTOMATIC, "cpu", *gpus, *(("mps",) if torch.backends.mps.is_available() else ()))


def can_round() -> bool:
    """Whether there is what NF4 needs: bitsandbytes."""
    return find_spec("bitsandbytes") is not None
