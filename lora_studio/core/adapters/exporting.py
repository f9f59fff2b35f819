"""The forms in which an adapter leaves the studio; FORMATS lists them. How merged weights do is in saving.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from lora_studio.core.adapters.gguf_files import (
    adapter_obstacle,
    gguf_adapter_files,
    gguf_vector_files,
    vector_obstacle,
)
from lora_studio.core.adapters.writing import adapter_files
from lora_studio.core.errors import RecipeError
from lora_studio.core.files import Content
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.methods.lora_linear import LoraAttachment
from lora_studio.core.methods.steering_attachment import SteeringAttachment
from lora_studio.core.models.growth import Growth
from lora_studio.core.recipe import Recipe


@dataclass(frozen=True)
class Leaving:
    """An attachment on its way out, and what its files say of it; as for `adapter_files`."""

    attachment: Attachment
    growth: Growth | None
    name: str
    base_name: str
    base_fingerprint: str
    recipe: Recipe | None = None


@dataclass(frozen=True)
class ExportFormat:
    """`obstacle` says why an attachment cannot take this form, or nothing; `files` are those of its folder."""

    name: str
    title: str
    summary: str
    obstacle: Callable[[Attachment, Growth | None], str]
    files: Callable[[Leaving], Mapping[str, Content]]


def _peft_obstacle(attachment: Attachment, growth: Growth | None) -> str:
    del growth
    return attachment.method.no_adapter


def adapter_files_of(leaving: Leaving) -> Mapping[str, Content]:
    """Those of a PEFT folder, or of the studio's own where PEFT has no form for the method."""
    return adapter_files(
        leaving.attachment,
        leaving.growth,
        name=leaving.name,
        base_name=leaving.base_name,
        base_fingerprint=leaving.base_fingerprint,
        recipe=leaving.recipe,
    )


def _gguf_adapter(leaving: Leaving) -> Mapping[str, Content]:
    return gguf_adapter_files(cast(LoraAttachment, leaving.attachment), leaving.name, leaving.base_name)


def _gguf_vector(leaving: Leaving) -> Mapping[str, Content]:
    return gguf_vector_files(cast(SteeringAttachment, leaving.attachment), leaving.name, leaving.base_name)


# Explicit, so that a frozen bundle sees every format; the order is the order in the window.
FORMATS: tuple[ExportFormat, ...] = (
    ExportFormat("peft", "PEFT folder", "Opens here, in PEFT and in Transformers.", _peft_obstacle, adapter_files_of),
    ExportFormat(
        "gguf", "GGUF adapter", "For llama.cpp and Ollama, beside the base as a GGUF file.",
        adapter_obstacle, _gguf_adapter,
    ),
    ExportFormat(
        "gguf-vector", "GGUF control vector", "A steering direction for llama.cpp.", vector_obstacle, _gguf_vector
    ),
)  # fmt: skip


def format_named(name: str) -> ExportFormat:
    """Raises KeyError."""
    return {form.name: form for form in FORMATS}[name]


def gguf_form(attachment: Attachment) -> ExportFormat:
    """The form in which llama.cpp takes it: a direction as a control vector, everything else as an adapter."""
    return format_named("gguf-vector" if isinstance(attachment, SteeringAttachment) else "gguf")


def gguf_obstacle(attachment: Attachment) -> str:
    """Why llama.cpp cannot take it; empty if it can."""
    return gguf_form(attachment).obstacle(attachment, None)


def exported_files(form: ExportFormat, leaving: Leaving) -> Mapping[str, Content]:
    """The files of a folder in this form. Raises RecipeError: there is an obstacle, which the message says."""
    if obstacle := form.obstacle(leaving.attachment, leaving.growth):
        raise RecipeError(
            "{name} cannot be written as a {form}: {reason}",
            name=leaving.name, form=form.title, reason=obstacle,
        )  # fmt: skip
    return form.files(leaving)
