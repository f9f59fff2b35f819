"""The receipt: does what was read back answer as what was written?"""

from __future__ import annotations

from collections.abc import Sequence

from lora_studio.core.events import Receipt
from lora_studio.core.probing.answers import Measured


def make_receipt(
    kind: str, path: str, prompts: Sequence[str], *, before: Measured, after: Measured, bytes_written: int
) -> Receipt:
    """Compares two measurements of the same prompts over the same vocabulary, (prompt, vocabulary) each."""
    change = (before.probabilities - after.probabilities).abs().max().item()
    tops = zip(before.probabilities.argmax(-1).tolist(), after.probabilities.argmax(-1).tolist(), strict=True)
    flipped = tuple(prompt for prompt, (old, new) in zip(prompts, tops, strict=True) if old != new)
    return Receipt(kind, path, len(prompts), change, flipped, bytes_written)
