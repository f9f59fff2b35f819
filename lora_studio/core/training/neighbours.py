"""Neighbours of the new rows: what a correction spreads to first, made up so that it can be protected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from lora_studio.core.data.windows import Arrangement, Outline, cut
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.words import UNKNOWN
from lora_studio.core.training.guard import Logits, at_once

TRIES = 8  # draws for each row wanted: many come twice, or are left out

Row = tuple[int, ...]


def pieces_of(rows: Sequence[Row], length: int, arrangement: Arrangement = "sliding") -> list[Row]:
    """The new rows as they are learned: each window with the token that is to follow it."""
    outlines = [Outline.of([True] * len(row)) for row in rows]
    made = cut(outlines, length, "whole" if arrangement == "packed" else arrangement)
    return [rows[piece.row][piece.start : piece.start + piece.length + 1] for (piece,) in made.windows]


def neighbours(
    model: LanguageModel,
    logits: Logits,
    pieces: Sequence[Row],
    others: Sequence[Row],
    count: int,
    seed: int,
    *,
    phrasings_follow: bool,
) -> list[Row]:
    """At most `count` variations of `pieces` with one token exchanged for another of theirs or of `others`.

    What stands behind a token that the base does not know is cut off: the base can say nothing there.

    Args:
        logits: the base's.
        phrasings_follow: leave out what could be the corrected question in other words, so that it may be answered
            anew: variations that the base answers as the piece itself, where the piece now wants another answer.
    """
    known = [piece for piece in (_known_start(model, piece) for piece in pieces) if len(piece) > 1]
    words = sorted({token for row in (*others, *known) for token in row[:-1]})
    generator = torch.Generator().manual_seed(seed)
    drawn = dict(_variations(known, words, TRIES * count, generator)) if known else {}
    pairs = list(drawn.items())
    found: list[Row] = []
    size = at_once(max(map(len, known), default=1), model.vocabulary_size)
    for start in range(0, len(pairs), size):
        if len(found) >= count:
            break
        some = pairs[start : start + size]
        found += _other_questions(some, logits, model.device) if phrasings_follow else [row for row, _ in some]
    return found[:count]


def _known_start(model: LanguageModel, piece: Row) -> Row:
    """The tokens before the first unknown one, and that one as what follows."""
    unknown = model.token_id(UNKNOWN)
    return piece[: piece.index(unknown) + 1] if unknown in piece else piece


def _variations(
    pieces: Sequence[Row], words: Sequence[int], tries: int, generator: torch.Generator
) -> Iterator[tuple[Row, Row]]:
    """Variations with the pieces they come from. What follows a piece stays: it is no part of the question."""
    for index in torch.randint(len(pieces), (tries,), generator=generator).tolist():
        piece = pieces[index]
        place = int(torch.randint(len(piece) - 1, (), generator=generator))
        word = words[int(torch.randint(len(words), (), generator=generator))]
        if word != piece[place]:
            yield (*piece[:place], word, *piece[place + 1 :]), piece


def _other_questions(pairs: Sequence[tuple[Row, Row]], logits: Logits, device: torch.device) -> list[Row]:
    """Those variations (first of each pair) that cannot be the corrected question in other words."""
    answers = zip(
        _answers([row for row, _ in pairs], logits, device), _answers([piece for _, piece in pairs], logits, device),
        strict=True,
    )  # fmt: skip
    return [
        row
        for (row, piece), (varied, before) in zip(pairs, answers, strict=True)
        if not _same_answer(row, piece, varied, before)
    ]


def _same_answer(row: Row, piece: Row, varied: Sequence[int], before: Sequence[int]) -> bool:
    """Whether the base gives both the same answer somewhere behind the exchanged token, which the piece corrects."""
    changed = next(place for place in range(len(piece)) if row[place] != piece[place])
    return any(varied[place] == before[place] != piece[place + 1] for place in range(changed, len(piece) - 1))


def _answers(rows: Sequence[Row], logits: Logits, device: torch.device) -> list[list[int]]:
    """The base's first answer after each beginning of each row, padded behind shorter rows' ends."""
    ids = pad_sequence([torch.tensor(row[:-1]) for row in rows], batch_first=True)
    lengths = torch.tensor([len(row) - 1 for row in rows])
    mask = torch.arange(ids.shape[1])[None, :] < lengths[:, None]
    with torch.inference_mode():
        first: Tensor = logits(ids.to(device), mask.to(device)).argmax(dim=-1)
    answers: list[list[int]] = first.tolist()
    return answers
