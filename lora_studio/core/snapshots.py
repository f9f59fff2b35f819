"""The states that a run leaves along its way, one file each. Free of torch."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    count = min(most(count, size), steps + 1)
    if count < 2:
        return frozenset({steps} if count else ())
    return frozenset(round(index * steps / (count - 1)) for index in range(count))


def most(count: int, size: int) -> int:
    """How many of `count` wanted states of `size` bytes a run keeps."""
    return min(count, MOST_BYTES // max(size, 1))


class ByTime:
    """When a state is due, if one is wanted every so many seconds of training."""

    def __init__(self, seconds: float, begun: float) -> None:
        """`begun`: the seconds that the run has trained already."""
        self._interval = seconds
        self._next = begun + seconds

    def is_due(self, seconds: float) -> bool:
        """Whether it is time, after so many seconds of training; from then on the next one is waited for."""
        due = seconds >= self._next
        if due:
            self._next = seconds + self._interval
        return due


def too_many(path: Path, count: int) -> Iterator[Path]:
    """The files to go so that at most `count` states are kept in the run folder at `path`, spread over its length.

    Each time the one goes whose neighbours lie closest together; the first state and the newest stay.
    """
    steps = list(snapshot_steps(path))
    while len(steps) > max(count, 1):
        gaps = [steps[place + 1] - steps[place - 1] for place in range(1, len(steps) - 1)]
        place = 1 + gaps.index(min(gaps)) if gaps else 0
        yield snapshot_file(path, steps.pop(place))
