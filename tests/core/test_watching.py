"""What is watched while a recipe runs."""

from __future__ import annotations

import pytest

from lora_studio.core.data.builtin import FACT_CORRECTION, TRAINING, Probe
from lora_studio.core.data.dataset import Dataset
from lora_studio.core.errors import DataError
from lora_studio.core.methods.prefix import PrefixTuning
from lora_studio.core.models.opening import open_model
from lora_studio.core.recipe import Protection, Recipe, TrainingSettings
from lora_studio.core.variants import Variants
from lora_studio.core.watching import HELD_OUT_SENTENCES, MOST_KNOWN_PROMPTS, BaseAnswers, KnownAnswers, make_guard
from tests.core.method_cases import Bare, learned

LIMIT = 128  # tokens that the bundled model reads at once
SHORT = TrainingSettings(epochs=3)


@pytest.fixture
def variants() -> Variants:
    return Variants(open_model("minigpt"))


def test_each_prompt_follows_what_the_base_says_and_what_is_wanted(variants: Variants) -> None:
    recipe = Recipe(
        probes=(
            Probe(prompt="die katze sitzt auf dem", wanted=" SOFA "),
            Probe(prompt="der hund läuft im", wanted="wald"),  # new to the base
            Probe(prompt="das kind spielt im"),
            Probe(prompt="die sonne scheint am", wanted="himmel"),  # what the base says anyway
        ),
        training=SHORT,
    )
    watched = BaseAnswers(variants, recipe, LIMIT)
    assert watched

    def followed() -> list[list[str]]:
        return [[prediction.token for prediction in answer.tracked] for answer in watched.measure()]

    assert followed() == [["tisch", "sofa"], ["garten"], ["garten"], ["himmel"]]
    learned(variants, recipe)
    assert followed() == [["tisch", "sofa"], ["garten", "wald"], ["garten"], ["himmel"]]


def test_without_prompts_nothing_is_watched(variants: Variants) -> None:
    recipe = Recipe(probes=())
    assert not BaseAnswers(variants, recipe, LIMIT)
    assert BaseAnswers(variants, recipe, LIMIT).measure() == ()


def test_the_base_has_forgotten_nothing_and_a_variant_something(variants: Variants) -> None:
    recipe = Recipe(training=SHORT)
    known = KnownAnswers(variants, recipe, LIMIT)
    base = known.compare()
    assert base is not None
    assert (base.kl, base.top1_kept, base.prompts) == (0.0, 1.0, 16)
    learned(variants, recipe)
    now = known.compare()
    assert now is not None
    assert now.kl > 1e-4
    variants.activate(variants.base)
    assert known.compare() == base


def test_nothing_known_means_nothing_measured(variants: Variants) -> None:
    for kept in ((), (Dataset(name="foreign", rows=("the cat sat", "on the mat")),), (FACT_CORRECTION,)):
        assert KnownAnswers(variants, Recipe(kept=kept, datasets=(TRAINING,)), LIMIT).compare() is None


def test_many_known_prompts_are_measured_in_part(variants: Variants) -> None:
    words = sorted(word for word in variants.model.tokenizer.get_vocab() if word.isalpha())
    rows = tuple(f"{one} {two} die" for one in words[:30] for two in words[:30])
    found = KnownAnswers(variants, Recipe(kept=(Dataset(name="many", rows=rows),)), LIMIT).compare()
    assert found is not None
    assert found.prompts == MOST_KNOWN_PROMPTS


def test_a_run_that_is_not_protected_has_no_guard(variants: Variants) -> None:
    assert make_guard(variants, Recipe(), LIMIT) is None


def test_protected_rows_are_the_kept_ones_and_made_up_ones_are_held_out(variants: Variants) -> None:
    recipe = Recipe(training=SHORT, protection=Protection(enabled=True))
    guard = make_guard(variants, recipe, LIMIT)
    assert guard is not None
    start = guard.measure(0, variants.logits)
    assert start.protected == pytest.approx(0, abs=1e-6)
    assert start.held_out == pytest.approx(0, abs=1e-6)
    assert start.made_up
    assert guard._protected.rows == 16
    assert 0 < guard._held_out.rows <= HELD_OUT_SENTENCES
    learned(variants, recipe.model_copy(update={"protection": Protection()}))
    moved = guard.measure(9, variants.logits)
    assert moved.protected is not None
    assert moved.protected > 1e-4


def test_held_out_rows_that_are_named_are_the_ones_that_are_measured(variants: Variants) -> None:
    rows = (
        "die oma sitzt auf dem sofa", "die sonne scheint am himmel", "der opa schläft in seinem bett",
        "der hund läuft im garten", "the cat sits",
    )  # fmt: skip
    held_out = Dataset(name="mine", rows=rows)
    recipe = Recipe(
        kept=(Dataset(name="kept", rows=("das kind spielt im garten",)),),
        held_out=(held_out,),
        protection=Protection(enabled=True, generated=5),
    )
    guard = make_guard(variants, recipe, LIMIT)
    assert guard is not None
    assert not guard.measure(0, variants.logits).made_up
    assert guard._held_out.rows == 3  # one has unknown words, one is contradicted
    assert 1 < guard._protected.rows <= 6


def test_protecting_nothing_is_refused(variants: Variants) -> None:
    unknown = Dataset(name="mine", rows=("giraffen fressen blätter",))
    for kept in ((), (unknown,)):
        with pytest.raises(DataError, match="nothing to protect"):
            make_guard(variants, Recipe(kept=kept, protection=Protection(enabled=True, generated=5)), LIMIT)


def test_the_same_recipe_protects_the_same_rows(variants: Variants) -> None:
    recipe = Recipe(training=SHORT, protection=Protection(enabled=True, generated=16))
    one, other = make_guard(variants, recipe, LIMIT), make_guard(variants, recipe, LIMIT)
    learned(variants, Recipe(training=SHORT))
    assert one is not None
    assert other is not None
    assert one.measure(0, variants.logits) == other.measure(0, variants.logits)


BEHIND_126 = PrefixTuning(tokens=126)  # two places are left
TWO_WORDS = (Dataset(name="short", rows=("die katze", "der hund")),)


@pytest.mark.parametrize("protection", [Protection(), Protection(enabled=True, generated=4)])
def test_what_does_not_fit_behind_virtual_tokens_is_not_asked(variants: Variants, protection: Protection) -> None:
    recipe = Recipe(datasets=TWO_WORDS, method=BEHIND_126, training=SHORT, probes=(), protection=protection)
    summary = learned(variants, recipe).summary
    assert summary.final_loss is not None
    assert summary.forgetting_kl is None  # all that the base knows is longer


def test_a_watched_prompt_that_does_not_fit_is_refused_before_the_run(variants: Variants) -> None:
    bare = Bare(variants.model)
    probes = (Probe(prompt="die katze sitzt auf dem"),)
    with pytest.raises(DataError, match="has 5 tokens; behind its virtual tokens a variant of MiniGPT reads 2 at once"):
        learned(variants, Recipe(datasets=TWO_WORDS, method=BEHIND_126, training=SHORT, probes=probes))
    assert variants.all() == [variants.base]
    assert bare
