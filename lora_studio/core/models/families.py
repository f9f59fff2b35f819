"""Where the families of models that transformers knows differ, and the seam asks what is where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import torch
from torch import Tensor, nn

from lora_studio.core.errors import ModelError
from lora_studio.core.models.language_model import LanguageModel, replace_module

if TYPE_CHECKING:
    from transformers import PretrainedConfig, PreTrainedModel

# What is added to the residual stream, by the last part of its name; attention's and the feed-forward's.
WRITERS = frozenset(
    {"o_proj", "down_proj", "c_proj", "out_proj", "dense", "dense_4h_to_h", "fc2", "fc_out", "wo", "w2", "linear2"}
)

# Families in which packed rows were shown not to see each other (tests/core/test_hugging_face.py).
PACKING = frozenset(
    {
        "cohere", "gemma", "gemma2", "gemma3_text", "gpt2", "gpt_neo", "gpt_neox", "gptj", "granite", "llama",
        "mistral", "mixtral", "olmo2", "phi", "phi3", "qwen2", "qwen3", "qwen3_moe", "smollm3", "stablelm",
        "starcoder2",
    }
)  # fmt: skip

# Families whose scores, causality and shapes the same tests cover.
TESTED = PACKING | {"bloom", "falcon", "opt"}

_ENDLESS = 2048  # tokens, where positions are told by distance alone and the configuration names no limit


def make_linear(network: nn.Module) -> frozenset[str]:
    """Puts an `nn.Linear` in place of each of GPT-2's `Conv1D`, whose weight lies the other way round.

    Returns:
        The names of the weights that files hold transposed.
    """
    from transformers.pytorch_utils import Conv1D

    found = [(name, module) for name, module in network.named_modules() if isinstance(module, Conv1D)]
    for name, module in found:
        with torch.device("meta"):
            linear = nn.Linear(module.weight.shape[0], module.weight.shape[1])
        linear.weight = nn.Parameter(module.weight.detach().t().contiguous(), requires_grad=False)
        linear.bias = module.bias
        replace_module(network, name, linear)
    return frozenset(f"{name}.weight" for name, _ in found)


def silence(network: PreTrainedModel) -> None:
    """Rows are padded at the end only, where attention is causal: GPT-2's warning, for which it looks at the numbers at
    every pass (and waits for the GPU), has nothing to warn of.
    """
    network.base_model.warn_if_padding_and_no_attention_mask = _say_nothing


def _say_nothing(*given: object) -> None:
    del given


def ends(network: PreTrainedModel) -> tuple[str, str]:
    """The names of the token embedding and of the output layer. Raises ModelError."""
    names = {id(module): name for name, module in network.named_modules()}
    embedding, head = network.get_input_embeddings(), network.get_output_embeddings()
    if not isinstance(embedding, nn.Embedding) or not isinstance(head, nn.Linear):
        raise _unfit(network, "it has no plain embedding and output layer")
    return names[id(embedding)], names[id(head)]


def blocks_name(network: PreTrainedModel) -> str:
    """Where the list of blocks sits. Raises ModelError."""
    count = getattr(network.config, "num_hidden_layers", None)
    for name, module in network.base_model.named_modules():
        if isinstance(module, nn.ModuleList) and len(module) == count:
            own = next(prefix for prefix, body in network.named_modules() if body is network.base_model)
            return f"{own}.{name}" if own else name
    raise _unfit(network, "it has no list of blocks")


def linear_names(network: nn.Module, blocks: str) -> tuple[str, ...]:
    named = network.get_submodule(blocks).named_modules(prefix=blocks)
    return tuple(name for name, module in named if isinstance(module, nn.Linear) or is_rounded(module))


def is_rounded(module: nn.Module) -> bool:
    from lora_studio.core.models.nf4 import Nf4Linear

    return isinstance(module, Nf4Linear)


def writes(name: str) -> bool:
    """Whether what the layer of this name says is added to the residual stream."""
    return name.rpartition(".")[2] in WRITERS


def scoring(config: PretrainedConfig) -> tuple[float, float]:
    """What the head's products are multiplied with, and their cap (0: none)."""
    cap = float(getattr(config, "final_logit_softcapping", None) or 0.0)
    if config.model_type.startswith("cohere"):
        return float(config.logit_scale), cap
    if config.model_type.startswith("granite"):
        return 1.0 / float(config.logits_scaling), cap
    return 1.0, cap


def adds_last(config: PretrainedConfig) -> bool:
    """Whether what a block's last layer says is added as it is, and nothing is done to the sum."""
    normalises_after = getattr(config, "do_layer_norm_before", True) is False  # the small OPT
    return not normalises_after and float(getattr(config, "residual_multiplier", None) or 1.0) == 1.0


def key_value_shape(config: PretrainedConfig) -> tuple[int, int]:
    heads = config.num_attention_heads
    width = getattr(config, "head_dim", None) or config.hidden_size // heads
    return _key_value_heads(config), int(width)


def _key_value_heads(config: PretrainedConfig) -> int:
    heads: Any = getattr(config, "num_key_value_heads", None)
    if config.model_type == "falcon":  # its newer form keeps a copy of keys and values for each head
        heads = 1 if config.multi_query and not config.new_decoder_architecture else config.num_attention_heads
    return int(heads or config.num_attention_heads)


def context_length(config: PretrainedConfig) -> int:
    for name in ("max_position_embeddings", "max_seq_len", "seq_length"):
        if found := getattr(config, name, None):
            return int(found)
    return _ENDLESS


@torch.no_grad()
def check_scoring(model: LanguageModel) -> None:
    """Reads a few tokens in the seam's way and in the network's own. Raises ModelError: they differ."""
    rows = cast(nn.Embedding, model.embedding).num_embeddings
    ids = torch.arange(4, device=model.device)[None] % rows  # (1, time)
    own = model.network(input_ids=ids, use_cache=False).logits
    if not _agree(model.logits(ids), own):
        raise _unfit(model.network, "its scores are made in a way of its own")
    if not _agree(model.logits(ids[:, :-1]), own[:, :-1]):
        raise _unfit(model.network, "it reads ahead")


def _agree(ours: Tensor, own: Tensor) -> bool:
    tolerance = 1e-4 if own.dtype == torch.float32 else 0.05
    return torch.allclose(ours.float(), own.float(), atol=tolerance * float(own.float().abs().max()), rtol=0)


def _unfit(network: Any, reason: str) -> ModelError:
    return ModelError(
        "Models of type {type} cannot be used here: {reason}.",
        advice="Choose a causal language model of another family.",
        type=network.config.model_type, reason=reason,
    )  # fmt: skip
