"""What a hub has under a name: the files that are needed here, their sizes, the licence, and whether it can be used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from pydantic import Field, ValidationError

from lora_studio.core.errors import ModelError, StudioError
from lora_studio.core.hub.address import Wanted
from lora_studio.core.hub.client import HubClient
from lora_studio.core.hub.folder_facts import (
    CONFIG,
    INDEX,
    TOKENIZER,
    WEIGHTS,
    kind_of,
    no_language_model,
    no_tokenizer,
)
from lora_studio.core.models.foreign_files import shown
from lora_studio.core.settings import Settings

FILE_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$"
MOST_BYTES = 2**50
MOST_FILES = 20_000  # that a hub may list

_NEEDED = {
    CONFIG, TOKENIZER, INDEX, "generation_config.json", "tokenizer_config.json", "special_tokens_map.json",
    "added_tokens.json", "vocab.json", "merges.txt", "tokenizer.model", "chat_template.jinja", "chat_template.json",
}  # fmt: skip
_TEXTS = re.compile(r"(LICEN[CS]E|NOTICE|USE_POLICY|README)[A-Za-z0-9._-]*(?<!\.py)", re.IGNORECASE)
_SHARD = re.compile(r"model-\d{5}-of-\d{5}\.safetensors")
_PICKLES = {".bin", ".pt", ".pth", ".pkl", ".ckpt"}
_HASH = {"sha256": r"^([0-9a-f]{64})?$", "git": r"^([0-9a-f]{40})?$"}


class HubFile(Settings):
    """A file on a hub. One of the two hashes is there: that of large files, or git's own, of small ones."""

    name: str = Field(pattern=FILE_NAME)
    size: int = Field(ge=0, le=MOST_BYTES)
    sha256: str = Field(default="", pattern=_HASH["sha256"])
    git: str = Field(default="", pattern=_HASH["git"])


class HubModel(Settings):
    """A model on a hub, at one of its versions: `commit` names that for ever. `files` are those that are needed here.

    `gated` tells that its owner wants its licence accepted first. `parameters` is 0 and `licence`, `type`,
    `architecture` and `dtype` are empty where the hub does not say.
    """

    hub: str
    name: str
    commit: str = Field(pattern=r"^[0-9a-f]{40}$")
    files: tuple[HubFile, ...]
    licence: str = ""
    gated: bool = False
    type: str = ""
    architecture: str = ""
    parameters: int = 0
    dtype: str = ""

    @property
    def bytes(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def weights(self) -> int:
        """Bytes."""
        return sum(file.size for file in self.files if file.name.endswith(".safetensors"))

    @property
    def folder_name(self) -> str:
        return self.name.replace("/", "--")


def look_up(wanted: Wanted, client: HubClient) -> HubModel:
    """Asks the hub for one model.

    Raises:
        HubError: it has no such model, cannot be reached, or gives an answer that is not to be used.
        ModelError: the model could not be opened here; the message says why, and nothing need be downloaded for it.
    """
    name = quote(wanted.name, safe="/")
    path = f"/api/models/{name}/revision/{quote(wanted.revision, safe='')}?blobs=true"
    answer = client.ask(path, wanted.name)
    if not isinstance(answer, dict):
        raise client.unusable("it is no description of a model")
    said, commit = answer.get("id", wanted.name), answer.get("sha")
    if not isinstance(said, str) or not isinstance(commit, str):
        raise client.unusable("it names no version of the model")
    siblings = _siblings(answer.get("siblings"), client)
    config = _object(answer.get("config"))
    if obstacle := _obstacle(wanted.name, siblings, config):
        raise obstacle
    kind, architecture = kind_of(config)
    parameters, dtype = _parameters(_object(answer.get("safetensors")))
    try:
        return HubModel(
            hub=client.hub, name=wanted.name, commit=commit,
            files=tuple(_file(siblings[file]) for file in _needed(siblings)),
            licence=_licence(answer), gated=answer.get("gated", False) is not False,
            type=kind, architecture=architecture, parameters=parameters, dtype=dtype,
        )  # fmt: skip
    except (ValidationError, TypeError) as error:
        raise client.unusable("it does not say how large each file is, and what its hash is") from error


def _siblings(listed: Any, client: HubClient) -> dict[str, Mapping[str, Any]]:
    """All files of the model by name. Raises HubError where a name could lead out of its folder."""
    if not isinstance(listed, list) or len(listed) > MOST_FILES:
        raise client.unusable("it does not list the files of the model")
    found: dict[str, Mapping[str, Any]] = {}
    for entry in listed:
        name = entry.get("rfilename") if isinstance(entry, dict) else None
        if not isinstance(name, str) or not _is_inside(name):
            raise client.unusable(f"“{shown(name)}” is no name of a file")
        if name in found:
            raise client.unusable(f"“{shown(name)}” is listed twice")
        found[name] = entry
    return found


def _is_inside(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and name.isprintable() and not set(parts) & {"..", "/"} and "\\" not in name and ":" not in name


def _needed(names: Iterable[str]) -> list[str]:
    """The files that are downloaded: never code, never pickles; of the weights those that config.json goes with."""
    names = list(names)
    return sorted(name for name in names if name in _NEEDED or _TEXTS.fullmatch(name)) + _weights(names)


def _weights(names: list[str]) -> list[str]:
    shards = sorted(name for name in names if _SHARD.fullmatch(name))
    return [WEIGHTS] if WEIGHTS in names else (shards if INDEX in names else [])


def _obstacle(model: str, names: Iterable[str], config: Mapping[str, Any]) -> StudioError | None:
    names = list(names)
    if CONFIG not in names and "adapter_config.json" in names:
        return ModelError(
            "{name} is an adapter, not a model.", advice="Download the model that it belongs to.", name=model
        )
    if CONFIG not in names:
        return ModelError(
            "{name} has no config.json, so it is no model folder.",
            advice="Choose the original model, not a converted one.",
            name=model,
        )
    if not _weights(names):
        return _no_weights(model, names)
    return no_tokenizer(model) if TOKENIZER not in names else no_language_model(model, config)


def _no_weights(model: str, names: list[str]) -> ModelError:
    if any(PurePosixPath(name).suffix in _PICKLES for name in names):
        return ModelError(
            "{name} has its weights as pickle files only. Such a file can run code when it is opened, so it never is.",
            advice="Look for a version with safetensors, or have somebody you trust convert it: "
            "transformers’ save_pretrained writes safetensors.",
            name=model,
        )  # fmt: skip
    return ModelError(
        "{name} has no weights as safetensors.", advice="Choose the original model, not a converted one.", name=model
    )


def _file(entry: Mapping[str, Any]) -> HubFile:
    """Raises TypeError, ValidationError: a size is missing or is told in two ways, or there is no hash."""
    large, size, blob = _object(entry.get("lfs")), entry.get("size"), entry.get("blobId", "")
    if type(size) is not int or large.get("size", size) != size:
        raise TypeError("no size")
    sha256 = large.get("sha256", "")
    if not sha256 and not blob:
        raise TypeError("no hash")
    return HubFile(name=entry["rfilename"], size=size, sha256=sha256, git="" if sha256 else blob)


def _licence(answer: Mapping[str, Any]) -> str:
    card = _object(answer.get("cardData"))
    named = card.get("license_name") if card.get("license") == "other" else card.get("license")
    return shown(named) if isinstance(named, str) else ""


def _parameters(told: Mapping[str, Any]) -> tuple[int, str]:
    """How many there are, and as what numbers most are kept."""
    kinds = {kind: number for kind, number in _object(told.get("parameters")).items() if type(number) is int}
    names = {"BF16": "bfloat16", "F16": "float16", "F32": "float32"}
    usual = max(kinds, key=lambda kind: kinds[kind], default="")
    return sum(kinds.values()), names.get(usual, shown(usual).lower())


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
