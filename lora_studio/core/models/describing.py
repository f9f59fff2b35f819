"""What is told of an opened model."""

from __future__ import annotations

from collections import Counter
from itertools import chain

from torch import nn

from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.nf4 import Nf4Linear
from lora_studio.core.summaries import LayerShape, ModelSummary

_ATTENTION = ("attn", "attention", "self_attention", "self_attn")
_FEED_FORWARD = ("mlp", "feed_forward", "ffn", "block_sparse_moe", "experts", "linear1", "linear2", "fc1", "fc2")


def summary_of(model: LanguageModel, source: str) -> ModelSummary:
    """Ask with nothing attached. `source` is what recipes call it."""
    return ModelSummary(
        name=model.name,
        source=source,
        family=model.family,
        parameters=model.parameter_count(),
        device=str(model.device).upper(),
        context_length=model.context_length,
        words=frozenset(model.tokenizer.get_vocab()),
        spells_everything=model.spells_everything,
        dtype=model.precision,
        blocks=len(model.blocks),
        width=model.width,
        vocabulary=model.vocabulary_size,
        layers=layer_shapes(model),
        tied=model.is_tied,
        chats=model.chat_template is not None,
        bytes=weight_bytes(model.network),
    )


def layer_shapes(model: LanguageModel) -> tuple[LayerShape, ...]:
    """The kinds of linear layers in the order of a block; layers of one name but another shape are another kind."""
    counts: Counter[tuple[str, str, int, int]] = Counter()
    for name, layer in model.linears().items():
        counts[(name.rpartition(".")[2], part_of(name), layer.in_features, layer.out_features)] += 1
    return tuple(LayerShape(*kind, blocks=count) for kind, count in counts.items())


def part_of(name: str) -> str:
    """Where in a block a layer of this name works: "attention", "feed_forward" or "other"."""
    for piece in reversed(name.split(".")):
        if piece in _FEED_FORWARD:
            return "feed_forward"
        if piece in _ATTENTION:
            return "attention"
    return "other"


def weight_bytes(network: nn.Module) -> int:
    """What the weights take in memory; one that is in several places counts once."""
    tensors = {id(tensor): tensor for tensor in (*network.parameters(), *network.buffers())}
    rounded = [module.weight.parts for module in network.modules() if isinstance(module, Nf4Linear)]
    return sum(tensor.nbytes for tensor in (*tensors.values(), *chain.from_iterable(rounded)))
