"""How the parts of a mix are set."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Faders:
    """How the parts of a mix are set, in their order. What is muted, or not among the soloed, is not heard."""

    strengths: tuple[float, ...]
    muted: frozenset[int] = frozenset()
    soloed: frozenset[int] = frozenset()

    def is_heard(self, part: int) -> bool:
        return part not in self.muted and (not self.soloed or part in self.soloed)

    def heard(self) -> tuple[float, ...]:
        """The strengths that the mix has: 0 for what is not heard."""
        return tuple(strength if self.is_heard(part) else 0.0 for part, strength in enumerate(self.strengths))
