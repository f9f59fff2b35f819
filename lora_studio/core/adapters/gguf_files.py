"""LoRA adapters and steering directions as GGUF files, for llama.cpp and what builds on it (Ollama)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lora_studio.core.adapters.gguf_names import Place, architecture_of, family_obstacle, package, places_of
from lora_studio.core.errors import AdapterError, StorageError
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.methods.lora_linear import LORA_B, LoraAttachment
from lora_studio.core.methods.steering_attachment import SteeringAttachment
from lora_studio.core.models.foreign_files import GET_IT_AGAIN, shown
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.language_model import LanguageModel

ADAPTER, VECTOR, MODELFILE = "adapter.gguf", "control-vector.gguf", "Modelfile"
LORA_A = "lora_A.weight"

_MODELFILE = """# ollama create NAME -f Modelfile
# FROM is the base in a form that Ollama opens: a model of its library, a GGUF file, or a folder with safetensors.
FROM {base}
ADAPTER ./{adapter}
"""

_ADAPTER_CARD = """# {name}

A LoRA adapter for {base}, as GGUF. With llama.cpp and the base as a GGUF file:

    llama-cli -m BASE.gguf --lora {adapter}

`Modelfile` is for Ollama; put the base behind FROM.
"""

_VECTOR_CARD = """# {name}

A direction in the hidden states of {base}, added after block {block}, as a control vector. With llama.cpp and the base
as a GGUF file:

    llama-cli -m BASE.gguf --control-vector {vector}
"""


# LoRA


def adapter_obstacle(attachment: Attachment, growth: Growth | None) -> str:
    """Why the attachment cannot be a GGUF adapter, in words; empty if it can."""
    if not isinstance(attachment, LoraAttachment):
        return "A GGUF adapter holds LoRA's matrices, and this method has none."
    if attachment.method.uses_dora:
        return "llama.cpp has no form for DoRA's lengths. Export the merged model instead."
    if growth or attachment.companions():
        return "A GGUF adapter has no place for a trained embedding or head. Export the merged model instead."
    return family_obstacle(attachment.model)


def gguf_adapter_files(attachment: LoraAttachment, name: str, base_name: str) -> dict[str, bytes]:
    """The files of a folder. Raises RecipeError: llama.cpp has no such layer, or gguf is missing."""
    gguf = package()
    alpha = attachment.method.alpha

    def fill(writer: Any) -> None:
        writer.add_type(gguf.GGUFType.ADAPTER)
        writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
        writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, alpha)
        writer.add_name(_line(name))
        for tensor_name, tensor in _lora_tensors(attachment).items():
            writer.add_tensor(tensor_name, tensor.numpy())

    texts = {"name": _line(name), "base": _line(base_name), "adapter": ADAPTER}
    return {
        ADAPTER: _written(architecture_of(attachment.model), fill),
        MODELFILE: _MODELFILE.format(**texts).encode(),
        "README.md": _ADAPTER_CARD.format(**texts).encode(),
    }


def _lora_tensors(attachment: LoraAttachment) -> dict[str, Tensor]:
    """A, (r, d_in), and B, (d_out, r), by llama.cpp's names.

    llama.cpp scales by α / r with one α for all layers; what a layer's own scaling differs by goes into its B.
    """
    found: dict[str, Tensor] = {}
    for layer, place in _places(attachment).items():
        module = attachment.layers[layer]
        a, b = (matrix.weight.detach().float().cpu() for matrix in (module.lora_A, module.lora_B))
        factor = module.scaling / (attachment.method.alpha / len(a))
        found[f"{place.name}.lora_a"] = a.contiguous()
        found[f"{place.name}.lora_b"] = place.turned(b if factor == 1 else b * factor).contiguous()
    return found


def _places(attachment: LoraAttachment) -> dict[str, Place]:
    return places_of(attachment.model, {name: len(layer.lora_B.weight) for name, layer in attachment.layers.items()})


def read_gguf_adapter(path: Path, attachment: LoraAttachment) -> dict[str, Tensor]:
    """What was written for the attachment, as its `state` has it. Raises AdapterError: it is not as written."""
    fields, tensors = _read(path)
    found: dict[str, Tensor] = {}
    for layer, place in _places(attachment).items():
        try:
            a, b = (tensors.pop(f"{place.name}.lora_{side}") for side in "ab")
        except KeyError as error:
            raise _unsound(path, f"it lacks {shown(error.args[0])}") from error
        factor = (fields["adapter.lora.alpha"] / len(a)) / attachment.layers[layer].scaling
        found[f"{layer}.{LORA_A}"] = a
        found[f"{layer}.{LORA_B}"] = place.turned_back(b if factor == 1 else b * factor)
    if tensors:
        raise _unsound(path, f"there is no place for {shown(next(iter(tensors)))}")
    return found


# Steering


def vector_obstacle(attachment: Attachment, growth: Growth | None) -> str:
    """Why the attachment cannot be a control vector, in words; empty if it can."""
    del growth  # steering adds no words
    if not isinstance(attachment, SteeringAttachment):
        return "A control vector is a direction that is added while the model reads, and this method has none."
    if attachment.index == 0:
        return "llama.cpp adds nothing after the first block. Steer after a later one."
    return family_obstacle(attachment.model)


def gguf_vector_files(attachment: SteeringAttachment, name: str, base_name: str) -> dict[str, bytes]:
    """The files of a folder with a control vector, at the attachment's strength. Raises RecipeError: no gguf."""
    shift = attachment.strength * attachment.distance * attachment.direction

    def fill(writer: Any) -> None:
        writer.add_string("controlvector.model_hint", architecture_of(attachment.model))
        writer.add_uint32("controlvector.layer_count", 1)
        writer.add_name(_line(name))
        writer.add_tensor(f"direction.{attachment.index}", shift.detach().float().cpu().numpy())

    texts = {"name": _line(name), "base": _line(base_name), "vector": VECTOR, "block": attachment.index + 1}
    return {VECTOR: _written("controlvector", fill), "README.md": _VECTOR_CARD.format(**texts).encode()}


def read_gguf_vector(path: Path, model: LanguageModel) -> tuple[int, Tensor]:
    """After which block (from 0), and what is added there, (width,). Raises AdapterError: it is not as written."""
    _, tensors = _read(path)
    if len(tensors) != 1:
        raise _unsound(path, f"it holds {len(tensors)} tensors instead of one")
    ((name, shift),) = tensors.items()
    number = name.removeprefix("direction.")
    if not number.isdecimal() or not 0 < int(number) < len(model.blocks) or shift.shape != (model.block_width,):
        raise _unsound(path, f"there is no place for {shown(name)}")
    return int(number), shift


# Files


def _written(architecture: str, fill: Callable[[Any], None]) -> bytes:
    """A GGUF file; the same content gives the same bytes."""
    try:
        with tempfile.TemporaryDirectory(prefix="lora-studio-") as folder:
            path = Path(folder) / "made.gguf"
            writer = package().GGUFWriter(path, architecture)
            fill(writer)
            writer.write_header_to_file()
            writer.write_kv_data_to_file()
            writer.write_tensors_to_file()
            writer.close()
            return path.read_bytes()
    except OSError as error:
        raise StorageError(
            "The folder for temporary files could not be written to: {reason}.",
            advice="Free some space.",
            reason=error.strerror or error,
        ) from error


def _read(path: Path) -> tuple[dict[str, float], dict[str, Tensor]]:
    """The numbers in the header, and the tensors, in memory of their own."""
    try:
        reader = package().GGUFReader(path)
        tensors = {tensor.name: torch.from_numpy(tensor.data.copy()) for tensor in reader.tensors}
        fields = {name: field.contents() for name, field in reader.fields.items()}
    except (ValueError, KeyError, IndexError, OSError) as error:
        raise _unsound(path, shown(error)) from error
    numbers: Mapping[str, float] = {name: value for name, value in fields.items() if isinstance(value, int | float)}
    return dict(numbers), tensors


def _unsound(path: Path, reason: str) -> AdapterError:
    return AdapterError("{path} cannot be used: {reason}.", advice=GET_IT_AGAIN, path=path, reason=reason)


def _line(text: str) -> str:
    """A person's text on one line."""
    return " ".join(text.split())
