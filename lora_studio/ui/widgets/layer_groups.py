"""Which layers of a model its block is drawn with."""

from __future__ import annotations

from lora_studio.core.methods.lora import ATTENTION_TARGETS, FEED_FORWARD_TARGETS
from lora_studio.core.summaries import ModelSummary
from lora_studio.ui.widgets.block_diagram import Kind, LayerGroup

MINI_GPT = (LayerGroup("attention", ATTENTION_TARGETS), LayerGroup("feed_forward", FEED_FORWARD_TARGETS))
KINDS: tuple[Kind, ...] = ("attention", "feed_forward", "other")


def layer_groups(model: ModelSummary | None) -> tuple[LayerGroup, ...]:
    """By the part of the block that they work in; those of a model that is not there yet are MiniGPT's.

    A family whose layers are not known to be of attention or feed-forward gets a plain list of them.
    """
    if model is None or not model.layers:
        return MINI_GPT
    groups = []
    for kind in KINDS:
        names = tuple(dict.fromkeys(layer.name for layer in model.layers if layer.part == kind))
        if names:
            groups.append(LayerGroup(kind, names))
    return tuple(groups)
