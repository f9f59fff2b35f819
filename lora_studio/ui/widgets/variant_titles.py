"""What stands above a variant's column, and what it says when one points at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtGui import QFontMetrics

from lora_studio.core.summaries import VariantSummary
from lora_studio.ui.widgets.number_field import write_number


@dataclass(frozen=True, slots=True)
class Title:
    """`suffix` (such as " · step 40") stays readable when the name has to be shortened."""

    name: str
    suffix: str = ""
    tip: str = ""

    @property
    def text(self) -> str:
        return self.name + self.suffix

    def elided(self, metrics: QFontMetrics, width: int) -> str:
        room = width - metrics.horizontalAdvance(self.suffix)
        return metrics.elidedText(self.name, Qt.TextElideMode.ElideRight, room) + self.suffix


def titles_of(names: Sequence[str], variants: Sequence[VariantSummary], locale: QLocale) -> tuple[Title, ...]:
    """A title for each name, with what the variant of that name is made of."""
    known = {variant.name: variant for variant in variants}
    return tuple(_title(known[name], locale) if name in known else Title(name, tip=name) for name in names)


def _title(variant: VariantSummary, locale: QLocale) -> Title:
    suffix = ""
    if variant.step is not None:
        step = QCoreApplication.translate("Comparison", "step {step}")
        suffix = " · " + step.format(step=locale.toString(variant.step))
    parts = (f"{part} × {write_number(strength, locale)}" for part, strength in variant.mix)
    return Title(variant.name, suffix, "\n".join((variant.name + suffix, *parts)))
