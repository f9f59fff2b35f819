"""Tokens as a person reads them: " Paris" rather than "ĠParis", each text for one token only."""

from __future__ import annotations

import json
from functools import cache, cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_SHOWN = {"\n": "↵", "\t": "⇥"}
_SPACE = "▁"  # SentencePiece's


class TokenTexts:
    """The texts of a tokenizer's tokens. Made for one state of it; a grown tokenizer is another object."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer

    def text(self, token_id: int) -> str:
        """No two tokens have the same. A part of a letter stays as the vocabulary spells it, e.g. "Ã"."""
        return self._texts.get(token_id) or f"<{token_id}>"

    def id(self, text: str) -> int | None:
        """The token with this text, or with this spelling in the vocabulary."""
        found = self._ids.get(text)
        if found is not None:
            return found
        spelled: int | None = self.tokenizer.token_to_id(text)
        return spelled

    def token_of(self, text: str) -> str:
        """The text of the first token that `text` becomes behind a prompt; "" for no text."""
        if not text.strip():
            return text if text in self._ids else ""
        plain = text.strip()
        for candidate in (text, f" {plain}", plain) if text[0].isspace() else (f" {plain}", plain):
            if candidate in self._ids:
                return candidate
        pieces = self.tokenizer.encode(f" {plain}", add_special_tokens=False).ids
        spoken = [self.text(number) for number in pieces if self.text(number).strip()]
        return spoken[0] if spoken else plain

    @cached_property
    def _texts(self) -> dict[int, str]:
        pieces = {number: piece for piece, number in self.tokenizer.get_vocab().items()}
        added = self.tokenizer.get_added_tokens_decoder()
        bytewise = self._is_bytewise
        found: dict[int, str] = {}
        taken: set[str] = set()
        unsure = []
        for number in sorted(pieces):
            piece = pieces[number]
            text = piece if number in added else _readable(piece, bytewise=bytewise)
            if text == piece or text in taken:
                unsure.append(number)
            else:
                found[number] = text
                taken.add(text)
        for number in unsure:
            piece = pieces[number]
            found[number] = piece if piece not in taken else f"{piece}<{number}>"
            taken.add(found[number])
        return found

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {text: number for number, text in self._texts.items()}

    @cached_property
    def _is_bytewise(self) -> bool:
        return '"ByteLevel"' in json.dumps(json.loads(self.tokenizer.to_str()).get("decoder"))


def _readable(piece: str, *, bytewise: bool) -> str:
    if not bytewise:
        return _displayed(piece.replace(_SPACE, " "), piece)
    table = _bytes_of_letters()
    try:
        text = bytes(table[letter] for letter in piece).decode()
    except (KeyError, UnicodeDecodeError):
        return piece
    return _displayed(text, piece)


def _displayed(text: str, piece: str) -> str:
    for hidden, mark in _SHOWN.items():
        text = text.replace(hidden, mark)
    return text if text.isprintable() else piece


@cache
def _bytes_of_letters() -> dict[str, int]:
    """GPT-2's letters for bytes: a printable byte stands for itself, the others for the letters from U+0100 on."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in set(plain)]
    return {chr(byte): byte for byte in plain} | {chr(0x100 + place): byte for place, byte in enumerate(others)}
