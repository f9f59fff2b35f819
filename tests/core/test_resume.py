"""Going on exactly: a run that was interrupted ends as if it had not been, bit by bit."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
import torch

from lora_studio.core.data.dataset import Dataset
from lora_studio.core.engine import Engine
from lora_studio.core.errors import RecipeError, RunError, StorageError, StudioError
from lora_studio.core.events import Event, Failed, Finished, Started, Step
from lora_studio.core.interruptions import interrupted_runs
from lora_studio.core.methods import Lora, method_named
from lora_studio.core.models.tensor_file import read_tensors, tensors_to_bytes
from lora_studio.core.recipe import Protection, Recipe, TrainingSettings
from lora_studio.core.run_folder import RunFolder, can_resume, snapshot_steps
from lora_studio.core.run_record import read_record, write_record
from lora_studio.core.training import flat_adam, guard, last_good
from lora_studio.core.variants import Variants
from tests.core.interrupted import begun, go_on, interrupt, interrupt_again, run_of, snapshots, told
from tests.core.method_cases import CASES, ROWS, Bare, Case, same, state
from tests.core.tiny_mini_gpt import make_mini_gpt

STEPS = 15  # five epochs of three
STOPS = (1, 5, 14)  # early, within an epoch, late
MORE_STOPS = (2, 3, 6, 13, 15)  # at an epoch's end, after the last

TRAINED = [case for case in CASES if case.method.learns_by_gradients]
every_trained_case = pytest.mark.parametrize(
    ("case", "protect"),  # what protects draws its rows alike on every family
    [(case, protect) for case in TRAINED for protect in (False, True) if not protect or case.family == "minigpt"],
    ids=lambda value: "protected" if value is True else str(value or ""),
)


def longer(case: Case, *, protect: bool = False, **training: object) -> Recipe:
    """With new words, prompts that are watched, and, protected, more rows than are looked at in one step."""
    made = case.recipe(seed=3, grown=True)
    fields = {**made.training.model_dump(), "epochs": 5, "snapshots": 6, "sequence_length": 4, **training}
    protection = Protection(enabled=protect, generated=8, neighbours=8 if protect else 0)
    probes = [{"prompt": "die katze sitzt auf dem", "wanted": "sofa", "kind": "corrected"}]
    changes = {"training": fields, "protection": protection, "kept": (ROWS,), "probes": probes}
    return Recipe.model_validate({**made.model_dump(), "method": made.method, **changes})


@pytest.fixture(autouse=True)
def rows_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard looks at other rows in each step."""
    monkeypatch.setattr(guard, "MOST_AT_ONCE", 3)


@every_trained_case
def test_a_run_that_is_interrupted_again_and_again_ends_as_if_it_had_not_been(
    case: Case, tmp_path: Path, protect: bool
) -> None:
    recipe = longer(case, protect=protect)
    whole = Variants(case.model())
    *_, last = run_of(whole, recipe, RunFolder(tmp_path / "whole")).events()
    assert isinstance(last, Finished)
    assert last.steps >= STEPS  # a tokenizer of bytes makes more tokens of the rows, and so more windows
    assert list(snapshots(tmp_path / "whole")) == list(range(0, last.steps + 1, last.steps // 5))
    path, stops = tmp_path / "run", sorted((*STOPS, *MORE_STOPS)) if case == CASES[0] else STOPS
    interrupt(Variants(case.model()), recipe, path, after=stops[0])
    for stop in stops[1:]:
        interrupt_again(Variants(case.model()), path, after=stop)
        assert max(event["step"] for event in told(path) if event["event"] == "step") == stop
    assert same(state(go_on(Variants(case.model()), path)), state(whole.named(last.variant)))
    assert told(path) == told(tmp_path / "whole")
    assert snapshots(path) == snapshots(tmp_path / "whole")
    assert not can_resume(path)


@pytest.mark.parametrize("case", [Case("minigpt", Lora()), Case("llama", Lora(dropout=0.4))], ids=str)
def test_large_tensors_go_on_exactly_too(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flat_adam, "SMALL", 100)
    monkeypatch.setattr(last_good, "KEEP_EVERY_STEP_BELOW", 0)
    recipe = longer(case)
    whole = Variants(case.model())
    list(run_of(whole, recipe, RunFolder(tmp_path / "whole")).events())
    interrupt(Variants(case.model()), recipe, tmp_path / "run", after=7)
    assert same(state(go_on(Variants(case.model()), tmp_path / "run")), state(whole.all()[-1]))
    assert told(tmp_path / "run") == told(tmp_path / "whole")


def test_a_cancelled_run_goes_on_and_replaces_what_it_had_saved(tmp_path: Path) -> None:
    case = Case("minigpt", Lora(targets=("v_proj",)))
    recipe, path, variants = longer(case), tmp_path / "run", Variants(case.model())
    run = run_of(variants, recipe, RunFolder(path))
    for event in run.events():
        if isinstance(event, Step) and event.step == 7:
            run.cancel()
    assert read_record(path).state == "cancelled"
    assert read_record(path).steps_done == 7
    assert snapshot_steps(path) == (0, 3, 6, 7)
    write_record(path, read_record(path).model_copy(update={"name": "mine", "note": "try again"}))
    go_on(variants, path)
    list(run_of(Variants(case.model()), recipe, RunFolder(tmp_path / "whole")).events())
    assert snapshots(path) == snapshots(tmp_path / "whole")
    record = read_record(path)
    assert (record.state, record.steps_done, record.name, record.note) == ("finished", STEPS, "mine", "try again")
    assert (path / "adapter" / "adapter.txt").read_text() == "mine"
    assert not [entry for entry in path.iterdir() if entry.name.startswith(".")]


def test_what_goes_on_tells_from_where(tmp_path: Path) -> None:
    case = Case("minigpt", Lora(targets=("v_proj",)))
    interrupt(Variants(case.model()), longer(case, probe_every=2), tmp_path / "run", after=4)
    folder = RunFolder.of_interrupted(tmp_path / "run")
    events: list[Event] = list(run_of(Variants(case.model()), folder.recipe(), folder).events())
    assert isinstance(events[0], Started)
    assert (events[0].first_step, events[0].steps) == (4, STEPS)
    steps = [event for event in events if isinstance(event, Step)]
    assert [event.step for event in steps] == list(range(5, STEPS + 1))
    assert all(one.seconds < other.seconds for one, other in pairwise(steps))
    lines = (tmp_path / "run" / "events.jsonl").read_text("utf-8").splitlines()
    on_disk = [event["seconds"] for line in lines if (event := json.loads(line))["event"] == "step"]
    assert len(on_disk) == STEPS
    assert on_disk == sorted(on_disk)


@pytest.mark.parametrize("left", ["steering", "before the first step", "too large"])
def test_without_a_kept_state_a_run_cannot_go_on_and_nothing_of_it_is_lost(
    tmp_path: Path, left: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, case = tmp_path / "run", Case("minigpt", Lora(targets=("v_proj",)))
    if left == "steering":
        interrupt(Variants(case.model()), Case("minigpt", method_named("steering")()).recipe(), path, after=2)
    elif left == "before the first step":
        interrupt(Variants(case.model()), longer(case), path, after=0)
    else:
        monkeypatch.setattr("lora_studio.core.run_keeping.MOST_CHECKPOINT_BYTES", 1)
        run = run_of(Variants(case.model()), longer(case), RunFolder(path))
        for event in run.events():
            if isinstance(event, Step) and event.step == 7:
                run.cancel()
        assert read_record(path).state == "cancelled"
    before = told(path), snapshots(path)
    assert not can_resume(path)
    with pytest.raises(StorageError, match=r"no state was kept.*Run its recipe again"):
        RunFolder.of_interrupted(path)
    assert (told(path), snapshots(path)) == before


def test_a_checkpoint_of_a_method_without_steps_is_none(tmp_path: Path) -> None:
    case = Case("minigpt", method_named("steering")())
    interrupt(Variants(case.model()), case.recipe(), tmp_path / "run", after=2)
    interrupt(Variants(case.model()), longer(Case("minigpt", Lora())), tmp_path / "other", after=2)
    shutil.copy(tmp_path / "other" / "checkpoint.safetensors", tmp_path / "run")
    before = told(tmp_path / "run")
    with pytest.raises(StorageError, match="Run its recipe again"):
        go_on(Variants(case.model()), tmp_path / "run")
    assert told(tmp_path / "run") == before


def test_a_run_that_diverged_is_not_offered_to_go_on(tmp_path: Path) -> None:
    case = Case("minigpt", Lora(targets=("v_proj",)))
    recipe = longer(case, learning_rate=1e9)
    *_, failed = run_of(Variants(case.model()), recipe, RunFolder(tmp_path / "run")).events()
    assert isinstance(failed, Failed)
    assert read_record(tmp_path / "run").state == "failed"
    assert str(read_record(tmp_path / "run").told_error) == str(failed.error)
    assert not can_resume(tmp_path / "run")


def test_after_a_shortage_of_memory_it_goes_on_exactly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case("llama", Lora(dropout=0.4))
    recipe, path = longer(case, protect=True), tmp_path / "run"
    whole = Variants(case.model())
    list(run_of(whole, recipe, RunFolder(tmp_path / "whole")).events())
    monkeypatch.setattr("lora_studio.core.run_folder.CHECKPOINT_INTERVAL", 0.0)
    monkeypatch.setattr("lora_studio.core.run_folder.MOST_SHARE", 0)
    events = begun(Variants(case.model()), recipe, path, until=8)
    with monkeypatch.context() as scarce:
        scarce.setattr(flat_adam.FlatAdam, "zero_grad", _no_memory)
        *_, failed = events
    assert isinstance(failed, Failed)
    assert "out of memory" in str(failed.error)
    assert can_resume(path)
    assert same(state(go_on(Variants(case.model()), path)), state(whole.all()[-1]))
    assert told(path) == told(tmp_path / "whole")


def _no_memory(*_: object) -> None:
    raise RuntimeError("out of memory")


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def empty(_: bytes) -> bytes:
    return b""


def flipped(data: bytes) -> bytes:
    return data.replace(b"exp_avg_sq", b"exp_avg_xx", 1)


@pytest.mark.parametrize("injury", [cut, empty, flipped])
def test_a_damaged_checkpoint_is_told_and_changes_nothing(tmp_path: Path, injury: object) -> None:
    assert callable(injury)
    case = Case("minigpt", Lora(targets=("v_proj",)))
    path, model = tmp_path / "run", case.model()
    bare = Bare(model)
    interrupt(Variants(case.model()), longer(case), path, after=4)
    file = path / "checkpoint.safetensors"
    file.write_bytes(injury(file.read_bytes()))
    before = told(path), snapshots(path), read_record(path)
    variants, folder = Variants(model), RunFolder.of_interrupted(path)
    with pytest.raises(StudioError, match="Run its recipe again"):
        next(run_of(variants, folder.recipe(), folder).events())
    assert [variant.name for variant in variants.all()] == ["Base"]
    assert bare
    assert (told(path), snapshots(path), read_record(path)) == before


def test_events_that_end_too_early_are_told(tmp_path: Path) -> None:
    case = Case("minigpt", Lora(targets=("v_proj",)))
    interrupt(Variants(case.model()), longer(case), tmp_path / "run", after=4)
    (tmp_path / "run" / "events.jsonl").write_text('{"event": "started"}\n{"event": "st')
    folder = RunFolder.of_interrupted(tmp_path / "run")
    with pytest.raises(StorageError, match="before step 4"):
        next(run_of(Variants(case.model()), folder.recipe(), folder).events())


def test_the_engine_goes_on_with_real_adapters_and_refuses_other_bases(tmp_path: Path) -> None:
    training = TrainingSettings(epochs=3)
    engine = Engine()
    engine.open("minigpt")
    run = engine.run(Recipe(training=training), RunFolder(tmp_path / "run"))
    for event in run.events():
        if isinstance(event, Step) and event.step == 2:
            run.cancel()
    *_, finished = engine.resume(tmp_path / "run").events()
    assert isinstance(finished, Finished)
    assert finished.steps == 6
    whole = list(engine.run(Recipe(training=training), RunFolder(tmp_path / "whole")).events())
    assert isinstance(whole[-1], Finished)
    adapter = Path("adapter", "adapter_model.safetensors")
    assert (tmp_path / "run" / adapter).read_bytes() == (tmp_path / "whole" / adapter).read_bytes()
    with pytest.raises(StorageError, match="has finished"):
        engine.resume(tmp_path / "run")
    with pytest.raises(StorageError, match="missing"):
        engine.resume(tmp_path / "nothing")
    other = Recipe(training=training, base="elsewhere")
    interrupted = tmp_path / "other"
    case = Case("minigpt", Lora(targets=("v_proj",)))
    interrupt(Variants(case.model()), other, interrupted, after=1)
    with pytest.raises(RecipeError, match="elsewhere"):
        engine.resume(interrupted)


def with_tiny_model() -> Engine:
    engine = Engine()
    engine.take(make_mini_gpt(), "minigpt")
    return engine


def begun_by(engine: Engine, recipe: Recipe, path: Path, after: int) -> None:
    events = engine.run(recipe, RunFolder(path)).events()
    for event in events:
        if isinstance(event, Step) and event.step == after:
            break
    events.close()


def test_on_a_base_that_has_changed_since_a_run_does_not_go_on(tmp_path: Path) -> None:
    recipe, path = longer(Case("minigpt", Lora())), tmp_path / "run"
    begun_by(with_tiny_model(), recipe, path, after=4)
    before = told(path), snapshots(path), read_record(path)
    engine = Engine()
    engine.take(make_mini_gpt(seed=1), "minigpt")
    with pytest.raises(RecipeError, match=r"not the one that it began on.*run the recipe again"):
        next(engine.resume(path).events())
    assert [summary.name for summary in engine.summaries()] == ["Base"]
    assert (told(path), snapshots(path), read_record(path)) == before
    *_, finished = with_tiny_model().resume(path).events()
    assert isinstance(finished, Finished)
    assert finished.steps == STEPS


@pytest.mark.parametrize("train_ends", [True, False])
def test_what_a_run_started_from_is_not_needed_to_go_on(tmp_path: Path, train_ends: bool) -> None:
    ends = {"train_embeddings": train_ends, "train_head": train_ends}
    first = Case("minigpt", Lora(**ends)).recipe(grown=True)  # type: ignore[arg-type]
    list(with_tiny_model().run(first, RunFolder(tmp_path / "first")).events())
    start = tmp_path / "first" / "adapter"
    recipe = longer(Case("minigpt", Lora(start_from=str(start), **ends)))  # type: ignore[arg-type]
    others = Dataset(
        name="OTHERS", rows=("die katze läuft", "der tisch wackelt")
    )  # a word more, and none of the first's
    recipe = recipe.model_copy(update={"datasets": (others, *recipe.datasets)})
    whole, again = with_tiny_model(), with_tiny_model()
    list(whole.run(recipe, RunFolder(tmp_path / "whole")).events())
    begun_by(with_tiny_model(), recipe, tmp_path / "run", after=4)
    shutil.rmtree(tmp_path / "first")
    list(again.resume(tmp_path / "run").events())
    assert told(tmp_path / "run") == told(tmp_path / "whole")
    assert snapshots(tmp_path / "run") == snapshots(tmp_path / "whole")  # with the rows of the words that do not train
    adapter = Path("adapter", "adapter_model.safetensors")
    assert (tmp_path / "run" / adapter).read_bytes() == (tmp_path / "whole" / adapter).read_bytes()


@pytest.mark.parametrize("words", ["[1]", "{}", '["die"]', '["sofa", "sofa"]', "[" * 100_000, "", None])
def test_a_checkpoint_with_foreign_words_is_told(tmp_path: Path, words: str | None) -> None:
    case, path = Case("minigpt", Lora(targets=("v_proj",))), tmp_path / "run"
    interrupt(Variants(case.model()), longer(case), path, after=4)
    tensors = read_tensors(path / "checkpoint.safetensors")
    del tensors["words"]
    if words is not None:
        tensors["words"] = torch.tensor(list(words.encode()), dtype=torch.uint8)
    (path / "checkpoint.safetensors").write_bytes(tensors_to_bytes(tensors))
    variants, folder = Variants(case.model()), RunFolder.of_interrupted(path)
    with pytest.raises(StorageError, match="words"):
        next(run_of(variants, folder.recipe(), folder).events())
    assert [variant.name for variant in variants.all()] == ["Base"]


@pytest.mark.parametrize(
    "place", ["run_keeping.copied", "training.loop.copied", "training.checkpoint.tensors_to_bytes"]
)
@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory")])
def test_no_memory_for_what_is_kept_on_the_way_is_no_reason_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, error: Exception
) -> None:
    def scarce(*_: object) -> None:
        raise error

    monkeypatch.setattr(f"lora_studio.core.{place}", scarce)
    case = Case("minigpt", Lora(targets=("v_proj",)))
    *_, finished = run_of(Variants(case.model()), longer(case), RunFolder(tmp_path / "run")).events()
    assert isinstance(finished, Finished)
    assert (tmp_path / "run" / "adapter" / "adapter.txt").exists()


def test_a_surprise_while_something_is_kept_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lora_studio.core.run_keeping.copied", _shapes_differ)
    case = Case("minigpt", Lora(targets=("v_proj",)))
    with pytest.raises(RuntimeError, match="shapes"):
        list(run_of(Variants(case.model()), longer(case), RunFolder(tmp_path / "run")).events())


def _shapes_differ(*_: object) -> None:
    raise RuntimeError("shapes differ")


def test_an_adapter_whose_successor_was_never_finished_comes_back(tmp_path: Path) -> None:
    case, path = Case("minigpt", Lora(targets=("v_proj",))), tmp_path / "runs" / "run"
    interrupt(Variants(case.model()), longer(case), path, after=4)
    old, new = path / ".lora-studio-unfinished-old-adapter", path / ".lora-studio-unfinished-new-adapter"
    for folder, text in ((old, "old"), (new, "new")):
        folder.mkdir()
        (folder / "adapter.txt").write_text(text)
    assert [run.path for run in interrupted_runs(tmp_path / "runs", read_only=True)] == [path]
    assert old.exists()
    interrupted_runs(tmp_path / "runs")
    assert (path / "adapter" / "adapter.txt").read_text() == "old"
    assert not [entry for entry in path.iterdir() if entry.name.startswith(".")]


def test_a_checkpoint_that_a_finished_run_left_is_not_gone_on_from(tmp_path: Path) -> None:
    case, path = Case("minigpt", Lora(targets=("v_proj",))), tmp_path / "runs" / "run"
    interrupt(Variants(case.model()), longer(case), path, after=4)
    write_record(path, read_record(path).model_copy(update={"state": "finished"}))
    with pytest.raises(StorageError, match="has finished"):
        RunFolder.of_interrupted(path)
    assert interrupted_runs(tmp_path / "runs") == ()
    assert not (path / "checkpoint.safetensors").exists()


def test_a_run_that_never_got_its_recipe_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case, path = Case("minigpt", Lora(targets=("v_proj",))), tmp_path / "runs" / "run"
    monkeypatch.setattr("lora_studio.core.run_folder.write_atomically", _no_memory)
    with pytest.raises(RunError, match="out of memory"):
        next(run_of(Variants(case.model()), longer(case), RunFolder(path)).events())
    assert interrupted_runs(tmp_path / "runs") == ()
    assert read_record(path).state == "failed"
    assert "Interrupted before" in str(read_record(path).told_error)
