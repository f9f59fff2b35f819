"""What a run tells the world, and the values that its events are made of. All frozen, all plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
        """The most probable one. Raises IndexError: there is none, the variant could not read the prompt."""
        return self.predictions[0]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One prompt across variants. `probabilities[v][t]` belongs to `variants[v]` and `tokens[t]`.

    `tokens` is the union of every variant's top-k, each variant's in order, the base's first. A probability is None
    where the variant's vocabulary lacks the token. `answers` holds each variant's own top-k. All are those at
    `temperature`. A variant that cannot read the prompt is left out, or has an answer without predictions (`arranged`).
    """

    prompt: str
    wanted: str
    variants: tuple[str, ...]
    tokens: tuple[str, ...]
    probabilities: tuple[tuple[float | None, ...], ...]
    answers: tuple[Answer, ...]
    temperature: float = 1.0

    def arranged(self, names: Sequence[str]) -> Comparison:
        """The same for these variants in this order; one that did not answer gets an answer without predictions."""
        if tuple(names) == self.variants:
            return self
        places = [self.variants.index(name) if name in self.variants else None for name in names]
        nothing = Answer(self.prompt, (), (), ())
        answers = tuple(nothing if place is None else self.answers[place] for place in places)
        tokens = dict.fromkeys(prediction.token for answer in answers for prediction in answer.predictions)
        kept = [i for i, token in enumerate(self.tokens) if token in tokens or token == self.wanted]
        rows = (None if place is None else self.probabilities[place] for place in places)
        shares = tuple(tuple(None if row is None else row[i] for i in kept) for row in rows)
        return replace(
            self,
            variants=tuple(names),
            tokens=tuple(self.tokens[i] for i in kept),
            probabilities=shares,
            answers=answers,
        )

    def moved(self, place: int) -> float:
        """How far the answer of `variants[place]` is from the first variant's: their total variation, 0…1.

        Half the sum of what changed over `tokens`, with everything else taken as one token: never more than over the
        whole vocabulary.
        """
        if not self.answers[place].predictions:
            return 0.0
        pairs = [(a or 0.0, b or 0.0) for a, b in zip(self.probabilities[0], self.probabilities[place], strict=True)]
        others = abs(sum(a for a, _ in pairs) - sum(b for _, b in pairs))
        return (sum(abs(a - b) for a, b in pairs) + others) / 2


EXACT_TOLERANCE = 1e-4  # in probability, for 32-bit numbers; rounding alone stays far below


@dataclass(frozen=True, slots=True)
class Receipt:
    """What reading a result back showed: the pinned prompts before the write and after it.

    `largest_change` is the largest difference in any next-token probability (0…1) over all prompts; `flipped` names the
    prompts whose most probable token changed. `bytes_written` is the size of the folder's files. `rounding` is the
    largest difference that keeping the base in 4 bits made to any of them; None where nothing was rounded. A change up
    to `tolerance` is what rounding to the model's type explains.
    """

    kind: str  # "adapter", "result" (stored, but in no form that PEFT loads), "merge" or "export"
    path: str
    prompts: int
    largest_change: float
    flipped: tuple[str, ...]
    bytes_written: int
    rounding: float | None = None
    tolerance: float = EXACT_TOLERANCE


@dataclass(frozen=True, slots=True)
class Started:
    """A run begins. `variant` is its result's name; `trainable` counts parameters, `steps` optimizer steps.

    If `first_step` is not 0, it goes on after that step: the run folder's events.jsonl holds what came before. What is
    measured at that step is told again.
    """

    variant: str
    steps: int
    trainable: int
    new_words: tuple[str, ...]
    first_step: int = 0


@dataclass(frozen=True, slots=True)
class Preparing:
    """What is done before the first step and takes a while, such as compiling: `done` of `total` parts.

    `what` is an English text that a face translates.
    """

    what: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Validated:
    """The loss on the rows that are not learned, in nats a token, after `step` steps (0: before the first).

    `best` tells that it is the lowest so far.
    """

    step: int
    loss: float
    best: bool


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
    whose first answer stayed (0…1); None where nothing was measured. `stopped_early` tells that the validation loss did
    not improve any more.
    """

    variant: str
    steps: int
    seconds: float
    final_loss: float | None
    cancelled: bool
    folder: str
    forgetting_kl: float | None = None
    top1_kept: float | None = None
    stopped_early: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """A run stopped with an error after `step` steps. `variant` is empty if nothing could be kept."""

    step: int
    error: StudioError
    variant: str


Event = Started | Preparing | Step | Validated | Counted | Separated | Drifted | Probed | Saved | Finished | Failed
