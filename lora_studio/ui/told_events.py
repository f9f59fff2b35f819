"""The events of a run, for a window that comes later: a long run's do not fill the memory."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import overload

from lora_studio.core.events import Counted, Drifted, Event, Preparing, Probed, Saved, Started, Step, Validated

MOST_MEASURED = 2000  # measurements of a kind, at least half as many: no picture shows more
MOST_TURNS = 1000  # measurements at which a first answer became another; they are kept beside, to tell where it was


class ToldEvents(Sequence[Event]):
    """Takes the events of one run after the other, and gives back those of the last one in their order.

    Steps lie in arrays, 48 bytes each. Of what was measured in between, only so many are kept as can be drawn: evenly
    spread ones, those at which a first answer became another, and always the newest. Of steps without a loss only the
    newest counts. Receipts and preparations are left out.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._steps = array("q")
        self._values = array("d")  # for each step: epoch, loss, learning rate, tokens, seconds
        self._others: list[tuple[int, Event]] = []  # each with how many steps came before it
        self._tops: tuple[str, ...] = ()  # the first answers at the last measurement
        self._turns: set[int] = set()  # steps of measurements at which they were others than before
        self._measured: dict[type[Event], _Thinning] = {
            Probed: _Thinning(),
            Drifted: _Thinning(),
            Validated: _Thinning(),
        }

    def take(self, event: Event) -> None:
        if isinstance(event, Started):
            self.clear()
        if isinstance(event, Step):
            self._steps.append(event.step)
            self._values.extend((event.epoch, event.loss, event.learning_rate, event.tokens, event.seconds))
        elif isinstance(event, Probed | Drifted | Validated):
            self._take_measured(event)
        elif not isinstance(event, Saved | Preparing):
            if isinstance(event, Counted) and self._others and isinstance(self._others[-1][1], Counted):
                self._others.pop()
            self._others.append((len(self._steps), event))

    def _take_measured(self, event: Probed | Drifted | Validated) -> None:
        if isinstance(event, Probed) and self._is_turn(event):
            self._turns.add(event.step)
            self._others.append((len(self._steps), event))
            return
        kind, thinning = type(event), self._measured[type(event)]
        if thinning.last_is_spare:
            for place in range(len(self._others) - 1, -1, -1):  # it is among the last ones
                if self._is_spare(self._others[place][1], kind):
                    del self._others[place]
                    break
        self._others.append((len(self._steps), event))
        if thinning.count() > MOST_MEASURED:
            thinning.halve()
            kept = iter([True, False] * MOST_MEASURED)
            self._others = [other for other in self._others if not self._is_spare(other[1], kind) or next(kept)]
            if self._others[-1][1] is not event:
                self._others.append((len(self._steps), event))
                thinning.last_is_spare = True

    def _is_turn(self, event: Probed) -> bool:
        before, self._tops = self._tops, tuple(answer.top.token for answer in event.answers)
        return bool(before) and before != self._tops and len(self._turns) < MOST_TURNS

    def _is_spare(self, event: Event, kind: type[Event]) -> bool:
        """Whether it is one of those that are thinned out."""
        return isinstance(event, kind) and not (isinstance(event, Probed) and event.step in self._turns)

    # As a sequence

    def __len__(self) -> int:
        return len(self._steps) + len(self._others)

    def __iter__(self) -> Iterator[Event]:
        done = 0
        for before, event in self._others:
            yield from self._between(done, before)
            done = before
            yield event
        yield from self._between(done, len(self._steps))

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> list[Event]: ...
    def __getitem__(self, index: int | slice) -> Event | list[Event]:
        if isinstance(index, slice):
            return [self._at(place) for place in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self._at(index % len(self))

    def _at(self, place: int) -> Event:
        others = range(len(self._others))
        number = bisect_left(others, place, key=lambda number: self._others[number][0] + number)
        if number < len(others) and self._others[number][0] + number == place:
            return self._others[number][1]
        return self._step(place - number)

    def _step(self, place: int) -> Step:
        return next(self._between(place, place + 1))

    def _between(self, begin: int, end: int) -> Iterator[Step]:
        epochs, losses, rates, tokens, seconds = (self._values[5 * begin + i : 5 * end : 5] for i in range(5))
        return map(Step, self._steps[begin:end], map(int, epochs), losses, rates, map(int, tokens), seconds)


class _Thinning:
    """Which measurements stay: every `stride`-th, and the last one."""

    def __init__(self) -> None:
        self.last_is_spare = False
        self._stride, self._came, self._kept = 1, 0, 0

    def count(self) -> int:
        """One more has come. How many are kept, without one that is spare."""
        self.last_is_spare = self._came % self._stride != 0
        self._came += 1
        self._kept += not self.last_is_spare
        return self._kept

    def halve(self) -> None:
        """Every other one of those that are kept goes; the first stays."""
        self._stride *= 2
        self._kept = (self._kept + 1) // 2
