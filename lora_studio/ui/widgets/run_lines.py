"""What the legend says of the lines in a run's own colour."""

from __future__ import annotations

from collections.abc import Container

from PySide6.QtCore import QCoreApplication

from lora_studio.ui.widgets.curve_legend import VariantLine
from lora_studio.ui.widgets.run_curves import HELD_OUT, PROTECTED, VALIDATION

MEANS, COMPONENT = "means", "component"


def drift_lines(measured: Container[str], made_up: bool) -> dict[str, VariantLine]:
    """`measured` of protected and held-out rows; `made_up`: the base made the held-out sentences up."""
    held_out = _tr("KL held out: sentences the base made up") if made_up else _tr("KL held out")
    lines = {
        PROTECTED: VariantLine(_tr("KL protected"), f"{_tr('solid: rows that are protected')}\n{_moved()}"),
        HELD_OUT: VariantLine(
            held_out, f"{_tr('dashed: rows that are neither learned nor protected')}\n{_moved()}", dashed=True
        ),
    }
    return {name: line for name, line in lines.items() if name in measured}


def validation_line(best: int | None) -> dict[str, VariantLine]:
    """The loss on rows that are not learned; `best` is the step at which it was lowest so far."""
    explained = _tr("dashed: the loss on rows that are not learned, beside the loss on those that are")
    if best is not None:
        explained = f"{explained}\n{_tr('lowest after step {step}').format(step=best)}"
    return {VALIDATION: VariantLine(_tr("validation loss"), explained, dashed=True)}


def sweep_lines() -> dict[str, VariantLine]:
    """Both kinds of direction between two groups of prompts."""
    return {
        MEANS: VariantLine(_tr("difference of means"), _tr("solid: the direction between the groups' means")),
        COMPONENT: VariantLine(
            _tr("first principal component"),
            _tr("dashed: the direction along which the prompts of both groups differ most"),
            dashed=True,
        ),
    }


def _moved() -> str:
    return _tr("how far their answers have moved: mean KL from the base in nats per token")


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunLines", text)
