"""The command line, run as a person would: exit status, what goes to stdout, what to stderr."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from click.testing import CliRunner, Result

from lora_studio.cli import main
from lora_studio.core.engine import Engine
from lora_studio.core.events import Step
from lora_studio.core.recipe import Recipe, TrainingSettings
from lora_studio.core.run_folder import RunFolder
from tests.core.real_models import write_model_folder

CAT = "die katze sitzt auf dem"
SHORT = "training: {epochs: 3}\nmethod: {name: lora, targets: [v_proj]}\n"


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def call_json(*arguments: object) -> dict[str, Any]:
    result = call(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    document: dict[str, Any] = json.loads(result.stdout)  # exactly one document, or this fails
    return document


def refused(*arguments: object) -> str:
    result = call(*arguments)
    assert result.exit_code == 2
    assert not result.stdout
    assert "Traceback" not in result.stderr
    return result.stderr


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    file = tmp_path / "recipe.yaml"
    file.write_text(SHORT, "utf-8")
    return file


def test_probe() -> None:
    document = call_json("probe", "minigpt", CAT)
    assert document["prompt"] == CAT
    assert len(document["predictions"]) == 5
    assert document["predictions"][0]["token"] == "tisch"
    assert document["predictions"][0]["probability"] > 0.95
    assert len(call_json("probe", "minigpt", CAT, "--top", 2)["predictions"]) == 2


def test_resume_goes_on_with_an_interrupted_run(tmp_path: Path) -> None:
    made = Recipe(training=TrainingSettings(epochs=3))
    engine = Engine()
    engine.open(made.base)
    run = engine.run(made, RunFolder(tmp_path / "run"))
    for event in run.events():
        if isinstance(event, Step) and event.step == 2:
            run.cancel()
    result = call("resume", tmp_path / "run")
    assert result.exit_code == 0, result.stderr
    assert "going on after step 2" in result.stdout
    assert "receipt" in result.stdout
    assert "has finished" in refused("resume", tmp_path / "run")
    assert "missing" in refused("resume", tmp_path / "nothing")


def test_probe_tells_of_unknown_words_on_stderr() -> None:
    result = call("probe", "minigpt", "die giraffe")
    assert result.exit_code == 0
    assert "giraffe" in result.stderr


def test_recipe_train_probe_merge(tmp_path: Path, recipe: Path) -> None:
    printed = call("recipe", "fact-correction")
    assert printed.exit_code == 0
    assert "v_proj" in printed.stdout
    document = call_json("train", recipe, "--out", tmp_path / "run")
    assert document["steps"] == 6
    assert document["receipt"]["flipped"] == []
    adapter = tmp_path / "run" / "adapter"
    adapted = call_json("probe", "minigpt", CAT, "--adapter", adapter)["predictions"]
    merged = call_json("merge", "minigpt", adapter, tmp_path / "merged")
    assert merged["receipt"]["largest_change"] <= 1e-6
    plain = call_json("probe", tmp_path / "merged", CAT)["predictions"]
    assert [p["token"] for p in plain] == [p["token"] for p in adapted]


def test_the_printed_recipe_is_the_one_that_runs(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(call("recipe", "fact-correction").stdout, "utf-8")
    result = call("train", tmp_path / "r.yaml", "--out", tmp_path / "run")
    assert result.exit_code == 0, result.stderr
    assert "receipt" in result.stdout
    answer = call_json("probe", "minigpt", CAT, "--adapter", tmp_path / "run" / "adapter")
    assert answer["predictions"][0]["token"] == "sofa"


def test_train_without_a_folder_keeps_the_run_in_the_workspace(recipe: Path) -> None:
    document = call_json("train", recipe)
    assert Path(document["folder"]).is_relative_to(os.environ["LORA_STUDIO_HOME"])


def test_options_make_a_recipe_for_any_method(tmp_path: Path) -> None:
    document = call_json(
        "train", "--method", "dora", "--rank", 2, "--targets", "v_proj,linear2", "--protect", "--epochs", 2, "--out",
        tmp_path / "run",
    )  # fmt: skip
    assert document["steps"] == 4
    kept = (tmp_path / "run" / "recipe.yaml").read_text("utf-8")
    assert "name: DoRA V+linear2" in kept
    assert "enabled: true" in kept


def test_options_change_a_recipe(tmp_path: Path, recipe: Path) -> None:
    call_json("train", recipe, "--alpha", 8, "--data", "FINETUNING", "--out", tmp_path / "run")
    kept = (tmp_path / "run" / "recipe.yaml").read_text("utf-8")
    assert "epochs: 3" in kept
    assert "alpha: 8.0" in kept
    assert "der schnee fällt im winter" in kept


def test_a_recipe_from_a_preset_with_rows_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("die katze sitzt auf dem sofa\n", "utf-8")
    printed = call("recipe", "teach-a-domain", "--data", tmp_path / "mine.txt", "--method", "lora-plus").stdout
    assert "ratio: 16.0" in printed
    assert "epochs: 50" in printed
    assert "name: mine" in printed


def test_steering_from_the_command_line(tmp_path: Path) -> None:
    told = call("train", "--method", "steering", "--coefficient", 2, "--out", tmp_path / "run")
    assert told.exit_code == 0, told.stderr
    assert "← used" in told.stdout
    steered = call_json("probe", "minigpt", CAT, "--adapter", tmp_path / "run" / "adapter")
    assert steered["predictions"][0]["token"] != "tisch"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--method", "full", "--rank", 4), "no setting --rank"),
        (("--method", "lora", "--rank", 400), "rank"),
        (("--method", "lora", "--targets", "nonesuch"), "nonesuch"),
        (("--method", "lora", "--rank", 200), "size"),
        (("--method", "steering", "--data", "OUTDOORS"), "Two groups"),
        (("--method", "prefix", "--tokens", 127), "no room"),
        (("--data", "NONESUCH"), "NONESUCH"),
    ],
)
def test_options_that_cannot_be_used(options: tuple[object, ...], said: str, tmp_path: Path) -> None:
    assert said in refused("train", *options, "--out", tmp_path / "run")


def test_experiment(tmp_path: Path) -> None:
    document = call_json("experiment", "fact-correction", "--out", tmp_path / "out")
    variants = ["v_only", "all", "v_only_protected", "all_protected"]
    assert {row["variant"] for row in document["rows"]} == {"base", *variants}
    assert len([row for row in document["rows"] if row["kind"] in ("corrected", "kept")]) == 35
    assert document["parameters"]["epochs"] == 80
    figures = {"name", "trainable_parameters", "seconds", "final_loss", "forgetting_kl", "top1_kept"}
    assert [variant["name"] for variant in document["variants"]] == variants
    assert all(figures <= variant.keys() for variant in document["variants"])
    assert (tmp_path / "out" / "v_only" / "adapter").is_dir()
    assert json.loads((tmp_path / "out" / "result.json").read_text("utf-8"))["rows"] == document["rows"]
    assert "not empty" in refused("experiment", "fact-correction", "--out", tmp_path / "out")


def test_doctor() -> None:
    document = call_json("doctor")
    assert document["versions"]["torch"]
    assert document["workspace"]
    assert "torch" in call("doctor").stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("method: {name: lora, rank: 0}", "rank"),
        ("datasets: [{name: mine}]", "nothing to learn"),
        ("datasets: [{name: mine, rows: [hund]}]", "two words"),
        ("training: {learning_rate: 1.0e+9}", "step"),
        ("base: /nowhere", "/nowhere"),
    ],
)
def test_bad_recipes_end_with_status_2_and_a_reason(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "r.yaml").write_text(text, "utf-8")
    result = call("train", tmp_path / "r.yaml", "--out", tmp_path / "run", "--json")
    assert result.exit_code == 2
    assert said in result.stderr
    assert not result.stdout


def test_bad_files_end_with_status_2_and_a_reason(tmp_path: Path, recipe: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("name: größe".encode("latin-1"))
    (tmp_path / "file").touch()
    assert "UTF-8" in refused("train", tmp_path / "latin.yaml")
    assert "nowhere.yaml" in refused("train", tmp_path / "nowhere.yaml")
    assert "file" in refused("train", recipe, "--out", tmp_path / "file" / "run")
    assert "config.json" in refused("probe", tmp_path, "die")
    assert "adapter" in refused("probe", "minigpt", "die", "--adapter", tmp_path)
    assert "empty" in refused("probe", "minigpt", " ")
    assert "nonesuch" in refused("nonesuch")
    assert "file" in refused(tmp_path / "file")


def test_merge_never_overwrites(tmp_path: Path, recipe: Path) -> None:
    call_json("train", recipe, "--out", tmp_path / "run")
    assert "exists" in refused("merge", "minigpt", tmp_path / "run" / "adapter", tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be without a display")
def test_without_a_display_the_main_job_runs_in_the_terminal() -> None:
    environment = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}}
    done = subprocess.run(
        [sys.executable, "-m", "lora_studio"], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "no display" in done.stdout
    assert "sofa" in done.stdout


def test_core_loads_no_qt_and_the_settings_no_torch() -> None:
    code = (
        "import sys, lora_studio.core.recipe, lora_studio.core.workspace, lora_studio.core.jobs\n"
        "assert 'torch' not in sys.modules\n"
        "import lora_studio.core.engine, lora_studio.core.experiments.fact_correction\n"
        "assert not [m for m in sys.modules if m.startswith(('PySide6', 'pyqtgraph'))]\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


# Real models


@pytest.fixture
def qwen(tmp_path: Path) -> Path:
    return write_model_folder(tmp_path / "qwen", "qwen3", dtype=torch.float32)


def test_plan_says_what_a_run_takes(qwen: Path) -> None:
    document = call_json("plan", qwen, "--method", "lora", "--rank", 4, "--batch", 2, "--length", 16, "--device", "cpu")
    assert document["trainable_parameters"] < document["parameters"]
    assert document["adapter_bytes"] == 4 * document["trainable_parameters"]
    assert document["method"] == "lora"
    assert document["settings"]["targets"] == ["q_proj", "k_proj", "v_proj", "o_proj"]
    assert not document["settings"]["train_embeddings"]
    parts = ("weights_bytes", "gradients_bytes", "optimizer_bytes", "activations_bytes", "logits_bytes")
    assert document["peak_bytes"] == sum(document[part] for part in parts)
    assert document["fits"] is True
    config = call_json("plan", qwen / "config.json", "--rank", 4, "--batch", 2, "--length", 16, "--device", "cpu")
    assert {**config, "model": ""} == {**document, "model": "", "available_bytes": config["available_bytes"]}


def test_plan_counts_an_8b_shape_exactly(tmp_path: Path) -> None:
    shape = {
        "model_type": "qwen3", "hidden_size": 4096, "num_hidden_layers": 36, "num_attention_heads": 32, "head_dim": 128,
        "num_key_value_heads": 8, "intermediate_size": 12288, "vocab_size": 151936, "tie_word_embeddings": False,
        "max_position_embeddings": 40960, "torch_dtype": "bfloat16",
    }  # fmt: skip
    (tmp_path / "config.json").write_text(json.dumps(shape), "utf-8")
    options = ("--method", "lora", "--rank", 8, "--targets", "q_proj,k_proj,v_proj,o_proj", "--gpu-memory", 24)
    document = call_json("plan", tmp_path / "config.json", *options, "--batch", 4, "--length", 1024)
    assert (document["trainable_parameters"], document["parameters"]) == (7_667_712, 8_190_735_360)
    assert document["fits"] is False
    assert document["savings"][0]["freed_bytes"] > document["peak_bytes"] - document["available_bytes"]
    told = call("plan", tmp_path / "config.json", *options, "--batch", 4, "--length", 1024).stdout
    assert "7,667,712 of 8,190,735,360" in told
    assert "It would not fit. Switch “Recompute activations” on: that frees about" in told
    less = call_json("plan", tmp_path / "config.json", *options, "--batch", 4, "--length", 1024, "--checkpointing")
    assert less["fits"] is True


def test_plan_refuses_what_it_cannot_use(tmp_path: Path, qwen: Path) -> None:
    assert "config.json" in refused("plan", tmp_path)
    assert "no setting --rank" in refused("plan", qwen, "--method", "full", "--rank", 4)
    assert "no device" in refused("plan", qwen, "--device", "cuda:99")
    assert "nonesuch" in refused("plan", qwen, "--targets", "nonesuch")


def test_a_real_model_is_trained_probed_and_merged(tmp_path: Path, qwen: Path) -> None:
    (tmp_path / "facts.jsonl").write_text('{"text": "The capital of France is Paris."}\n' * 4, "utf-8")
    where = ("--device", "cpu", "--dtype", "float32")
    options = ("--rank", 2, "--epochs", 2, "--data", tmp_path / "facts.jsonl", "--out", tmp_path / "run")
    document = call_json("train", "--base", qwen, *options, *where)
    assert document["steps"] > 0
    kept = (tmp_path / "run" / "recipe.yaml").read_text("utf-8")
    assert "train_embeddings: false" in kept
    assert "arrangement: whole" in kept
    adapter = tmp_path / "run" / "adapter"
    adapted = call_json("probe", qwen, "The capital", "--adapter", adapter, *where)["predictions"]
    merged = call_json("merge", qwen, adapter, tmp_path / "merged", *where)
    assert merged["receipt"]["largest_change"] <= 1e-5
    plain = call_json("probe", tmp_path / "merged", "The capital", *where)["predictions"]
    assert [p["token"] for p in plain] == [p["token"] for p in adapted]


@pytest.mark.parametrize(
    "record",
    [
        {"instruction": "Name the capital of France.", "output": "Paris."},
        {"conversations": [{"from": "human", "value": "Hello"}, {"from": "gpt", "value": "Good day"}]},
    ],
    ids=["alpaca", "sharegpt"],
)
def test_a_data_file_is_read_in_its_own_layout(tmp_path: Path, record: dict[str, object]) -> None:
    (tmp_path / "mine.jsonl").write_text(json.dumps(record) + "\n", "utf-8")
    printed = call("recipe", "teach-a-domain", "--data", tmp_path / "mine.jsonl")
    assert printed.exit_code == 0, printed.stderr
    (row,) = yaml.safe_load(printed.stdout)["datasets"][0]["rows"]
    assert json.loads(row).keys() in ({"prompt", "completion"}, {"messages"})


def test_columns_that_nobody_knows_are_named(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("nr,frage,antwort\n1,wer schläft,die katze\n", "utf-8")
    refused = call("recipe", "teach-a-domain", "--data", tmp_path / "t.csv")
    assert refused.exit_code == 2
    assert "nr, frage, antwort" in refused.stderr
    assert "--prompt-column" in refused.stderr
    named = ("--prompt-column", "frage", "--completion-column", "antwort")
    printed = call("recipe", "teach-a-domain", "--data", tmp_path / "t.csv", *named)
    (row,) = yaml.safe_load(printed.stdout)["datasets"][0]["rows"]
    assert json.loads(row) == {"prompt": "wer schläft", "completion": "die katze"}


def test_records_without_a_row_are_left_out_only_if_asked(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"text": "eins zwei"}\n{"text": 3}\n{"text": "drei vier"}\n', "utf-8")
    refused = call("recipe", "teach-a-domain", "--data", tmp_path / "t.jsonl")
    assert refused.exit_code == 2
    assert "line 2" in refused.stderr
    assert "--skip-bad" in refused.stderr
    printed = call("recipe", "teach-a-domain", "--data", tmp_path / "t.jsonl", "--skip-bad")
    assert yaml.safe_load(printed.stdout)["datasets"][0]["rows"] == ["eins zwei", "drei vier"]
    assert "1 record(s) left out, line 2" in printed.stderr


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text("", "utf-8")
    assert "has no rows" in call("recipe", "teach-a-domain", "--data", tmp_path / "t.jsonl").stderr
