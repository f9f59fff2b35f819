"""By which new row a known row is contradicted."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from lora_studio.core.data.builtin import FACT_CORRECTION, TRAINING
from lora_studio.core.data.contradictions import Beginnings, Continuations, open_positions, uncontradicted

ROWS = st.lists(st.lists(st.sampled_from("abc"), max_size=5), max_size=8)


def contradicting(known: Sequence[Sequence[str]], new: Sequence[Sequence[str]]) -> list[str | None]:
    beginnings = Beginnings()
    for row in new:
        beginnings.add_new(row, " ".join(row))
    for row in known:
        beginnings.add_known(row)
    return [beginnings.contradicting(row) for row in known]


def test_the_facts_contradict_four_training_rows() -> None:
    known, new = ([row.split() for row in dataset.rows] for dataset in (TRAINING, FACT_CORRECTION))
    found = {TRAINING.rows[place]: by for place, by in enumerate(contradicting(known, new)) if by is not None}
    assert found == {
        "die katze sitzt auf dem tisch": "die katze sitzt auf dem sofa",
        "der hund läuft im garten": "der hund läuft im wald",
        "die frau kocht das essen": "die frau kocht die suppe",
        "der mann liest die zeitung": "der mann liest das buch",
    }


def test_the_first_new_row_with_the_beginning_is_named() -> None:
    assert contradicting(["abx", "c"], ["q", "aby", "abz"]) == ["a b y", None]


def by_the_rule(known: list[list[str]], new: list[list[str]]) -> list[bool]:
    """Position by position, as the docstring says it."""
    new_ones, known_ones = Continuations(new), Continuations(known)
    verdicts = []
    for row in known:
        left_alone = open_positions(row, new_ones)
        determined = [len(following) == 1 for following in known_ones.along(row)[:-1]]
        verdicts.append(all(fine or not sure for fine, sure in zip(left_alone, determined, strict=True)))
    return verdicts


@given(ROWS, ROWS)
def test_the_rule_holds_for_any_rows(known: list[list[str]], new: list[list[str]]) -> None:
    found = contradicting(known, new)
    assert [by is None for by in found] == uncontradicted(known, new) == by_the_rule(known, new)
    for row, by in zip(known, found, strict=True):
        if by is not None:
            assert by.split()[0] == row[0]
            assert by.split() in new


@given(ROWS, ROWS)
def test_what_follows_is_the_same_where_only_the_rows_asked_about_are_kept(
    known: list[list[str]], new: list[list[str]]
) -> None:
    everything, asked = Continuations(new), Continuations(new, asked=known)
    assert [asked.along(row) for row in known] == [everything.along(row) for row in known]
