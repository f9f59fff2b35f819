"""W₀x + b + s·BAx as one step for autograd: what the plain expression in `LoraLinear` says, with nothing written twice.

It keeps only x and Ax for the backward pass, adds each correction in place of a tensor of its own, and lets A and B be
in 32 bit beside a frozen weight in 16. The frozen weight is a matrix or NF4 codes, which become one when needed.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from lora_studio.core.models.nf4 import compiled_matrix_of, matrix_of


def low_rank_linear(
    x: Tensor, frozen: list[Tensor], bias: Tensor | None, a: Tensor, b: Tensor, scaling: float
) -> Tensor:
    """W₀x + b + s·BAx.

    Args:
        x: (…, d_in).
        frozen: a weight, (d_out, d_in), or `Nf4Weight.parts`.
        bias: (d_out,); frozen like the weight.
        a: (r, d_in).
        b: (d_out, r).

    Returns:
        (…, d_out), in the type of `x`.
    """
    if torch.compiler.is_compiling():  # a compiler takes an operator as it is, and would take this function apart
        out: Tensor = torch.ops.lora_studio.low_rank_linear(x, frozen, bias, a, b, scaling)[0]
    else:
        out = _LowRankLinear.apply(x, frozen, bias, a, b, scaling)  # type: ignore[no-untyped-call]
    return out


def _forward(
    weight: Tensor, x: Tensor, bias: Tensor | None, a: Tensor, b: Tensor, scaling: float
) -> tuple[Tensor, Tensor]:
    rows = x.reshape(-1, x.shape[-1])  # (row, d_in)
    reduced = rows @ a.to(x.dtype).T  # (row, r)
    out = F.linear(x, weight, bias)
    # Added through a view, for what is returned must be none: some families go on to write into it.
    out.view(-1, b.shape[0]).addmm_(reduced, b.to(x.dtype).T, alpha=scaling)
    return out, reduced


def _backward(
    weight: Tensor | None, gradient: Tensor, x: Tensor, reduced: Tensor, a: Tensor, b: Tensor, scaling: float
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of x (an empty tensor without a weight), A and B."""
    rows = x.reshape(-1, x.shape[-1])
    over = gradient.reshape(-1, gradient.shape[-1])  # (row, d_out)
    of_reduced = (over @ b.to(over.dtype)).mul_(scaling)  # (row, r)
    of_x = gradient.new_empty(0)
    if weight is not None:
        of_x = over @ weight
        of_x.addmm_(of_reduced, a.to(over.dtype))
        of_x = of_x.view(x.shape)
    of_a = _exact_product(of_reduced.T, rows).to(a.dtype)
    # As B lies column by column, so does its gradient.
    of_b = _exact_product(reduced.T, over).mul_(scaling).to(b.dtype).T
    return of_x, of_a, of_b


def _exact_product(one: Tensor, other: Tensor) -> Tensor:
    """The product of two matrices, in 32 bit where the device can leave it unrounded."""
    if one.is_cuda and one.dtype in (torch.bfloat16, torch.float16):
        return torch.mm(one, other, out_dtype=torch.float32)
    return one @ other


class _LowRankLinear(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, x: Tensor, frozen: list[Tensor], bias: Tensor | None, a: Tensor, b: Tensor, scaling: float
    ) -> Tensor:
        weight = matrix_of(frozen, b.shape[0], a.shape[1], x.dtype)
        out, reduced = _forward(weight, x, bias, a, b, scaling)
        ctx.save_for_backward(x, reduced, a, b)
        ctx.frozen, ctx.scaling = frozen, scaling
        return out

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        x, reduced, a, b = ctx.saved_tensors
        whole = ctx.needs_input_grad[0]
        weight = matrix_of(ctx.frozen, b.shape[0], a.shape[1], x.dtype) if whole else None
        of_x, of_a, of_b = _backward(weight, gradients[0], x, reduced, a, b, ctx.scaling)
        return of_x if whole else None, None, None, of_a, of_b, None


# The same two functions as operators, which is how a compiler sees them.

_SCHEMA = "(Tensor x, Tensor[] frozen, Tensor? bias, Tensor a, Tensor b, float scaling) -> (Tensor, Tensor)"
_BACKWARD_SCHEMA = (
    "(Tensor gradient, Tensor x, Tensor reduced, Tensor[] frozen, Tensor a, Tensor b, float scaling)"
    " -> (Tensor, Tensor, Tensor)"
)


@torch.library.custom_op("lora_studio::low_rank_linear", mutates_args=(), schema=_SCHEMA)
def _operator(
    x: Tensor, frozen: list[Tensor], bias: Tensor | None, a: Tensor, b: Tensor, scaling: float
) -> tuple[Tensor, Tensor]:
    return _forward(compiled_matrix_of(frozen, b.shape[0], a.shape[1], x.dtype), x, bias, a, b, scaling)


@_operator.register_fake
def _shapes(
    x: Tensor,
    frozen: list[Tensor],
    bias: Tensor | None,
    a: Tensor,
    b: Tensor,
    scaling: float,
) -> tuple[Tensor, Tensor]:
    del frozen, bias, scaling
    rows = x.numel() // x.shape[-1]
    return x.new_empty(*x.shape[:-1], b.shape[0]), x.new_empty(rows, a.shape[0])


@torch.library.custom_op("lora_studio::low_rank_linear_backward", mutates_args=(), schema=_BACKWARD_SCHEMA)
def _backward_operator(
    gradient: Tensor, x: Tensor, reduced: Tensor, frozen: list[Tensor], a: Tensor, b: Tensor, scaling: float
) -> tuple[Tensor, Tensor, Tensor]:
    return _backward(compiled_matrix_of(frozen, b.shape[0], a.shape[1], x.dtype), gradient, x, reduced, a, b, scaling)


@_backward_operator.register_fake
def _backward_shapes(
    gradient: Tensor,
    x: Tensor,
    reduced: Tensor,
    frozen: list[Tensor],
    a: Tensor,
    b: Tensor,
    scaling: float,
) -> tuple[Tensor, Tensor, Tensor]:
    del gradient, reduced, frozen, scaling
    return x.new_empty(x.shape), torch.empty_like(a), b.new_empty(b.shape[1], b.shape[0]).T


def _keep(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor]) -> None:
    x, frozen, _, a, b, scaling = inputs
    ctx.save_for_backward(x, output[1], a, b, *frozen)
    ctx.scaling = scaling
    ctx.set_materialize_grads(False)


def _gradients(ctx: Any, gradient: Tensor, _: Tensor | None) -> tuple[Any, ...]:
    x, reduced, a, b, *frozen = ctx.saved_tensors
    of_x, of_a, of_b = torch.ops.lora_studio.low_rank_linear_backward(
        gradient, x, reduced, list(frozen), a, b, ctx.scaling
    )
    return of_x, [None] * len(frozen), None, of_a, of_b, None


_operator.register_autograd(_gradients, setup_context=_keep)
