"""The batch of a step, made anew: its rows, its windows and its losses are those of the run."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch

from lora_studio.core.data.dataset import Dataset
from lora_studio.core.data.windows import windows
from lora_studio.core.errors import AdapterError, RecipeError
from lora_studio.core.instruments.batches import BatchView, StepOrder, batch_of
from lora_studio.core.instruments.time_machine import go_to
from lora_studio.core.methods import Lora, Method
from lora_studio.core.methods.prompt import PromptTuning
from lora_studio.core.methods.steering import RepresentationEngineering
from lora_studio.core.recipe import Recipe, TrainingSettings
from lora_studio.core.training import feeding
from lora_studio.core.training.batches import Batches, make_batches
from lora_studio.core.variants import Variants
from tests.core.kept_runs import KeptRun
from tests.core.method_cases import learned, said, same, state
from tests.core.tiny_mini_gpt import make_mini_gpt

FIRST = Dataset(name="FIRST", rows=("die katze sitzt auf dem sofa", "", "der hund läuft"))
SECOND = Dataset(name="SECOND", rows=("der hund sitzt im garten auf dem tisch", "die katze läuft", "auf dem tisch"))
STEPS = 8


def short(method: Method | None = None, length: int = 4) -> Recipe:
    training = TrainingSettings(epochs=2, batch_size=3, sequence_length=length, seed=3)
    chosen = method or Lora(targets=("v_proj",))
    return Recipe(name="short", datasets=(FIRST, SECOND), method=chosen, training=training, kept=(), probes=())


def kept_run(variants: Variants, folder: Path, keep: tuple[int, ...], recipe: Recipe | None = None) -> KeptRun:
    return KeptRun(variants, recipe or short(), folder, keep, partial(said, variants))


@pytest.mark.parametrize("method", [None, PromptTuning(tokens=3)], ids=["lora", "prompt"])
def test_with_the_state_before_the_step_the_loss_is_the_runs(tmp_path: Path, method: Method | None) -> None:
    variants = Variants(make_mini_gpt())
    run = kept_run(variants, tmp_path, tuple(range(9)), short(method))
    assert len(run.losses) == run_steps(variants, run)
    for step, loss in run.losses.items():
        view = batch_of(variants, tmp_path, "", step)
        assert (view.step, view.measured_at, view.exact) == (step, step - 1, True)
        assert view.loss == loss
        counted = [token.loss for row in view.rows for token in row.tokens if token.loss is not None]
        assert sum(counted) / len(counted) == pytest.approx(loss, abs=1e-5)


def run_steps(variants: Variants, run: KeptRun) -> int:
    return batch_of(variants, run.folder, "", 1).steps


def test_the_windows_are_those_that_the_run_was_given(tmp_path: Path) -> None:
    variants = Variants(make_mini_gpt())
    variant = kept_run(variants, tmp_path, (0,)).variant
    recipe, model = short(), variants.model
    variants.activate(variant)
    assert variant.attachment
    order = StepOrder(variant.attachment, recipe)
    cut = windows([model.encode(row).ids for row in recipe.rows], 4)
    batches = Batches(cut, 3, recipe.training.seed, model.device)
    given = [batch for _ in range(recipe.training.epochs) for batch in batches.epoch()]
    assert order.steps == len(given)
    for step, batch in enumerate(given, start=1):
        ((made, _),) = order.batches_of(step)
        assert torch.equal(made.ids, batch.ids)
        assert torch.equal(made.targets, batch.targets)
        assert torch.equal(made.mask, batch.mask)


def test_rows_are_named_and_the_first_token_only_stands_before_the_others(tmp_path: Path) -> None:
    variants = Variants(make_mini_gpt())
    run = kept_run(variants, tmp_path, (0,))
    views = [batch_of(variants, tmp_path, "", step) for step in run.losses]
    rows = [row for view in views for row in view.rows]
    assert {(row.text, row.dataset) for row in rows} == {
        (row, dataset.name) for dataset in (FIRST, SECOND) for row in dataset.rows if row
    }
    for row in rows:
        words = row.text.split()
        inside = words[row.before : len(words) - row.after]
        assert [token.text for token in row.tokens] == inside
        assert [token.counted for token in row.tokens] == [False] + [True] * (len(inside) - 1)
    assert any(row.before for row in rows)


def test_the_nearest_kept_state_before_the_step_is_asked_and_named(tmp_path: Path) -> None:
    variants = Variants(make_mini_gpt())
    run = kept_run(variants, tmp_path, (0, 2, 5))
    views = {step: batch_of(variants, tmp_path, "", step) for step in (1, 2, 3, 5)}
    assert {step: (view.measured_at, view.exact) for step, view in views.items()} == {
        1: (0, True), 2: (0, False), 3: (2, True), 5: (2, False),
    }  # fmt: skip
    assert views[3].loss == run.losses[3]
    assert views[5].loss != run.losses[5]


def test_without_kept_states_the_variant_as_it_is_now_is_asked() -> None:
    variants = Variants(make_mini_gpt())
    variant = learned(variants, short())
    view = batch_of(variants, None, variant.name, 1)
    assert (view.measured_at, view.exact) == (None, False)


def test_looking_leaves_everything_as_it_was(tmp_path: Path) -> None:
    variants = Variants(make_mini_gpt())
    variant = kept_run(variants, tmp_path, (0, 1, 2)).variant
    result = state(variant)
    go_to(variants, variant.name, 2)
    before = state(variant)
    batch_of(variants, tmp_path, "", 1)
    assert variant.summary.step == 2
    assert same(state(variant), before)
    go_to(variants, variant.name, None)
    assert same(state(variant), result)


def test_a_run_that_is_not_on_the_board_is_attached_for_a_moment(tmp_path: Path) -> None:
    run = kept_run(Variants(make_mini_gpt()), tmp_path, (0, 1))
    variants = Variants(make_mini_gpt())
    view = batch_of(variants, tmp_path, "", 2)
    assert view.loss == pytest.approx(run.losses[2], abs=1e-6)
    assert [variant.name for variant in variants.all()] == ["Base"]
    assert variants.active is variants.base
    assert "sofa" not in variants.model.tokenizer.get_vocab()


@pytest.mark.parametrize("step", [0, 99, -1])
def test_a_step_that_the_run_does_not_have(tmp_path: Path, step: int) -> None:
    variants = Variants(make_mini_gpt())
    kept_run(variants, tmp_path, (0,))
    with pytest.raises(RecipeError, match="no step"):
        batch_of(variants, tmp_path, "", step)


def test_what_learned_without_batches_has_none() -> None:
    variants = Variants(make_mini_gpt())
    with pytest.raises(RecipeError, match="without batches"):
        batch_of(variants, None, learned(variants, short(RepresentationEngineering())).name, 1)


def test_a_run_without_an_adapter_says_so(tmp_path: Path) -> None:
    (tmp_path / "recipe.yaml").write_text(short().to_yaml(), "utf-8")
    variants = Variants(make_mini_gpt())
    with pytest.raises(AdapterError):
        batch_of(variants, tmp_path, "", 1)
    assert variants.active is variants.base


def test_guessing_costs_the_logarithm_of_the_vocabulary(tmp_path: Path) -> None:
    variants = Variants(make_mini_gpt())
    kept_run(variants, tmp_path, (0,))
    view: BatchView = batch_of(variants, tmp_path, "", 1)
    assert 2.0 < view.guessing < 3.0
    assert view.loss == pytest.approx(view.guessing, abs=1.5)  # the tiny model is untrained


def test_of_a_run_that_is_looked_at_step_by_step_the_rows_are_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = kept_run(Variants(make_mini_gpt()), tmp_path / "run", (0, 1))
    other = kept_run(Variants(make_mini_gpt()), tmp_path / "other", (0, 1), short(length=3))
    variants, made = Variants(make_mini_gpt()), []

    def making(*given: Any, **more: Any) -> Batches:
        made.append(given)
        return make_batches(*given, **more)

    monkeypatch.setattr(feeding, "make_batches", making)
    for place in (run, run, other, run):
        assert batch_of(variants, place.folder, "", 1).loss == pytest.approx(place.losses[1], abs=1e-6)
    assert len(made) == 3
