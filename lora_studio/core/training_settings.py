"""How a run trains, and what it protects: the settings beside data and method. Free of torch."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from lora_studio.core.settings import Settings, setting

MOST_NEW_TOKENS = 100_000  # letters, of all together
LONGEST_TOKEN = 200


class TrainingSettings(Settings):
    """How a run trains. The defaults are the reference's fact correction."""

    epochs: int = setting(
        80, "Epochs", "How often every row is seen. A single fact: 50–100.", unit="passes", ge=1, le=10_000
    )
    batch_size: int = setting(
        4, "Batch size", "Windows per step. Larger is smoother and slower.", unit="windows", ge=1, le=4096
    )
    sequence_length: int = setting(
        4, "Sequence length", "Longest window that is cut from a row; longer rows give several.", unit="tokens",
        ge=1, le=65_536,
    )  # fmt: skip
    learning_rate: float = setting(
        2e-3, "Learning rate", "Size of an update. MiniGPT: 2e-3; large models: 1e-4 to 3e-4.", logarithmic=True,
        formula="θ ← θ − η · m̂ / (√v̂ + ε)", gt=0, le=1e12,
    )  # fmt: skip
    seed: int = setting(0, "Seed", "Same recipe, same seed, same machine: same numbers.", ge=0, le=2**31 - 1)
    probe_every: int = setting(
        2, "Probe every", "How often the pinned prompts are measured while training.", unit="steps", ge=1, le=100_000
    )
    snapshots: int = setting(
        40, "Snapshots", "How many states along the way are kept for the time machine. 0 keeps none.", ge=0, le=1000
    )
    arrangement: Literal["sliding", "whole", "packed"] = setting(
        "sliding", "Rows become windows",
        "Sliding cuts every row into windows moved on by one token; whole keeps rows as they are; packed fills "
        "windows.",
        labels={"sliding": "sliding", "whole": "whole rows", "packed": "packed"}, advanced=True,
    )  # fmt: skip
    new_tokens: str = setting(
        "", "New tokens",
        "Names that become one token each, with commas between them, such as “<tool>, </tool>”; train embeddings and "
        "head with them.",
        advanced=True, max_length=MOST_NEW_TOKENS,
    )  # fmt: skip
    completion_only: bool = setting(
        True, "Learn completions only", "Prompts are read but not learned; rows without a prompt are learned whole.",
        advanced=True,
    )  # fmt: skip
    bucketing: bool = setting(
        False, "Rows of like length together",
        "Fewer padded positions and faster steps; the order is a little less random.", advanced=True,
    )  # fmt: skip
    accumulation: int = setting(
        1, "Gradient accumulation",
        "Batches whose gradients are added up for one update: a larger batch in less memory.",
        unit="batches", advanced=True, ge=1, le=4096,
    )  # fmt: skip
    checkpointing: bool = setting(
        False, "Recompute activations",
        "Keeps only each block's input and computes the rest again: less memory, slower.", advanced=True,
    )  # fmt: skip
    schedule: Literal["constant", "linear", "cosine"] = setting(
        "constant", "Schedule", "How the learning rate goes on after the warm-up: it stays, or falls to zero.",
        labels={"constant": "constant", "linear": "linear", "cosine": "cosine"}, advanced=True,
    )  # fmt: skip
    warmup: int = setting(
        0, "Warm-up", "Steps in which the learning rate rises from zero. Usual: 3 to 10 % of all steps.", unit="steps",
        advanced=True, ge=0, le=1_000_000,
    )  # fmt: skip
    weight_decay: float = setting(
        0.0, "Weight decay", "Pulls what trains towards zero, apart from the gradient (AdamW). Usual: 0 or 0.01.",
        formula="θ ← θ − η · λ · θ", advanced=True, ge=0, le=10,
    )  # fmt: skip
    clipping: float = setting(
        0.0, "Gradient clipping", "Longest gradient; a longer one is shortened to it. 0: off; usual: 1.",
        formula="g ← g · min(1, c / ‖g‖)", labels={0: "off"}, advanced=True, ge=0, le=1e6,
    )  # fmt: skip
    validation: float = setting(
        0.0, "Validation share",
        "Share of the rows that is not learned but measured at every probe. Usual: 0.05 to 0.1.",
        labels={0: "none"}, advanced=True, ge=0, le=0.5,
    )  # fmt: skip
    patience: int = setting(
        0, "Early stopping", "Stops when the validation loss has not improved for so many checks. 0: never.",
        labels={0: "never"}, unit="checks", advanced=True, ge=0, le=10_000,
    )  # fmt: skip
    keep_best: bool = setting(
        False, "Keep the best state", "Ends with the state of the lowest validation loss instead of the last one.",
        advanced=True,
    )  # fmt: skip
    snapshot_minutes: float = setting(
        0.0, "Snapshots by time", "Keeps a state every so many minutes instead of by the number of steps. 0: by steps.",
        labels={0: "by steps"}, unit="minutes", advanced=True, ge=0, le=10_000,
    )  # fmt: skip
    compilation: Literal["automatic", "on", "off"] = setting(
        "automatic", "Compile the blocks",
        "Makes fast code for the model's blocks first. Pays in runs of minutes on a GPU; automatic decides.",
        labels={"automatic": "automatic", "on": "on", "off": "off"}, advanced=True,
    )  # fmt: skip

    @field_validator("new_tokens")
    @classmethod
    def _fit_to_be_tokens(cls, text: str) -> str:
        tokens = _between_commas(text)
        if not all(token.isprintable() and len(token) <= LONGEST_TOKEN for token in tokens):
            raise ValueError(f"a token has at most {LONGEST_TOKEN} letters, all of which can be printed")
        return ", ".join(tokens)

    @property
    def tokens_to_add(self) -> tuple[str, ...]:
        """What `new_tokens` names, each once."""
        return _between_commas(self.new_tokens)


def _between_commas(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(str.strip, text.split(",")))))


class Protection(Settings):
    """Whether the answers to what the base knows are held in place while new rows are learned."""

    enabled: bool = setting(
        False, "Protect what it knows",
        "Adds weight · KL(base ‖ now) on the kept rows to the loss, so that their answers stay as they are.",
    )  # fmt: skip
    weight: float = setting(
        3.0, "Weight",
        "How much staying counts beside learning. 1 holds most of it, 10 nearly all; learning slows little.",
        formula="L' = L + λ · KL(p₀ ‖ p)", logarithmic=True, shown_if=("enabled", True), gt=0, le=1000,
    )  # fmt: skip
    generated: int = setting(
        0, "Sentences of its own", "Protects as many sentences that the base makes up, beside the rows you chose.",
        unit="rows", shown_if=("enabled", True), ge=0, le=1024,
    )  # fmt: skip
    neighbours: int = setting(
        0, "Variations of the new rows",
        "Protects as many variations of the new rows with one word exchanged, so that a correction spreads less. "
        "256 is a good start, with windows as long as the rows.",
        unit="rows", shown_if=("enabled", True), ge=0, le=1024,
    )  # fmt: skip
    phrasings_follow: bool = setting(
        True, "Other phrasings follow",
        "Leaves variations free that the base answers as the row itself. Off, a correction stays with its own words; "
        "that takes about twice the steps.",
        shown_if=("enabled", True),
    )  # fmt: skip
