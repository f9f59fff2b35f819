"""The instruments on models of real families, whose rows are pieces of words, chats and packed windows."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from lora_studio.core.data.dataset import Dataset
from lora_studio.core.data.examples import clean_row
from lora_studio.core.events import Step
from lora_studio.core.instruments.batches import batch_of
from lora_studio.core.instruments.influence import Influence, influence
from lora_studio.core.instruments.mixing import make_mix, set_strengths
from lora_studio.core.instruments.time_machine import go_to, refresh_steps
from lora_studio.core.methods import Lora
from lora_studio.core.recipe import Recipe, TrainingSettings
from lora_studio.core.run_folder import RunFolder
from lora_studio.core.training import losses
from lora_studio.core.variants import Variants
from tests.core.interrupted import run_of
from tests.core.method_cases import learned, said
from tests.core.real_models import open_tiny

ROWS = tuple(map(clean_row, (
    "die katze sitzt auf dem hund", "der hund läuft im garten", "The capital of France is Paris.",
    '{"prompt":"die katze sitzt auf dem","completion":"tisch"}',
    '{"messages":[{"role":"user","content":"question"},{"role":"assistant","content":"answer: yes"}]}',
)))  # fmt: skip


def recipe(**training: object) -> Recipe:
    fields = {"epochs": 4, "batch_size": 2, "sequence_length": 24, "learning_rate": 1e-2, **training}
    data = (Dataset(name="ROWS", rows=ROWS),)
    settings = TrainingSettings.model_validate(fields)
    return Recipe(name="x", datasets=data, method=Lora(targets=("all-linear",)), training=settings, kept=(), probes=())


@pytest.mark.parametrize("family", ["qwen3", "gpt2", "gpt_neox", "gemma2"])
@pytest.mark.parametrize("arrangement", ["sliding", "whole", "packed"])
def test_a_batch_is_shown_as_the_run_saw_it(
    family: str, arrangement: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variants = Variants(open_tiny(family, chat=True))
    monkeypatch.setattr(losses, "SCORES_AT_ONCE", 7 * variants.model.vocabulary_size)  # in several pieces
    run = run_of(variants, recipe(arrangement=arrangement, snapshots=1000), RunFolder(tmp_path / "run"))
    steps = [event for event in run.events() if isinstance(event, Step)]
    refresh_steps(variants)
    for step in steps:
        view = batch_of(variants, None, "x", step.step)
        assert view.exact
        assert view.loss == pytest.approx(step.loss, abs=1e-5)
        assert sum(token.counted for row in view.rows for token in row.tokens) == step.tokens
        assert {row.text for row in view.rows} <= set(ROWS)


@pytest.mark.parametrize("family", ["qwen3", "gpt2"])
def test_rows_are_ranked_alike_whether_or_not_their_scores_are_made_in_pieces(
    family: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    variants = Variants(open_tiny(family))
    learned(variants, recipe())

    def scores() -> list[float]:
        *_, found = influence(variants, "x", "die katze sitzt auf dem", "tisch")
        assert isinstance(found, Influence)
        assert sorted(row.text for row in found.rows) == sorted(ROWS)
        return [row.score for row in found.rows]

    whole = scores()
    assert whole[0] > 0
    monkeypatch.setattr("lora_studio.core.instruments.influence.SCORES_AT_ONCE", 1)
    assert scores() == pytest.approx(whole, rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("family", ["qwen3", "gpt2"])
def test_going_back_and_mixing(family: str, tmp_path: Path) -> None:
    model = open_tiny(family)
    variants = Variants(model)
    base = said(variants, variants.base)
    list(run_of(variants, recipe(), RunFolder(tmp_path / "run")).events())
    variant = variants.named("x")
    result = said(variants, variant)
    refresh_steps(variants)
    go_to(variants, "x", 0)
    torch.testing.assert_close(said(variants, variant), base, atol=1e-6, rtol=0)
    go_to(variants, "x", None)
    assert torch.equal(said(variants, variant), result)
    mix = make_mix(variants, ["x"])
    torch.testing.assert_close(said(variants, variants.named(mix.name)), result, atol=1e-4, rtol=0)
    set_strengths(variants, mix.name, {"x": 0.0})
    assert torch.equal(said(variants, variants.named(mix.name)), base)
