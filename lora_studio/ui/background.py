"""What threads beside the window's need."""

from __future__ import annotations

import gc
import importlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from lora_studio.ui.bridge import Bridge


@contextmanager
def not_collecting() -> Iterator[None]:
    """A collection on this thread could destroy Qt objects here."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def import_plots(modules: Sequence[str], bridge: Bridge, then: Callable[[], None]) -> None:
    """Imports modules that need pyqtgraph on a thread of its own; `then` is called in the window's, even if it fails.

    Whoever uses the modules there imports them once more, and hears then why it failed.
    """
    arguments = (modules, bridge, then)
    threading.Thread(target=_import, args=arguments, name="import plots", daemon=True).start()


def _import(modules: Sequence[str], bridge: Bridge, then: Callable[[], None]) -> None:
    with not_collecting(), suppress(ImportError):
        for module in modules:
            importlib.import_module(module)
    bridge.call(then)
