"""What the engine tells about models, variants and plans: plain values that any face can show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelSummary:
    """An opened model. `words` is its vocabulary."""

    name: str
    source: str
    family: str
    parameters: int
    device: str
    context_length: int
    words: frozenset[str]


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
    within `strength_limits` where it is not None. `steps` are the steps of its run at which its state was kept, and
    `step` is the one that is shown now (None: the result). `mix` names what a mix is made of, with each one's strength;
    `mix_of` says where each came from. `mix_id` is another one for every mix, and stays when it is renamed.
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


@dataclass(frozen=True, slots=True)
class Plan:
    """What a recipe would train and write, from the model's real shapes.

    `method_parameters` counts the method's own tensors (for LoRA, A and B); `trainable` adds embeddings and head where
    they train too. `adapter_bytes` is the size of the adapter's tensors on disk. `steps` counts optimizer steps.
    `new_words` are the words of the data that the base's vocabulary lacks; `words_trainable` tells that embeddings or
    head train, without which they can hardly be learned.
    """

    method_parameters: int
    trainable: int
    total: int
    adapter_bytes: int
    steps: int
    new_words: tuple[str, ...]
    words_trainable: bool = True
