"""Hidden states of prompts, and the directions that tell two groups of them apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from lora_studio.core.models.language_model import LanguageModel


@contextmanager
def recorded(blocks: Sequence[nn.Module]) -> Iterator[list[Tensor]]:
    """What each block gives, (batch, time, width), of the last forward pass inside the `with`."""
    found: list[Tensor] = [torch.empty(0)] * len(blocks)

    def keep(index: int) -> Any:
        def hook(module: nn.Module, inputs: Any, output: Any) -> None:
            del module, inputs
            found[index] = hidden_of(output)

        return hook

    handles = [block.register_forward_hook(keep(index)) for index, block in enumerate(blocks)]
    try:
        yield found
    finally:
        for handle in handles:
            handle.remove()


def hidden_of(output: Any) -> Tensor:
    """The hidden states among what a block gives; some families give more beside them."""
    hidden: Tensor = output[0] if isinstance(output, tuple) else output
    return hidden


def last_states(model: LanguageModel, prompt: str) -> Tensor:
    """The last token's hidden state after each block, (block, width)."""
    ids = torch.tensor([model.encode(prompt).ids], device=model.device)
    with torch.inference_mode(), recorded(list(model.blocks)) as states:
        model.logits(ids)
        return torch.stack([state[0, -1].float().cpu() for state in states]).clone()


@dataclass(frozen=True, slots=True)
class Directions:
    """Unit vectors per block, (block, width), towards the first group; how far the means lie apart along them."""

    vectors: Tensor
    distances: Tensor  # (block,)


MOST_JUDGED = 16

Find = Callable[[Tensor, Tensor], Directions]


def difference_of_means(first: Tensor, second: Tensor) -> Directions:
    """d = mean₁ − mean₂, normalised. The groups are (prompt, block, width)."""
    difference = first.mean(dim=0) - second.mean(dim=0)  # (block, width)
    distances = difference.norm(dim=-1)
    return Directions(difference / distances.clamp_min(1e-12)[:, None], distances)


def first_component(first: Tensor, second: Tensor) -> Directions:
    """The first principal component of both groups together, turned towards the first group.

    Zou et al. take that of the differences within pairs; these prompts come in groups, not in pairs.
    """
    difference = first.mean(dim=0) - second.mean(dim=0)
    both = torch.cat([first, second]).transpose(0, 1)  # (block, prompt, width)
    centred = both - both.mean(dim=1, keepdim=True)
    vectors = torch.linalg.svd(centred, full_matrices=False).Vh[:, 0]  # (block, width)
    along = (vectors * difference).sum(dim=-1)
    return Directions(vectors * torch.where(along < 0, -1.0, 1.0)[:, None], along.abs())


def accuracies(first: Tensor, second: Tensor, find: Find) -> list[float]:
    """Per block, the share of prompts that end on their group's side of the middle; each is left out of what judges it.

    Leaving one out (rather than judging what was fitted) keeps wide hidden states from separating any few prompts. Of
    large groups only the first MOST_JUDGED prompts are left out in turn: each costs a direction of its own.
    """
    right = torch.zeros(first.shape[1])
    for group, sign in ((first, 1.0), (second, -1.0)):
        for index in range(min(len(group), MOST_JUDGED)):
            rest = torch.cat([group[:index], group[index + 1 :]])
            if len(rest):
                ones, others = (rest, second) if sign > 0 else (first, rest)
                right += _on_its_side(group[index], sign, ones, others, find)
    judged = min(len(first), MOST_JUDGED) + min(len(second), MOST_JUDGED)
    return (right / judged).tolist()


def _on_its_side(state: Tensor, sign: float, first: Tensor, second: Tensor, find: Find) -> Tensor:
    vectors = find(first, second).vectors  # (block, width)
    middle = (first.mean(dim=0) + second.mean(dim=0)) / 2
    return (((state - middle) * vectors).sum(dim=-1) * sign > 0).float()


def effect_sizes(first: Tensor, second: Tensor, directions: Directions) -> list[float]:
    """Per block, the distance of the groups' means along the direction in pooled standard deviations (Cohen's d)."""
    ones, others = ((group * directions.vectors).sum(dim=-1) for group in (first, second))  # (prompt, block)
    spread = ((_variance(ones) + _variance(others)) / 2).sqrt()
    return ((ones.mean(dim=0) - others.mean(dim=0)) / spread.clamp_min(1e-6)).tolist()


def _variance(group: Tensor) -> Tensor:
    return group.var(dim=0) if len(group) > 1 else torch.zeros(group.shape[1:])
