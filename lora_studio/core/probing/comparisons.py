"""One prompt, several variants: whose top-k holds what, and what the others say to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer
from torch import Tensor

from lora_studio.core.events import Answer, Comparison


@dataclass(frozen=True, slots=True)
class Column:
    """A variant's answer, with its (vocabulary,) distribution and the tokenizer that goes with it."""

    variant: str
    answer: Answer
    probabilities: Tensor
    tokenizer: Tokenizer

    def probability(self, token: str) -> float | None:
        index = self.tokenizer.token_to_id(token)
        return None if index is None else float(self.probabilities[index])


def compare(prompt: str, wanted: str, columns: Sequence[Column], temperature: float = 1.0) -> Comparison:
    """The union of all top-k tokens and the wanted one, with every variant's probability of each."""
    tokens = dict.fromkeys(prediction.token for column in columns for prediction in column.answer.predictions)
    if wanted:
        tokens.setdefault(wanted)
    rows = tuple(tuple(column.probability(token) for token in tokens) for column in columns)
    return Comparison(
        prompt=prompt,
        wanted=wanted,
        variants=tuple(column.variant for column in columns),
        tokens=tuple(tokens),
        probabilities=rows,
        answers=tuple(column.answer for column in columns),
        temperature=temperature,
    )
