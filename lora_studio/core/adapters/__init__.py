"""Adapters in files. FORMATS lists the kinds of folder that are read and written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lora_studio.core.adapters.reading import StoredAdapter, attach_stored, read_adapter
from lora_studio.core.adapters.writing import adapter_files


@dataclass(frozen=True)
class AdapterFormat:
    """A kind of adapter folder. `read` raises AdapterError; `files` gives content by file name."""

    name: str
    title: str
    read: Callable[[Path], StoredAdapter]
    files: Callable[..., dict[str, bytes]]


# Explicit, so that a frozen bundle sees every format; the order is the order in the window.
FORMATS: tuple[AdapterFormat, ...] = (AdapterFormat("peft", "PEFT folder", read_adapter, adapter_files),)

__all__ = ["FORMATS", "AdapterFormat", "StoredAdapter", "adapter_files", "attach_stored", "read_adapter"]
