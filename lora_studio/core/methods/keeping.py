"""What of an attachment, and of the vocabulary's growth below it, has to be kept on disk."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from lora_studio.core.methods.attachment import Attachment, named_tensors
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.language_model import LanguageModel


def kept_tensors(attachment: Attachment, growth: Growth | None) -> dict[str, Tensor]:
    """The attachment's state, and the grown embedding and head where the state does not hold them; by name.

    Where embedding and head are one tensor, a file of PEFT's has it under both names: PEFT makes two of it.
    """
    model = attachment.model
    grown = _ends(model) if growth else {}
    kept = {**grown, **attachment.state()}
    first, second = f"{model.embedding_name}.weight", f"{model.head_name}.weight"
    if attachment.method.tensor_prefix and model.is_tied and first in kept:
        kept[second] = kept[first]
    return kept


def take_over(attachment: Attachment, growth: Growth | None, tensors: Mapping[str, Tensor]) -> None:
    """Brings back what `kept_tensors` gave. Names and shapes have been compared; both are applied."""
    attachment.load_state(tensors)
    if growth is None:
        return
    own = attachment.state().keys()
    with torch.no_grad():
        for name, tensor in _ends(attachment.model).items():
            if name not in own:
                tensor.copy_(tensors[name])


def _ends(model: LanguageModel) -> dict[str, Tensor]:
    return dict(named_tensors({model.embedding_name: model.embedding, model.head_name: model.head}))
