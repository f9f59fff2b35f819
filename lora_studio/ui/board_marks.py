"""What is known of the variants on the board that the engine does not know: hidden, failed, and their colours."""

from __future__ import annotations

from collections.abc import Sequence

from lora_studio.core.events import Event, Failed, Started
from lora_studio.core.summaries import VariantSummary
from lora_studio.core.workspace import BoardEntry
from lora_studio.ui.variant_colors import VariantColors


class BoardMarks:
    """By the variants' names. They may be set before the engine tells of a variant."""

    def __init__(self) -> None:
        self.hidden: set[str] = set()
        self.failed: set[str] = set()
        self.colors = VariantColors()

    def set_visible(self, name: str, visible: bool) -> bool:
        """Returns whether it was otherwise before."""
        if visible == (name not in self.hidden):
            return False
        (self.hidden.discard if visible else self.hidden.add)(name)
        return True

    def take_events(self, events: Sequence[Event]) -> bool:
        """Returns whether a mark is another than before. What a failed run leaves is hidden."""
        before = set(self.hidden), set(self.failed)
        for event in events:
            if isinstance(event, Started):  # one that goes on is no longer what it was
                self.failed.discard(event.variant)
                self.hidden.discard(event.variant)
            elif isinstance(event, Failed) and event.variant:
                self.failed.add(event.variant)
                self.hidden.add(event.variant)
        return (self.hidden, self.failed) != before

    def update(self, before: Sequence[VariantSummary], variants: Sequence[VariantSummary]) -> None:
        """`variants` are there now, instead of those `before`: what left loses its marks."""
        gone = {variant.name for variant in before} - {variant.name for variant in variants}
        self.hidden -= gone
        self.failed -= gone
        self.colors.update(variants)

    def rename(self, name: str, new_name: str) -> None:
        for marked in (self.hidden, self.failed):
            if name in marked:
                marked.remove(name)
                marked.add(new_name)
        self.colors.rename(name, new_name)

    def put_back(self, name: str, entry: BoardEntry) -> None:
        """As they were kept; `name` is what the variant is called now."""
        if not entry.visible:
            self.hidden.add(name)
        if entry.failed:
            self.failed.add(name)
        self.colors.wish(name, entry.color)

    def clear(self) -> None:
        """Another base has come: what comes may be called as what has left."""
        self.hidden.clear()
        self.failed.clear()
        self.colors.clear()
