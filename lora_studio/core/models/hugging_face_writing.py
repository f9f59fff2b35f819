"""A model as a folder that plain transformers opens, with the same scores."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import Tensor, nn

from lora_studio.core.errors import ModelError
from lora_studio.core.files import Content
from lora_studio.core.models import families
from lora_studio.core.models.hugging_face import HuggingFaceModel
from lora_studio.core.models.hugging_face_config import CONFIG
from lora_studio.core.models.nf4 import Nf4Linear
from lora_studio.core.models.safetensors_writing import MAX_SHARD_BYTES, Planned, planned, weight_files
from lora_studio.core.models.tokenizer_files import TOKENIZER
from lora_studio.core.models.weight_loading import empty_network

if TYPE_CHECKING:
    from transformers import PretrainedConfig, PreTrainedModel

README = "README.md"


def hugging_face_files(
    model: HuggingFaceModel, replaced: Mapping[str, nn.Module], most: int = MAX_SHARD_BYTES
) -> dict[str, Content]:
    """As `folder.model_files`. Weights are in shards of at most `most` bytes, made while they are written."""
    tensors = _tensors(model.network, replaced)
    tied = _is_tied(model, tensors)
    if tied:
        del tensors[f"{model.head_name}.weight"]
    config = _configuration(model, tensors, tied=tied)
    _check_complete(model, config, tensors)
    stored = _as_stored(model, tensors)
    return {
        CONFIG: _json(config),
        **weight_files(stored, most),
        TOKENIZER: model.tokenizer.to_str(pretty=True).encode() + b"\n",
        **model.notes.files,
        README: _readme(model, sum(tensor.size // tensor.dtype.itemsize for tensor in stored.values())).encode(),
    }


def _tensors(network: nn.Module, replaced: Mapping[str, nn.Module]) -> dict[str, Planned]:
    """What is written, by place in the network. Weights in NF4 are made anew one at a time."""
    covered = tuple(f"{place}." for place in replaced)
    found = {
        name: planned(tensor)
        for name, tensor in network.state_dict(keep_vars=True).items()
        if not name.startswith(covered)
    }
    for place, module in network.named_modules():
        if isinstance(module, Nf4Linear) and place not in replaced and not place.startswith(covered):
            found.update(_unrounded(place, module))
    for place in replaced:
        found.update(_replacing(place, replaced))
    return found


def _replacing(place: str, replaced: Mapping[str, nn.Module]) -> dict[str, Planned]:
    """Looked at once for its shapes and once more when it is written, as it may be made anew each time."""
    module = replaced[place]
    found = _unrounded(place, module) if isinstance(module, Nf4Linear) else {}
    for leaf, tensor in module.state_dict(keep_vars=True).items():
        found[f"{place}.{leaf}"] = Planned(tensor.dtype, tuple(tensor.shape), partial(_leaf, replaced, place, leaf))
    return found


def _leaf(replaced: Mapping[str, nn.Module], place: str, leaf: str) -> Tensor:
    found: Tensor = replaced[place].state_dict(keep_vars=True)[leaf]
    return found


def _unrounded(place: str, module: Nf4Linear) -> dict[str, Planned]:
    shape = (module.out_features, module.in_features)
    return {f"{place}.weight": Planned(module.weight.dtype, shape, module.weight.dequantised)}


def _is_tied(model: HuggingFaceModel, tensors: Mapping[str, Planned]) -> bool:
    """Whether embedding and head are one in what is written; if only equal, one of them is enough too."""
    if not model.network.config.tie_word_embeddings:
        return False
    embedding, head = (tensors.get(f"{place}.weight") for place in (model.embedding_name, model.head_name))
    if embedding is None or head is None:
        return False
    ours, other = embedding.make(), head.make()
    return ours is other or (ours.shape == other.shape and bool(torch.equal(ours, other)))


def _configuration(model: HuggingFaceModel, tensors: Mapping[str, Planned], *, tied: bool) -> PretrainedConfig:
    config = copy.deepcopy(model.network.config)
    config.vocab_size = tensors[f"{model.embedding_name}.weight"].shape[0]
    config.tie_word_embeddings = tied
    config.architectures = [type(model.network).__name__]
    config.dtype = str(tensors[f"{model.embedding_name}.weight"].dtype).removeprefix("torch.")
    return config


def _json(config: PretrainedConfig) -> bytes:
    fields: dict[str, Any] = json.loads(config.to_json_string(use_diff=True))
    return json.dumps(fields, indent=2, ensure_ascii=False).encode() + b"\n"


def _check_complete(model: HuggingFaceModel, config: PretrainedConfig, tensors: Mapping[str, Planned]) -> None:
    """Raises ModelError: the tensors are not those of a plain network of this shape."""
    network = empty_network(config, model.dtype)
    families.make_linear(network)
    expected = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    if config.tie_word_embeddings:
        del expected[f"{model.head_name}.weight"]
    if {name: tensor.shape for name, tensor in tensors.items()} != expected:
        raise ModelError("{name} has something attached to it.", advice="Merge or detach it first.", name=model.name)


def _as_stored(model: HuggingFaceModel, tensors: Mapping[str, Planned]) -> dict[str, Planned]:
    """By the names, and lying the way, that files of this family have."""
    turned = {name: _transposed(tensor) if name in model.transposed else tensor for name, tensor in tensors.items()}
    names = _names(model.network, turned)
    if names is not None:
        return {names[name]: tensor for name, tensor in turned.items()}
    made = _reverted(model.network, {name: tensor.make().detach() for name, tensor in turned.items()})
    return {name: planned(tensor) for name, tensor in made.items()}


def _transposed(tensor: Planned) -> Planned:
    return Planned(tensor.dtype, tensor.shape[::-1], lambda: tensor.make().t())


def _names(network: PreTrainedModel, tensors: Mapping[str, Planned]) -> dict[str, str] | None:
    """What the tensors are called in files; None if transformers takes some apart when it writes them."""
    probes = {name: torch.empty(tensor.shape, device="meta") for name, tensor in tensors.items()}
    stored = _reverted(network, probes)
    found = {id(probe): name for name, probe in stored.items()}
    if len(stored) != len(probes) or not all(id(probe) in found for probe in probes.values()):
        return None
    return {name: found[id(probe)] for name, probe in probes.items()}


def _reverted(network: PreTrainedModel, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    try:
        from transformers.core_model_loading import revert_weight_conversion
    except ImportError:  # before transformers 5, files and networks had the same names
        return tensors
    return cast(dict[str, Tensor], revert_weight_conversion(network, tensors))


def _readme(model: HuggingFaceModel, parameters: int) -> str:
    return (
        f"# A {model.family} model\n\n"
        f"{parameters:,} parameters. Written by LoRA Studio; open this folder there as a base model, or load it with "
        "transformers:\n\n"
        "    from transformers import AutoModelForCausalLM, AutoTokenizer\n\n"
        '    model = AutoModelForCausalLM.from_pretrained("THIS_FOLDER")\n'
        '    tokenizer = AutoTokenizer.from_pretrained("THIS_FOLDER")\n'
    )
