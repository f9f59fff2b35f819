"""The time machine: earlier states of a run, and its result back bit for bit."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
import torch
from torch import Tensor

from lora_studio.core.adapters import attach_stored, read_adapter
from lora_studio.core.engine import Engine
from lora_studio.core.errors import RecipeError, StorageError, StudioError
from lora_studio.core.instruments.time_machine import go_to, refresh_steps, shown_at
from lora_studio.core.methods import Lora
from lora_studio.core.models.tensor_cache import TensorCache
from lora_studio.core.models.tensor_file import read_tensors, tensors_to_bytes
from lora_studio.core.recipe import Recipe, TrainingSettings
from lora_studio.core.run_folder import RunFolder
from lora_studio.core.snapshots import snapshot_file
from lora_studio.core.summaries import VariantSummary
from lora_studio.core.variants import MergedAttachment, Variant, Variants
from tests.core.kept_runs import KeptRun
from tests.core.method_cases import CASES, Bare, Case, recipe, said, same, state
from tests.core.tiny_mini_gpt import make_mini_gpt

LEARNING = [case for case in CASES if case.method.learns_by_gradients]
KEPT = (0, 1)
CAT = "die katze sitzt auf dem"
LORA = Lora(targets=("v_proj",))


def kept_run(variants: Variants, folder: Path, case: Case | None = None, *, grown: bool = False) -> KeptRun:
    made = case.recipe(grown=grown) if case else recipe(LORA, grown=grown)
    return KeptRun(variants, made, folder, KEPT, partial(said, variants))


@pytest.mark.parametrize("case", LEARNING, ids=str)
@pytest.mark.parametrize("grown", [False, True], ids=["", "grown"])
def test_a_variant_says_again_what_it_said_at_a_step(case: Case, grown: bool, tmp_path: Path) -> None:
    variants = Variants(case.model())
    bare = Bare(variants.model)
    run = kept_run(variants, tmp_path, case, grown=grown)
    variant = run.variant
    assert variant.summary.steps == KEPT
    before, result = state(variant), said(variants, variant)
    for step in (1, 0, 1):
        go_to(variants, variant.name, step)
        assert variant.summary.step == step
        assert torch.equal(said(variants, variant), run.said[step])
    assert not torch.equal(run.said[0], run.said[1])
    go_to(variants, variant.name, None)
    assert variant.summary.step is None
    assert torch.equal(said(variants, variant), result)
    assert same(state(variant), before)
    variants.remove(variant.name)
    assert bare


@pytest.mark.parametrize("case", LEARNING, ids=str)
def test_an_adapter_from_disk_goes_back_too(case: Case, tmp_path: Path) -> None:
    kept = kept_run(Variants(case.model()), tmp_path, case, grown=True)
    variants = Variants(case.model())
    variant = loaded(variants, tmp_path)
    result = said(variants, variant)
    go_to(variants, variant.name, 1)
    assert torch.allclose(said(variants, variant), kept.said[1], atol=1e-6)
    go_to(variants, variant.name, None)
    assert torch.equal(said(variants, variant), result)


def loaded(variants: Variants, run: Path, folder: str = "adapter") -> Variant:
    growth, attachment = attach_stored(variants.model, read_adapter(run / "adapter"))
    variant = Variant(VariantSummary("loaded", is_base=False, folder=str(run / folder)), growth, attachment)
    variants.adopt(variant)
    refresh_steps(variants)
    return variant


def test_the_runs_own_folder_stands_for_its_adapter(tmp_path: Path) -> None:
    kept_run(Variants(make_mini_gpt()), tmp_path)
    assert loaded(Variants(make_mini_gpt()), tmp_path, "").summary.steps == KEPT


def test_a_step_that_was_not_kept_is_refused(tmp_path: Path) -> None:
    variants = Variants(make_mini_gpt())
    variant = kept_run(variants, tmp_path).variant
    with pytest.raises(RecipeError, match="step 7"):
        go_to(variants, variant.name, 7)
    with pytest.raises(RecipeError, match="Base"):
        go_to(variants, "Base", 1)
    with pytest.raises(RecipeError, match="nobody"):
        go_to(variants, "nobody", 1)


def test_what_has_no_earlier_states_offers_none(tmp_path: Path) -> None:
    variants = Variants(make_mini_gpt())
    variant = kept_run(variants, tmp_path).variant
    go_to(variants, variant.name, 1)
    assert variant.attachment
    summary = VariantSummary("merged", is_base=False, merged=True, steps=KEPT, step=1, folder=variant.summary.folder)
    merged = Variant(summary, variant.growth, MergedAttachment(variant.attachment))
    variants.add(merged)
    refresh_steps(variants)
    assert [(one.summary.steps, one.summary.step) for one in (variants.base, merged)] == [((), None)] * 2
    assert torch.allclose(said(variants, merged), said(variants, variant), atol=1e-5)
    assert variant.summary.step == 1


def foreign(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {**tensors, "blocks.9.nowhere": torch.zeros(3)}


def reshaped(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: torch.zeros(2, 2) for name in tensors}


def not_a_number(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: torch.full_like(tensor, torch.nan) for name, tensor in tensors.items()}


@pytest.mark.parametrize("spoil", [foreign, reshaped, not_a_number])
def test_a_state_that_is_not_this_variants_changes_nothing(tmp_path: Path, spoil: object) -> None:
    variants = Variants(make_mini_gpt())
    variant = kept_run(variants, tmp_path).variant
    file = snapshot_file(tmp_path, 0)
    assert callable(spoil)
    file.write_bytes(tensors_to_bytes(spoil(read_tensors(file))))
    go_to(variants, variant.name, 1)
    before = said(variants, variant)
    with pytest.raises(StudioError):
        go_to(variants, variant.name, 0)
    assert variant.summary.step == 1
    assert torch.equal(said(variants, variant), before)


@pytest.mark.parametrize("data", [b"", b"\0" * 40, b"{" * 200])
def test_a_damaged_state_changes_nothing(tmp_path: Path, data: bytes) -> None:
    variants = Variants(make_mini_gpt())
    variant = kept_run(variants, tmp_path).variant
    before = said(variants, variant)
    snapshot_file(tmp_path, 0).write_bytes(data)
    with pytest.raises(StorageError):
        go_to(variants, variant.name, 0)
    assert torch.equal(said(variants, variant), before)
    assert variant.summary.step is None


def test_a_run_that_is_gone_leaves_the_result(tmp_path: Path) -> None:
    variants = Variants(make_mini_gpt())
    variant = kept_run(variants, tmp_path).variant
    result = said(variants, variant)
    go_to(variants, variant.name, 0)
    for step in KEPT:
        snapshot_file(tmp_path, step).unlink()
    refresh_steps(variants)
    assert (variant.summary.steps, variant.summary.step) == ((), None)
    assert torch.equal(said(variants, variant), result)


def test_going_back_and_forth_reads_each_file_once(tmp_path: Path) -> None:
    variants = Variants(make_mini_gpt())
    run = kept_run(variants, tmp_path)
    for step in KEPT:
        go_to(variants, run.variant.name, step)
        snapshot_file(tmp_path, step).unlink()
    go_to(variants, run.variant.name, 0)
    assert torch.equal(said(variants, run.variant), run.said[0])


def test_what_looks_at_another_step_puts_back_what_was_shown(tmp_path: Path) -> None:
    variants = Variants(make_mini_gpt())
    run = kept_run(variants, tmp_path)
    go_to(variants, run.variant.name, 1)
    with suppress(ZeroDivisionError), shown_at(variants, run.variant, 0):
        assert torch.equal(said(variants, run.variant), run.said[0])
        raise ZeroDivisionError
    assert torch.equal(said(variants, run.variant), run.said[1])


def test_the_cache_forgets_what_was_asked_for_longest_ago() -> None:
    cache, read = TensorCache(100), []

    def ask(key: str, numbers: int = 10) -> None:
        def tensors() -> dict[str, Tensor]:
            read.append(key)
            return {"x": torch.zeros(numbers)}

        cache.get(key, tensors)

    for key in ("a", "b", "a", "c", "a", "b"):
        ask(key)
    assert read == ["a", "b", "c", "b"]
    ask("large", 1000)
    assert cache.bytes == 80


# With what the engine does to variants


def trained(folder: Path) -> tuple[Engine, Variant]:
    engine = Engine()
    engine.open("minigpt")
    training = TrainingSettings(epochs=8, probe_every=100)
    list(engine.run(Recipe(method=LORA, training=training), RunFolder(folder)).events())
    refresh_steps(engine.variants)
    return engine, engine.variants.named("LoRA V")


def sofa(engine: Engine, name: str) -> float:
    measured = engine.measure(name, [CAT])
    index = engine.variants.model.token_id("sofa")
    assert index is not None
    return float(measured.probabilities[0, index])


def test_saving_takes_the_state_that_is_shown(tmp_path: Path) -> None:
    engine, variant = trained(tmp_path / "run")
    result, step = sofa(engine, "LoRA V"), variant.summary.steps[2]
    go_to(engine.variants, "LoRA V", step)
    early = sofa(engine, "LoRA V")
    assert abs(early - result) > 0.1
    receipt = engine.save_adapter("LoRA V", tmp_path / "saved", [CAT])
    assert receipt.largest_change <= 1e-6
    assert variant.summary.step == step
    loaded = engine.load_adapter(tmp_path / "saved")
    assert sofa(engine, loaded.name) == pytest.approx(early, abs=1e-6)
    go_to(engine.variants, "LoRA V", None)
    assert sofa(engine, "LoRA V") == result


def test_merging_takes_the_state_that_is_shown_and_stays_there(tmp_path: Path) -> None:
    engine, variant = trained(tmp_path / "run")
    go_to(engine.variants, "LoRA V", variant.summary.steps[2])
    early = sofa(engine, "LoRA V")
    receipt = engine.merge("LoRA V", [CAT])
    assert receipt.largest_change <= 1e-5
    go_to(engine.variants, "LoRA V", None)
    refresh_steps(engine.variants)
    merged = engine.variants.named(receipt.path).summary
    assert (merged.steps, merged.step) == ((), None)
    assert sofa(engine, merged.name) == pytest.approx(early, abs=1e-5)
    with pytest.raises(RecipeError):
        go_to(engine.variants, merged.name, 0)


def test_exporting_takes_the_state_that_is_shown(tmp_path: Path) -> None:
    engine, variant = trained(tmp_path / "run")
    go_to(engine.variants, "LoRA V", variant.summary.steps[2])
    assert engine.export_merged("LoRA V", tmp_path / "model", [CAT]).largest_change <= 1e-5


def test_a_renamed_variant_still_goes_back(tmp_path: Path) -> None:
    engine, variant = trained(tmp_path / "run")
    go_to(engine.variants, "LoRA V", 0)
    engine.rename("LoRA V", "mine")
    go_to(engine.variants, "mine", None)
    assert variant.summary.step is None


def test_another_run_can_train_while_an_earlier_state_is_shown(tmp_path: Path) -> None:
    engine, variant = trained(tmp_path / "run")
    result = state(variant)
    go_to(engine.variants, "LoRA V", 0)
    shown = state(variant)
    list(engine.run(Recipe(method=LORA, training=TrainingSettings(epochs=2)), RunFolder(tmp_path / "2")).events())
    assert same(state(variant), shown)
    go_to(engine.variants, "LoRA V", None)
    assert same(state(variant), result)
