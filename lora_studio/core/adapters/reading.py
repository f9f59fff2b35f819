"""Adapter folders from disk, judged as a whole. How one is compared with a model and applied is in `attaching`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from lora_studio.core.adapters.config import CONFIG, AdapterConfig, read_config
from lora_studio.core.adapters.sidecar import SIDECAR, BaseNote, Sidecar, read_sidecar
from lora_studio.core.errors import AdapterError
from lora_studio.core.methods import Method
from lora_studio.core.models.foreign_files import open_plain_file, refuse_other_folders, shown, some
from lora_studio.core.models.memory import free_memory
from lora_studio.core.models.tensor_file import MAX_FILE_BYTES
from lora_studio.core.models.tensor_stream import check_finite, flaws_of, read_stored, stored_tensors

TENSORS = "adapter_model.safetensors"  # beside PEFT's config
CHANGE = "change.safetensors"  # for what PEFT has no form for
SHARE_OF_MEMORY = 0.8  # of what is free, that a large file may take


@dataclass(frozen=True)
class StoredAdapter:
    """An adapter folder as read; sound in itself, not yet compared with any model.

    `config` is None for what PEFT has no form for; `method` is None where the folder comes from another program.
    `tensors` are by their name in the file.
    """

    folder: Path
    name: str
    config: AdapterConfig | None
    method: Method | None
    trains_embeddings: bool | None
    tensors: Mapping[str, Tensor]
    new_words: tuple[str, ...]
    base: BaseNote
    recipe: dict[str, Any] | None

    @property
    def file(self) -> Path:
        return self.folder / (TENSORS if self.config else CHANGE)


def read_adapter(folder: Path) -> StoredAdapter:
    """Reads a folder in either form. Raises AdapterError, and nothing else: what is wrong, and with which file."""
    folder = _inside_a_run(folder)
    ours = is_ours(folder)
    wanted = (SIDECAR, CHANGE) if ours else (CONFIG, TENSORS)
    refuse_other_folders(folder, wanted, "adapter folder", AdapterError)
    config = None if ours else read_config(folder / CONFIG)
    sidecar = read_sidecar(folder / SIDECAR)
    return StoredAdapter(
        folder=folder,
        name=shown(" ".join(sidecar.name.split())),
        config=config,
        method=_stored_method(folder, config, sidecar),
        trains_embeddings=sidecar.trains_embeddings,
        tensors=_sound_tensors(folder / (TENSORS if config else CHANGE)),
        new_words=tuple(sidecar.new_words),
        base=sidecar.base,
        recipe=sidecar.recipe,
    )


def _inside_a_run(folder: Path) -> Path:
    """A run's folder stands for the adapter in it."""
    try:
        is_run = (folder / "recipe.yaml").is_file() and (folder / "adapter").is_dir()
    except (OSError, ValueError):
        return folder
    return folder / "adapter" if is_run else folder


def is_ours(folder: Path) -> bool:
    """Whether a folder holds a change that PEFT has no form for."""
    try:
        return (folder / CHANGE).exists() and not (folder / CONFIG).exists()
    except OSError:
        return False


def _sound_tensors(path: Path) -> dict[str, Tensor]:
    tensors = _read_tensors(path)
    if not tensors:
        raise AdapterError("{path} is empty.", advice="Save the adapter again where it came from.", path=path)
    whole_numbers = [name for name, tensor in tensors.items() if not tensor.is_floating_point()]
    if whole_numbers:
        raise AdapterError(
            "{path} holds whole numbers in {names}.",
            advice="Save the adapter with floating-point numbers.",
            path=path, names=some(whole_numbers),
        )  # fmt: skip
    return tensors


def _read_tensors(path: Path) -> dict[str, Tensor]:
    """Embedding and head of a large model take gigabytes, which are read if there is room for them."""
    stored = stored_tensors(path, AdapterError)
    size = sum(entry.size for entry in stored)
    if size > MAX_FILE_BYTES and size > free_memory() * SHARE_OF_MEMORY:
        raise AdapterError(
            "{path} holds {size} GB, more than there is memory free for.",
            advice="Close other programs, or open it on a computer with more memory.",
            path=path, size=size // 10**9,
        )  # fmt: skip
    found: dict[str, Tensor] = {}
    with open_plain_file(path, AdapterError) as (file, _), flaws_of(path, AdapterError):
        for entry in stored:
            found[entry.name] = read_stored(file, entry, lambda _: None)
            check_finite(entry.name, found[entry.name])
    return dict(sorted(found.items()))


def _stored_method(folder: Path, config: AdapterConfig | None, sidecar: Sidecar) -> Method | None:
    method = sidecar.method
    kind = config.peft_type if config else ""
    if method is None and not config:
        raise disagreement(folder, "lora_studio.json does not name the method")
    if method is not None and method.peft_type != kind:
        raise disagreement(folder, f"lora_studio.json says {method.name}, and {CONFIG} says {kind or 'nothing'}")
    return method


def disagreement(folder: Path, reason: str) -> AdapterError:
    return AdapterError(
        "{path} cannot be used: {reason}.",
        advice="Get the folder again; its files belong together.",
        path=folder, reason=reason,
    )  # fmt: skip
