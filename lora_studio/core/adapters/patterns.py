"""PEFT's expressions for names of layers, matched by rules of our own: in bounded time, whatever the expression is.

Python's `re` may take for ever on a hostile expression. Here one becomes a machine that reads each letter of a name
once (Thompson 1968, doi:10.1145/363347.363387). Letters, classes, groups, alternatives, repetitions and anchors are
known; what looks around or back is refused by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lora_studio.core.adapters.pattern_syntax import (
    SOMETHING_AND_A_DOT,
    Choice,
    Holds,
    Letter,
    Node,
    Parser,
    Place,
    Repeat,
    Row,
    is_word,
)
from lora_studio.core.models.foreign_files import FlawError, shown

MAX_LENGTH = 10_000  # of an expression; those of other programs take about a thousand letters
MAX_STATES = 2_000  # of its machine, which counted repetitions make large
MAX_STEPS = 200_000  # of one machine, over all names; what it found once costs none


class Pattern:
    """An expression as a machine. Raises FlawError: what it holds that is not known here, in words."""

    def __init__(self, text: str, *, ending: bool = False) -> None:
        """`ending`: matches the end of a name, after a dot, as well as a whole name."""
        if len(text) > MAX_LENGTH:
            raise FlawError(f"the expression is longer than {MAX_LENGTH} letters")
        tree: Node = Parser(text).parsed()
        if ending:
            tree = Row((Repeat(SOMETHING_AND_A_DOT, 0, 1), tree))
        self._text = text
        self._machine = _Machine(tree)

    def matches(self, name: str) -> bool:
        """Whether it stands for the whole of `name`. Raises FlawError: that takes too many steps to tell."""
        found = self._machine.accepts(name)
        if found is None:
            raise FlawError(f"the expression “{shown(self._text)}” takes too long")
        return found


@dataclass(slots=True)
class _State:
    """Reads a letter for which `holds`, or passes at a `place`, or simply passes on, to the states `then`."""

    holds: Holds | None
    place: str
    then: list[int]


class _Machine:
    """All states that are possible after each letter, found once and kept."""

    def __init__(self, tree: Node) -> None:
        self._states: list[_State] = []
        self._end = self._add(None, "", [])
        self._start = self._built(tree, self._end)
        self._steps = 0
        self._passed: dict[tuple[frozenset[int], str], frozenset[int]] = {}
        self._read: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def accepts(self, name: str) -> bool | None:
        """None: too many steps were taken."""
        now = frozenset((self._start,))
        for index, letter in enumerate(name):
            before = name[index - 1] if index else ""
            now = self._after(self._reached(now, before, letter), letter)
            if self._steps > MAX_STEPS:
                return None
            if not now:
                return False
        return self._end in self._reached(now, name[-1:], "")

    @cached_property
    def _has_places(self) -> bool:
        return any(state.place for state in self._states)

    def _add(self, holds: Holds | None, place: str, then: list[int]) -> int:
        if len(self._states) >= MAX_STATES:
            raise FlawError("the expression is too large")
        self._states.append(_State(holds, place, then))
        return len(self._states) - 1

    def _built(self, node: Node, then: int) -> int:
        """Where to enter what reads `node` and goes on to `then`."""
        if isinstance(node, Letter):
            return self._add(node.holds, "", [then])
        if isinstance(node, Place):
            return self._add(None, node.kind, [then])
        if isinstance(node, Choice):
            return self._add(None, "", [self._built(part, then) for part in node.parts])
        if isinstance(node, Repeat):
            return self._repeated(node, then)
        for part in reversed(node.parts):
            then = self._built(part, then)
        return then

    def _repeated(self, node: Repeat, then: int) -> int:
        if node.most is None:
            loop = self._add(None, "", [])
            self._states[loop].then = [self._built(node.part, loop), then]
            entry = loop
        else:
            entry = then
            for _ in range(node.most - node.least):
                entry = self._add(None, "", [self._built(node.part, entry), then])
        for _ in range(node.least):
            entry = self._built(node.part, entry)
        return entry

    def _reached(self, states: frozenset[int], before: str, after: str) -> frozenset[int]:
        """`states` and all that can be passed to without reading, between two letters of a name."""
        place = _places(before, after) if self._has_places else ""
        key = (states, place)
        if key not in self._passed:
            waiting, found = list(states), set(states)
            while waiting:
                state = self._states[waiting.pop()]
                self._steps += 1
                if state.holds is None and (not state.place or state.place in place):
                    waiting += [other for other in state.then if other not in found]
                    found.update(state.then)
            self._passed[key] = frozenset(found)
        return self._passed[key]

    def _after(self, states: frozenset[int], letter: str) -> frozenset[int]:
        key = (states, letter)
        if key not in self._read:
            self._steps += len(states)
            reading = [self._states[state] for state in states]
            found = (state.then[0] for state in reading if state.holds is not None and state.holds(letter))
            self._read[key] = frozenset(found)
        return self._read[key]


def _places(before: str, after: str) -> str:
    """The kinds of place between two letters; an empty one is the name's beginning or end."""
    border = (bool(before) and is_word(before)) != (bool(after) and is_word(after))
    return ("" if before else "^") + ("" if after else "$") + ("b" if border else "B")
