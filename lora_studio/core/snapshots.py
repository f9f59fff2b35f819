"""The states that a run leaves along its way, one file each. Free of torch."""

from __future__ import annotations

import re
from pathlib import Path

SNAPSHOTS = "snapshots"
MOST_BYTES = 256 << 20  # of one run; of a method that trains much, fewer states are kept

_NAME = re.compile(r"step-([0-9]{6,12})\.safetensors")


def snapshot_steps(path: Path) -> tuple[int, ...]:
    """The steps of which the run folder at `path` holds a snapshot, in order; empty if there are none."""
    try:
        names = [entry.name for entry in (path / SNAPSHOTS).iterdir()]
    except OSError:
        return ()
    steps = ((int(found[1]), name) for name in names if (found := _NAME.fullmatch(name)))
    return tuple(sorted(step for step, name in steps if name == snapshot_file(path, step).name))


def snapshot_file(path: Path, step: int) -> Path:
    """Where the run folder at `path` has, or would have, the kept tensors as they were after `step` steps."""
    return path / SNAPSHOTS / f"step-{step:06}.safetensors"


def spread(steps: int, count: int, size: int) -> frozenset[int]:
    """After which of `steps` steps a state of `size` bytes is kept: at most `count`, evenly, the last one always."""
    count = min(count, steps + 1, MOST_BYTES // max(size, 1))
    if count < 2:
        return frozenset({steps} if count else ())
    return frozenset(round(index * steps / (count - 1)) for index in range(count))
