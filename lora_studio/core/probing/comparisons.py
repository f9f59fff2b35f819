"""One prompt, several variants: whose top-k holds what, and what the others say to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from torch import Tensor

from lora_studio.core.events import Answer, Comparison


@dataclass(frozen=True, slots=True)
class Column:
    """A variant's answer, with its (vocabulary,) distribution and what finds a token in that vocabulary."""

    variant: str
    answer: Answer
    probabilities: Tensor
    find: Callable[[str], int | None]

    def probability(self, token: str) -> float | None:
        index = self.find(token)
        if index is not None:
            return float(self.probabilities[index])
        own = (prediction.probability for prediction in self.answer.predictions if prediction.token == token)
        return next(own, None)  # a row of the head that the tokenizer leaves unused has no name to be found by


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
