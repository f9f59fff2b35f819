"""Which rows are kept out of training, so that the loss on them tells what was learned and not only remembered."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b


def held_back(rows: Sequence[str], share: float, seed: int) -> frozenset[str]:
    """About `share` of the distinct rows, at least one and never all; none of a single row, or where `share` is 0.

    The seed and a row's own text decide, so that a row stays on its side when others are added or moved.
    """
    distinct = dict.fromkeys(row for row in rows if row)
    if not share or len(distinct) < 2:
        return frozenset()
    count = min(max(1, round(share * len(distinct))), len(distinct) - 1)
    return frozenset(sorted(distinct, key=lambda row: _drawn(row, seed))[:count])


def _drawn(row: str, seed: int) -> bytes:
    return blake2b(row.encode("utf-8", "surrogatepass"), digest_size=8, key=seed.to_bytes(8, "little")).digest()


def split_rows(rows: Sequence[str], share: float, seed: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The rows to learn and those that are held back, in order; copies of a row stay together."""
    apart = held_back(rows, share, seed)
    return tuple(row for row in rows if row not in apart), tuple(row for row in rows if row in apart)
