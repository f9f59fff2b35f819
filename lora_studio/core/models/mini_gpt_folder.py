"""MiniGPT folders in and out, in the Hugging Face layout: config.json, model.safetensors, tokenizer.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import torch
from pydantic import ConfigDict, ValidationError
from tokenizers import Tokenizer
from torch import Tensor, nn

from lora_studio.core.errors import ModelError
from lora_studio.core.models.fitting import differences
from lora_studio.core.models.foreign_files import (
    read_json_object,
    refuse_code_names,
    refuse_other_folders,
    shown,
    some,
)
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.mini_gpt import MiniGPT, MiniGPTConfig, MiniGPTModel, sinusoidal_positions
from lora_studio.core.models.tensor_file import read_tensors, tensors_to_bytes
from lora_studio.core.models.words import PADDING, UNKNOWN, is_word, word_tokenizer

CONFIG, TENSORS, TOKENIZER, README = "config.json", "model.safetensors", "tokenizer.json", "README.md"
MAX_CONFIG_BYTES = 1024 * 1024
MAX_TOKENIZER_BYTES = 64 * 1024 * 1024

_NOTHING: Mapping[str, nn.Module] = MappingProxyType({})


class _ConfigFile(MiniGPTConfig):
    """What config.json may say."""

    model_config = ConfigDict(strict=True, protected_namespaces=())

    model_type: Literal["minigpt"]
    architectures: list[Literal["MiniGPT"]] | None = None
    dtype: Literal["float32"] = "float32"
    torch_dtype: Literal["float32"] = "float32"
    transformers_version: str = ""


def read_mini_gpt(folder: Path) -> MiniGPTModel:
    """Opens a MiniGPT folder. Raises ModelError: what is wrong, and with which file; nothing else is raised."""
    refuse_other_folders(folder, (CONFIG,), "model folder", ModelError)
    config = _read_config(folder / CONFIG)
    refuse_other_folders(folder, (TENSORS, TOKENIZER), "model folder", ModelError)
    tokenizer = _read_tokenizer(folder / TOKENIZER, config.vocab_size)
    tensors = read_tensors(folder / TENSORS, ModelError)
    with torch.device("meta"):
        network = MiniGPT(config)
    _check_places(folder / TENSORS, tensors, network)
    network.load_state_dict(tensors, assign=True)
    network.positions = sinusoidal_positions(config.context_length, config.d_model)  # not in the file
    return MiniGPTModel(shown(folder.resolve().name), network, tokenizer)


def mini_gpt_files(model: LanguageModel, replaced: Mapping[str, nn.Module] = _NOTHING) -> dict[str, bytes]:
    """The files of a model folder, for the model as it is now. The model itself is left alone.

    Args:
        model: a MiniGPT, its vocabulary grown or not.
        replaced: plain modules by their place in the network, written in place of the network's own; an attachment's
            `merged_modules`.

    Raises:
        ModelError: something is attached to the model that `replaced` does not cover.
    """
    tensors = _plain_tensors(model.network, replaced)
    config = MiniGPTConfig.model_validate({name: model.configuration()[name] for name in MiniGPTConfig.model_fields})
    with torch.device("meta"):
        expected = _shapes(MiniGPT(config).state_dict())
    if _shapes(tensors) != expected:
        raise ModelError("{name} has something attached to it.", advice="Merge or detach it first.", name=model.name)
    return {
        CONFIG: _to_json(model.configuration()),
        TENSORS: tensors_to_bytes(tensors),
        TOKENIZER: model.tokenizer.to_str(pretty=True).encode() + b"\n",
        README: _readme(model, sum(tensor.numel() for tensor in tensors.values())).encode(),
    }


def _plain_tensors(network: nn.Module, replaced: Mapping[str, nn.Module]) -> dict[str, Tensor]:
    covered = tuple(f"{place}." for place in replaced)
    tensors = {name: tensor for name, tensor in network.state_dict().items() if not name.startswith(covered)}
    for place, module in replaced.items():
        tensors.update({f"{place}.{leaf}": tensor for leaf, tensor in module.state_dict().items()})
    return tensors


def _shapes(tensors: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}


def _read_config(path: Path) -> MiniGPTConfig:
    fields = read_json_object(path, MAX_CONFIG_BYTES, ModelError)
    refuse_code_names(fields, path, ModelError)
    try:
        config = _ConfigFile.model_validate(fields)
    except ValidationError as error:
        raise _bad_config(path, some(_explained(error))) from error
    if config.d_model % config.n_heads:
        raise _bad_config(path, f"d_model {config.d_model} is not a multiple of n_heads {config.n_heads}")
    return MiniGPTConfig.model_validate({name: getattr(config, name) for name in MiniGPTConfig.model_fields})


def _explained(error: ValidationError) -> list[str]:
    return [f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()]


def _bad_config(path: Path, reason: str) -> ModelError:
    return ModelError(
        "{path} cannot be used: {reason}.", advice="Correct the setting or get the folder again.",
        path=path, reason=reason,
    )  # fmt: skip


def _read_tokenizer(path: Path, size: int) -> Tokenizer:
    """A tokenizer that says what `word_tokenizer` writes, and nothing else; it is built anew from its words."""
    fields = read_json_object(path, MAX_TOKENIZER_BYTES, ModelError)
    words = _vocabulary(path, fields)
    if len(words) != size:
        raise _bad_tokenizer(path, f"it knows {len(words)} tokens, and {CONFIG} says {size}")
    if words[:2] != [PADDING, UNKNOWN]:
        raise _bad_tokenizer(path, f"its first tokens are not {PADDING} and {UNKNOWN}")
    tokenizer = word_tokenizer(words[2:])
    expected = json.loads(tokenizer.to_str())
    different = [name for name in {*expected, *fields} if fields.get(name) != expected.get(name)]
    if different:
        raise _bad_tokenizer(path, f"{some(sorted(different))} is not as in a MiniGPT's tokenizer")
    return tokenizer


def _vocabulary(path: Path, fields: Mapping[str, Any]) -> list[str]:
    """The tokens in the order of their ids."""
    model = fields.get("model")
    kind = model.get("type") if isinstance(model, dict) else None
    if kind != "WordLevel":
        raise _bad_tokenizer(path, f"it is of type {shown(kind)}, not WordLevel")
    assert isinstance(model, dict)
    vocabulary = model.get("vocab")
    if not isinstance(vocabulary, dict) or not all(type(number) is int for number in vocabulary.values()):
        raise _bad_tokenizer(path, "its vocabulary is not numbers by token")
    if sorted(vocabulary.values()) != list(range(len(vocabulary))):
        raise _bad_tokenizer(path, "the numbers of its tokens are not 0, 1, 2 …")
    words = sorted(vocabulary, key=lambda word: int(vocabulary[word]))
    unfit = [word for word in words if not is_word(word)]
    if unfit:
        raise _bad_tokenizer(path, f"“{shown(unfit[0])}” is no single word")
    return words


def _bad_tokenizer(path: Path, reason: str) -> ModelError:
    return ModelError(
        "{path} cannot be used: {reason}.", advice="Get the folder again from where it came from.",
        path=path, reason=reason,
    )  # fmt: skip


def _check_places(path: Path, tensors: Mapping[str, Tensor], network: nn.Module) -> None:
    places = _shapes(network.state_dict())
    found = _shapes(tensors)
    if reason := differences(places, found):
        raise ModelError(
            "{path} does not fit {config}: {reason}.",
            advice="Get the folder again; its files belong together.",
            path=path, config=CONFIG, reason=reason,
        )  # fmt: skip
    other = sorted(name for name, tensor in tensors.items() if tensor.dtype != torch.float32)
    if other:
        raise ModelError(
            "{path} does not hold 32-bit numbers in {names}.",
            advice="Save the model as float32.",
            path=path, names=some(other),
        )  # fmt: skip


def _to_json(value: object) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"


def _readme(model: LanguageModel, parameters: int) -> str:
    return (
        f"# A {model.family} model\n\n"
        f"{parameters:,} parameters, {model.vocabulary_size} tokens. Written by LoRA Studio; open this "
        "folder there as a base model, or try it in a terminal:\n\n"
        '    lora-studio probe THIS_FOLDER "die katze sitzt auf dem"\n'
    )
