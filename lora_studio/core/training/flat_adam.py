"""Adam over the small trainable tensors laid end to end: one tensor to update instead of dozens.

Adam's two averages have the type of what they are of: 32 bit for adapters, 16 bit where a model's own bfloat16 weights
train.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from lora_studio.core.training.checkpoint import State

SMALL = 65_536  # numbers in a tensor; larger ones cost more to clear and to add to than a call does


class FlatAdam:
    """Changes where small tensors keep their numbers and gradients until `release`; their values stay what they are.

    A step of a small model is all call overhead, and an optimizer's calls grow with the number of tensors. So the small
    tensors of a parameter group become one flat tensor, they and their gradients become views of it, and torch's fused
    Adam (Kingma & Ba 2015, arXiv:1412.6980) updates that. Large tensors are updated where they are. Element by element
    the arithmetic is the same.

    Args:
        groups: parameter groups as torch.optim takes them.
        decay: λ of the weight decay that stands beside the gradient (Loshchilov & Hutter 2019, arXiv:1711.05101);
            biases and the weights of norms, which have one dimension, are left out of it.
    """

    def __init__(self, groups: Sequence[dict[str, Any]], decay: float = 0.0) -> None:
        self._small: list[nn.Parameter] = []
        self._large: list[nn.Parameter] = []
        self._flat: list[nn.Parameter] = []
        chosen = _by_decay(groups, decay) if decay else groups
        laid_out = [{**group, "params": self._lay_out(group["params"])} for group in chosen]
        kind = torch.optim.AdamW if decay else torch.optim.Adam
        self._adam = kind(laid_out, fused=True)
        self._rates = [float(group["lr"]) for group in self._adam.param_groups]

    @property
    def updated(self) -> list[nn.Parameter]:
        """What the optimizer works on: every number that trains, once."""
        return self._flat + self._large

    def zero_grad(self) -> None:
        for flat in self._flat:
            assert flat.grad is not None
            flat.grad.zero_()
        for tensor in self._large:
            tensor.grad = None

    def clip(self, longest: float) -> None:
        """Shortens the gradient of everything that trains, taken as one vector, to at most `longest`."""
        torch.nn.utils.clip_grad_norm_(self.updated, longest)

    def step(self, share: float = 1.0) -> None:
        """One update, by `share` of each group's learning rate."""
        for group, rate in zip(self._adam.param_groups, self._rates, strict=True):
            group["lr"] = rate * share
        self._adam.step()

    def state(self) -> dict[str, Tensor]:
        """What trains, and what Adam remembers of it; not copies."""
        found = {}
        for index, tensor in enumerate(self.updated):
            found[f"{index}.value"] = tensor.detach()
            found |= {f"{index}.{name}": value for name, value in self._adam.state[tensor].items()}
        return found

    def load_state(self, state: State) -> None:
        """Takes over what `state` gave; the same tensors have been laid out. Raises StorageError: it does not fit."""
        for index, tensor in enumerate(self.updated):
            tensor.data.copy_(state.take(f"{index}.value", tensor.data))
            if f"{index}.exp_avg" in state:  # a tensor that has had no gradient yet has none
                self._adam.state[tensor] = {
                    "step": state.take(f"{index}.step", torch.zeros((), device=tensor.device)),
                    "exp_avg": state.take(f"{index}.exp_avg", tensor.data),
                    "exp_avg_sq": state.take(f"{index}.exp_avg_sq", tensor.data),
                }

    def release(self) -> None:
        """Gives every tensor its own memory again, without a gradient; Adam's memory goes."""
        self._adam.state.clear()
        for tensor in self._small + self._large + self._flat:
            tensor.grad = None
        for tensor in self._small:
            tensor.data = tensor.data.clone()

    def _lay_out(self, tensors: Sequence[nn.Parameter]) -> list[nn.Parameter]:
        small = [tensor for tensor in tensors if tensor.numel() <= SMALL]
        large = [tensor for tensor in tensors if tensor.numel() > SMALL]
        flat = [_flatten(alike) for alike in _by_type(small)]
        self._small += small
        self._large += large
        self._flat += flat
        return flat + large


def _by_decay(groups: Sequence[dict[str, Any]], decay: float) -> list[dict[str, Any]]:
    """Each group in two: what is pulled towards zero, and what is not."""
    found = []
    for group in groups:
        tensors = list(group["params"])
        for part, pull in (([t for t in tensors if t.ndim > 1], decay), ([t for t in tensors if t.ndim <= 1], 0.0)):
            if part:
                found.append({**group, "params": part, "weight_decay": pull})
    return found


def _by_type(tensors: Sequence[nn.Parameter]) -> list[list[nn.Parameter]]:
    """The tensors in groups that can be laid end to end."""
    groups: dict[tuple[torch.dtype, torch.device], list[nn.Parameter]] = {}
    for tensor in tensors:
        groups.setdefault((tensor.dtype, tensor.device), []).append(tensor)
    return list(groups.values())


def _flatten(tensors: Sequence[nn.Parameter]) -> nn.Parameter:
    """One tensor that holds all of `tensors`, which become views of it, as their gradients become of its gradient."""
    flat = nn.Parameter(tensors[0].new_empty(sum(tensor.numel() for tensor in tensors)))
    flat.grad = torch.zeros_like(flat)
    place = 0
    for tensor in tensors:
        tensor.data = _piece(flat.data, place, tensor).copy_(tensor.data)
        tensor.grad = _piece(flat.grad, place, tensor)
        place += tensor.numel()
    return flat


def _piece(flat: Tensor, place: int, tensor: Tensor) -> Tensor:
    """The part of `flat` from `place` on, in the shape of `tensor` and, like it, row by row or column by column."""
    return flat.as_strided(tensor.shape, torch.empty_like(tensor, device="meta").stride(), place)
