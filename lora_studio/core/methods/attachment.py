"""A method applied to a model: what training, probing and saving work with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from torch import Tensor, nn

from lora_studio.core.methods.base import Method
from lora_studio.core.models.language_model import LanguageModel, replace_module


class Attachment(ABC):
    """A method applied to a model. While attached, the model's own `logits` include it.

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
        """Plain modules, by their place in the network, that compute the same without the method. New objects."""

    def logits(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """Next-token scores with the method applied; shapes as in `LanguageModel.logits`."""
        return self.model.logits(ids, mask)

    def parameter_groups(self, learning_rate: float) -> list[dict[str, Any]]:
        """What the optimizer is given."""
        return [{"params": list(self.tensors().values()), "lr": learning_rate}]

    def reattach(self) -> None:
        if not self.attached:
            self._swap()

    def detach(self) -> None:
        if self.attached:
            self._swap()

    def place(self, modules: dict[str, nn.Module]) -> None:
        """Attaches `modules`, given by their place in the network."""
        self._others.update(modules)
        self._swap()

    def _swap(self) -> None:
        for name, module in self._others.items():
            self._others[name] = replace_module(self.model.network, name, module)
        self.attached = not self.attached
