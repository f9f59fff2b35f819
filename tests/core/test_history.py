"""The run history: what stands in it, what can be changed, and the bin."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lora_studio.core import history
from lora_studio.core.data.builtin import FACT_CORRECTION, TRAINING, Probe
from lora_studio.core.data.dataset import Dataset
from lora_studio.core.errors import StorageError
from lora_studio.core.files import TEMPORARY_PREFIX
from lora_studio.core.history import (
    StoredRun,
    binned_runs,
    empty_bin,
    read_recipe,
    restore,
    set_note,
    stored_runs,
    to_bin,
)
from lora_studio.core.methods import Lora
from lora_studio.core.methods.dora import Dora
from lora_studio.core.recipe import Protection, Recipe, TrainingSettings
from lora_studio.core.recipe_differences import MOST_ROWS, Difference, changed_rows, differences
from lora_studio.core.run_record import LARGEST, RunRecord, read_record, write_record


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "studio" / "runs"


def put(runs: Path, folder: str, *files: str, **values: object) -> Path:
    path = runs / folder
    path.mkdir(parents=True)
    write_record(path, RunRecord.model_validate({"name": folder, "state": "finished", **values}))
    for file in files:
        (path / file).parent.mkdir(parents=True, exist_ok=True)
        (path / file).write_bytes(b"")
    return path


def names(found: tuple[StoredRun, ...]) -> list[str]:
    return [run.record.name for run in found]


def test_the_newest_run_stands_first_whatever_zone_it_was_made_in(runs: Path) -> None:
    put(runs, "middle", began="2026-03-01T12:00:00+00:00")
    put(runs, "newest", began="2026-03-01T14:30:00+02:00")
    put(runs, "oldest", began="2026-02-01T12:00:00+00:00")
    put(runs, "unknown", began="yesterday")
    assert names(stored_runs(runs)) == ["newest", "middle", "oldest", "unknown"]


def test_without_a_folder_there_are_no_runs_and_no_complaints(runs: Path) -> None:
    told: list[StorageError] = []
    assert stored_runs(runs, told.append) == ()
    assert told == []


def test_a_run_tells_what_can_be_done_with_it(runs: Path) -> None:
    put(runs, "done", "adapter/adapter_config.json", "snapshots/step-000120.safetensors", "snapshots/notes.txt",
        "snapshots/step-000000.safetensors", began="2026-03-03")  # fmt: skip
    put(runs, "cut off", "recipe.yaml", "checkpoint.safetensors", state="running", steps_done=60, began="2026-03-02")
    put(runs, "failed early", state="failed", error="NaN", began="2026-03-01")
    done, cut_off, failed = stored_runs(runs)
    assert (done.steps, done.resumable, done.has_adapter) == ((0, 120), False, True)
    assert (cut_off.steps, cut_off.resumable, cut_off.has_adapter) == ((), True, False)
    assert (failed.resumable, failed.record.error) == (False, "NaN")


def test_an_interrupted_run_tells_how_far_it_came(runs: Path) -> None:
    path = put(runs, "cut off", "snapshots/step-000040.safetensors", state="running", steps=320)
    assert stored_runs(runs)[0].record.steps_done == 40
    steps = [json.dumps({"event": "step", "step": step, "loss": 0.5}) for step in range(1, 2001)]
    (path / "events.jsonl").write_text("\n".join([*steps, '{"event": "probed", "step": 2}', '{"event": "ste']), "utf-8")
    assert stored_runs(runs)[0].record.steps_done == 2000


def test_unfinished_folders_and_strangers_are_passed_over(runs: Path) -> None:
    put(runs, "good")
    put(runs, f"{TEMPORARY_PREFIX}abc")
    (runs / "holiday pictures").mkdir()
    (runs / "a file").write_text("no folder", "utf-8")
    told: list[StorageError] = []
    assert names(stored_runs(runs, told.append)) == ["good"]
    assert told == []


def test_what_cannot_be_read_is_left_out_and_told(runs: Path) -> None:
    put(runs, "good")
    (put(runs, "broken") / "run.json").write_text('{"name": ', "utf-8")
    (put(runs, "foreign") / "run.json").write_text('{"name": 3}', "utf-8")
    told: list[StorageError] = []
    assert names(stored_runs(runs, told.append)) == ["good"]
    assert sorted(Path(str(error.values["path"])).parent.name for error in told) == ["broken", "foreign"]


def put_old(runs: Path, folder: str, metrics: dict[str, object] | None) -> Path:
    path = runs / folder
    path.mkdir(parents=True)
    (path / "recipe.yaml").write_text(Recipe().to_yaml(), "utf-8")
    if metrics is not None:
        (path / "metrics.json").write_text(json.dumps(metrics), "utf-8")
    return path


def test_runs_of_the_earlier_version_are_shown_too(runs: Path) -> None:
    figures = {"steps": 320, "seconds": 2.5, "final_loss": 0.04, "trainable": 1024, "forgetting_kl": None}
    put_old(
        runs, "2026-03-01-101112-LoRA-V", {"event": "finished", "variant": "LoRA V 2", "cancelled": False} | figures
    )
    put_old(runs, "2026-03-01-101113-DoRA", {"event": "finished", "cancelled": True} | figures)
    put_old(runs, "2026-03-01-101114-Full", {"event": "failed", "step": 12, "error": "It is NaN."})
    put_old(runs, "2026-03-01-101115-Cut", None)
    cut, failed, cancelled, done = (run.record for run in stored_runs(runs))
    assert (done.name, done.variant, done.state, done.steps, done.steps_done) == (
        "LoRA-V",
        "LoRA V 2",
        "finished",
        320,
        320,
    )
    assert (done.final_loss, done.seconds, done.trainable, done.forgetting_kl) == (0.04, 2.5, 1024, None)
    assert done.began.startswith("2026-03-01T10:11:12")
    assert (cancelled.state, cancelled.steps_done) == ("cancelled", 320)
    assert (failed.state, failed.steps_done, failed.error) == ("failed", 12, "It is NaN.")
    assert (cut.state, cut.name) == ("running", "Cut")


@pytest.mark.parametrize("name", ["steps", "steps_done", "trainable"])
@pytest.mark.parametrize("number", [10**30, -1])
def test_a_number_that_no_run_can_have_is_told(runs: Path, name: str, number: int) -> None:
    path = put(runs, "foreign")
    (path / "run.json").write_text(json.dumps({"name": "x", name: number}), "utf-8")
    told: list[StorageError] = []
    assert stored_runs(runs, told.append) == ()
    assert name in str(told[0])


def test_absurd_figures_of_the_earlier_version_are_cut(runs: Path) -> None:
    put_old(runs, "2026-03-01-101112-old", {"event": "finished", "steps": 1e300, "trainable": -(10**40)})
    (run,) = stored_runs(runs)
    assert (run.record.steps, run.record.steps_done, run.record.trainable) == (LARGEST, LARGEST, 0)


def test_an_absurd_last_step_is_cut(runs: Path) -> None:
    path = put(runs, "cut off", state="running", steps=320)
    (path / "events.jsonl").write_text(json.dumps({"event": "step", "step": 10**30, "loss": 0.5}), "utf-8")
    assert stored_runs(runs)[0].record.steps_done == LARGEST


def test_a_name_and_a_note_are_kept_beside_everything_else(runs: Path) -> None:
    path = put(runs, "LoRA V", final_loss=0.5, began="2026-03-01T12:00:00+00:00")
    history.rename(path, "the good one")
    set_note(path, "Rank 2 would do, too.")
    record = read_record(path)
    assert (record.name, record.note, record.final_loss) == ("the good one", "Rank 2 would do, too.", 0.5)


def test_a_run_of_the_earlier_version_can_be_renamed(runs: Path) -> None:
    path = put_old(runs, "2026-03-01-101112-LoRA-V", {"event": "finished", "final_loss": 0.04})
    history.rename(path, "old gold")
    (run,) = stored_runs(runs)
    assert (run.record.name, run.record.final_loss) == ("old gold", 0.04)
    assert run.record.began.startswith("2026-03-01T10:11:12")


def test_a_run_that_is_gone_cannot_be_renamed(runs: Path) -> None:
    with pytest.raises(StorageError):
        history.rename(runs / "gone", "name")


def test_the_bin_overwrites_nothing_and_gives_back(runs: Path) -> None:
    workspace = runs.parent
    path = put(runs, "LoRA V", note="first")
    first = to_bin(workspace, path)
    assert first == workspace / "bin" / "LoRA V"
    assert stored_runs(runs) == ()
    second = to_bin(workspace, put(runs, "LoRA V", note="second"))
    assert second != first
    restore(first, path)
    assert read_record(path).note == "first"
    with pytest.raises(StorageError, match="nothing is overwritten"):
        restore(second, path)
    assert read_record(second).note == "second"


def test_what_is_not_in_the_bin_any_more_is_said(runs: Path) -> None:
    path = put(runs, "LoRA V")
    place = to_bin(runs.parent, path)
    assert names(binned_runs(runs.parent)) == ["LoRA V"]
    empty_bin(runs.parent)
    assert binned_runs(runs.parent) == ()
    with pytest.raises(StorageError, match="LoRA V is not in the bin any more"):
        restore(place, path)


def test_emptying_the_bin_leaves_the_runs(runs: Path) -> None:
    put(runs, "kept")
    to_bin(runs.parent, put(runs, "one", "adapter/weights"))
    to_bin(runs.parent, put(runs, "two"))
    assert empty_bin(runs.parent) == 2
    assert empty_bin(runs.parent) == 0
    assert names(stored_runs(runs)) == ["kept"]


def test_a_move_that_fails_is_told(runs: Path) -> None:
    with pytest.raises(StorageError):
        to_bin(runs.parent, runs / "gone")


def test_the_recipe_comes_back_as_it_was(runs: Path) -> None:
    recipe = Recipe(name="DoRA", method=Dora(rank=2))
    path = put(runs, "run")
    (path / "recipe.yaml").write_text(recipe.to_yaml(), "utf-8")
    assert read_recipe(path) == recipe
    with pytest.raises(StorageError):
        read_recipe(put(runs, "without"))


# Differences


def lines(before: Recipe, after: Recipe) -> list[tuple[str, str, object, object]]:
    return [(found.section, found.title, found.before, found.after) for found in differences(before, after)]


def test_the_same_recipe_has_no_differences() -> None:
    assert differences(Recipe(), Recipe()) == ()


def test_settings_are_named_as_in_the_form() -> None:
    before = Recipe(method=Lora(rank=4))
    after = Recipe(method=Lora(rank=8, targets=("v_proj",)), training=TrainingSettings(learning_rate=1e-3))
    assert lines(before, after) == [
        ("Method", "Rank r", 4, 8),
        ("Method", "Target layers", ("q_proj", "k_proj", "v_proj", "o_proj"), ("v_proj",)),
        ("Training", "Learning rate", 2e-3, 1e-3),
    ]


def test_of_another_method_the_settings_they_share_are_compared() -> None:
    found = lines(Recipe(method=Lora(rank=4)), Recipe(method=Dora(rank=2)))
    assert found == [("Method", "Method", "LoRA", "DoRA"), ("Method", "Rank r", 4, 2)]


def test_a_setting_that_means_nothing_is_no_difference() -> None:
    weak, strong = Recipe(protection=Protection(weight=1)), Recipe(protection=Protection(weight=10))
    assert differences(weak, strong) == ()
    on = Recipe(protection=Protection(enabled=True, weight=10))
    assert ("Protection", "Weight", None, 10.0) in lines(weak, on)


def test_datasets_are_compared_row_by_row() -> None:
    before = Dataset(name="mine", rows=("a b", "c d", "e f", "g h"))
    edited = before.model_copy(update={"rows": ("a b", "c x", "e f", "g h")})
    grown = before.model_copy(update={"rows": ("n n", "a b", "c d", "e f", "n n")})
    assert differences(Recipe(datasets=(before,)), Recipe(datasets=(edited,))) == (
        Difference("Datasets", "mine", 4, 4, "rows", is_own=True, changed=1),
        Difference("Datasets", "mine", "c d", "c x", is_own=True, is_row=True),
    )
    summary, *rows = differences(Recipe(datasets=(before,)), Recipe(datasets=(grown,)))
    assert (summary.added, summary.removed, summary.changed) == (2, 1, 0)
    assert [(row.before, row.after) for row in rows] == [("g h", None), (None, "n n"), (None, "n n")]


def test_a_dataset_of_one_side_is_one_line() -> None:
    found = lines(Recipe(datasets=(FACT_CORRECTION,)), Recipe(datasets=(FACT_CORRECTION, TRAINING)))
    assert found == [("Datasets", "TRAINING", None, len(TRAINING.rows))]


def test_two_datasets_of_one_name_are_compared_each_with_its_own(runs: Path) -> None:
    first, second = (Dataset(name="mine", rows=(row,)) for row in ("a b", "c d"))
    edited = second.model_copy(update={"rows": ("c x",)})
    assert lines(Recipe(datasets=(first, second)), Recipe(datasets=(first, second))) == []
    assert lines(Recipe(datasets=(first, second)), Recipe(datasets=(first, edited))) == [
        ("Datasets", "mine", 1, 1), ("Datasets", "mine", "c d", "c x"),
    ]  # fmt: skip
    assert lines(Recipe(datasets=(first, second)), Recipe(datasets=(first,))) == [("Datasets", "mine", 1, None)]


def test_rows_in_another_order_are_said_without_listing_them() -> None:
    turned = FACT_CORRECTION.model_copy(update={"rows": FACT_CORRECTION.rows[::-1]})
    (found,) = differences(Recipe(datasets=(FACT_CORRECTION,)), Recipe(datasets=(turned,)))
    assert (found.added, found.removed, found.changed, found.before) == (0, 0, 0, found.after)


def test_of_many_rows_some_are_listed_and_the_others_counted() -> None:
    before = Dataset(name="mine", rows=("a b",))
    after = Dataset(name="mine", rows=tuple(f"row {number}" for number in range(1000)))
    summary, *rows = differences(Recipe(datasets=(before,)), Recipe(datasets=(after,)))
    assert len(rows) == MOST_ROWS
    assert summary.left_out + MOST_ROWS == summary.added + summary.removed + summary.changed


def test_the_rows_at_both_ends_are_left_out_of_the_comparison() -> None:
    assert changed_rows(("a", "b", "a"), ("a", "a")) == [("b", None)]
    assert changed_rows(("a",), ("a", "a")) == [(None, "a")]


def test_prompts_are_compared_by_what_is_wanted() -> None:
    before = Recipe(probes=(Probe(prompt="the cat", wanted="sofa"), Probe(prompt="gone")))
    after = Recipe(probes=(Probe(prompt="the cat", wanted="roof"), Probe(prompt="new")))
    assert lines(before, after) == [
        ("Probes", "the cat", "sofa", "roof"), ("Probes", "gone", "", None), ("Probes", "new", None, ""),
    ]  # fmt: skip
