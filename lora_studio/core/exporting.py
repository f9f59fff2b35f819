"""Adapters in the forms of other programs. What is written is read back, and a receipt tells whether it is the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from lora_studio.core.adapters.exporting import ExportFormat, exported_files, format_named
from lora_studio.core.adapters.gguf_files import ADAPTER, VECTOR, read_gguf_adapter, read_gguf_vector
from lora_studio.core.events import Receipt
from lora_studio.core.files import write_new_folder
from lora_studio.core.methods.hidden_states import hidden_of
from lora_studio.core.methods.lora_linear import LoraAttachment
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.probing.answers import Measured
from lora_studio.core.probing.receipts import make_receipt
from lora_studio.core.saving import leaving_of, receipt_prompts, save
from lora_studio.core.variants import Variant, Variants


def export_adapter(
    variants: Variants, name: str, form: str, folder: Path, prompts: Sequence[str] = (), *, base_fingerprint: str
) -> Receipt:
    """Writes the adapter of the variant `name` to a new folder in the form `form`, one of `FORMATS` by name.

    The receipt's kind is the form's name, or "adapter" for PEFT's.

    Raises:
        RecipeError: the variant cannot take this form, or a package is missing.
        StorageError: the folder is there already, or cannot be written.
        KeyError: there is no such form.
    """
    wanted = format_named(form)
    variant, attachment = variants.adapted(name)
    if form == "peft" and not wanted.obstacle(attachment, variant.growth):
        return save(variants, variant, folder, prompts, base_fingerprint=base_fingerprint)
    prompts = receipt_prompts(variants, variant, prompts)
    before = variants.measure(variant, prompts)
    size = write_new_folder(folder, exported_files(wanted, leaving_of(variants, variant, base_fingerprint)))
    after = _measured_again(variants, variant, wanted, folder, prompts)
    return make_receipt(
        form, str(folder), prompts, before=before, after=after, bytes_written=size, dtype=variants.model.dtype
    )


def obstacles(variants: Variants, name: str) -> dict[str, str]:
    """Why the variant `name` cannot take a form, by the form's name; empty where it can."""
    from lora_studio.core.adapters.exporting import FORMATS

    variant, attachment = variants.adapted(name)
    return {form.name: form.obstacle(attachment, variant.growth) for form in FORMATS}


def _measured_again(
    variants: Variants, variant: Variant, form: ExportFormat, folder: Path, prompts: Sequence[str]
) -> Measured:
    attachment = variant.attachment
    if isinstance(attachment, LoraAttachment):
        read = read_gguf_adapter(folder / ADAPTER, attachment)
        with _other_state(attachment, read):
            return variants.measure(variant, prompts)
    del form
    index, shift = read_gguf_vector(folder / VECTOR, variants.model)
    with _shifted(variants.model, index, shift):
        return variants.measure(variants.base, prompts)


@contextmanager
def _other_state(attachment: LoraAttachment, state: dict[str, Tensor]) -> Iterator[None]:
    own = {name: tensor.detach().clone() for name, tensor in attachment.state().items()}
    attachment.load_state(state)
    try:
        yield
    finally:
        attachment.load_state(own)


@contextmanager
def _shifted(model: LanguageModel, index: int, shift: Tensor) -> Iterator[None]:
    """Adds `shift`, (width,), after a block, as llama.cpp does with a control vector."""

    def add(module: nn.Module, inputs: Any, output: Any) -> Any:
        del module, inputs
        hidden = hidden_of(output)
        shifted = hidden + shift.to(hidden)
        return (shifted, *output[1:]) if isinstance(output, tuple) else shifted

    handle = model.blocks[index].register_forward_hook(add)
    try:
        yield
    finally:
        handle.remove()
