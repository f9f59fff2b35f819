"""Models whose embedding and head are one tensor: they stay one, through growth, training, saving and loading."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from lora_studio.core.adapters import adapter_files, attach_stored, read_adapter
from lora_studio.core.analysis.planning import plan
from lora_studio.core.errors import AdapterError
from lora_studio.core.files import write_new_folder
from lora_studio.core.methods import METHODS, Lora, Method
from lora_studio.core.methods.freezing import LayerFreezing
from lora_studio.core.methods.full import FullFineTuning
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.tensor_file import read_tensors, tensors_to_bytes
from lora_studio.core.variants import MergedAttachment, Variants
from tests.core.method_cases import IDS, Bare, learned, recipe, said
from tests.core.tiny_llama import TinyLlama, make_llama

PREFIX = Lora.tensor_prefix


@pytest.fixture
def model() -> TinyLlama:
    return make_llama(tied=True)


def test_growing_keeps_them_one(model: TinyLlama) -> None:
    bare, size = Bare(model), model.parameter_count()
    growth = Growth(model, ["sofa", "wald"], seed=0)
    assert model.is_tied
    assert model.parameter_count() == size + 2 * model.width
    growth.undo()
    assert bare
    assert not Growth(make_llama(), ["sofa"], seed=0).model.is_tied


PARTING = (  # they train one end alone, which parts the two
    Lora(train_embeddings=False),
    Lora(train_head=False),
    LayerFreezing(train_embeddings=False),
    LayerFreezing(train_head=False),
)


@pytest.mark.parametrize("grown", [False, True], ids=["", "grown"])
@pytest.mark.parametrize("method", PARTING, ids=lambda method: f"{method.name}-{method.train_head}")
def test_what_parted_them_is_read_back(model: TinyLlama, tmp_path: Path, method: Method, grown: bool) -> None:
    variants = Variants(model)
    variant = learned(variants, recipe(method, grown=grown))
    logits = said(variants, variant)
    assert not model.is_tied
    assert variant.attachment
    files = adapter_files(variant.attachment, variant.growth, name="x", base_name="t", base_fingerprint="")
    write_new_folder(tmp_path / "adapter", files)
    fresh = make_llama(tied=True)
    bare = Bare(fresh)
    growth, attachment = attach_stored(fresh, read_adapter(tmp_path / "adapter"))
    torch.testing.assert_close(attachment.logits(IDS), logits, atol=1e-6, rtol=0)
    attachment.detach()
    if growth:
        growth.undo()
    assert bare


def test_parted_ends_are_nothing_to_start_from_for_settings_that_train_them_as_one(
    model: TinyLlama, tmp_path: Path
) -> None:
    variants = Variants(model)
    variant = learned(variants, recipe(Lora(train_embeddings=False), grown=True))
    assert variant.attachment
    files = adapter_files(variant.attachment, variant.growth, name="x", base_name="t", base_fingerprint="")
    write_new_folder(tmp_path / "adapter", files)
    variants.activate(variants.base)
    with pytest.raises(AdapterError, match=r"cannot start .*which these settings train as one"):
        plan(model, recipe(Lora(start_from=str(tmp_path / "adapter")), grown=True))


@pytest.mark.parametrize("method", [FullFineTuning(), Lora()], ids=lambda method: method.name)
def test_merging_twice_keeps_them_one(model: TinyLlama, method: Method) -> None:
    merged = MergedAttachment(method.attach(model, seed=0)).merged_modules()
    assert merged[model.embedding_name].weight is merged[model.head_name].weight


@pytest.mark.parametrize("grown", [False, True], ids=["", "grown"])
@pytest.mark.parametrize("method", [kind() for kind in METHODS], ids=lambda method: method.name)
def test_every_method_works_and_leaves_them_one(model: TinyLlama, tmp_path: Path, method: Method, grown: bool) -> None:
    bare, variants, wanted = Bare(model), Variants(model), recipe(method, grown=grown)
    planned = plan(model, wanted)
    variant = learned(variants, wanted)
    assert model.is_tied
    assert variant.summary.trainable == planned.trainable
    logits = said(variants, variant)
    assert variant.attachment
    files = adapter_files(variant.attachment, variant.growth, name="x", base_name="t", base_fingerprint="")
    write_new_folder(tmp_path / "adapter", files)
    variants.activate(variants.base)
    assert bare
    stored = read_adapter(tmp_path / "adapter")
    assert planned.adapter_bytes == sum(tensor.numel() * tensor.element_size() for tensor in stored.tensors.values())
    fresh = make_llama(tied=True)
    _, attachment = attach_stored(fresh, stored)
    torch.testing.assert_close(attachment.logits(IDS), logits, atol=1e-6, rtol=0)
    assert fresh.is_tied


@pytest.mark.parametrize("method", [FullFineTuning(), LayerFreezing(), Lora()], ids=lambda method: method.name)
def test_what_they_learn_as_one_is_counted_once(model: TinyLlama, method: Method) -> None:
    attachment = method.attach(model, seed=0)
    names = attachment.tensors().keys()
    assert "model.embed_tokens.weight" in names
    assert "lm_head.weight" not in names


def test_training_one_of_them_parts_them(model: TinyLlama) -> None:
    bare = Bare(model)
    attachment = Lora(train_embeddings=False).attach(model, seed=0)
    assert not model.is_tied
    assert "lm_head.weight" in attachment.tensors()
    attachment.detach()
    assert model.is_tied
    assert bare


def lora_folder(model: TinyLlama, folder: Path) -> torch.Tensor:
    """An adapter that has trained both, and what it says."""
    attachment = Lora(targets=("v_proj",)).attach(model, seed=0)
    with torch.no_grad():
        for tensor in attachment.tensors().values():
            tensor.add_(torch.randn(tensor.shape, generator=torch.Generator().manual_seed(0)) * 0.1)
    write_new_folder(folder, adapter_files(attachment, None, name="x", base_name="t", base_fingerprint=""))
    return attachment.logits(IDS)


@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning", "ignore:.*tie:UserWarning")
def test_peft_which_makes_two_of_them_says_the_same(model: TinyLlama, tmp_path: Path) -> None:
    peft = pytest.importorskip("peft")
    logits = lora_folder(model, tmp_path / "adapter")
    network = peft.PeftModel.from_pretrained(make_llama(tied=True).network, str(tmp_path / "adapter"))
    torch.testing.assert_close(network(IDS).logits, logits, atol=1e-5, rtol=0)


def part_them(folder: Path) -> None:
    path = folder / "adapter_model.safetensors"
    tensors = read_tensors(path)
    tensors[f"{PREFIX}lm_head.weight"] = tensors[f"{PREFIX}lm_head.weight"] + 1
    path.write_bytes(tensors_to_bytes(tensors))


def test_two_different_ones_in_a_file_are_taken_over(model: TinyLlama, tmp_path: Path) -> None:
    """As PEFT trains them, which makes two of the one."""
    logits = lora_folder(make_llama(tied=True), tmp_path / "adapter")
    part_them(tmp_path / "adapter")
    bare = Bare(model)
    _, attachment = attach_stored(model, read_adapter(tmp_path / "adapter"))
    assert not model.is_tied
    hidden = attachment.hidden(IDS)
    torch.testing.assert_close(attachment.logits(IDS), logits + hidden.sum(dim=-1, keepdim=True), atol=1e-4, rtol=0)
    again = adapter_files(attachment, None, name="x", base_name="t", base_fingerprint="")
    assert again["adapter_model.safetensors"] == (tmp_path / "adapter" / "adapter_model.safetensors").read_bytes()
    merged = attachment.merged_modules()
    assert merged[model.embedding_name].weight is not merged[model.head_name].weight
    attachment.detach()
    assert bare


def test_two_different_ones_that_nothing_has_trained_are_refused(model: TinyLlama, tmp_path: Path) -> None:
    growth = Growth(model, ["sofa"], seed=0)
    attachment = Lora(train_embeddings=False, train_head=False).attach(model, seed=0)
    files = adapter_files(attachment, growth, name="x", base_name="t", base_fingerprint="")
    write_new_folder(tmp_path / "adapter", files)
    part_them(tmp_path / "adapter")
    attachment.detach()
    growth.undo()
    bare = Bare(model)
    with pytest.raises(AdapterError, match="embedding and its head differ"):
        attach_stored(model, read_adapter(tmp_path / "adapter"))
    assert bare
