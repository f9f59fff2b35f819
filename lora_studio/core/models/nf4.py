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
SCALES_BLOCK = 256  # scales that share a scale


class Nf4Linear(nn.Module):
    """A frozen linear layer in NF4. Takes about half a byte a weight; the weight is made anew for every use."""

    def __init__(self, linear: nn.Linear) -> None:
        """Raises RecipeError: bitsandbytes is not installed."""
        super().__init__()
        self.in_features, self.out_features = linear.in_features, linear.out_features
        self.bias = linear.bias
        self.weight = _codes_of(linear.weight)

    def forward(self, x: Tensor) -> Tensor:
        if torch.compiler.is_compiling():  # a compiler takes an operator as it is
            out: Tensor = torch.ops.lora_studio.nf4_linear(x, self.weight.parts, self.bias, self.out_features)
            return out
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
        self.parts = _parts_of(codes, state)

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
        if self.codes.is_meta:
            return self.codes.new_empty(self._shape, dtype=self.dtype)
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


def matrix_of(parts: list[Tensor], d_out: int, d_in: int, dtype: torch.dtype) -> Tensor:
    """A frozen weight, (d_out, d_in): the one in `parts`, or the one that `Nf4Weight.parts` stand for."""
    if len(parts) == 1:
        return parts[0]
    codes = parts[0]
    if codes.is_meta:  # only shapes are wanted
        return codes.new_empty(d_out, d_in, dtype=dtype)
    scales = _scales_of(parts)
    shape = (2 * codes.numel() // BLOCK, BLOCK)
    made: Tensor = torch.ops.bitsandbytes.dequantize_4bit.default(codes, scales, BLOCK, "nf4", shape, dtype)
    return made.flatten()[: d_out * d_in].view(d_out, d_in)


def _scales_of(parts: list[Tensor]) -> Tensor:
    """The scale of each block of 64, (block,), in 32 bit."""
    _, scales, scales_of_scales, code, offset = parts
    _library()  # registers the operator
    exact: Tensor = torch.ops.bitsandbytes.dequantize_blockwise.default(
        scales, scales_of_scales, code, SCALES_BLOCK, torch.float32
    )
    return exact.add_(offset)


def compiled_matrix_of(parts: list[Tensor], d_out: int, d_in: int, dtype: torch.dtype) -> Tensor:
    """As `matrix_of`; on a GPU, in 16 bits, several times as fast, by code that is compiled at the first call."""
    if len(parts) == 1 or not parts[0].is_cuda or dtype.itemsize != 2:
        return matrix_of(parts, d_out, d_in, dtype)
    pairs: Tensor = _in_one_pass()(parts[0].flatten(), _scales_of(parts), _values(parts[0].device), dtype)
    return pairs.view(dtype)[: d_out * d_in].view(d_out, d_in)


@cache
def _in_one_pass() -> Any:
    return torch.compile(_pairs, dynamic=True)


def _pairs(codes: Tensor, scales: Tensor, values: Tensor, dtype: torch.dtype) -> Tensor:
    """For each byte of `codes` the two numbers of 16 bits that it stands for, as one of 32: a read and a write each.

    The first of the two is in the upper half of the byte, and in the lower half of what comes out.
    """
    byte = codes.int()
    place = torch.arange(codes.numel(), device=codes.device, dtype=torch.int32)
    scale = scales[place // (BLOCK // 2)]
    first = (values[byte >> 4] * scale).to(dtype).view(torch.int16).int() & 0xFFFF
    second = (values[byte & 15] * scale).to(dtype).view(torch.int16).int() << 16
    return first | second


@cache
def _values(device: torch.device) -> Tensor:
    """The 16 numbers of NF4, (16,), rising."""
    found: Tensor = _library().get_4bit_type("nf4", device=device)
    return found


@torch.library.custom_op("lora_studio::nf4_linear", mutates_args=())
def _nf4_linear(x: Tensor, parts: list[Tensor], bias: Tensor | None, d_out: int) -> Tensor:
    return F.linear(x, compiled_matrix_of(parts, d_out, x.shape[-1], x.dtype), bias)


@_nf4_linear.register_fake
def _nf4_linear_shape(x: Tensor, parts: list[Tensor], bias: Tensor | None, d_out: int) -> Tensor:  # noqa: ARG001
    return x.new_empty(*x.shape[:-1], d_out)


@torch.library.custom_op("lora_studio::nf4_linear_backward", mutates_args=())
def _nf4_linear_backward(gradient: Tensor, parts: list[Tensor], d_in: int) -> Tensor:
    return gradient @ compiled_matrix_of(parts, gradient.shape[-1], d_in, gradient.dtype)


@_nf4_linear_backward.register_fake
def _nf4_linear_backward_shape(gradient: Tensor, parts: list[Tensor], d_in: int) -> Tensor:  # noqa: ARG001
    return gradient.new_empty(*gradient.shape[:-1], d_in)


def _keep(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:  # noqa: ARG001
    x, parts, _, _ = inputs
    ctx.save_for_backward(*parts)
    ctx.d_in = x.shape[-1]


def _gradient(ctx: Any, gradient: Tensor) -> tuple[Any, ...]:
    parts = list(ctx.saved_tensors)
    of_x = torch.ops.lora_studio.nf4_linear_backward(gradient, parts, ctx.d_in)
    return of_x, [None] * len(parts), None, None


_nf4_linear.register_autograd(_gradient, setup_context=_keep)


def _codes_of(weight: Tensor) -> Nf4Weight:
    if weight.is_meta:  # only shapes are wanted; as many bytes as the codes would take
        codes = torch.empty(-(-weight.numel() // BLOCK) * BLOCK // 2, 1, dtype=torch.uint8, device="meta")
        return Nf4Weight(codes, _MetaState(weight), weight.shape)
    check_installed()
    whole = _in_whole_blocks(weight.detach())
    if weight.is_cuda:
        return Nf4Weight(*_rounded(whole), weight.shape)
    codes, state = _library().quantize_4bit(whole, blocksize=BLOCK, compress_statistics=True, quant_type="nf4")
    return Nf4Weight(codes, state, weight.shape)


def _parts_of(codes: Tensor, state: Any) -> list[Tensor]:
    """What `matrix_of` takes: codes, scales in 8 bits, and the scales, code and offset of those."""
    return [codes, state.absmax, state.state2.absmax, state.state2.code, state.offset]


def _rounded(weight: Tensor) -> tuple[Tensor, Any]:
    """What bitsandbytes' `quantize_4bit` gives, by torch's own operations.

    bitsandbytes 0.50 starts its rounding kernels on another stream than torch computes on, without waiting: on an H200
    the same weight was rounded differently each time, now and then to NaN.
    """
    library = _library()
    blocks = weight.view(-1, BLOCK).float()
    scales = blocks.abs().amax(dim=1)  # (block,)
    number = _nearest(blocks * _inverse(scales)[:, None], _values(weight.device)).to(torch.uint8).view(-1, 2)
    codes = (number[:, :1] << 4) | number[:, 1:]  # (weights / 2, 1)
    offset = scales.mean()
    code = library.create_dynamic_map().to(weight.device)  # (256,), rising
    around = F.pad(scales - offset, (0, -len(scales) % SCALES_BLOCK)).view(-1, SCALES_BLOCK)
    scales_of_scales = around.abs().amax(dim=1)
    small = _nearest(around * _inverse(scales_of_scales)[:, None], code).to(torch.uint8).flatten()[: len(scales)]
    nested = library.QuantState(scales_of_scales, code=code, blocksize=SCALES_BLOCK, dtype=torch.float32)
    state = library.QuantState(
        small.contiguous(), shape=weight.shape, dtype=weight.dtype, blocksize=BLOCK, code=_values(weight.device),
        quant_type="nf4", offset=offset, state2=nested,
    )  # fmt: skip
    return codes, state


def _inverse(scales: Tensor) -> Tensor:
    return torch.where(scales > 0, 1 / scales, 0.0)


def _nearest(numbers: Tensor, values: Tensor) -> Tensor:
    """For each number the place of the nearest of `values`, which rise."""
    return torch.bucketize(numbers, (values[1:] + values[:-1]) / 2, out_int32=True)


def _in_whole_blocks(weight: Tensor) -> Tensor:
    """The same numbers in the same order, in rows that a block fills, with zeros at the end; no code changes by that.

    bitsandbytes 0.50 takes wrong scales on some CPUs where blocks cross rows, and starts a compiler for odd rows.
    """
    if weight.shape[1] % BLOCK == 0:
        return weight.contiguous()
    return F.pad(weight.flatten(), (0, -weight.numel() % BLOCK)).view(-1, BLOCK)


class _MetaState:
    """The scales as far as shapes tell."""

    def __init__(self, weight: Tensor) -> None:
        self.dtype = weight.dtype
        scales = -(-weight.numel() // BLOCK)
        self.absmax = weight.new_empty(scales, dtype=torch.uint8)
        self.offset = weight.new_empty((), dtype=torch.float32)
        self.state2 = _MetaScales(weight, -(-scales // SCALES_BLOCK))


class _MetaScales:
    def __init__(self, weight: Tensor, count: int) -> None:
        self.absmax = weight.new_empty(count, dtype=torch.float32)
        self.code = weight.new_empty(256, dtype=torch.float32)


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
