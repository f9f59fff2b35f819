"""What can be told of a model folder at a glance: from its config.json and the heads of its weight files."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lora_studio.core.errors import ModelError, StudioError
from lora_studio.core.models.foreign_files import (
    FlawError,
    open_plain_file,
    parse_json,
    read_json_object,
    refuse_code_names,
    refuse_other_folders,
    shown,
)

CONFIG, TOKENIZER, WEIGHTS, INDEX = "config.json", "tokenizer.json", "model.safetensors", "model.safetensors.index.json"
MAX_CONFIG_BYTES = 1024 * 1024
MAX_INDEX_BYTES = 64 * 1024 * 1024
MAX_HEAD_BYTES = 16 * 1024 * 1024  # of one weight file; those of large models have some 100 KB
MOST_SHARDS = 1000

_CONTINUES = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration", "MiniGPT")  # ends of architectures' names
_NAMES = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "I8": "int8", "U8": "uint8"}


@dataclass(frozen=True, slots=True)
class FolderFacts:
    """A folder that holds a model, or should. `parameters` and `bytes` are of its weights, 0 where nobody can tell.

    `type` is config.json's model_type, `architecture` the first of its architectures; `dtype` is how most of the
    weights are kept. `obstacle` says why the folder cannot be opened, as far as a glance can tell.
    """

    folder: Path
    name: str
    type: str = ""
    architecture: str = ""
    parameters: int = 0
    bytes: int = 0
    dtype: str = ""
    obstacle: StudioError | None = None


def look_at(folder: Path, name: str = "") -> FolderFacts:
    """The facts of one folder; what is wrong with it is its obstacle, nothing is raised. `name`: else the folder's."""
    name = name or shown(folder.name)
    config: Mapping[str, Any] = {}
    try:
        refuse_other_folders(folder, (CONFIG,), "model folder", ModelError)
        config = read_json_object(folder / CONFIG, MAX_CONFIG_BYTES, ModelError)
        kind, architecture = kind_of(config)
        obstacle = _obstacle(folder, config, kind)
        parameters, size, dtype = _weights(folder)
    except StudioError as error:
        kind, architecture = kind_of(config)
        return FolderFacts(folder, name, kind, architecture, obstacle=error)
    return FolderFacts(folder, name, kind, architecture, parameters, size, dtype, obstacle)


def kind_of(config: Mapping[str, Any]) -> tuple[str, str]:
    """What a config.json says of itself: its model_type, and the first of its architectures; "" for what is unfit."""
    kind, architectures = config.get("model_type"), config.get("architectures")
    first = architectures[0] if isinstance(architectures, list) and architectures else ""
    return (shown(kind) if isinstance(kind, str) else ""), (shown(first) if isinstance(first, str) else "")


def _obstacle(folder: Path, config: Mapping[str, Any], kind: str) -> StudioError | None:
    try:
        refuse_code_names(config, folder / CONFIG, ModelError)
    except StudioError as error:
        return error
    if not kind:
        return ModelError(
            "{path} does not say what kind of model it is (model_type).",
            advice="Get the folder again from where it came from.",
            path=folder / CONFIG,
        )
    if not (folder / TOKENIZER).exists():
        return no_tokenizer(folder)
    return no_language_model(folder, config)


def no_language_model(where: object, config: Mapping[str, Any]) -> ModelError | None:
    """For a config.json of something that does not continue texts, such as BERT, T5 or a model of pictures."""
    kind, architecture = kind_of(config)
    other = bool(architecture) and not architecture.endswith(_CONTINUES)
    if not other and config.get("is_encoder_decoder") is not True:
        return None
    return ModelError(
        "{path} is a {architecture}, which does not continue texts.",
        advice="Choose a causal language model, such as Qwen3, Llama or GPT-2.",
        path=where, architecture=architecture or kind,
    )  # fmt: skip


def no_tokenizer(where: object) -> ModelError:
    """For a folder, or a model on a hub, that has an older kind of tokenizer only."""
    return ModelError(
        "{path} has no tokenizer.json.",
        advice="Load its tokenizer with transformers (AutoTokenizer) and save it again: that writes one.",
        path=where,
    )


def _weights(folder: Path) -> tuple[int, int, str]:
    """Parameters, bytes on the disk and the usual number type of all weight files. Raises ModelError."""
    files = _weight_files(folder)
    refuse_other_folders(folder, files, "model folder", ModelError)
    parameters, size = 0, 0
    kinds: Counter[str] = Counter()
    for file in files:
        with open_plain_file(folder / file, ModelError) as (opened, bytes_there):
            size += bytes_there
            head = _head(opened.read(8), opened, folder / file)
        for entry in head.values():
            number, dtype = _count(entry)
            parameters += number
            kinds[dtype] += number
    usual = kinds.most_common(1)
    return parameters, size, _NAMES.get(usual[0][0], usual[0][0].lower()) if usual else ""


def _weight_files(folder: Path) -> tuple[str, ...]:
    if (folder / WEIGHTS).exists() or not (folder / INDEX).exists():
        return (WEIGHTS,)
    places = read_json_object(folder / INDEX, MAX_INDEX_BYTES, ModelError).get("weight_map")
    names = set(places.values()) if isinstance(places, dict) and _are_names(places.values()) else set()
    if not 0 < len(names) <= MOST_SHARDS:
        raise ModelError(
            "{path} does not name the files of the weights.",
            advice="Get the file again from where it came from.",
            path=folder / INDEX,
        )
    return tuple(sorted(names))


def _are_names(values: Any) -> bool:
    return all(isinstance(v, str) and v not in {"", ".", ".."} and not set(v) & set("/\\\0") for v in values)


def _head(prefix: bytes, opened: Any, path: Path) -> dict[str, Any]:
    """The entries of a safetensors header, without its metadata. It is judged in full when the model is opened."""
    length = int.from_bytes(prefix, "little")
    try:
        if len(prefix) < 8 or length > MAX_HEAD_BYTES:
            raise FlawError("its header is too long, or it is something else altogether")
        entries = parse_json(opened.read(length))
        if not isinstance(entries, dict):
            raise FlawError("its header is no JSON object")
    except FlawError as flaw:
        raise ModelError(
            "{path} is not a sound safetensors file: {reason}.",
            advice="Get the file again from where it came from.",
            path=path, reason=flaw,
        ) from flaw  # fmt: skip
    entries.pop("__metadata__", None)
    return entries


def _count(entry: Any) -> tuple[int, str]:
    """How many numbers a tensor has, and of what type; 0 for an entry that is none."""
    shape, dtype = (entry.get("shape"), entry.get("dtype")) if isinstance(entry, dict) else (None, None)
    if not isinstance(shape, list) or not isinstance(dtype, str) or not all(type(n) is int and n >= 0 for n in shape):
        return 0, ""
    return math.prod(shape), dtype
