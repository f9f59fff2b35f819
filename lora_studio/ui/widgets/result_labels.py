"""Where the names of points go, so that none covers another or a point."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF

GAP = 3.0  # px between a point and its name
RINGS = (0.0, 14.0, 28.0, 44.0, 62.0)  # px further out, where there is no room beside the point
PIECE = 4.0  # px, of a leader
DIRECTIONS = (0, 180, 90, 270, 45, 315, 135, 225)  # degrees: right and left first


def place_labels(points: Sequence[QRectF], sizes: Sequence[QSizeF], area: QRectF) -> list[QRectF]:
    """A rectangle for each point's name, empty for one that finds no free place: better unnamed than unreadable.

    Args:
        points: the drawn points, in px.
        sizes: of the names; an empty one needs no place.
        area: what the names must stay inside of.
    """
    taken: list[QRectF] = list(points)
    labels: list[QRectF] = []
    lines: list[QRectF] = []  # small pieces of the leaders
    found = []
    for point, size in zip(points, sizes, strict=True):
        chosen = QRectF()
        for place in _places(point, size) if size.width() else ():
            line = _pieces(leader(point, place))
            if area.contains(place) and not _meet([place], [*taken, *lines]) and not _meet(line, labels):
                chosen = place
                taken.append(place)
                labels.append(place)
                lines += line
                break
        found.append(chosen)
    return found


def leader(point: QRectF, label: QRectF) -> tuple[QPointF, QPointF] | None:
    """The line from a point's edge to its name, where the name stands further away."""
    center = point.center()
    end = QPointF(min(max(center.x(), label.left()), label.right()), min(max(center.y(), label.top()), label.bottom()))
    way = end - center
    length, radius = math.hypot(way.x(), way.y()), point.width() / 2
    if length - radius < 2 * GAP + 2:
        return None
    return center + way * (radius / length), end - way * (1.5 / length)


def _places(point: QRectF, size: QSizeF) -> Iterator[QRectF]:
    center, radius = point.center(), point.width() / 2 + GAP
    for ring in RINGS:
        for degrees in DIRECTIONS:
            angle = math.radians(degrees)
            across, down = math.cos(angle), -math.sin(angle)
            middle = center + QPointF(
                across * (radius + ring) + _sign(across) * size.width() / 2,
                down * (radius + ring) + _sign(down) * size.height() / 2,
            )
            yield QRectF(middle - QPointF(size.width() / 2, size.height() / 2), size)


def _sign(value: float) -> int:
    return 0 if abs(value) < 1e-9 else (1 if value > 0 else -1)


def _pieces(line: tuple[QPointF, QPointF] | None) -> list[QRectF]:
    if line is None:
        return []
    start, way = line[0], line[1] - line[0]
    count = max(1, round(math.hypot(way.x(), way.y()) / PIECE))
    return [QRectF(start + way * (part / count) - QPointF(1, 1), QSizeF(2, 2)) for part in range(count + 1)]


def _meet(ones: Iterable[QRectF], others: Sequence[QRectF]) -> bool:
    return any(one.intersects(other) for one in ones for other in others)
