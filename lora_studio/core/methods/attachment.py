"""A method applied to a model: what training, probing and saving work with."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from lora_studio.core.events import Event
from lora_studio.core.methods.base import Method
from lora_studio.core.models.language_model import KeysValues, LanguageModel, replace_module


class Attachment(ABC):
    """A method applied to a model. Ask `logits`, not the model: not every method lives inside the network.

    `detach` and `reattach` exchange modules only; the base's tensors stay bit-identical throughout.
    """

    def __init__(self, model: LanguageModel, method: Method) -> None:
        self.model = model
        self.method = method
        self._others: dict[str, nn.Module] = {}  # what stands aside now: ours while detached, the base's while attached
        self.attached = False

    @abstractmethod
    def tensors(self) -> dict[str, nn.Parameter]:
        """The trainable tensors by their name in the network, e.g. "blocks.0.attention.v_proj.lora_A.weight"."""

    @abstractmethod
    def merged_modules(self) -> dict[str, nn.Module]:
        """Plain modules, by their place in the network, that compute the same without the method. New objects.

        Raises:
            RecipeError: there are none; the method's `no_merge` or the message says why.
        """

    def merging(self) -> Mapping[str, nn.Module]:
        """As `merged_modules`, for one look at each: may be made only when asked for, and be part of the attachment."""
        return self.merged_modules()

    def unrounded_modules(self) -> dict[str, nn.Module]:
        """As `merged_modules`, on the base as it was before the method rounded it; empty if it rounds nothing."""
        return {}

    def companions(self) -> dict[str, nn.Module]:
        """Trained copies of embedding and head that stand beside the method's own tensors, by place."""
        return {}

    def hidden(self, ids: Tensor, mask: Tensor | None = None, positions: Tensor | None = None) -> Tensor:
        """What the head reads with the method applied; shapes as in `LanguageModel.hidden`."""
        return self.model.hidden(ids, mask, positions)

    def logits(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """Next-token scores with the method applied; shapes as in `LanguageModel.logits`."""
        return self.model.scores(self.hidden(ids, mask))

    def embedded_before(self) -> Tensor | None:
        """What stands before every embedded input, (virtual, width); None: nothing."""
        return None

    def past_before(self) -> Sequence[KeysValues]:
        """Keys and values that stand before those of every input, a pair a block for a batch of one; empty: none."""
        return ()

    def untie(self) -> None:  # noqa: B027 - most methods train neither
        """Gives embedding and head a tensor each where both train and share one."""

    @property
    def no_merge(self) -> str:
        """Why it cannot be folded into plain weights; empty if it can."""
        return self.method.no_merge

    @property
    def context_length(self) -> int:
        """The most tokens that can be read at once; virtual tokens take their part of the model's."""
        return self.model.context_length

    @property
    def can_pack(self) -> bool:
        """Whether several rows can share one; virtual tokens stand before each row by itself."""
        return self.model.can_pack

    # Learning

    def parameter_groups(self, learning_rate: float) -> list[dict[str, Any]]:
        """What the optimizer is given."""
        return [{"params": list(self.tensors().values()), "lr": learning_rate}]

    def set_training(self, training: bool) -> None:  # noqa: B027 - most methods have nothing to switch
        """Switches what only training does (dropout)."""

    @property
    def generator(self) -> torch.Generator | None:
        """What is drawn from while training (dropout), which a run must set back to go on exactly; None: nothing."""
        return None

    def learn(self, groups: Sequence[Sequence[str]]) -> Iterator[Event]:
        """Learns from groups of prompts without gradients; only where the method says so."""
        raise NotImplementedError(f"{self.method.name} learns by gradients")

    # Keeping

    def state(self) -> dict[str, Tensor]:
        """What must be kept to bring the result back, by name."""
        return dict(self.tensors())

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Takes over what `state` gave, tensor by tensor; names and shapes have been compared already."""
        with torch.no_grad():
            for name, tensor in self.tensors().items():
                tensor.copy_(state[name])

    def flaw_of(self, state: Mapping[str, Tensor]) -> str:  # noqa: ARG002 - most methods take any number
        """Why numbers from a file cannot be what `state` gave, in words. Names and shapes have been compared."""
        return ""

    def starting_state(self, state: Mapping[str, Tensor], method: Method) -> dict[str, Tensor]:  # noqa: ARG002
        """`state` of an attachment with the settings `method`, such that it says the same with these settings."""
        return dict(state)

    @property
    def trained_count(self) -> int:
        """How many numbers train, or have trained to make what was loaded."""
        return sum(tensor.numel() for tensor in self.tensors().values())

    # Attaching

    def reattach(self) -> None:
        if not self.attached:
            self._swap()

    def detach(self) -> None:
        if self.attached:
            self._swap()

    @property
    def aside(self) -> tuple[nn.Module, ...]:
        """What is not in the network now: our own modules while detached."""
        return tuple(self._others.values())

    @property
    def aside_by_place(self) -> Mapping[str, nn.Module]:
        return self._others

    def place(self, modules: dict[str, nn.Module]) -> None:
        """Attaches `modules`, given by their place in the network."""
        self._others.update(modules)
        self._swap()

    def _swap(self) -> None:
        for name, module in self._others.items():
            self._others[name] = replace_module(self.model.network, name, module)
        self.attached = not self.attached


class AdjustableAttachment(Attachment):
    """One whose strength can be changed after it has learned. `lowest` to `highest`; 0 is the base."""

    lowest: float
    highest: float

    @property
    @abstractmethod
    def strength(self) -> float: ...

    @abstractmethod
    def set_strength(self, strength: float) -> None: ...


class MadeWhenAsked(Mapping[str, nn.Module]):
    """Modules by place, of which there is one at a time: all together may be as large as the model."""

    def __init__(self, makers: Mapping[str, Callable[[], nn.Module]]) -> None:
        self._makers = makers
        self._last: tuple[str, nn.Module] | None = None

    def __getitem__(self, place: str) -> nn.Module:
        if self._last is None or self._last[0] != place:
            self._last = None  # is let go first
            self._last = place, self._makers[place]()
        return self._last[1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def copies(model: LanguageModel, places: Iterable[str], *, trainable: bool = True) -> dict[str, nn.Module]:
    """Copies of the modules at `places`. Tensors that several of them share are shared by the copies too."""
    memo: dict[int, Any] = {}
    found = {place: copy.deepcopy(model.network.get_submodule(place), memo) for place in places}
    for module in found.values():
        module.requires_grad_(trainable)
    return found


def named_tensors(modules: Mapping[str, nn.Module]) -> dict[str, nn.Parameter]:
    """The parameters of modules by their name in the network; one that several share comes once."""
    found: dict[str, nn.Parameter] = {}
    seen: set[int] = set()
    for place, module in modules.items():
        for leaf, parameter in module.named_parameters():
            if id(parameter) not in seen:
                seen.add(id(parameter))
                found[f"{place}.{leaf}"] = parameter
    return found


def plain_copies(modules: Mapping[str, nn.Module]) -> dict[str, nn.Module]:
    """Copies that train no more; shared tensors stay shared."""
    memo: dict[int, Any] = {}
    return {place: copy.deepcopy(module, memo).requires_grad_(False) for place, module in modules.items()}
