"""A comparison in words and numbers: what the rows say, and what to read out and to copy."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QLocale

from lora_studio.core.data.builtin import Probe
from lora_studio.core.events import Comparison
from lora_studio.ui.widgets.figures import percent, points
from lora_studio.ui.widgets.number_field import write_number


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of the board, written out. `change` is empty for the base and where there is nothing to compare."""

    probability: float | None
    number: str
    change: str
    is_answer: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A token across all variants. `base` is what the base gives it."""

    token: str
    is_wanted: bool
    base: float | None
    cells: tuple[Cell, ...]


def written_rows(comparison: Comparison, shown: tuple[int, ...], locale: QLocale) -> tuple[Row, ...]:
    """The rows of these tokens, ready to be painted."""
    return tuple(_written_row(comparison, index, locale) for index in shown)


def _written_row(comparison: Comparison, index: int, locale: QLocale) -> Row:
    token = comparison.tokens[index]
    base = comparison.probabilities[0][index]
    cells = []
    for place, answer in enumerate(comparison.answers):
        probability = comparison.probabilities[place][index]
        number = percent(probability, locale) if answer.predictions else ""
        change = written_change(probability, base, locale) if place > 0 else ""
        is_answer = bool(answer.predictions) and answer.top.token == token
        cells.append(Cell(probability, number, change, is_answer))
    return Row(token, token == comparison.wanted, base, tuple(cells))


def written_change(probability: float | None, base: float | None, locale: QLocale) -> str:
    """In percentage points; "new" for a token that the base does not know, empty where there is nothing to tell."""
    if probability is None:
        return ""
    if base is None:
        return QCoreApplication.translate("Comparison", "new", "a token that the base's vocabulary lacks")
    return points(probability - base, locale)


def at_temperature(temperature: float, locale: QLocale) -> str:
    """Empty for the model's own probabilities."""
    if temperature == 1:
        return ""
    text = QCoreApplication.translate("Comparison", "at temperature {temperature}")
    return text.format(temperature=write_number(temperature, locale))


def cannot_read() -> str:
    return QCoreApplication.translate("Comparison", "does not read so long a prompt")


def spoken(comparison: Comparison, locale: QLocale) -> str:
    """For a screen reader: "die katze sitzt auf dem: Base tisch 98 %, LoRA V sofa 94 %"."""
    parts = (
        f"{name} {answer.top.token} {percent(answer.top.probability, locale)} %"
        if answer.predictions
        else f"{name} {cannot_read()}"
        for name, answer in zip(comparison.variants, comparison.answers, strict=True)
    )
    where = at_temperature(comparison.temperature, locale)
    return f"{comparison.prompt}{', ' + where if where else ''}: {', '.join(parts)}"


def spoken_cell(row: Row, place: int, name: str) -> str:
    """For a screen reader: "sofa, LoRA V: 94 %, +94 pp"."""
    cell = row.cells[place]
    wanted = QCoreApplication.translate("Comparison", "wanted") if row.is_wanted else ""
    token = f"{row.token} ({wanted})" if wanted else row.token
    if cell.probability is None:
        return f"{token}, {name}: {cell.number}"
    change = f", {cell.change} pp" if cell.change and row.base is not None else ""
    return f"{token}, {name}: {cell.number} %{change}"


def as_table(comparison: Comparison) -> str:
    """For the clipboard: tab-separated, percent with a point, so that spreadsheets and scripts read it."""
    heading = (QCoreApplication.translate("Comparison", "token"), *(f"{name} (%)" for name in comparison.variants))
    where = at_temperature(comparison.temperature, QLocale.c())
    lines = [f"{comparison.prompt} ({where})" if where else comparison.prompt, "\t".join(heading)]
    lines += ["\t".join((token, *shares)) for token, shares in _shares(comparison)]
    return "\n".join(lines) + "\n"


def as_csv(comparison: Comparison) -> str:
    """For the clipboard: one line a token, with the prompt and the temperature in columns of their own."""
    names = (
        QCoreApplication.translate("Comparison", "prompt"),
        QCoreApplication.translate("Comparison", "temperature"),
        QCoreApplication.translate("Comparison", "token"),
    )
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*names, *(f"{name} (%)" for name in comparison.variants)))
    about = comparison.prompt, f"{comparison.temperature:g}"
    writer.writerows((*about, token, *shares) for token, shares in _shares(comparison))
    return out.getvalue()


def _shares(comparison: Comparison) -> list[tuple[str, tuple[str, ...]]]:
    """Each token with its probabilities in percent, as other programs read them."""
    columns = zip(*comparison.probabilities, strict=True)
    return [
        (token, tuple("" if p is None else f"{100 * p:.4f}" for p in column))
        for token, column in zip(comparison.tokens, columns, strict=True)
    ]


def side_effects(probe: Probe, comparison: Comparison) -> tuple[str, ...]:
    """The variants whose answer to a prompt that was to be kept is no longer the base's."""
    if probe.kind != "kept" or not comparison.answers or not comparison.answers[0].predictions:
        return ()
    expected = comparison.answers[0].top.token
    return tuple(name for name, token in _others(comparison) if token != expected)


def missed(probe: Probe, comparison: Comparison) -> tuple[str, ...]:
    """The variants whose answer to a prompt that was to be corrected is not the wanted one; never the base."""
    if probe.kind != "corrected" or not probe.wanted:
        return ()
    return tuple(name for name, token in _others(comparison) if token != comparison.wanted)


def _others(comparison: Comparison) -> list[tuple[str, str]]:
    """Every variant but the base, where it answered, with its answer."""
    pairs = zip(comparison.variants[1:], comparison.answers[1:], strict=True)
    return [(name, answer.top.token) for name, answer in pairs if answer.predictions]
