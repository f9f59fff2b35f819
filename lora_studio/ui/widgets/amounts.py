"""Counts, sizes and durations as a person reads them, by the locale."""

from __future__ import annotations

from PySide6.QtCore import QLocale

UNITS = ("B", "KB", "MB", "GB", "TB")  # steps of 1,000, as disks and file managers count


def count(number: int, locale: QLocale) -> str:
    return locale.toString(number)


def data_size(size: int, locale: QLocale) -> str:
    """ "41 KB", "1.2 MB", "113 MB": a decimal only where it says something."""
    value, place = float(size), 0
    while value >= 999.5 and place < len(UNITS) - 1:
        value, place = value / 1000, place + 1
    return f"{locale.toString(value, 'f', 1 if place > 1 and value < 99.95 else 0)} {UNITS[place]}"


def duration(seconds: float, locale: QLocale) -> str:
    """ "2.1 s" below a minute, "3 min 20 s" above."""
    if seconds < 59.95:
        return f"{locale.toString(seconds, 'f', 1)} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{locale.toString(minutes)} min {rest} s"


def share(part: int, whole: int, locale: QLocale) -> str:
    """ "9.4 %"; one decimal above 1 %, two below, so that small shares don't read as nothing."""
    value = 100 * part / whole if whole else 0.0
    return f"{locale.toString(value, 'f', 1 if value >= 1 else 2)} %"
