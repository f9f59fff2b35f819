"""LoRA's layer and its attachment (Hu et al. 2022, arXiv:2106.09685, §4.1)."""

from __future__ import annotations

import copy

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from lora_studio.core.errors import RecipeError
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.methods.lora import Lora
from lora_studio.core.models.language_model import LanguageModel

INITIAL_DEVIATION = 0.01  # of A; B starts at zero, so that nothing changes at first


class LowRankMatrix(nn.Module):
    """One of the two factors. A module of its own, so that its tensor is named as PEFT names it (`lora_A.weight`)."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight)


class LoraLinear(nn.Module):
    """h = W₀x + b + (α/r)·BAx around an untouched linear layer. A: (r, d_in), B: (d_out, r)."""

    def __init__(self, base: nn.Linear, rank: int, alpha: float, generator: torch.Generator) -> None:
        super().__init__()
        self.base = base
        self.scaling = alpha / rank
        start = torch.randn(rank, base.in_features, generator=generator) * INITIAL_DEVIATION
        self.lora_A = LowRankMatrix(start.to(base.weight))
        self.lora_B = LowRankMatrix(torch.zeros(base.out_features, rank).to(base.weight))
        # Looked up once: a module finds its parameters by a detour that costs a tenth of MiniGPT's forward pass.
        self._operands = (self.lora_A.weight, self.lora_B.weight, base.weight, base.bias)

    def forward(self, x: Tensor) -> Tensor:
        a, b, weight, bias = self._operands
        rows = x.flatten(0, -2)  # (batch · time, d_in)
        # One addmm adds the scaled correction to the frozen output: at MiniGPT's size every call saved is felt.
        out = torch.addmm(F.linear(rows, weight, bias), F.linear(rows, a), b.T, alpha=self.scaling)
        return out.view(*x.shape[:-1], -1)  # (batch, time, d_out)

    def weight_change(self) -> Tensor:
        """ΔW = (α/r)·BA, (d_out, d_in)."""
        return self.scaling * (self.lora_B.weight @ self.lora_A.weight).detach()

    def merged(self) -> nn.Linear:
        """A plain layer with W' = W₀ + (α/r)·BA."""
        layer = copy.deepcopy(self.base)
        layer.weight = nn.Parameter(self.base.weight.detach() + self.weight_change(), requires_grad=False)
        return layer


class LoraAttachment(Attachment):
    """LoRA on chosen layers, with trained copies of embedding and head where the settings ask for them."""

    method: Lora

    def __init__(self, model: LanguageModel, method: Lora, layers: dict[str, LoraLinear]) -> None:
        super().__init__(model, method)
        self.layers = layers
        self.trained_whole: dict[str, nn.Module] = {}
        if method.train_embeddings:
            for name in (model.embedding_name, model.head_name):
                module = copy.deepcopy(model.network.get_submodule(name))
                self.trained_whole[name] = module.requires_grad_(True)
        self.place({**self.layers, **self.trained_whole})

    def tensors(self) -> dict[str, nn.Parameter]:
        found = {}
        for name, layer in self.layers.items():
            found[f"{name}.lora_A.weight"] = layer.lora_A.weight
            found[f"{name}.lora_B.weight"] = layer.lora_B.weight
        for name, module in self.trained_whole.items():
            found.update({f"{name}.{leaf}": parameter for leaf, parameter in module.named_parameters()})
        return found

    def merged_modules(self) -> dict[str, nn.Module]:
        merged: dict[str, nn.Module] = {name: layer.merged() for name, layer in self.layers.items()}
        for name, module in self.trained_whole.items():
            merged[name] = copy.deepcopy(module).requires_grad_(False)
        return merged


def attach_lora(model: LanguageModel, method: Lora, seed: int) -> LoraAttachment:
    """Changes `model` in place; undo with `detach`. Raises RecipeError: a target without a layer, a rank too large."""
    generator = torch.Generator().manual_seed(seed)
    layers = {}
    for name, linear in targeted(model, method.targets).items():
        most = min(linear.in_features, linear.out_features)
        if method.rank > most:
            raise RecipeError(
                "Rank {rank} is above the size of {layer}, which is {most}.",
                advice="Choose a rank of at most {most}.",
                rank=method.rank, layer=name, most=most,
            )  # fmt: skip
        layers[name] = LoraLinear(linear, method.rank, method.alpha, generator)
    return LoraAttachment(model, method, layers)


def targeted(model: LanguageModel, targets: tuple[str, ...]) -> dict[str, nn.Linear]:
    """The layers whose last name part is one of `targets`. Raises RecipeError: a target without a layer."""
    linears = model.linears()
    chosen = {name: linear for name, linear in linears.items() if name.rpartition(".")[2] in targets}
    there = {name.rpartition(".")[2] for name in linears}
    missing = [target for target in targets if target not in there]
    if missing:
        raise RecipeError(
            "The model has no layer named {missing}.",
            advice="Choose from {there}.",
            missing=", ".join(missing), there=", ".join(sorted(there)),
        )  # fmt: skip
    return chosen
