"""LoRA's layer and its attachment (Hu et al. 2022, arXiv:2106.09685, §4.1)."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from functools import partial

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from lora_studio.core.errors import RecipeError
from lora_studio.core.methods.attachment import Attachment, MadeWhenAsked, copies, named_tensors, plain_copies
from lora_studio.core.methods.base import Method
from lora_studio.core.methods.layer_numbers import is_meant
from lora_studio.core.methods.lora import ALL_LINEAR, Lora
from lora_studio.core.methods.low_rank import low_rank_linear
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.nf4 import Nf4Linear
from lora_studio.core.models.shapes import drawn

LORA_B = "lora_B.weight"  # B's name in its layer
INITIAL_DEVIATION = 0.01  # of A; B starts at zero, so that nothing changes at first
SMALL = 128 * 128  # weights of a layer; up to here a step of our own for autograd costs more than it saves


def trained_dtype(dtype: torch.dtype) -> torch.dtype:
    """The type of what trains beside frozen weights of `dtype`: never 16 bit, where small updates would be lost."""
    return torch.float32 if dtype in (torch.bfloat16, torch.float16) else dtype


class LowRankMatrix(nn.Module):
    """One of the two factors. A module of its own, so that its tensor is named as PEFT names it (`lora_A.weight`)."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight)


class LoraLinear(nn.Module):
    """h = W₀x + b + s·BAx around an untouched linear layer, which may be in NF4. A: (r, d_in), B: (d_out, r)."""

    def __init__(
        self, base: nn.Linear | Nf4Linear, method: Lora, generator: torch.Generator, dtype: torch.dtype | None = None
    ) -> None:
        super().__init__()
        self.base = base
        self.scaling = method.scaling
        self.dropout = method.dropout
        self.generator: torch.Generator | None = None  # of what dropout leaves out
        weight = base.weight
        self._is_small = isinstance(weight, Tensor) and weight.numel() <= SMALL
        self._frozen_parts = [weight] if isinstance(weight, Tensor) else weight.parts
        dtype = dtype or trained_dtype(weight.dtype)
        start = torch.empty(method.rank, base.in_features, dtype=dtype, device=weight.device)
        self.lora_A = LowRankMatrix(drawn(start, INITIAL_DEVIATION, generator))
        # B lies column by column: the backward pass reads it that way, and is several times as fast at it.
        self.lora_B = LowRankMatrix(start.new_zeros(method.rank, base.out_features).T)
        # Looked up once: a module finds its parameters by a detour that costs a tenth of MiniGPT's forward pass.
        matrices = (self.lora_A.weight, self.lora_B.weight)
        self._operands: tuple[Tensor, Tensor, Tensor | None, Tensor | None] = (
            *matrices,
            weight if isinstance(weight, Tensor) else None,
            base.bias,
        )

    def tensors(self) -> dict[str, nn.Parameter]:
        """Its trainable tensors by their name in the layer."""
        return {"lora_A.weight": self.lora_A.weight, LORA_B: self.lora_B.weight}

    def forward(self, x: Tensor) -> Tensor:
        a, b, weight, bias = self._operands
        if not self._is_small and self.generator is None:
            return low_rank_linear(x, self._frozen_parts, bias, a, b, self.scaling)
        if weight is None:
            weight = self.matrix()
        if a.dtype != x.dtype:
            a, b = a.to(x.dtype), b.to(x.dtype)
        rows = x.flatten(0, -2)  # (batch · time, d_in)
        # One call adds the scaled correction to the frozen output: at MiniGPT's size every call saved is felt.
        reduced = F.linear(self._dropped(rows), a)  # (batch · time, r)
        out = F.linear(rows, weight, bias).addmm_(reduced, b.T, alpha=self.scaling)
        return out.view(*x.shape[:-1], -1)  # (batch, time, d_out)

    def _dropped(self, rows: Tensor) -> Tensor:
        """`rows`, in training with some left out and the others scaled up. By a generator of its own: what other jobs
        draw between two steps must not change a run."""
        if self.generator is None:
            return rows
        kept = 1 - self.dropout
        return rows * torch.empty_like(rows).bernoulli_(kept, generator=self.generator).div_(kept)

    def matrix(self) -> Tensor:
        """W₀, (d_out, d_in); made anew where it is kept in NF4."""
        weight = self.base.weight
        return weight.detach() if isinstance(weight, Tensor) else weight.dequantised()

    def weight_change(self) -> Tensor:
        """ΔW = s·BA in 32 bit, (d_out, d_in)."""
        return self.scaling * (self.lora_B.weight.float() @ self.lora_A.weight.float()).detach()

    def merged_weight(self, weight: Tensor) -> Tensor:
        """W' = W₀ + s·BA for a given W₀, in its type."""
        return (weight + self.weight_change().to(weight.device)).to(weight.dtype)

    def merged(self) -> nn.Linear:
        """A plain layer with the changed weight."""
        layer = self.base.plain() if isinstance(self.base, Nf4Linear) else copy.deepcopy(self.base)
        layer.weight = nn.Parameter(self.merged_weight(self.matrix()), requires_grad=False)
        return layer


class LoraAttachment(Attachment):
    """LoRA on chosen layers, with trained copies of embedding and head where the settings ask for them."""

    method: Lora

    def __init__(
        self,
        model: LanguageModel,
        method: Lora,
        layers: dict[str, LoraLinear],
        seed: int,
        besides: dict[str, nn.Module] | None = None,
    ) -> None:
        """`seed` decides what dropout leaves out; `besides` are placed too and hold nothing to train."""
        super().__init__(model, method)
        self.layers = layers
        wanted = ((model.embedding_name, method.train_embeddings), (model.head_name, method.train_head))
        self._companions = copies(model, [place for place, trains in wanted if trains])
        self._generator = _dropping_generator(model.device, seed) if method.dropout else None
        self.place({**(besides or {}), **self.layers, **self._companions})

    def tensors(self) -> dict[str, nn.Parameter]:
        return {**self._low_rank(), **named_tensors(self._companions)}

    def _low_rank(self) -> dict[str, nn.Parameter]:
        layers = self.layers.items()
        return {f"{place}.{name}": tensor for place, layer in layers for name, tensor in layer.tensors().items()}

    def companions(self) -> dict[str, nn.Module]:
        return self._companions

    def untie(self) -> None:
        head = self._companions.get(self.model.head_name)
        if head is not None and self.model.embedding_name in self._companions:
            head.weight = nn.Parameter(head.weight.detach().clone())  # type: ignore[operator]

    def starting_state(self, state: Mapping[str, Tensor], method: Method) -> dict[str, Tensor]:
        """B makes up for another scaling, so that s·BA stays."""
        assert isinstance(method, Lora)
        ratios = {f"{place}.{LORA_B}": method.at(place).scaling / layer.scaling for place, layer in self.layers.items()}
        return {name: tensor * ratios[name] if name in ratios else tensor for name, tensor in state.items()}

    @property
    def generator(self) -> torch.Generator | None:
        return self._generator

    def set_training(self, training: bool) -> None:
        if self._generator is not None:
            for layer in self.layers.values():
                layer.generator = self._generator if training else None

    def merging(self) -> Mapping[str, nn.Module]:
        return MadeWhenAsked(self.makers())

    def makers(self) -> dict[str, Callable[[], nn.Module]]:
        """What makes each merged module, by place."""
        ends = {place: partial(_itself, module) for place, module in self._companions.items()}
        return {**{place: layer.merged for place, layer in self.layers.items()}, **ends}

    def merged_modules(self) -> dict[str, nn.Module]:
        return {**{place: layer.merged() for place, layer in self.layers.items()}, **plain_copies(self._companions)}


def _itself(module: nn.Module) -> nn.Module:
    return module


def _dropping_generator(device: torch.device, seed: int) -> torch.Generator:
    return torch.Generator("cpu" if device.type == "meta" else device).manual_seed(seed)


def attach_lora(model: LanguageModel, method: Lora, seed: int) -> LoraAttachment:
    """Changes `model` in place; undo with `detach`. Raises RecipeError: a target without a layer, a rank too large."""
    return LoraAttachment(model, method, lora_layers(model, method, seed), seed)


def lora_layers(
    model: LanguageModel, method: Lora, seed: int, kind: type[LoraLinear] = LoraLinear
) -> dict[str, LoraLinear]:
    """A new layer around each target, by place. Raises RecipeError: a target without a layer, a rank too large."""
    generator = torch.Generator().manual_seed(seed)
    layers = {}
    for name, linear in targeted(model, method.targets).items():
        own = method.at(name)
        most = min(linear.in_features, linear.out_features)
        if own.rank > most:
            raise RecipeError(
                "Rank {rank} is above the size of {layer}, which is {most}.",
                advice="Choose a rank of at most {most}.",
                rank=own.rank, layer=name, most=most,
            )  # fmt: skip
        layers[name] = kind(linear, own, generator)
    return layers


def targeted(model: LanguageModel, targets: tuple[str, ...]) -> dict[str, nn.Linear]:
    """The layers that `targets` mean, by PEFT's rule: a whole name, or its end after a dot, or all of them.

    Raises RecipeError: a target without a layer.
    """
    linears = model.linears()
    if ALL_LINEAR in targets:
        return linears
    missing = [target for target in targets if not any(is_meant(name, target) for name in linears)]
    if missing:
        raise RecipeError(
            "The model has no layer named {missing}.",
            advice="Choose from {there}.",
            missing=", ".join(missing),
            there=", ".join(dict.fromkeys(name.rpartition(".")[2] for name in linears)),
        )
    return {name: linear for name, linear in linears.items() if any(is_meant(name, target) for target in targets)}


def target_names(model: LanguageModel, targets: tuple[str, ...]) -> list[str]:
    """`targets` for a file: explicit, and meaning the same layers to a program that looks through the whole network."""
    names = list(targeted(model, targets))
    short = sorted({name.rpartition(".")[2] for name in names} if ALL_LINEAR in targets else targets)
    others = [name for name in (model.embedding_name, model.head_name, *model.linears()) if name not in names]
    return names if any(is_meant(name, target) for name in others for target in short) else short
