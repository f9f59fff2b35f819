"""Text that a model makes up."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.probing.answers import Reader

SCORES_AT_ONCE = 1 << 26  # numbers: of a large vocabulary fewer rows go on at once


def sampled_rows(
    model: LanguageModel, reader: Reader, starts: Sequence[int], length: int, count: int, seed: int
) -> list[tuple[int, ...]]:
    """`count` rows of `length` token ids drawn from the model's own distributions, from first tokens in `starts`."""
    generator = torch.Generator().manual_seed(seed)
    first = torch.tensor(starts)[torch.randint(len(starts), (count,), generator=generator)]
    ids = first[:, None]  # (row, time)
    with torch.inference_mode():
        while ids.shape[1] < length:
            following = [
                torch.multinomial(_distributions(model, reader, some), 1, generator=generator)
                for some in ids.split(max(1, SCORES_AT_ONCE // model.vocabulary_size))
            ]
            ids = torch.cat([ids, torch.cat(following)], dim=1)
    return [tuple(row) for row in ids.tolist()]


def _distributions(model: LanguageModel, reader: Reader, ids: Tensor) -> Tensor:
    """Of the next token of each row, (row, vocabulary)."""
    return model.scores(reader.hidden(ids.to(model.device))[:, -1]).float().softmax(dim=-1).cpu()
