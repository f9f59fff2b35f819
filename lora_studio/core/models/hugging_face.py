"""Any causal language model that transformers knows, behind the seam.

Where a family differs from the others it is here or in `families.py`, and nowhere else in the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from torch import Tensor, nn

from lora_studio.core.errors import ModelError
from lora_studio.core.models import families
from lora_studio.core.models.foreign_files import FlawError
from lora_studio.core.models.language_model import Cache, Encoding, KeysValues, LanguageModel
from lora_studio.core.models.nf4 import Nf4Linear
from lora_studio.core.models.token_texts import TokenTexts
from lora_studio.core.models.tokenizer_files import TokenizerNotes, begin_of, library_errors, unknown_of

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel
    from transformers.cache_utils import DynamicCache


class HuggingFaceModel(LanguageModel):
    """A network of transformers with its tokenizer. Attention is causal, so right padding needs no mask."""

    network: PreTrainedModel

    def __init__(
        self,
        name: str,
        network: PreTrainedModel,
        tokenizer: Tokenizer,
        notes: TokenizerNotes | None = None,
        transposed: frozenset[str] = frozenset(),
    ) -> None:
        """Changes `network` in place: layers that are linear but not `nn.Linear` become so.

        Args:
            name: what the model is called.
            network: for causal language modelling.
            tokenizer: with its post-processor.
            notes: what the tokenizer's companions say; None: what the network's configuration says.
            transposed: weights of layers that became `nn.Linear` before.

        Raises:
            ModelError: the network is built in a way that the studio cannot work with.
        """
        self.transposed = transposed | families.make_linear(network)

        super().__init__(name, network, tokenizer)
        self.notes = notes or TokenizerNotes.of_config(network.config, tokenizer)
        self.family = str(network.config.model_type)
        families.silence(network)
        self._embedding_name, self._head_name = families.ends(network)
        self._blocks_name = families.blocks_name(network)
        self._linear_names = families.linear_names(network, self._blocks_name)
        self.score_scale, self.score_cap = families.scoring(network.config)
        self.adds_last = families.adds_last(network.config)
        self.can_pack = self.family in families.PACKING
        self.chat_template = self.notes.chat_template
        self.end_id, self.padding_id, self.stop_ids = self.notes.end_id, self.notes.padding_id, self.notes.stop_ids
        self.begin_ids = begin_of(tokenizer)
        self.spells_everything = self.notes.spells_everything
        self._unknown_id = unknown_of(tokenizer)
        self._texts: TokenTexts | None = None

    # Reading

    def check_scoring(self) -> None:
        """For families that no test covers: the seam's own way to the scores is the network's, and it is causal.

        Raises ModelError.
        """
        if self.family not in families.TESTED:
            families.check_scoring(self)

    def hidden(self, ids: Tensor, mask: Tensor | None = None, positions: Tensor | None = None) -> Tensor:  # noqa: ARG002 - causal
        packed = {} if positions is None else {"position_ids": positions}
        return self._run(input_ids=ids, use_cache=False, **packed)

    def hidden_of(self, embedded: Tensor, mask: Tensor | None = None, past: Sequence[KeysValues] = ()) -> Tensor:  # noqa: ARG002
        if not past:
            return self._run(inputs_embeds=embedded, use_cache=False)
        return self.advance(embedded, self.start_cache(past))

    def start_cache(self, past: Sequence[KeysValues] = ()) -> Cache:
        from transformers.cache_utils import DynamicCache

        cache = DynamicCache(config=self.network.config)
        for block, (keys, values) in enumerate(past):
            cache.update(keys, values, block)
        return _Cache(cache)

    def advance(self, embedded: Tensor, cache: Cache) -> Tensor:
        assert isinstance(cache, _Cache)
        return self._run(inputs_embeds=embedded, past_key_values=cache.inner, use_cache=True)

    def _run(self, **given: Any) -> Tensor:
        out: Tensor = self.network.base_model(**given, return_dict=True).last_hidden_state
        return out

    # The tokenizer

    def encode(self, text: str) -> Encoding:
        with self._tokenizer_errors():
            pieces = self.tokenizer.encode(text, add_special_tokens=False)
        ids = tuple(pieces.ids)
        unknown = () if self.spells_everything else self._unknown_words(text, ids, pieces.offsets)
        if ids[: len(self.begin_ids)] != self.begin_ids:  # else the text brings them itself
            ids = self.begin_ids + ids
        return Encoding(ids, tuple(map(self.token, ids)), unknown)

    def _unknown_words(self, text: str, ids: Sequence[int], offsets: Sequence[tuple[int, int]]) -> tuple[str, ...]:
        pairs = zip(offsets, ids, strict=True)
        return tuple(text[start:end] for (start, end), number in pairs if number == self._unknown_id)

    def count_tokens(self, rows: Any) -> list[int]:
        with self._tokenizer_errors():
            found = self.tokenizer.encode_batch(list(rows), add_special_tokens=False)
        begin = list(self.begin_ids)
        return [len(ids) + (len(begin) if ids[: len(begin)] != begin else 0) for ids in (one.ids for one in found)]

    @contextmanager
    def _tokenizer_errors(self) -> Iterator[None]:
        try:
            with library_errors():
                yield
        except FlawError as flaw:
            raise ModelError(
                "The tokenizer of {name} cannot read this text: {reason}.",
                advice="Change the text, or choose another model.",
                name=self.name, reason=flaw,
            ) from flaw  # fmt: skip

    def token(self, token_id: int) -> str:
        return self.texts.text(token_id)

    def token_id(self, token: str) -> int | None:
        return self.texts.id(token)

    def finder(self) -> Callable[[str], int | None]:
        return self.texts.id

    def as_token(self, text: str) -> str:
        """The token that stands for `text` behind a prompt: with a space before it, where the vocabulary has that.

        A text of several tokens gives the first of them.
        """
        return self.texts.token_of(text)

    @property
    def texts(self) -> TokenTexts:
        if self._texts is None or self._texts.tokenizer is not self.tokenizer:
            self._texts = TokenTexts(self.tokenizer)
        return self._texts

    @property
    def vocabulary_size(self) -> int:
        """How many tokens can be predicted: rows of the head, of which the tokenizer may leave some unused."""
        return int(self.head.weight.shape[0])  # type: ignore[index]

    # The network's parts

    def parameter_count(self) -> int:
        rounded = [layer for layer in self.network.modules() if isinstance(layer, Nf4Linear)]
        return super().parameter_count() + sum(layer.in_features * layer.out_features for layer in rounded)

    @property
    def precision(self) -> str:
        is_rounded = any(isinstance(layer, Nf4Linear) for layer in self.network.modules())
        return "nf4" if is_rounded else super().precision

    @property
    def embedding_name(self) -> str:
        return self._embedding_name

    @property
    def head_name(self) -> str:
        return self._head_name

    @property
    def blocks(self) -> nn.ModuleList:
        return cast(nn.ModuleList, self.network.get_submodule(self._blocks_name))

    @property
    def block_width(self) -> int:
        return int(self.network.config.hidden_size)

    def linears(self) -> dict[str, nn.Linear]:
        return {name: cast(nn.Linear, self.network.get_submodule(name)) for name in self._linear_names}

    def writers(self) -> dict[str, nn.Linear]:
        return {name: layer for name, layer in self.linears().items() if families.writes(name)}

    @property
    def key_value_shape(self) -> tuple[int, int]:
        return families.key_value_shape(self.network.config)

    @property
    def context_length(self) -> int:
        return families.context_length(self.network.config)

    def configuration(self) -> dict[str, object]:
        return {**self.network.config.to_diff_dict(), "vocab_size": self.vocabulary_size}

    def draw(self, module: nn.Module) -> None:
        for part in module.modules():
            self.network._init_weights(part)


class _Cache(Cache):
    def __init__(self, inner: DynamicCache) -> None:
        self.inner = inner

    @property
    def length(self) -> int:
        return int(self.inner.get_seq_length())
