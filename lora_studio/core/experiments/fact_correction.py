"""Fact correction: four facts corrected by LoRA on v_proj only and on all four projections (reference, section 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lora_studio.core.data.builtin import FACT_CORRECTION, FACT_PROBES
from lora_studio.core.engine import Engine
from lora_studio.core.events import Answer, Event, Failed
from lora_studio.core.methods import Lora
from lora_studio.core.methods.lora import ATTENTION_TARGETS
from lora_studio.core.recipe import Recipe, TrainingSettings
from lora_studio.core.run_folder import RunFolder

BASE = "base"
VARIANTS: dict[str, tuple[str, ...]] = {"v_only": ("v_proj",), "all": ATTENTION_TARGETS}


@dataclass(frozen=True, slots=True)
class Row:
    """What one variant says to one prompt."""

    prompt: str
    kind: str
    wanted: str
    variant: str
    answer: Answer

    def plain(self) -> dict[str, Any]:
        predictions = [asdict(prediction) for prediction in self.answer.predictions]
        return {"prompt": self.prompt, "kind": self.kind, "variant": self.variant, "predictions": predictions}


@dataclass(frozen=True, slots=True)
class Result:
    """All answers, the base's first for each prompt, and the settings they were made with."""

    rows: tuple[Row, ...]
    parameters: dict[str, Any]

    def plain(self) -> dict[str, Any]:
        return {"rows": [row.plain() for row in self.rows], "parameters": self.parameters}


def recipe(variant: str, seed: int = 0) -> Recipe:
    """The reference's settings: 80 epochs, r 4, α 4, learning rate 2e-3, batch 4, length 4, embeddings and head too."""
    method = Lora(rank=4, alpha=4, targets=VARIANTS[variant], train_embeddings=True)
    return Recipe(
        name=variant,
        datasets=(FACT_CORRECTION,),
        method=method,
        training=TrainingSettings(
            epochs=80, batch_size=4, sequence_length=4, learning_rate=2e-3, seed=seed, probe_every=10
        ),
        probes=FACT_PROBES,
    )


def run_fact_correction(
    engine: Engine, seed: int = 0, out: Path | None = None, tell: Callable[[str, Event], None] | None = None
) -> Result:
    """Trains both variants on a freshly opened base and asks all three.

    Args:
        out: a folder for the runs, one subfolder a variant; none is written if None.
        tell: receives each variant's name with each of its events.

    Raises:
        StudioError: a run failed or its folder cannot be written.
    """
    engine.open("minigpt")
    for name in VARIANTS:
        for event in _events(engine, recipe(name, seed), out / name if out else None):
            if tell:
                tell(name, event)
    return Result(tuple(_rows(engine)), _parameters(engine, seed))


def _events(engine: Engine, made: Recipe, folder: Path | None) -> Iterator[Event]:
    for event in engine.run(made, RunFolder(folder) if folder else None).events():
        if isinstance(event, Failed):
            raise event.error
        yield event


def _rows(engine: Engine) -> Iterator[Row]:
    for probe in FACT_PROBES:
        comparison = engine.compare(probe.prompt, probe.wanted)
        for variant, answer in zip((BASE, *VARIANTS), comparison.answers, strict=True):
            yield Row(probe.prompt, probe.kind, probe.wanted, variant, answer)


def _parameters(engine: Engine, seed: int) -> dict[str, Any]:
    made = recipe("v_only", seed)
    trainable = {variant.name: variant.trainable for variant in engine.summaries() if not variant.is_base}
    settings = made.training.model_dump(exclude={"probe_every"})
    method = made.method.model_dump(exclude={"targets"})
    return {**method, **settings, "targets": dict(VARIANTS), "trainable_parameters": trainable}
