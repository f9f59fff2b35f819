"""Whole words as tokens: building and growing the tokenizer of a MiniGPT."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

PADDING = "<pad>"
UNKNOWN = "<unk>"


def word_tokenizer(words: Iterable[str]) -> Tokenizer:
    """A tokenizer whose tokens are these words in this order, after the padding and the unknown token."""
    vocabulary = {word: index for index, word in enumerate(dict.fromkeys((PADDING, UNKNOWN, *words)))}
    return _tokenizer(vocabulary)


def grown_tokenizer(tokenizer: Tokenizer, words: Iterable[str]) -> Tokenizer:
    """A new tokenizer with `words` added at the end; the ids of the old tokens stay."""
    vocabulary = dict(tokenizer.get_vocab())
    for word in words:
        vocabulary.setdefault(word, len(vocabulary))
    return _tokenizer(vocabulary)


def split_words(text: str) -> list[str]:
    """The words of a text as a word tokenizer sees them: lower case, split at white space."""
    return normalize(text).split()


def is_word(text: str) -> bool:
    """Whether a text can be one token of a word vocabulary: not empty, no white space."""
    return text.split() == [text]


def normalize(text: str) -> str:
    normalized: str = _normalizer().normalize_str(text)
    return normalized


@cache
def _normalizer() -> normalizers.Normalizer:
    return normalizers.Sequence([normalizers.Lowercase(), normalizers.NFC()])


def _tokenizer(vocabulary: dict[str, int]) -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel(vocab=vocabulary, unk_token=UNKNOWN))
    tokenizer.normalizer = _normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer
