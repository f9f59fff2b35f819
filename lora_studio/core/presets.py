"""Starting points: a method, training settings and datasets that go well together."""

from __future__ import annotations

from dataclasses import dataclass

from lora_studio.core.data.builtin import FACT_CORRECTION, FINETUNING, INDOORS, OUTDOORS, TRAINING
from lora_studio.core.methods import Lora, Method
from lora_studio.core.methods.lora import ATTENTION_TARGETS
from lora_studio.core.methods.scratch import Scratch
from lora_studio.core.methods.steering import RepresentationEngineering
from lora_studio.core.recipe import Protection, TrainingSettings

UNPROTECTED = Protection()


@dataclass(frozen=True, slots=True)
class Preset:
    """`title` names what a person wants to do, `help` says in one line how; `datasets` are names of datasets."""

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


def preset_of(
    method: Method, training: TrainingSettings, datasets: tuple[str, ...], protection: Protection
) -> Preset | None:
    """The preset that these settings are exactly, if any. Seed and measuring are nobody's taste and don't count."""
    for preset in PRESETS:
        same_training = training.model_copy(
            update={"seed": preset.training.seed, "probe_every": preset.training.probe_every}
        )
        if (method, same_training, datasets, protection) == (
            preset.method,
            preset.training,
            preset.datasets,
            preset.protection,
        ):
            return preset
    return None
