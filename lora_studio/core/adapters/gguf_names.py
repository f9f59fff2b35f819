"""What llama.cpp calls the layers of each family, and in which order it keeps their rows.

Its converter (conversion/*.py in ggml-org/llama.cpp) puts the rows of some attention layers into another order; so must
be those of a LoRA beside such a layer.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from lora_studio.core.errors import RecipeError
from lora_studio.core.models.foreign_files import some
from lora_studio.core.models.language_model import LanguageModel

RowOrder = Callable[[LanguageModel, str, int], Tensor | None]


def _kept(model: LanguageModel, end: str, rows: int) -> None:
    """All rows stay where they are."""
    del model, end, rows


def _pairs(model: LanguageModel, end: str, rows: int) -> Tensor | None:
    """Rotated pairs side by side rather than half a head apart, in q and k of Llama and its kin."""
    if end not in {"q_proj", "k_proj"}:
        return None
    heads = _heads(model) if end == "q_proj" else model.key_value_shape[0]
    return torch.arange(rows).view(heads, 2, rows // heads // 2).transpose(1, 2).flatten()


def _fused(model: LanguageModel, end: str, rows: int) -> Tensor | None:
    """All queries, then all keys, then all values, rather than the three of each head."""
    if end != "query_key_value":
        return None
    return torch.arange(rows).view(_heads(model), 3, -1).transpose(0, 1).flatten()


def _grouped(model: LanguageModel, end: str, rows: int) -> Tensor | None:
    """As `_fused`, where the queries of a group share one key and one value."""
    if end != "query_key_value":
        return None
    config = _config(model)
    groups = config.num_kv_heads if config.new_decoder_architecture or not config.multi_query else 1
    parts = torch.arange(rows).view(groups, _heads(model) // groups + 2, -1)  # (group, query … key, value, d_head)
    return torch.cat([parts[:, :-2].flatten(), parts[:, -2].flatten(), parts[:, -1].flatten()])


@dataclass(frozen=True)
class _Family:
    architecture: str  # its name in gguf's MODEL_ARCH
    order: RowOrder = _kept


FAMILIES: dict[str, _Family] = {
    "llama": _Family("LLAMA", _pairs),
    "mistral": _Family("LLAMA", _pairs),
    "mixtral": _Family("LLAMA", _pairs),
    "smollm3": _Family("SMOLLM3", _pairs),
    "granite": _Family("GRANITE", _pairs),
    "qwen2": _Family("QWEN2"),
    "qwen3": _Family("QWEN3"),
    "qwen3_moe": _Family("QWEN3MOE"),
    "gemma": _Family("GEMMA"),
    "gemma2": _Family("GEMMA2"),
    "gemma3_text": _Family("GEMMA3"),
    "phi": _Family("PHI2"),
    "phi3": _Family("PHI3"),
    "gpt2": _Family("GPT2"),
    "stablelm": _Family("STABLELM"),
    "starcoder2": _Family("STARCODER2"),
    "olmo2": _Family("OLMO2"),
    "cohere": _Family("COMMAND_R"),
    "gpt_neox": _Family("GPTNEOX", _fused),
    "bloom": _Family("BLOOM", _fused),
    "falcon": _Family("FALCON", _grouped),
}


@dataclass(frozen=True)
class Place:
    """Where llama.cpp keeps a layer: `name`, e.g. "blk.0.attn_q.weight", and which of our rows stands where."""

    name: str
    rows: Tensor | None  # (d_out,): the row of ours at each of its rows; None: the same

    def turned(self, matrix: Tensor) -> Tensor:
        """From our order of rows to llama.cpp's."""
        return matrix if self.rows is None else matrix[self.rows.to(matrix.device)]

    def turned_back(self, matrix: Tensor) -> Tensor:
        return matrix if self.rows is None else matrix[torch.argsort(self.rows).to(matrix.device)]


def family_obstacle(model: LanguageModel) -> str:
    """Why llama.cpp cannot use what was made for this model; empty if it can."""
    return "" if model.family in FAMILIES else f"llama.cpp knows no models of the family {model.family}."


def package() -> Any:
    """gguf. Raises RecipeError: it is not installed, with the command that installs it."""
    if importlib.util.find_spec("gguf") is None:
        raise RecipeError(
            "GGUF files need the package gguf, which is not installed.",
            advice="Run “pip install gguf”, and start the program again.",
        )
    import gguf

    return gguf


def architecture_of(model: LanguageModel) -> str:
    """What a GGUF file calls the family, e.g. "llama"."""
    gguf = package()
    return str(gguf.MODEL_ARCH_NAMES[gguf.MODEL_ARCH[FAMILIES[model.family].architecture]])


def places_of(model: LanguageModel, layers: Mapping[str, int]) -> dict[str, Place]:
    """Where each of the `layers` is; they are given by full name, with how many rows each has.

    Raises RecipeError: llama.cpp has no such layer, or gguf is missing.
    """
    gguf = package()
    family = FAMILIES[model.family]
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[family.architecture], len(model.blocks))
    found: dict[str, Place] = {}
    unknown = []
    for layer, rows in layers.items():
        name = names.get_name(layer) or names.get_name(layer.removeprefix("transformer."))
        order = family.order(model, layer.rpartition(".")[2], rows)
        if name:
            found[layer] = Place(f"{name}.weight", order)
        else:
            unknown.append(layer)
    if unknown:
        raise RecipeError(
            "llama.cpp has no layer like {names} in models of the family {family}.",
            advice="Train other layers, or export the merged model.",
            names=some(unknown), family=model.family,
        )  # fmt: skip
    return found


def _heads(model: LanguageModel) -> int:
    return int(_config(model).num_attention_heads)


def _config(model: LanguageModel) -> Any:
    return model.network.config  # only families of transformers come here
