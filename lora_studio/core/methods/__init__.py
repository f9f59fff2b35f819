"""How a model is adapted: one file a method. Importing this loads no torch; attaching a method does."""

from lora_studio.core.methods.base import Method
from lora_studio.core.methods.dora import Dora
from lora_studio.core.methods.freezing import LayerFreezing
from lora_studio.core.methods.full import FullFineTuning
from lora_studio.core.methods.lora import Lora
from lora_studio.core.methods.lora_plus import LoraPlus
from lora_studio.core.methods.prefix import PrefixTuning
from lora_studio.core.methods.prompt import PromptTuning
from lora_studio.core.methods.qlora import Qlora
from lora_studio.core.methods.scratch import Scratch
from lora_studio.core.methods.steering import RepresentationEngineering

# Explicit, so that a frozen bundle sees every method; the order is the order in the window.
METHODS: tuple[type[Method], ...] = (
    Lora,
    LoraPlus,
    Dora,
    Qlora,
    FullFineTuning,
    LayerFreezing,
    Scratch,
    PrefixTuning,
    PromptTuning,
    RepresentationEngineering,
)


def method_named(name: str) -> type[Method]:
    """The method class with this `name`. Raises KeyError."""
    return {method.name: method for method in METHODS}[name]


__all__ = ["METHODS", "Lora", "Method", "method_named"]
