"""Fact correction: four facts corrected by LoRA on v_proj only and on all four projections (reference, section 6).

Once as the reference does it, and once with what the base knows protected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from lora_studio.core.data.builtin import FACT_CORRECTION, FACT_PROBES, TRAINING, Probe
from lora_studio.core.engine import Engine
from lora_studio.core.experiments.experiment import Running
from lora_studio.core.experiments.results import Cell, Column, Plot, Result, Series, Table, variants_table
from lora_studio.core.experiments.trials import (
    BASE,
    Outcome,
    Row,
    Trial,
    answers_table,
    ask_all,
    loss_plot,
    run_trials,
    target_probability,
    tracked,
)
from lora_studio.core.methods import Lora
from lora_studio.core.methods.lora import ATTENTION_TARGETS
from lora_studio.core.recipe import Protection, Recipe, TrainingSettings

V_ONLY = ("v_proj",)
VARIANTS: dict[str, tuple[str, tuple[str, ...], bool]] = {
    "v_only": ("LoRA V", V_ONLY, False),
    "all": ("LoRA all", ATTENTION_TARGETS, False),
    "v_only_protected": ("LoRA V, protected", V_ONLY, True),
    "all_protected": ("LoRA all, protected", ATTENTION_TARGETS, True),
}


# Prompts of the base's own words that stand in no dataset: neither corrected nor protected.
UNTOUCHED = (
    "der opa sitzt auf dem", "der vogel sitzt auf dem", "die mutter sitzt auf dem", "das kind sitzt auf dem",
    "die mutter kocht", "der opa kocht", "der bäcker kocht", "die oma kocht das", "die kinder schwimmen im",
    "das kind schläft in seinem", "der mann schläft in seinem", "die oma liest", "der lehrer liest",
    "die mutter liest die",
    "die katze spielt im", "die enten spielen im", "die katze läuft im", "der vogel läuft im", "die mutter läuft im",
    "der mann schreibt an die", "die frau schreibt an die", "der vogel singt im", "das auto fährt vom",
    "der zug fährt auf der", "der hund liegt auf dem", "die zeitung liegt auf dem", "die sonne scheint im",
    "der mann verkauft frische", "die frau schenkt dem", "der hund spielt im",
)  # fmt: skip


def recipe(variant: str, seed: int = 0) -> Recipe:
    """The reference's settings: 80 epochs, r 4, α 4, learning rate 2e-3, batch 4, length 4, embeddings and head too."""
    title, targets, protected = VARIANTS[variant]
    return Recipe(
        name=title,
        datasets=(FACT_CORRECTION,),
        method=Lora(rank=4, alpha=4, targets=targets, train_embeddings=True, train_head=True),
        training=TrainingSettings(
            epochs=80, batch_size=4, sequence_length=4, learning_rate=2e-3, seed=seed, probe_every=2
        ),
        protection=Protection(enabled=protected),
        kept=(TRAINING,),
        probes=FACT_PROBES,
    )


def run_fact_correction(seed: int = 0, out: Path | None = None) -> Running:
    """Trains all variants on a freshly opened base and asks them. Raises StudioError: a run failed."""
    engine = Engine()
    engine.open("minigpt")
    outcomes = yield from run_trials(engine, [Trial(name, recipe(name, seed)) for name in VARIANTS], out)
    rows = ask_all(engine, FACT_PROBES, list(VARIANTS))
    protected = _asked(engine, [row.rsplit(maxsplit=1)[0] for row in recipe("v_only").kept_rows], "protected")
    untouched = _asked(engine, UNTOUCHED, "untouched")
    corrected = [row for row in rows if row.kind == "corrected"]
    kept = [row for row in rows if row.kind == "kept"]
    variants = [
        outcome.figures(target_probability=target_probability(rows, outcome.trial.name)) for outcome in outcomes
    ]
    return Result(
        name="fact-correction",
        title="Correct four facts",
        parameters=_parameters(seed, outcomes),
        variants=tuple(variants),
        rows=tuple(row.plain() for row in (*rows, *protected, *untouched)),
        tables=(
            answers_table("corrected", "Corrected facts (should have changed)", corrected, outcomes),
            answers_table("kept", "Other facts (should have stayed)", kept, outcomes),
            variants_table(variants),
            _stayed(outcomes, protected, untouched),
            answers_table("protected", "What the protected runs protect", protected, outcomes),
            answers_table("untouched", "Neither corrected nor protected", untouched, outcomes),
        ),
        plots=(_flip_plot(outcomes), loss_plot(outcomes)),
        notes=(
            "⚠ marks an answer that moved although it should have stayed.",
            "Forgetting is measured on the training sentences that the new ones do not contradict.",
        ),
    )


def _asked(engine: Engine, prompts: Sequence[str], kind: str) -> list[Row]:
    rows = ask_all(engine, [Probe(prompt=prompt) for prompt in prompts], list(VARIANTS))
    return [replace(row, kind=kind) for row in rows]


def _stayed(outcomes: Sequence[Outcome], protected: Sequence[Row], untouched: Sequence[Row]) -> Table:
    """How well first answers held, where they were protected and where they were not."""
    columns = (
        Column("Variant"), Column("Protected: first answers kept", "share"),
        Column("lowest share of the base's probability", "share"), Column("Neither: first answers kept", "share"),
        Column("mean share of the base's probability", "share"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for outcome in outcomes:
        held, others = _held(protected, outcome.trial.name), _held(untouched, outcome.trial.name)
        rows.append((
            outcome.title, fmean(kept for kept, _ in held), min(share for _, share in held),
            fmean(kept for kept, _ in others), fmean(share for _, share in others),
        ))  # fmt: skip
    return Table("stayed", "What stayed", columns, tuple(rows), tuple(outcome.place for outcome in outcomes))


def _held(rows: Sequence[Row], variant: str) -> list[tuple[bool, float]]:
    """For each prompt, whether the base's first answer is still first, and how much of its probability is left."""
    base = {row.prompt: row.answer.top for row in rows if row.variant == BASE}
    found = []
    for row in rows:
        if row.variant == variant:
            before = base[row.prompt]
            now = next((p.probability for p in row.answer.predictions if p.token == before.token), 0.0)
            found.append((row.answer.top.token == before.token, now / before.probability))
    return found


def _flip_plot(outcomes: list[Outcome]) -> Plot:
    """From the old answer to the new one on the reference's example."""
    probe = FACT_PROBES[0]
    series = []
    for outcome in outcomes:
        for token, style in (("tisch", "dashed"), (probe.wanted, "line")):
            points = tracked(outcome, probe.prompt, token)
            steps, shares = tuple(float(step) for step, _ in points), tuple(share for _, share in points)
            series.append(Series(f"{token}, {outcome.title}", steps, shares, outcome.place, style))  # type: ignore[arg-type]
    return Plot("flip", "The old answer and the new one", "step", "probability", tuple(series), y_kind="share")


def _parameters(seed: int, outcomes: list[Outcome]) -> dict[str, object]:
    made = recipe("v_only", seed)
    settings = made.training.model_dump(exclude={"probe_every"})
    method = made.method.model_dump(exclude={"targets", "start_from"})
    return {
        **method,
        **settings,
        "targets": {name: list(targets) for name, (_, targets, _) in VARIANTS.items()},
        "protection_weight": Protection().weight,
        "trainable_parameters": {outcome.trial.name: outcome.summary.trainable for outcome in outcomes},
    }
