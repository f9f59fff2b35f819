"""Which variants an answer shows, in which order and colours."""

from __future__ import annotations

from collections.abc import Collection

from lora_studio.core.events import Comparison
from lora_studio.core.summaries import VariantSummary
from lora_studio.ui.session import Session


class ShownVariants:
    """What is shown is decided when the answer comes: much may have changed since it was asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def hidden(self) -> frozenset[str]:
        """They are not asked."""
        return frozenset({v.name for v in self._session.variants} - {v.name for v in self._visible()})

    def arranged(self, comparison: Comparison, not_asked: Collection[str]) -> Comparison:
        """What is to be seen of it, with an empty column for a variant that could not read the prompt.

        Variants that the session does not know (yet) are shown as they come: a run in progress adds one. One that was
        hidden when it was asked has no column until the next answer.
        """
        known = {variant.name for variant in self._session.variants}
        visible = [variant.name for variant in self._visible() if variant.name not in not_asked]
        unknown = [name for name in comparison.variants if name not in known]
        if unknown:  # something changed between question and answer; the next answer is on its way
            visible = [name for name in visible if name in comparison.variants]
        return comparison.arranged(visible + unknown)

    def places(self, comparison: Comparison) -> tuple[int, ...]:
        """Of each variant's colour."""
        return tuple(map(self._session.color_place, comparison.variants))

    def _visible(self) -> tuple[VariantSummary, ...]:
        """The base is always there: what the others are compared with."""
        visible = {variant.name for variant in self._session.visible_variants}
        return tuple(v for v in self._session.variants if v.is_base or v.name in visible)
