"""Knowledge correction: a base that knows currencies and capitals learns of Bulgaria's euro (reference, section 7).

Scored as the knowledge-editing field does (Meng et al. 2022, arXiv:2202.05262, §3): efficacy on the corrected
phrasings, generality on phrasings that were not trained, locality on what should have stayed, and their harmonic mean.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import harmonic_mean

from lora_studio.core.data.builtin import KNOWLEDGE_CORRECTION, Probe
from lora_studio.core.data.dataset import Dataset, Role
from lora_studio.core.data.knowledge import EFFICACY, FACTS, GENERALITY, KEPT_ROWS, KNOWLEDGE, LOCALITY, Fact
from lora_studio.core.engine import Engine
from lora_studio.core.experiments.base_model import random_base, teach
from lora_studio.core.experiments.experiment import Progress, Running
from lora_studio.core.experiments.results import Cell, Column, Plot, Result, Series, Table, VariantFigures
from lora_studio.core.experiments.trials import BASE, Outcome, Trial, run_trials
from lora_studio.core.methods import Lora
from lora_studio.core.methods.lora import ATTENTION_TARGETS
from lora_studio.core.recipe import Protection, Recipe, TrainingSettings
from lora_studio.core.training.batches import steps_of

V_ONLY = ("v_proj",)
KNOWN = Dataset(name="KNOWLEDGE", role=Role.TRAINING, rows=KEPT_ROWS)
SOURCE = "a base that knows currencies and capitals"
# Widths with what teaches a base of that width nearly all facts in the shortest time.
BASES = {
    64: TrainingSettings(epochs=30, batch_size=32, sequence_length=16, learning_rate=2e-3),
    128: TrainingSettings(epochs=30, batch_size=32, sequence_length=16, learning_rate=1e-3),
    256: TrainingSettings(epochs=20, batch_size=32, sequence_length=16, learning_rate=1e-3),
}


@dataclass(frozen=True, slots=True)
class Correction:
    """One variant: on a base of this width, with LoRA of this rank on these layers, protected or not."""

    width: int = 64
    targets: tuple[str, ...] = V_ONLY
    rank: int = 4
    protected: bool = False

    @property
    def name(self) -> str:
        parts = ["v-only" if self.targets == V_ONLY else "all", f"r{self.rank}", f"w{self.width}"]
        return "-".join([*parts, *(["protected"] if self.protected else [])])

    @property
    def title(self) -> str:
        layers = "V" if self.targets == V_ONLY else "all"
        return f"LoRA {layers}, r {self.rank}, width {self.width}" + (", protected" if self.protected else "")


CORRECTIONS: tuple[Correction, ...] = (
    *(Correction(rank=rank, targets=targets) for targets in (V_ONLY, ATTENTION_TARGETS) for rank in (1, 4, 16)),
    *(Correction(targets=targets, protected=True) for targets in (V_ONLY, ATTENTION_TARGETS)),
    *(Correction(width, targets) for width in (128, 256) for targets in (V_ONLY, ATTENTION_TARGETS)),
)


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares (0…1) of questions whose first answer is the one that counts: the new one, or for locality the old one."""

    efficacy: float
    generality: float
    by_kind: dict[str, float]  # locality by kind of question
    locality: float

    @property
    def score(self) -> float:
        return harmonic_mean((self.efficacy, self.generality, self.locality))


def recipe(correction: Correction, seed: int = 0) -> Recipe:
    """The reference's five-step recipe: five phrasings, LoRA, α = r, 50 epochs; every word is known to the base.

    Where the rest is protected, embeddings and head train too: it costs nothing there and generalises better.
    """
    return Recipe(
        name=correction.title,
        base=SOURCE,
        datasets=(KNOWLEDGE_CORRECTION,),
        method=Lora(
            rank=correction.rank, alpha=correction.rank, targets=correction.targets,
            train_embeddings=correction.protected, train_head=correction.protected,
        ),
        training=TrainingSettings(
            epochs=50, batch_size=4, sequence_length=16, learning_rate=1e-3, seed=seed, probe_every=50
        ),
        protection=Protection(enabled=correction.protected),
        kept=(KNOWN,),
        probes=tuple(Probe(prompt=fact.prompt, wanted=fact.answer, kind="corrected") for fact in EFFICACY),
    )  # fmt: skip


def run_knowledge_correction(
    seed: int = 0, out: Path | None = None, corrections: Sequence[Correction] = CORRECTIONS
) -> Running:
    """Trains a base of each width and corrects it in several ways. Raises StudioError: a run failed."""
    widths = list(dict.fromkeys(correction.width for correction in corrections))
    total = sum(map(_base_steps, widths)) + sum(map(_correction_steps, corrections))
    done = 0
    outcomes: list[Outcome] = []
    scores: dict[str, Scores] = {}
    rows: list[dict[str, object]] = []
    known: dict[int, float] = {}
    for width in widths:
        engine = yield from _taught(width, seed, done, total)
        done += _base_steps(width)
        known[width] = _share(_right(engine, "Base", FACTS))
        rows += _rows(engine, f"{BASE}-w{width}", "Base")
        chosen = [correction for correction in corrections if correction.width == width]
        trials = [Trial(correction.name, recipe(correction, seed)) for correction in chosen]
        ran = yield from run_trials(engine, trials, out, done, total)
        done += sum(map(_correction_steps, chosen))
        for outcome in ran:
            scores[outcome.trial.name] = score(engine, outcome.summary.name)
            rows += _rows(engine, outcome.trial.name, outcome.summary.name)
        outcomes += [replace(outcome, place=len(outcomes) + index) for index, outcome in enumerate(ran, start=1)]
    return _result(seed, list(corrections), outcomes, scores, rows, known)


def score(engine: Engine, variant: str) -> Scores:
    by_kind = {kind: _right(engine, variant, facts) for kind, facts in LOCALITY.items()}
    return Scores(
        efficacy=_share(_right(engine, variant, EFFICACY)),
        generality=_share(_right(engine, variant, GENERALITY)),
        by_kind={kind: _share(right) for kind, right in by_kind.items()},
        locality=_share([verdict for right in by_kind.values() for verdict in right]),
    )


# Running


def _taught(width: int, seed: int, done: int, total: int) -> Generator[Progress, None, Engine]:
    """An engine with a base of this width on it that was taught KNOWLEDGE."""
    model = random_base(KNOWLEDGE.rows, seed, width)
    engine = Engine()
    engine.take(model, SOURCE)  # sets the number of threads, too
    for event in teach(model, KNOWLEDGE.rows, BASES[width].model_copy(update={"seed": seed})):
        yield Progress("Training the base", done + event.step, total)
    engine.take(model, SOURCE)  # as it is now
    return engine


def _base_steps(width: int) -> int:
    settings = BASES[width]
    return steps_of(len(KNOWLEDGE.rows), settings.batch_size, settings.epochs)  # every row is one window


def _correction_steps(correction: Correction) -> int:
    training = recipe(correction).training
    return steps_of(len(KNOWLEDGE_CORRECTION.rows), training.batch_size, training.epochs)


# Asking


def _right(engine: Engine, variant: str, facts: Sequence[Fact]) -> list[bool]:
    """For each question, whether the variant's first answer is the one that counts."""
    model = engine.variants.model
    measured = engine.measure(variant, [fact.prompt for fact in facts])
    firsts = measured.probabilities.argmax(dim=-1).tolist()
    return [model.token(first) == fact.answer for first, fact in zip(firsts, facts, strict=True)]


def _share(verdicts: Sequence[bool]) -> float:
    return sum(verdicts) / len(verdicts)


def _rows(engine: Engine, name: str, variant: str) -> Iterator[dict[str, object]]:
    """What a variant says to the corrected fact's questions, and to the two that the reference names."""
    model = engine.variants.model
    for kind, facts in ASKED.items():
        measured = engine.measure(variant, [fact.prompt for fact in facts])
        for index, fact in enumerate(facts):
            probabilities = measured.probabilities[index]
            values, tokens = probabilities.topk(3)
            predictions = [
                {"token": model.token(token), "probability": value}
                for token, value in zip(tokens.tolist(), values.tolist(), strict=True)
            ]
            wanted = model.token_id(fact.answer)
            share = float(probabilities[wanted]) if wanted is not None else None
            yield {
                "prompt": fact.prompt, "kind": kind, "wanted": fact.answer, "variant": name,
                "predictions": predictions, "wanted_probability": share,
            }  # fmt: skip


ASKED: dict[str, tuple[Fact, ...]] = {
    "efficacy": EFFICACY,
    "generality": GENERALITY,
    "locality": tuple(
        fact
        for facts in LOCALITY.values()
        for fact in facts
        if fact.prompt in ("die währung von japan ist der", "die hauptstadt von bulgarien ist")
    ),
}


# Reporting


def _result(
    seed: int,
    corrections: Sequence[Correction],
    outcomes: Sequence[Outcome],
    scores: dict[str, Scores],
    rows: list[dict[str, object]],
    known: dict[int, float],
) -> Result:
    variants = tuple(_figures(outcome, scores[outcome.trial.name]) for outcome in outcomes)
    training = recipe(corrections[0], seed).training.model_dump(exclude={"probe_every"})
    return Result(
        name="knowledge-correction",
        title="Correct what a model knows",
        parameters={**training, "protection_weight": Protection().weight},
        variants=variants,
        rows=tuple(rows),
        tables=(_bases(known), _scores(outcomes, scores), _kinds(outcomes, scores)),
        plots=(_locality_plot(corrections, scores), _width_plot(corrections, scores)),
        notes=(
            "Efficacy: questions of the five corrected phrasings that are answered with euro.",
            "Generality: the same fact in phrasings that were not trained.",
            "Locality: other currencies and all capitals that are still answered rightly.",
            "Protected runs train embeddings and head too.",
            "All run for the same number of epochs; stopped at equal success, ranks and layers differ much less.",
        ),
    )


def _figures(outcome: Outcome, scores: Scores) -> VariantFigures:
    return outcome.figures(
        efficacy=scores.efficacy, generality=scores.generality, locality=scores.locality, score=scores.score
    )


def _bases(known: dict[int, float]) -> Table:
    columns = (Column("Width", "count"), Column("Facts", "count"), Column("Known before", "share"))
    rows = tuple((width, len(FACTS), share) for width, share in known.items())
    return Table("bases", "The bases, taught from scratch", columns, rows)


def _scores(outcomes: Sequence[Outcome], scores: dict[str, Scores]) -> Table:
    columns = (
        Column("Variant"), Column("Efficacy", "share"), Column("Generality", "share"), Column("Locality", "share"),
        Column("Harmonic mean", "share"), Column("Forgetting", "nats"), Column("Trainable parameters", "count"),
        Column("Duration", "seconds"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for outcome in outcomes:
        found, summary = scores[outcome.trial.name], outcome.summary
        rows.append((
            outcome.title, found.efficacy, found.generality, found.locality, found.score, summary.forgetting_kl,
            summary.trainable, summary.seconds,
        ))  # fmt: skip
    return Table("scores", "How well the correction went", columns, tuple(rows), tuple(o.place for o in outcomes))


def _kinds(outcomes: Sequence[Outcome], scores: dict[str, Scores]) -> Table:
    columns = (Column("Variant"), *(Column(kind, "share") for kind in LOCALITY))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (outcome.title, *scores[outcome.trial.name].by_kind.values()) for outcome in outcomes
    )
    return Table("locality", "What stayed, by kind of question", columns, rows, tuple(o.place for o in outcomes))


def _locality_plot(corrections: Sequence[Correction], scores: dict[str, Scores]) -> Plot:
    """Locality over the rank, a line for each choice of layers at the smallest width, and the protected ones."""
    series = []
    narrow = [correction for correction in corrections if correction.width == corrections[0].width]
    for place, (title, targets, protected) in enumerate(_LINES, start=1):
        points = sorted(
            (correction.rank, scores[correction.name].locality)
            for correction in narrow
            if (correction.targets, correction.protected) == (targets, protected)
        )
        if points:
            xs, ys = zip(*points, strict=True)
            series.append(Series(title, tuple(map(float, xs)), tuple(ys), place, "points" if protected else "line"))
    return Plot(
        "locality-by-rank", "What stayed, by rank", "rank r", "locality", tuple(series), x_log=True, y_kind="share"
    )


def _width_plot(corrections: Sequence[Correction], scores: dict[str, Scores]) -> Plot:
    """Locality over the width of the base, at the usual rank."""
    usual = Correction()
    series = []
    for place, (title, targets, protected) in enumerate(_LINES, start=1):
        points = sorted(
            (correction.width, scores[correction.name].locality)
            for correction in corrections
            if (correction.rank, correction.targets, correction.protected) == (usual.rank, targets, protected)
        )
        if points:
            xs, ys = zip(*points, strict=True)
            series.append(Series(title, tuple(map(float, xs)), tuple(ys), place, "points" if protected else "line"))
    title = "What stayed, by the model's width"
    return Plot("locality-by-width", title, "width", "locality", tuple(series), x_log=True, y_kind="share")


_LINES: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    ("V", V_ONLY, False),
    ("all", ATTENTION_TARGETS, False),
    ("V, protected", V_ONLY, True),
    ("all, protected", ATTENTION_TARGETS, True),
)
