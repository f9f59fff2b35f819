"""Filling a network with its stored weights, tensor by tensor, so that memory never holds them twice."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from lora_studio.core.errors import ModelError
from lora_studio.core.models.fingerprints import sample
from lora_studio.core.models.foreign_files import open_plain_file, shown
from lora_studio.core.models.gpu_reading import reader_for
from lora_studio.core.models.language_model import replace_module
from lora_studio.core.models.nf4 import Nf4Linear
from lora_studio.core.models.open_options import READING, Progress
from lora_studio.core.models.tensor_stream import Stored, check_finite, flaws_of, read_stored
from lora_studio.core.models.weight_places import Placed

if TYPE_CHECKING:
    from transformers import PretrainedConfig, PreTrainedModel


class _NoMemoryForWeights(TorchFunctionMode):
    """`torch.empty`, with which layers make room for their weights, gives tensors without memory.

    Whatever else a network makes, such as tables of positions, it computes as ever.
    """

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func is torch.empty:
            kwargs = {**kwargs, "device": "meta"}
        return func(*args, **kwargs)


def empty_network(config: PretrainedConfig, dtype: torch.dtype) -> PreTrainedModel:
    """A network whose weights take no memory yet. Nothing is drawn; torch's generator stays as it is.

    Raises:
        ModelError: transformers cannot build it.
    """
    from transformers import AutoModelForCausalLM

    try:
        with torch.random.fork_rng(devices=[]), _NoMemoryForWeights():
            network: PreTrainedModel = AutoModelForCausalLM.from_config(config, dtype=dtype)
    except Exception as problem:  # a configuration that makes no network fails in many ways
        raise ModelError(
            "{config} describes no network that transformers can build: {reason}.",
            advice="Get the folder again from where it came from.",
            config="config.json", reason=shown(" ".join(str(problem).split())),
        ) from problem  # fmt: skip
    return network


class WeightLoader:
    """Puts weights into an empty network. Changes it in place; after an error it is of no use."""

    def __init__(
        self, network: PreTrainedModel, device: torch.device, dtype: torch.dtype, rounded: Sequence[str] = ()
    ) -> None:
        """`rounded` names the linear layers that become NF4, one at a time, as soon as they are complete."""
        self.network = network
        self.device = device
        self.dtype = dtype
        self._aliases = _aliases(network)
        self._loaded: set[str] = set()
        self.samples: dict[str, bytes] = {}  # for the fingerprint, of the numbers as the files have them
        self._missing = {name: sum(1 for _ in network.get_submodule(name).parameters()) for name in rounded}

    def load(self, tensors: Sequence[Placed], progress: Progress) -> None:
        """Raises ModelError: a file is not sound, or cannot be read; and whatever `progress` raises."""
        total, done = sum(one.stored.size for one in tensors), 0
        progress(READING, 0, total)

        def told(count: int) -> None:
            nonlocal done
            done += count
            progress(READING, done, total)

        with reader_for(self.device) as read:
            for path, group in itertools.groupby(tensors, key=lambda one: one.stored.path):
                with open_plain_file(path, ModelError) as (file, _), flaws_of(path):
                    for one in group:
                        self._put(one, read(file, one.stored, told))
        self.network.to(self.device)  # what is computed and not stored

    def _put(self, one: Placed, tensor: Tensor) -> None:
        check_finite(one.stored.name, tensor)
        if one.transposed:
            tensor = tensor.t()
        if one.place in self._aliases:
            self._put_parameter(one.place, tensor)
        else:
            parent, _, leaf = one.place.rpartition(".")
            buffers = self.network.get_submodule(parent)._buffers
            buffers[leaf] = tensor.to(buffers[leaf].dtype)

    def _put_parameter(self, place: str, tensor: Tensor) -> None:
        places, kept = self._aliases[place], tensor.to(self.dtype).contiguous()
        if not self._loaded.isdisjoint(places):  # a tied tensor that is stored twice
            if torch.equal(self.network.get_parameter(place), kept):
                return
            places = (place,)
            self.network.config.tie_word_embeddings = False
        self._check_range(place, tensor, kept)
        self._loaded.update(places)
        self.samples[places[0]] = sample(tensor)
        parameter = nn.Parameter(kept, requires_grad=False)
        for name in places:
            parent, _, leaf = name.rpartition(".")
            setattr(self.network.get_submodule(parent), leaf, parameter)
            self._round_if_complete(parent)

    def _check_range(self, place: str, tensor: Tensor, kept: Tensor) -> None:
        """A number may be finite as stored, and infinite in float16."""
        if kept.dtype == torch.float16 and tensor.dtype != kept.dtype and not bool(torch.isfinite(kept).all()):
            raise ModelError(
                "{name} holds numbers that are too large for float16.",
                advice="Open the model in bfloat16 or float32.",
                name=shown(place),
            )

    def _round_if_complete(self, name: str) -> None:
        if name not in self._missing:
            return
        self._missing[name] -= 1
        if not self._missing[name]:
            round_linear(self.network, name)


def stored_samples(stored: Sequence[Stored], told: Callable[[int], None]) -> dict[str, bytes]:
    """Digests of stored tensors by their names in the files. `told` is given the bytes that have been read.

    Raises ModelError: a file is not sound, or cannot be read; and whatever `told` raises.
    """
    found: dict[str, bytes] = {}
    done = 0

    def count(read: int) -> None:
        nonlocal done
        done += read
        told(done)

    told(0)
    for path, group in itertools.groupby(stored, key=lambda one: one.path):
        with open_plain_file(path, ModelError) as (file, _), flaws_of(path):
            for one in group:
                tensor = read_stored(file, one, count)
                check_finite(one.name, tensor)
                found[one.name] = sample(tensor)
    return found


def round_linear(network: nn.Module, name: str) -> None:
    """Puts an NF4 layer in place of a linear one, whose own weights are then forgotten."""
    linear = network.get_submodule(name)
    assert isinstance(linear, nn.Linear)
    replace_module(network, name, Nf4Linear(linear))


def _aliases(network: nn.Module) -> dict[str, tuple[str, ...]]:
    """The places of each parameter by each of them; tied ones have several."""
    places: dict[int, list[str]] = {}
    named = list(network.named_parameters(remove_duplicate=False))
    for name, parameter in named:
        places.setdefault(id(parameter), []).append(name)
    return {name: tuple(places[id(parameter)]) for name, parameter in named}
