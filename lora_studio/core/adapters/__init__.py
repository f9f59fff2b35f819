"""Adapters in files. FORMATS lists the kinds of folder that are read and written."""

from __future__ import annotations

from dataclasses import dataclass

from lora_studio.core.adapters.attaching import attach_stored
from lora_studio.core.adapters.config import CONFIG
from lora_studio.core.adapters.reading import CHANGE, TENSORS, StoredAdapter, read_adapter
from lora_studio.core.adapters.sidecar import SIDECAR
from lora_studio.core.adapters.writing import adapter_files


@dataclass(frozen=True)
class AdapterFormat:
    """A kind of adapter folder, told by the files that it needs."""

    name: str
    title: str
    files: tuple[str, ...]


# Explicit, so that a frozen bundle sees every format; the order is the order in the window.
FORMATS: tuple[AdapterFormat, ...] = (
    AdapterFormat("peft", "PEFT folder", (CONFIG, TENSORS)),
    AdapterFormat("studio", "LoRA Studio folder", (SIDECAR, CHANGE)),
)

__all__ = ["FORMATS", "AdapterFormat", "StoredAdapter", "adapter_files", "attach_stored", "read_adapter"]
