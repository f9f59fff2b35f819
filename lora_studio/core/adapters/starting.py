"""Training that goes on from a stored adapter."""

from __future__ import annotations

import torch

from lora_studio.core.adapters.reading import StoredAdapter, tensors_by_place
from lora_studio.core.errors import AdapterError
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.methods.keeping import kept_tensors
from lora_studio.core.models.folder import differences
from lora_studio.core.models.foreign_files import some
from lora_studio.core.models.growth import Growth


def start_from(attachment: Attachment, growth: Growth | None, stored: StoredAdapter) -> None:
    """Copies the stored tensors over the attachment's fresh ones, and over the rows of words that it brought along.

    Embedding and head may have more rows now, for words that are new since; the stored words come first.

    Args:
        attachment: fresh.
        growth: of the vocabulary below it, applied; by the stored words first.
        stored: fits the base; `check_fits` has said so.

    Raises:
        AdapterError: a tensor is missing, has no place or another shape; nothing was copied.
    """
    found = tensors_by_place(stored, attachment.method)
    places = kept_tensors(attachment, growth)
    ends = (f"{attachment.model.embedding_name}.", f"{attachment.model.head_name}.")
    reason = differences(
        {name: tuple(tensor.shape) for name, tensor in places.items() if not name.startswith(ends)},
        {name: tuple(tensor.shape) for name, tensor in found.items() if not name.startswith(ends)},
    )
    if homeless := sorted(name for name in found if name.startswith(ends) and name not in places):
        reason = reason or f"it replaces {some(homeless)}, which these settings do not train"
    if reason:
        raise AdapterError(
            "Training cannot start from the adapter in {path}: {reason}.",
            advice="Choose its rank and layers, and train what it replaces, or start fresh.",
            path=stored.folder, reason=reason,
        )  # fmt: skip
    with torch.no_grad():
        for name, tensor in found.items():
            places[name][: len(tensor)].copy_(tensor)
