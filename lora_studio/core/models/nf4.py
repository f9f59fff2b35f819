"""Linear layers whose weights are kept in 4 bits: NormalFloat with double quantisation (Dettmers et al. 2023, §3).

The codes are bitsandbytes' (arXiv:2305.14314); the package is optional and imported when the first layer is rounded.
"""

from __future__ import annotations

import copy
import importlib.util
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx

from lora_studio.core.errors import RecipeError

BLOCK = 64  # weights that share a scale


class Nf4Linear(nn.Module):
    """A frozen linear layer in NF4. Takes about half a byte a weight; the weight is made anew for every use."""

    def __init__(self, linear: nn.Linear) -> None:
        """Raises RecipeError: bitsandbytes is not installed."""
        super().__init__()
        self.in_features, self.out_features = linear.in_features, linear.out_features
        self.bias = linear.bias
        self.weight = _codes_of(linear.weight)

    def forward(self, x: Tensor) -> Tensor:
        return frozen_linear(x, self.weight, self.bias)

    def plain(self) -> nn.Linear:
        """A plain layer with the rounded weights."""
        with torch.device("meta"):
            layer = nn.Linear(self.in_features, self.out_features, bias=self.bias is not None)
        layer.weight = nn.Parameter(self.weight.dequantised(), requires_grad=False)
        if self.bias is not None:
            layer.bias = nn.Parameter(self.bias.detach().clone(), requires_grad=False)
        return layer


class Nf4Weight:
    """A matrix in NF4: two codes a byte, 8-bit scales for blocks of 64, and 32-bit scales for those scales."""

    def __init__(self, codes: Tensor, state: Any, shape: torch.Size) -> None:
        self.codes = codes
        self._state = state
        self._shape = shape

    @property
    def dtype(self) -> torch.dtype:
        """Of the weights that it stands for."""
        kind: torch.dtype = self._state.dtype
        return kind

    @property
    def device(self) -> torch.device:
        return self.codes.device

    def dequantised(self) -> Tensor:
        """The rounded matrix, (d_out, d_in), made anew."""
        made: Tensor = _library().dequantize_4bit(self.codes, self._state)
        return made if made.shape == self._shape else made.flatten()[: self._shape.numel()].view(self._shape)

    def __deepcopy__(self, memo: dict[int, Any]) -> Nf4Weight:
        return Nf4Weight(
            self.codes.clone(), copy.copy(self._state), self._shape
        )  # scales never change and may be shared


class _FrozenLinear(torch.autograd.Function):
    """xWᵀ + b that keeps the codes for the backward pass rather than the matrix made of them."""

    @staticmethod
    def forward(ctx: FunctionCtx, x: Tensor, weight: Nf4Weight, bias: Tensor | None) -> Tensor:
        ctx.weight = weight  # type: ignore[attr-defined]
        return F.linear(x, weight.dequantised().to(x.dtype), bias)

    @staticmethod
    def backward(ctx: FunctionCtx, *gradients: Tensor) -> tuple[Tensor, None, None]:
        weight: Nf4Weight = ctx.weight  # type: ignore[attr-defined]
        return gradients[0] @ weight.dequantised().to(gradients[0].dtype), None, None


def frozen_linear(x: Tensor, weight: Nf4Weight, bias: Tensor | None) -> Tensor:
    """xWᵀ + b for a frozen weight and bias: (…, d_in) in, (…, d_out) out."""
    out: Tensor = _FrozenLinear.apply(x, weight, bias)  # type: ignore[no-untyped-call]
    return out


def _codes_of(weight: Tensor) -> Nf4Weight:
    if weight.is_meta:  # only shapes are wanted; as many bytes as the codes would take
        codes = torch.empty(-(-weight.numel() // BLOCK) * BLOCK // 2, 1, dtype=torch.uint8, device="meta")
        return Nf4Weight(codes, _MetaState(weight), weight.shape)
    check_installed()
    codes, state = _library().quantize_4bit(
        _in_whole_blocks(weight.detach()), blocksize=BLOCK, compress_statistics=True, quant_type="nf4"
    )
    return Nf4Weight(codes, state, weight.shape)


def _in_whole_blocks(weight: Tensor) -> Tensor:
    """The same numbers in the same order, in rows that a block fills, with zeros at the end; no code changes by that.

    bitsandbytes 0.50 takes wrong scales on some CPUs where blocks cross rows, and starts a compiler for odd rows.
    """
    if weight.shape[1] % BLOCK == 0:
        return weight.contiguous()
    return F.pad(weight.flatten(), (0, -weight.numel() % BLOCK)).view(-1, BLOCK)


class _MetaState:
    def __init__(self, weight: Tensor) -> None:
        self.dtype = weight.dtype


def check_installed() -> None:
    """Raises RecipeError: bitsandbytes is missing, with the command that installs it."""
    if importlib.util.find_spec("bitsandbytes") is None:
        raise RecipeError(
            "4-bit weights need the package bitsandbytes, which is not installed.",
            advice="Run “pip install bitsandbytes”, and start the program again.",
        )


@cache
def _library() -> Any:
    with _without_fetching():
        import bitsandbytes.functional

    return bitsandbytes.functional


@contextmanager
def _without_fetching() -> Iterator[None]:
    """For the import of bitsandbytes: on some CPUs it would fetch compiled code from the internet with the package
    kernels, or complain on the terminal that it cannot. That code multiplies; here codes are only made and read.
    """
    complaints = logging.getLogger("bitsandbytes.backends.cpu.ops")
    said, absent = complaints.disabled, object()
    fetcher: Any = sys.modules.get("kernels", absent)
    complaints.disabled = True
    sys.modules["kernels"] = None  # type: ignore[assignment] # Python's own way to say "not there"
    try:
        yield
    finally:
        complaints.disabled = said
        if fetcher is absent:
            del sys.modules["kernels"]
        else:
            sys.modules["kernels"] = fetcher
