"""What a run works on: the grown vocabulary, the attached method, and the variant that they make."""

from __future__ import annotations

from lora_studio.core.adapters.starting import added_words, read_start, start_from
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.models.growth import Growth
from lora_studio.core.recipe import Recipe
from lora_studio.core.run_keeping import Keeping
from lora_studio.core.summaries import VariantSummary
from lora_studio.core.variants import Variant, Variants, traits


def prepared(variants: Variants, recipe: Recipe, keeping: Keeping | None) -> Variant:
    """Grows the vocabulary if the rows need it and attaches the method; all or nothing. The variant is active then."""
    seed = recipe.training.seed
    variants.activate(variants.base)
    words = keeping.added_words(variants.model) if keeping else None
    start = None
    if words is None:  # what a run that goes on had started from is in its checkpoint
        start = read_start(variants.model, recipe.method)
        words = added_words(variants.model, recipe, start)
    growth = Growth(variants.model, words, seed) if words else None
    attachment: Attachment | None = None
    try:
        attachment = recipe.method.attach(variants.model, seed)
        if start:
            start_from(attachment, growth, start)
        if keeping:
            keeping.bring_back(attachment, growth)
        summary = _summary(variants, recipe, attachment, keeping)
    except BaseException:
        if attachment:
            attachment.detach()
        if growth:
            growth.undo()
        raise
    variant = Variant(summary, growth, attachment, recipe)
    variants.adopt(variant)
    return variant


def _summary(variants: Variants, recipe: Recipe, attachment: Attachment, keeping: Keeping | None) -> VariantSummary:
    data = ", ".join(dataset.name for dataset in recipe.datasets)
    name = keeping.name if keeping else recipe.name
    return VariantSummary(variants.free_name(name), is_base=False, data=data, **traits(attachment))
