"""Cross-entropy of a linear layer's outputs, some rows at a time: all scores never exist at once.

Its gradient is made while the scores are there, in the forward pass, so nothing has to be kept or made again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from lora_studio.core.training.batches import IGNORED

ROWS_AT_ONCE = 512  # fewer make the products slow, more take memory: 512 rows of 150,000 scores are 300 MB

Judge = Callable[[Tensor, Tensor, float, float, torch.dtype], tuple[Tensor, Tensor]]


def linear_cross_entropy(
    hidden: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    targets: Tensor,
    share: Tensor,
    *,
    scale: float = 1.0,
    cap: float = 0.0,
    rows_at_once: int = ROWS_AT_ONCE,
    judge: Judge | None = None,
) -> Tensor:
    """The summed cross-entropy times `share`, in nats, as 32 bit.

    Args:
        hidden: (row, width).
        weight: (vocabulary, width), as of the head; it may train, and may be the embedding's too.
        bias: (vocabulary,).
        targets: (row,), IGNORED where nothing is learned.
        share: a scalar in 32 bit, one divided by the number of targets of the whole update.
        scale: that products are multiplied with.
        cap: c in c·tanh(s / c); 0: none.
        judge: `judged`, or something that computes the same.
    """
    loss: Tensor = _LinearCrossEntropy.apply(  # type: ignore[no-untyped-call]
        hidden, weight, bias, targets, share, scale, cap, rows_at_once, judge or judged
    )
    return loss


class _LinearCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        hidden: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        targets: Tensor,
        share: Tensor,
        scale: float,
        cap: float,
        rows_at_once: int,
        judge: Judge,
    ) -> Tensor:
        of_hidden, of_weight, of_bias = (ctx.needs_input_grad[place] for place in range(3))
        found = [torch.empty_like(hidden) if of_hidden else None]
        found += [torch.zeros_like(weight) if of_weight else None]
        found += [torch.zeros_like(bias) if of_bias and bias is not None else None]
        loss = hidden.new_zeros((), dtype=torch.float32)
        part = share.to(hidden.dtype)
        for start in range(0, len(hidden), rows_at_once):
            rows = slice(start, start + rows_at_once)
            some = hidden[rows]
            lost, gradient = judge(_scores(some, weight, bias), targets[rows], scale, cap, hidden.dtype)
            loss += lost
            # The share is applied to the small factors rather than to the scores' gradient.
            if found[0] is not None:
                torch.mm(gradient, weight, out=found[0][rows]).mul_(part)
            if found[1] is not None:
                found[1].addmm_(gradient.T, some * part)
            if found[2] is not None:
                found[2].add_(gradient.sum(dim=0) * part)
            del gradient
        ctx.found = found
        return loss * share

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        found, ctx.found = ctx.found, None
        if found is None:
            raise RuntimeError("the gradient of the loss can be asked for once")
        given = [None if made is None else made.mul_(gradients[0].to(made.dtype)) for made in found]
        return (*given, None, None, None, None, None, None)


def _scores(hidden: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """(row, vocabulary), in 32 bit; unrounded where the device can."""
    if hidden.is_cuda and hidden.dtype in (torch.bfloat16, torch.float16):
        scores = torch.mm(hidden, weight.T, out_dtype=torch.float32)
        return scores if bias is None else scores.add_(bias)
    return F.linear(hidden, weight, bias).float()


def judged(scores: Tensor, targets: Tensor, scale: float, cap: float, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """The summed cross-entropy of some rows, and its gradient by what the head gave. Overwrites `scores`."""
    if scale != 1.0:
        scores = scores.mul_(scale)
    bent = torch.tanh(scores / cap) if cap else None
    if bent is not None:
        scores = bent * cap
    learned = (targets != IGNORED)[:, None]
    place = targets.clamp_min(0)[:, None]
    said = scores.log_softmax(dim=1)
    loss = -(said.gather(1, place) * learned).sum()
    gradient = said.exp_()
    if torch.compiler.is_compiling():  # fuses a comparison, but not a scattered write
        columns = torch.arange(scores.shape[1], device=scores.device)
        gradient = torch.where(columns == place, gradient - 1, gradient)
    else:
        gradient.scatter_add_(1, place, torch.full_like(place, -1, dtype=gradient.dtype))
    gradient = gradient.mul_(learned)
    if bent is not None:
        gradient = gradient.mul_(1 - bent.square())
    if scale != 1.0:
        gradient = gradient.mul_(scale)
    return loss, gradient.to(dtype)
