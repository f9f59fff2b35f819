"""What is noticed about the rows of a dataset, counted so that an edit costs only the rows it touches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from lora_studio.core.data.dataset import is_too_short
from lora_studio.core.data.examples import text_of

Known = Callable[[str], bool]


class RowStatistics:
    """Words that are new to the base, and rows too short to learn from. Without `known`, no word counts as new."""

    def __init__(self, known: Known | None = None) -> None:
        self._known = known
        self._new: Counter[str] = Counter()  # how often each new word occurs, in the order of first sight
        self._verdicts: dict[str, str] = {}  # a word as written → as the tokenizer sees it if new, "" if known
        self.too_short = 0

    def add(self, rows: Iterable[str]) -> None:
        self._count(rows, +1)

    def remove(self, rows: Iterable[str]) -> None:
        self._count(rows, -1)

    def new_words(self) -> tuple[str, ...]:
        return tuple(self._new)

    def new_words_in(self, row: str) -> list[tuple[int, str]]:
        """Where in the row new words begin, and how they are written there."""
        if self._known is None:
            return []
        found, start = [], 0
        for word in row.split(" "):
            if word and self._verdict(word):
                found.append((start, word))
            start += len(word) + 1
        return found

    def knows(self, row: str) -> bool:
        """Whether the base has every word of the row."""
        return not self._new or not any(map(self._verdict, text_of(row).split()))

    def _count(self, rows: Iterable[str], sign: int) -> None:
        rows = list(rows)
        self.too_short += sign * sum(map(is_too_short, rows))
        if self._known is None:
            return
        for word, times in Counter(" ".join(map(text_of, rows)).split()).items():
            if new := self._verdict(word):
                self._new[new] += sign * times
                if not self._new[new]:
                    del self._new[new]

    def _verdict(self, word: str) -> str:
        verdict = self._verdicts.get(word)
        if verdict is None:
            from lora_studio.core.models.words import normalize  # which loads tokenizers, as no first paint need

            normal = normalize(word)
            verdict = self._verdicts[word] = "" if self._known is None or self._known(normal) else normal
        return verdict
