"""Which known rows new rows contradict."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lora_studio.core.data.builtin import FACT_CORRECTION, FINETUNING, TRAINING
from lora_studio.core.data.contradictions import Continuations, open_positions, uncontradicted
from lora_studio.core.recipe import Recipe

Rows = list[list[int]]
rows_of_few_items = st.lists(st.lists(st.integers(0, 2), max_size=5), max_size=6)


def left(known: list[str], new: list[str]) -> list[str]:
    verdicts = uncontradicted([row.split() for row in known], [row.split() for row in new])
    return [row for row, fine in zip(known, verdicts, strict=True) if fine]


def test_a_row_with_the_same_beginning_and_another_end_is_contradicted() -> None:
    known = ["der hund läuft im garten", "das kind spielt im garten", "der hund"]
    assert left(known, ["der hund läuft im wald"]) == ["das kind spielt im garten", "der hund"]
    assert left(known, ["der hund läuft im garten"]) == known
    assert left(known, []) == known
    assert left([], ["der hund"]) == []


def test_a_beginning_that_known_rows_continue_in_several_ways_determines_nothing() -> None:
    known = ["der hund läuft", "der mann liest"]
    assert left(known, ["der wind weht"]) == known  # "der …" went on in two ways before
    assert left(["der hund läuft"], ["der wind weht"]) == []  # and here in one
    assert left(["a b c", "a b d"], ["a b e"]) == ["a b c", "a b d"]


def test_a_longer_or_shorter_new_row_of_the_same_words_contradicts_nothing() -> None:
    assert left(["a b"], ["a b c"]) == ["a b"]
    assert left(["a b c"], ["a b"]) == ["a b c"]
    assert left(["a"], ["b"]) == ["a"]


def test_the_new_rows_may_go_on_in_several_ways_if_the_known_one_is_among_them() -> None:
    assert left(["a b"], ["a c", "a b"]) == ["a b"]
    assert left(["a b"], ["a c", "a d"]) == []


def test_open_positions_are_those_that_the_new_rows_do_not_continue_otherwise() -> None:
    new = Continuations([["die", "katze", "sitzt", "auf", "dem", "sofa"]])
    assert open_positions(["die", "katze", "sitzt", "auf", "dem", "tisch"], new) == [True, True, True, True, False]
    assert open_positions(["die", "frau", "kocht", "das", "essen"], new) == [False, True, True, True]
    assert open_positions(["der", "hund"], new) == [True]
    assert open_positions(["die"], new) == []


def test_the_rows_kept_by_a_correction_are_the_training_rows_that_it_does_not_correct() -> None:
    kept = Recipe(datasets=(FACT_CORRECTION,), kept=(TRAINING,)).kept_rows
    contradicted = [row for row in TRAINING.rows if row not in kept]
    assert contradicted == [
        "die katze sitzt auf dem tisch",
        "der hund läuft im garten",
        "die frau kocht das essen",
        "der mann liest die zeitung",
    ]
    assert Recipe(datasets=(FINETUNING,), kept=(TRAINING,)).kept_rows == TRAINING.rows


@given(rows_of_few_items, rows_of_few_items)
def test_what_is_learned_as_it_is_known_is_never_contradicted(known: Rows, new: Rows) -> None:
    verdicts = uncontradicted(known, [*new, *known])
    assert all(verdicts)


@given(rows_of_few_items, rows_of_few_items)
def test_the_verdict_is_that_of_comparing_every_beginning_with_every_row(known: Rows, new: Rows) -> None:
    def following(rows: Rows, start: list[int]) -> set[int]:
        return {row[len(start)] for row in rows if len(row) > len(start) and row[: len(start)] == start}

    expected = []
    for row in known:
        starts = [row[:end] for end in range(1, len(row))]
        wrong = [
            start
            for start in starts
            if following(known, start) == {row[len(start)]}
            and following(new, start)
            and row[len(start)] not in following(new, start)
        ]
        expected.append(not wrong)
    assert uncontradicted(known, new) == expected
