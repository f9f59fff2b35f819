"""A receipt in words: what was written, and what reading it back showed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale

from lora_studio.core.events import EXACT_TOLERANCE, Receipt
from lora_studio.ui.widgets.amounts import data_size

MOST_PROMPTS_NAMED = 3
LONGEST_NAME = 26  # characters, of a folder in a line that must not wrap at 1280 px


def is_alarming(receipt: Receipt) -> bool:
    """Whether what was written answers differently from what was meant, and from what rounding explains."""
    exact = receipt.tolerance <= EXACT_TOLERANCE  # where numbers are rounded, near ties may flip
    return (exact and bool(receipt.flipped)) or not receipt.largest_change <= receipt.tolerance  # also for NaN


def message_of(receipt: Receipt, locale: QLocale) -> str:
    """One line: what was done, the largest change, over how many prompts, what rounding cost, how large, where."""
    parts = (_done(receipt), _change(receipt, locale), _rounding(receipt, locale), _place(receipt, locale))
    return " ".join(part for part in parts if part)


def brief_message_of(receipt: Receipt, locale: QLocale) -> str:
    """What was done, how large it is, and the folder's name alone: a line for what went well."""
    if receipt.kind == "merge":
        return message_of(receipt, locale)
    return f"{_done(receipt)} {_size_in(receipt, _telling_name(Path(receipt.path)), locale)}"


def advice_on(receipt: Receipt) -> str:
    """For an alarming receipt: which prompts are concerned and what to do."""
    if not is_alarming(receipt):
        return ""
    what = _tr("What was read back does not answer as the variant did. Do not rely on it; write it again.")
    if not receipt.flipped:
        return what
    named = ", ".join(f"“{prompt}”" for prompt in receipt.flipped[:MOST_PROMPTS_NAMED])
    more = len(receipt.flipped) - MOST_PROMPTS_NAMED
    if more > 0:
        named += " " + _tr("and {count} more").format(count=more)
    return _tr("Another answer is first now for {prompts}.").format(prompts=named) + " " + what


def short_text(receipt: Receipt) -> str:
    """For the status bar: "✓ Receipt: Δp ≤ 1e-7"."""
    change = _rounded_up(receipt.largest_change)
    if is_alarming(receipt):
        return "⚠ " + _tr("Receipt: Δp = {change}, {count} answers flipped").format(
            change=change, count=len(receipt.flipped)
        )
    return "✓ " + _tr("Receipt: Δp ≤ {change}").format(change=change)


def _done(receipt: Receipt) -> str:
    if receipt.kind == "merge":
        return _tr("Merged and compared:")
    if receipt.kind == "export":
        return _tr("Model exported and read back:")
    if receipt.kind in ("gguf", "gguf-vector"):
        return _tr("GGUF written and read back:")
    if receipt.kind == "result":  # in no form that PEFT loads
        return _tr("Result stored and read back:")
    return _tr("Adapter saved and read back:")


def _change(receipt: Receipt, locale: QLocale) -> str:
    change = _seven_digits(receipt.largest_change, locale)
    text = _tr("largest change in probability {change} over {prompts} prompts").format(
        change=change, prompts=locale.toString(receipt.prompts)
    )
    if not receipt.flipped:
        return text + ", " + _tr("no answer flipped.")
    return text + ", " + _tr("{count} answers flipped.").format(count=len(receipt.flipped))


def _rounding(receipt: Receipt, locale: QLocale) -> str:
    if receipt.rounding is None:
        return ""
    text = _tr("Rounding the base to 4 bits moved a probability by at most {change} pp.")
    return text.format(change=_points(receipt.rounding, locale))


def _points(change: float, locale: QLocale) -> str:
    """Two decimals; what is not zero must not read as zero."""
    return "< " + locale.toString(0.01, "f", 2) if 0 < change < 5e-5 else locale.toString(100 * change, "f", 2)


def _seven_digits(change: float, locale: QLocale) -> str:
    """What is not zero must not read as zero, and what is zero may say so."""
    if change == 0:
        return "0"
    return "< " + locale.toString(1e-7, "f", 7) if 0 < change < 1e-7 else locale.toString(change, "f", 7)


def _place(receipt: Receipt, locale: QLocale) -> str:
    if receipt.kind == "merge":
        return ""
    path = Path(receipt.path)
    shown = f"…/{path.parent.name}/{path.name}" if len(path.parts) > 3 else str(path)
    return _size_in(receipt, shown, locale)


def _size_in(receipt: Receipt, folder: str, locale: QLocale) -> str:
    return _tr("{size} in {folder}").format(size=data_size(receipt.bytes_written, locale), folder=folder)


def _telling_name(path: Path) -> str:
    """Of an adapter's folder; in a run it is always called "adapter". The end of a long name says most."""
    name = path.parent.name if path.name == "adapter" and path.parent.name else path.name
    return name if len(name) <= LONGEST_NAME else "…" + name[1 - LONGEST_NAME :]


def _rounded_up(change: float) -> str:
    """The next power of ten: 4.2e-8 becomes 1e-7; 0 stays 0."""
    if not change > 0:
        return f"{change:g}"
    power = next((power for power in range(-12, 0) if change <= 10.0**power * (1 + 1e-9)), 0)
    return f"1e{power}" if power < 0 else "1"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Receipt", text)
