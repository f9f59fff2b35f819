"""The weight files of a model folder: one, or several with an index that says which tensor is where."""

from __future__ import annotations

import os
from pathlib import Path

from lora_studio.core.errors import ModelError
from lora_studio.core.models.foreign_files import (
    GET_IT_AGAIN,
    read_json_object,
    refuse_other_folders,
    shown,
    some,
)
from lora_studio.core.models.tensor_stream import Stored, stored_tensors

WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
MAX_INDEX_BYTES = 64 * 1024 * 1024
MOST_SHARDS = 1000

_OF_TRAINING = ("training_args", "optimizer", "scheduler", "scaler", "rng_state")  # pickles that hold no weights


def stored_weights(folder: Path) -> list[Stored]:
    """All tensors of a model folder, file by file in their order. Raises ModelError: what is wrong with which file."""
    if os.path.lexists(folder / WEIGHTS) or not os.path.lexists(folder / INDEX):
        _refuse_pickles(folder)
        refuse_other_folders(folder, (WEIGHTS,), "model folder", ModelError)
        return stored_tensors(folder / WEIGHTS)
    places = _index(folder / INDEX)
    files = sorted(set(places.values()))
    missing = [file for file in files if not os.path.lexists(folder / file)]
    if missing:
        raise ModelError(
            "{path} is incomplete: {missing} of {count} weight files are missing ({names}).",
            advice="Download the folder again, or the missing files into it.",
            path=folder, missing=len(missing), count=len(files), names=some(missing),
        )  # fmt: skip
    found = [stored for file in files for stored in stored_tensors(folder / file)]
    _check_index(folder / INDEX, places, found)
    return found


def _refuse_pickles(folder: Path) -> None:
    """Says how weights are converted that would run code when they are opened."""
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return  # the next one who looks says why
    pickled = [
        name
        for name in names
        if name.endswith((".bin", ".pt", ".pth", ".ckpt", ".pkl")) and not name.startswith(_OF_TRAINING)
    ]
    if WEIGHTS in names or not pickled:
        return
    raise ModelError(
        "{path} holds its weights as {pickled} only. Such a file can run code when it is opened, so it never is.",
        advice="If you trust where it comes from, convert it in a terminal: {command}",
        path=folder, pickled=some(pickled), command=_conversion(folder),
    )  # fmt: skip


def _conversion(folder: Path) -> str:
    return (
        'python -c "from transformers import AutoModelForCausalLM as M; '
        f"M.from_pretrained(r'{folder}', dtype='auto').save_pretrained(r'{folder}')\""
    )


def _index(path: Path) -> dict[str, str]:
    """The file of each tensor. Raises ModelError."""
    places = read_json_object(path, MAX_INDEX_BYTES, ModelError).get("weight_map")
    if not isinstance(places, dict) or not places:
        raise _bad_index(path, "it has no weight_map")
    unfit = [file for file in places.values() if not is_weight_file(file)]
    if unfit:
        raise _bad_index(path, f"“{shown(unfit[0])}” is no plain name of a safetensors file")
    if len(set(places.values())) > MOST_SHARDS:
        raise _bad_index(path, f"it names more than {MOST_SHARDS} files")
    return places


def is_weight_file(name: object) -> bool:
    """Whether it is a file's name and nothing more, so that it lies in the folder."""
    if not isinstance(name, str) or not name.endswith(".safetensors") or not name.isprintable():
        return False
    return not set(name) & set("/\\:\0") and not name.startswith(".")


def _check_index(path: Path, places: dict[str, str], found: list[Stored]) -> None:
    seen: dict[str, Stored] = {}
    for stored in found:
        if stored.name in seen:
            files = f"{seen[stored.name].path.name} and {stored.path.name}"
            raise _bad_index(path, f"{shown(stored.name)} is in two files, {files}")
        seen[stored.name] = stored
    wrong = [name for name, file in places.items() if name not in seen or seen[name].path.name != file]
    if wrong:
        raise _bad_index(path, f"{some(wrong)} is not in the file that it names")
    if extra := sorted(seen.keys() - places.keys()):
        raise _bad_index(path, f"it does not name {some(extra)}")


def _bad_index(path: Path, reason: str) -> ModelError:
    return ModelError("{path} cannot be used: {reason}.", advice=GET_IT_AGAIN, path=path, reason=reason)
