"""How the figures of an experiment are written: by the locale, with the decimals that suit the whole column."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, QLocale

from lora_studio.core.experiments.results import UNITS, WORDS, Cell, Column, Kind, decimals, is_measured, scaled
from lora_studio.ui.widgets.figures import MINUS


def experiment_text(text: str) -> str:
    """A title, label or note of an experiment in the language of the interface."""
    return QCoreApplication.translate("Experiments", text) if text else ""


def column_title(column: Column) -> str:
    return with_unit(experiment_text(column.title), experiment_text(column.shown_unit))


def axis_title(label: str, kind: Kind) -> str:
    return with_unit(experiment_text(label), experiment_text(UNITS.get(kind, "")))


def with_unit(title: str, unit: str) -> str:
    return f"{title} ({unit})" if title and unit else title or unit


def cell_text(cell: Cell, kind: Kind, digits: int, locale: QLocale) -> str:
    """Without the unit; "<0.1" for what would look like nothing; empty if nothing was measured."""
    if cell is None or not is_measured(cell):
        return ""
    if isinstance(cell, str):
        return experiment_text(cell) if kind == "label" else cell
    return number_text(scaled(kind, cell), digits, locale)


def number_text(value: float, digits: int, locale: QLocale) -> str:
    least = 10.0**-digits
    if value and abs(value) < least / 2:
        return ("<" if value > 0 else ">" + MINUS) + locale.toString(least, "f", digits)
    sign = MINUS if value < 0 else ""
    return sign + locale.toString(float(abs(value)), "f", digits)  # an int would find another toString


def figure_with_unit(value: float, kind: Kind, locale: QLocale) -> str:
    """One figure by itself, such as the cursor reads: "97.1 %", "0.0412 nats"."""
    unit = experiment_text(UNITS.get(kind, ""))
    return f"{cell_text(value, kind, decimals(kind, (value,)), locale)} {unit}".strip()


def exact_text(cell: Cell, kind: Kind, locale: QLocale) -> str:
    """With every digit that means something, for tool tips and for copying; without thousands separators."""
    if cell is None or isinstance(cell, str) or kind in WORDS or not is_measured(cell):
        return "" if cell is None or not is_measured(cell) else str(cell)
    value = scaled(kind, cell)
    digits = 0 if value == 0 or float(value).is_integer() else min(12, max(0, 6 - math.floor(math.log10(abs(value)))))
    text = f"{value:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", locale.decimalPoint())
