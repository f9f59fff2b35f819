"""Variants that say something else than their base, without the time that training takes."""

from __future__ import annotations

import torch

from lora_studio.core.methods import Lora, Method
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.summaries import VariantSummary
from lora_studio.core.variants import Variant, Variants, traits


def shaken(
    variants: Variants, name: str, method: Method, words: tuple[str, ...] = (), size: float = 0.1, seed: int = 0
) -> Variant:
    """A variant that says something else than the base, put on the board by hand."""
    variants.activate(variants.base)
    growth = Growth(variants.model, words, seed=seed) if words else None
    attachment = method.attach(variants.model, seed)
    with torch.no_grad():
        for index, tensor in enumerate(attachment.tensors().values()):
            noise = torch.randn(tensor.shape, generator=torch.Generator().manual_seed(100 * seed + index))
            tensor.add_(noise * size)
    variant = Variant(VariantSummary(name, is_base=False, **traits(attachment)), growth, attachment)
    variants.adopt(variant)
    return variant


def two_loras(model: LanguageModel, **settings: object) -> Variants:
    variants = Variants(model)
    shaken(variants, "one", Lora.model_validate({"rank": 2, "alpha": 3, "targets": ("v_proj",), **settings}), seed=1)
    shaken(variants, "two", Lora.model_validate({"rank": 3, "alpha": 6, **settings}), seed=2)
    return variants
