"""Three ways to fine-tune on new sentences: full, layer freezing and LoRA (reference, sections 4 and 10).

The vocabulary grows by the new words first. Each result is written as the reference writes it, read back and asked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lora_studio.core.data.builtin import FINETUNING, TRAINING, Probe
from lora_studio.core.engine import Engine
from lora_studio.core.events import Receipt
from lora_studio.core.experiments.experiment import Progress, Running
from lora_studio.core.experiments.results import Column, Plot, Result, Series, Table, variants_table
from lora_studio.core.experiments.trials import Outcome, Trial, answers_table, ask_all, loss_plot, run_trials
from lora_studio.core.methods import Lora, Method
from lora_studio.core.methods.freezing import LayerFreezing
from lora_studio.core.methods.full import FullFineTuning
from lora_studio.core.methods.lora import ATTENTION_TARGETS
from lora_studio.core.recipe import Recipe, TrainingSettings

FULL, FROZEN, LORA = "full", "frozen", "lora"
METHODS_COMPARED: dict[str, tuple[str, Method, float]] = {
    FULL: ("Full fine-tuning", FullFineTuning(), 1e-3),
    FROZEN: ("Layer freezing", LayerFreezing(blocks=1), 1e-3),
    LORA: ("LoRA", Lora(rank=4, alpha=1, targets=ATTENTION_TARGETS), 2e-3),
}
ARTEFACTS = {"full_finetuned": FULL, "layer_frozen": FROZEN, "lora_adapter": LORA, "lora_merged": LORA}
NEAR = 0.05  # of the way from the first epoch's loss to the last one's: there a run counts as converged


def probes() -> tuple[Probe, ...]:
    """Every sentence without its last word: the new ones should be learned, the old ones kept."""
    new = [Probe(prompt=_prompt(row), wanted=row.split()[-1], kind="corrected") for row in FINETUNING.rows]
    old = [Probe(prompt=_prompt(row)) for row in TRAINING.rows]
    return (*new, *old)


def recipe(variant: str, seed: int = 0) -> Recipe:
    """The reference's settings: 8 sentences, 50 epochs, batch 4, length 4, Adam."""
    title, method, rate = METHODS_COMPARED[variant]
    return Recipe(
        name=title,
        datasets=(FINETUNING,),
        method=method,
        training=TrainingSettings(
            epochs=50, batch_size=4, sequence_length=4, learning_rate=rate, seed=seed, probe_every=10
        ),
        kept=(TRAINING,),
        probes=probes(),
    )


def run_finetuning(seed: int = 0, out: Path | None = None) -> Running:
    """Trains all three on a freshly opened base, writes the four artefacts, and compares.

    Without `out` the artefacts are written, read back and asked all the same, and then thrown away.
    """
    engine = Engine()
    engine.open("minigpt")
    trials = [Trial(name, recipe(name, seed)) for name in METHODS_COMPARED]
    outcomes = yield from run_trials(engine, trials, out / "runs" if out else None)
    rows = ask_all(engine, probes(), [trial.name for trial in trials])
    yield Progress("Writing and reading back", 1, 1)
    with _folder(out) as folder:
        receipts = {name: _write(engine, outcomes, name, folder) for name in ARTEFACTS}
    variants = [outcome.figures(converged_at_step=converged_at(outcome)) for outcome in outcomes]
    new = [row for row in rows if row.kind == "corrected"]
    old = [row for row in rows if row.kind == "kept"]
    return Result(
        name="finetuning",
        title="Three ways to fine-tune",
        parameters={**trials[0].recipe.training.model_dump(exclude={"learning_rate", "probe_every"}), **_rates()},
        variants=tuple(variants),
        rows=tuple(row.plain() for row in rows),
        tables=(
            variants_table(variants),
            _convergence(outcomes),
            answers_table("new", "New sentences (should have been learned)", new, outcomes),
            answers_table("old", "Old sentences (should have stayed)", old, outcomes),
            _artefacts(receipts),
        ),
        plots=(loss_plot(outcomes), _cost_plot(outcomes)),
        notes=(
            "The vocabulary grew by the new words first. With frozen layers the head trains too: it has to say them.",
            "Forgetting is measured on the old sentences; ⚠ marks an answer that moved although it should have stayed.",
            "Converged: the first epoch whose mean loss is within 5 % of the way to the last one's.",
        ),
    )


def converged_at(outcome: Outcome) -> int | None:
    """The step at the end of the first epoch whose mean loss has come within NEAR of the last epoch's."""
    losses = outcome.epoch_losses()
    if not losses:
        return None
    near = losses[-1] + NEAR * (losses[0] - losses[-1])
    epoch = next(number for number, loss in enumerate(losses, start=1) if loss <= near)
    return max(step.step for step in outcome.steps if step.epoch == epoch)


def _prompt(row: str) -> str:
    return " ".join(row.split()[:-1])


def _rates() -> dict[str, object]:
    return {"learning_rates": {name: rate for name, (_, _, rate) in METHODS_COMPARED.items()}}


@contextmanager
def _folder(out: Path | None) -> Iterator[Path]:
    if out:
        yield out
    else:
        with tempfile.TemporaryDirectory(prefix="lora-studio-") as name:
            yield Path(name)


def _write(engine: Engine, outcomes: list[Outcome], artefact: str, folder: Path) -> Receipt:
    outcome = next(outcome for outcome in outcomes if outcome.trial.name == ARTEFACTS[artefact])
    write = engine.save_adapter if artefact == "lora_adapter" else engine.export_merged
    return write(outcome.summary.name, folder / artefact, tuple(_prompt(row) for row in FINETUNING.rows))


def _convergence(outcomes: list[Outcome]) -> Table:
    columns = (Column("Variant"), Column("Converged at step", "count"), Column("of", "count"), Column("Epoch", "count"))
    rows = []
    for outcome in outcomes:
        step = converged_at(outcome)
        epoch = next((event.epoch for event in outcome.steps if event.step == step), None)
        rows.append((outcome.title, step, len(outcome.steps), epoch))
    places = tuple(outcome.place for outcome in outcomes)
    return Table("convergence", "Where the loss flattened", columns, tuple(rows), places)


def _artefacts(receipts: dict[str, Receipt]) -> Table:
    columns = (
        Column("Folder"), Column("Size", "count", "bytes"), Column("Prompts asked again", "count"),
        Column("Largest change of a probability", "number"), Column("Answers that flipped", "count"),
    )  # fmt: skip
    rows = tuple(
        (f"{name}/", receipt.bytes_written, receipt.prompts, receipt.largest_change, len(receipt.flipped))
        for name, receipt in receipts.items()
    )
    return Table("artefacts", "Written, read back and asked", columns, rows)


def _cost_plot(outcomes: list[Outcome]) -> Plot:
    series = tuple(
        Series(outcome.title, (float(index),), (float(outcome.summary.trainable),), outcome.place, "bars")
        for index, outcome in enumerate(outcomes)
    )
    return Plot(
        "trainable", "Trainable parameters", "", "parameters", series, y_kind="count",
        categories=tuple(outcome.title for outcome in outcomes),
    )  # fmt: skip
