"""The engine on the bundled MiniGPT: run, compare, save, load, detach, merge, export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
import yaml

from lora_studio.core.data.builtin import FACT_PROBES
from lora_studio.core.data.dataset import Dataset
from lora_studio.core.engine import Engine
from lora_studio.core.errors import DataError, RecipeError, RunError, StorageError, StudioError
from lora_studio.core.events import Event, Failed, Finished, Probed, Saved, Started, Step
from lora_studio.core.experiments import fact_correction
from lora_studio.core.methods import Lora, method_named
from lora_studio.core.recipe import Recipe, TrainingSettings
from lora_studio.core.run_folder import RunFolder

PROMPTS = tuple(probe.prompt for probe in FACT_PROBES)
CAT = PROMPTS[0]


@pytest.fixture
def engine() -> Engine:
    engine = Engine()
    engine.open("minigpt")
    return engine


def short(**changes: object) -> Recipe:
    training = TrainingSettings(epochs=3, probe_every=2)
    fields = {**Recipe(training=training).model_dump(), "method": Lora(targets=("v_proj",))}
    return Recipe.model_validate({**fields, **changes})


def state(engine: Engine) -> dict[str, torch.Tensor]:
    engine.variants.activate(engine.variants.base)
    return {name: tensor.clone() for name, tensor in engine.variants.model.network.state_dict().items()}


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def run(engine: Engine, recipe: Recipe, folder: Path | None = None) -> list[Event]:
    return list(engine.run(recipe, RunFolder(folder) if folder else None).events())


def test_the_bundled_model_knows_its_sentences(engine: Engine) -> None:
    answer = engine.compare(CAT).answers[0]
    assert answer.top.token == "tisch"
    assert answer.top.probability > 0.95
    assert len(answer.predictions) == 5
    assert engine.variants.model.parameter_count() == 109_126


def test_a_word_outside_the_vocabulary_is_named(engine: Engine) -> None:
    answer = engine.compare("die giraffe sitzt auf dem").answers[0]
    assert answer.unknown == ("giraffe",)
    assert answer.tokens[1] == "giraffe"


@pytest.mark.parametrize("prompt", ["", "   ", "die " * 200])
def test_a_prompt_that_cannot_be_asked_is_refused(engine: Engine, prompt: str) -> None:
    with pytest.raises(DataError):
        engine.compare(prompt)


def test_a_variant_that_reads_less_than_the_base_is_left_out_of_what_is_too_long_for_it(engine: Engine) -> None:
    run(engine, short(name="reads less", method=method_named("prompt").model_validate({"tokens": 8})))
    run(engine, short(name="reads all"))
    limit = engine.variants.model.context_length
    comparison = engine.compare(" ".join(["die"] * (limit - 4)))
    assert comparison.variants == ("Base", "reads all")
    assert len(comparison.answers) == len(comparison.probabilities) == 2
    assert engine.compare(CAT).variants == ("Base", "reads less", "reads all")
    with pytest.raises(DataError):
        engine.compare(" ".join(["die"] * (limit + 1)))


def test_a_run_tells_what_happens_in_order(engine: Engine, tmp_path: Path) -> None:
    events = run(engine, short(), tmp_path / "run")
    assert isinstance(events[0], Started)
    assert events[0].steps == 6
    assert events[0].new_words == ("wald", "suppe")
    assert [event.step for event in events if isinstance(event, Step)] == [1, 2, 3, 4, 5, 6]
    assert [event.step for event in events if isinstance(event, Probed)] == [0, 2, 4, 6]
    assert isinstance(events[-2], Saved)
    assert isinstance(events[-1], Finished)
    tracked = next(event for event in events if isinstance(event, Probed)).answers[0].tracked
    assert [prediction.token for prediction in tracked] == ["tisch", "sofa"]


def test_a_run_folder_holds_everything(engine: Engine, tmp_path: Path) -> None:
    recipe = short()
    run(engine, recipe, tmp_path / "run")
    folder = tmp_path / "run"
    assert Recipe.from_yaml((folder / "recipe.yaml").read_text("utf-8")) == recipe
    assert yaml.safe_load((folder / "recipe.yaml").read_text("utf-8"))["training"]["epochs"] == 3
    kinds = [json.loads(line)["event"] for line in (folder / "events.jsonl").read_text("utf-8").splitlines()]
    assert kinds[0] == "started"
    assert kinds[-1] == "finished"
    metrics = json.loads((folder / "metrics.json").read_text("utf-8"))
    assert metrics["steps"] == 6
    assert (folder / "adapter" / "adapter_model.safetensors").is_file()


def test_a_run_is_never_overwritten(engine: Engine, tmp_path: Path) -> None:
    run(engine, short(), tmp_path / "run")
    with pytest.raises(StorageError, match="not empty"):
        run(engine, short(), tmp_path / "run")


def test_the_same_recipe_gives_the_same_numbers(engine: Engine) -> None:
    def losses() -> list[float]:
        return [event.loss for event in run(engine, short()) if isinstance(event, Step)]

    first = losses()
    engine.compare("der hund läuft im")  # other work in between changes nothing
    assert losses() == first


def test_looking_at_other_variants_during_a_run_changes_nothing(engine: Engine) -> None:
    quiet = [event.loss for event in run(engine, short()) if isinstance(event, Step)]
    watched = []
    for event in engine.run(short()).events():
        if isinstance(event, Step):
            watched.append(event.loss)
            engine.compare(CAT)
    assert watched == quiet


def test_the_base_is_bit_identical_after_everything(engine: Engine, tmp_path: Path) -> None:
    before = state(engine)
    run(engine, short(name="one"), tmp_path / "run")
    engine.merge("one", PROMPTS)
    engine.export_merged("one", tmp_path / "out", PROMPTS)
    engine.load_adapter(tmp_path / "run" / "adapter")
    assert same(before, state(engine))
    for name in [variant.name for variant in engine.summaries() if not variant.is_base]:
        engine.detach(name)
    assert same(before, state(engine))
    assert engine.variants.model.vocabulary_size == 70


def test_save_load_merge_and_export_agree_with_the_live_variant(engine: Engine, tmp_path: Path) -> None:
    run(engine, short(name="one"))
    receipts = [
        engine.save_adapter("one", tmp_path / "adapter", PROMPTS),
        engine.merge("one", PROMPTS),
        engine.export_merged("one", tmp_path / "model", PROMPTS),
        engine.export_merged("one merged", tmp_path / "model2", PROMPTS),
    ]
    assert [receipt.kind for receipt in receipts] == ["adapter", "merge", "export", "export"]
    for receipt in receipts:
        assert receipt.largest_change <= 1e-6
        assert receipt.flipped == ()
        assert receipt.prompts == len(PROMPTS)
    fresh = Engine()
    fresh.open("minigpt")
    loaded = fresh.load_adapter(tmp_path / "adapter")
    assert fresh.compare(CAT).answers[1].predictions == engine.compare(CAT).answers[1].predictions
    assert loaded.name == "one"
    assert loaded.trainable == engine.summaries()[1].trainable
    plain = Engine()
    plain.open(str(tmp_path / "model"))
    alone = plain.compare(CAT).answers[0].top
    assert alone.probability == pytest.approx(engine.compare(CAT).answers[1].top.probability, abs=1e-6)


def test_a_merged_variant_has_no_adapter_to_save(engine: Engine, tmp_path: Path) -> None:
    run(engine, short(name="one"))
    engine.merge("one", PROMPTS)
    with pytest.raises(RecipeError, match="merged"):
        engine.save_adapter("one merged", tmp_path / "adapter", PROMPTS)


def test_cancelling_keeps_what_was_learned(engine: Engine) -> None:
    job = engine.run(short())
    events = []
    for event in job.events():
        events.append(event)
        if isinstance(event, Step) and event.step == 3:
            job.cancel()
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert finished.cancelled
    assert finished.steps == 3
    assert len(engine.compare(CAT).variants) == 2


def test_dropping_a_run_leaves_the_base_usable(engine: Engine) -> None:
    before = state(engine)
    events = engine.run(short()).events()
    for _ in range(4):
        next(events)
    events.close()
    assert same(before, state(engine))


def test_a_learning_rate_that_explodes_stops_and_keeps_the_last_good_state(engine: Engine) -> None:
    training = TrainingSettings(learning_rate=1e9)
    events = run(engine, short(training=training))
    failed = events[-1]
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, RunError)
    assert f"step {failed.error.step}" in str(failed.error)
    answer = engine.compare(CAT).answers[1]
    assert all(0 <= prediction.probability <= 1 for prediction in answer.predictions)


@pytest.mark.parametrize(
    ("rows", "said"), [((), "nothing to learn"), (("",), "nothing to learn"), (("die katze", "hund"), "“hund”")]
)
def test_data_that_cannot_be_learned_is_refused(engine: Engine, rows: tuple[str, ...], said: str) -> None:
    before = state(engine)
    with pytest.raises(DataError, match=said):
        run(engine, short(datasets=(Dataset(name="mine", rows=rows),)))
    assert same(before, state(engine))
    assert len(engine.summaries()) == 1


@pytest.mark.parametrize("method", [Lora(rank=65, targets=("v_proj",)), Lora(targets=("nonesuch",))])
def test_settings_that_do_not_fit_leave_the_model_as_it_was(engine: Engine, method: Lora) -> None:
    before = state(engine)
    with pytest.raises(RecipeError):
        run(engine, short(method=method))
    with pytest.raises(RecipeError):
        engine.plan(short(method=method))
    assert same(before, state(engine))
    assert engine.variants.model.vocabulary_size == 70


def test_the_plan_is_what_the_run_then_does(engine: Engine, tmp_path: Path) -> None:
    recipe = fact_correction.recipe("all")
    plan = engine.plan(recipe)
    assert plan.method_parameters == 4_096
    assert plan.new_words == ("wald", "suppe")
    started = next(iter(engine.run(recipe).events()))
    assert isinstance(started, Started)
    assert (started.steps, started.trainable) == (plan.steps, plan.trainable)
    without = engine.plan(short(method=Lora(train_embeddings=False, train_head=False), datasets=("TRAINING",)))
    assert without.trainable == without.method_parameters == 4_096
    assert without.adapter_bytes == 4 * 4_096
    assert without.total == 109_126
    assert plan.words_trainable
    assert not without.words_trainable


def test_names_stay_distinct_and_the_base_keeps_its_own(engine: Engine) -> None:
    run(engine, short(name="one"))
    run(engine, short(name="one"))
    assert [variant.name for variant in engine.summaries()] == ["Base", "one", "one 2"]
    engine.rename("one 2", "two")
    assert [variant.name for variant in engine.summaries()] == ["Base", "one", "two"]
    for old, new in (("Base", "x"), ("one", "two"), ("one", " ")):
        with pytest.raises(StudioError):
            engine.rename(old, new)
    with pytest.raises(StudioError):
        engine.detach("Base")


def test_a_recipe_for_another_base_is_refused(engine: Engine) -> None:
    with pytest.raises(RecipeError, match="elsewhere"):
        engine.run(short(base="elsewhere"))


def test_the_variant_in_training_cannot_be_detached_and_its_result_is_kept_whatever_it_is_called(
    engine: Engine, tmp_path: Path
) -> None:
    events: list[Event] = []
    for event in engine.run(short(), RunFolder(tmp_path / "run")).events():
        events.append(event)
        if isinstance(event, Step) and event.step == 2:
            with pytest.raises(RecipeError, match="LoRA V cannot be detached: it is being trained"):
                engine.detach("LoRA V")
            engine.rename("LoRA V", "mine")
            with pytest.raises(RecipeError):
                engine.rename("mine", "Base")
    assert isinstance(events[-1], Finished)
    assert events[-1].variant == "mine"
    assert engine.load_adapter(tmp_path / "run" / "adapter").name == "mine 2"
    engine.detach("mine")
    with pytest.raises(StudioError):
        next(engine.run(short(datasets=(Dataset(name="none"),))).events())
    run(engine, short())
    engine.detach("LoRA V")
