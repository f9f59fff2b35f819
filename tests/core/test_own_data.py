"""Methods side by side on one's own data and model: what is compared, and what is left out with the reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lora_studio.cli import main
from lora_studio.core.data.builtin import Probe
from lora_studio.core.data.dataset import Dataset, Role
from lora_studio.core.engine import Engine
from lora_studio.core.errors import RecipeError, RunError, StudioError
from lora_studio.core.events import Event, Step
from lora_studio.core.experiments import trials
from lora_studio.core.experiments.chosen_methods import judged, obstacle, recipe_with
from lora_studio.core.experiments.own_data import run_own_data
from lora_studio.core.experiments.result_text import text_of
from lora_studio.core.experiments.results import Result, Table
from lora_studio.core.methods import METHODS, Lora, method_named
from lora_studio.core.methods.dora import Dora
from lora_studio.core.methods.full import FullFineTuning
from lora_studio.core.methods.prompt import PromptTuning
from lora_studio.core.methods.scratch import Scratch
from lora_studio.core.methods.steering import RepresentationEngineering
from lora_studio.core.recipe import Recipe
from lora_studio.core.summaries import MemoryPlan, ModelSummary, Plan
from lora_studio.core.usual import usual_method, usual_training
from tests.core.following import followed
from tests.core.real_models import tiny_folder

CAPITALS = ("The capital of France is Rome.", "The capital of Italy is Paris.")
ROWS = Dataset(name="capitals", rows=CAPITALS)
KEPT = Dataset(name="kept", role=Role.TRAINING, rows=("The cat sat on the mat.", "Die Katze sitzt auf dem Tisch."))
ASKED = Probe(prompt="The capital of France is", wanted="Rome", kind="corrected")
STAYS = Probe(prompt="The cat sat on the")
FACTS = (
    {
        "requested_rewrite": {"prompt": "The capital of {} is", "subject": "France", "target_new": {"str": "Rome"}},
        "paraphrase_prompts": ["France: the capital is"],
        "neighborhood_prompts": ["The capital of Italy is"],
    },
    {
        "requested_rewrite": {"prompt": "The cat sat on the", "subject": "cat", "target_new": {"str": "sofa"}},
        "paraphrase_prompts": ["There was a cat on the"],
        "neighborhood_prompts": ["The dog sat on the"],
    },
)


@pytest.fixture
def opened() -> tuple[Engine, ModelSummary]:
    engine = Engine()
    return engine, engine.open(str(tiny_folder("qwen3")))


def recipe_for(model: ModelSummary, **changed: Any) -> Recipe:
    made = Recipe(
        base=model.source,
        datasets=(ROWS,),
        method=usual_method(Lora, model),
        training=usual_training(model).model_copy(update={"epochs": 2, "sequence_length": 16}),
        kept=(KEPT,),
        probes=(ASKED, STAYS),
    )
    return made.model_copy(update=changed)


def table(result: Result, name: str) -> Table:
    return next(table for table in result.tables if table.name == name)


def test_every_method_that_applies_is_compared(opened: tuple[Engine, ModelSummary]) -> None:
    engine, model = opened
    result = followed(run_own_data(engine, model, recipe_for(model)))
    names = [variant.name for variant in result.variants]
    left_out = {str(row[0]) for row in table(result, "left-out").rows}
    assert RepresentationEngineering.title in left_out  # needs two groups of prompts
    assert left_out == {method.title for method in METHODS if method.name not in names}
    assert {"lora", "dora", "full", "freezing", "prompt", "prefix"} <= set(names)
    for variant in result.variants:
        assert variant.trainable_parameters > 0
        assert variant.final_loss is not None
        assert variant.forgetting_kl is not None
        assert variant.extra["target_probability"] is not None
    assert [plot.name for plot in result.plots] == ["tradeoff", "cost", "loss"]
    assert {row["variant"] for row in result.rows} == {"base", *names}
    assert [summary.name for summary in engine.summaries()] == ["Base"]  # a large model keeps no copies beside it


def test_the_recipe_is_the_same_but_for_the_method(opened: tuple[Engine, ModelSummary]) -> None:
    _, model = opened
    start = recipe_for(model, method=Lora(rank=3, targets=("q_proj",)))
    start = start.model_copy(update={"training": start.training.model_copy(update={"learning_rate": 7e-4})})
    own, other = recipe_with(Lora, start, model), recipe_with(FullFineTuning, start, model)
    assert (own.method, own.training) == (start.method, start.training)
    assert other.training.learning_rate == pytest.approx(1e-5)
    assert other.training.model_copy(update={"learning_rate": 7e-4}) == start.training
    assert (other.datasets, other.kept, other.probes) == (start.datasets, start.kept, start.probes)
    assert recipe_with(FullFineTuning, start, model, 1e-3).training.learning_rate == 1e-3
    assert other.name != own.name


def test_without_probes_and_kept_rows_only_the_loss_is_drawn(opened: tuple[Engine, ModelSummary]) -> None:
    engine, model = opened
    result = followed(run_own_data(engine, model, recipe_for(model, kept=(), probes=()), [Lora, Dora]))
    assert [plot.name for plot in result.plots] == ["loss"]
    assert [found.name for found in result.tables] == ["methods"]
    text = text_of(result)
    assert "not measured" in text
    assert "--kept" in text


def test_a_run_that_fails_leaves_the_others(
    opened: tuple[Engine, ModelSummary], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, model = opened
    events_of = trials._events

    def stopping(engine: Engine, trial: trials.Trial, out: Path | None) -> Iterator[Event]:
        for event in events_of(engine, trial, out):
            yield event
            if trial.name == "lora" and isinstance(event, Step):
                raise RunError("Training stopped at step {step}: no reason.", step=event.step)

    monkeypatch.setattr(trials, "_events", stopping)
    result = followed(run_own_data(engine, model, recipe_for(model), [Lora, PromptTuning]))
    assert [variant.name for variant in result.variants] == ["prompt"]
    assert table(result, "left-out").rows == (("LoRA", "Training stopped at step 1: no reason."),)
    assert [summary.name for summary in engine.summaries()] == ["Base"]


def test_where_nothing_can_run_the_reason_is_told(opened: tuple[Engine, ModelSummary]) -> None:
    engine, model = opened
    with pytest.raises(RecipeError, match="Two groups"):
        followed(run_own_data(engine, model, recipe_for(model), [RepresentationEngineering]))


def test_two_groups_of_prompts_are_steered(opened: tuple[Engine, ModelSummary]) -> None:
    engine, model = opened
    two = recipe_for(model, datasets=(ROWS, KEPT), kept=())
    (variant,) = followed(run_own_data(engine, model, two, [RepresentationEngineering])).variants
    assert variant.name == "steering"
    assert variant.final_loss is None


def test_a_large_model_is_not_learned_anew(opened: tuple[Engine, ModelSummary]) -> None:
    engine, model = opened
    large = replace(model, parameters=8_000_000_000)
    made = recipe_with(Scratch, recipe_for(model), large)
    assert isinstance(obstacle(made, large), StudioError)
    assert isinstance(judged(made, large, engine), StudioError)
    assert isinstance(judged(made, model, engine), Plan)


def test_what_does_not_fit_is_left_out(opened: tuple[Engine, ModelSummary], monkeypatch: pytest.MonkeyPatch) -> None:
    engine, model = opened
    plan = engine.plan(recipe_for(model))
    full = MemoryPlan("GPU", 40 * 10**9, 40 * 10**9, 0, 0, 0, 40 * 10**9, available=24 * 10**9)
    monkeypatch.setattr(Engine, "plan", lambda *_: replace(plan, memory=full))
    found = judged(recipe_with(FullFineTuning, recipe_for(model), model), model, engine)
    assert isinstance(found, StudioError)
    assert "80.0 GB" in found.message


# The command line


def run(*arguments: object) -> Any:
    return CliRunner().invoke(main, ["experiment", *map(str, arguments)])


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    file = tmp_path / "facts.jsonl"
    file.write_text("".join(json.dumps(fact) + "\n" for fact in FACTS), "utf-8")
    return file


def test_facts_are_scored(facts: Path, tmp_path: Path) -> None:
    done = run(
        "methods", "--model", tiny_folder("qwen3"), "--data", facts, "--methods", "full,lora", "--epochs", 30,
        "--learning-rate", 5e-3, "--out", tmp_path / "out", "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    document = json.loads(done.stdout)
    assert [variant["name"] for variant in document["variants"]] == ["lora", "full"]
    assert document["parameters"]["learning_rates"] == {"lora": 5e-3, "full": 5e-3}
    full = document["variants"][1]
    assert full["efficacy"] == 1.0
    assert all(0 <= full[name] <= 1 for name in ("generality", "locality", "score"))
    kinds = {row["prompt"]: row["kind"] for row in document["rows"]}
    assert kinds["The capital of France is"] == kinds["France: the capital is"] == "corrected"
    assert kinds["The dog sat on the"] == "kept"
    assert {"methods", "scores", "corrected", "kept"} == {table["name"] for table in document["tables"]}
    assert (tmp_path / "out" / "lora" / "adapter").is_dir()
    assert json.loads((tmp_path / "out" / "result.json").read_text("utf-8")) == document


def test_probes_come_from_the_command_line(tmp_path: Path) -> None:
    data = tmp_path / "rows.jsonl"
    data.write_text("".join(json.dumps({"text": row}) + "\n" for row in CAPITALS), "utf-8")
    done = run(
        "methods", "--model", tiny_folder("gpt2"), "--data", data, "--kept", data, "--methods", "lora", "--epochs", 1,
        "--probe", "The capital of France is=Rome", "--probe", "The cat sat on the",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert "Target probability" in done.stdout
    assert "The cat sat on the" in done.stdout


def test_the_bundled_model_takes_own_data_too() -> None:
    done = run(
        "methods", "--model", "minigpt", "--data", "FACT_CORRECTION", "--methods", "lora", "--epochs", 2, "--json"
    )
    assert done.exit_code == 0, done.stderr
    (variant,) = json.loads(done.stdout)["variants"]
    assert variant["forgetting_kl"] is not None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("finetuning", "--model", "minigpt", "--data", "FACT_CORRECTION"), "Only “methods”"),
        (("methods", "--data", "FACT_CORRECTION", "--epochs", 2), "--data, --epochs"),
        (("methods", "--model", "minigpt"), "--data"),
        (("methods", "--model", "minigpt", "--data", "FACT_CORRECTION", "--methods", "magic"), "magic"),
        (("methods", "--model", "minigpt", "--data", "FACT_CORRECTION", "--probe", "=sofa"), "no probe"),
        (("methods", "--model", "minigpt", "--data", "NONESUCH"), "NONESUCH"),
    ],
)
def test_what_cannot_be_used_is_refused(arguments: tuple[object, ...], said: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert not done.stdout


def test_every_method_has_a_name_for_the_command_line() -> None:
    assert [method_named(method.name) for method in METHODS] == list(METHODS)
