"""The seam: a network with its tokenizer, whatever family it is of. Methods and probes know nothing else."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
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


class Cache(ABC):
    """What a model keeps of the tokens that it has read, so that each is read once. Made by `start_cache`."""

    @property
    @abstractmethod
    def length(self) -> int:
        """How many positions it holds."""


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
    def hidden(self, ids: Tensor, mask: Tensor | None = None, positions: Tensor | None = None) -> Tensor:
        """What the head reads.

        Args:
            ids: (batch, time), int64.
            mask: (batch, time), True where a position holds a token; None if all do. Padding stands at the end, where
                nothing that counts can see it, so a causal model may leave the mask out of account.
            positions: (batch, time), int64, where several rows are packed into one: they count from 0 in each, and
                none sees another. None: one row each. Only where `can_pack` says so.

        Returns:
            (batch, time, width).
        """

    @abstractmethod
    def hidden_of(self, embedded: Tensor, mask: Tensor | None = None, past: Sequence[KeysValues] = ()) -> Tensor:
        """What the head reads, for tokens that are embedded already.

        Args:
            embedded: (batch, time, width), as `embedding` gives them.
            mask: (batch, time) as for `hidden`.
            past: keys and values of earlier positions, a pair a block; positions count on from them.

        Returns:
            (batch, time, width).
        """

    def scores(self, hidden: Tensor) -> Tensor:
        """Next-token scores, (…, vocabulary), of what `hidden` gives, (…, width)."""
        found: Tensor = self.head(hidden)
        if self.score_scale != 1.0:
            found = found * self.score_scale
        if self.score_cap:
            found = self.score_cap * torch.tanh(found / self.score_cap)
        return found

    def logits(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """Next-token scores, (batch, time, vocabulary); arguments as for `hidden`."""
        return self.scores(self.hidden(ids, mask))

    def logits_of(self, embedded: Tensor, mask: Tensor | None = None, past: Sequence[KeysValues] = ()) -> Tensor:
        """Next-token scores, (batch, time, vocabulary); arguments as for `hidden_of`."""
        return self.scores(self.hidden_of(embedded, mask, past))

    def start_cache(self, past: Sequence[KeysValues] = ()) -> Cache:
        """A cache to read on with, token by token; it begins with `past`, a pair a block."""
        raise NotImplementedError(f"{type(self).__name__} keeps no cache")

    def advance(self, embedded: Tensor, cache: Cache) -> Tensor:
        """Reads on, without padding: (batch, time, width) as `embedding` gives them in, what the head reads out.

        `cache` grows by these positions. Whatever is attached to the network has its effect, so a cache belongs to
        one attachment.
        """
        raise NotImplementedError(f"{type(self).__name__} keeps no cache")

    adds_last: bool = True  # whether a block's last writer is added as it is, and nothing comes after it
    score_scale: float = 1.0  # that the head's products are multiplied with
    score_cap: float = 0.0  # c in c·tanh(s / c), which some families put behind the head; 0: none
    transposed: frozenset[str] = frozenset()  # names of the weights that the model's files hold the other way round
    can_pack: bool = False  # whether `hidden` takes `positions`
    spells_everything: bool = False  # whether every text can be written in its tokens, so that no word is unknown
    begin_ids: tuple[int, ...] = ()  # what `encode` puts before every text
    end_id: int | None = None  # the token that ends a text
    stop_ids: frozenset[int] = frozenset()  # all tokens after which there is no more to continue; `end_id` among them
    padding_id: int = 0  # what fills up rows; it may be `end_id`, and is never learned
    samples: Mapping[str, bytes] = MappingProxyType({})  # digests of the weights as the files have them
    chat_template: str | None = None  # how messages become one text (Jinja), for models that were trained on chats

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
        """The size of a token's vector, and of what the head reads."""
        return int(self.embedding.weight.shape[1])  # type: ignore[index]

    @property
    def block_width(self) -> int:
        """The size of what a block gives; a few families have narrower token vectors."""
        return self.width

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
    def dtype(self) -> torch.dtype:
        """In which the network computes."""
        return next(self.network.parameters()).dtype

    @property
    def precision(self) -> str:
        """How the weights are kept: "float32", "bfloat16", "float16" or "nf4"."""
        return str(self.dtype).removeprefix("torch.")

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

    def finder(self) -> Callable[[str], int | None]:
        """`token_id` with the vocabulary of now, for when it has been exchanged."""
        found: Callable[[str], int | None] = self.tokenizer.token_to_id
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
