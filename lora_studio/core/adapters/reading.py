"""Adapters from disk: judged as a whole first, then applied as a whole, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from pydantic import ValidationError
from torch import Tensor, nn

from lora_studio.core.adapters.config import ALL_LINEAR, CONFIG, AdapterConfig, read_config
from lora_studio.core.adapters.sidecar import SIDECAR, BaseNote, Sidecar, read_sidecar
from lora_studio.core.errors import AdapterError
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.methods.lora import Lora
from lora_studio.core.methods.lora_linear import LoraAttachment, LoraLinear
from lora_studio.core.models.folder import differences
from lora_studio.core.models.foreign_files import refuse_other_folders, shown, some
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.language_model import LanguageModel, fingerprint
from lora_studio.core.models.tensor_file import read_tensors

TENSORS = "adapter_model.safetensors"
PREFIX = "base_model.model."  # what PEFT puts before a name in the network
LOW_RANK_ENDS = (".lora_A.weight", ".lora_B.weight")


@dataclass(frozen=True)
class StoredAdapter:
    """An adapter folder as read; sound in itself, not yet compared with any model.

    `targets` are names or ends of names of layers, or "all-linear". `low_rank` and `whole` hold the tensors by their
    name in the network; `whole` belongs to modules that were saved as they are (embedding, head: `saved_whole`).
    """

    folder: Path
    name: str
    method: Lora
    targets: tuple[str, ...]
    saved_whole: tuple[str, ...]
    low_rank: Mapping[str, Tensor]
    whole: Mapping[str, Tensor]
    new_words: tuple[str, ...]
    base: BaseNote
    recipe: dict[str, Any] | None


def read_adapter(folder: Path) -> StoredAdapter:
    """Reads a PEFT folder. Raises AdapterError: what is wrong, and with which file; nothing else is raised."""
    refuse_other_folders(folder, (CONFIG, TENSORS), "adapter folder", AdapterError)
    config = read_config(folder / CONFIG)
    sidecar = read_sidecar(folder / SIDECAR)
    tensors = _network_tensors(folder / TENSORS)
    low_rank = {name: tensor for name, tensor in tensors.items() if name.endswith(LOW_RANK_ENDS)}
    return StoredAdapter(
        folder=folder,
        name=shown(" ".join(sidecar.name.split())),
        method=_method(folder, config, sidecar, low_rank),
        targets=config.targets,
        saved_whole=config.saved_whole,
        low_rank=low_rank,
        whole={name: tensor for name, tensor in tensors.items() if name not in low_rank},
        new_words=tuple(sidecar.new_words),
        base=sidecar.base,
        recipe=sidecar.recipe,
    )


def attach_stored(model: LanguageModel, stored: StoredAdapter) -> tuple[Growth | None, Attachment]:
    """Changes `model` in place; undo with the attachment's `detach`, then the growth's `undo`.

    Args:
        model: the bare base: nothing attached, its vocabulary not grown.
        stored: from `read_adapter`.

    Returns:
        The growth of the vocabulary, if the adapter adds words, and the attachment; both applied.

    Raises:
        AdapterError: the adapter is for another model, which differs in what the message says; `model` is as before.
    """
    check_fits(model, stored)
    growth: Growth | None = None
    attachment: Attachment | None = None
    try:
        if stored.new_words:
            growth = Growth(model, stored.new_words, seed=0)  # the rows are overwritten below
        attachment = LoraAttachment(model, stored.method, _layers(model, stored))
        for place in _whole_places(model, stored):
            _fill(model.network.get_submodule(place), place, stored.whole)
    except BaseException:
        if attachment:
            attachment.detach()
        if growth:
            growth.undo()
        raise
    return growth, attachment


def check_fits(model: LanguageModel, stored: StoredAdapter) -> None:
    """Raises AdapterError: `attach_stored` would refuse, and why."""
    if not all(isinstance(layer, nn.Linear) for layer in model.linears().values()):
        raise AdapterError("{model} has an adapter attached already.", advice="Detach it first.", model=model.name)
    _check_vocabulary(model, stored)
    found = {name: tuple(tensor.shape) for name, tensor in {**stored.low_rank, **stored.whole}.items()}
    if reason := differences(_places(model, stored), found):
        raise _unfit(model, stored, reason)
    _check_range(model, stored)
    known = stored.base.fingerprint
    if known and known != fingerprint(model.network.state_dict(), model.tokenizer.get_vocab()):
        raise _unfit(model, stored, "the shapes agree, but the base's weights are others")


# Reading


def _network_tensors(path: Path) -> dict[str, Tensor]:
    tensors = read_tensors(path, AdapterError)
    foreign = [name for name in tensors if not name.startswith(PREFIX)]
    if foreign or not tensors:
        raise AdapterError(
            "{path} holds no adapter as PEFT writes it: {reason}.",
            advice="Save the adapter with PEFT's save_pretrained.",
            path=path, reason=f"{some(foreign)} does not begin with {PREFIX}" if foreign else "it is empty",
        )  # fmt: skip
    whole_numbers = [name for name, tensor in tensors.items() if not tensor.is_floating_point()]
    if whole_numbers:
        raise AdapterError(
            "{path} holds whole numbers in {names}.",
            advice="Save the adapter with floating-point numbers.",
            path=path, names=some(whole_numbers),
        )  # fmt: skip
    return {name.removeprefix(PREFIX): tensor for name, tensor in tensors.items()}


def _method(folder: Path, config: AdapterConfig, sidecar: Sidecar, low_rank: Mapping[str, Tensor]) -> Lora:
    # The layers' own last name parts rather than the file's targets, which may be whole names or "all-linear".
    targets = sorted({name.split(".")[-3] for name in low_rank})
    grown_only = bool(sidecar.new_words) and sidecar.trains_embeddings is False
    try:
        return Lora(
            rank=config.r,
            alpha=config.lora_alpha,
            targets=tuple(targets),
            train_embeddings=bool(config.saved_whole) and not grown_only,
        )
    except ValidationError as error:
        raise AdapterError(
            "{path} cannot be used: {reason}.",
            advice="Save the adapter with PEFT's save_pretrained.",
            path=folder / TENSORS,
            reason=f"the layers {some(targets)} have no plain names" if low_rank else "it has no lora_A and lora_B",
        ) from error  # fmt: skip


# Comparing with a model


def _check_vocabulary(model: LanguageModel, stored: StoredAdapter) -> None:
    base, vocabulary = stored.base, model.tokenizer.get_vocab()
    if base.vocabulary_size and base.vocabulary_size != len(vocabulary):
        raise _unfit(model, stored, f"its vocabulary has {base.vocabulary_size} tokens, the model's {len(vocabulary)}")
    if base.vocabulary_fingerprint and base.vocabulary_fingerprint != fingerprint({}, vocabulary):
        raise _unfit(model, stored, f"its vocabulary of {len(vocabulary)} tokens holds other words")
    known = [word for word in stored.new_words if word in vocabulary]
    if known:
        raise _unfit(model, stored, f"it adds words that the model knows already ({some(known)})")


def _places(model: LanguageModel, stored: StoredAdapter) -> dict[str, tuple[int, ...]]:
    """The shape of every tensor that the adapter must have, by name."""
    rank = stored.method.rank
    places: dict[str, tuple[int, ...]] = {}
    for name, linear in _targeted(model, stored).items():
        places[f"{name}.lora_A.weight"] = (rank, linear.in_features)
        places[f"{name}.lora_B.weight"] = (linear.out_features, rank)
    for place in _whole_places(model, stored):
        for leaf, parameter in model.network.get_submodule(place).named_parameters():
            rows, *rest = parameter.shape  # the vocabulary comes first in embedding, head and its bias
            places[f"{place}.{leaf}"] = (rows + len(stored.new_words), *rest)
    return places


def _targeted(model: LanguageModel, stored: StoredAdapter) -> dict[str, nn.Linear]:
    linears = model.linears()
    if stored.targets == (ALL_LINEAR,):
        return linears
    unmatched = [target for target in stored.targets if not any(_is_meant(name, target) for name in linears)]
    if unmatched:
        raise _unfit(model, stored, f"the model has no layer named {some(unmatched)}")
    return {
        name: linear for name, linear in linears.items() if any(_is_meant(name, target) for target in stored.targets)
    }


def _is_meant(name: str, wanted: str) -> bool:
    """PEFT's rule: the whole name, or its end after a dot."""
    return name == wanted or name.endswith(f".{wanted}")


def _whole_places(model: LanguageModel, stored: StoredAdapter) -> list[str]:
    ends = (model.embedding_name, model.head_name)
    unknown = [wanted for wanted in stored.saved_whole if not any(_is_meant(place, wanted) for place in ends)]
    if unknown:
        raise _unfit(model, stored, f"it replaces {some(unknown)}; only embedding and head can be replaced")
    places = [place for place in ends if any(_is_meant(place, wanted) for wanted in stored.saved_whole)]
    if stored.new_words and len(places) < len(ends):
        raise _unfit(model, stored, f"it adds words, but not their rows in {' and '.join(set(ends) - set(places))}")
    return places


def _check_range(model: LanguageModel, stored: StoredAdapter) -> None:
    """A number may be finite as stored and infinite in the model's own type."""
    dtype = next(model.network.parameters()).dtype
    for name, tensor in {**stored.low_rank, **stored.whole}.items():
        if tensor.dtype != dtype and not bool(torch.isfinite(tensor.to(dtype)).all()):
            raise _unfit(model, stored, f"{shown(name)} holds numbers that are too large for {dtype}")


def _unfit(model: LanguageModel, stored: StoredAdapter, reason: str) -> AdapterError:
    made_for = f", which was made for {shown(stored.base.name)}," if stored.base.name else ""
    return AdapterError(
        "The adapter in {path}{made_for} does not fit {model}: {reason}.",
        advice="Open the base that it was made for.",
        path=stored.folder, made_for=made_for, model=model.name, reason=reason,
    )  # fmt: skip


# Applying


def _layers(model: LanguageModel, stored: StoredAdapter) -> dict[str, LoraLinear]:
    generator = torch.Generator()
    layers = {}
    for name, linear in _targeted(model, stored).items():
        layers[name] = LoraLinear(linear, stored.method.rank, stored.method.alpha, generator)
        _fill(layers[name].lora_A, f"{name}.lora_A", stored.low_rank)
        _fill(layers[name].lora_B, f"{name}.lora_B", stored.low_rank)
    return layers


def _fill(module: nn.Module, place: str, tensors: Mapping[str, Tensor]) -> None:
    with torch.no_grad():
        for leaf, parameter in module.named_parameters():
            parameter.copy_(tensors[f"{place}.{leaf}"])
