"""Which sentence did this: training rows ranked by the product of their gradient and the answer's."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import torch

from lora_studio.core.data.dataset import Dataset
from lora_studio.core.engine import Engine
from lora_studio.core.errors import DataError, RecipeError, StudioError
from lora_studio.core.instruments import influence as module
from lora_studio.core.instruments.influence import Influence, Judged, evenly, influence
from lora_studio.core.instruments.time_machine import go_to
from lora_studio.core.methods import Lora, Method
from lora_studio.core.methods.keeping import kept_tensors
from lora_studio.core.methods.lora_plus import LoraPlus
from lora_studio.core.methods.prefix import PrefixTuning
from lora_studio.core.methods.steering import RepresentationEngineering
from lora_studio.core.recipe import Recipe, TrainingSettings
from lora_studio.core.variants import Variant, Variants
from tests.core.kept_runs import KeptRun
from tests.core.method_cases import learned, said, same, state
from tests.core.tiny_mini_gpt import make_mini_gpt

ROWS = Dataset(name="ROWS", rows=("die katze sitzt auf dem hund", "der hund läuft im garten", "auf dem tisch"))
CAT, TOKEN = "die katze sitzt auf dem", "hund"


def short(method: Method | None = None, *datasets: Dataset) -> Recipe:
    training = TrainingSettings(epochs=3, batch_size=1, sequence_length=16)
    chosen = method or Lora(targets=("v_proj",))
    return Recipe(name="short", datasets=datasets or (ROWS,), method=chosen, training=training, kept=(), probes=())


def asked(variants: Variants, name: str, prompt: str = CAT, token: str = TOKEN) -> Influence:
    *progress, found = influence(variants, name, prompt, token)
    assert all(isinstance(judged, Judged) for judged in progress)
    done = [judged.done for judged in progress if isinstance(judged, Judged)]
    assert done == sorted(done)
    assert progress[-1] == Judged(done[-1], done[-1])
    assert isinstance(found, Influence)
    return found


def test_the_sentence_that_taught_the_answer_comes_first() -> None:
    engine = Engine()
    engine.open("minigpt")
    training = TrainingSettings(epochs=10, probe_every=100)
    recipe = Recipe(method=Lora(targets=("v_proj",)), training=training)
    list(engine.run(recipe).events())
    found = asked(engine.variants, "LoRA V", CAT, "sofa")
    assert found.rows[0].text == "die katze sitzt auf dem sofa"
    assert found.rows[0].score > 0
    assert found.rows[0].dataset == recipe.datasets[0].name
    assert {row.text for row in found.rows} == set(recipe.rows)
    assert [row.score for row in found.rows] == sorted((row.score for row in found.rows), reverse=True)


@pytest.mark.parametrize(
    "method", [Lora(targets=("v_proj",)), LoraPlus(), PrefixTuning(tokens=2)], ids=lambda m: m.name
)
def test_a_score_is_how_much_a_small_step_on_the_row_moves_the_answer(method: Method) -> None:
    """Against finite differences: the answer's loss after a tiny gradient step on one row, and before."""
    variants = Variants(make_mini_gpt())
    variants.model.network.double()
    variant = learned(variants, short(method))
    found = {row.text: row.score for row in asked(variants, variant.name).rows}
    for row in ROWS.rows:
        assert found[row] == pytest.approx(moved(variants, variant, row), rel=1e-2, abs=1e-8)


def moved(variants: Variants, variant: Variant, row: str, size: float = 1.0) -> float:
    """How much less the answer costs after a step of `size` times the learning rate on `row`, per `size`."""
    attachment = variant.attachment
    assert attachment
    ids = torch.tensor([variants.model.encode(row).ids])
    row_loss = torch.nn.functional.cross_entropy(attachment.logits(ids[:, :-1])[0], ids[0, 1:])
    groups = attachment.parameter_groups(2e-3)
    pairs = [(tensor, group["lr"]) for group in groups for tensor in group["params"]]
    gradient = torch.autograd.grad(row_loss, [tensor for tensor, _ in pairs], materialize_grads=True)

    def cost(sign: float) -> float:
        before = [tensor.detach().clone() for tensor, _ in pairs]
        with torch.no_grad():
            for (tensor, rate), part in zip(pairs, gradient, strict=True):
                tensor.sub_(sign * size * rate * part)
            scores = attachment.logits(torch.tensor([variants.model.encode(CAT).ids]))[0, -1]
            for (tensor, _), old in zip(pairs, before, strict=True):
                tensor.copy_(old)
        index = variants.model.token_id(TOKEN)
        assert index is not None
        return -scores.log_softmax(dim=-1)[index].item()

    return (cost(-1) - cost(1)) / (2 * size)


def test_over_the_training_the_kept_states_are_summed_up(tmp_path: Path) -> None:
    variants = Variants(make_mini_gpt())
    run = KeptRun(variants, short(), tmp_path, (0, 4, 9), partial(said, variants))
    whole = asked(variants, run.variant.name)
    assert whole.steps == (0, 4, 9)
    alone: dict[str, float] = {}
    for step in whole.steps:
        for row in only_at(variants, run, step).rows:
            alone[row.text] = alone.get(row.text, 0.0) + row.score
    assert {row.text: row.score for row in whole.rows} == pytest.approx(alone, rel=1e-4)


def only_at(variants: Variants, run: KeptRun, step: int) -> Influence:
    """As if only this state had been kept."""
    hidden = run.folder / "hidden"
    (run.folder / "snapshots").rename(hidden)
    (run.folder / "snapshots").mkdir()
    name = f"step-{step:06}.safetensors"
    (run.folder / "snapshots" / name).write_bytes((hidden / name).read_bytes())
    try:
        found = asked(variants, run.variant.name)
        assert found.steps == (step,)
        return found
    finally:
        (run.folder / "snapshots" / name).unlink()
        (run.folder / "snapshots").rmdir()
        hidden.rename(run.folder / "snapshots")


def test_between_two_slices_everything_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLICE_SECONDS", 0.0)  # a row at a time
    variants = Variants(make_mini_gpt())
    run = KeptRun(variants, short(), tmp_path, (0, 4), partial(said, variants))
    alone = asked(variants, run.variant.name)
    result = state(run.variant)
    go_to(variants, run.variant.name, 4)
    shown, found = state(run.variant), None
    for count, told in enumerate(influence(variants, run.variant.name, CAT, TOKEN)):
        assert run.variant.summary.step == (4 if count % 2 == 0 else 0)
        if count % 2 == 0:
            assert same(state(run.variant), shown)
        variants.activate(variants.base)  # another job
        go_to(variants, run.variant.name, 0 if count % 2 == 0 else 4)
        found = told
    assert found == alone
    go_to(variants, run.variant.name, None)
    assert same(state(run.variant), result)


def test_stopping_in_the_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    variants = Variants(make_mini_gpt())
    run = KeptRun(variants, short(), tmp_path, (0, 4), partial(said, variants))
    result = state(run.variant)
    going = influence(variants, run.variant.name, CAT, TOKEN)
    next(going), next(going)
    del going
    assert run.variant.summary.step is None
    assert same(state(run.variant), result)
    assert run.variant.attachment
    kept = kept_tensors(run.variant.attachment, run.variant.growth)
    assert all(tensor.grad is None for tensor in kept.values())


def test_of_many_rows_some_are_judged_and_of_many_states_some_are_summed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 2)
    monkeypatch.setattr(module, "MOST_STATES", 3)
    variants = Variants(make_mini_gpt())
    run = KeptRun(variants, short(), tmp_path, tuple(range(10)), partial(said, variants))
    found = asked(variants, run.variant.name)
    assert found.steps == (0, 4, 9)
    assert {row.text for row in found.rows} == {ROWS.rows[0], ROWS.rows[2]}
    assert found.rows_left_out == 1


def test_evenly() -> None:
    assert evenly(range(3), 5) == [0, 1, 2]
    assert evenly(range(10), 4) == [0, 3, 6, 9]


@pytest.mark.parametrize(("prompt", "token"), [("", "hund"), ("die " * 40, "hund"), (CAT, "giraffe"), (CAT, "")])
def test_a_question_that_cannot_be_asked(prompt: str, token: str) -> None:
    variants = Variants(make_mini_gpt())
    name = learned(variants, short()).name
    with pytest.raises(DataError):
        next(influence(variants, name, prompt, token))


def test_what_does_not_train_cannot_be_asked() -> None:
    variants = Variants(make_mini_gpt())
    other = Dataset(name="OTHER", rows=("auf dem tisch", "der hund"))
    steering = learned(variants, short(RepresentationEngineering(), ROWS, other)).name
    for name in ("Base", steering):
        with pytest.raises(RecipeError, match="nothing that trains"):
            next(influence(variants, name, CAT, TOKEN))


def test_a_variant_that_does_not_say_what_it_learned() -> None:
    variants = Variants(make_mini_gpt())
    variant = learned(variants, short())
    variant.recipe = None
    with pytest.raises(RecipeError, match="which rows"):
        next(influence(variants, variant.name, CAT, TOKEN))


def test_gradients_that_are_no_numbers_are_told_and_no_scores() -> None:
    variants = Variants(make_mini_gpt())
    variant = learned(variants, short())
    assert variant.attachment
    with torch.no_grad():
        for tensor in variant.attachment.tensors().values():
            tensor.fill_(1e38)
    with pytest.raises(StudioError, match="too large to be numbers"):
        list(influence(variants, variant.name, CAT, TOKEN))


def test_a_row_of_one_word_taught_nothing() -> None:
    variants = Variants(make_mini_gpt())
    variant = learned(variants, short())
    assert variant.recipe
    rows = Dataset(name="ROWS", rows=(*ROWS.rows, "hund"))
    variant.recipe = variant.recipe.model_copy(update={"datasets": (rows,)})
    found = asked(variants, variant.name)
    assert [row.score for row in found.rows if row.text == "hund"] == [0.0]
