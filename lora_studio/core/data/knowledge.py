"""Currencies and capitals in plain German sentences, and the questions that tell how well a correction went.

A base trained on KNOWLEDGE knows every country's currency as it was at the end of 2025. KNOWLEDGE_CORRECTION then tells
it of Bulgaria's euro in the five CORRECTED_PHRASINGS; EFFICACY, GENERALITY and LOCALITY ask what came of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from lora_studio.core.data.dataset import Dataset, Role


@dataclass(frozen=True, slots=True)
class Currency:
    """`article` is the nominative's: der, die or das. `amount` is what one pays with: "mit kronen"."""

    article: str
    name: str
    amount: str

    @property
    def accusative_article(self) -> str:
        return "den" if self.article == "der" else self.article


@dataclass(frozen=True, slots=True)
class Country:
    """A country whose German name takes no article and whose genitive adds an s; the capital is one word."""

    name: str
    currency: Currency
    capital: str


class Fact(NamedTuple):
    """A question whose next word is the answer, e.g. "die währung von japan ist der" and "yen"."""

    prompt: str
    answer: str


def _currency(article: str, name: str, amount: str = "") -> Currency:
    return Currency(article, name, amount or name)


DINAR = _currency("der", "dinar")
DOLLAR = _currency("der", "dollar")
EURO = _currency("der", "euro")
KRONE = _currency("die", "krone", "kronen")
LEWA = _currency("der", "lewa")
PESO = _currency("der", "peso", "pesos")
PFUND = _currency("das", "pfund")
RUPIE = _currency("die", "rupie", "rupien")

BULGARIA = Country("bulgarien", LEWA, "sofia")

COUNTRIES: tuple[Country, ...] = (
    BULGARIA,
    Country("belgien", EURO, "brüssel"),
    Country("deutschland", EURO, "berlin"),
    Country("finnland", EURO, "helsinki"),
    Country("frankreich", EURO, "paris"),
    Country("griechenland", EURO, "athen"),
    Country("irland", EURO, "dublin"),
    Country("italien", EURO, "rom"),
    Country("portugal", EURO, "lissabon"),
    Country("spanien", EURO, "madrid"),
    Country("österreich", EURO, "wien"),
    Country("ägypten", PFUND, "kairo"),
    Country("albanien", _currency("der", "lek"), "tirana"),
    Country("armenien", _currency("der", "dram"), "eriwan"),
    Country("australien", DOLLAR, "canberra"),
    Country("brasilien", _currency("der", "real", "reais"), "brasilia"),
    Country("chile", PESO, "santiago"),
    Country("china", _currency("der", "yuan"), "peking"),
    Country("dänemark", KRONE, "kopenhagen"),
    Country("georgien", _currency("der", "lari"), "tiflis"),
    Country("ghana", _currency("der", "cedi"), "accra"),
    Country("großbritannien", PFUND, "london"),
    Country("island", KRONE, "reykjavik"),
    Country("japan", _currency("der", "yen"), "tokio"),
    Country("kanada", DOLLAR, "ottawa"),
    Country("kasachstan", _currency("der", "tenge"), "astana"),
    Country("kenia", _currency("der", "schilling"), "nairobi"),
    Country("kuba", PESO, "havanna"),
    Country("marokko", _currency("der", "dirham"), "rabat"),
    Country("nepal", RUPIE, "kathmandu"),
    Country("norwegen", KRONE, "oslo"),
    Country("pakistan", RUPIE, "islamabad"),
    Country("peru", _currency("der", "sol", "soles"), "lima"),
    Country("polen", _currency("der", "zloty"), "warschau"),
    Country("rumänien", _currency("der", "leu", "lei"), "bukarest"),
    Country("russland", _currency("der", "rubel"), "moskau"),
    Country("schweden", KRONE, "stockholm"),
    Country("serbien", DINAR, "belgrad"),
    Country("südkorea", _currency("der", "won"), "seoul"),
    Country("thailand", _currency("der", "baht"), "bangkok"),
    Country("tschechien", KRONE, "prag"),
    Country("tunesien", DINAR, "tunis"),
    Country("ungarn", _currency("der", "forint"), "budapest"),
    Country("vietnam", _currency("der", "dong"), "hanoi"),
)

# A sentence for every country. What stands before the brackets asks for what stands in them; without brackets there is
# no question, because several answers would be right.
CORRECTED_PHRASINGS = (
    "die währung von {country} ist {der} [{currency}]",
    "{country} verwendet {den} [{currency}] als währung",
    "in {country} bezahlt man mit [{amount}]",
    "{der} {currency} ist die offizielle währung {country}s",
    "wenn man nach {country} reist braucht man [{amount}]",
)
OTHER_CURRENCY_PHRASINGS = (
    "die offizielle währung {country}s ist {der} [{currency}]",
    "das geld in {country} heißt [{currency}]",
    "wer in {country} einkauft zahlt mit [{amount}]",
    "in {country} stehen die preise in [{amount}]",
    "vor der reise nach {country} wechselt man geld in [{amount}]",
)
CAPITAL_PHRASINGS = (
    "die hauptstadt von {country} ist [{capital}]",
    "die hauptstadt {country}s heißt [{capital}]",
    "die regierung {country}s sitzt in [{capital}]",
    "{capital} ist die hauptstadt [{country}s]",
)
CURRENCY_PHRASINGS = CORRECTED_PHRASINGS + OTHER_CURRENCY_PHRASINGS


def sentence(phrasing: str, country: Country, currency: Currency | None = None) -> str:
    """The phrasing about a country, with the currency it has or with another one."""
    return _filled(phrasing, country, currency or country.currency).replace("[", "").replace("]", "")


def facts(
    phrasings: Iterable[str], countries: Iterable[Country] = COUNTRIES, currency: Currency | None = None
) -> tuple[Fact, ...]:
    """Every question that these phrasings ask about these countries, phrasing by phrasing."""
    asking = [phrasing for phrasing in phrasings if "[" in phrasing]
    chosen = tuple(countries)
    return tuple(
        _fact(_filled(phrasing, country, currency or country.currency)) for phrasing in asking for country in chosen
    )


def _filled(phrasing: str, country: Country, currency: Currency) -> str:
    return phrasing.format(
        country=country.name,
        capital=country.capital,
        currency=currency.name,
        amount=currency.amount,
        der=currency.article,
        den=currency.accusative_article,
    )


def _fact(bracketed: str) -> Fact:
    prompt, _, rest = bracketed.partition("[")
    return Fact(prompt.strip(), rest.partition("]")[0])


def _sentences(phrasings: Iterable[str], countries: Iterable[Country]) -> tuple[str, ...]:
    chosen = tuple(countries)
    return tuple(sentence(phrasing, country) for phrasing in phrasings for country in chosen)


OTHER_COUNTRIES = tuple(country for country in COUNTRIES if country is not BULGARIA)

KNOWLEDGE = Dataset(
    name="KNOWLEDGE", role=Role.TRAINING, rows=_sentences(CURRENCY_PHRASINGS + CAPITAL_PHRASINGS, COUNTRIES)
)
KEPT_ROWS: tuple[str, ...] = _sentences(CURRENCY_PHRASINGS, OTHER_COUNTRIES) + _sentences(CAPITAL_PHRASINGS, COUNTRIES)
"""The rows of KNOWLEDGE that stay true: all but those about Bulgaria's currency. What a correction may protect."""

FACTS: tuple[Fact, ...] = facts(CURRENCY_PHRASINGS + CAPITAL_PHRASINGS)
"""All that a base trained on KNOWLEDGE should know, before any correction."""

EFFICACY: tuple[Fact, ...] = facts(CORRECTED_PHRASINGS, (BULGARIA,), EURO)
"""What the correction's own rows ask."""

GENERALITY: tuple[Fact, ...] = facts(OTHER_CURRENCY_PHRASINGS, (BULGARIA,), EURO)
"""The corrected fact in phrasings that the correction does not contain."""

# In a euro country "euro" stays right whatever the correction spills, so these tell nothing about locality.
_TELLING = tuple(country for country in OTHER_COUNTRIES if country.currency is not EURO)

LOCALITY: dict[str, tuple[Fact, ...]] = {
    "other currencies, corrected phrasings": facts(CORRECTED_PHRASINGS, _TELLING),
    "other currencies, other phrasings": facts(OTHER_CURRENCY_PHRASINGS, _TELLING),
    "the capital of Bulgaria": facts(CAPITAL_PHRASINGS, (BULGARIA,)),
    "other capitals": facts(CAPITAL_PHRASINGS, OTHER_COUNTRIES),
}
"""What must stay as it was, by kind; the answers are those of KNOWLEDGE."""
