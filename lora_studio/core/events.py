"""What a run tells the world, and the values that its events are made of. All frozen, all plain Python."""

from __future__ import annotations

from dataclasses import dataclass

from lora_studio.core.errors import StudioError


@dataclass(frozen=True, slots=True)
class Prediction:
    """A candidate for the next token. `probability` lies in 0…1."""

    token: str
    probability: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What one variant says to one prompt.

    `tokens` is the prompt as the model reads it; `unknown` names the words that its vocabulary lacks (the model reads
    its unknown token in their place). `predictions` is the top-k, most probable first. `tracked` holds the tokens that
    were asked for by name (the base's answer, the wanted one) in the order of asking; a token outside the vocabulary
    is left out.
    """

    prompt: str
    tokens: tuple[str, ...]
    unknown: tuple[str, ...]
    predictions: tuple[Prediction, ...]
    tracked: tuple[Prediction, ...] = ()

    @property
    def top(self) -> Prediction:
        return self.predictions[0]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One prompt across variants. `probabilities[v][t]` belongs to `variants[v]` and `tokens[t]`.

    `tokens` is the union of every variant's top-k, each variant's in order, the base's first. A probability is None
    where the variant's vocabulary lacks the token. `answers` holds each variant's own top-k.
    """

    prompt: str
    wanted: str
    variants: tuple[str, ...]
    tokens: tuple[str, ...]
    probabilities: tuple[tuple[float | None, ...], ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What reading a result back showed: the pinned prompts before the write and after it.

    `largest_change` is the largest difference in any next-token probability (0…1) over all prompts; `flipped` names the
    prompts whose most probable token changed. `bytes_written` is the size of the folder's files. `rounding` is the
    largest difference that keeping the base in 4 bits made to any of them; None where nothing was rounded.
    """

    kind: str  # "adapter", "result" (stored, but in no form that PEFT loads), "merge" or "export"
    path: str
    prompts: int
    largest_change: float
    flipped: tuple[str, ...]
    bytes_written: int
    rounding: float | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """A run begins. `variant` is its result's name; `trainable` counts parameters, `steps` optimizer steps."""

    variant: str
    steps: int
    trainable: int
    new_words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One optimizer step, counted from 1. `loss` is the mean over the batch's target tokens, in nats.

    `seconds` are those that the run has taken so far, pauses excluded.
    """

    step: int
    epoch: int
    loss: float
    learning_rate: float
    tokens: int
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Counted:
    """A step, counted from 1, of a run that learns without a loss."""

    step: int


@dataclass(frozen=True, slots=True)
class BlockSeparation:
    """How well the hidden states after a block (counted from 1) tell two groups of prompts apart.

    For both kinds of direction: the share of prompts on their group's side when each is left out of what judges it
    (0…1), and the distance of the groups' means in standard deviations (Cohen's d).
    """

    block: int
    means_accuracy: float
    means_effect: float
    component_accuracy: float
    component_effect: float


@dataclass(frozen=True, slots=True)
class Separated:
    """The sweep over all blocks, and the block (counted from 1) whose direction is used."""

    blocks: tuple[BlockSeparation, ...]
    used: int


@dataclass(frozen=True, slots=True)
class Drifted:
    """How far the answers have moved after `step` steps: mean KL from the base in nats a token, None if not measured.

    `protected` is over the protected rows, `held_out` over rows that are neither trained nor protected; `made_up` tells
    that the base made the latter up, because the recipe names none that can be used.
    """

    step: int
    protected: float | None
    held_out: float | None
    made_up: bool = False


@dataclass(frozen=True, slots=True)
class Probed:
    """The pinned prompts, measured after `step` steps (0: before the first)."""

    step: int
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """A result was written and read back."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Finished:
    """A run ended by itself or was cancelled; its variant exists. `seconds` excludes pauses.

    `forgetting_kl` is the mean KL(base ‖ now) in nats over what the base knew, `top1_kept` the share of these prompts
    whose first answer stayed (0…1); None where nothing was measured.
    """

    variant: str
    steps: int
    seconds: float
    final_loss: float | None
    cancelled: bool
    folder: str
    forgetting_kl: float | None = None
    top1_kept: float | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A run stopped with an error after `step` steps. `variant` is empty if nothing could be kept."""

    step: int
    error: StudioError
    variant: str


Event = Started | Step | Counted | Separated | Drifted | Probed | Saved | Finished | Failed
