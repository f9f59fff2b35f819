"""Models without numbers: what a method would make of a model, at no cost in memory."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.nf4 import Nf4Linear, Nf4Weight


def without_numbers(model: LanguageModel) -> LanguageModel:
    """A copy of the seam and its modules whose tensors live on torch's meta device."""
    places = {id(tensor): nn.Parameter(tensor.to("meta"), requires_grad=False) for tensor in model.network.parameters()}
    buffers = {id(tensor): tensor.to("meta") for tensor in model.network.buffers()}
    layers = [module for module in model.network.modules() if isinstance(module, Nf4Linear)]
    rounded = {id(layer.weight): _rounded_without_numbers(layer) for layer in layers}
    shape = copy.copy(model)
    shape.network = copy.deepcopy(model.network, {**places, **buffers, **rounded})
    return shape


def _rounded_without_numbers(layer: Nf4Linear) -> Nf4Weight:
    with torch.device("meta"):
        plain = nn.Linear(layer.in_features, layer.out_features, bias=False, dtype=layer.weight.dtype)
    return Nf4Linear(plain).weight


def drawn(tensor: Tensor, deviation: float, generator: torch.Generator) -> Tensor:
    """Fills `tensor` with Gaussian noise from a generator of the CPU; where only shapes are wanted, draws nothing."""
    if not tensor.is_meta:
        tensor.copy_(torch.randn(tensor.shape, generator=generator) * deviation)
    return tensor
