"""How well a title fits what is being typed."""

from __future__ import annotations

IN_PLACE = 0.4  # a word found in the path rather than in the title counts this much
WORD_START, INITIALS, INSIDE, SCATTERED = 100.0, 70.0, 55.0, 40.0


def rank(query: str, title: str, place: str = "") -> float | None:
    """How well `query` fits: larger is better, None: it does not. Every word has to be found, in whatever order.

    A word fits where another begins with it, as the initials of several ("rl": Reset layout), anywhere inside, or
    with its letters in this order from the beginning of a word on ("exprt": Export).
    """
    total = 0.0
    for word in query.casefold().split():
        fits = _fit(word, title.casefold())
        elsewhere = _fit(word, place.casefold())
        if fits is None and elsewhere is None:
            return None
        total += max(fits or 0.0, IN_PLACE * (elsewhere or 0.0))
    return total - 0.1 * len(title)  # of two that fit alike, the shorter one


def _fit(word: str, text: str) -> float | None:
    starts = [place for place in range(len(text)) if _begins_word(text, place)]
    for number, place in enumerate(starts):
        if text.startswith(word, place):
            return WORD_START - number
    if "".join(text[place] for place in starts).startswith(word):
        return INITIALS
    if word in text:
        return INSIDE
    spreads = [spread for place in starts if (spread := _spread(word, text, place)) is not None]
    near = [spread for spread in spreads if spread <= len(word)]  # farther apart, it is by chance
    return SCATTERED - min(near) if near else None


def _begins_word(text: str, place: int) -> bool:
    return text[place].isalnum() and (place == 0 or not text[place - 1].isalnum())


def _spread(word: str, text: str, place: int) -> int | None:
    """How many letters lie between those of `word`, read from `place` on; None if they don't all come."""
    if text[place] != word[0]:
        return None
    at = place
    for letter in word[1:]:
        at = text.find(letter, at + 1)
        if at < 0:
            return None
    return at - place + 1 - len(word)
