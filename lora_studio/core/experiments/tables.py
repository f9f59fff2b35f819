"""Results as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from lora_studio.core.events import Answer
from lora_studio.core.experiments.fact_correction import BASE, VARIANTS, Result, Row

TITLES = {BASE: "base", "v_only": "LoRA V", "all": "LoRA all"}
SHOWN = 3


def fact_correction_table(result: Result) -> str:
    """Each prompt with every variant's first answers; what changed by the way is marked."""
    lines = [*_section(result, "corrected", "Corrected facts (should have changed)"), ""]
    lines += _section(result, "kept", "Other facts (should have stayed)")
    trained = result.parameters["trainable_parameters"]
    counts = " · ".join(f"{TITLES[name]} {trained[name]:,} trainable" for name in VARIANTS)
    return "\n".join([*lines, "", f"{counts} · seed {result.parameters['seed']}"])


def _section(result: Result, kind: str, title: str) -> Iterator[str]:
    yield title
    rows = [row for row in result.rows if row.kind == kind]
    tops = {row.prompt: row.answer.top.token for row in rows if row.variant == BASE}
    for row in rows:
        prompt = row.prompt if row.variant == BASE else ""
        yield f"  {prompt:<26} {TITLES[row.variant]:<9} {_said(row.answer)}{_verdict(row, tops[row.prompt])}"


def _said(answer: Answer) -> str:
    shown = (f"{p.token} {p.probability:.0%}" for p in answer.predictions[:SHOWN])
    return "  ".join(f"{text:<16}" for text in shown)


def _verdict(row: Row, base_top: str) -> str:
    top = row.answer.top.token
    if row.variant == BASE:
        return ""
    if row.kind == "corrected":
        return " ✓" if top == row.wanted else f" ✗ wanted {row.wanted}"
    return "" if top == base_top else f" ⚠ side effect: was {base_top}"
