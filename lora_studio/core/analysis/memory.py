"""What a run takes in memory, from the model's real shapes: counted where it can be, traced where it must be.

The weights, gradients and the optimizer's averages are counted on a copy without numbers; what the forward pass keeps
comes from `tracing`. The peak is the largest of the moments at which it can be: the end of the forward pass, the loss,
the first block that is gone back through, and the end of the backward pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor, nn

from lora_studio.core.analysis.tracing import Trace, trace
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.models.nf4 import Nf4Weight
from lora_studio.core.recipe import Recipe
from lora_studio.core.summaries import MemoryPlan
from lora_studio.core.training.flat_adam import SMALL
from lora_studio.core.training.last_good import KEEP_EVERY_STEP_BELOW
from lora_studio.core.training.linear_cross_entropy import ROWS_AT_ONCE

FEW_SCORES = 1 << 22  # numbers; so many are simply all made
GUARDED = 2  # with protection, two batches are kept for the backward pass
ON_SHELF = 3  # inputs of blocks that are on a GPU at once where they are set aside in the computer's memory
NF4_BITS = 4.127  # a weight, with its share of the scales in 8 bits and of theirs in 32 (arXiv:2305.14314, §3)


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a run's memory is made of, in bytes. `at` adds it up, also for settings that differ.

    `block_gradients` are the large gradients of each block, which come one after the other on the way back;
    `first_gradients` those of what stands behind the blocks, `last_gradients` of what stands before them. The small
    ones are there throughout. `chunk` is what the loss takes where not all scores are made at once. `shelves` tells
    that inputs of blocks are set aside where activations are made again. `linears` are those of the weights that could
    be kept in 4 bits, where they would be `rounded_linears`.
    """

    weights: int
    optimizer: int
    small_gradients: int
    block_gradients: tuple[int, ...]
    first_gradients: int
    last_gradients: int
    end_again: int
    chunk: int
    traced: Trace
    compiled: bool
    checkpointing: bool
    accumulates: bool
    guarded: bool
    shelves: bool = False
    linears: int = 0
    rounded_linears: int = 0
    largest_linear: int = 0

    def at(
        self,
        device: str,
        *,
        share: float = 1.0,
        checkpointing: bool | None = None,
        accumulates: bool | None = None,
        factor: float = 1.0,
    ) -> MemoryPlan:
        """The parts at the peak.

        Args:
            device: where it runs, to be shown.
            share: of the tokens of a batch.
            checkpointing: None: as it was planned.
            accumulates: None: as it was planned.
            factor: that what changes during a step is multiplied with, from a measured run.
        """
        recomputes = self.checkpointing if checkpointing is None else checkpointing
        large = sum(self.block_gradients) + self.first_gradients + self.last_gradients
        there = large if (self.accumulates if accumulates is None else accumulates) else 0
        moments = [
            _Moment(
                max(there, moment.gradients), round(moment.activations * share * factor), round(moment.logits * factor)
            )
            for moment in self._moments(share, recomputes=recomputes)
        ]
        peak = max(moments, key=sum)
        return MemoryPlan(
            device=device,
            weights=self.weights,
            gradients=self.small_gradients + peak.gradients,
            optimizer=self.optimizer,
            activations=round(peak.activations),
            logits=round(peak.logits),
            all_gradients=self.small_gradients + large,
        )

    def _moments(self, share: float, *, recomputes: bool) -> Iterator[_Moment]:
        """Each that may be the peak. Large gradients are counted as they come."""
        traced = self.traced
        blocks = traced.kept if self.compiled else traced.held
        kept = [min(block, traced.inputs) for block in blocks] if recomputes else list(blocks)
        if recomputes and self.shelves:
            kept = [block if place < ON_SHELF else 0 for place, block in enumerate(kept)]
        if self.guarded:
            kept = [GUARDED * block for block in kept]
        waiting = traced.ends + sum(kept)
        yield _Moment(0, waiting + traced.forward, 0)
        yield _Moment(self.first_gradients, waiting, traced.loss * share or self.chunk)
        over = traced.backward + (max(blocks, default=0) if recomputes else 0)
        there = self.first_gradients
        for gradient, block in zip(reversed(self.block_gradients), reversed(kept), strict=True):
            there += gradient
            yield _Moment(there, waiting + over, 0)
            waiting -= block
        yield _Moment(there + self.last_gradients, traced.ends + self.end_again, 0)


class _Moment(NamedTuple):
    gradients: int
    activations: float
    logits: float


def footprint(attachment: Attachment, recipe: Recipe, length: int, device: torch.device) -> Footprint:
    """Of a run of `recipe` with rows of `length` tokens.

    Args:
        attachment: the recipe's method on a copy from `without_numbers`.
        recipe: its training settings count, and whether it protects.
        length: of the longest window, in tokens.
        device: on which it is to run.
    """
    training, model = recipe.training, attachment.model
    learns, compiled = recipe.method.learns_by_gradients, compiles(recipe, device)
    batch = training.batch_size if learns else 1
    all_scores = learns and makes_all_scores(attachment, batch * length, device)
    resident = list(_resident(attachment, on_gpu=device.type != "cpu"))
    trained = list(attachment.tensors().values())
    blocks = [{id(tensor) for tensor in block.parameters()} for block in model.blocks]
    behind = {id(tensor) for tensor in model.head.parameters()}
    large = [tensor for tensor in trained if tensor.numel() > SMALL]
    inside = set().union(*blocks)
    linears = _frozen_linears(attachment) if device.type == "cuda" else []
    return Footprint(
        weights=_bytes(resident),
        optimizer=_optimizer_bytes(trained) if learns else 0,
        small_gradients=_bytes(tensor for tensor in trained if tensor.numel() <= SMALL),
        block_gradients=tuple(_bytes(tensor for tensor in large if id(tensor) in block) for block in blocks),
        first_gradients=_bytes(tensor for tensor in large if id(tensor) in behind),
        last_gradients=_bytes(tensor for tensor in large if id(tensor) not in inside | behind),
        end_again=_bytes(tensor for tensor in large if id(tensor) in behind) if model.is_tied else 0,
        chunk=_chunk_bytes(attachment, batch * length, compiled=compiled) if learns and not all_scores else 0,
        traced=trace(attachment, batch, length, all_scores=all_scores, gradients=learns),
        compiled=compiled,
        checkpointing=training.checkpointing and learns,
        accumulates=training.accumulation > 1,
        guarded=recipe.protection.enabled and learns,
        shelves=device.type == "cuda",
        linears=_bytes(linears),
        rounded_linears=round(sum(tensor.numel() for tensor in linears) * NF4_BITS / 8),
        largest_linear=max((tensor.nbytes for tensor in linears), default=0),
    )


def makes_all_scores(attachment: Attachment, tokens: int, device: torch.device) -> bool:
    """Whether the loss has the scores of all positions at once."""
    del device
    return tokens * attachment.model.vocabulary_size <= FEW_SCORES


def compiles(recipe: Recipe, device: torch.device) -> bool:
    """Whether the blocks are compiled, so that elementwise results are not kept."""
    return recipe.training.compilation == "on" or (recipe.training.compilation == "automatic" and device.type == "cuda")


def _chunk_bytes(attachment: Attachment, tokens: int, *, compiled: bool) -> int:
    """Scores of a few rows and their logarithms in 32 bit (compiled, one of the two), their gradient in the head's
    type, and the gradient of all hidden states."""
    model = attachment.model
    size = model.dtype.itemsize
    scores = min(ROWS_AT_ONCE, tokens) * model.vocabulary_size
    return scores * ((4 if compiled else 8) + size) + tokens * model.width * size


def _optimizer_bytes(trained: Sequence[Tensor]) -> int:
    """Adam's two averages, and the copy of the last good state where it lies beside them."""
    few = sum(tensor.numel() for tensor in trained) < KEEP_EVERY_STEP_BELOW
    return (3 if few else 2) * _bytes(trained)


def _frozen_linears(attachment: Attachment) -> list[Tensor]:
    """The weights of linear layers in the blocks that neither train nor are in 4 bits already."""
    trained = {id(tensor) for tensor in attachment.tensors().values()}
    left = {id(weight) for weight in _rounded_originals(attachment)}
    layers = attachment.model.linears().values()
    weights = [getattr(getattr(layer, "base", layer), "weight", None) for layer in layers]
    return [weight for weight in weights if isinstance(weight, Tensor) and id(weight) not in trained | left]


# What is there all the time


def _resident(attachment: Attachment, *, on_gpu: bool) -> Iterator[Tensor]:
    """Every tensor that stays on the device for as long as the method is attached, once."""
    met: set[int] = set()
    for tensor in _tensors(attachment, on_gpu=on_gpu):
        if id(tensor) not in met:
            met.add(id(tensor))
            yield tensor


def _tensors(attachment: Attachment, *, on_gpu: bool) -> Iterator[Tensor]:
    """With those that stand aside. The originals of rounded weights leave a GPU."""
    left = {id(weight) for weight in _rounded_originals(attachment)} if on_gpu else set()
    for module in _modules(attachment):
        weight = getattr(module, "weight", None)
        if isinstance(weight, Nf4Weight):
            yield from weight.parts
        for tensor in (*module.parameters(recurse=False), *module.buffers(recurse=False)):
            if id(tensor) not in left:
                yield tensor
    yield from attachment.tensors().values()
    yield from attachment.state().values()


def _modules(attachment: Attachment) -> Iterator[nn.Module]:
    for top in (attachment.model.network, *attachment.aside):
        yield from top.modules()


def _rounded_originals(attachment: Attachment) -> Iterator[Tensor]:
    """The weights of which the network holds a copy in 4 bits."""
    aside = attachment.aside_by_place
    for name, module in attachment.model.network.named_modules():
        rounded = getattr(module, "rounded", module)
        if isinstance(getattr(rounded, "weight", None), Nf4Weight):
            original = getattr(module, "base", None) or aside.get(name)
            weight = getattr(original, "weight", None)
            if isinstance(weight, Tensor):
                yield weight


def _bytes(tensors: Iterable[Tensor]) -> int:
    return sum(tensor.nbytes for tensor in tensors)


def in_four_bits(found: Footprint) -> Footprint:
    """As if the frozen linear layers were kept in 4 bits, and made again one at a time where they are used."""
    traced = found.traced
    traced = replace(
        traced, forward=traced.forward + found.largest_linear, backward=traced.backward + found.largest_linear
    )
    return replace(found, weights=found.weights - found.linears + found.rounded_linears, traced=traced)


def frozen(found: Footprint) -> Footprint:
    """As if nothing trained but a few small matrices: without the copies that do."""
    copies = found.small_gradients + sum(found.block_gradients) + found.first_gradients + found.last_gradients
    none = tuple(0 for _ in found.block_gradients)
    return replace(
        found, weights=found.weights - copies, optimizer=0, small_gradients=0, block_gradients=none,
        first_gradients=0, last_gradients=0, end_again=0,
    )  # fmt: skip
