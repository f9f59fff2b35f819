"""Adapters to disk: the PEFT folder, which the rest of the world loads, and a sidecar with what it cannot say.

What PEFT has no form for goes into a folder of our own: the tensors, and the same sidecar.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PureWindowsPath

from torch import Tensor

from lora_studio import __version__
from lora_studio.core.adapters.card import model_card
from lora_studio.core.adapters.config import CONFIG, config_bytes
from lora_studio.core.adapters.reading import CHANGE, TENSORS
from lora_studio.core.adapters.sidecar import SIDECAR, BaseNote, Sidecar
from lora_studio.core.files import Content
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.methods.keeping import kept_tensors
from lora_studio.core.models.folder import TOKENIZER
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.language_model import LanguageModel, fingerprint
from lora_studio.core.models.mini_gpt import MiniGPTModel
from lora_studio.core.models.safetensors_writing import planned, safetensors_file
from lora_studio.core.models.tensor_cache import size_of
from lora_studio.core.models.tensor_file import tensors_to_bytes
from lora_studio.core.recipe import Recipe

MOST_AT_ONCE = 256 << 20  # bytes of tensors that are held in memory a second time


def adapter_files(
    attachment: Attachment,
    growth: Growth | None,
    *,
    name: str,
    base_name: str,
    base_fingerprint: str,
    recipe: Recipe | None = None,
) -> dict[str, Content]:
    """The files of an adapter folder; the same attachment gives the same bytes.

    Args:
        attachment: of any method, trained or not.
        growth: of the vocabulary, applied; None if no words were added.
        name: what the variant is called.
        base_name: what the base is called; for people.
        base_fingerprint: `fingerprint` of the bare base; another base will be refused.
        recipe: what the adapter came from, if that is known.
    """
    if growth and not growth.applied:
        raise ValueError("the growth must be applied: its rows are read from the model")
    method = attachment.method.for_others()
    tensors = kept_tensors(attachment, growth)
    sidecar = Sidecar(
        program=f"LoRA Studio {__version__}",
        name=name[:200],
        base=_base_note(attachment, growth, base_name, base_fingerprint),
        new_words=list(growth.words) if growth else [],
        method=method,
        recipe=_for_others(recipe).model_dump(mode="json") if recipe else None,
    )
    files: dict[str, Content] = {
        TENSORS if method.peft_type else CHANGE: _tensor_file(
            {method.tensor_prefix + name: tensor for name, tensor in tensors.items()}
        ),
        "README.md": model_card(sidecar, method, recipe, _rows_in_transformers(attachment.model)).encode(),
        SIDECAR: sidecar.to_bytes(),
    }
    if method.peft_type:
        saved = {"modules_to_save": _replaced(attachment, tensors.keys())}
        settings = {**method.to_peft(attachment.model), **(saved if method.tensor_prefix else {})}
        files[CONFIG] = config_bytes(method.peft_type, settings, base_name)
    if growth:
        files[TOKENIZER] = str(attachment.model.tokenizer.to_str(pretty=True)).encode() + b"\n"  # with the new words
    return files


def _rows_in_transformers(model: LanguageModel) -> int:
    """How many rows the embedding must have to take the adapter in transformers; 0: it does not know the base."""
    return 0 if model.family == MiniGPTModel.family else int(model.embedding.weight.shape[0])  # type: ignore[index]


def _tensor_file(tensors: Mapping[str, Tensor]) -> Content:
    """At once, or where embedding and head of a large model are among them, tensor by tensor while it is written."""
    if size_of(dict(tensors)) <= MOST_AT_ONCE:
        return tensors_to_bytes(tensors)
    return safetensors_file({name: planned(tensor) for name, tensor in tensors.items()})


def _for_others(recipe: Recipe) -> Recipe:
    """Without the folders of this machine; their names may travel."""
    base = PureWindowsPath(recipe.base).name or recipe.base  # splits at / and \
    return recipe.model_copy(update={"base": base, "method": recipe.method.for_others()})


def _replaced(attachment: Attachment, names: Iterable[str]) -> list[str] | None:
    """Embedding and head, if the file replaces them."""
    model, kept = attachment.model, tuple(names)
    places = (model.embedding_name, model.head_name)
    return [place for place in places if any(name.startswith(f"{place}.") for name in kept)] or None


def _base_note(attachment: Attachment, growth: Growth | None, name: str, base_fingerprint: str) -> BaseNote:
    new = set(growth.words) if growth else set()
    vocabulary = {word: i for word, i in attachment.model.tokenizer.get_vocab().items() if word not in new}
    return BaseNote(
        name=name,
        fingerprint=base_fingerprint,
        vocabulary_size=len(vocabulary),
        vocabulary_fingerprint=fingerprint({}, vocabulary),
    )
