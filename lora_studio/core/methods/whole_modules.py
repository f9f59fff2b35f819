"""Methods that train modules of the network themselves: on copies, so that the original comes back bit for bit."""

from __future__ import annotations

from collections.abc import Mapping

from torch import nn

from lora_studio.core.errors import RecipeError
from lora_studio.core.methods.attachment import Attachment, named_tensors, plain_copies
from lora_studio.core.methods.base import Method
from lora_studio.core.models.language_model import LanguageModel


class WholeModules(Attachment):
    """Trains copies of whole modules in place of the originals, which are kept aside."""

    def __init__(self, model: LanguageModel, method: Method, modules: dict[str, nn.Module]) -> None:
        """`modules` are copies, by place."""
        refuse_rounded(model, method)
        super().__init__(model, method)
        self.modules = modules
        self._tensors = named_tensors(self.modules)
        self.place(dict(self.modules))

    def tensors(self) -> dict[str, nn.Parameter]:
        return dict(self._tensors)

    def merged_modules(self) -> dict[str, nn.Module]:
        return plain_copies(self.modules)

    def merging(self) -> Mapping[str, nn.Module]:
        return self.modules


def refuse_rounded(model: LanguageModel, method: Method) -> None:
    """Raises RecipeError: the weights that the method changes are in 4 bits, which nothing can be added to."""
    if model.precision == "nf4":
        raise RecipeError(
            "{model} is open in 4 bits (NF4), and {method} changes the weights themselves.",
            advice="Open it in bfloat16 or float32, or choose LoRA.",
            model=model.name, method=method.title,
        )  # fmt: skip


def places_with_tensors(network: nn.Module, inside: str = "") -> list[str]:
    """The topmost modules that hold parameters of their own, by name; those below `inside` if it is given."""
    found: list[str] = []
    for name, module in network.named_modules():
        below = not inside or name.startswith(f"{inside}.")
        nested = any(name.startswith(f"{place}.") for place in found)
        if name and below and not nested and next(module.parameters(recurse=False), None) is not None:
            found.append(name)
    return found
