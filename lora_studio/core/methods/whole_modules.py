"""Methods that train modules of the network themselves: on copies, so that the original comes back bit for bit."""

from __future__ import annotations

from torch import nn

from lora_studio.core.methods.attachment import Attachment, named_tensors, plain_copies
from lora_studio.core.methods.base import Method
from lora_studio.core.models.language_model import LanguageModel


class WholeModules(Attachment):
    """Trains copies of whole modules in place of the originals, which are kept aside."""

    def __init__(self, model: LanguageModel, method: Method, modules: dict[str, nn.Module]) -> None:
        """`modules` are copies, by place."""
        super().__init__(model, method)
        self.modules = modules
        self._tensors = named_tensors(self.modules)
        self.place(dict(self.modules))

    def tensors(self) -> dict[str, nn.Parameter]:
        return dict(self._tensors)

    def merged_modules(self) -> dict[str, nn.Module]:
        return plain_copies(self.modules)


def places_with_tensors(network: nn.Module, inside: str = "") -> list[str]:
    """The topmost modules that hold parameters of their own, by name; those below `inside` if it is given."""
    found: list[str] = []
    for name, module in network.named_modules():
        below = not inside or name.startswith(f"{inside}.")
        nested = any(name.startswith(f"{place}.") for place in found)
        if name and below and not nested and next(module.parameters(recurse=False), None) is not None:
            found.append(name)
    return found
