"""A direction at work: added after one block, or taken out of all that is written into the residual stream."""

from __future__ import annotations

import copy
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from lora_studio.core.errors import DataError, RecipeError
from lora_studio.core.events import BlockSeparation, Counted, Event, Separated
from lora_studio.core.methods.attachment import AdjustableAttachment, Attachment, copies, plain_copies
from lora_studio.core.methods.hidden_states import (
    accuracies,
    difference_of_means,
    effect_sizes,
    first_component,
    hidden_of,
    last_states,
)
from lora_studio.core.methods.steering import ABLATE, COMPONENT, HIGHEST, LOWEST, MEANS, RepresentationEngineering
from lora_studio.core.methods.whole_modules import refuse_rounded
from lora_studio.core.models.foreign_files import shown
from lora_studio.core.models.language_model import LanguageModel

USUAL_DEPTH = 0.6
NOT_ADDED = "The model changes what its layers add, so no bias can take the direction in. Ablate it, or keep it beside."
NO_BIAS = "The model's layers have no bias that could take the direction in. Ablate it, or keep it beside the model."
LENGTH_TOLERANCE = 1e-3
MOST_DISTANCE = 1e6  # of hidden states; those of large models reach some ten thousand
FINDERS = {MEANS: difference_of_means, COMPONENT: first_component}


class DirectionAttachment(Attachment):
    """What steering and ablating share: the direction, and how it is found. It is zero, without effect, until then."""

    method: RepresentationEngineering

    def __init__(self, model: LanguageModel, method: RepresentationEngineering) -> None:
        super().__init__(model, method)
        self.index = _block_index(model, method.layer)
        self.direction = torch.zeros(model.block_width, device=model.device)  # d, a unit vector
        self.distance = torch.zeros((), device=model.device)  # of the groups' means along d

    @abstractmethod
    def _use(self) -> None:
        """The direction has been found, or loaded."""

    def tensors(self) -> dict[str, nn.Parameter]:
        return {}

    def state(self) -> dict[str, Tensor]:
        return {"direction": self.direction, "distance": self.distance}

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        self.direction = state["direction"].to(self.direction).clone()
        self.distance = state["distance"].to(self.distance).clone()
        self._use()

    def flaw_of(self, state: Mapping[str, Tensor]) -> str:
        length, distance = state["direction"].double().norm().item(), state["distance"].item()
        if length and abs(length - 1) > LENGTH_TOLERANCE:
            return f"its direction is {length:g} long instead of 1"
        if abs(distance) > MOST_DISTANCE:
            return f"its distance is {distance:g}; hidden states lie at most {MOST_DISTANCE:g} apart"
        return ""

    def learn(self, groups: Sequence[Sequence[str]]) -> Iterator[Event]:
        """One step a prompt, then how well each block tells the two groups apart.

        Raises:
            DataError: a prompt is longer than the model reads; at once, not when the first event is pulled.
        """
        for prompt in (prompt for group in groups for prompt in group):
            _check_length(self.model, prompt)
        return self._found(groups)

    def _found(self, groups: Sequence[Sequence[str]]) -> Iterator[Event]:
        states: list[list[Tensor]] = []
        step = 0
        for group in groups:
            states.append([])
            for prompt in group:
                states[-1].append(last_states(self.model, prompt))
                step += 1
                yield Counted(step)
        first, second = (torch.stack(found) for found in states)  # (prompt, block, width)
        found = FINDERS[self.method.direction](first, second)
        self.direction = found.vectors[self.index].to(self.direction)
        self.distance = found.distances[self.index].to(self.distance)
        self._use()
        yield Separated(separation(first, second), self.index + 1)


class SteeringAttachment(DirectionAttachment, AdjustableAttachment):
    """h' = h + c·distance·d after one block, at every position."""

    lowest, highest = LOWEST, HIGHEST

    def __init__(self, model: LanguageModel, method: RepresentationEngineering) -> None:
        super().__init__(model, method)
        self._strength = method.coefficient
        self._handle: RemovableHandle | None = None
        self._shift = torch.zeros_like(self.direction)
        self.reattach()

    @property
    def strength(self) -> float:
        return self._strength

    def set_strength(self, strength: float) -> None:
        self._strength = strength
        self.method = self.method.model_copy(update={"coefficient": strength})
        self._use()

    def _use(self) -> None:
        self._shift = self._strength * self.distance * self.direction

    def reattach(self) -> None:
        if not self.attached:
            self._handle = self.model.blocks[self.index].register_forward_hook(self._steer)
            self.attached = True

    def detach(self) -> None:
        if self.attached and self._handle:
            self._handle.remove()
            self.attached = False

    def _steer(self, module: nn.Module, inputs: Any, output: Any) -> Any:
        del module, inputs
        hidden = hidden_of(output)
        steered = hidden + self._shift.to(hidden.dtype)
        return (steered, *output[1:]) if isinstance(output, tuple) else steered

    @property
    def no_merge(self) -> str:
        if getattr(self._last_writer(), "bias", None) is None:
            return NO_BIAS
        return "" if self.model.adds_last else NOT_ADDED

    def merged_modules(self) -> dict[str, nn.Module]:
        """The last layer that writes into the block's output takes the shift into its bias."""
        if self.no_merge:
            raise RecipeError(self.no_merge)
        place, layer = self._last_place(), copy.deepcopy(self._last_writer())
        layer.bias = nn.Parameter(layer.bias + self._shift.to(layer.bias), requires_grad=False)
        return {place: layer}

    def _last_place(self) -> str:
        block = f"{self.model.block_names[self.index]}."
        return [name for name in self.model.writers() if name.startswith(block)][-1]

    def _last_writer(self) -> nn.Linear:
        return self.model.writers()[self._last_place()]


class AblationAttachment(DirectionAttachment):
    """W' = W − d·dᵀ·W, and the same of biases, in every layer that writes into the residual stream."""

    def __init__(self, model: LanguageModel, method: RepresentationEngineering) -> None:
        refuse_rounded(model, method)
        super().__init__(model, method)
        self._layers = copies(model, model.writers(), trainable=False)
        self.place(dict(self._layers))

    def _use(self) -> None:
        with torch.no_grad():
            for layer in self._layers.values():
                for tensor in layer.parameters():  # weight (width, d_in), bias (width,)
                    d = self.direction.to(tensor.dtype)
                    along = d @ tensor
                    tensor.sub_(torch.outer(d, along) if tensor.ndim == 2 else d * along)

    def merged_modules(self) -> dict[str, nn.Module]:
        return plain_copies(self._layers)


def attach_steering(model: LanguageModel, method: RepresentationEngineering) -> DirectionAttachment:
    """Raises RecipeError: there is no such block."""
    kind = AblationAttachment if method.action == ABLATE else SteeringAttachment
    return kind(model, method)


def separation(first: Tensor, second: Tensor) -> tuple[BlockSeparation, ...]:
    """The sweep over all blocks, for both kinds of direction. The groups are (prompt, block, width)."""
    columns = []
    for name in (MEANS, COMPONENT):
        find = FINDERS[name]
        columns += [accuracies(first, second, find), effect_sizes(first, second, find(first, second))]
    return tuple(BlockSeparation(block, *figures) for block, figures in enumerate(zip(*columns, strict=True), start=1))


def _check_length(model: LanguageModel, prompt: str) -> None:
    count = len(model.encode(prompt).ids)
    if count > model.context_length:
        raise DataError(
            "The prompt “{prompt}” has {count} tokens; {model} reads {limit} at once.",
            advice="Shorten it.",
            prompt=shown(prompt), count=count, model=model.name, limit=model.context_length,
        )  # fmt: skip


def _block_index(model: LanguageModel, layer: int) -> int:
    depth = len(model.blocks)
    if layer > depth:
        raise RecipeError(
            "There is no block {wanted}; the model has {there}.",
            advice="Choose a block from 1 to {there}, or 0.",
            wanted=layer, there=depth,
        )  # fmt: skip
    return (layer or max(1, round(USUAL_DEPTH * depth))) - 1
