"""Mixing variants of one base, and saving the mix as one adapter."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from lora_studio.core.adapters import adapter_files
from lora_studio.core.engine import Engine
from lora_studio.core.errors import DataError, RecipeError
from lora_studio.core.files import write_new_folder
from lora_studio.core.instruments.mix_saving import flatten, spectrum
from lora_studio.core.instruments.mixing import (
    answer_mix,
    call_parts,
    flip_strength,
    flip_strengths,
    make_mix,
    mix_with,
    set_strengths,
)
from lora_studio.core.methods import METHODS, Lora, Method, method_named
from lora_studio.core.methods.full import FullFineTuning
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.summaries import MixSource
from lora_studio.core.variants import MergedAttachment, Variant, Variants
from tests.core.method_cases import FAMILIES, IDS, Bare, learned, recipe, said
from tests.core.shaken_variants import shaken, two_loras
from tests.core.tiny_llama import make_llama
from tests.core.tiny_mini_gpt import make_mini_gpt

MERGEABLE = [kind for kind in METHODS if not kind.no_merge and kind.name != "steering"]
every_family = pytest.mark.parametrize("family", FAMILIES)


def close(one: Tensor, other: Tensor, tolerance: float = 1e-5) -> None:
    torch.testing.assert_close(one, other, atol=tolerance, rtol=0)


# What a mix says


@every_family
@pytest.mark.parametrize("kind", MERGEABLE, ids=lambda kind: kind.name)
def test_one_adapter_at_full_strength_is_that_adapter(kind: type[Method], family: str) -> None:
    if kind.missing_package():
        pytest.skip(f"{kind.needs_package} is not installed")
    model = FAMILIES[family]()
    bare, variants = Bare(model), Variants(model)
    base = said(variants, variants.base)
    variant = shaken(variants, "one", kind(), size=0.02)
    assert variant.attachment
    if exact := variant.attachment.unrounded_modules():  # its base was rounded; the mix stands on the plain one
        assert exact
        variant = Variant(variant.summary, None, MergedAttachment(variant.attachment, unrounded=True))
    expected = said(variants, variant)
    mix = variants.named(make_mix(variants, ["one"]).name)
    close(said(variants, mix), expected)
    set_strengths(variants, "Mix", {"one": 0.0})
    assert torch.equal(said(variants, mix), base)
    variants.activate(variants.base)
    assert bare


@every_family
def test_what_a_run_has_learned_is_mixed(family: str) -> None:
    variants = Variants(FAMILIES[family]())
    one, two = learned(variants, recipe(Lora())), learned(variants, recipe(method_named("dora")(), seed=1))
    make_mix(variants, [one.name, two.name])
    for name, other in ((one, two), (two, one)):
        set_strengths(variants, "Mix", {name.name: 1.0, other.name: 0.0})
        close(said(variants, variants.named("Mix")), said(variants, name))


def test_the_sum_is_of_weights(tiny_model: LanguageModel) -> None:
    variants = two_loras(tiny_model, train_embeddings=False, train_head=False)
    place = "blocks.0.attention.v_proj"
    variants.activate(variants.base)
    base = tiny_model.network.get_parameter(f"{place}.weight").clone()
    parts = [weight_of(variants, name, place) - base for name in ("one", "two")]
    make_mix(variants, ["one", "two"])
    summary = set_strengths(variants, "Mix", {"one": -0.5, "two": 1.5})
    assert summary.mix == (("one", -0.5), ("two", 1.5))
    assert variants.named("Mix").summary == summary
    close(weight_of(variants, "Mix", place), base - 0.5 * parts[0] + 1.5 * parts[1], 1e-6)


def test_it_can_be_turned_while_it_is_looked_at(tiny_model: LanguageModel) -> None:
    variants = two_loras(tiny_model)
    mix = variants.named(make_mix(variants, ["one", "two"]).name)
    both = said(variants, mix)
    set_strengths(variants, "Mix", {"two": 0.0})
    close(said(variants, mix), said(variants, variants.named("one")))
    set_strengths(variants, "Mix", {"two": 1.0})
    assert torch.equal(said(variants, mix), both)


def test_a_part_goes_in_as_it_is_now(tiny_model: LanguageModel) -> None:
    variants = two_loras(tiny_model)
    mix = variants.named(make_mix(variants, ["one", "two"]).name)
    before = said(variants, mix)
    attachment = variants.named("one").attachment
    assert attachment
    with torch.no_grad():
        for tensor in attachment.tensors().values():
            tensor.mul_(2)
    variants.remove("two")
    assert torch.equal(said(variants, mix), before)


def test_a_renamed_part_is_still_turned(tiny_model: LanguageModel) -> None:
    variants = two_loras(tiny_model)
    make_mix(variants, ["one", "two"])
    variants.rename("one", "first")
    assert set_strengths(variants, "Mix", {"first": 0.5}).mix == (("first", 0.5), ("two", 1.0))
    variants.remove("first")
    variants.rename("two", "first")  # the mix has a part of that name, which has left the board
    assert set_strengths(variants, "Mix", {"two": 0.5}).mix == (("first", 0.5), ("two", 0.5))


def test_names_are_free(tiny_model: LanguageModel) -> None:
    variants = two_loras(tiny_model)
    assert [make_mix(variants, ["one", "two"]).name for _ in range(2)] == ["Mix", "Mix 2"]
    assert [variant.name for variant in variants.summaries()] == ["Base", "one", "two", "Mix", "Mix 2"]


# New words


def test_vocabularies_are_united(tiny_model: LanguageModel) -> None:
    variants = Variants(tiny_model)
    one = shaken(variants, "one", Lora(), ("sofa", "wald"), seed=1)
    two = shaken(variants, "two", Lora(targets=("q_proj",)), ("haus", "sofa"), seed=2)
    mix = variants.named(make_mix(variants, ["one", "two"]).name)
    variants.activate(mix)
    words = [tiny_model.token_id(word) for word in ("sofa", "wald", "haus")]
    assert words == [13, 14, 15]
    set_strengths(variants, "Mix", {"two": 0.0})
    close(said(variants, mix)[..., :15], said(variants, one))
    set_strengths(variants, "Mix", {"one": 0.0, "two": 1.0})
    close(said(variants, mix)[..., [*range(13), 15, 13]], said(variants, two))
    variants.activate(variants.base)
    assert tiny_model.token_id("sofa") is None


def test_at_0_new_words_leave_the_bases_scores(tiny_model: LanguageModel) -> None:
    bare, variants = Bare(tiny_model), Variants(tiny_model)
    base = said(variants, variants.base)
    shaken(variants, "one", Lora(train_embeddings=False, train_head=False), ("sofa",), seed=1)
    mix = variants.named(make_mix(variants, ["one"]).name)
    set_strengths(variants, "Mix", {"one": 0.0})
    close(said(variants, mix)[..., :13], base, 1e-6)
    variants.activate(variants.base)
    assert bare


@pytest.mark.parametrize("words", [(), ("sofa",)])
def test_a_tied_base_stays_tied(words: tuple[str, ...]) -> None:
    model = make_llama(tied=True)
    variants = Variants(model)
    one = shaken(variants, "one", Lora(), words, seed=1)
    mix = variants.named(make_mix(variants, ["one"]).name)
    close(said(variants, mix), said(variants, one))
    variants.activate(mix)
    assert model.is_tied
    flat = flatten(variants, "Mix", None)
    close(said(variants, variants.named(flat.name)), said(variants, one))


def test_ends_that_a_part_unties_are_mixed_but_are_no_adapter() -> None:
    model = make_llama(tied=True)
    variants = Variants(model)
    one = shaken(variants, "one", Lora(train_head=False), seed=1)
    two = shaken(variants, "two", Lora(), seed=2)
    mix = variants.named(make_mix(variants, ["one", "two"]).name)
    for part, other in ((one, two), (two, one)):
        set_strengths(variants, "Mix", {part.name: 1.0, other.name: 0.0})
        close(said(variants, mix), said(variants, part))
    with pytest.raises(RecipeError, match="embedding and head differ"):
        flatten(variants, "Mix", None)
    variants.activate(variants.base)
    assert model.is_tied


# What is refused


@pytest.mark.parametrize("kind", [kind for kind in METHODS if kind.no_merge], ids=lambda kind: kind.name)
def test_what_cannot_be_merged_is_refused_by_name(tiny_model: LanguageModel, kind: type[Method]) -> None:
    variants = two_loras(tiny_model)
    shaken(variants, "tokens", kind())
    with pytest.raises(RecipeError, match="tokens cannot be mixed") as caught:
        make_mix(variants, ["one", "tokens"])
    assert caught.value.advice == kind.no_merge
    assert [variant.name for variant in variants.summaries()] == ["Base", "one", "two", "tokens"]


def test_what_cannot_be_is_refused(tiny_model: LanguageModel) -> None:
    variants = two_loras(tiny_model)
    for names, reason in (([], "nothing to mix"), (["Base"], "base is in every mix"), (["three"], "no variant named")):
        with pytest.raises(RecipeError, match=reason):
            make_mix(variants, names)
    make_mix(variants, ["one", "two"])
    for strengths, reason in (({"three": 1.0}, "no part named"), ({"one": 2.1}, "outside"), ({"one": -1.1}, "outside")):
        with pytest.raises(RecipeError, match=reason):
            set_strengths(variants, "Mix", strengths)
    with pytest.raises(RecipeError, match="not a mix"):
        set_strengths(variants, "one", {})


def test_a_mix_is_no_adapter_but_merges_and_exports(tmp_path: Path) -> None:
    engine = Engine()
    engine.take(make_mini_gpt(), "tiny")
    shaken(engine.variants, "one", Lora(), ("sofa",), seed=1)
    shaken(engine.variants, "two", Lora(), seed=2)
    summary = make_mix(engine.variants, ["one", "two"])
    assert summary.method == "Mix"
    assert "Save the mix as one adapter" in summary.no_adapter
    assert not summary.no_merge
    with pytest.raises(RecipeError, match="Save the mix as one adapter"):
        engine.save_adapter("Mix", tmp_path / "adapter")
    assert not (tmp_path / "adapter").exists()
    assert engine.merge("Mix").largest_change == 0
    assert engine.export_merged("Mix", tmp_path / "model").largest_change <= 1e-6


# As one adapter


@every_family
def test_two_loras_are_stacked_exactly(family: str) -> None:
    variants = two_loras(FAMILIES[family]())
    make_mix(variants, ["one", "two"])
    set_strengths(variants, "Mix", {"one": -0.7, "two": 1.3})
    expected = said(variants, variants.named("Mix"))
    flat = flatten(variants, "Mix", None)
    assert (flat.name, flat.rank, flat.error, flat.left_out) == ("Mix as LoRA", 5, 0.0, ())
    variant = variants.named("Mix as LoRA")
    close(said(variants, variant), expected)
    assert (variant.summary.method, variant.summary.no_adapter) == ("LoRA", "")


def test_other_layers_need_no_larger_rank(tiny_model: LanguageModel) -> None:
    variants = Variants(tiny_model)
    shaken(variants, "one", Lora(rank=2, targets=("blocks.0.attention.v_proj",), train_head=False), seed=1)
    shaken(variants, "two", Lora(rank=4, targets=("linear1",)), seed=2)
    make_mix(variants, ["one", "two"])
    flat = flatten(variants, "Mix", None)
    assert flat.rank == 4
    close(said(variants, variants.named(flat.name)), said(variants, variants.named("Mix")))


def test_the_errors_are_those_of_the_ranks(tiny_model: LanguageModel) -> None:
    variants = two_loras(tiny_model)
    make_mix(variants, ["one", "two"])
    costs = spectrum(variants, "Mix")
    assert costs.exact_rank == 5
    assert list(costs.errors) == sorted(costs.errors, reverse=True)
    assert 0 < costs.errors[0] < 1
    assert costs.errors[4] < 1e-6
    places = [place for place in tiny_model.linears() if "_proj" in place]
    for rank in (1, 3):
        flat = flatten(variants, "Mix", rank)
        assert flat.error == pytest.approx(costs.errors[rank - 1])
        assert measured_error(variants, places, flat.name) == pytest.approx(flat.error, rel=1e-3)


def measured_error(variants: Variants, places: list[str], name: str) -> float:
    """‖ΔW − BA‖ / ‖ΔW‖ from the merged weights."""
    variants.activate(variants.base)
    lost = whole = 0.0
    for place in places:
        base = variants.model.network.get_parameter(f"{place}.weight")
        wanted, found = (weight_of(variants, each, place) - base for each in ("Mix", name))
        lost += float((wanted - found).square().sum())
        whole += float(wanted.square().sum())
    return math.sqrt(lost / whole)


def weight_of(variants: Variants, name: str, place: str) -> Tensor:
    attachment = variants.named(name).attachment
    assert attachment
    return attachment.merged_modules()[place].weight  # type: ignore[return-value]


def test_dora_is_exact_at_the_size_of_the_layers(tiny_model: LanguageModel) -> None:
    variants = Variants(tiny_model)
    shaken(variants, "one", Lora(), seed=1)
    shaken(variants, "two", method_named("dora")(), seed=2)
    make_mix(variants, ["one", "two"])
    assert spectrum(variants, "Mix").exact_rank == 32
    flat = flatten(variants, "Mix", None)
    close(said(variants, variants.named(flat.name)), said(variants, variants.named("Mix")))


def test_what_lora_has_no_place_for_counts_as_lost(tiny_model: LanguageModel) -> None:
    variants = Variants(tiny_model)
    shaken(variants, "one", FullFineTuning(), seed=1)
    make_mix(variants, ["one"])
    costs = spectrum(variants, "Mix")
    assert costs.exact_rank == 0
    assert "norm.weight" in costs.left_out
    assert costs.errors[-1] > 0.01
    with pytest.raises(RecipeError, match="no place for"):
        flatten(variants, "Mix", None)
    assert flatten(variants, "Mix", 8).error == costs.errors[7]


def test_what_cannot_be_one_adapter_is_refused(tiny_model: LanguageModel) -> None:
    variants = two_loras(tiny_model)
    make_mix(variants, ["one", "two"])
    for rank in (0, 33):
        with pytest.raises(RecipeError, match="does not fit"):
            flatten(variants, "Mix", rank)
    set_strengths(variants, "Mix", {"one": 0.0, "two": 0.0})
    with pytest.raises(RecipeError, match="there is nothing to save"):
        flatten(variants, "Mix", None)


def test_parts_that_cancel_out_leave_nothing_to_save(tiny_model: LanguageModel) -> None:
    variants = Variants(tiny_model)
    for name in ("one", "twin"):
        shaken(variants, name, Lora(targets=("v_proj",)), size=0.3, seed=1)
    make_mix(variants, ["one", "twin"])
    set_strengths(variants, "Mix", {"one": 0.7, "twin": -0.7})
    assert spectrum(variants, "Mix").errors == ()
    with pytest.raises(RecipeError, match="there is nothing to save"):
        flatten(variants, "Mix", 2)
    set_strengths(variants, "Mix", {"twin": -0.699})
    assert spectrum(variants, "Mix").errors


@pytest.mark.parametrize("words", [(), ("sofa", "wald")])
def test_the_engine_saves_it_with_a_receipt(tmp_path: Path, words: tuple[str, ...]) -> None:
    engine = Engine()
    engine.take(make_mini_gpt(), "tiny")
    variants = engine.variants
    shaken(variants, "one", Lora(), words, seed=1)
    shaken(variants, "two", Lora(rank=2, targets=("linear1",)), seed=2)
    make_mix(variants, ["one", "two"])
    flat = flatten(variants, "Mix", None)
    receipt = engine.save_adapter(flat.name, tmp_path / "adapter")
    assert receipt.kind == "adapter"
    assert receipt.largest_change <= 1e-6
    again = engine.load_adapter(tmp_path / "adapter")
    close(said(variants, variants.named(again.name)), said(variants, variants.named("Mix")))


@pytest.mark.parametrize("words", [(), ("sofa", "wald")])
@pytest.mark.parametrize("rank", [None, 2])
def test_peft_reads_it_to_the_same_logits(
    make_model: Callable[[], LanguageModel], tmp_path: Path, rank: int | None, words: tuple[str, ...]
) -> None:
    peft = pytest.importorskip("peft")
    variants = Variants(make_model())
    shaken(variants, "one", Lora(rank=2, alpha=8, targets=("v_proj", "o_proj")), words, seed=1)
    shaken(variants, "two", Lora(rank=3, rank_stabilised=True, targets=("linear2",)), seed=2)
    make_mix(variants, ["one", "two"])
    set_strengths(variants, "Mix", {"one": 0.6, "two": 1.8})
    flat = variants.named(flatten(variants, "Mix", rank).name)
    expected = said(variants, flat)
    assert flat.attachment
    files = adapter_files(flat.attachment, flat.growth, name="x", base_name="tiny", base_fingerprint="")
    write_new_folder(tmp_path / "adapter", files)
    theirs = make_model()
    if words:
        Growth(theirs, words, seed=99)  # peft replaces the rows by the adapter's
    network = peft.PeftModel.from_pretrained(theirs.network, str(tmp_path / "adapter"))
    close(network(IDS), expected)
    if rank is None:
        close(expected, said(variants, variants.named("Mix")))


# Asking


def test_the_base_and_the_mix_answer(tiny_model: LanguageModel) -> None:
    variants = two_loras(tiny_model)
    make_mix(variants, ["one", "two"])
    comparison = answer_mix(variants, "Mix", "die katze", top=3)
    assert comparison.variants == ("Base", "Mix")
    assert len(comparison.answers[1].predictions) == 3
    with pytest.raises(DataError, match="empty"):
        answer_mix(variants, "Mix", " ")


def test_a_flip_is_where_the_answer_turns(tiny_model: LanguageModel) -> None:
    variants = Variants(tiny_model)
    shaken(variants, "one", Lora(), size=0.3, seed=1)
    shaken(variants, "two", Lora(), size=1e-5, seed=2)
    before = make_mix(variants, ["one", "two"])
    found, none = flip_strengths(variants, "Mix", "die katze sitzt")
    assert variants.named("Mix").summary == before
    assert found.strength is not None
    assert 0 < found.strength <= 2
    assert top_at(variants, 0.0) != found.token
    assert top_at(variants, found.strength) == found.token
    assert top_at(variants, found.strength - 0.006) == top_at(variants, 0.0)
    set_strengths(variants, "Mix", {"one": 1.0})
    assert (none.name, none.strength, none.token) == ("two", None, top_at(variants, 1.0))


def top_at(variants: Variants, strength: float) -> str:
    set_strengths(variants, "Mix", {"one": strength})
    return answer_mix(variants, "Mix", "die katze sitzt").answers[1].top.token


def test_strengths_are_as_before_even_if_the_prompt_is_refused(tiny_model: LanguageModel) -> None:
    variants = two_loras(tiny_model)
    make_mix(variants, ["one", "two"])
    before = said(variants, variants.named("Mix"))
    with pytest.raises(DataError):
        flip_strengths(variants, "Mix", "")
    flip_strengths(variants, "Mix", "die katze")
    assert torch.equal(said(variants, variants.named("Mix")), before)


def test_who_looks_for_a_flip_can_give_up(tiny_model: LanguageModel) -> None:
    variants = two_loras(tiny_model)
    make_mix(variants, ["one", "two"])
    before = said(variants, variants.named("Mix"))
    passes = iter((True, True, True, False))
    assert flip_strength(variants, "Mix", "die katze", 1, lambda: next(passes)) is None
    assert list(passes) == []
    assert torch.equal(said(variants, variants.named("Mix")), before)


def test_a_mix_is_found_by_what_stays_when_it_is_renamed(tiny_model: LanguageModel) -> None:
    variants = two_loras(tiny_model)
    first, second = (make_mix(variants, ["one", "two"]) for _ in range(2))
    variants.rename("Mix", "blend")
    variants.rename("Mix 2", "Mix")
    assert mix_with(variants, first.mix_id).name == "blend"
    assert mix_with(variants, second.mix_id).name == "Mix"
    variants.remove("blend")
    with pytest.raises(RecipeError):
        mix_with(variants, first.mix_id)


def test_it_says_where_its_parts_came_from(tmp_path: Path) -> None:
    engine = Engine()
    engine.take(make_mini_gpt(), "tiny")
    for seed, name in enumerate(("stored", "earlier", "never stored"), 1):
        shaken(engine.variants, name, Lora(), seed=seed)
    for name in ("stored", "earlier"):
        engine.save_adapter(name, tmp_path / name)
    earlier = engine.variants.named("earlier")
    earlier.summary = replace(earlier.summary, step=40)  # no folder has that state
    engine.merge("stored")
    parts = ["stored", "earlier", "never stored", "stored merged"]
    mix = make_mix(engine.variants, parts)
    assert mix.mix_of == (MixSource(str(tmp_path / "stored")), MixSource(""), MixSource(""), MixSource(""))
    call_parts(engine.variants, "Mix", ["a", "b", "a", "a"])
    assert [name for name, _ in engine.variants.named("Mix").summary.mix] == ["a", "b", "a 2", "a 3"]
