"""Where the answer of a mix flips: what was found, as long as it is true."""

from __future__ import annotations

from typing import Any

from lora_studio.core.summaries import VariantSummary
from lora_studio.ui.faders import Faders

Question = tuple[int, str, tuple[float, ...]]


class MixFlips:
    """A flip belongs to a prompt and to the strengths of the other parts; its own part may be turned."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[Question, Any]] = {}  # by part, of one mix at a time

    def keep(self, mix: VariantSummary, faders: Faders, prompt: str, part: int, flip: object) -> None:
        self._found[part] = (_question(mix, faders, prompt, part), flip)

    def at(self, mix: VariantSummary, faders: Faders, prompt: str, part: int) -> Any:
        """Core's Flip; None: it is not known."""
        question, flip = self._found.get(part, (None, None))
        return flip if question == _question(mix, faders, prompt, part) else None

    def unknown(self, mix: VariantSummary, faders: Faders, prompt: str) -> tuple[int, ...]:
        """The parts of which it is not known."""
        return tuple(part for part in range(len(mix.mix)) if self.at(mix, faders, prompt, part) is None)


def _question(mix: VariantSummary, faders: Faders, prompt: str, part: int) -> Question:
    heard = faders.heard()
    return mix.mix_id, prompt, heard[:part] + heard[part + 1 :]
