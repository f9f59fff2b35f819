"""Starting points: a method, training settings and datasets that go well together."""

from __future__ import annotations

from dataclasses import dataclass

from lora_studio.core.data.builtin import FACT_CORRECTION, FINETUNING, INDOORS, OUTDOORS, TRAINING
from lora_studio.core.methods import Lora, Method
from lora_studio.core.methods.lora import ALL_LINEAR, ATTENTION_TARGETS
from lora_studio.core.methods.qlora import Qlora
from lora_studio.core.methods.scratch import Scratch
from lora_studio.core.methods.steering import RepresentationEngineering
from lora_studio.core.recipe import Protection, TrainingSettings
from lora_studio.core.summaries import ModelSummary
from lora_studio.core.usual import MINI, kind_of, usual_method, usual_training

UNPROTECTED = Protection()


@dataclass(frozen=True, slots=True)
class Preset:
    """`title` names what a person wants to do, `help` says in one line how; `datasets` are names of datasets,
    and empty where the ticked ones stay.
    """

    name: str
    title: str
    help: str
    method: Method
    training: TrainingSettings
    datasets: tuple[str, ...]
    protection: Protection = UNPROTECTED


_FACT = TrainingSettings(epochs=80, batch_size=4, sequence_length=4, learning_rate=2e-3)

# The figures are those of the reference experiments: fact correction, the fine-tuning comparison, the base's training.
PRESETS: tuple[Preset, ...] = (
    Preset(
        name="correct-a-fact",
        title="Correct a fact",
        help="A small change in one place: the value projections alone, many passes over a few rows.",
        method=Lora(rank=4, alpha=4.0, targets=("v_proj",)),
        training=_FACT,
        datasets=(FACT_CORRECTION.name,),
    ),
    Preset(
        name="correct-and-protect",
        title="Correct and protect",
        help="The same, with one more term in the loss that keeps the answers to the kept rows where they are.",
        method=Lora(rank=4, alpha=4.0, targets=("v_proj",)),
        training=_FACT,
        datasets=(FACT_CORRECTION.name,),
        protection=Protection(enabled=True),
    ),
    Preset(
        name="teach-a-domain",
        title="Teach a domain",
        help="New words and new sentences: all four attention projections, gently scaled.",
        method=Lora(rank=4, alpha=1.0, targets=ATTENTION_TARGETS),
        training=TrainingSettings(epochs=50, batch_size=4, sequence_length=4, learning_rate=2e-3),
        datasets=(FINETUNING.name,),
    ),
    Preset(
        name="steer-a-concept",
        title="Steer a concept",
        help="No training: the direction between two groups of prompts is found and added while the model reads.",
        method=RepresentationEngineering(),
        training=TrainingSettings(),
        datasets=(OUTDOORS.name, INDOORS.name),
    ),
    Preset(
        name="train-from-scratch",
        title="Train from scratch",
        help="A new base with random weights, from everyday sentences and whatever else is ticked.",
        method=Scratch(),
        training=TrainingSettings(epochs=100, batch_size=4, sequence_length=16, learning_rate=1e-3),
        datasets=(TRAINING.name,),
    ),
)


def presets_for(summary: ModelSummary | None) -> tuple[Preset, ...]:
    """What suits the model: the reference's experiments on MiniGPT, the usual ways on a real one."""
    return PRESETS if summary is None or kind_of(summary) == MINI else _real_presets(summary)


def _real_presets(summary: ModelSummary) -> tuple[Preset, ...]:
    lora, training = usual_method(Lora, summary), usual_training(summary)
    every = lora.model_copy(update={"rank": 16, "alpha": 32.0, "targets": (ALL_LINEAR,)})
    small = lora.model_copy(update={"rank": 4, "alpha": 8.0})
    return (
        Preset(
            name="adapt",
            title="Adapt",
            help="The usual start: a correction of rank 8 beside the attention's layers, three passes over the data.",
            method=lora,
            training=training,
            datasets=(),
        ),
        Preset(
            name="adapt-everything",
            title="Adapt everywhere",
            help="For much or unlike data: rank 16 beside every linear layer. Twice to four times as much trains.",
            method=every,
            training=training,
            datasets=(),
        ),
        Preset(
            name="correct-facts",
            title="Correct facts",
            help="A small correction and many passes over a few rows; what the base knows is protected.",
            method=small,
            training=training.model_copy(update={"epochs": 20, "learning_rate": 5e-4, "schedule": "constant"}),
            datasets=(),
            protection=Protection(enabled=True),
        ),
        Preset(
            name="save-memory",
            title="Save memory",
            help="The base is kept in 4 bits and activations are computed again: the least memory, and slower.",
            method=usual_method(Qlora, summary),
            training=training.model_copy(update={"batch_size": 1, "accumulation": 4, "checkpointing": True}),
            datasets=(),
        ),
        Preset(
            name="steer-a-concept",
            title="Steer a concept",
            help="No training: the direction between two groups of prompts is found and added while the model reads.",
            method=usual_method(RepresentationEngineering, summary),
            training=training,
            datasets=(OUTDOORS.name, INDOORS.name),
        ),
    )


def preset_of(
    method: Method,
    training: TrainingSettings,
    datasets: tuple[str, ...],
    protection: Protection,
    presets: tuple[Preset, ...] = PRESETS,
) -> Preset | None:
    """The preset that these settings are exactly, if any. Seed and measuring are nobody's taste and don't count."""
    for preset in presets:
        same_training = training.model_copy(
            update={"seed": preset.training.seed, "probe_every": preset.training.probe_every}
        )
        if (method, same_training, datasets, protection) == (
            preset.method,
            preset.training,
            preset.datasets or datasets,
            preset.protection,
        ):
            return preset
    return None
