"""The receipt: does what was read back answer as what was written?"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from lora_studio.core.events import EXACT_TOLERANCE, Receipt
from lora_studio.core.probing.answers import Measured

# In probability. A merged weight is rounded to the model's type; over dozens of blocks that moves the scores.
TOLERANCES = {torch.bfloat16: 0.1, torch.float16: 0.02}


def make_receipt(
    kind: str,
    path: str,
    prompts: Sequence[str],
    *,
    before: Measured,
    after: Measured,
    bytes_written: int,
    dtype: torch.dtype,
    exact: Measured | None = None,
) -> Receipt:
    """Compares two measurements of the same prompts over the same vocabulary, (prompt, vocabulary) each.

    `dtype` is that of the model's numbers; `exact` is what would be measured if the base had not been rounded to 4
    bits, where it was.
    """
    change = _largest_change(before, after)
    tops = zip(before.probabilities.argmax(-1).tolist(), after.probabilities.argmax(-1).tolist(), strict=True)
    flipped = tuple(prompt for prompt, (old, new) in zip(prompts, tops, strict=True) if old != new)
    rounding = _largest_change(exact, after) if exact else None
    return Receipt(
        kind, path, len(prompts), change, flipped, bytes_written, rounding, TOLERANCES.get(dtype, EXACT_TOLERANCE)
    )


def _largest_change(one: Measured, other: Measured) -> float:
    return (one.probabilities - other.probabilities).abs().max().item()
