"""What a continuation is asked for with, and what it tells. Loads no torch."""

from __future__ import annotations

from dataclasses import dataclass

from lora_studio.core.settings import Settings, setting


class ContinueSettings(Settings):
    """How a text is continued. The same settings, seed and model give the same text on the same machine."""

    temperature: float = setting(
        0.8, "Temperature",
        "Scores are divided by it before one is drawn: below 1 safer, above 1 freer. 0: the likeliest.",
        formula="p = softmax(s / T)", labels={0: "greedy"}, ge=0, le=5,
    )  # fmt: skip
    top_p: float = setting(
        0.95, "Top-p", "Draws among the likeliest tokens that together have this probability. 1: among all.",
        formula="min k: p₁ + … + pₖ ≥ P", gt=0, le=1,
    )  # fmt: skip
    top_k: int = setting(
        0, "Top-k", "Draws among so many of the likeliest tokens. 0: among all.", labels={0: "all"}, unit="tokens",
        ge=0, le=1_000_000,
    )  # fmt: skip
    tokens: int = setting(128, "Longest", "After so many tokens it ends.", unit="tokens", ge=1, le=32_768)
    stop: str = setting(
        "", "Stop at",
        "Ends before this text, which is not shown. Several stand on lines of their own; \\n is a line end.",
        editor="text", max_length=1000,
    )  # fmt: skip
    seed: int = setting(0, "Seed", "Another seed, another text; variants draw with the same luck.", ge=0, le=2**31 - 1)

    @property
    def stops(self) -> tuple[str, ...]:
        """The texts before which it ends."""
        found = (line.replace("\\n", "\n").replace("\\t", "\t") for line in self.stop.split("\n"))
        return tuple(dict.fromkeys(text for text in found if text))


@dataclass(frozen=True, slots=True)
class Piece:
    """What one token, or a few that make one letter, add to a variant's text.

    `probability` (0…1) is the model's own of that token, whatever the temperature; `others` are the likeliest tokens at
    its place with theirs, as they are spelled in the vocabulary.
    """

    variant: str
    text: str
    token: str
    probability: float
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Ending:
    """A variant's text is done. `reason` is "end" (its end token came), "stop", "length", "context" or "gone"."""

    variant: str
    reason: str
    tokens: int


Told = Piece | Ending
