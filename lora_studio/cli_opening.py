"""Opening a model from the command line: where and how, with the progress of large ones on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lora_studio.core.models.open_options import AUTOMATIC, DTYPES, OpenOptions, Progress

if TYPE_CHECKING:
    from lora_studio.core.engine import Engine
    from lora_studio.core.summaries import ModelSummary

F = TypeVar("F", bound=Callable[..., Any])

LARGE = 100_000_000  # bytes; smaller models are there before a line is read


def opening_options(command: F) -> F:
    """Adds --device and --dtype, which the command gets as `device` and `dtype`."""
    device = click.option(
        "--device",
        default=AUTOMATIC,
        show_default=True,
        help="Where it goes: automatic, cpu, cuda, cuda:1, mps.",
    )
    dtype = click.option(
        "--dtype", type=click.Choice(DTYPES), default=AUTOMATIC, show_default=True,
        help="In which numbers it is kept; nf4 are 4 bits.",
    )  # fmt: skip
    return device(dtype(command))


def opened(engine: Engine, source: str, device: str = AUTOMATIC, dtype: str = AUTOMATIC) -> ModelSummary:
    """Opens "minigpt" or a model folder. Raises ModelError."""
    from lora_studio.core.models.opening import open_model

    return engine.take(open_model(source, OpenOptions(device, dtype), _teller()), source)


def _teller() -> Progress:
    """On a terminal a line that renews itself; elsewhere a line where something else begins."""
    told = {"what": "", "percent": -1}

    def tell(what: str, done: int, total: int) -> None:
        percent = 100 * done // total if total else 100
        if total < LARGE or (what, percent) == (told["what"], told["percent"]):
            return
        is_new = what != told["what"]
        told.update(what=what, percent=percent)
        if sys.stderr.isatty():
            click.echo(f"\r{what}: {percent} %", nl=percent == 100, err=True)
        elif is_new:
            click.echo(f"{what} …", err=True)

    return tell
