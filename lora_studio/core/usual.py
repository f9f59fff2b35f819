"""The settings that one usually begins with, for the kind of model that is open. Loads no torch."""

from __future__ import annotations

import os
from collections.abc import Mapping

from lora_studio.core.methods import Lora, Method
from lora_studio.core.methods.dora import Dora
from lora_studio.core.methods.freezing import LayerFreezing
from lora_studio.core.methods.full import FullFineTuning
from lora_studio.core.methods.layer_numbers import is_meant
from lora_studio.core.methods.lora import ALL_LINEAR, ATTENTION_TARGETS
from lora_studio.core.methods.lora_plus import LoraPlus
from lora_studio.core.methods.prefix import PrefixTuning
from lora_studio.core.methods.prompt import PromptTuning
from lora_studio.core.methods.qlora import Qlora
from lora_studio.core.methods.scratch import Scratch
from lora_studio.core.recipe import TrainingSettings
from lora_studio.core.summaries import ModelSummary

MINI, REAL = "minigpt", "real"  # the kinds of base, each with settings of its own
SHARE_OF_BLOCKS = 4  # layer freezing trains the last fourth

# Where Adam usually starts on models of 10⁸ parameters and more; for MiniGPT each method says it itself.
_RATES: Mapping[type[Method], float] = {
    Lora: 2e-4, Dora: 2e-4, Qlora: 2e-4, LoraPlus: 5e-5, FullFineTuning: 1e-5, LayerFreezing: 1e-5, Scratch: 3e-4,
    PromptTuning: 1e-2, PrefixTuning: 1e-2,
}  # fmt: skip


def kind_of(summary: ModelSummary | None) -> str:
    """MINI or REAL. A model that is not there yet counts as the bundled one."""
    return MINI if summary is None or summary.family == "minigpt" else REAL


def attention_targets(summary: ModelSummary) -> tuple[str, ...]:
    """The layers of its attention by name, in their order; all layers where none is known to be of attention."""
    if not summary.layers:
        return ATTENTION_TARGETS
    found = tuple(layer.name for layer in summary.layers if layer.part == "attention")
    return tuple(dict.fromkeys(found or (layer.name for layer in summary.layers)))


def usual_method(kind: type[Method], summary: ModelSummary | None) -> Method:
    """The method with settings that suit the model."""
    method = kind()
    if summary is None or kind_of(summary) == MINI:
        return method
    wanted: dict[str, object] = {
        "rank": 8,
        "alpha": 16.0,
        "targets": attention_targets(summary),
        "train_embeddings": False,
        "train_head": False,
    }
    if isinstance(method, PromptTuning | PrefixTuning):
        wanted["tokens"] = 20
    if isinstance(method, PrefixTuning):
        wanted["hidden"] = 512
    if isinstance(method, LayerFreezing):
        wanted["blocks"] = max(1, summary.blocks // SHARE_OF_BLOCKS)
    return _updated(method, wanted)


def usual_learning_rate(kind: type[Method], summary: ModelSummary | None) -> float:
    if kind_of(summary) == MINI:
        return kind.usual_learning_rate
    return _RATES.get(kind, _RATES[Lora])


def usual_training(summary: ModelSummary | None, kind: type[Method] = Lora) -> TrainingSettings:
    """How a run usually trains this model with a method of that kind."""
    if summary is None or kind_of(summary) == MINI:
        return TrainingSettings()
    length = min(512, summary.context_length)
    return TrainingSettings(
        epochs=3,
        batch_size=1 if _is_tight(summary, 4 * length) else 4,
        sequence_length=length,
        learning_rate=usual_learning_rate(kind, summary),
        probe_every=10,
        snapshots=5,
        arrangement="whole",
        bucketing=True,
        schedule="cosine",
        warmup=5,
        clipping=1.0,
    )


def fitting(method: Method, summary: ModelSummary) -> Method:
    """The same method, with the model's own attention in place of layers that the model lacks; itself if it fits."""
    changed: dict[str, object] = {}
    targets: tuple[str, ...] = getattr(method, "targets", ())
    if targets and summary.layers and not all(_has(summary, target) for target in targets):
        kept = tuple(target for target in targets if _has(summary, target))
        changed["targets"] = kept or attention_targets(summary)
    if isinstance(method, LayerFreezing) and summary.blocks and method.blocks > summary.blocks:
        changed["blocks"] = max(1, summary.blocks // SHARE_OF_BLOCKS)
    return _updated(method, changed) if changed else method


def _has(summary: ModelSummary, target: str) -> bool:
    """Whether `target` means a layer of the model. A name with a block's number in it is judged by its end."""
    if target == ALL_LINEAR:
        return True
    return any(is_meant(layer.name, target) or is_meant(target, layer.name) for layer in summary.layers)


def _updated(method: Method, wanted: Mapping[str, object]) -> Method:
    """With those of the settings that the method has."""
    return method.model_copy(
        update={name: value for name, value in wanted.items() if name in type(method).model_fields}
    )


def _is_tight(summary: ModelSummary, tokens: int) -> bool:
    """Whether a batch of so many tokens would fill what the computer has left beside the weights. Roughly.

    About 34 values of the model's width a token and block are kept for the backward pass (Korthikanti et al. 2022,
    arXiv:2205.05198, §4.1), and two of every score. A GPU's memory is not known here, and told by the memory plan.
    """
    if not summary.device.startswith("CPU"):
        return False
    size = 4 if summary.dtype == "float32" else 2
    activations = tokens * (34 * summary.width * summary.blocks // 2 * size + 8 * summary.vocabulary)
    return activations > (_memory() - summary.bytes) // 2


def _memory() -> int:
    """Of the computer, in bytes; 16 GiB where it does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 16 << 30
