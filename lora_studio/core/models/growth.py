"""Growing the vocabulary: new words get a row in the embedding and one in the head."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import torch
from torch import Tensor, nn

from lora_studio.core.models.language_model import LanguageModel, replace_module
from lora_studio.core.models.shapes import drawn
from lora_studio.core.models.words import grown_tokenizer, split_words

NOISE = 0.02  # standard deviation of what tells new rows apart
ROWS_AT_ONCE = 50  # that the tokenizer looks through in one go, while no other thread of Python can run


class Growth:
    """Changes `model` in place; undo with `undo`. The base's own embedding, head and tokenizer are kept untouched.

    New rows start at the mean of the existing ones plus Gaussian noise of standard deviation `NOISE`.
    """

    def __init__(self, model: LanguageModel, words: Iterable[str], seed: int) -> None:
        self.model = model
        self.words = tuple(words)
        self._other_tokenizer = grown_tokenizer(model.tokenizer, self.words)
        generator = torch.Generator().manual_seed(seed)
        embedding = _grown_embedding(model.embedding, len(self.words), generator)
        head = _grown_head(model.head, len(self.words), generator)
        if model.is_tied:
            head.weight = embedding.weight
        self._others: dict[str, nn.Module] = {model.embedding_name: embedding, model.head_name: head}
        self.applied = False
        self.apply()

    def apply(self) -> None:
        if not self.applied:
            self._swap()

    def undo(self) -> None:
        if self.applied:
            self._swap()

    @property
    def aside(self) -> tuple[nn.Module, ...]:
        """What is not in the network now: the grown modules while it is undone."""
        return tuple(self._others.values())

    def _swap(self) -> None:
        for name, module in self._others.items():
            self._others[name] = replace_module(self.model.network, name, module)
        self.model.tokenizer, self._other_tokenizer = self._other_tokenizer, self.model.tokenizer
        self.applied = not self.applied


def new_words(model: LanguageModel, rows: Iterable[str]) -> tuple[str, ...]:
    """The words of `rows` that the model's vocabulary lacks, in order of appearance."""
    words = dict.fromkeys(word for lines in _slices(list(rows)) for word in split_words(lines))
    return tuple(word for word in words if model.token_id(word) is None)


def _slices(rows: list[str]) -> Iterator[str]:
    """The rows in texts of a few: the window waits while the tokenizer reads one."""
    return ("\n".join(rows[start : start + ROWS_AT_ONCE]) for start in range(0, len(rows), ROWS_AT_ONCE))


def _grown_rows(rows: Tensor, count: int, generator: torch.Generator) -> Tensor:
    noise = drawn(rows.new_empty(count, *rows.shape[1:]), NOISE, generator)
    return torch.cat([rows, rows.mean(dim=0, keepdim=True) + noise])


def _grown_embedding(module: nn.Module, count: int, generator: torch.Generator) -> nn.Embedding:
    assert isinstance(module, nn.Embedding)
    weight = _grown_rows(module.weight.detach(), count, generator)
    embedding = nn.Embedding(weight.shape[0], weight.shape[1], _weight=weight)
    return embedding.requires_grad_(False)


def _grown_head(module: nn.Module, count: int, generator: torch.Generator) -> nn.Linear:
    assert isinstance(module, nn.Linear)
    with torch.device("meta"):
        head = nn.Linear(module.in_features, module.out_features + count, bias=module.bias is not None)
    weight = _grown_rows(module.weight.detach(), count, generator)
    head.weight = nn.Parameter(weight, requires_grad=False)
    if module.bias is not None:
        bias = module.bias.detach()
        head.bias = nn.Parameter(torch.cat([bias, bias.mean().expand(count)]), requires_grad=False)
    return head
