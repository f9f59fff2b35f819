"""Where and how a model is opened, before torch is imported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

AUTOMATIC = "automatic"
DTYPES = (AUTOMATIC, "float32", "bfloat16", "float16", "nf4")

# Told what is being done, how many bytes of it are done, and of how many. What it raises ends the opening.
Progress = Callable[[str, int, int], None]

READING = "Reading weights"


def tell_nobody(what: str, done: int, total: int) -> None:
    """For those who do not wait."""


@dataclass(frozen=True, slots=True)
class OpenOptions:
    """How a model is opened.

    `device` is "automatic", "cpu", "cuda", "cuda:1", "mps" …: automatic takes the GPU with the most room if the weights
    and a fifth more fit, else a Mac's GPU, else the CPU. `dtype` is one of DTYPES: automatic keeps the numbers as the
    file has them on a GPU, and on a CPU that is fast with them; another CPU gets float32 where memory allows. "nf4"
    rounds the linear layers inside the blocks to 4 bits while they are read.
    """

    device: str = AUTOMATIC
    dtype: str = AUTOMATIC
