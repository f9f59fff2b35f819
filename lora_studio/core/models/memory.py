"""How much memory is there for a model. Free of torch: it is asked only where it is there already."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

MEMORY_FILE = Path("/proc/meminfo")
GROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes. `free` can be taken now without the system having to make room; `whole` is all there is.

    0 where the system does not say. `gpu` is what the GPU with the most room has free, 0 where there is none, or where
    torch is not there yet.
    """

    free: int = 0
    whole: int = 0
    gpu: int = 0


def room() -> Room:
    """What is there now."""
    free, whole = _of_the_system()
    return Room(free, whole, _of_the_gpu())


def free_memory() -> int:
    """Bytes of main memory that can be taken now; a guess where the system does not say."""
    return _of_the_system()[0]


def tells_free_memory() -> bool:
    """Whether `free_memory` is what the system says, and no guess."""
    return sys.platform in {"linux", "win32"}


def _of_the_system() -> tuple[int, int]:
    try:
        lines = MEMORY_FILE.read_text(encoding="ascii").splitlines()
        found = {name: int(rest.split()[0]) * 1024 for name, _, rest in (line.partition(":") for line in lines)}
        return _left_to_the_container(found["MemAvailable"]), found["MemTotal"]
    except (OSError, ValueError, KeyError, IndexError):
        return _elsewhere()


def _left_to_the_container(free: int) -> int:
    """In a container the system tells of memory that its programs may not have."""
    try:
        limit = int((GROUP / "memory.max").read_text(encoding="ascii"))
        used = int((GROUP / "memory.current").read_text(encoding="ascii"))
        kept = dict(line.split() for line in (GROUP / "memory.stat").read_text(encoding="ascii").splitlines())
        return min(free, max(0, limit - used + int(kept["inactive_file"])))
    except (OSError, ValueError, KeyError):  # no container, or no limit ("max")
        return free


def _elsewhere() -> tuple[int, int]:
    """Where there is no /proc; on macOS what is free is not told cheaply, so half of the whole stands for it."""
    if sys.platform == "win32":
        return _on_windows()
    try:
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return 0, 0
    return whole // 2, whole


def _on_windows() -> tuple[int, int]:
    import ctypes

    numbers = (ctypes.c_ulonglong * 8)()  # MEMORYSTATUSEX: two 32-bit numbers, then seven of 64 bits
    ctypes.cast(numbers, ctypes.POINTER(ctypes.c_ulong))[0] = ctypes.sizeof(numbers)
    library = getattr(ctypes, "windll", None)
    if library is None or not library.kernel32.GlobalMemoryStatusEx(ctypes.byref(numbers)):
        return 0, 0
    return int(numbers[2]), int(numbers[1])


def _of_the_gpu() -> int:
    cuda = getattr(sys.modules.get("torch"), "cuda", None)  # torch is never imported for this
    try:
        if cuda is None or not cuda.is_available():
            return 0
        return max((int(cuda.mem_get_info(device)[0]) for device in range(cuda.device_count())), default=0)
    except (AttributeError, RuntimeError):  # torch is still being imported, or the driver has gone
        return 0
