"""The seam: a network with its tokenizer, whatever family it is of. Methods and probes know nothing else."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from tokenizers import Tokenizer


KeysValues = tuple[Tensor, Tensor]  # each (batch, head, time, d_head)


@dataclass(frozen=True, slots=True)
class Encoding:
    """A text as the model reads it. `unknown` are the words that became the unknown token, in order."""

    ids: tuple[int, ...]
    tokens: tuple[str, ...]
    unknown: tuple[str, ...]


class LanguageModel(ABC):
    """A causal language model with its tokenizer. The base's parameters never ask for gradients by themselves."""

    family: str

    def __init__(self, name: str, network: nn.Module, tokenizer: Tokenizer) -> None:
        self.name = name
        self.network = network
        self.tokenizer = tokenizer
        network.requires_grad_(False)
        network.eval()

    @abstractmethod
    def logits(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """Next-token scores.

        Args:
            ids: (batch, time), int64.
            mask: (batch, time), True where a position holds a token; None if all do. Padding stands at the end.

        Returns:
            (batch, time, vocabulary).
        """

    @abstractmethod
    def logits_of(self, embedded: Tensor, mask: Tensor | None = None, past: Sequence[KeysValues] = ()) -> Tensor:
        """Next-token scores for tokens that are embedded already.

        Args:
            embedded: (batch, time, width), as `embedding` gives them.
            mask: (batch, time) as for `logits`.
            past: keys and values of earlier positions, a pair a block; positions count on from them.

        Returns:
            (batch, time, vocabulary).
        """

    @abstractmethod
    def encode(self, text: str) -> Encoding:
        """The text as token ids; never fails on unknown words, names them instead."""

    @property
    @abstractmethod
    def embedding_name(self) -> str:
        """Where the token embedding sits in `network`, e.g. "embedding"."""

    @property
    @abstractmethod
    def head_name(self) -> str:
        """Where the output layer sits in `network`, e.g. "head"."""

    @property
    @abstractmethod
    def blocks(self) -> nn.ModuleList:
        """The transformer blocks, first to last."""

    @abstractmethod
    def linears(self) -> dict[str, nn.Linear]:
        """Every linear layer inside the blocks by its full name, whatever is attached to it."""

    @abstractmethod
    def writers(self) -> dict[str, nn.Linear]:
        """Those of `linears` whose output is added to the residual stream, in the order of the blocks."""

    @property
    @abstractmethod
    def key_value_shape(self) -> tuple[int, int]:
        """How many heads the keys and values of a block have, and how wide each is."""

    @property
    @abstractmethod
    def context_length(self) -> int:
        """The most tokens the model reads at once."""

    @abstractmethod
    def configuration(self) -> dict[str, object]:
        """What config.json says, for the network as it is now."""

    @property
    def embedding(self) -> nn.Module:
        return self.network.get_submodule(self.embedding_name)

    @property
    def head(self) -> nn.Module:
        return self.network.get_submodule(self.head_name)

    @property
    def is_tied(self) -> bool:
        """Whether one tensor serves as embedding and as output layer."""
        return self.embedding.weight is self.head.weight

    @property
    def width(self) -> int:
        """The size of a hidden state."""
        return int(self.embedding.weight.shape[1])  # type: ignore[index]

    @property
    def block_names(self) -> list[str]:
        """Where the blocks sit in `network`, first to last."""
        names = {id(module): name for name, module in self.network.named_modules()}
        return [names[id(block)] for block in self.blocks]

    def draw(self, module: nn.Module) -> None:
        """Starts the parameters of `module` anew, as a network of this family is started, from torch's generator."""
        for part in module.modules():
            reset = getattr(part, "reset_parameters", None)
            if reset is not None:
                reset()

    @property
    def vocabulary_size(self) -> int:
        return int(self.tokenizer.get_vocab_size())

    @property
    def device(self) -> torch.device:
        return next(self.network.parameters()).device

    def parameter_count(self) -> int:
        return sum(parameter.numel() for parameter in self.network.parameters())

    def as_token(self, text: str) -> str:
        """`text` spelled as the vocabulary spells it, e.g. in lower case."""
        normalizer = self.tokenizer.normalizer
        return str(normalizer.normalize_str(text.strip())) if normalizer else text.strip()

    def count_tokens(self, rows: Iterable[str]) -> list[int]:
        """How many tokens each row has; for many rows at once."""
        return [len(self.encode(row).ids) for row in rows]

    def token(self, token_id: int) -> str:
        return self.tokenizer.id_to_token(token_id) or f"<{token_id}>"

    def token_id(self, token: str) -> int | None:
        found: int | None = self.tokenizer.token_to_id(token)
        return found


def replace_module(network: nn.Module, name: str, module: nn.Module) -> nn.Module:
    """Puts `module` at `name` in `network` and returns what stood there."""
    parent_name, _, child = name.rpartition(".")
    parent = network.get_submodule(parent_name)
    previous: nn.Module = getattr(parent, child)
    setattr(parent, child, module)
    return previous


def fingerprint(tensors: Mapping[str, Tensor], vocabulary: Mapping[str, int]) -> str:
    """SHA-256 over the vocabulary and all tensors' names, shapes, types and bytes: same model, same string."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        digest.update(f"{name}:{tuple(tensor.shape)}:{tensor.dtype}".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().tobytes())
    for token, token_id in sorted(vocabulary.items(), key=lambda item: item[1]):
        digest.update(f"{token_id}:{token}".encode())
    return digest.hexdigest()
