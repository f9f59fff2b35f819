"""Training that goes on from a stored adapter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from lora_studio.core.adapters.attaching import check_fits, ends_differ
from lora_studio.core.adapters.reading import read_adapter
from lora_studio.core.data.examples import text_of
from lora_studio.core.errors import AdapterError
from lora_studio.core.methods import Method
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.methods.keeping import kept_tensors
from lora_studio.core.models.folder import differences
from lora_studio.core.models.foreign_files import some
from lora_studio.core.models.growth import Growth, new_words
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.mini_gpt import MiniGPTModel
from lora_studio.core.models.words import split_words
from lora_studio.core.recipe import Recipe


@dataclass(frozen=True)
class Start:
    """A stored adapter that fits the base: the settings that made it, its tensors by place, the words that it adds."""

    folder: Path
    method: Method
    tensors: Mapping[str, Tensor]
    words: tuple[str, ...]


def read_start(model: LanguageModel, method: Method) -> Start | None:
    """The adapter that `method` starts from on the bare `model`; None if it starts afresh.

    Raises:
        AdapterError: it cannot be read, does not fit the model, or is of another kind.
    """
    if not method.start_folder:
        return None
    stored = read_adapter(Path(method.start_folder))
    made_by, tensors = check_fits(model, stored)
    if made_by.adapter_kind != method.adapter_kind:
        raise AdapterError(
            "{method} cannot start from {path}, which is an adapter of {made_by}.",
            advice="Choose an adapter of the same method, or start fresh.",
            method=method.title, path=stored.folder, made_by=made_by.title,
        )  # fmt: skip
    return Start(stored.folder, made_by, tensors, stored.new_words)


def added_words(model: LanguageModel, recipe: Recipe, start: Start | None) -> tuple[str, ...]:
    """The words that the recipe adds to the bare `model`'s vocabulary: those of the start come first."""
    first = start.words if start else ()
    known = model.tokenizer.get_vocab()
    named = (word for token in recipe.new_tokens for word in _as_tokens(model, token))
    wanted = (word for word in named if word not in known)
    return tuple(dict.fromkeys((*first, *wanted, *new_words(model, map(text_of, recipe.rows_to_learn)))))


def _as_tokens(model: LanguageModel, text: str) -> list[str]:
    """A MiniGPT reads whole words, in lower case."""
    return split_words(text) if model.family == MiniGPTModel.family else [text]


def start_from(attachment: Attachment, growth: Growth | None, start: Start) -> None:
    """Copies the stored tensors over the attachment's fresh ones, and over the rows of words that it brought along.

    Embedding and head may have more rows now, for words that are new since; the stored words come first.

    Args:
        attachment: fresh, of the same kind as the start; it then says what the stored adapter says.
        growth: of the vocabulary below it, applied; by the stored words first.
        start: from `read_start`.

    Raises:
        AdapterError: a tensor is missing, has no place or another shape; nothing was copied.
    """
    found = attachment.starting_state(start.tensors, start.method)
    places = kept_tensors(attachment, growth)
    if reason := _difference(attachment.model, places, found):
        raise AdapterError(
            "Training cannot start from the adapter in {path}: {reason}.",
            advice="Choose its rank and layers, and train what it replaces, or start fresh.",
            path=start.folder, reason=reason,
        )  # fmt: skip
    with torch.no_grad():
        for name, tensor in found.items():
            places[name][: len(tensor)].copy_(tensor)


def _difference(model: LanguageModel, places: Mapping[str, Tensor], found: Mapping[str, Tensor]) -> str:
    ends = (f"{model.embedding_name}.", f"{model.head_name}.")
    reason = differences(
        {name: tuple(tensor.shape) for name, tensor in places.items() if not name.startswith(ends)},
        {name: tuple(tensor.shape) for name, tensor in found.items() if not name.startswith(ends)},
    )
    if reason:
        return reason
    if homeless := sorted(name for name in found if name.startswith(ends) and name not in places):
        return f"it replaces {some(homeless)}, which these settings do not train"
    if model.is_tied and ends_differ(model, found):
        return "its embedding and its head differ, which these settings train as one"
    return ""
