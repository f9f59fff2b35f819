"""From an experiment's values to places on an axis and back: shares in percent, logarithms, limits and ticks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QLocale

from lora_studio.core.experiments.results import Kind, decimals, scaled
from lora_studio.ui.widgets.result_numbers import number_text

ROUND = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
MOST_DECADES = 8  # with a label each; of more, every second or third
LEAST_LABELS = 3
LABEL_GAP = 8.0  # px, between two labels
Limits = tuple[float, float]
Ticks = list[list[tuple[float, str]]]  # labelled ones, and those without a label


@dataclass(frozen=True, slots=True)
class Scale:
    """One axis of a plot."""

    kind: Kind = "number"
    log: bool = False

    def place(self, value: float | None) -> float:
        """Where a value is drawn; NaN if it cannot be."""
        if value is None or not math.isfinite(value) or (self.log and value <= 0):
            return math.nan
        return math.log10(scaled(self.kind, value)) if self.log else scaled(self.kind, value)

    def limits(self, places: Iterable[float], *, from_zero: bool) -> Limits:
        """What shows all `places`: shares 0…100, the rest up to a round number, from 0 if it is near or asked for."""
        known = [place for place in places if not math.isnan(place)]
        if self.kind == "share" and not self.log:
            return 0.0, 100.0
        low, high = min(known, default=0.0), max(known, default=1.0)
        if self.log:
            return (low - 0.15, high + 0.15) if known else (0.0, 1.0)
        if low >= 0 and (from_zero or low < 0.5 * high):
            return 0.0, round_up(high)
        if high <= 0 and from_zero:
            return -round_up(-low), 0.0
        room = 0.05 * (high - low) or 0.5 * abs(high) or 1.0
        return low - room, high + room

    def ticks(self, low: float, high: float, locale: QLocale) -> Ticks | None:
        """Between two places; None leaves them to the axis, which finds good ones for plain numbers."""
        if self.log:
            return self._log_ticks(low, high, locale)
        if self.kind == "share" and high - low > 60:
            return [[(place, locale.toString(place)) for place in (0, 25, 50, 75, 100)]]
        return None

    def _log_ticks(self, low: float, high: float, locale: QLocale) -> Ticks:
        decades = range(math.floor(low), math.ceil(high) + 1)
        labelled: list[float] = []
        for factors in ((1.0,), (1.0, 2.0, 5.0), tuple(map(float, range(1, 10)))):
            labelled = [n + math.log10(factor) for n in decades for factor in factors]
            labelled = [place for place in labelled if low <= place <= high]
            if len(labelled) >= LEAST_LABELS:
                break
        if len(labelled) < 2:
            labelled = [low + (high - low) * part for part in (0.2, 0.5, 0.8)]
        labelled = labelled[:: -(-len(labelled) // MOST_DECADES)]
        minor = [n + math.log10(factor) for n in decades for factor in range(1, 10)] if len(decades) < 12 else []
        return [[(place, tick_text(10**place, locale)) for place in labelled], [(place, "") for place in minor]]


def without_collisions(ticks: Ticks, pixel: float, width: Callable[[str], float]) -> Ticks:
    """The same ticks; labels that have no room beside those before them go. Whole decades are served first.

    Args:
        ticks: of a horizontal axis.
        pixel: the size of a px in places.
        width: of a label, in px.
    """
    taken: list[Limits] = []
    kept, bare = [], []
    for place, text in sorted(ticks[0], key=lambda tick: (not math.isclose(tick[0], round(tick[0])), tick[0])):
        half = (width(text) / 2 + LABEL_GAP / 2) * pixel
        if any(place - half < right and left < place + half for left, right in taken):
            bare.append((place, ""))
        else:
            taken.append((place - half, place + half))
            kept.append((place, text))
    return [sorted(kept), [*bare, *(tick for level in ticks[1:] for tick in level)]]


def round_up(highest: float) -> float:
    """The next round number: the axis' ticks are round then."""
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    return next(step * power for step in ROUND if step * power >= highest * 0.999)


def tick_text(value: float, locale: QLocale) -> str:
    """ "0.001", "10,000", "2e-06": as short as can be."""
    if not 1e-4 <= value < 1e6:
        return locale.toString(value, "g", 2)
    short = float(f"{value:.3g}")
    return number_text(short, decimals("number", (short,)), locale)
