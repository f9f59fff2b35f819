"""LoRA Studio: adapt a language model and see what the adaptation did."""

__version__ = "0.1.0"
