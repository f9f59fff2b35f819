"""MiniGPT: a decoder-only transformer that is small enough to train in seconds on a CPU.

Pre-norm blocks (Vaswani et al. 2017, arXiv:1706.03762, in GPT-2's arrangement), sinusoidal positions, a separate output
head, biases everywhere. With 70 tokens: 109,126 parameters.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from pydantic import Field
from torch import Tensor, nn

from lora_studio.core.models.language_model import Cache, Encoding, KeysValues, LanguageModel
from lora_studio.core.models.words import UNKNOWN
from lora_studio.core.settings import Settings

if TYPE_CHECKING:
    from tokenizers import Tokenizer


class MiniGPTConfig(Settings):
    """The shape of a MiniGPT; what its config.json holds."""

    vocab_size: int = Field(ge=2, le=1_000_000)
    d_model: int = Field(default=64, ge=2, le=4096, multiple_of=2)
    n_layers: int = Field(default=2, ge=1, le=128)
    n_heads: int = Field(default=4, ge=1, le=256)
    d_ff: int = Field(default=256, ge=1, le=65_536)
    context_length: int = Field(default=128, ge=2, le=65_536)


class Attention(nn.Module):
    """Causal multi-head self-attention with four separate projections."""

    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.q_proj = nn.Linear(d_model, d_model)
        self.k_proj = nn.Linear(d_model, d_model)
        self.v_proj = nn.Linear(d_model, d_model)
        self.o_proj = nn.Linear(d_model, d_model)

    def forward(self, x: Tensor, past: KeysValues | None = None, kept: list[KeysValues] | None = None) -> Tensor:
        """`kept` is given the keys and values of all positions, those of `past` too."""
        batch, time, width = x.shape
        shape = (batch, time, self.n_heads, width // self.n_heads)
        q = self.q_proj(x).view(shape).transpose(1, 2)  # (batch, head, time, d_head)
        k = self.k_proj(x).view(shape).transpose(1, 2)
        v = self.v_proj(x).view(shape).transpose(1, 2)
        # Padding stands at the end, so the causal mask alone keeps real tokens from seeing it.
        if past is None:
            attended = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            k, v = torch.cat([past[0], k], dim=2), torch.cat([past[1], v], dim=2)  # (batch, head, past + time, d_head)
            seen = torch.ones(time, k.shape[2], dtype=torch.bool, device=x.device).tril(k.shape[2] - time)
            attended = F.scaled_dot_product_attention(q, k, v, attn_mask=seen)
        if kept is not None:
            kept.append((k, v))
        out: Tensor = self.o_proj(attended.transpose(1, 2).reshape(batch, time, width))
        return out


class Block(nn.Module):
    """One transformer block: attention, then feed-forward, each behind a LayerNorm and beside a residual."""

    def __init__(self, config: MiniGPTConfig) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(config.d_model)
        self.attention = Attention(config.d_model, config.n_heads)
        self.norm2 = nn.LayerNorm(config.d_model)
        self.linear1 = nn.Linear(config.d_model, config.d_ff)
        self.linear2 = nn.Linear(config.d_ff, config.d_model)

    def forward(self, x: Tensor, past: KeysValues | None = None, kept: list[KeysValues] | None = None) -> Tensor:
        x = x + self.attention(self.norm1(x), past, kept)
        out: Tensor = x + self.linear2(F.gelu(self.linear1(self.norm2(x))))
        return out


class MiniGPT(nn.Module):
    """Token ids (batch, time) in, next-token logits (batch, time, vocabulary) out."""

    positions: Tensor

    def __init__(self, config: MiniGPTConfig) -> None:
        super().__init__()
        if config.d_model % config.n_heads:
            raise ValueError(f"d_model {config.d_model} is not a multiple of n_heads {config.n_heads}")
        self.shape = config
        self.embedding = nn.Embedding(config.vocab_size, config.d_model)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.n_layers))
        self.norm = nn.LayerNorm(config.d_model)
        self.head = nn.Linear(config.d_model, config.vocab_size)
        table = sinusoidal_positions(config.context_length, config.d_model)
        self.register_buffer("positions", table, persistent=False)

    def forward(self, ids: Tensor) -> Tensor:
        logits: Tensor = self.head(self.hidden(ids))
        return logits

    def hidden(self, ids: Tensor) -> Tensor:
        """What the head reads, (batch, time, d_model)."""
        x = self.embedding(ids) + self.positions[: ids.shape[1]]  # (batch, time, d_model)
        for block in self.blocks:
            x = block(x)
        hidden: Tensor = self.norm(x)
        return hidden

    def continued(self, embedded: Tensor, past: Sequence[KeysValues], kept: list[KeysValues] | None = None) -> Tensor:
        """Embedded tokens (batch, time, d_model) behind cached `past` keys and values in, what the head reads out.

        `kept` is given the keys and values of all positions, a pair a block.
        """
        start = past[0][0].shape[2] if past else 0
        x = embedded + self.positions[start : start + embedded.shape[1]]
        for index, block in enumerate(self.blocks):
            x = block(x, past[index] if past else None, kept)
        hidden: Tensor = self.norm(x)
        return hidden


def sinusoidal_positions(length: int, width: int) -> Tensor:
    """Sine and cosine position codes, (length, width); §3.5 of arXiv:1706.03762."""
    position = torch.arange(length, dtype=torch.float32)[:, None]
    frequency = torch.exp(torch.arange(0, width, 2) * (-math.log(10_000.0) / width))
    table = torch.zeros(length, width)
    table[:, 0::2] = torch.sin(position * frequency)
    table[:, 1::2] = torch.cos(position * frequency)
    return table


class MiniGPTModel(LanguageModel):
    """MiniGPT behind the seam."""

    family = "minigpt"
    network: MiniGPT
    embedding_name = "embedding"
    head_name = "head"

    def __init__(self, name: str, network: MiniGPT, tokenizer: Tokenizer) -> None:
        super().__init__(name, network, tokenizer)

    def hidden(self, ids: Tensor, mask: Tensor | None = None, positions: Tensor | None = None) -> Tensor:  # noqa: ARG002 - see Attention
        return self.network.hidden(ids)

    def hidden_of(self, embedded: Tensor, mask: Tensor | None = None, past: Sequence[KeysValues] = ()) -> Tensor:  # noqa: ARG002
        return self.network.continued(embedded, past)

    def start_cache(self, past: Sequence[KeysValues] = ()) -> Cache:
        return _Cache(list(past))

    def advance(self, embedded: Tensor, cache: Cache) -> Tensor:
        assert isinstance(cache, _Cache)
        kept: list[KeysValues] = []
        hidden = self.network.continued(embedded, cache.kept, kept)
        cache.kept = kept
        return hidden

    def encode(self, text: str) -> Encoding:
        pieces = self.tokenizer.encode(text)
        unknown_id = self.token_id(UNKNOWN)
        words = [text[start:end] for start, end in pieces.offsets]
        unknown = tuple(word for word, i in zip(words, pieces.ids, strict=True) if i == unknown_id)
        return Encoding(tuple(pieces.ids), tuple(words), unknown)

    def count_tokens(self, rows: Iterable[str]) -> list[int]:
        return [len(row.split()) for row in rows]

    @property
    def blocks(self) -> nn.ModuleList:
        return self.network.blocks

    def linears(self) -> dict[str, nn.Linear]:
        names = ("attention.q_proj", "attention.k_proj", "attention.v_proj", "attention.o_proj", "linear1", "linear2")
        found = {}
        for index, block in enumerate(self.blocks):
            for name in names:
                found[f"blocks.{index}.{name}"] = block.get_submodule(name)
        return found  # type: ignore[return-value]

    def writers(self) -> dict[str, nn.Linear]:
        return {name: layer for name, layer in self.linears().items() if name.endswith((".o_proj", ".linear2"))}

    @property
    def key_value_shape(self) -> tuple[int, int]:
        heads = self.network.shape.n_heads
        return heads, self.network.shape.d_model // heads

    @property
    def context_length(self) -> int:
        return self.network.shape.context_length

    def configuration(self) -> dict[str, object]:
        shape = self.network.shape.model_dump()
        shape["vocab_size"] = self.vocabulary_size
        return {"architectures": ["MiniGPT"], "model_type": "minigpt", "dtype": "float32", **shape}


class _Cache(Cache):
    def __init__(self, kept: list[KeysValues]) -> None:
        self.kept = kept

    @property
    def length(self) -> int:
        return self.kept[0][0].shape[2] if self.kept else 0
