"""How numbers are written: by the locale, with as many digits as say something, in figures of one width."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtGui import QFont

MINUS = "−"
NOT_MEASURED = "—"


def percent(probability: float | None, locale: QLocale) -> str:
    """A probability (0…1) as a number of percent without the sign: "98", "0.3", "<0.1"; "—" for None."""
    if probability is None:
        return NOT_MEASURED
    if 0 < probability < 0.0005:
        return "<" + locale.toString(0.1, "f", 1)
    return _short(100 * probability, locale)


def points(change: float, locale: QLocale) -> str:
    """A difference of probabilities in percentage points, always with its sign: "−96", "+0.4", "0"."""
    if abs(change) < 0.0005:
        return "0"
    return ("+" if change > 0 else MINUS) + _short(100 * abs(change), locale)


def exact_percent(probability: float, locale: QLocale) -> str:
    """For tooltips: "98.1326 %"."""
    return locale.toString(100 * probability, "f", 4) + " %"


def clock(seconds: float, locale: QLocale) -> str:
    """A span as "00:01", or "1:02:03" from an hour on."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    tail = f"{minutes:02}:{rest:02}"
    return f"{locale.toString(hours)}:{tail}" if hours else tail


def span(seconds: float, locale: QLocale) -> str:
    """How long something took: "0.4 s" below ten seconds, else as a clock."""
    return f"{locale.toString(seconds, 'f', 1)} s" if 0 <= seconds < 9.95 else clock(seconds, locale)


def tabular(font: QFont, *, points: float = 0.0, bold: bool = False) -> QFont:
    """`font` with digits of one width, `points` larger or smaller."""
    result = QFont(font)
    result.setFeature(QFont.Tag("tnum"), 1)
    result.setPointSizeF(max(6.0, font.pointSizeF() + points))
    result.setBold(bold)
    return result


def _short(value: float, locale: QLocale) -> str:
    """One decimal below 1, none from there on."""
    return locale.toString(value, "f", 1) if 0 < value < 0.95 else locale.toString(round(value))
