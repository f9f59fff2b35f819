"""lora_studio.json: what PEFT's files have no place for. A file of its own, because PEFT may refuse names it lacks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationError

from lora_studio.core.errors import AdapterError, RecipeError
from lora_studio.core.methods import METHODS
from lora_studio.core.models.foreign_files import read_json_object, shown, some
from lora_studio.core.recipe import MAX_RECIPE_BYTES, AnyMethod, Recipe
from lora_studio.core.settings import Settings

SIDECAR = "lora_studio.json"
MAX_SIDECAR_BYTES = 2 * MAX_RECIPE_BYTES
FORMAT = 1
MAX_WORD = 200  # letters; a token of a real model may begin with a space


def _a_token(text: str) -> str:
    if not text.strip() or not text.isprintable() or len(text) > MAX_WORD:
        raise ValueError(f"“{shown(text)}” is no word")
    return text


_METHODS = {method.name: method for method in METHODS}


def _strict(value: object) -> object:
    """Reads a method by its settings' own types: no text passes for a number. JSON's lists are tuples."""
    kind = _METHODS.get(str(value.get("name"))) if isinstance(value, dict) else None
    if kind is None:
        return value
    assert isinstance(value, dict)
    fields = {name: field for name, field in value.items() if name != "name"}
    return kind.model_validate_json(json.dumps(fields), strict=True)


_Digest = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]


class BaseNote(Settings):
    """Which base an adapter was made for. Fingerprints are SHA-256 in hexadecimal, or empty if unknown."""

    name: Annotated[str, Field(max_length=4096)] = ""
    fingerprint: _Digest = ""
    vocabulary_size: Annotated[int, Field(ge=0)] = 0
    vocabulary_fingerprint: _Digest = ""


class Sidecar(Settings):
    """What lora_studio.json holds."""

    model_config = ConfigDict(strict=True)

    format: Literal[1] = 1
    program: Annotated[str, Field(max_length=200)] = ""
    name: Annotated[str, Field(max_length=200)] = ""
    base: BaseNote = BaseNote()
    new_words: Annotated[list[Annotated[str, AfterValidator(_a_token)]], Field(max_length=1_000_000)] = Field(
        default_factory=list
    )
    method: Annotated[AnyMethod, BeforeValidator(_strict)] | None = None
    trains_embeddings: bool | None = None  # how an earlier version said what `method` says now
    recipe: dict[str, Any] | None = None

    def to_bytes(self) -> bytes:
        return json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False).encode() + b"\n"


def read_sidecar(path: Path) -> Sidecar:
    """An empty one where there is no file. Raises AdapterError: it says something that cannot be used."""
    if not path.is_symlink() and not path.exists():
        return Sidecar()
    fields = read_json_object(path, MAX_SIDECAR_BYTES, AdapterError)
    if fields.get("format") != FORMAT:
        raise AdapterError(
            "{path} is of format {found}, and this version reads format {known}.",
            advice="Open it with the version of LoRA Studio that wrote it.",
            path=path, found=shown(fields.get("format")), known=FORMAT,
        )  # fmt: skip
    try:
        sidecar = Sidecar.model_validate(fields)
        if len(set(sidecar.new_words)) != len(sidecar.new_words):
            raise _refused(path, "a new word stands there twice")
        if sidecar.recipe is not None:
            Recipe.from_fields(sidecar.recipe)
    except ValidationError as error:
        reasons = [f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()]
        raise _refused(path, some(reasons)) from error
    except RecipeError as error:
        raise _refused(path, shown(error)) from error
    return sidecar


def _refused(path: Path, reason: str) -> AdapterError:
    return AdapterError(
        "{path} cannot be used: {reason}.",
        advice="Get the file again, or remove it to open the adapter without its history.",
        path=path, reason=reason,
    )  # fmt: skip
