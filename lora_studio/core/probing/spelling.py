"""Tokens as a person reads them. Loads no torch, so that a window can use it at once.

A model that spells words in pieces has tokens such as " Paris": which of them begin with a space decides what is said.
"""

from __future__ import annotations

SPACE = "␣"
_SIGNS = {"\n": "⏎", "\r": "␍", "\t": "⇥"}


def readable(token: str) -> str:
    """On one line, with signs for the spaces around it and for line ends."""
    inner = token.strip(" ")
    if inner == token and token.isprintable():
        return token
    before = len(token) - len(token.lstrip(" "))
    after = len(token) - before - len(inner)
    return SPACE * before + "".join(_SIGNS.get(letter, letter) for letter in inner) + SPACE * after


def means(token: str, text: str) -> bool:
    """Whether a person who typed `text` means this token, or the word that it begins."""
    said, wanted = token.strip(), text.strip()
    return bool(said) and (token == text or wanted.startswith(said))
