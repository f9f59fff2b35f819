"""Which stored tensor belongs where in a network: every tensor finds its place and every place its tensor."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from torch import Tensor

from lora_studio.core.errors import ModelError
from lora_studio.core.models.fitting import differences
from lora_studio.core.models.foreign_files import some
from lora_studio.core.models.tensor_stream import Stored

if TYPE_CHECKING:
    from transformers import PreTrainedModel

# What older versions of transformers stored beside the weights, and every version computes by itself.
_COMPUTED = re.compile(r"(^|\.)((attn|attention|self_attn)\.(masked_)?bias|(rotary_emb\.)?inv_freq|position_ids)$")


class NeedsConversionError(Exception):
    """The tensors of this family are put together while they are read, as only transformers itself knows."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A stored tensor and its place. `transposed`: it lies the other way round there."""

    stored: Stored
    place: str
    transposed: bool


def placed(
    network: PreTrainedModel, stored: Iterable[Stored], transposed: frozenset[str], folder: Path
) -> list[Placed]:
    """The tensors with their places, in the given order.

    Raises:
        ModelError: a tensor has no place, a place has none, or their shapes or types differ.
        NeedsConversionError: see there.
    """
    places: dict[str, Tensor] = dict(network.state_dict(keep_vars=True))
    renamed = _renaming(network)
    found: list[Placed] = []
    homeless: list[str] = []
    for one in stored:
        place = _place(renamed(one.name), network.base_model_prefix, places)
        if place is not None:
            found.append(Placed(one, place, place in transposed))
        elif not is_computed(one.name, network):
            homeless.append(one.name)
    _check(places, found, homeless, folder)
    return found


def _place(name: str, prefix: str, places: dict[str, Tensor]) -> str | None:
    """A base model's file lacks the prefix that the whole network has, or the other way round."""
    for candidate in (name, f"{prefix}.{name}", name.removeprefix(f"{prefix}.")):
        if candidate in places:
            return candidate
    return None


def _renaming(network: PreTrainedModel) -> Callable[[str], str]:
    """How transformers renames what a family's files call otherwise."""
    try:
        from transformers.conversion_mapping import get_model_conversion_mapping
        from transformers.core_model_loading import WeightConverter, WeightRenaming, rename_source_key
    except ImportError:  # before transformers 5
        return lambda name: name
    changes = get_model_conversion_mapping(network)
    renamings = [change for change in changes if isinstance(change, WeightRenaming)]
    converters = [change for change in changes if isinstance(change, WeightConverter)]

    def renamed(name: str) -> str:
        found, pattern = rename_source_key(name, renamings, converters)
        if pattern is not None:
            raise NeedsConversionError(name)
        return str(found)

    return renamed


def is_computed(name: str, network: PreTrainedModel) -> bool:
    """Whether the network makes this tensor by itself, so that a stored one is of no use."""
    patterns = getattr(network, "_keys_to_ignore_on_load_unexpected", None) or ()
    return bool(_COMPUTED.search(name)) or any(re.search(pattern, name) for pattern in patterns)


def _check(places: dict[str, Tensor], found: list[Placed], homeless: list[str], folder: Path) -> None:
    counts = Counter(one.place for one in found)
    if twice := [place for place, count in counts.items() if count > 1]:
        raise _unfit(folder, f"there are two tensors for {some(twice)}")
    shapes = {one.place: one.stored.shape[::-1] if one.transposed else one.stored.shape for one in found}
    filled = {id(places[place]) for place in shapes}  # a tied tensor is stored once, or twice
    wanted = {
        place: tuple(tensor.shape) for place, tensor in places.items() if place in shapes or id(tensor) not in filled
    }
    if reason := differences(wanted, {**shapes, **dict.fromkeys(homeless, ())}):
        raise _unfit(folder, reason)
    _refuse_whole_numbers(places, found, folder)


def _refuse_whole_numbers(places: dict[str, Tensor], found: list[Placed], folder: Path) -> None:
    pairs = [(one.stored, places[one.place]) for one in found]
    whole = [stored.name for stored, place in pairs if place.is_floating_point() and not stored.dtype.is_floating_point]
    if whole:
        raise ModelError(
            "{path} holds whole numbers where weights are needed ({names}).",
            advice="Open the model before it was rounded; it can be rounded to 4 bits (NF4) while it is opened.",
            path=folder, names=some(whole),
        )  # fmt: skip


def _unfit(folder: Path, reason: str) -> ModelError:
    return ModelError(
        "The weights in {path} do not fit {config}: {reason}.",
        advice="Get the folder again; its files belong together.",
        path=folder, config="config.json", reason=reason,
    )  # fmt: skip
