"""Forgetting: how far the answers to what the base knew have moved."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeVar

import torch

from lora_studio.core.data.contradictions import uncontradicted, words_of
from lora_studio.core.data.encoding import prompt_text
from lora_studio.core.data.examples import example_of, text_of
from lora_studio.core.errors import DataError
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.probing.answers import Measured

T = TypeVar("T")

LOOKED_AT = 16  # times as many known rows as prompts are wanted of them


@dataclass(frozen=True, slots=True)
class Forgetting:
    """`kl` is the mean KL(base ‖ now) over prompts in nats, `top1_kept` the share whose first answer stayed (0…1)."""

    kl: float
    top1_kept: float
    prompts: int


def forgetting(before: Measured, after: Measured) -> Forgetting:
    """Compares the base's answers with later ones to the same prompts; the vocabulary may have grown since."""
    old = before.probabilities
    new = after.probabilities[:, : old.shape[1]]
    tiny = torch.finfo(torch.float32).tiny
    divergence = (old * (old.clamp_min(tiny).log() - new.clamp_min(tiny).log())).sum(dim=-1)
    kept = old.argmax(dim=-1) == after.probabilities.argmax(dim=-1)
    mean = divergence.mean().item()
    return Forgetting(mean if math.isnan(mean) else max(0.0, mean), kept.float().mean().item(), len(old))


def known_prompts(
    model: LanguageModel, known: Sequence[str], new: Sequence[str], limit: int, most: int
) -> tuple[str, ...]:
    """What the answers of known rows follow, each once; at most `most`, chosen evenly.

    Left out are those that the new rows contradict, or that have words which the model does not know, or that are
    longer than `limit` tokens. Of very many rows only some are looked at: a tokenizer takes its time.
    """
    fine = uncontradicted([words_of(row) for row in known], [words_of(row) for row in new])
    stay = [row for row, left_alone in zip(known, fine, strict=True) if left_alone]
    prompts = dict.fromkeys(_beginning(model, row) for row in some(stay, LOOKED_AT * most))
    return tuple(some([prompt for prompt in prompts if prompt and _is_readable(model, prompt, limit)], most))


def some(items: Sequence[T], most: int) -> list[T]:
    """At most so many, chosen evenly."""
    step = max(1.0, len(items) / most)
    return [items[int(index * step)] for index in range(min(len(items), most))]


def _beginning(model: LanguageModel, row: str) -> str:
    """What the row's answer follows, as the model reads it in training; of a text, all but its last word."""
    turns = example_of(row).turns
    asked = tuple(takewhile(lambda turn: not turn.learned, turns))
    if asked and len(asked) < len(turns):
        with suppress(DataError):  # a chat template that does not take the row, which a run says
            return prompt_text(model, asked)
    return " ".join(text_of(row).split()[:-1])


def _is_readable(model: LanguageModel, prompt: str, limit: int) -> bool:
    encoding = model.encode(prompt)
    return 0 < len(encoding.ids) <= limit and not encoding.unknown
