"""Adam over all trainable tensors laid end to end: one tensor to update instead of dozens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn


class FlatAdam:
    """Changes where the tensors keep their numbers and gradients until `release`; their values stay what they are.

    A step of a small model is all call overhead, and an optimizer's calls grow with the number of tensors. So each
    parameter group becomes one flat tensor, the group's tensors and gradients become views of it, and torch's fused
    Adam (Kingma & Ba 2015, arXiv:1412.6980) updates that. Element by element the arithmetic is the same.

    Args:
        groups: parameter groups as torch.optim takes them; all tensors of a group share type and device.
    """

    def __init__(self, groups: Sequence[dict[str, Any]]) -> None:
        self._tensors: list[nn.Parameter] = [tensor for group in groups for tensor in group["params"]]
        flat = [{**group, "params": [_flatten(group["params"])]} for group in groups]
        self.flat: list[nn.Parameter] = [group["params"][0] for group in flat]
        self._adam = torch.optim.Adam(flat, fused=True)

    def zero_grad(self) -> None:
        for flat in self.flat:
            assert flat.grad is not None
            flat.grad.zero_()

    def step(self) -> None:
        self._adam.step()

    def release(self) -> None:
        """Gives every tensor its own memory again, without a gradient."""
        for tensor in self._tensors:
            tensor.grad = None
            tensor.data = tensor.data.clone()


def _flatten(tensors: Sequence[nn.Parameter]) -> nn.Parameter:
    """One tensor that holds all of `tensors`, which become views of it, as their gradients become of its gradient."""
    flat = nn.Parameter(torch.cat([tensor.detach().flatten() for tensor in tensors]))
    flat.grad = torch.zeros_like(flat)
    place = 0
    for tensor in tensors:
        end = place + tensor.numel()
        tensor.data = flat.data[place:end].view(tensor.shape)
        tensor.grad = _piece(flat.grad, place, tensor)
        place = end
    return flat


def _piece(gradient: Tensor, place: int, tensor: Tensor) -> Tensor:
    return gradient[place : place + tensor.numel()].view(tensor.shape)
