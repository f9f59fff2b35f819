"""Reading on from where one was: what came before is kept as keys and values instead of being read again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor

from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.models.language_model import LanguageModel


class Feed(Protocol):
    """Reads tokens behind those that it has read. The variant that it was made for is active then."""

    def scores(self, ids: Sequence[int]) -> Tensor:
        """Next-token scores (vocabulary,) behind `ids`, which come behind all earlier ones."""
        ...


class Rereading:
    """The reference: everything is read again for each token."""

    def __init__(self, model: LanguageModel, attachment: Attachment | None) -> None:
        self._model, self._reader = model, attachment or model
        self._ids: list[int] = []

    def scores(self, ids: Sequence[int]) -> Tensor:
        self._ids += ids
        whole = torch.tensor([self._ids], device=self._model.device)
        return self._model.scores(self._reader.hidden(whole)[0, -1])


class Cached:
    """Reads every token once. Virtual tokens go first: embedded ones with the prompt, others into the cache."""

    def __init__(self, model: LanguageModel, attachment: Attachment | None) -> None:
        self._model = model
        self._cache = model.start_cache(attachment.past_before() if attachment else ())
        self._before = attachment.embedded_before() if attachment else None

    def scores(self, ids: Sequence[int]) -> Tensor:
        model = self._model
        embedded: Tensor = model.embedding(torch.tensor([ids], device=model.device))  # (1, time, width)
        if self._before is not None:
            embedded = torch.cat([self._before.to(embedded)[None], embedded], dim=1)
            self._before = None
        return model.scores(model.advance(embedded, self._cache)[0, -1])


def start_feed(model: LanguageModel, attachment: Attachment | None) -> Feed:
    """For the variant that is active; nothing has been read yet."""
    return Cached(model, attachment)
