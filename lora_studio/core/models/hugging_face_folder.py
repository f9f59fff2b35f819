"""Model folders of the families that transformers knows, opened: judged first, then read by rules of our own."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from lora_studio.core.errors import ModelError
from lora_studio.core.models import families, nf4
from lora_studio.core.models.devices import NoRoomError, check_room, choose
from lora_studio.core.models.foreign_files import refuse_other_folders, shown, some
from lora_studio.core.models.hugging_face import HuggingFaceModel
from lora_studio.core.models.hugging_face_config import CONFIG, read_config
from lora_studio.core.models.open_options import READING, OpenOptions, Progress, tell_nobody
from lora_studio.core.models.shards import stored_weights
from lora_studio.core.models.shortage import is_out_of_memory
from lora_studio.core.models.tensor_stream import Stored
from lora_studio.core.models.tokenizer_files import TOKENIZER, check_fits, read_notes, read_tokenizer
from lora_studio.core.models.weight_loading import WeightLoader, empty_network, round_linear, stored_samples
from lora_studio.core.models.weight_places import NeedsConversionError, placed

if TYPE_CHECKING:
    from transformers import PretrainedConfig, PreTrainedModel


def read_hugging_face(
    folder: Path, options: OpenOptions | None = None, progress: Progress = tell_nobody
) -> HuggingFaceModel:
    """Opens a folder. Everything that can be judged without the weights is judged first.

    Raises:
        ModelError: what is wrong, with which file, and what to do.
        RecipeError: NF4 was asked for, and bitsandbytes is not installed.
        Exception: whatever `progress` raises, which ends the opening.
    """
    refuse_other_folders(folder, (CONFIG,), "model folder", ModelError)
    config = read_config(folder)
    tokenizer = read_tokenizer(folder)
    stored = stored_weights(folder)
    _check_layers(config, stored, folder)
    usual, numbers = _numbers(stored)
    device, dtype, rounded = choose(options or OpenOptions(), usual, numbers)
    if rounded:
        nf4.check_installed()
    check_room(folder, device, dtype, numbers, rounded=rounded)
    network = empty_network(config, dtype)
    check_fits(tokenizer, network.get_input_embeddings(), folder / TOKENIZER)
    notes = read_notes(folder, tokenizer, config.eos_token_id, config.pad_token_id)
    transposed = families.make_linear(network)
    with _memory_errors(folder, device):
        loaded = _loaded(network, stored, transposed, folder, _Target(device, dtype, rounded), progress)
        model = HuggingFaceModel(shown(folder.resolve().name), loaded.network, tokenizer, notes, transposed)
        model.samples = loaded.samples
        model.check_scoring()
    return model


@dataclass(frozen=True, slots=True)
class _Target:
    device: torch.device
    dtype: torch.dtype
    rounded: bool


@dataclass(frozen=True, slots=True)
class _Loaded:
    network: PreTrainedModel
    samples: Mapping[str, bytes]


def _loaded(
    network: PreTrainedModel,
    stored: Sequence[Stored],
    transposed: frozenset[str],
    folder: Path,
    target: _Target,
    progress: Progress,
) -> _Loaded:
    layers = families.linear_names(network, families.blocks_name(network)) if target.rounded else ()
    try:
        tensors = placed(network, stored, transposed, folder)
    except NeedsConversionError:
        return _converted(folder, network.config, stored, target, layers, progress)
    loader = WeightLoader(network, target.device, target.dtype, layers)
    loader.load(tensors, progress)
    return _Loaded(network, loader.samples)


@contextmanager
def _memory_errors(folder: Path, device: torch.device) -> Iterator[None]:
    try:
        yield
    except (RuntimeError, MemoryError) as problem:
        if not is_out_of_memory(problem):
            raise
        raise NoRoomError(
            "{path} does not fit into the memory of {device}.",
            advice="Open it in 4 bits (NF4) or as bfloat16, on another device, or close other programs.",
            path=folder, device=str(device).upper(),
        ) from problem  # fmt: skip


def _numbers(stored: Sequence[Stored]) -> tuple[torch.dtype, int]:
    """How most numbers are stored, and how many there are."""
    counts: Counter[torch.dtype] = Counter()
    for one in stored:
        if one.dtype.is_floating_point:
            counts[one.dtype] += one.size // one.dtype.itemsize
    usual = counts.most_common(1)
    return (usual[0][0] if usual else torch.float32), counts.total()


def _check_layers(config: PretrainedConfig, stored: Sequence[Stored], folder: Path) -> None:
    """A network that is far larger than its weights is not even built."""
    layers = getattr(config, "num_hidden_layers", None)
    if isinstance(layers, int) and layers > len(stored):
        raise ModelError(
            "The weights in {path} do not fit {config}: {reason}.",
            advice="Get the folder again; its files belong together.",
            path=folder, config=CONFIG, reason=f"{layers} layers, and {len(stored)} tensors",
        )  # fmt: skip


def _converted(
    folder: Path,
    config: PretrainedConfig,
    stored: Sequence[Stored],
    target: _Target,
    layers: Sequence[str],
    progress: Progress,
) -> _Loaded:
    """Loaded by transformers itself, for families whose stored tensors it puts together (mixtures of experts).

    The files are read and judged here first; what it reports of its own reading is judged, too.
    """
    from transformers import AutoModelForCausalLM

    _refuse_adapter(folder)
    size = sum(one.size for one in stored)
    samples = stored_samples(stored, lambda done: progress(READING, done // 2, size))  # the other half is its reading
    try:
        network, report = AutoModelForCausalLM.from_pretrained(
            folder,
            config=config,
            dtype=target.dtype,
            local_files_only=True,
            use_safetensors=True,
            output_loading_info=True,
        )
    except Exception as problem:
        raise _unfit(folder, shown(" ".join(str(problem).split()))) from problem
    _check_report(folder, report)
    for name in layers:
        network.get_submodule(name).to(target.device)
        round_linear(network, name)
    network.to(target.device)
    progress(READING, size, size)
    return _Loaded(network, samples)


def _refuse_adapter(folder: Path) -> None:
    """Transformers would apply it by itself, from a file that nobody has judged."""
    if os.path.lexists(folder / "adapter_config.json"):
        raise ModelError(
            "{path} holds an adapter beside the model (adapter_config.json).",
            advice="Move the adapter's files to a folder of their own, and open both one after the other.",
            path=folder,
        )


def _check_report(folder: Path, report: dict[str, Any]) -> None:
    reasons = [
        f"{words} {some(sorted(map(str, report[kind])))}"
        for kind, words in (
            ("missing_keys", "no tensor for"),
            ("unexpected_keys", "no place for"),
            ("mismatched_keys", "other shapes in"),
        )
        if report.get(kind)
    ]
    if reasons:
        raise _unfit(folder, "; ".join(reasons))


def _unfit(folder: Path, reason: str) -> ModelError:
    return ModelError(
        "The weights in {path} do not fit {config}: {reason}.",
        advice="Get the folder again; its files belong together.",
        path=folder, config=CONFIG, reason=reason,
    )  # fmt: skip
