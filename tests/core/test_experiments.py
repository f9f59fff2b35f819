"""The other reference experiments: what they find, write and return."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lora_studio.core.data.builtin import TRAINING
from lora_studio.core.engine import Engine
from lora_studio.core.experiments import EXPERIMENTS, experiment_named
from lora_studio.core.experiments.finetuning import ARTEFACTS, run_finetuning
from lora_studio.core.experiments.knowledge_correction import Correction, run_knowledge_correction
from lora_studio.core.experiments.method_comparison import run_method_comparison
from lora_studio.core.experiments.result_text import text_of
from lora_studio.core.experiments.results import Result
from lora_studio.core.methods import METHODS
from lora_studio.core.methods.lora import ATTENTION_TARGETS
from tests.core.following import followed


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("finetuning") / "out"


@pytest.fixture(scope="module")
def finetuning(out: Path) -> Result:
    return followed(run_finetuning(0, out))


@pytest.fixture(scope="module")
def comparison() -> Result:
    return followed(run_method_comparison())


@pytest.fixture(scope="module")
def knowledge() -> Result:
    few = (Correction(), Correction(rank=16, targets=ATTENTION_TARGETS), Correction(protected=True))
    return followed(run_knowledge_correction(corrections=few))


def test_every_experiment_is_found_by_its_name() -> None:
    names = [experiment.name for experiment in EXPERIMENTS]
    assert names == ["finetuning", "fact-correction", "knowledge-correction", "methods"]
    assert [experiment_named(name).name for name in names] == names


def test_all_three_learn_the_new_sentences_and_lora_trains_least(finetuning: Result) -> None:
    full, frozen, lora = finetuning.variants
    assert full.trainable_parameters > frozen.trainable_parameters > lora.trainable_parameters
    new = [row for row in finetuning.rows if row["kind"] == "corrected" and row["variant"] != "base"]
    learned = [row for row in new if row["predictions"][0]["token"] == row["wanted"]]
    assert len(learned) >= 0.8 * len(new)


def test_it_converges_where_the_reference_does(finetuning: Result) -> None:
    table = next(table for table in finetuning.tables if table.name == "convergence")
    for _, step, of, epoch in table.rows:
        assert 25 <= int(epoch or 0) <= 36
        assert 0 < int(step or 0) <= int(of or 0)


def test_forgetting_is_measured_on_every_old_sentence(finetuning: Result) -> None:
    old = {row["prompt"] for row in finetuning.rows if row["kind"] == "kept"}
    assert len(old) == len(TRAINING.rows)
    assert all(variant.forgetting_kl is not None and variant.top1_kept is not None for variant in finetuning.variants)


@pytest.mark.parametrize("artefact", list(ARTEFACTS))
def test_the_artefacts_can_be_opened_and_answer(finetuning: Result, out: Path, artefact: str) -> None:
    folder = out / artefact
    assert list(folder.glob("*.safetensors"))
    engine = Engine()
    engine.open("minigpt" if artefact == "lora_adapter" else str(folder))
    if artefact == "lora_adapter":
        engine.load_adapter(folder)
    top = engine.compare("die wolken ziehen am").answers[-1].top
    rows = {(row["prompt"], row["variant"]): row for row in finetuning.rows}
    row = rows["die wolken ziehen am", ARTEFACTS[artefact]]
    assert top.token == row["predictions"][0]["token"]
    assert top.probability == pytest.approx(row["predictions"][0]["probability"], abs=1e-5)


def test_nothing_is_left_behind_without_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = followed(run_finetuning(1))
    assert any(table.name == "artefacts" for table in result.tables)
    assert not list(tmp_path.iterdir())


def test_every_method_is_compared(comparison: Result) -> None:
    assert [variant.name for variant in comparison.variants] == [method.name for method in METHODS]
    found = {variant.name: variant for variant in comparison.variants}
    assert all(float(found[name].extra["target_probability"] or 0) > 0.9 for name in ("lora", "dora", "full", "qlora"))
    assert found["full"].forgetting_kl is not None
    assert found["lora"].forgetting_kl is not None
    assert found["full"].forgetting_kl > found["lora"].forgetting_kl
    assert all(variant.forgetting_kl is not None for variant in comparison.variants)


def test_knowledge_is_corrected_and_scored(knowledge: Result) -> None:
    plain, wide, protected = knowledge.variants
    bases = next(table for table in knowledge.tables if table.name == "bases")
    assert all(float(known or 0) >= 0.95 for _, _, known in bases.rows)
    assert all(variant.extra["efficacy"] == 1.0 for variant in knowledge.variants)
    assert float(protected.extra["locality"] or 0) > float(plain.extra["locality"] or 0) > 0.7
    assert float(plain.extra["locality"] or 0) > float(wide.extra["locality"] or 0)
    asked = {(row["prompt"], row["wanted"]) for row in knowledge.rows if row["kind"] == "locality"}
    assert asked == {("die währung von japan ist der", "yen"), ("die hauptstadt von bulgarien ist", "sofia")}


def test_the_harmonic_mean_is_that_of_the_three_scores(knowledge: Result) -> None:
    for variant in knowledge.variants:
        three = [float(variant.extra[name] or 0) for name in ("efficacy", "generality", "locality")]
        assert variant.extra["score"] == pytest.approx(3 / sum(1 / share for share in three))


def test_results_are_json_and_text(finetuning: Result, comparison: Result, knowledge: Result) -> None:
    for result in (finetuning, comparison, knowledge):
        document = json.loads(json.dumps(result.plain(), allow_nan=False))
        assert {"rows", "variants", "tables", "plots"} <= document.keys()
        assert result.tables[0].title in text_of(result)


def test_an_experiment_can_be_left_at_any_moment(tmp_path: Path) -> None:
    running = run_finetuning(0, tmp_path / "out")
    for _ in range(5):
        next(running)
    running.close()
    assert next(run_finetuning(0, tmp_path / "other")).done >= 0
