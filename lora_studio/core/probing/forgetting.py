"""Forgetting: how far the answers to what the base knew have moved."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from lora_studio.core.data.contradictions import uncontradicted, words_of
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.probing.answers import Measured


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


def known_prompts(model: LanguageModel, known: Sequence[str], new: Sequence[str], limit: int) -> tuple[str, ...]:
    """The known rows without their last word, each once.

    Left out are those that the new rows contradict, or that have words which the model does not know, or that are
    longer than `limit` tokens.
    """
    fine = uncontradicted([words_of(row) for row in known], [words_of(row) for row in new])
    stay = (row.split() for row, left_alone in zip(known, fine, strict=True) if left_alone)
    prompts = dict.fromkeys(" ".join(row[:-1]) for row in stay)
    return tuple(prompt for prompt in prompts if prompt and _is_readable(model, prompt, limit))


def _is_readable(model: LanguageModel, prompt: str, limit: int) -> bool:
    encoding = model.encode(prompt)
    return 0 < len(encoding.ids) <= limit and not encoding.unknown
