"""Where the parts of a drawn transformer block stand.

Two loops leave the residual stream, one above the other: to the right through a norm, up through the layers that read,
and back to the left through the layer that writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from lora_studio.ui.theme import GRID

STREAM = 11  # px from the left
OUT = 30  # px from the left: the norm and the layer that writes
BEND = 18  # px between those and the layers that read
RISE = 7  # px of line below and above the layers that read
ARROW = 12  # px of the stream that stand out at either end
WIDEST = 360  # px; beyond, the boxes would only grow


@dataclass(frozen=True, slots=True)
class Widths:
    """What the boxes of one loop would like to have. `writing` is empty or holds one."""

    reading: tuple[int, ...]
    writing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """One loop; `fork` and `plus` are the heights at which it leaves the stream and comes back to it."""

    fork: float
    plus: float
    norm: QRectF
    core: QRectF  # what happens between reading and writing: attention, or the activation
    reading: tuple[QRectF, ...]
    writing: tuple[QRectF, ...]


@dataclass(frozen=True, slots=True)
class Sizes:
    """Heights of a box (with the room around it) and of a pill, and the width of the norm's pill, in px."""

    box: int
    pill: int
    norm: int

    def loop(self) -> int:
        """From the line on which a loop leaves to the line on which it comes back."""
        return 2 * RISE + self.box + self.pill // 2

    def step(self) -> int:
        """From there to where the next loop leaves."""
        return self.box // 2 + self.pill // 2 + GRID + 2

    def height(self, loops: int) -> int:
        return ARROW + self.pill // 2 + loops * self.loop() + (loops - 1) * self.step() + self.box // 2 + ARROW // 2


def loops(width: int, sizes: Sizes, wanted: Sequence[Widths]) -> Iterator[Loop]:
    """The loops from below, in the order of `wanted`, in an area of this width."""
    writing = max([sizes.norm, *(box for one in wanted for box in one.writing)])
    left = OUT + writing + BEND
    right = max(left + sizes.box, min(width, WIDEST) - 1)
    fork = sizes.height(len(wanted)) - ARROW - sizes.pill // 2 + GRID
    for one in wanted:
        yield _loop(fork, (OUT, OUT + writing), (left, right), sizes, one)
        fork -= sizes.loop() + sizes.step()


def _loop(fork: int, outer: tuple[int, int], inner: tuple[int, int], sizes: Sizes, wanted: Widths) -> Loop:
    plus = fork - sizes.loop()
    middle = (outer[0] + outer[1]) // 2
    norm = QRectF(middle - sizes.norm // 2, fork - sizes.pill // 2, sizes.norm, sizes.pill)
    core = QRectF(inner[0], plus - sizes.pill // 2, inner[1] - inner[0], sizes.pill)
    top = fork - RISE - sizes.box
    writing = tuple(QRectF(outer[0], plus - sizes.box // 2, outer[1] - outer[0], sizes.box) for _ in wanted.writing)
    return Loop(fork, plus, norm, core, tuple(_in_a_row(inner, top, sizes.box, wanted.reading)), writing)


def _in_a_row(area: tuple[int, int], top: int, height: int, wanted: Sequence[int]) -> Iterator[QRectF]:
    """Boxes that fill `area` side by side."""
    room = area[1] - area[0] - (len(wanted) - 1) * GRID
    widths = _shared(room, wanted)
    left, done = area[0], 0.0
    for number, width in enumerate(widths):
        done += width
        end = area[0] + number * GRID + round(done)
        yield QRectF(left, top, end - left, height)
        left = end + GRID


def _shared(room: int, wanted: Sequence[int]) -> list[float]:
    """Widths that fill `room`: all wider by the same factor, or the widest cut to one width."""
    if sum(wanted) <= room:
        return [width * room / sum(wanted) for width in wanted]
    limit = 0.0
    for place, width in enumerate(sorted(wanted)):
        limit = room / (len(wanted) - place)
        if width > limit:
            break
        room -= width
    return [min(width, limit) for width in wanted]
