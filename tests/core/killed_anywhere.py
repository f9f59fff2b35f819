"""Begins a run, cancels it and lets it go on, killed before each thing that it does to the disk; for tests.

A program of its own that forks: none of its threads may be there when it does.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from lora_studio.core.events import Step
from lora_studio.core.recipe import Protection, Recipe
from lora_studio.core.run_folder import RunFolder
from lora_studio.core.variants import Variants
from tests.core.interrupted import go_on, run_of
from tests.core.killed_run import recipe
from tests.core.tiny_mini_gpt import make_mini_gpt

STEPS, CANCELLED_AT = 6, 3
ON_DISK = ("mkdir", "fsync", "replace", "rename", "unlink", "rmdir")


def short() -> Recipe:
    made = recipe()
    training = made.training.model_copy(update={"epochs": STEPS // 2, "snapshots": 3})
    return made.model_copy(update={"training": training, "protection": Protection()})


def cancelled_and_gone_on(path: Path) -> None:
    run = run_of(Variants(make_mini_gpt()), short(), RunFolder(path))
    for event in run.events():
        if isinstance(event, Step) and event.step == CANCELLED_AT:
            run.cancel()
    go_on(Variants(make_mini_gpt()), path)


def kill_before(number: int) -> None:
    """From here on this process ends before what it does to the disk for the so-manieth time."""
    left = iter(range(number))

    def deadly(act: Callable[..., Any]) -> Callable[..., Any]:
        def acting(*arguments: Any, **options: Any) -> Any:
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            return act(*arguments, **options)

        return acting

    for name in ON_DISK:
        setattr(os, name, deadly(getattr(os, name)))


def main(folder: Path) -> None:
    torch.set_num_threads(1)
    with TemporaryDirectory() as place:
        cancelled_and_gone_on(Path(place) / "run")  # so that torch imports here, once, what it imports late
    for number in count():
        child = os.fork()
        if child == 0:
            kill_before(number)
            cancelled_and_gone_on(folder / f"{number:03}")
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
