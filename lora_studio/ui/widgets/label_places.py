"""Where the labels of vertical marks hide least: free of curves, and of one another. Imports numpy: import it late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
CELL = 4.0  # px; the plot is looked at through a grid of such cells
DENSE, SPARSE = 2.0, 4.0  # px between the points of curves and of marks' lines, which can be covered sooner
DISTANCE = 0.25  # what a cell between a mark and its label costs, in points of a curve
OVERLAP = 1000.0  # what a cell of another label costs


def in_pixels(x: Values, y: Values, width: float) -> Values:
    """What is to be seen of a curve that is given in px, as (point, 2): evenly dense along its length."""
    inside = (x >= 0) & (x <= width) & np.isfinite(y)
    x, y = x[inside], y[inside]
    if not len(x):
        return np.empty((0, 2))
    along = np.concatenate([[0.0], np.hypot(np.diff(x), np.diff(y)).cumsum()])
    even = np.arange(0, along[-1], DENSE)
    return np.stack([np.interp(even, along, x), np.interp(even, along, y)], axis=1)


def places(
    marks: Sequence[float], sizes: Sequence[tuple[float, float]], curves: Iterable[Values], area: tuple[float, float]
) -> list[tuple[float, float]]:
    """Left and middle of each label; all in px, seen from the plot's left bottom corner.

    Args:
        marks: where the marks stand.
        sizes: width and height of their labels.
        curves: what should stay to be seen; see `in_pixels`.
        area: the plot's width and height.
    """
    lines = (_upright(mark, area[1]) for mark in marks)
    points = np.concatenate([np.empty((0, 2)), *curves, *lines])
    shape = [max(1, int(side // CELL)) for side in area]
    heat = np.histogram2d(points[:, 0], points[:, 1], bins=shape, range=[(0, side * CELL) for side in shape])[0]
    found = []
    for mark, (width, height) in zip(marks, sizes, strict=True):
        across, up = (min(side, int(-(-extent // CELL))) for side, extent in zip(shape, (width, height), strict=True))
        cost = _sums(heat, across, up)  # of a label that begins in this cell
        lefts = np.arange(len(cost))
        away = np.maximum(lefts - mark / CELL, mark / CELL - lefts - across).clip(0)
        left, bottom = np.unravel_index(np.argmin(cost + DISTANCE * away[:, None]), cost.shape)
        heat[left : left + across, bottom : bottom + up] += OVERLAP
        found.append((float(left) * CELL, (float(bottom) + up / 2) * CELL))
    return found


def _sums(heat: Values, across: int, up: int) -> Values:
    """Over every stretch of `across` × `up` cells, by where it begins."""
    total = np.pad(heat.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    return np.asarray(total[across:, up:] - total[:-across, up:] - total[across:, :-up] + total[:-across, :-up])


def _upright(mark: float, height: float) -> Values:
    y = np.arange(0, height, SPARSE)
    return np.stack([np.full_like(y, mark), y], axis=1)
