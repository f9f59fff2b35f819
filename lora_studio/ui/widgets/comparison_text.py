"""A comparison in words and numbers: which rows to show, and what to read out and to copy."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QLocale

from lora_studio.core.data.builtin import Probe
from lora_studio.core.events import Comparison
from lora_studio.ui.widgets.figures import percent, points


@dataclass(frozen=True, slots=True)
class Rows:
    """Indices of the tokens to show, in the comparison's order; `highest_hidden` is the most probable of the others."""

    shown: tuple[int, ...]
    hidden: int
    highest_hidden: float


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
        change = written_change(probability, base, locale) if place > 0 else ""
        cells.append(Cell(probability, percent(probability, locale), change, answer.top.token == token))
    return Row(token, token == comparison.wanted, base, tuple(cells))


def written_change(probability: float | None, base: float | None, locale: QLocale) -> str:
    """In percentage points; "new" for a token that the base does not know, empty where there is nothing to tell."""
    if probability is None:
        return ""
    if base is None:
        return QCoreApplication.translate("Comparison", "new", "a token that the base's vocabulary lacks")
    return points(probability - base, locale)


def choose_rows(comparison: Comparison, limit: int) -> Rows:
    """At most `limit` tokens: every variant's answer and the wanted token always, then the most probable ones."""
    highest = [max((p or 0.0) for p in token) for token in zip(*comparison.probabilities, strict=True)]
    always = {answer.top.token for answer in comparison.answers} | {comparison.wanted}
    by_weight = sorted(range(len(highest)), key=lambda i: (comparison.tokens[i] not in always, -highest[i]))
    needed = sum(token in always for token in comparison.tokens)
    shown = tuple(sorted(by_weight[: max(limit, needed)]))
    hidden = by_weight[len(shown) :]
    return Rows(shown, len(hidden), max((highest[i] for i in hidden), default=0.0))


def spoken(comparison: Comparison, locale: QLocale) -> str:
    """For a screen reader: "die katze sitzt auf dem: Base tisch 98 %, LoRA V sofa 94 %"."""
    parts = (
        f"{name} {answer.top.token} {percent(answer.top.probability, locale)} %"
        for name, answer in zip(comparison.variants, comparison.answers, strict=True)
    )
    return f"{comparison.prompt}: {', '.join(parts)}"


def as_table(comparison: Comparison) -> str:
    """For the clipboard: tab-separated, percent with a point, so that spreadsheets and scripts read it."""
    heading = (QCoreApplication.translate("Comparison", "token"), *(f"{name} (%)" for name in comparison.variants))
    lines = [comparison.prompt, "\t".join(heading)]
    for index, token in enumerate(comparison.tokens):
        shares = (column[index] for column in comparison.probabilities)
        lines.append("\t".join((token, *("" if p is None else f"{100 * p:.4f}" for p in shares))))
    return "\n".join(lines) + "\n"


def side_effects(probe: Probe, comparison: Comparison) -> tuple[str, ...]:
    """The variants whose answer to a prompt that was to be kept is no longer the base's."""
    if probe.kind != "kept" or not comparison.answers:
        return ()
    expected = comparison.answers[0].top.token
    pairs = zip(comparison.variants[1:], comparison.answers[1:], strict=True)
    return tuple(name for name, answer in pairs if answer.top.token != expected)
