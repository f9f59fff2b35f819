"""Representation engineering: the direction is found, turned up and down, and taken out of the weights."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from lora_studio.core.data.builtin import INDOORS, OUTDOORS
from lora_studio.core.engine import Engine
from lora_studio.core.errors import RecipeError
from lora_studio.core.events import Finished, Separated
from lora_studio.core.methods import Lora
from lora_studio.core.methods.hidden_states import Directions, difference_of_means, first_component, last_states
from lora_studio.core.methods.steering import RepresentationEngineering
from lora_studio.core.methods.steering_attachment import (
    AblationAttachment,
    SteeringAttachment,
    attach_steering,
    separation,
)
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.recipe import Recipe
from tests.core.method_cases import FAMILIES, IDS, Bare

FIRST, OTHER = ("die katze", "auf dem tisch", "im garten der hund"), ("der hund läuft", "die katze sitzt", "auf")
GROUPS = (FIRST, OTHER)

families = pytest.mark.parametrize("family", FAMILIES)


def steered(model: LanguageModel, **settings: object) -> SteeringAttachment:
    attachment = attach_steering(model, RepresentationEngineering.model_validate(settings))
    assert isinstance(attachment, SteeringAttachment)
    list(attachment.learn(GROUPS))
    return attachment


def ablated(model: LanguageModel, **settings: object) -> AblationAttachment:
    attachment = attach_steering(model, RepresentationEngineering.model_validate({"action": "ablate", **settings}))
    assert isinstance(attachment, AblationAttachment)
    list(attachment.learn(GROUPS))
    return attachment


@families
def test_strength_zero_is_the_base_and_every_strength_comes_back(family: str) -> None:
    model = FAMILIES[family]()
    bare, base = Bare(model), model.logits(IDS)
    attachment = steered(model, coefficient=0.0)
    assert torch.equal(attachment.logits(IDS), base)
    attachment.set_strength(1.5)
    once = attachment.logits(IDS)
    assert (once - base).abs().max() > 1e-3
    attachment.set_strength(-3.0)
    assert not torch.equal(attachment.logits(IDS), once)
    attachment.set_strength(1.5)
    assert torch.equal(attachment.logits(IDS), once)
    assert attachment.method.coefficient == attachment.strength == 1.5
    attachment.set_strength(0.0)
    assert torch.equal(attachment.logits(IDS), base)
    attachment.detach()
    assert bare


@families
@pytest.mark.parametrize("layer", [1, 2])
def test_steering_adds_the_distance_along_the_direction_after_its_block_alone(family: str, layer: int) -> None:
    model = FAMILIES[family]()
    before = last_states(model, "die katze sitzt")
    attachment = steered(model, layer=layer, coefficient=2.0)
    moved = last_states(model, "die katze sitzt") - before  # (block, width)
    assert not moved[: layer - 1].any()
    torch.testing.assert_close(moved[layer - 1], 2.0 * attachment.distance * attachment.direction, atol=1e-5, rtol=0)
    assert attachment.direction.norm().item() == pytest.approx(1.0)
    means = [torch.stack([last_states_bare(family, prompt)[layer - 1] for prompt in group]).mean(0) for group in GROUPS]
    torch.testing.assert_close(attachment.distance * attachment.direction, means[0] - means[1], atol=1e-5, rtol=0)


def last_states_bare(family: str, prompt: str) -> Tensor:
    return last_states(FAMILIES[family](), prompt)


@families
@pytest.mark.parametrize("direction", ["means", "component"])
def test_ablation_leaves_nothing_along_the_direction(family: str, direction: str) -> None:
    """W'ᵀd = 0 and b'·d = 0 in every layer that writes into the residual stream; all else of W stays."""
    model = FAMILIES[family]()
    bare, writers = Bare(model), model.writers()
    attachment = ablated(model, direction=direction)
    d = attachment.direction
    now = model.writers()
    assert now.keys() == writers.keys()
    for name, layer in now.items():
        before = writers[name]
        assert (d @ layer.weight).abs().max() <= 1e-6
        assert (d @ before.weight).abs().max() > 1e-3
        rest = before.weight - torch.outer(d, d @ before.weight)
        torch.testing.assert_close(layer.weight, rest, atol=1e-6, rtol=0)
        if layer.bias is not None:
            assert abs((d @ layer.bias).item()) <= 1e-6
    assert not torch.equal(attachment.logits(IDS), FAMILIES[family]().logits(IDS))
    attachment.detach()
    assert bare
    attachment.reattach()
    assert model.writers().keys() == now.keys()
    attachment.detach()
    assert bare


def planted(family: str, strength: float = 25.0) -> tuple[LanguageModel, Tensor]:
    """A model whose words "katze" and "garten" carry one direction, and "hund" and "tisch" its opposite."""
    model = FAMILIES[family]()
    direction = torch.randn(model.width, generator=torch.Generator().manual_seed(7))
    direction = direction - direction.mean()  # LayerNorm would take the mean out
    direction /= direction.norm()
    table = model.embedding.weight
    assert isinstance(table, nn.Parameter)
    with torch.no_grad():
        for word, sign in (("katze", 1), ("garten", 1), ("hund", -1), ("tisch", -1)):
            token = model.token_id(word)
            assert token is not None
            table[token] += sign * strength * direction
    return model, direction


@families
@pytest.mark.parametrize("direction", ["means", "component"])
def test_the_sweep_finds_a_planted_direction(family: str, direction: str) -> None:
    model, truth = planted(family)
    method = RepresentationEngineering.model_validate({"direction": direction, "layer": 1})
    attachment = attach_steering(model, method)
    carrying = ("die katze", "im garten", "der garten", "auf katze")
    opposite = ("der hund", "dem tisch", "im hund", "auf dem tisch")
    *_, sweep = attachment.learn((carrying, opposite))
    assert isinstance(sweep, Separated)
    assert attachment.direction @ truth > 0.9
    assert attachment.distance.item() == pytest.approx(50, rel=0.2)
    assert sweep.used == 1
    assert [block.block for block in sweep.blocks] == [1, 2]
    for block in sweep.blocks:
        assert block.means_accuracy == block.component_accuracy == 1.0
        assert min(block.means_effect, block.component_effect) > 3


def test_the_sweep_shows_the_block_where_the_groups_part() -> None:
    generator = torch.Generator().manual_seed(0)
    noise = [torch.randn(12, 3, 16, generator=generator) for _ in range(2)]  # (prompt, block, width)
    truth = torch.zeros(16)
    truth[5] = 1.0
    first, other = noise[0].clone(), noise[1].clone()
    first[:, 1] += 6 * truth
    other[:, 1] -= 6 * truth
    blocks = separation(first, other)
    for accuracy, effect in (("means_accuracy", "means_effect"), ("component_accuracy", "component_effect")):
        assert getattr(blocks[1], accuracy) == 1.0
        assert max(getattr(blocks[0], accuracy), getattr(blocks[2], accuracy)) < 0.9
        assert getattr(blocks[1], effect) > 2 * max(getattr(blocks[0], effect), getattr(blocks[2], effect))
    for find in (difference_of_means, first_component):
        found = find(first, other)
        assert isinstance(found, Directions)
        torch.testing.assert_close(found.vectors.norm(dim=-1), torch.ones(3))
        assert found.vectors[1] @ truth > 0.9
        assert found.distances[1].item() == pytest.approx(12, rel=0.1)


@pytest.mark.parametrize("sizes", [(1, 1), (1, 4), (3, 1)])
def test_groups_of_one_prompt_give_figures_too(sizes: tuple[int, int]) -> None:
    model = FAMILIES["minigpt"]()
    attachment = attach_steering(model, RepresentationEngineering())
    groups = [(FIRST * 2)[: sizes[0]], (OTHER * 2)[: sizes[1]]]
    *_, sweep = attachment.learn(groups)
    assert isinstance(sweep, Separated)
    for block in sweep.blocks:
        figures = torch.tensor([block.means_effect, block.component_effect])
        assert torch.isfinite(figures).all()
        assert 0 <= block.means_accuracy <= 1


def test_equal_groups_have_no_direction_and_change_nothing() -> None:
    model = FAMILIES["minigpt"]()
    base = model.logits(IDS)
    for kind in ("means", "component"):
        attachment = attach_steering(model, RepresentationEngineering.model_validate({"direction": kind}))
        list(attachment.learn((FIRST, FIRST)))
        torch.testing.assert_close(attachment.logits(IDS), base, atol=1e-5, rtol=0)
        attachment.detach()


def test_the_strength_of_a_variant_is_set_through_the_engine() -> None:
    engine = Engine()
    engine.open("minigpt")
    recipe = Recipe(name="outdoors", datasets=(OUTDOORS, INDOORS), method=RepresentationEngineering())
    *_, finished = engine.run(recipe).events()
    assert isinstance(finished, Finished)
    (summary,) = engine.summaries()[1:]
    assert (summary.strength, summary.strength_limits) == (1.0, (-3.0, 3.0))

    def answers(prompt: str) -> list[float]:
        return [prediction.probability for prediction in engine.compare(prompt).answers[1].predictions]

    once, base = answers("das kind spielt im"), engine.compare("das kind spielt im").answers[0]
    engine.set_strength("outdoors", 0.0)
    assert engine.compare("das kind spielt im").answers[1].predictions == base.predictions
    engine.set_strength("outdoors", 1.0)
    assert answers("das kind spielt im") == once
    assert engine.summaries()[1].strength == 1.0
    for strength in (-3.1, 3.1, float("nan")):
        with pytest.raises(RecipeError, match=r"outside of -3\.0 to 3\.0"):
            engine.set_strength("outdoors", strength)
    engine.merge("outdoors")
    assert engine.summaries()[2].strength is None
    with pytest.raises(RecipeError, match="is fixed"):
        engine.set_strength("outdoors merged", 1.0)
    list(engine.run(Recipe(name="lora", method=Lora())).events())
    with pytest.raises(RecipeError, match="is fixed"):
        engine.set_strength("lora", 1.0)


def test_the_strength_that_was_set_is_what_is_saved(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("saved") / "adapter"
    engine = Engine()
    engine.open("minigpt")
    list(engine.run(Recipe(name="x", datasets=(OUTDOORS, INDOORS), method=RepresentationEngineering())).events())
    engine.set_strength("x", -2.0)
    assert engine.save_adapter("x", folder).kind == "result"  # PEFT has no such adapter
    loaded = engine.load_adapter(folder)
    assert loaded.strength == -2.0
    one, other = engine.compare("das kind spielt im").answers[1:]
    assert one.predictions == other.predictions
