"""How rows become training windows."""

from __future__ import annotations

from itertools import pairwise

import torch
from hypothesis import given
from hypothesis import strategies as st

from lora_studio.core.data.windows import Window, windows
from lora_studio.core.training.batches import IGNORED, Batches, steps_of


def test_a_long_row_gives_overlapping_windows() -> None:
    assert windows([[1, 2, 3, 4, 5, 6]], 4) == [Window((1, 2, 3, 4), (2, 3, 4, 5)), Window((2, 3, 4, 5), (3, 4, 5, 6))]


def test_a_short_row_gives_one_window_and_a_single_token_none() -> None:
    assert windows([[1, 2], [7], []], 4) == [Window((1,), (2,))]


@given(st.lists(st.lists(st.integers(0, 99), max_size=20), max_size=8), st.integers(1, 10))
def test_every_target_follows_its_input_and_every_transition_occurs(rows: list[list[int]], length: int) -> None:
    found = set()
    for window in windows(rows, length):
        assert 1 <= len(window.inputs) == len(window.targets) <= length
        assert window.inputs[1:] == window.targets[:-1]
        found |= set(zip(window.inputs, window.targets, strict=True))
    assert found == {pair for row in rows for pair in pairwise(row)}


def test_batches_cover_each_window_once_an_epoch_and_mask_the_padding() -> None:
    cut = windows([[1, 2, 3, 4, 5], [6, 7], [8, 9, 10]], 4)
    batches = Batches(cut, batch_size=2, seed=0, device=torch.device("cpu"))
    seen = []
    for batch in batches.epoch():
        assert torch.equal(batch.mask, batch.targets != IGNORED)
        assert batch.tokens == int(batch.mask.sum())
        seen += [tuple(row[kept].tolist()) for row, kept in zip(batch.ids, batch.mask, strict=True)]
    assert sorted(seen) == sorted(window.inputs for window in cut)
    assert len(batches) == 2
    assert steps_of(len(cut), 2, 5) == 10


def test_the_seed_decides_the_order() -> None:
    cut = windows([list(range(30))], 4)

    def order(seed: int) -> list[int]:
        batches = Batches(cut, 4, seed, torch.device("cpu"))
        return [int(batch.ids[0, 0]) for _ in range(2) for batch in batches.epoch()]

    assert order(1) == order(1) != order(2)
