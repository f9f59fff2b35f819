"""What every method promises, on every kind of model: one suite, which never asks which method it is."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from lora_studio.core.adapters import StoredAdapter, adapter_files, attach_stored, read_adapter
from lora_studio.core.analysis.planning import plan
from lora_studio.core.errors import AdapterError, RecipeError
from lora_studio.core.events import Counted, Started, Step
from lora_studio.core.files import write_new_folder
from lora_studio.core.methods import Lora
from lora_studio.core.models.fingerprints import fingerprint_of
from lora_studio.core.models.tensor_file import read_tensors, tensors_to_bytes
from lora_studio.core.variants import MergedAttachment, Variant, Variants
from tests.core.method_cases import (
    IDS,
    Bare,
    Case,
    events_of,
    every_case,
    learned,
    losses,
    recipe,
    said,
    same,
    state,
)

grown_or_not = pytest.mark.parametrize("grown", [False, True], ids=["", "grown"])


def saved(case: Case, folder: Path, *, grown: bool = False) -> tuple[StoredAdapter, Tensor]:
    """What the case has learned as a folder, read again, and what it says."""
    model = case.model()
    known = fingerprint_of(model)
    variants = Variants(model)
    variant = learned(variants, case.recipe(grown=grown))
    logits = said(variants, variant)
    assert variant.attachment
    files = adapter_files(variant.attachment, variant.growth, name="x", base_name="tiny", base_fingerprint=known)
    write_new_folder(folder, files)
    return read_adapter(folder), logits


@every_case
def test_attaching_changes_nothing_at_first_where_that_is_promised(case: Case) -> None:
    model = case.model()
    before = model.logits(IDS)
    attachment = case.method.attach(model, seed=1)
    change = (attachment.logits(IDS) - before).detach().abs().max().item()
    assert change <= 1e-6 if case.method.changes_nothing_at_first else change > 1e-4


@every_case
@grown_or_not
def test_only_its_own_tensors_train(case: Case, grown: bool) -> None:
    model = case.model()
    base = [(tensor, tensor.clone()) for tensor in (*model.network.parameters(), *model.network.buffers())]
    variants = Variants(model)
    events = events_of(variants, case.recipe(grown=grown))
    next(events)
    attachment = variants.all()[-1].attachment
    assert attachment
    own = attachment.tensors()
    before = {name: tensor.detach().clone() for name, tensor in own.items()}
    beside = {n: p for n, p in model.network.named_parameters() if n not in own and case.method.learns_by_gradients}
    frozen = {name: tensor.clone() for name, tensor in beside.items()}
    assert bool(own) == case.method.learns_by_gradients
    assert all(tensor.requires_grad for tensor in own.values())
    assert not any(tensor.requires_grad for tensor in beside.values())
    list(events)
    assert all(torch.equal(tensor, copy) for tensor, copy in base)
    assert all(torch.equal(beside[name], frozen[name]) for name in frozen)
    assert [name for name, tensor in own.items() if torch.equal(tensor, before[name])] == []


@every_case
def test_variants_can_be_switched_in_any_order_and_leave_the_base_bit_for_bit(case: Case) -> None:
    model = case.model()
    bare = Bare(model)
    variants = Variants(model)
    base = said(variants, variants.base)
    made = [
        recipe(case.method),
        recipe(case.method, grown=True, seed=1),
        recipe(Lora(targets=("all-linear",)), grown=True),
    ]
    now = {variant.name: said(variants, variant) for variant in [learned(variants, wanted) for wanted in made]}
    order = [variants.base, *map(variants.named, now)] * 3
    random.Random(0).shuffle(order)
    for variant in order:
        assert torch.equal(said(variants, variant), base if variant is variants.base else now[variant.name])
        assert variant is not variants.base or bare
    for name in now:
        variants.remove(name)
    assert bare
    assert torch.equal(model.logits(IDS), base)


@every_case
@grown_or_not
def test_what_is_saved_says_the_same_in_a_fresh_base(case: Case, tmp_path: Path, grown: bool) -> None:
    stored, logits = saved(case, tmp_path / "adapter", grown=grown)
    model = case.model()
    bare, base = Bare(model), model.logits(IDS)
    growth, attachment = attach_stored(model, stored)
    assert attachment.method == case.method
    torch.testing.assert_close(attachment.logits(IDS), logits, atol=1e-6, rtol=0)
    assert (attachment.logits(IDS)[..., : base.shape[-1]] - base).abs().max() > 1e-3
    attachment.detach()
    if growth:
        growth.undo()
    assert bare


# By case: what only some models refuse.
NO_PLACE = dict.fromkeys(("llama-steering", "qwen3-steering"), "no bias that could take the direction")


@every_case
@grown_or_not
def test_merging_equals_the_forward_pass_or_is_refused_with_the_reason(case: Case, grown: bool) -> None:
    model = case.model()
    bare, variants = Bare(model), Variants(model)
    variant = learned(variants, case.recipe(grown=grown))
    live, before = said(variants, variant), state(variant)
    assert variant.attachment
    reason = case.method.no_merge or NO_PLACE.get(str(case))
    if reason:
        with pytest.raises(RecipeError, match=reason):
            MergedAttachment(variant.attachment)
    else:
        result = Variant(variant.summary, variant.growth, MergedAttachment(variant.attachment))
        bound = 1e-3 if "adapter_bits" in case.settings else 1e-5  # A and B multiplied in bfloat16, added in float32
        torch.testing.assert_close(said(variants, result), live, atol=bound, rtol=0)
        assert not any(tensor.requires_grad for tensor in model.network.parameters())
    assert torch.equal(said(variants, variant), live)
    assert same(state(variant), before)
    variants.activate(variants.base)
    assert bare


def rename(tensors: dict[str, Tensor], name: str) -> None:
    tensors[f"{name[:-1]}_"] = tensors.pop(name)


def remove(tensors: dict[str, Tensor], name: str) -> None:
    del tensors[name]


def spoil(tensors: dict[str, Tensor], name: str) -> None:
    tensors[name].view(-1)[-1] = torch.nan


def reshape(tensors: dict[str, Tensor], name: str) -> None:
    tensors[name] = tensors[name].view(1, *tensors[name].shape)


@every_case
def test_a_tensor_that_is_renamed_missing_or_no_number_is_refused(case: Case, tmp_path: Path) -> None:
    stored, _ = saved(case, tmp_path / "adapter", grown=True)
    model = case.model()
    bare, sound = Bare(model), read_tensors(stored.file)
    injuries: list[Callable[[dict[str, Tensor], str], None]] = [rename, remove, spoil, reshape]
    for number, injury in enumerate(injuries):
        injured = {name: tensor.clone() for name, tensor in sound.items()}
        injury(injured, sorted(sound)[number % len(sound)])
        stored.file.write_bytes(tensors_to_bytes(injured))
        with pytest.raises(AdapterError):
            attach_stored(model, read_adapter(tmp_path / "adapter"))
        assert bare


@every_case
def test_the_seed_decides_every_number(case: Case) -> None:
    def run(seed: int) -> tuple[list[float], dict[str, Tensor]]:
        variants = Variants(case.model())
        told = losses(events_of(variants, case.recipe(seed=seed)))
        return told, state(variants.all()[-1])

    torch.manual_seed(1)
    first, learned_first = run(seed=3)
    torch.manual_seed(2)  # not the one that counts
    again, learned_again = run(seed=3)
    assert first == again
    assert same(learned_first, learned_again)
    if case.method.learns_by_gradients:
        other, _ = run(seed=4)
        assert all(one != two for one, two in zip(first, other, strict=True))


@every_case
def test_pausing_for_other_work_equals_never_having_paused(case: Case) -> None:
    def run(*, disturbed: bool) -> tuple[list[float], dict[str, Tensor]]:
        variants = Variants(case.model())
        other = learned(variants, recipe(Lora(targets=("all-linear",), dropout=0.5), grown=True, seed=9))
        told = []
        for event in events_of(variants, case.recipe(seed=3)):
            if isinstance(event, Step):
                told.append(event.loss)
            if disturbed and isinstance(event, Started | Step | Counted):
                said(variants, other)
                torch.rand(100)
                said(variants, variants.base)
                plan(variants.model, recipe(Lora(targets=("all-linear",)), grown=True))
        return told, state(variants.all()[-1])

    quiet, learned_quietly = run(disturbed=False)
    paused, learned_with_pauses = run(disturbed=True)
    assert paused == quiet
    assert same(learned_with_pauses, learned_quietly)


@every_case
@grown_or_not
def test_the_plan_counts_what_is_then_trained_and_saved(case: Case, tmp_path: Path, grown: bool) -> None:
    model, wanted = case.model(), case.recipe(grown=grown)
    bare, size = Bare(model), model.parameter_count()
    planned = plan(model, wanted)
    assert bare
    started = next(events_of(Variants(model), wanted))
    assert isinstance(started, Started)
    assert (started.trainable, started.steps) == (planned.trainable, planned.steps)
    assert started.new_words == planned.new_words
    per_word = 2 * model.width + (case.family == "minigpt")  # a row in embedding and head; MiniGPT's head has a bias
    assert planned.total == size + len(planned.new_words) * per_word
    stored, _ = saved(case, tmp_path / "adapter", grown=grown)
    tensors = read_tensors(stored.file).values()
    assert planned.adapter_bytes == sum(tensor.numel() * tensor.element_size() for tensor in tensors)
