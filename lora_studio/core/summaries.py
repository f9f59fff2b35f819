"""What the engine tells about models, variants and plans: plain values that any face can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LayerShape:
    """A kind of linear layer inside the blocks: `name` as its end is written ("q_proj"), in how many blocks it is.

    `part` tells where it works: "attention", "feed_forward" or "other".
    """

    name: str
    part: str
    d_in: int
    d_out: int
    blocks: int


@dataclass(frozen=True, slots=True)
class ModelSummary:
    """An opened model. `words` is its vocabulary.

    `spells_everything` tells that no word is unknown to it, because it can be written in pieces. `dtype` is how the
    weights are kept: "float32", "bfloat16", "float16" or "nf4". `layers` are the linear layers of a block in its order.
    `tied` tells that embedding and head are one; `chats` that the tokenizer brings a chat template; `bytes` is what
    the weights take in memory.
    """

    name: str
    source: str
    family: str
    parameters: int
    device: str
    context_length: int
    words: frozenset[str]
    spells_everything: bool = False
    dtype: str = "float32"
    blocks: int = 0
    width: int = 0
    vocabulary: int = 0
    layers: tuple[LayerShape, ...] = ()
    tied: bool = False
    chats: bool = False
    bytes: int = 0

    def knows(self, word: str) -> bool:
        """Whether a word can be learned without a row of its own in the vocabulary."""
        return self.spells_everything or word in self.words


@dataclass(frozen=True, slots=True)
class MixSource:
    """Where a part of a mix came from, so that it can be mixed again: its adapter's folder, and its own strength then.

    `folder` is empty where no folder has it as it went in. `strength` is None where the part had none to set.
    """

    folder: str
    strength: float | None = None


@dataclass(frozen=True, slots=True)
class VariantSummary:
    """A model state that can be probed. `folder` is where its adapter is stored, empty if nowhere.

    `method`, `trainable`, `final_loss` and `seconds` are empty, 0 or None for the base, and for adapters that don't
    say. `merged` tells that the method was folded into plain weights. `forgetting_kl` and `top1_kept` are as in
    `Finished`. `no_adapter` and `no_merge` say why it cannot be saved as an adapter, or merged. `strength` can be set
    within `strength_limits` where it is not None. `no_gguf` says why llama.cpp cannot take it. `steps` are the steps of
    its run at which its state was kept, and `step` is the one that is shown now (None: the result). `mix` names what a
    mix is made of, with each one's strength; `mix_of` says where each came from. `mix_id` is another one for every mix,
    and stays when it is renamed.
    """

    name: str
    is_base: bool
    method: str = ""
    data: str = ""
    trainable: int = 0
    final_loss: float | None = None
    seconds: float | None = None
    folder: str = ""
    merged: bool = False
    forgetting_kl: float | None = None
    top1_kept: float | None = None
    no_adapter: str = ""
    no_merge: str = ""
    strength: float | None = None
    strength_limits: tuple[float, float] = (0.0, 1.0)
    steps: tuple[int, ...] = ()
    step: int | None = None
    mix: tuple[tuple[str, float], ...] = ()
    mix_of: tuple[MixSource, ...] = ()
    mix_id: int = 0
    no_gguf: str = ""


@dataclass(frozen=True, slots=True)
class Saving:
    """A single change after which a run takes `freed` bytes less at its peak.

    `kind` is "batch", "length", "checkpointing", "lora", "qlora" or "nf4". `advice` says it in a sentence that is
    filled in with `values`. `changes` are training settings with their new values; `method` is the name of another
    method that takes the settings over. With neither, the model is to be opened in another way.
    """

    kind: str
    advice: str
    values: Mapping[str, object]
    freed: int
    changes: Mapping[str, int | bool] = field(default_factory=dict)
    method: str = ""

    @property
    def text(self) -> str:
        """In English."""
        return self.advice.format(**self.values)


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """What a run takes of a device's memory, in bytes: the parts at the moment of the peak, which they add up to.

    `logits` is what the loss takes, `optimizer` Adam's averages and the copy of the last good state. `all_gradients`
    is the size of every gradient; some may not be there yet at the peak. `available` is what the run could have,
    with what its model takes already; None: not known. `calibrated` tells that a run like this was measured on this
    device, and corrects the numbers. `savings` are changes that would help, the largest first; they are looked for
    where the run does not fit.
    """

    device: str
    weights: int
    gradients: int
    optimizer: int
    activations: int
    logits: int
    all_gradients: int
    available: int | None = None
    calibrated: bool = False
    savings: tuple[Saving, ...] = ()

    @property
    def peak(self) -> int:
        return self.weights + self.gradients + self.optimizer + self.activations + self.logits

    @property
    def fits(self) -> bool:
        return self.available is None or self.peak <= self.available


@dataclass(frozen=True, slots=True)
class Plan:
    """What a recipe would train and write, from the model's real shapes.

    `method_parameters` counts the method's own tensors (for LoRA, A and B); `trainable` adds embeddings and head where
    they train too. `adapter_bytes` is the size of the adapter's tensors on disk. `steps` counts optimizer steps.
    `new_words` are the words of the data that the base's vocabulary lacks; `words_trainable` tells that embeddings or
    head train, without which they can hardly be learned. `memory` is what the run takes; None: not known.
    """

    method_parameters: int
    trainable: int
    total: int
    adapter_bytes: int
    steps: int
    new_words: tuple[str, ...]
    words_trainable: bool = True
    memory: MemoryPlan | None = None


@dataclass(frozen=True, slots=True)
class FirstBatchToken:
    """A token of the first batch that a recipe would train on.

    `role` is "prompt" (read, not learned), "learned", "end" (ends a text or a turn, and is learned), "special" (a mark
    that is not learned, such as the one that begins a text) or "padding". `is_target` tells that the loss counts it.
    `position` is what the model is told about its place: it counts from 0, anew in each of several rows that are packed
    into one window.
    """

    text: str
    id: int
    role: str
    is_target: bool
    position: int


@dataclass(frozen=True, slots=True)
class FirstBatch:
    """The windows of the first batch as training would make them, padding included.

    `batches` is how many an epoch has. `template` tells what rows became a text with: "chat" (the tokenizer's own
    template), "plain" (prompt and completion one below the other) or "" where all rows are plain text. `cut_rows`
    counts rows whose end is not learned because they are too long, `left_out` those of which nothing is learned, and
    `learned_whole` the chats whose answers could not be told from the rest, so that all is learned. `first_row` holds,
    for each window, the index of the row that it begins with, among the rows that are trained.
    """

    rows: tuple[tuple[FirstBatchToken, ...], ...]
    batches: int
    template: str = ""
    cut_rows: int = 0
    left_out: int = 0
    learned_whole: int = 0
    first_row: tuple[int, ...] = ()
