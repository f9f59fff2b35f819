"""Drawing the next token from a model's scores."""

from __future__ import annotations

import torch
from torch import Tensor

from lora_studio.core.errors import StudioError
from lora_studio.core.probing.continuation import ContinueSettings


class Chooser:
    """Draws one token after the other.

    A number is drawn for each token, and the token found at that share of the probabilities, likeliest first. So two
    variants with the same seed say the same for as long as they think the same.
    """

    def __init__(self, settings: ContinueSettings) -> None:
        self._settings = settings
        self._generator = torch.Generator().manual_seed(settings.seed)

    def choose(self, scores: Tensor) -> int:
        """The id of the next token, of scores (vocabulary,). Raises StudioError: they are no numbers."""
        scores = scores.float()
        settings = self._settings
        luck = torch.rand(
            (), generator=self._generator, dtype=torch.float64
        ).item()  # drawn even where it is not needed
        if not bool(torch.isfinite(scores.max())):
            raise StudioError(
                "The model's scores are no numbers, so nothing can be drawn.", advice="Detach the variant."
            )
        if settings.temperature == 0:
            return int(scores.argmax())
        few = min(settings.top_k or len(scores), len(scores))
        values, ids = scores.topk(few) if few < len(scores) else scores.sort(descending=True)
        share = (values / settings.temperature).softmax(dim=-1).double().cumsum(dim=-1)  # of the likeliest 1, 2, …
        kept = int((share < settings.top_p * float(share[-1])).sum()) + 1
        share = share[:kept]
        place = int((share <= luck * float(share[-1])).sum())
        return int(ids[min(place, kept - 1)])
