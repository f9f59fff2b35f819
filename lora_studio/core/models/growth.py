"""Growing the vocabulary: new words get a row in the embedding and one in the head."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator

import torch
from tokenizers import AddedToken, Tokenizer
from torch import Tensor, nn

from lora_studio.core.errors import ModelError
from lora_studio.core.models.foreign_files import shown
from lora_studio.core.models.language_model import LanguageModel, replace_module
from lora_studio.core.models.shapes import drawn
from lora_studio.core.models.words import grown_tokenizer, split_words

NOISE = 0.02  # standard deviation of what tells new rows apart
ROWS_AT_ONCE = 50  # that the tokenizer looks through in one go, while no other thread of Python can run


class Growth:
    """Changes `model` in place; undo with `undo`. The base's own embedding, head and tokenizer are kept untouched.

    Rows that the embedding has to spare are used first. New rows start at the mean of those in use plus Gaussian noise,
    whose standard deviation is `NOISE` for MiniGPT and a tenth of the rows' own for others, whose rows are smaller.
    """

    def __init__(self, model: LanguageModel, words: Iterable[str], seed: int) -> None:
        """Raises ModelError: a word is a token already, or is no word."""
        self.model = model
        self.words = tuple(words)
        self._other_tokenizer = _grown_tokenizer(model, self.words)
        used = max(model.tokenizer.get_vocab().values()) + 1
        rows = max(self._other_tokenizer.get_vocab().values()) + 1
        noise = NOISE if model.family == "minigpt" else None
        generator = torch.Generator().manual_seed(seed)
        embedding = _grown(model.embedding, used, rows, noise, generator)
        head = _grown(model.head, used, rows, noise, generator, embedding.weight if model.is_tied else None)
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
    """The words of `rows` that the model's vocabulary lacks, in order of appearance; none where all can be spelled."""
    if model.spells_everything:
        return ()
    if model.family != "minigpt":
        unknown = dict.fromkeys(word.strip() for row in rows for word in model.encode(row).unknown)
        return tuple(word for word in unknown if word and word.isprintable() and model.token_id(word) is None)
    words = dict.fromkeys(word for lines in _slices(list(rows)) for word in split_words(lines))
    return tuple(word for word in words if model.token_id(word) is None)


def _slices(rows: list[str]) -> Iterator[str]:
    """The rows in texts of a few: the window waits while the tokenizer reads one."""
    return ("\n".join(rows[start : start + ROWS_AT_ONCE]) for start in range(0, len(rows), ROWS_AT_ONCE))


def _grown_tokenizer(model: LanguageModel, words: tuple[str, ...]) -> Tokenizer:
    if model.family == "minigpt":
        return grown_tokenizer(model.tokenizer, words)
    known = model.tokenizer.get_vocab()
    for word in words:
        if not word.strip() or not word.isprintable() or word in known:
            raise ModelError(
                "“{word}” cannot be added to the vocabulary: it is a token already, or no word.",
                advice="Leave it out.",
                word=shown(word),
            )
    grown = Tokenizer.from_str(model.tokenizer.to_str())
    # Kept as they are written, so that a word that begins with a space is found within a sentence, space and all.
    grown.add_tokens([AddedToken(word, normalized=False, special=False) for word in words])
    return grown


def _grown(
    module: nn.Module,
    used: int,
    rows: int,
    noise: float | None,
    generator: torch.Generator,
    shared: Tensor | None = None,
) -> nn.Embedding | nn.Linear:
    """A copy with at least `rows` rows, of which those from `used` on are new. Further attributes are shared.

    `shared` is the weight, if it has grown already.
    """
    assert isinstance(module, nn.Embedding | nn.Linear)
    grown = copy.copy(module)
    grown._parameters = dict(module._parameters)
    if shared is None:
        weight = _grown_rows(module.weight.detach(), used, rows, noise, generator)
        shared = nn.Parameter(weight, requires_grad=False)
    assert isinstance(shared, nn.Parameter)
    grown.weight = shared
    if isinstance(grown, nn.Embedding):
        grown.num_embeddings = len(shared)
        return grown
    grown.out_features = len(shared)
    assert isinstance(module, nn.Linear)
    if module.bias is not None:
        bias = module.bias.detach()
        mean = bias[:used].mean().expand(rows - used)
        grown.bias = nn.Parameter(torch.cat([bias[:used], mean, bias[rows:]]), requires_grad=False)
    return grown


def _grown_rows(rows: Tensor, used: int, count: int, noise: float | None, generator: torch.Generator) -> Tensor:
    """Rows from `used` to `count` are drawn; spare ones behind them stay as they are."""
    known = rows[:used]
    mean = known.mean(dim=0, keepdim=True)
    deviation = noise if noise is not None else 0.0 if known.is_meta else float(known.float().std()) / 10
    new = drawn(rows.new_empty(count - used, *rows.shape[1:]), deviation, generator)
    return torch.cat([known, mean + new, rows[count:]])
