"""All methods on the same data: what each reaches, what it forgets, what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lora_studio.core.data.builtin import FACT_CORRECTION, FACT_PROBES, TRAINING
from lora_studio.core.data.contradictions import uncontradicted, words_of
from lora_studio.core.data.dataset import Dataset, Role
from lora_studio.core.engine import Engine
from lora_studio.core.experiments.experiment import Running
from lora_studio.core.experiments.results import Cell, Column, Plot, Result, Series, Table
from lora_studio.core.experiments.trials import (
    Outcome,
    Trial,
    answers_table,
    ask_all,
    loss_plot,
    run_trials,
    target_probability,
)
from lora_studio.core.methods import METHODS, Method
from lora_studio.core.recipe import Recipe, TrainingSettings

EPOCHS = 80
Targets = Mapping[str, float | None]  # probabilities by the trials' names


def recipe(kind: type[Method], seed: int = 0) -> Recipe:
    """A method with its own defaults and usual learning rate on the four corrected facts.

    A method that compares groups of prompts gets the corrected sentences, and those that they contradict.
    """
    method = kind()
    return Recipe(
        name=method.title,
        datasets=(FACT_CORRECTION,) if method.learns_by_gradients else (FACT_CORRECTION, contradicted()),
        method=method,
        training=TrainingSettings(
            epochs=EPOCHS, batch_size=4, sequence_length=4, learning_rate=method.usual_learning_rate, seed=seed,
            probe_every=20,
        ),
        kept=(left_alone(),),
        probes=FACT_PROBES,
    )  # fmt: skip


def contradicted() -> Dataset:
    """The sentences of the base's training that the corrected ones contradict."""
    rows = tuple(row for row, fine in _judged() if not fine)
    return Dataset(name="CONTRADICTED", role=Role.CONTRAST, rows=rows)


def left_alone() -> Dataset:
    """The others. Every method's forgetting is measured on them, whatever it reads."""
    return TRAINING.model_copy(update={"rows": tuple(row for row, fine in _judged() if fine)})


def _judged() -> Iterator[tuple[str, bool]]:
    new = [words_of(row) for row in FACT_CORRECTION.rows]
    return zip(TRAINING.rows, uncontradicted([words_of(row) for row in TRAINING.rows], new), strict=True)


def run_method_comparison(seed: int = 0, out: Path | None = None) -> Running:
    """Runs every method on a freshly opened base. Raises StudioError: a run failed."""
    engine = Engine()
    engine.open("minigpt")
    absent = [kind for kind in METHODS if kind.missing_package()]
    trials = [Trial(kind.name, recipe(kind, seed)) for kind in METHODS if kind not in absent]
    outcomes = yield from run_trials(engine, trials, out)
    rows = ask_all(engine, FACT_PROBES, [trial.name for trial in trials])
    targets = {outcome.trial.name: target_probability(rows, outcome.trial.name) for outcome in outcomes}
    variants = [outcome.figures(target_probability=targets[outcome.trial.name]) for outcome in outcomes]
    corrected = [row for row in rows if row.kind == "corrected"]
    kept = [row for row in rows if row.kind == "kept"]
    return Result(
        name="methods",
        title="All methods side by side",
        parameters={"seed": seed, "epochs": EPOCHS, "data": FACT_CORRECTION.name, **settings_of(outcomes)},
        variants=tuple(variants),
        rows=tuple(row.plain() for row in rows),
        tables=(
            methods_table(outcomes, targets),
            answers_table("corrected", "Corrected facts (should have changed)", corrected, outcomes),
            answers_table("kept", "Other facts (should have stayed)", kept, outcomes),
        ),
        plots=(tradeoff_plot(outcomes, targets), cost_plot(outcomes, targets), loss_plot(outcomes)),
        notes=(
            "Each method has its default settings and its usual learning rate; more tuning would move the points.",
            "wald is new to the base: methods that train neither embeddings nor head can hardly say it.",
            "Representation engineering compares the corrected sentences with those that they contradict.",
            *(["Left out: methods that need a package which is not installed."] if absent else []),
        ),
    )


def settings_of(outcomes: Sequence[Outcome]) -> dict[str, object]:
    recipes = {outcome.trial.name: outcome.trial.recipe for outcome in outcomes}
    return {
        "learning_rates": {name: made.training.learning_rate for name, made in recipes.items()},
        "methods": {name: made.method.model_dump(mode="json") for name, made in recipes.items()},
    }


def methods_table(
    outcomes: Sequence[Outcome], targets: Targets, more: Mapping[Column, Mapping[str, float]] | None = None
) -> Table:
    """A row a method. `more` has further columns, each with its values by the trials' names."""
    columns = (
        Column("Method"), Column("Target probability", "share"), Column("Forgetting", "nats"),
        Column("Top-1 kept", "share"), Column("Trainable parameters", "count"), Column("Duration", "seconds"),
        Column("Final loss", "nats"), *(more or ()),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for outcome in outcomes:
        found = outcome.figures()
        rows.append((
            outcome.title, targets[outcome.trial.name], found.forgetting_kl, found.top1_kept,
            found.trainable_parameters, found.seconds, found.final_loss,
            *(values.get(outcome.trial.name) for values in (more or {}).values()),
        ))  # fmt: skip
    return Table("methods", "All methods", columns, tuple(rows), tuple(outcome.place for outcome in outcomes))


def tradeoff_plot(outcomes: Sequence[Outcome], targets: Targets) -> Plot:
    """Upper left is best: the target reached, little forgotten; small points train few parameters."""
    forgotten = {outcome.trial.name: outcome.summary.forgetting_kl or 0.0 for outcome in outcomes}
    return Plot(
        "tradeoff", "Learned against forgotten", "forgetting (KL from the base)", "target probability",
        _points(outcomes, forgotten, targets), x_log=True, point_labels=True, x_kind="nats", y_kind="share",
        size_label="trainable parameters",
    )  # fmt: skip


def cost_plot(outcomes: Sequence[Outcome], targets: Targets) -> Plot:
    """Upper left is best: the target reached in little time."""
    seconds = {outcome.trial.name: outcome.summary.seconds or 0.0 for outcome in outcomes}
    return Plot(
        "cost", "Learned against time", "duration", "target probability", _points(outcomes, seconds, targets),
        point_labels=True, x_kind="seconds", y_kind="share", size_label="trainable parameters",
    )  # fmt: skip


def _points(outcomes: Sequence[Outcome], xs: Mapping[str, float], ys: Targets) -> tuple[Series, ...]:
    """One point a method, its area the number of trainable parameters."""
    return tuple(
        Series(
            outcome.title, (xs[outcome.trial.name],), (ys[outcome.trial.name],), outcome.place, "points",
            sizes=(float(outcome.summary.trainable),),
        )
        for outcome in outcomes
    )  # fmt: skip
