"""The sentences that a base learns its currencies and capitals from, and the questions about them."""

from __future__ import annotations

from itertools import chain

import pytest

from lora_studio.core.data import knowledge
from lora_studio.core.data.builtin import KNOWLEDGE_CORRECTION
from lora_studio.core.data.dataset import Role, clean_row
from lora_studio.core.data.knowledge import (
    BULGARIA,
    CAPITAL_PHRASINGS,
    CORRECTED_PHRASINGS,
    COUNTRIES,
    CURRENCY_PHRASINGS,
    EFFICACY,
    EURO,
    FACTS,
    GENERALITY,
    KEPT_ROWS,
    KNOWLEDGE,
    LOCALITY,
    Fact,
    facts,
    sentence,
)

LOCAL = tuple(chain.from_iterable(LOCALITY.values()))
VOCABULARY = frozenset(" ".join(KNOWLEDGE.rows).split())


def stated(fact: Fact) -> str:
    return f"{fact.prompt} {fact.answer}"


def is_begun_by(row: str, beginning: str) -> bool:
    return f"{row} ".startswith(f"{beginning} ")


def test_every_country_is_asked_for_both_facts_in_several_phrasings() -> None:
    assert len(COUNTRIES) >= 40
    assert len({country.name for country in COUNTRIES}) == len(COUNTRIES)
    for country in COUNTRIES:
        currencies = facts(CURRENCY_PHRASINGS, (country,))
        capitals = facts(CAPITAL_PHRASINGS, (country,))
        assert len(currencies) >= 4
        assert {fact.answer for fact in currencies} == {country.currency.name, country.currency.amount}
        assert len(capitals) >= 3
        assert {fact.answer for fact in capitals} == {country.capital, f"{country.name}s"}


def test_a_question_has_one_answer_of_one_word_and_is_asked_once() -> None:
    assert len({fact.prompt for fact in FACTS}) == len(FACTS)
    for fact in (*FACTS, *EFFICACY, *GENERALITY, *LOCAL):
        assert len(fact.answer.split()) == 1


def test_no_word_names_two_currencies_or_two_capitals() -> None:
    currencies = {country.currency for country in COUNTRIES}
    words = [word for currency in currencies for word in {currency.name, currency.amount}]
    capitals = [country.capital for country in COUNTRIES]
    names = [form for country in COUNTRIES for form in (country.name, f"{country.name}s")]
    everything = [*words, *capitals, *names]
    assert len(set(everything)) == len(everything)


def test_the_rows_state_every_fact_and_are_written_as_the_other_built_in_sets_are() -> None:
    assert KNOWLEDGE.role is Role.TRAINING
    assert (
        len(set(KNOWLEDGE.rows)) == len(KNOWLEDGE.rows) == len(COUNTRIES) * len(CURRENCY_PHRASINGS + CAPITAL_PHRASINGS)
    )
    for row in KNOWLEDGE.rows:
        assert row == clean_row(row).lower()
        assert row.replace(" ", "").isalpha()
    for fact in FACTS:
        assert sum(is_begun_by(row, stated(fact)) for row in KNOWLEDGE.rows) == 1


@pytest.mark.parametrize(
    "row",
    [
        "die währung von japan ist der yen",
        "die hauptstadt von bulgarien ist sofia",
        "die währung von bulgarien ist der lewa",
        "schweden verwendet die krone als währung",
        "ägypten verwendet das pfund als währung",
        "polen verwendet den zloty als währung",
        "in schweden bezahlt man mit kronen",
        "wenn man nach rumänien reist braucht man lei",
        "das geld in dänemark heißt krone",
        "das pfund ist die offizielle währung großbritanniens",
    ],
)
def test_articles_and_forms_are_right(row: str) -> None:
    assert row in KNOWLEDGE.rows


def test_the_correction_says_the_same_of_bulgaria_as_its_rows_but_with_the_euro() -> None:
    corrected = tuple(sentence(phrasing, BULGARIA, EURO) for phrasing in CORRECTED_PHRASINGS)
    assert corrected == KNOWLEDGE_CORRECTION.rows
    assert [sentence(phrasing, BULGARIA) for phrasing in CORRECTED_PHRASINGS] == [
        row.replace("euro", "lewa") for row in KNOWLEDGE_CORRECTION.rows
    ]


def test_the_correction_and_all_questions_use_words_that_the_base_knows() -> None:
    asked = [stated(fact) for fact in (*EFFICACY, *GENERALITY, *LOCAL)]
    assert set(" ".join([*KNOWLEDGE_CORRECTION.rows, *asked]).split()) <= VOCABULARY


def test_efficacy_asks_what_the_correction_says() -> None:
    assert EFFICACY
    for fact in EFFICACY:
        assert fact.answer == "euro"
        assert any(is_begun_by(row, stated(fact)) for row in KNOWLEDGE_CORRECTION.rows)


def test_generality_asks_for_the_corrected_fact_in_words_that_the_correction_does_not_have() -> None:
    assert len(GENERALITY) >= 4
    for fact in GENERALITY:
        assert fact.answer == "euro"
        assert "bulgarien" in fact.prompt
        assert not any(is_begun_by(row, fact.prompt) for row in KNOWLEDGE_CORRECTION.rows)
    assert not {fact.prompt for fact in GENERALITY} & {fact.prompt for fact in EFFICACY}


def test_locality_asks_for_what_must_stay_and_would_notice_a_euro_too_many() -> None:
    assert set(LOCAL) <= set(FACTS)
    assert not {fact.prompt for fact in LOCAL} & {fact.prompt for fact in (*EFFICACY, *GENERALITY)}
    assert "euro" not in {fact.answer for fact in LOCAL}
    assert Fact("die währung von japan ist der", "yen") in LOCALITY["other currencies, corrected phrasings"]
    assert Fact("die hauptstadt von bulgarien ist", "sofia") in LOCALITY["the capital of Bulgaria"]


def test_the_kept_rows_are_all_but_those_about_the_lewa() -> None:
    assert set(KEPT_ROWS) == {row for row in KNOWLEDGE.rows if "lewa" not in row.split()}
    assert len(KEPT_ROWS) == len(KNOWLEDGE.rows) - len(CURRENCY_PHRASINGS)


def test_only_one_country_pays_with_what_is_corrected() -> None:
    assert [country for country in COUNTRIES if country.currency is knowledge.LEWA] == [BULGARIA]
    assert sum(country.currency is EURO for country in COUNTRIES) >= 5
