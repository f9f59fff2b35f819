"""The loss of a batch where no gradient is asked for, or only a small one: in pieces, so that scores stay few."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.training.batches import IGNORED, Batch

SCORES_AT_ONCE = 1 << 26  # numbers: a quarter of a GiB in 32 bit


def next_token_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy in nats. logits (batch, time, vocabulary); targets (batch, time), IGNORED left out."""
    return F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten(), ignore_index=IGNORED)


@dataclass(frozen=True, slots=True)
class Losses:
    """Of one batch: `each` target's in nats, (batch, time), 0 where there is none; their sum; and their number."""

    each: Tensor
    total: Tensor
    tokens: int

    @property
    def mean(self) -> float:
        return self.total.item() / max(1, self.tokens)


def losses_of(attachment: Attachment, batch: Batch) -> Losses:
    """What the batch costs now, without gradients."""
    with torch.inference_mode():
        hidden = attachment.hidden(batch.ids, batch.mask, batch.positions)  # (batch, time, width)
        rows, targets = hidden.flatten(0, 1), batch.targets.flatten()
        size = max(1, SCORES_AT_ONCE // attachment.model.vocabulary_size)
        pieces = zip(rows.split(size), targets.split(size), strict=True)
        costs = [_costs(attachment, *piece) for piece in pieces]
        each = torch.cat([each for each, _ in costs]).view_as(batch.targets)
        return Losses(each, torch.stack([total for _, total in costs]).sum(), batch.tokens)


def _costs(attachment: Attachment, hidden: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Of some positions: each one's loss, and the sum, added up as training does."""
    scores = attachment.model.scores(hidden).float()
    each = F.cross_entropy(scores, targets, ignore_index=IGNORED, reduction="none")
    return each, F.cross_entropy(scores, targets, ignore_index=IGNORED, reduction="sum")
