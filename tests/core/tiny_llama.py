"""A small random Llama behind the seam: another family than MiniGPT, so that methods show that they never ask for one.

RMSNorm, rotary positions, grouped keys and values, gated feed-forward, no biases.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, cast

import torch
from torch import Tensor, nn
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.cache_utils import DynamicCache

from lora_studio.core.models.language_model import Cache, Encoding, KeysValues, LanguageModel
from lora_studio.core.models.words import UNKNOWN, word_tokenizer
from tests.core.tiny_mini_gpt import WORDS

INSIDE = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
WRITING = (".o_proj", ".down_proj")


class TinyLlama(LanguageModel):
    """Two layers, 32 wide, four heads that share two of keys and values."""

    family = "llama"
    embedding_name = "model.embed_tokens"
    head_name = "lm_head"

    def hidden(self, ids: Tensor, mask: Tensor | None = None, positions: Tensor | None = None) -> Tensor:
        return self._run(input_ids=ids, attention_mask=mask)

    def hidden_of(self, embedded: Tensor, mask: Tensor | None = None, past: Sequence[KeysValues] = ()) -> Tensor:
        if not past:
            return self._run(inputs_embeds=embedded, attention_mask=mask)
        cache = DynamicCache()
        for layer, (keys, values) in enumerate(past):
            cache.update(keys, values, layer)
        there = torch.ones(embedded.shape[:2], dtype=torch.bool) if mask is None else mask
        seen = torch.cat([there.new_ones(len(there), past[0][0].shape[2]), there], dim=1)  # (batch, past + time)
        return self._run(inputs_embeds=embedded, attention_mask=seen, past_key_values=cache)

    def start_cache(self, past: Sequence[KeysValues] = ()) -> Cache:
        inner = DynamicCache()
        for layer, (keys, values) in enumerate(past):
            inner.update(keys, values, layer)
        return _Cache(inner)

    def advance(self, embedded: Tensor, cache: Cache) -> Tensor:
        assert isinstance(cache, _Cache)
        return self._run(inputs_embeds=embedded, past_key_values=cache.inner)

    def _run(self, **given: Any) -> Tensor:
        out: Tensor = self.network.get_submodule("model")(
            **given, use_cache="past_key_values" in given
        ).last_hidden_state
        return out

    def encode(self, text: str) -> Encoding:
        pieces = self.tokenizer.encode(text)
        words = [text[start:end] for start, end in pieces.offsets]
        unknown_id = self.token_id(UNKNOWN)
        unknown = tuple(word for word, i in zip(words, pieces.ids, strict=True) if i == unknown_id)
        return Encoding(tuple(pieces.ids), tuple(words), unknown)

    @property
    def blocks(self) -> nn.ModuleList:
        return cast(nn.ModuleList, self.network.get_submodule("model.layers"))

    def linears(self) -> dict[str, nn.Linear]:
        named = self.network.get_submodule("model.layers").named_modules(prefix="model.layers")
        return {name: cast(nn.Linear, module) for name, module in named if name.rpartition(".")[2] in INSIDE}

    def writers(self) -> dict[str, nn.Linear]:
        return {name: layer for name, layer in self.linears().items() if name.endswith(WRITING)}

    @property
    def key_value_shape(self) -> tuple[int, int]:
        return self._config.num_key_value_heads, self._config.head_dim

    @property
    def context_length(self) -> int:
        return self._config.max_position_embeddings

    def configuration(self) -> dict[str, object]:
        return dict(self._config.to_dict())

    def draw(self, module: nn.Module) -> None:
        for part in module.modules():
            self.network._init_weights(part)  # type: ignore[operator] # a method, not a module

    @property
    def _config(self) -> _Shape:
        return cast(_Shape, self.network.config)


class _Cache(Cache):
    def __init__(self, inner: DynamicCache) -> None:
        self.inner = inner

    @property
    def length(self) -> int:
        return int(self.inner.get_seq_length())


class _Shape(Protocol):
    num_key_value_heads: int
    head_dim: int
    max_position_embeddings: int

    def to_dict(self) -> dict[str, object]: ...


def make_llama(
    seed: int = 0, words: tuple[str, ...] = WORDS, width: int = 32, *, tied: bool = False, key_value_heads: int = 2
) -> TinyLlama:
    """The same arguments give the same model. `tied`: one tensor serves as embedding and as head."""
    tokenizer = word_tokenizer(words)
    config = LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=key_value_heads,
        max_position_embeddings=16,
        initializer_range=0.2,  # so large that a random model has opinions
        tie_word_embeddings=tied,
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=None,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return TinyLlama("tiny llama", LlamaForCausalLM(config), tokenizer)
