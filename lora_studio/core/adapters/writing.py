"""Adapters to disk: the PEFT folder, which the rest of the world loads, and a sidecar with what it cannot say."""

from __future__ import annotations

from torch import nn

from lora_studio import __version__
from lora_studio.core.adapters.card import model_card
from lora_studio.core.adapters.config import CONFIG, config_bytes
from lora_studio.core.adapters.reading import PREFIX, TENSORS
from lora_studio.core.adapters.sidecar import SIDECAR, BaseNote, Sidecar
from lora_studio.core.errors import AdapterError, RecipeError
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.methods.lora_linear import LoraAttachment, targeted
from lora_studio.core.models.folder import TOKENIZER
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.language_model import fingerprint
from lora_studio.core.models.tensor_file import tensors_to_bytes
from lora_studio.core.models.words import grown_tokenizer
from lora_studio.core.recipe import Recipe


def adapter_files(
    attachment: Attachment,
    growth: Growth | None,
    *,
    name: str,
    base_name: str,
    base_fingerprint: str,
    recipe: Recipe | None = None,
) -> dict[str, bytes]:
    """The files of an adapter folder; the same attachment gives the same bytes.

    Args:
        attachment: LoRA, trained or not.
        growth: of the vocabulary, applied; None if no words were added.
        name: what the variant is called.
        base_name: what the base is called; for people.
        base_fingerprint: `fingerprint` of the bare base; another base will be refused.
        recipe: what the adapter came from, if that is known.

    Raises:
        AdapterError: the attachment is of a kind that has no such folder.
    """
    if not isinstance(attachment, LoraAttachment):
        raise AdapterError("{name} is no LoRA adapter.", advice="Export the merged model instead.", name=name)
    whole = _whole_modules(attachment, growth)
    tensors = dict(attachment.tensors())
    for place, module in whole.items():
        tensors.update({f"{place}.{leaf}": parameter for leaf, parameter in module.named_parameters()})
    sidecar = Sidecar(
        program=f"LoRA Studio {__version__}",
        name=name[:200],
        base=_base_note(attachment, growth, base_name, base_fingerprint),
        new_words=list(growth.words) if growth else [],
        trains_embeddings=attachment.method.train_embeddings,
        recipe=recipe.model_dump(mode="json") if recipe else None,
    )
    method = attachment.method
    files = {
        CONFIG: config_bytes(method.rank, method.alpha, _target_names(attachment), whole, base_name),
        TENSORS: tensors_to_bytes({PREFIX + name: tensor for name, tensor in tensors.items()}),
        "README.md": model_card(sidecar, attachment, recipe).encode(),
        SIDECAR: sidecar.to_bytes(),
    }
    if growth:
        files[TOKENIZER] = _tokenizer(attachment, growth)
    return files


def _whole_modules(attachment: LoraAttachment, growth: Growth | None) -> dict[str, nn.Module]:
    """What is saved as it is: trained copies of embedding and head, or grown ones even if they were not trained."""
    if attachment.trained_whole or growth is None:
        return attachment.trained_whole
    if not growth.applied:
        raise ValueError("the growth must be applied: its rows are read from the model")
    model = attachment.model
    return {model.embedding_name: model.embedding, model.head_name: model.head}


def _target_names(attachment: LoraAttachment) -> list[str]:
    """Short names where they mean exactly these layers, whole names otherwise."""
    short = attachment.method.targets
    try:
        exact = targeted(attachment.model, short).keys() == attachment.layers.keys()
    except RecipeError:
        exact = False
    return sorted(short if exact else attachment.layers)


def _base_note(attachment: LoraAttachment, growth: Growth | None, name: str, base_fingerprint: str) -> BaseNote:
    new = set(growth.words) if growth else set()
    vocabulary = {word: i for word, i in attachment.model.tokenizer.get_vocab().items() if word not in new}
    return BaseNote(
        name=name,
        fingerprint=base_fingerprint,
        vocabulary_size=len(vocabulary),
        vocabulary_fingerprint=fingerprint({}, vocabulary),
    )


def _tokenizer(attachment: LoraAttachment, growth: Growth) -> bytes:
    # Words that are there already stay as they are, so it does not matter whether the growth is applied.
    tokenizer = grown_tokenizer(attachment.model.tokenizer, growth.words)
    return str(tokenizer.to_str(pretty=True)).encode() + b"\n"
