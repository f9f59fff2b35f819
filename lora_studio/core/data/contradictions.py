"""Which known rows new rows contradict: found by comparing beginnings. Free of torch.

Works on any sequences: words, to choose rows; token ids, to choose positions.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise
from typing import TypeVar

from lora_studio.core.data.examples import text_of

Item = TypeVar("Item", bound=Hashable)


def words_of(row: str) -> list[str]:
    """A row as it is compared with others: its words, in whatever case. Of a structured one, all that it says."""
    return text_of(row).casefold().split()


class Continuations:
    """What follows each beginning of some rows: a tree with one branch an item.

    Only what stands in rows that are `asked` about is kept: a hundred thousand long rows would fill gigabytes.
    """

    def __init__(self, rows: Iterable[Sequence[Hashable]], asked: Iterable[Sequence[Hashable]] | None = None) -> None:
        """`asked`: the rows that `along` will be called with; None: any."""
        self._tree = _Beginning()
        for row in asked or ():
            self._tree.grow(row)
        for row in rows:
            if asked is None:
                self._tree.grow(row)
            self._tree.note(row)

    def along(self, row: Sequence[Hashable]) -> list[frozenset[Hashable]]:
        """What may follow `row[:1]`, `row[:2]` …; empty sets where the beginning does not occur."""
        found: list[frozenset[Hashable]] = []
        node: _Beginning | None = self._tree
        for item in row:
            node = node.longer.get(item) if node else None
            found.append(frozenset(node.following) if node else frozenset())
        return found


class _Beginning:
    """One beginning: the longer ones by the item that they add, and what follows it in the rows that were noted."""

    __slots__ = ("following", "longer")

    def __init__(self) -> None:
        self.longer: dict[Hashable, _Beginning] = {}
        self.following: set[Hashable] = set()

    def grow(self, row: Sequence[Hashable]) -> None:
        node = self
        for item in row:
            node = node.longer.setdefault(item, _Beginning())

    def note(self, row: Sequence[Hashable]) -> None:
        node: _Beginning | None = self
        for item in row:
            if node is None:
                return
            node.following.add(item)
            node = node.longer.get(item)


def open_positions(row: Sequence[Hashable], new: Continuations) -> list[bool]:
    """For every item of `row` but the first, whether the new rows leave it alone.

    They don't if they hold the very same beginning and continue it, always otherwise.
    """
    following = new.along(row)
    return [not following[i] or row[i + 1] in following[i] for i in range(len(row) - 1)]


_SEVERAL = object()  # known rows go on in several ways


class Beginnings:
    """Those of the new rows. All new rows are added first, then all known ones; then each of these can be judged.

    Only beginnings that new rows have are looked at, so a few new rows cost little beside many known ones. Beginnings
    are numbered instead of being objects of their own: of 100,000 rows those would take half a second to be freed.
    """

    def __init__(self) -> None:
        self._longer: dict[tuple[int, Hashable], int] = {}  # a beginning's number and an item: the longer one's number
        self._by: list[str | None] = [None]  # of each beginning: the first new row that goes on from there
        self._known: dict[int, object] = {}  # how known rows go on from there, or _SEVERAL

    def add_new(self, row: Sequence[Hashable], text: str) -> None:
        """`text` is what the row is called when it contradicts another."""
        number = 0
        for item in row:
            longer = self._longer.get((number, item))
            if longer is None:
                longer = self._longer[number, item] = len(self._by)
                self._by.append(None)
                if self._by[number] is None:
                    self._by[number] = text
            number = longer

    def add_known(self, row: Sequence[Hashable]) -> None:
        """Writes down how a known row goes on after each beginning that it shares with new rows."""
        number = 0
        for item, following in pairwise(row):
            if (number, item) not in self._longer:
                return
            number = self._longer[number, item]
            if self._known.setdefault(number, following) != following:
                self._known[number] = _SEVERAL

    def contradicting(self, row: Sequence[Hashable]) -> str | None:
        """The first new row that contradicts a known one; None where none does.

        The longest shared beginning decides: new rows part from the row there and nowhere else.
        """
        number = 0
        for item, following in pairwise(row):
            if (number, item) not in self._longer:
                return None
            number = self._longer[number, item]
            if self._by[number] is not None and (number, following) not in self._longer:
                return self._by[number] if self._known.get(number, _SEVERAL) is not _SEVERAL else None
        return None


def uncontradicted(rows: Sequence[Sequence[Item]], new_rows: Sequence[Sequence[Item]]) -> list[bool]:
    """For each known row, whether the new rows leave it alone.

    A row is contradicted where all known rows with the same beginning go on as it does, and the new rows with that
    beginning go on otherwise: "der hund läuft im garten" by "der hund läuft im wald". Beginnings that known rows
    continue in several ways ("der …") determine nothing and cannot be contradicted.
    """
    beginnings = Beginnings()
    for row in new_rows:
        beginnings.add_new(row, "")
    for row in rows:
        beginnings.add_known(row)
    return [beginnings.contradicting(row) is None for row in rows]
