"""How a model is adapted: one file a method. Importing this loads no torch; attaching a method does."""

from lora_studio.core.methods.base import Method
from lora_studio.core.methods.lora import Lora

# Explicit, so that a frozen bundle sees every method; the order is the order in the window.
METHODS: tuple[type[Method], ...] = (Lora,)


def method_named(name: str) -> type[Method]:
    """The method class with this `name`. Raises KeyError."""
    return {method.name: method for method in METHODS}[name]


__all__ = ["METHODS", "Lora", "Method", "method_named"]
