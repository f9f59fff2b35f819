"""Where the tokens of all windows lie: once, one row behind the other, four bytes each."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

import torch
from torch import Tensor

from lora_studio.core.data.encoding import EncodedRow
from lora_studio.core.data.windows import IGNORED, Arrangement, Cut, Outline, Window, cut


class WindowStore:
    """Windows as places in long tensors: those that overlap share their tokens.

    `inputs`, `targets` and, where rows share windows, `positions` are (all tokens,), int32; window w is
    `lengths[w]` of them from `starts[w]` on, of which `counts[w]` targets are learned. `cut` tells what became of the
    rows, `template` how they were written, and `learned_whole` how many chats are learned whole, as in `EncodedRow`.
    """

    def __init__(self, tokens: _Tokens, places: Sequence[tuple[int, int]], made: Cut) -> None:
        self.inputs, self.targets = _tensor(tokens.inputs), _tensor(tokens.targets)
        self.positions = _tensor(tokens.positions) if tokens.positions else None
        table = torch.tensor(places, dtype=torch.long).view(-1, 2)
        self.starts, self.lengths = table[:, 0].contiguous(), table[:, 1].contiguous()
        self.counts = self._counts()
        self.cut = made
        self.template, self.learned_whole = "", 0

    @classmethod
    def of_windows(cls, windows: Iterable[Window]) -> WindowStore:
        tokens = _Tokens()
        places = [tokens.add(window.inputs, window.targets, window.positions or ()) for window in windows]
        return cls(tokens, places, Cut([], (), ()))

    @classmethod
    def of_rows(cls, rows: Iterable[EncodedRow], length: int, arrangement: Arrangement, seed: int) -> WindowStore:
        """The windows that the rows are cut into, as `cut` does."""
        tokens, places, outlines = _Tokens(), [], []
        template, learned_whole = "", 0
        for row in rows:
            template = row.template or template
            learned_whole += row.learned_whole
            outlines.append(outline_of(row))
            places.append(tokens.add(row.ids[:-1], list(_targets(row))))
        made = cut(outlines, length, arrangement, seed)
        spans = [[(places[piece.row][0] + piece.start, piece.length) for piece in window] for window in made.windows]
        if arrangement == "packed":
            packed = _Tokens()
            store = cls(packed, [packed.pack(tokens, window) for window in spans], made)
        else:
            store = cls(tokens, [span for (span,) in spans], made)
        store.template, store.learned_whole = template, learned_whole
        return store

    def __len__(self) -> int:
        return len(self.starts)

    def window(self, number: int) -> Window:
        start = int(self.starts[number])
        there = slice(start, start + int(self.lengths[number]))
        positions = None if self.positions is None else tuple(self.positions[there].tolist())
        return Window(tuple(self.inputs[there].tolist()), tuple(self.targets[there].tolist()), positions)

    def _counts(self) -> Tensor:
        learned = (self.targets != IGNORED).long()
        before = torch.cat([learned.new_zeros(1), learned.cumsum(0)])
        return before[self.starts + self.lengths] - before[self.starts]


class _Tokens:
    """What grows while rows are read."""

    def __init__(self) -> None:
        self.inputs, self.targets, self.positions = array("i"), array("i"), array("i")

    def add(self, inputs: Sequence[int], targets: Sequence[int], positions: Iterable[int] = ()) -> tuple[int, int]:
        """Where they are now: the first place, and how many."""
        start = len(self.inputs)
        self.inputs.extend(inputs)
        self.targets.extend(targets)
        self.positions.extend(positions)
        return start, len(inputs)

    def pack(self, other: _Tokens, spans: Iterable[tuple[int, int]]) -> tuple[int, int]:
        """Pieces of other tokens, one behind the other, each with positions of its own."""
        begin = len(self.inputs)
        for start, length in spans:
            self.inputs += other.inputs[start : start + length]
            self.targets += other.targets[start : start + length]
            self.positions.extend(range(length))
        return begin, len(self.inputs) - begin


def outline_of(row: EncodedRow) -> Outline:
    return Outline.of(row.learned, divisible=row.divisible)


def _targets(row: EncodedRow) -> Iterator[int]:
    pairs = zip(row.ids[1:], row.learned[1:], strict=True)
    return (token if is_learned else IGNORED for token, is_learned in pairs)


def _tensor(numbers: array[int]) -> Tensor:
    return torch.frombuffer(numbers, dtype=torch.int32) if numbers else torch.zeros(0, dtype=torch.int32)
