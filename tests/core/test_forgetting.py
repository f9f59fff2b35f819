"""How far the answers to what the base knew have moved."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from lora_studio.core.data.builtin import FACT_CORRECTION, TRAINING
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.mini_gpt import MiniGPTModel
from lora_studio.core.probing.answers import Measured, measure
from lora_studio.core.probing.forgetting import forgetting, known_prompts
from lora_studio.core.probing.sampling import sampled_rows

PROMPTS = ("die katze sitzt", "der hund", "auf dem tisch der hund läuft")


def measured(*rows: tuple[float, ...]) -> Measured:
    return Measured((), torch.tensor(rows))


def test_nothing_is_forgotten_by_the_base_itself(tiny_model: MiniGPTModel) -> None:
    base = measure(tiny_model, tiny_model, PROMPTS)
    found = forgetting(base, base)
    assert (found.kl, found.top1_kept, found.prompts) == (0.0, 1.0, 3)


def test_the_figures_are_those_of_the_formulas() -> None:
    found = forgetting(measured((0.5, 0.5), (0.9, 0.1)), measured((0.25, 0.75), (0.6, 0.4)))
    first = 0.5 * torch.tensor(2.0).log() + 0.5 * torch.tensor(2 / 3).log()
    second = 0.9 * torch.tensor(1.5).log() + 0.1 * torch.tensor(0.25).log()
    assert found.kl == pytest.approx((first + second).item() / 2, rel=1e-5)
    assert found.top1_kept == 0.5


def test_words_that_came_later_are_forgetting_too(tiny_model: MiniGPTModel) -> None:
    base = measure(tiny_model, tiny_model, PROMPTS)
    Growth(tiny_model, ["sofa"], seed=0)
    now = measure(tiny_model, tiny_model, PROMPTS)
    share = now.probabilities[:, -1]
    assert forgetting(base, now).kl == pytest.approx(-(1 - share).log().mean().item(), rel=1e-4)
    only_new = Measured((), torch.eye(14)[[13, 13, 13]])
    assert forgetting(base, only_new).top1_kept == 0.0
    assert torch.isfinite(torch.tensor(forgetting(base, only_new).kl))


def test_known_prompts_are_the_known_rows_without_their_last_word(tiny_model: MiniGPTModel) -> None:
    known = ["die katze sitzt", "die katze läuft", "der hund läuft", "auf", "", "die giraffe sitzt", "im garten"]
    assert known_prompts(tiny_model, known, ["der hund sitzt"], 16, 1000) == ("die katze", "im")
    assert known_prompts(tiny_model, known, [], 16, 1000) == ("die katze", "der hund", "im")
    assert known_prompts(tiny_model, known, [], 1, 1000) == ("im",)
    assert known_prompts(tiny_model, [], ["der hund"], 16, 1000) == ()
    assert known_prompts(tiny_model, known, [], 16, 2) == ("die katze", "der hund")


def test_of_the_builtin_rows_sixteen_are_known_and_left_alone(tiny_model: MiniGPTModel) -> None:
    words = dict.fromkeys(word for row in TRAINING.rows for word in row.split())
    Growth(tiny_model, [word for word in words if tiny_model.token_id(word) is None], seed=0)
    prompts = known_prompts(tiny_model, TRAINING.rows, FACT_CORRECTION.rows, 16, 1000)
    assert len(prompts) == 16
    assert "das kind spielt im" in prompts
    assert "der hund läuft im" not in prompts


def test_made_up_rows_come_from_the_model_and_the_seed_alone(make_model: Callable[..., MiniGPTModel]) -> None:
    model = make_model()
    torch.manual_seed(1)
    first = sampled_rows(model, model, [2, 8], 6, 50, seed=3)
    torch.manual_seed(2)
    assert sampled_rows(model, model, [2, 8], 6, 50, seed=3) == first
    assert sampled_rows(model, model, [2, 8], 6, 50, seed=4) != first
    assert len(first) == 50
    assert {row[0] for row in first} == {2, 8}
    assert all(len(row) == 6 and max(row) < model.vocabulary_size for row in first)


def test_made_up_rows_follow_the_models_own_distribution(make_model: Callable[..., MiniGPTModel]) -> None:
    model = make_model()
    rows = torch.tensor(sampled_rows(model, model, [2], 2, 20_000, seed=0))
    share = torch.bincount(rows[:, 1], minlength=model.vocabulary_size) / len(rows)
    expected = model.logits(torch.tensor([[2]]))[0, -1].softmax(0)
    torch.testing.assert_close(share, expected, atol=0.015, rtol=0)
