"""Several recipes on one base, one after the other, and what every report says about them."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

from lora_studio.core.data.builtin import Probe
from lora_studio.core.engine import Engine
from lora_studio.core.events import Answer, Comparison, Counted, Event, Failed, Probed, Started, Step
from lora_studio.core.experiments.experiment import Progress
from lora_studio.core.experiments.results import Cell, Column, Plot, Series, Table, VariantFigures
from lora_studio.core.recipe import Recipe
from lora_studio.core.run_folder import RunFolder
from lora_studio.core.summaries import VariantSummary

BASE = "base"


@dataclass(frozen=True, slots=True)
class Trial:
    """`name` is for programs; the recipe's name is for people."""

    name: str
    recipe: Recipe


@dataclass
class Outcome:
    """What came of a trial. `place` is the variant's on the board: 1 is the first after the base."""

    trial: Trial
    place: int
    summary: VariantSummary
    steps: list[Step] = field(default_factory=list)
    probed: list[Probed] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.trial.recipe.name

    def figures(self, **extra: Cell) -> VariantFigures:
        """The final loss is the mean of the last epoch, as the curves show it."""
        summary, losses = self.summary, self.epoch_losses()
        return VariantFigures(
            self.trial.name,
            self.title,
            summary.trainable,
            summary.seconds or 0.0,
            losses[-1] if losses else None,
            summary.forgetting_kl,
            summary.top1_kept,
            extra,
        )

    def epoch_losses(self) -> list[float]:
        """The mean loss of each epoch."""
        epochs: dict[int, list[float]] = {}
        for step in self.steps:
            epochs.setdefault(step.epoch, []).append(step.loss)
        return [fmean(losses) for losses in epochs.values()]


def run_trials(
    engine: Engine, trials: Sequence[Trial], out: Path | None, done: int = 0, total: int = 0
) -> Generator[Progress, None, list[Outcome]]:
    """Runs all trials on the base that is open; their variants stay on the board.

    Args:
        out: each run's folder is a subfolder of the trial's name; none is written if None.
        done: steps of other work that are counted too, already made.
        total: of all steps; by default `done` and those of these trials.

    Raises:
        StudioError: a run failed or its folder cannot be written.
    """
    total = total or done + sum(engine.plan(trial.recipe).steps for trial in trials)
    outcomes = []
    for trial in trials:
        outcome = Outcome(trial, len(engine.summaries()), engine.summaries()[0])
        steps = 0
        for event in _events(engine, trial, out):
            if isinstance(event, Step | Counted):
                steps = event.step
            _note(outcome, event)
            yield Progress(trial.recipe.name, done + steps, total)
        done += steps
        outcome.summary = engine.summaries()[-1]
        outcomes.append(outcome)
    return outcomes


def _events(engine: Engine, trial: Trial, out: Path | None) -> Iterator[Event]:
    run = engine.run(trial.recipe, RunFolder(out / trial.name) if out else None)
    for event in run.events():
        if isinstance(event, Failed):
            raise event.error
        yield event


def _note(outcome: Outcome, event: Event) -> None:
    if isinstance(event, Step):
        outcome.steps.append(event)
    elif isinstance(event, Probed):
        outcome.probed.append(event)
    elif isinstance(event, Started):
        outcome.steps.clear()


# What all variants say


@dataclass(frozen=True, slots=True)
class Row:
    """What one variant says to one prompt. `wanted_probability` is the wanted token's; None if none is wanted."""

    prompt: str
    kind: str
    wanted: str
    variant: str
    answer: Answer
    wanted_probability: float | None

    def plain(self) -> dict[str, Any]:
        predictions = [asdict(prediction) for prediction in self.answer.predictions]
        return {
            "prompt": self.prompt,
            "kind": self.kind,
            "wanted": self.wanted,
            "variant": self.variant,
            "predictions": predictions,
            "wanted_probability": self.wanted_probability,
        }


def ask_all(engine: Engine, probes: Sequence[Probe], names: Sequence[str]) -> list[Row]:
    """Every variant's answer to every probe, the base's first. `names` are those of the variants after the base."""
    rows = []
    for probe in probes:
        rows += rows_of(engine.compare(probe.prompt, probe.wanted), probe.kind, (BASE, *names))
    return rows


def rows_of(comparison: Comparison, kind: str, names: Sequence[str]) -> list[Row]:
    """What each variant says to one probe; `names` are theirs, in the comparison's order."""
    wanted = comparison.tokens.index(comparison.wanted) if comparison.wanted else None
    shares = [None if wanted is None else row[wanted] for row in comparison.probabilities]
    return [
        Row(comparison.prompt, kind, comparison.wanted, name, answer, share)
        for name, answer, share in zip(names, comparison.answers, shares, strict=True)
    ]


def answers_table(name: str, title: str, rows: Sequence[Row], outcomes: Sequence[Outcome]) -> Table:
    """A row a prompt, a column a variant: the first answer, ✓ where it is what was wanted, ⚠ where it moved unasked."""
    variants = [(BASE, "Base", 0), *((outcome.trial.name, outcome.title, outcome.place) for outcome in outcomes)]
    columns = (Column("Prompt"), *(Column(title, variant=place) for _, title, place in variants))
    said = {(row.prompt, row.variant): row for row in rows}
    prompts = dict.fromkeys(row.prompt for row in rows)
    lines = tuple((prompt, *(_said(said, prompt, variant) for variant, _, _ in variants)) for prompt in prompts)
    return Table(name, title, columns, lines)


def _said(said: dict[tuple[str, str], Row], prompt: str, variant: str) -> str | None:
    """None: the variant cannot read the prompt, as virtual tokens leave it less room."""
    row, base = said.get((prompt, variant)), said[prompt, BASE]
    if row is None:
        return None
    top = row.answer.top
    text = f"{top.token} {top.probability:.0%}"
    if variant == BASE:
        return text
    if row.kind == "corrected":
        return f"{text} ✓" if top.token == row.wanted else f"{text} ✗"
    return text if top.token == base.answer.top.token else f"{text} ⚠"


def loss_plot(outcomes: Sequence[Outcome], name: str = "loss") -> Plot:
    """The mean loss of each epoch."""
    series = []
    for outcome in outcomes:
        losses = outcome.epoch_losses()
        if losses:
            epochs = tuple(float(epoch) for epoch in range(1, len(losses) + 1))
            series.append(Series(outcome.title, epochs, tuple(losses), outcome.place))
    return Plot(name, "Loss", "epoch", "loss per token", tuple(series), y_kind="nats")


def tracked(outcome: Outcome, prompt: str, token: str) -> list[tuple[int, float]]:
    """A followed token's probability over the steps."""
    return [
        (event.step, prediction.probability)
        for event in outcome.probed
        for answer in event.answers
        for prediction in answer.tracked
        if answer.prompt == prompt and prediction.token == token
    ]


def target_probability(rows: Sequence[Row], variant: str) -> float:
    """The mean probability of the wanted tokens over the corrected prompts."""
    shares = [row.wanted_probability or 0.0 for row in rows if row.variant == variant and row.kind == "corrected"]
    return fmean(shares)
