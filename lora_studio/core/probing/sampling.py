"""Text that a model makes up."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.probing.answers import Logits


def sampled_rows(
    model: LanguageModel, logits: Logits, starts: Sequence[int], length: int, count: int, seed: int
) -> list[tuple[int, ...]]:
    """`count` rows of `length` token ids drawn from the model's own distributions, from first tokens in `starts`."""
    generator = torch.Generator().manual_seed(seed)
    first = torch.tensor(starts)[torch.randint(len(starts), (count,), generator=generator)]
    ids = first[:, None]  # (row, time)
    with torch.inference_mode():
        while ids.shape[1] < length:
            scores = logits(ids.to(model.device), None)[:, -1].float().cpu()
            following = torch.multinomial(scores.softmax(dim=-1), 1, generator=generator)
            ids = torch.cat([ids, following], dim=1)
    return [tuple(row) for row in ids.tolist()]
