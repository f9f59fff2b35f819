"""QLoRA's layer and its attachment (Dettmers et al. 2023, arXiv:2305.14314, eq. 5)."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from lora_studio.core.methods.attachment import plain_copies
from lora_studio.core.methods.lora_linear import LoraAttachment, LoraLinear, lora_layers
from lora_studio.core.methods.low_rank import low_rank_linear
from lora_studio.core.methods.qlora import Qlora
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.nf4 import Nf4Linear, check_installed, frozen_linear

DTYPES = {16: torch.bfloat16, 32: torch.float32}

SMALL = 128 * 128  # weights of a layer; up to here, making them anew costs more time than keeping them is worth


class QloraLinear(LoraLinear):
    """h = Ŵ₀x + b + s·BAx with Ŵ₀ the weight of the base in NF4, made anew for every use unless it is small."""

    def __init__(self, base: nn.Linear | Nf4Linear, method: Qlora, generator: torch.Generator) -> None:
        super().__init__(base, method, generator, DTYPES[method.adapter_bits])
        self.rounded = base if isinstance(base, Nf4Linear) else Nf4Linear(base)
        self._kept = self.rounded.weight.dequantised() if _is_small(self.rounded) else None

    def forward(self, x: Tensor) -> Tensor:
        a, b, _, bias = self._operands
        if self._kept is None and self.generator is None and a.itemsize >= x.itemsize:
            return low_rank_linear(x, self.rounded.weight.parts, bias, a, b, self.scaling)
        rows = x.flatten(0, -2)  # (batch · time, d_in)
        change = F.linear(F.linear(self._dropped(rows).to(a.dtype), a), b)  # (batch · time, d_out)
        out = self._frozen(rows).add_(change, alpha=self.scaling)
        return out.view(*x.shape[:-1], -1)  # (batch, time, d_out)

    def _frozen(self, rows: Tensor) -> Tensor:
        bias = self._operands[3]
        if self._kept is not None:
            return F.linear(rows, self._kept, bias)
        return frozen_linear(rows, self.rounded.weight, bias)

    def merged(self) -> nn.Linear:
        """Dequantised first, then changed: the layer computes what it computed while it was trained."""
        layer = self.rounded.plain()
        layer.weight = nn.Parameter(self.merged_weight(layer.weight), requires_grad=False)
        return layer


class QloraAttachment(LoraAttachment):
    """Rounds the layers that are not corrected, too.

    On a GPU the base's own weights wait in the computer's memory while it is attached: that is what 4 bits are for.
    """

    def __init__(self, model: LanguageModel, method: Qlora, layers: dict[str, LoraLinear], seed: int) -> None:
        linears = dict(model.linears())
        if any(isinstance(linear, Nf4Linear) for linear in linears.values()):
            linears = {}  # the base is in NF4 itself
        self._base_weights = [linear.weight for linear in linears.values()]
        self._device = model.device
        self._rounded = {place: Nf4Linear(linear) for place, linear in linears.items() if place not in layers}
        placed: dict[str, nn.Module] = {
            place: layer.plain() if _is_small(layer) else layer for place, layer in self._rounded.items()
        }
        super().__init__(model, method, layers, seed, placed)

    def _swap(self) -> None:
        if self.attached:
            self._bring_back()
        super()._swap()
        if self.attached:
            self._send_away()

    def _send_away(self) -> None:
        if self._device.type == "cuda":
            for weight in self._base_weights:
                weight.data = weight.data.to("cpu")

    def _bring_back(self) -> None:
        for weight in self._base_weights:
            weight.data = weight.data.to(self._device)

    def makers(self) -> dict[str, Callable[[], nn.Module]]:
        return {**{place: layer.plain for place, layer in self._rounded.items()}, **super().makers()}

    def merged_modules(self) -> dict[str, nn.Module]:
        return {**{place: layer.plain() for place, layer in self._rounded.items()}, **super().merged_modules()}

    def unrounded_modules(self) -> dict[str, nn.Module]:
        if not self._base_weights:
            return {}
        exact = {place: LoraLinear.merged(layer) for place, layer in self.layers.items()}
        return {**exact, **plain_copies(self.companions())}


def _is_small(layer: Nf4Linear) -> bool:
    """Whether its weight is kept unpacked; never where there are only shapes."""
    return layer.weight.device.type != "meta" and layer.in_features * layer.out_features <= SMALL


def attach_qlora(model: LanguageModel, method: Qlora, seed: int) -> QloraAttachment:
    """Changes `model` in place; undo with `detach`.

    Raises RecipeError: as for LoRA, or bitsandbytes is not installed.
    """
    check_installed()
    return QloraAttachment(model, method, lora_layers(model, method, seed, QloraLinear), seed)
