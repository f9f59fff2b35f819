"""Several methods on one's own data and base: what each reaches, what it forgets, what it costs.

As `method_comparison` shows it for the bundled base. Methods run one after the other on the model that is open. Each
result is asked and then let go, so that a large model never has more than one of them beside it.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

from lora_studio.core.data.builtin import Probe
from lora_studio.core.data.examples import clean_row, text_of
from lora_studio.core.data.file_formats.facts import fact_row
from lora_studio.core.engine import Engine
from lora_studio.core.errors import RecipeError, StorageError, StudioError
from lora_studio.core.events import Comparison
from lora_studio.core.experiments.chosen_methods import judged, recipe_with
from lora_studio.core.experiments.experiment import Progress, Running
from lora_studio.core.experiments.memory_peaks import measured_peak, watch_peak
from lora_studio.core.experiments.method_comparison import cost_plot, methods_table, settings_of, tradeoff_plot
from lora_studio.core.experiments.results import Cell, Column, Plot, Result, Table
from lora_studio.core.experiments.trials import (
    BASE,
    Outcome,
    Row,
    Trial,
    answers_table,
    loss_plot,
    rows_of,
    run_trials,
)
from lora_studio.core.methods import METHODS, Method
from lora_studio.core.recipe import Recipe
from lora_studio.core.summaries import ModelSummary, Plan

MOST_WATCHED = 16  # probes that are measured while training
MOST_ASKED = 2000  # probes that are asked at the end
AT_ONCE = 16  # probes in one forward pass: every answer is as long as the vocabulary
MB = 1_000_000
EFFICACY, GENERALITY, LOCALITY = "efficacy", "generality", "locality"
SCORES = (EFFICACY, GENERALITY, LOCALITY)


@dataclass
class Findings:
    """What is known so far. `left_out` has the reason by the method's title; figures are by the method's name."""

    outcomes: list[Outcome] = field(default_factory=list)
    left_out: dict[str, StudioError] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    planned: dict[str, int] = field(default_factory=dict)  # bytes at the peak
    measured: dict[str, int] = field(default_factory=dict)  # likewise, where the device tells it

    def of(self, variant: str) -> list[Row]:
        return [row for row in self.rows if row.variant == variant]


def run_own_data(
    engine: Engine,
    model: ModelSummary,
    recipe: Recipe,
    kinds: Sequence[type[Method]] = METHODS,
    out: Path | None = None,
    rate: float | None = None,
) -> Running:
    """Runs the recipe with every method of `kinds` on the base that is open, and compares what came of it.

    A method that does not apply, and one whose run fails, is left out with the reason.

    Args:
        model: what the engine has open.
        recipe: gives data, kept rows, probes, training and seed; see `recipe_with` for what each method makes of it.
        out: each run's folder is a subfolder of the method's name; none is written if None.
        rate: a learning rate for every method, in place of each one's usual one.

    Raises:
        StorageError: a run's folder cannot be written.
        RecipeError: no method could run.
    """
    probes = recipe.probes[:MOST_ASKED]
    watched = recipe.model_copy(update={"probes": probes[:MOST_WATCHED]})
    found = Findings()
    plans: dict[str, tuple[Recipe, Plan]] = {}
    for kind in kinds:
        made = recipe_with(kind, watched, model, rate)
        yield Progress(made.name, 0, 1)
        judgement = judged(made, model, engine)
        if isinstance(judgement, StudioError):
            found.left_out[kind.title] = judgement
        else:
            plans[kind.name] = (made, judgement)
    yield from _run_all(engine, plans, probes, out, found)
    if not found.outcomes:
        raise RecipeError(
            "None of the methods can run: {reasons}",
            reasons=" ".join(f"{title}: {error.message}" for title, error in found.left_out.items()),
        )
    return _result(model, recipe, found)


def _run_all(
    engine: Engine, plans: Mapping[str, tuple[Recipe, Plan]], probes: Sequence[Probe], out: Path | None, found: Findings
) -> Generator[Progress, None, None]:
    done, total = 0, sum(plan.steps for _, plan in plans.values())
    there = {summary.name for summary in engine.summaries()}
    for place, (name, (made, plan)) in enumerate(plans.items(), start=1):
        device = engine.variants.model.device
        watch_peak(device)
        try:
            (outcome,) = yield from run_trials(engine, [Trial(name, made)], out, done, total)
            if peak := measured_peak(device):
                found.measured[name] = peak
            outcome.place = place
            found.rows += _asked(engine, probes, name, outcome.summary.name, with_base=not found.outcomes)
            found.outcomes.append(outcome)
            if plan.memory:
                found.planned[name] = plan.memory.peak
        except StorageError:
            raise
        except StudioError as error:
            found.left_out[made.method.title] = error
        finally:
            for summary in engine.summaries():
                if summary.name not in there:
                    engine.detach(summary.name)
        done += plan.steps


# Asking


def _asked(engine: Engine, probes: Sequence[Probe], name: str, variant: str, *, with_base: bool) -> list[Row]:
    """What the variant says to every probe, and the base where it was not asked yet. Prompts too long are left out."""
    others = {summary.name for summary in engine.summaries() if not summary.is_base and summary.name != variant}
    rows = []
    for start in range(0, len(probes), AT_ONCE):
        some = probes[start : start + AT_ONCE]
        questions = [(probe.prompt, probe.wanted) for probe in some]
        for probe, answer in zip(some, engine.compare_many(questions, but=others), strict=True):
            if isinstance(answer, Comparison):
                both = rows_of(answer, probe.kind, (BASE, name)[: len(answer.answers)])
                rows += both if with_base else both[1:]
    return rows


def _target(rows: Sequence[Row]) -> float | None:
    """The mean probability of the wanted tokens over the corrected prompts; None where none is wanted."""
    shares = [row.wanted_probability or 0.0 for row in rows if row.kind == "corrected" and row.wanted]
    return fmean(shares) if shares else None


def scores_of(recipe: Recipe, rows: Sequence[Row], base: Sequence[Row]) -> dict[str, float | None]:
    """How well facts were corrected, as shares of the prompts (Meng et al. 2022, arXiv:2202.05262).

    Efficacy: the facts' own prompts that are answered with what is wanted. Generality: their other phrasings. Locality:
    the prompts that should stay whose first answer is the base's. And the harmonic mean of the three. None: nothing
    asks for it.
    """
    said = {clean_row(text_of(row)) for row in recipe.rows}
    first = {row.prompt: row.answer.top.token for row in base}
    wanted = {probe.prompt: probe.wanted for probe in recipe.probes}  # in full; a row has the token that begins it
    verdicts: dict[str, list[bool]] = {name: [] for name in SCORES}
    for row in rows:
        if row.kind == "kept" and row.prompt in first:
            verdicts[LOCALITY].append(row.answer.top.token == first[row.prompt])
        elif row.kind == "corrected" and row.wanted:
            own = fact_row(row.prompt, wanted.get(row.prompt, row.wanted)) in said
            verdicts[EFFICACY if own else GENERALITY].append(row.answer.top.token == row.wanted)
    found: dict[str, float | None] = {name: fmean(some) if some else None for name, some in verdicts.items()}
    three = [share for share in found.values() if share is not None]
    whole = len(three) == len(SCORES)
    mean = len(three) / sum(1 / share for share in three) if whole and all(three) else 0.0
    return {**found, "score": mean if whole else None}


# Reporting


def _result(model: ModelSummary, recipe: Recipe, found: Findings) -> Result:
    outcomes = found.outcomes
    rows = {outcome.trial.name: found.of(outcome.trial.name) for outcome in outcomes}
    targets = {name: _target(some) for name, some in rows.items()}
    scores = {name: scores_of(recipe, some, found.of(BASE)) for name, some in rows.items()}
    variants = [
        outcome.figures(
            target_probability=targets[name],
            planned_peak_bytes=found.planned.get(name),
            measured_peak_bytes=found.measured.get(name),
            **scores[name],
        )
        for outcome in outcomes
        for name in [outcome.trial.name]
    ]
    return Result(
        name="methods",
        title="Methods on your own data",
        parameters={
            "base": model.source,
            "data": ", ".join(dataset.name for dataset in recipe.datasets),
            **recipe.training.model_dump(mode="json", exclude={"learning_rate", "probe_every"}),
            **settings_of(outcomes),
        },
        variants=tuple(variants),
        rows=tuple(row.plain() for row in found.rows),
        tables=tuple(_tables(found, targets, scores)),
        plots=tuple(_plots(outcomes, targets)),
        notes=tuple(_notes(recipe, found)),
    )


def _tables(
    found: Findings, targets: Mapping[str, float | None], scores: Mapping[str, Mapping[str, float | None]]
) -> Generator[Table, None, None]:
    outcomes = found.outcomes
    yield methods_table(outcomes, targets, _memory_columns(found))
    if any(some[GENERALITY] is not None for some in scores.values()):
        yield _scores_table(outcomes, scores)
    for name, title, kind in (
        ("corrected", "Wanted answers (should have changed)", "corrected"),
        ("kept", "Other answers (should have stayed)", "kept"),
    ):
        asked = [row for row in found.rows if row.kind == kind]
        if asked:
            yield answers_table(name, title, asked, outcomes)
    if found.left_out:
        rows = tuple((title, str(error)) for title, error in found.left_out.items())
        yield Table("left-out", "Left out", (Column("Method", "label"), Column("Why")), rows)


def _memory_columns(found: Findings) -> dict[Column, dict[str, float]]:
    kinds = (("Planned peak memory", found.planned), ("Measured peak memory", found.measured))
    return {
        Column(title, "number", "MB"): {name: size / MB for name, size in sizes.items()}
        for title, sizes in kinds
        if sizes
    }


def _scores_table(outcomes: Sequence[Outcome], scores: Mapping[str, Mapping[str, float | None]]) -> Table:
    columns = (
        Column("Method"), Column("Efficacy", "share"), Column("Generality", "share"), Column("Locality", "share"),
        Column("Harmonic mean", "share"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [(outcome.title, *scores[outcome.trial.name].values()) for outcome in outcomes]
    return Table("scores", "How well facts were corrected", columns, tuple(rows), tuple(o.place for o in outcomes))


def _plots(outcomes: Sequence[Outcome], targets: Mapping[str, float | None]) -> Generator[Plot, None, None]:
    """Only of what was measured."""
    if any(target is not None for target in targets.values()):
        if any(outcome.summary.forgetting_kl is not None for outcome in outcomes):
            yield tradeoff_plot(outcomes, targets)
        yield cost_plot(outcomes, targets)
    yield loss_plot(outcomes)


def _notes(recipe: Recipe, found: Findings) -> Generator[str, None, None]:
    yield "Each method has the settings and the learning rate that are usual for this model, if you gave none."
    yield "An answer is judged by its first token."
    if all(outcome.summary.forgetting_kl is None for outcome in found.outcomes):
        yield "Forgetting was not measured: no rows were named that the base knows (--kept)."
    if not any(probe.wanted for probe in recipe.probes):
        yield "The target probability was not measured: no probe has a wanted token."
    if len(recipe.probes) > MOST_ASKED:
        yield "Only the first probes were asked: there are too many."
    if len(found.of(BASE)) < min(len(recipe.probes), MOST_ASKED):
        yield "Probes that the base cannot read were left out."
