"""What an experiment is: a generator that tells how far it is and returns what it found. Free of torch."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

from lora_studio.core.experiments.results import Result


@dataclass(frozen=True, slots=True)
class Progress:
    """`part` is what is being done, a variant's name or a sentence; `done` of `total` steps of everything are made."""

    part: str
    done: int
    total: int

    @property
    def fraction(self) -> float:
        return self.done / self.total if self.total else 0.0


Running = Generator[Progress, None, Result]
Run = Callable[[int, Path | None], Running]


@dataclass(frozen=True, slots=True)
class Experiment:
    """`name` is what the command line says, `title` what a person reads, `summary` one line of explanation.

    `run(seed, out)` works on a model of its own. With `out`, a new folder, runs and results are kept there.
    Cancelling is closing the generator. Raises StudioError: a run failed, or its folder cannot be written.
    """

    name: str
    title: str
    summary: str
    run: Run


# Imported when they are run: they bring torch along.


def _finetuning(seed: int, out: Path | None) -> Running:
    from lora_studio.core.experiments.finetuning import run_finetuning

    return run_finetuning(seed, out)


def _fact_correction(seed: int, out: Path | None) -> Running:
    from lora_studio.core.experiments.fact_correction import run_fact_correction

    return run_fact_correction(seed, out)


def _knowledge_correction(seed: int, out: Path | None) -> Running:
    from lora_studio.core.experiments.knowledge_correction import run_knowledge_correction

    return run_knowledge_correction(seed, out)


def _methods(seed: int, out: Path | None) -> Running:
    from lora_studio.core.experiments.method_comparison import run_method_comparison

    return run_method_comparison(seed, out)


EXPERIMENTS: tuple[Experiment, ...] = (
    Experiment(
        "finetuning",
        "Three ways to fine-tune",
        "Full fine-tuning, layer freezing and LoRA learn new sentences: what each costs and forgets.",
        _finetuning,
    ),
    Experiment(
        "fact-correction",
        "Correct four facts",
        "LoRA on v_proj alone against all four projections, with and without protection of the rest.",
        _fact_correction,
    ),
    Experiment(
        "knowledge-correction",
        "Correct what a model knows",
        "A base that knows currencies and capitals learns of Bulgaria's euro: what follows, and what stays.",
        _knowledge_correction,
    ),
    Experiment(
        "methods",
        "All methods side by side",
        "Every method on the same data: target probability, forgetting, parameters, seconds.",
        _methods,
    ),
)


def experiment_named(name: str) -> Experiment:
    """Raises KeyError."""
    return {experiment.name: experiment for experiment in EXPERIMENTS}[name]
