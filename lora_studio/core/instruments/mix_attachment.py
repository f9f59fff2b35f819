"""Several changes of one base at once, each with a strength: W = W₀ + Σ sᵢ·ΔWᵢ."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from lora_studio.core.errors import RecipeError
from lora_studio.core.methods.attachment import Attachment, named_tensors, plain_copies
from lora_studio.core.methods.base import Method
from lora_studio.core.models.language_model import LanguageModel


class Mix(Method):
    """What a mix says of itself. Nothing trains by it, so it is not among METHODS and has no settings."""

    name: ClassVar[str] = "mix"
    title: ClassVar[str] = "Mix"
    summary: ClassVar[str] = "Several adapters on one base, each with its own strength."
    no_adapter: ClassVar[str] = "It is a mix of several adapters. Use “Save the mix as one adapter” in the mixer."

    @property
    def label(self) -> str:
        return self.title

    def attach(self, model: LanguageModel, seed: int) -> Attachment:
        raise NotImplementedError("a mix is made of variants, see make_mix")


@dataclass(frozen=True, slots=True)
class LowRank:
    """ΔW = B·A with B (d_out, r) and A (r, d_in) in 32 bit; the scale is in B."""

    b: Tensor
    a: Tensor

    def add_to(self, total: Tensor, strength: float) -> None:
        total.addmm_(self.b, self.a, alpha=strength)

    def dense(self) -> Tensor:
        return self.b @ self.a

    def norm_squared(self) -> float:
        """‖B·A‖² (Frobenius) from the two small products, without the large one."""
        return float(((self.b.T @ self.b) * (self.a @ self.a.T).T).sum())


@dataclass(frozen=True, slots=True)
class Dense:
    """ΔW of any tensor's shape, in 32 bit."""

    change: Tensor

    def add_to(self, total: Tensor, strength: float) -> None:
        total.add_(self.change, alpha=strength)

    def dense(self) -> Tensor:
        return self.change

    def norm_squared(self) -> float:
        return float(self.change.square().sum())


Changes = Mapping[str, LowRank | Dense]  # of one part, by the tensor's name in the network


class MixAttachment(Attachment):
    """Plain copies of all modules that a part changes. Starts detached, with every strength 0: the base, bit for bit.

    It has nothing to train and nothing to keep of its own; asking for its state raises RecipeError.
    """

    def __init__(self, model: LanguageModel, parts: Sequence[Changes]) -> None:
        """
        Args:
            model: the bare base, its vocabulary grown by the words of all parts.
            parts: what each adds to the base's tensors.
        """
        super().__init__(model, Mix())
        self.parts = tuple(parts)
        self.strengths = (0.0,) * len(self.parts)
        names = dict.fromkeys(name for part in self.parts for name in part)
        places = dict.fromkeys(name.rpartition(".")[0] for name in names)
        originals = {place: model.network.get_submodule(place) for place in places}
        self.modules = {place: copy.deepcopy(module).requires_grad_(False) for place, module in originals.items()}
        self._tie_again()
        kept = named_tensors(self.modules)  # one that embedding and head share comes once
        self._tensors = {name: kept[name].data for name in names if name in kept}
        self._starts = {name: model.network.get_parameter(name).detach() for name in self._tensors}
        self._others.update(self.modules)  # detached at first; `reattach` puts it on

    def set_strengths(self, strengths: Sequence[float]) -> None:
        """One for each part, in their order. Works while it is attached; touches only what changes."""
        turned = [index for index, (old, new) in enumerate(zip(self.strengths, strengths, strict=True)) if old != new]
        self.strengths = tuple(strengths)
        for name in dict.fromkeys(name for index in turned for name in self.parts[index]):
            if name in self._tensors:
                self._renew(name)

    def total_change(self, name: str) -> Tensor:
        """Σ sᵢ·ΔWᵢ of a tensor, in 32 bit."""
        total = torch.zeros_like(self.model.network.get_parameter(name), dtype=torch.float32)
        self._add_parts(name, total)
        return total

    def active(self, name: str) -> list[tuple[float, LowRank | Dense]]:
        """The parts that now change this tensor, with their strengths."""
        pairs = zip(self.strengths, self.parts, strict=True)
        return [(strength, part[name]) for strength, part in pairs if strength and name in part]

    def _renew(self, name: str) -> None:
        total = self._starts[name].to(torch.float32, copy=True)
        self._add_parts(name, total)
        self._tensors[name].copy_(total)

    def _add_parts(self, name: str, total: Tensor) -> None:
        for strength, change in self.active(name):
            change.add_to(total, strength)

    def _tie_again(self) -> None:
        """Where one tensor serves as embedding and head, and every part leaves it so, it stays one."""
        places = (self.model.embedding_name, self.model.head_name)
        if self.model.is_tied and all(place in self.modules for place in places):
            first, second = (f"{place}.weight" for place in places)
            if all(_same(part.get(first), part.get(second)) for part in self.parts):
                self.modules[places[1]].weight = self.modules[places[0]].weight

    # What every attachment can do

    def tensors(self) -> dict[str, nn.Parameter]:
        return {}

    def state(self) -> dict[str, Tensor]:
        raise RecipeError(self.method.no_adapter)

    def merged_modules(self) -> dict[str, nn.Module]:
        return plain_copies(self.modules)


def _same(one: LowRank | Dense | None, other: LowRank | Dense | None) -> bool:
    if one is None or other is None:
        return one is other
    return torch.equal(one.dense(), other.dense())
