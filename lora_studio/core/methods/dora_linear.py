"""DoRA's layer (Liu et al. 2024, arXiv:2402.09353, §4)."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from lora_studio.core.methods.lora import Lora
from lora_studio.core.methods.lora_linear import LoraLinear, trained_dtype
from lora_studio.core.methods.low_rank import low_rank_linear
from lora_studio.core.models.nf4 import Nf4Linear

TINY = 1e-12  # a row of zeros has no direction; it stays zero
SMALL = 128 * 128  # numbers in W₀; up to here calls cost more than arithmetic


class DoraLinear(LoraLinear):
    """h = m/‖W₀ + s·BA‖ ⊙ (W₀x + s·BAx) + b. `lora_magnitude_vector` is m, (d_out,); norms are those of rows.

    The norm is a constant to the gradient, as §4.3 proposes: it follows A and B, but nothing flows back through it.
    """

    def __init__(self, base: nn.Linear | Nf4Linear, method: Lora, generator: torch.Generator) -> None:
        super().__init__(base, method, generator)
        weight = self.matrix()
        self._is_small = isinstance(base, nn.Linear) and weight.numel() <= SMALL
        lengths = torch.linalg.vector_norm(weight, dim=1, dtype=trained_dtype(weight.dtype))
        self.lora_magnitude_vector = nn.Parameter(lengths)
        self._squares: Tensor = self.lora_magnitude_vector.detach().square()  # ‖W₀‖² of each row, (d_out,)
        self._magnitude = self.lora_magnitude_vector  # looked up once, as the other operands

    def tensors(self) -> dict[str, nn.Parameter]:
        return {**super().tensors(), "lora_magnitude_vector": self.lora_magnitude_vector}

    def forward(self, x: Tensor) -> Tensor:
        # What dropout leaves out is left out of BAx alone, so that the two matrices cannot be one.
        if self._is_small and self.generator is None:
            return self._through_one_matrix(x)
        a, b, _, bias = self._operands
        if self.generator is None:
            out = low_rank_linear(x, self._frozen_parts, None, a, b, self.scaling)
        else:
            rows = x.flatten(0, -2)  # (batch · time, d_in)
            reduced = F.linear(self._dropped(rows), a.to(x.dtype))  # (batch · time, r)
            out = F.linear(rows, self.matrix()).addmm_(reduced, b.to(x.dtype).T, alpha=self.scaling)
            out = out.view(*x.shape[:-1], -1)
        # In 32 bit: the lengths change by less than 16 bits tell apart.
        out = (out * (self._magnitude / self._norm())).to(x.dtype)
        return out if bias is None else out.add_(bias)  # (batch, time, d_out)

    def _through_one_matrix(self, x: Tensor) -> Tensor:
        """The fewest calls: W₀ + s·BA, which the norm needs anyway, takes its rows' lengths and then x."""
        a, b, weight, bias = self._operands
        assert weight is not None  # NF4 is never small
        changed = torch.addmm(weight, b.to(x.dtype), a.to(x.dtype), alpha=self.scaling)  # (d_out, d_in)
        scale: Tensor = self._magnitude / torch.linalg.vector_norm(changed.detach(), dim=1).clamp_min_(TINY)
        return F.linear(x, (changed * scale.unsqueeze(1)).to(x.dtype), bias)

    @torch.no_grad()
    def _norm(self) -> Tensor:
        """‖W₀ + s·BA‖ of each row, (d_out,).

        Written out as ‖W₀‖² + ⟨2s·W₀Aᵀ + s²·BAAᵀ, B⟩, so that no matrix of W₀'s size is made.
        """
        a, b, _, _ = self._operands
        weight, s = self.matrix(), self.scaling
        crossed = F.linear(a.to(weight.dtype), weight).to(a.dtype)  # (r, d_out)
        cross = torch.addmm(crossed, F.linear(a, a), b.T, beta=2 * s, alpha=s * s)  # (r, d_out)
        squares: Tensor = self._squares + (cross * b.T).sum(dim=0)  # a difference: rounding may take it below zero
        return squares.clamp_min_(TINY * TINY).sqrt_()

    def merged_weight(self, weight: Tensor) -> Tensor:
        changed = weight + self.weight_change()  # in 32 bit
        scale: Tensor = self.lora_magnitude_vector.detach() / torch.linalg.vector_norm(changed, dim=1).clamp_min(TINY)
        return (changed * scale[:, None]).to(weight.dtype)
