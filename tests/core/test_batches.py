"""How rows become windows and windows batches: whole, packed, sorted, padded, and how an order is taken up again."""

from __future__ import annotations

import math
from collections import Counter

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lora_studio.core.data.encoding import EncodedRow, encode_row
from lora_studio.core.data.examples import completion_row, messages_row, text_row
from lora_studio.core.data.held_back import split_rows
from lora_studio.core.data.windows import Arrangement, Outline, cut, windows
from lora_studio.core.errors import DataError
from lora_studio.core.training.batches import IGNORED, Batch, Batches, count_windows, make_batches, steps_of
from lora_studio.core.training.window_store import WindowStore
from lora_studio.core.training_settings import TrainingSettings
from tests.core.real_models import CHAT_TEMPLATE
from tests.core.test_encoding import Reader
from tests.core.tiny_mini_gpt import make_mini_gpt

CPU = torch.device("cpu")
ROWS = [
    "die katze sitzt auf dem tisch",
    "der hund läuft im garten",
    "die katze",
    "hund",
    "auf dem tisch im garten sitzt der hund",
]

encoded = st.integers(0, 30).flatmap(
    lambda size: st.builds(
        EncodedRow,
        st.tuples(*[st.integers(1, 99)] * size),
        st.tuples(*[st.booleans()] * size),
        st.booleans(),
    )
)
lists = st.lists(encoded, max_size=12)


def pairs(rows: list[EncodedRow]) -> Counter[tuple[int, int, int]]:
    """Every learned token with its row and the one before it."""
    return Counter(
        (number, row.ids[t - 1], row.ids[t])
        for number, row in enumerate(rows)
        for t in range(1, len(row.ids))
        if row.learned[t]
    )


def store_of(rows: list[EncodedRow], length: int, arrangement: str) -> WindowStore:
    return WindowStore.of_rows(rows, length, arrangement, seed=3)  # type: ignore[arg-type]


def found_pairs(store: WindowStore) -> Counter[tuple[int, int, int]]:
    """What the windows teach, by the rows that their pieces name."""
    found: Counter[tuple[int, int, int]] = Counter()
    for number, pieces in enumerate(store.cut.windows):
        window = store.window(number)
        owners = [piece.row for piece in pieces for _ in range(piece.length)]
        for owner, read, target in zip(owners, window.inputs, window.targets, strict=True):
            if target != IGNORED:
                found[owner, read, target] += 1
    return found


def test_the_windows_of_old_come_in_the_order_of_old() -> None:
    model, settings_ = make_mini_gpt(), TrainingSettings(batch_size=3, seed=5)
    cut_ = windows([model.encode(row).ids for row in ROWS], 4)
    order = torch.Generator().manual_seed(5)
    batches = make_batches(model, ROWS, settings_, model.context_length, can_pack=True, device=CPU)
    for _ in range(3):
        wanted = torch.randperm(len(cut_), generator=order).split(3)
        for batch, chosen in zip(batches.epoch(), wanted, strict=True):
            there = [cut_[number] for number in chosen.tolist()]
            width = max(len(window.inputs) for window in there)
            assert batch.ids.tolist() == [[*w.inputs, *[0] * (width - len(w.inputs))] for w in there]
            assert batch.targets.tolist() == [[*w.targets, *[IGNORED] * (width - len(w.targets))] for w in there]
            assert torch.equal(batch.mask, batch.targets != IGNORED)
            assert batch.tokens == sum(len(window.inputs) for window in there)
            assert batch.positions is None


@settings(max_examples=150)
@given(lists, st.integers(1, 12), st.sampled_from(["whole", "packed"]))
def test_each_learned_token_comes_once_and_behind_its_own(
    rows: list[EncodedRow], length: int, arrangement: str
) -> None:
    store = store_of(rows, length, arrangement)
    kept = [
        row if row.divisible else EncodedRow(row.ids[: length + 1], row.learned[: length + 1], divisible=False)
        for row in rows
    ]
    assert found_pairs(store) == pairs(kept)
    assert not store.lengths.numel() or int(store.lengths.max()) <= length
    assert all(store.counts > 0)


@settings(max_examples=100)
@given(lists, st.integers(1, 12))
def test_sliding_windows_teach_every_learned_token(rows: list[EncodedRow], length: int) -> None:
    assert set(found_pairs(store_of(rows, length, "sliding"))) == set(pairs(rows))


@settings(max_examples=100)
@given(lists, st.integers(1, 12))
def test_packed_rows_each_count_from_the_start(rows: list[EncodedRow], length: int) -> None:
    store = store_of(rows, length, "packed")
    for number, pieces in enumerate(store.cut.windows):
        wanted = tuple(place for piece in pieces for place in range(piece.length))
        assert store.window(number).positions == wanted
    if len(store) > 1:  # any two windows together are more than one could hold: otherwise they would be one
        smallest, next_ = store.lengths.sort().values[:2].tolist()
        assert smallest + next_ > length


def test_rows_that_are_cut_or_left_out_are_told() -> None:
    text, chat = Outline(9, ((0, 9),)), Outline(9, ((2, 9),), divisible=False)
    late, single = Outline(9, ((7, 9),), divisible=False), Outline(0, ())
    made = cut([text, chat, late, single], 4, "whole")
    assert [(p.row, p.start, p.length) for (p,) in made.windows] == [(0, 0, 4), (0, 4, 4), (0, 8, 1), (1, 0, 4)]
    assert made.shortened == (1,)
    assert made.left_out == (2, 3)


def test_the_runs_of_an_outline() -> None:
    assert Outline.of([False, True, True]).learned == ((0, 2),)
    assert Outline.of([True, False, True, True, False]).learned == ((1, 3),)
    assert Outline.of([True]) == Outline(0, ())
    assert Outline.of([]) == Outline(0, ())


def everything(batches: Batches, epochs: int = 2) -> list[Batch]:
    return [batch for _ in range(epochs) for batch in batches.epoch()]


def same(one: Batch, other: Batch) -> bool:
    positions = (one.positions is None) == (other.positions is None)
    if one.positions is not None and other.positions is not None:
        positions = torch.equal(one.positions, other.positions)
    tensors = ((one.ids, other.ids), (one.targets, other.targets), (one.mask, other.mask))
    return positions and all(torch.equal(a, b) for a, b in tensors) and one.tokens == other.tokens


@pytest.mark.parametrize("bucketing", [False, True])
@pytest.mark.parametrize("arrangement", ["sliding", "whole", "packed"])
def test_a_run_goes_on_in_the_middle_of_an_epoch(arrangement: Arrangement, bucketing: bool) -> None:
    settings_ = TrainingSettings(arrangement=arrangement, sequence_length=12, batch_size=2, bucketing=bucketing, seed=1)
    model = Reader(begin=True)
    rows = [" ".join(["die katze"] * (1 + number % 5)) for number in range(23)]

    def fresh() -> Batches:
        return make_batches(model, rows, settings_, 64, can_pack=True, device=CPU)

    whole = everything(fresh(), epochs=3)
    first = fresh()
    per_epoch = len(first)
    assert len(whole) == 3 * per_epoch
    for done in (0, 1, per_epoch - 1, per_epoch):
        before = fresh()
        taken = before.epoch()
        for _ in range(per_epoch):
            next(taken)
        running = before.epoch()
        for _ in range(done):
            next(running)
        state = before.before
        after = fresh()
        after.generator.set_state(state)
        rest = [*after.epoch(done), *after.epoch()]
        assert all(same(*two) for two in zip(rest, whole[per_epoch + done :], strict=True))


def test_like_lengths_go_together_and_all_windows_come() -> None:
    rows = [EncodedRow(tuple(range(1, 2 + length)), (True,) * (1 + length)) for length in range(1, 101)]
    store = store_of(rows, 100, "whole")

    def padded(bucketing: bool) -> float:
        batches = Batches(store, 4, 0, CPU, bucketing=bucketing)
        assert sorted(number for chosen in batches.order() for number in chosen.tolist()) == list(range(100))
        return sum(float((~batch.mask).sum()) for batch in batches.epoch())

    assert padded(bucketing=True) < 0.1 * padded(bucketing=False)
    batches = Batches(store, 4, 0, CPU, bucketing=True)
    lengths = [batch.ids.shape[1] for batch in batches.epoch()]
    assert lengths != sorted(lengths)  # the order of the batches is drawn


def test_padding_to_a_multiple_and_with_the_models_own_token() -> None:
    rows = [EncodedRow((5, 6, 7, 8), (False, False, True, True)), EncodedRow((5, 6), (True, True))]
    batches = Batches(store_of(rows, 8, "whole"), 2, 0, CPU, padding=9, multiple=8)
    (batch,) = batches.epoch()
    assert batch.ids.shape == (2, 8)
    assert batch.mask.sum().item() == 4
    assert batch.tokens == 3  # of four that are read, three are learned
    assert set(batch.ids[~batch.mask].tolist()) == {9}
    assert set(batch.targets[~batch.mask].tolist()) == {IGNORED}


def test_padding_behind_packed_rows_is_a_row_of_its_own() -> None:
    rows = [EncodedRow(tuple(range(size)), (True,) * size) for size in (5, 4, 7)]
    batches = Batches(store_of(rows, 8, "packed"), 2, 0, CPU)
    (batch,) = batches.epoch()
    assert batch.positions is not None
    for positions, mask in zip(batch.positions, batch.mask, strict=True):
        size = int((~mask).sum())
        assert positions[~mask].tolist() == list(range(size))


def test_the_end_is_learned_where_padding_is_the_same_token() -> None:
    model = Reader(pad_is_end=True)
    settings_ = TrainingSettings(arrangement="whole", sequence_length=64, batch_size=2)
    (batch,) = make_batches(
        model, ["der hund läuft im garten", "katze auf"], settings_, 64, can_pack=False, device=CPU
    ).epoch()
    assert batch.targets.tolist()[0].count(model.end_id) == batch.targets.tolist()[1].count(model.end_id) == 1
    for row in range(2):
        last = int(batch.mask[row].sum()) - 1
        assert batch.targets[row, last] == model.end_id
        assert (batch.targets[row, last + 1 :] == IGNORED).all()


@pytest.mark.parametrize("arrangement", ["sliding", "whole", "packed"])
@pytest.mark.parametrize("can_pack", [False, True])
def test_windows_are_counted_as_they_are_made(arrangement: Arrangement, can_pack: bool) -> None:
    rows = [
        "der hund läuft im garten",
        completion_row("die katze", "sitzt"),
        messages_row([("user", "a"), ("assistant", "b")]),
    ]
    rows += [text_row("a\n" * 40), completion_row("lang " * 40, "kurz")]
    for model in (Reader(), Reader(template=CHAT_TEMPLATE, begin=True), make_mini_gpt()):
        settings_ = TrainingSettings(arrangement=arrangement, sequence_length=24)
        made = make_batches(model, rows, settings_, 20, can_pack=can_pack, device=CPU)
        assert len(made.store) == count_windows(model, rows, settings_, 20, can_pack=can_pack)
        assert (made.store.positions is not None) == (arrangement == "packed" and can_pack)


def test_the_count_follows_the_rows_and_how_they_are_read() -> None:
    model = Reader()
    rows = [completion_row("der hund läuft im garten und", "so")] * 3
    settings_ = TrainingSettings(arrangement="whole", sequence_length=4)
    assert count_windows(model, rows, settings_, 64, can_pack=False) == 0
    assert count_windows(model, rows, settings_.model_copy(update={"completion_only": False}), 64, can_pack=False) == 3
    assert count_windows(model, rows * 2, settings_.model_copy(update={"sequence_length": 64}), 64, can_pack=False) == 6


def test_rows_without_anything_to_learn_are_refused() -> None:
    settings_ = TrainingSettings(arrangement="whole", sequence_length=4)
    with pytest.raises(DataError, match="nothing to learn in the 2 rows"):
        make_batches(
            Reader(),
            [completion_row("der hund läuft im garten und", "so")] * 2,
            settings_,
            64,
            can_pack=False,
            device=CPU,
        )


def test_steps_of_a_run() -> None:
    assert steps_of(10, 4, 5) == 15
    assert steps_of(10, 4, 5, accumulation=2) == 10
    assert steps_of(9, 1, 1, accumulation=4) == math.ceil(9 / 4)


def test_a_row_is_read_alone_as_in_its_batch() -> None:
    model = Reader(template=CHAT_TEMPLATE)
    row = messages_row([("user", "a b"), ("assistant", "c d")])
    batches = make_batches(
        model, [row], TrainingSettings(arrangement="whole", sequence_length=64), 64, can_pack=False, device=CPU
    )
    alone = encode_row(model, row)
    assert batches.store.window(0).inputs == alone.ids[:-1]


@given(st.lists(st.sampled_from(ROWS), max_size=8), st.sampled_from([0.0, 0.1, 0.5]), st.integers(0, 5))
def test_rows_are_held_back_with_all_their_copies(rows: list[str], share: float, seed: int) -> None:
    learned, held = split_rows(rows, share, seed)
    assert Counter([*learned, *held]) == Counter(rows)
    assert not set(learned) & set(held)
    assert (learned, held) == split_rows(rows, share, seed)
    assert bool(learned) == bool(rows)
    assert bool(held) == (share > 0 and len(set(rows)) > 1)
