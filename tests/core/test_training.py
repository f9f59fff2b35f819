"""How a run trains: accumulation, schedules, decay, clipping, against the same written out in plain torch."""

from __future__ import annotations

import math
from itertools import islice, pairwise

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from lora_studio.core.data.dataset import Dataset
from lora_studio.core.errors import RecipeError
from lora_studio.core.events import Finished, Step
from lora_studio.core.methods import Lora, Method, method_named
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.recipe import Recipe, TrainingSettings
from lora_studio.core.training.batches import IGNORED, Batches
from lora_studio.core.training.feeding import training_batches
from lora_studio.core.training.gradients import make_gradients
from lora_studio.core.training.schedule import share
from lora_studio.core.variants import Variants
from tests.core.method_cases import events_of, learned, losses, state
from tests.core.real_models import open_tiny
from tests.core.tiny_mini_gpt import make_mini_gpt

UNEQUAL = Dataset(
    name="UNEQUAL",
    rows=(
        "die katze sitzt auf dem hund", "der hund", "im garten läuft der hund", "die katze läuft", "auf dem tisch",
        "der hund läuft im garten", "die katze sitzt", "der tisch sitzt auf dem hund im garten",
    ),
)  # fmt: skip


def method(name: str) -> Method:
    """On layers that every family has."""
    return Lora(targets=("all-linear",)) if name == "lora" else method_named(name)()


def model_of(family: str) -> LanguageModel:
    return make_mini_gpt() if family == "minigpt" else open_tiny(family)


def unequal(**training: object) -> Recipe:
    fields = {"arrangement": "whole", "sequence_length": 16, "epochs": 3, "batch_size": 8, "learning_rate": 1e-2}
    settings = TrainingSettings.model_validate({**fields, **training})
    return Recipe(name="x", datasets=(UNEQUAL,), method=Lora(), training=settings, kept=(), probes=())


def gradients_of(attachment: Attachment, batches: Batches, settings: TrainingSettings) -> tuple[float, list[Tensor]]:
    """Of one epoch taken as a single update: its loss and the gradients."""
    found = list(batches.epoch())
    tokens = sum(batch.tokens for batch in found)
    for tensor in attachment.tensors().values():
        tensor.grad = None
    way = make_gradients(attachment, settings, 1)
    loss = sum(way.add(batch, tokens).item() for batch in found)
    return loss, [tensor.grad.clone() for tensor in attachment.tensors().values() if tensor.grad is not None]


@pytest.mark.parametrize("family", ["minigpt", "qwen3", "gpt2", "gpt_neox"])
@pytest.mark.parametrize("name", ["lora", "full"])
def test_accumulated_gradients_are_those_of_one_big_batch(family: str, name: str) -> None:
    model = model_of(family)
    attachment = method(name).attach(model, seed=0)
    found = []
    for size in (8, 1, 3):
        recipe = unequal(batch_size=size)
        found.append(gradients_of(attachment, training_batches(attachment, recipe), recipe.training))
    (loss, big), *others = found
    assert any(gradient.abs().max() > 1e-3 for gradient in big)
    for other_loss, small in others:
        assert other_loss == pytest.approx(loss, abs=1e-5)
        for one, other in zip(big, small, strict=True):
            torch.testing.assert_close(other, one, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("family", ["qwen3", "gpt2", "gpt_neox"])
def test_packed_rows_have_the_gradients_that_they_have_alone(family: str) -> None:
    model = open_tiny(family)
    assert model.can_pack
    attachment = method("lora").attach(model, seed=0)
    found, shapes = [], []
    for arrangement in ("whole", "packed"):
        recipe = unequal(arrangement=arrangement, sequence_length=32)
        batches = training_batches(attachment, recipe)
        shapes.append([batch.ids.shape for batch in batches.epoch()])
        found.append(gradients_of(attachment, batches, recipe.training))
    assert shapes[0] != shapes[1]
    (loss, alone), (packed_loss, packed) = found
    assert packed_loss == pytest.approx(loss, abs=1e-5)
    for one, other in zip(alone, packed, strict=True):
        torch.testing.assert_close(other, one, atol=1e-5, rtol=1e-5)


def test_a_run_with_accumulation_learns_what_a_run_with_big_batches_learns() -> None:
    big, small = Variants(make_mini_gpt()), Variants(make_mini_gpt())
    one = list(events_of(big, unequal(batch_size=6)))
    other = list(events_of(small, unequal(batch_size=2, accumulation=3)))
    steps = [[event for event in events if isinstance(event, Step)] for events in (one, other)]
    assert [(s.step, s.epoch, s.tokens) for s in steps[0]] == [(s.step, s.epoch, s.tokens) for s in steps[1]]
    assert losses(iter(one)) == pytest.approx(losses(iter(other)), abs=1e-5)
    assert isinstance(other[-1], Finished)
    assert other[-1].steps == 6  # three epochs of eight windows, six and two together
    for name, tensor in state(big.all()[-1]).items():
        torch.testing.assert_close(state(small.all()[-1])[name], tensor, atol=1e-4, rtol=1e-3)


def plain_training(model: LanguageModel, recipe: Recipe) -> tuple[list[float], dict[str, Tensor]]:
    """The same in plain torch: AdamW, clipping, a cosine after a warm-up."""
    settings = recipe.training
    attachment = recipe.method.attach(model, settings.seed)
    batches = training_batches(attachment, recipe)
    tensors = list(attachment.tensors().values())
    groups = [
        {"params": [tensor for tensor in tensors if tensor.ndim > 1], "weight_decay": settings.weight_decay},
        {"params": [tensor for tensor in tensors if tensor.ndim <= 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=settings.learning_rate)
    steps = len(batches) * settings.epochs
    told = []
    for epoch in range(settings.epochs):
        for place, batch in enumerate(batches.epoch()):
            step = epoch * len(batches) + place
            warm = settings.warmup
            done = (step - warm) / (steps - warm)
            part = (step + 1) / (warm + 1) if step < warm else (1 + math.cos(math.pi * done)) / 2
            for group in optimizer.param_groups:
                group["lr"] = settings.learning_rate * part
            optimizer.zero_grad()
            scores = attachment.logits(batch.ids, batch.mask)
            loss = F.cross_entropy(scores.flatten(0, 1), batch.targets.flatten(), ignore_index=IGNORED)
            loss.backward()
            nn.utils.clip_grad_norm_(tensors, settings.clipping)
            optimizer.step()
            told.append(loss.item())
    return told, {name: tensor.detach() for name, tensor in attachment.tensors().items()}


@pytest.mark.parametrize("name", ["lora", "full"])  # all tensors small, and with biases and norms
def test_clipping_decay_warm_up_and_cosine_are_those_of_plain_torch(name: str) -> None:
    settings = {"clipping": 0.5, "weight_decay": 0.1, "warmup": 3, "schedule": "cosine", "batch_size": 2, "epochs": 4}
    recipe = unequal(**settings).model_copy(update={"method": method(name)})
    expected, tensors = plain_training(make_mini_gpt(), recipe)
    variants = Variants(make_mini_gpt())
    assert losses(events_of(variants, recipe)) == pytest.approx(expected, rel=1e-4)
    for place, tensor in state(variants.all()[-1]).items():
        if not place.endswith("k_proj.bias"):  # attention does not feel it: its gradient is all rounding
            torch.testing.assert_close(tensor, tensors[place], atol=1e-4, rtol=1e-3)
    plain = Variants(make_mini_gpt())
    without = unequal(batch_size=2, epochs=4).model_copy(update={"method": method(name)})
    assert losses(events_of(plain, without))[1:] != pytest.approx(expected[1:], rel=1e-4)


def test_the_learning_rate_rises_to_the_whole_and_falls_towards_zero() -> None:
    def shares(schedule: str, warmup: int, steps: int = 10) -> list[float]:
        settings = TrainingSettings.model_validate({"schedule": schedule, "warmup": warmup})
        return [share(settings, step, steps) for step in range(1, steps + 1)]

    assert shares("constant", 0) == [1.0] * 10
    assert shares("constant", 3) == [0.25, 0.5, 0.75] + [1.0] * 7
    assert shares("linear", 0) == pytest.approx([1 - place / 10 for place in range(10)])
    assert shares("linear", 4)[:5] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert shares("linear", 4)[5:] == pytest.approx([5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6])
    cosine = shares("cosine", 0)
    assert cosine[0] == 1.0
    assert cosine[5] == pytest.approx(0.5)
    assert all(one > other > 0 for one, other in pairwise(cosine))
    assert all(0 < value <= 1 for value in shares("cosine", 20))  # a warm-up longer than the run


def test_each_step_tells_its_learning_rate() -> None:
    told = [
        e for e in events_of(Variants(make_mini_gpt()), unequal(schedule="linear", epochs=4)) if isinstance(e, Step)
    ]
    assert [event.learning_rate for event in told] == pytest.approx([1e-2, 0.75e-2, 0.5e-2, 0.25e-2])


@pytest.mark.parametrize("family", ["qwen3", "gpt2"])
def test_a_bfloat16_model_trains_and_what_it_was_stays(family: str) -> None:
    for name in ("lora", "full"):
        model = open_tiny(family)
        model.network.to(torch.bfloat16)
        before = {key: tensor.clone() for key, tensor in model.network.state_dict().items()}
        variants = Variants(model)
        recipe = unequal(epochs=8, learning_rate=5e-3).model_copy(update={"method": method(name)})
        told = losses(events_of(variants, recipe))
        assert told[-1] < told[0] - 0.1
        tensors = [tensor for variant in variants.all() if variant.attachment for tensor in state(variant).values()]
        if name == "full":  # a model's own weights stay in their type; see FlatAdam
            assert {tensor.dtype for tensor in tensors} == {torch.bfloat16}
        variants.activate(variants.base)
        assert all(torch.equal(tensor, before[key]) for key, tensor in model.network.state_dict().items())


def test_float16_is_refused_with_what_to_do() -> None:
    model = make_mini_gpt()
    model.network.half()
    variants = Variants(model)
    with pytest.raises(RecipeError, match=r"float16.*bfloat16 or float32"):
        next(events_of(variants, unequal()))
    assert [variant.name for variant in variants.all()] == ["Base"]


def test_batches_in_which_nothing_is_learned_add_nothing() -> None:
    rows = ('{"prompt":"die katze sitzt auf dem","completion":"tisch"}', "der hund läuft im garten")
    recipe = unequal(batch_size=1, epochs=2).model_copy(update={"datasets": (Dataset(name="X", rows=rows),)})
    told = [event for event in events_of(Variants(open_tiny("qwen3")), recipe) if isinstance(event, Step)]
    assert len(told) == 4
    assert all(math.isfinite(event.loss) and event.tokens for event in islice(told, 4))


def test_what_trains_has_its_own_memory_and_no_gradient_when_a_run_has_ended() -> None:
    variants = Variants(make_mini_gpt())
    attachment = learned(variants, unequal()).attachment
    assert attachment
    tensors = list(attachment.tensors().values())
    assert all(tensor.grad is None for tensor in tensors)
    assert len({tensor.untyped_storage().data_ptr() for tensor in tensors}) == len(tensors)
