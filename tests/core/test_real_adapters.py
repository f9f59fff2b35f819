"""Adapters on real models: bases in NF4, large files, full disks, structured rows, and adapters of another base."""

from __future__ import annotations

import errno
import os
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from lora_studio.core.adapters import adapter_files, attach_stored, read_adapter, reading, writing
from lora_studio.core.data.dataset import Dataset
from lora_studio.core.data.examples import completion_row, messages_row
from lora_studio.core.engine import Engine
from lora_studio.core.errors import AdapterError, RecipeError, StorageError
from lora_studio.core.files import Streamed, write_new_folder
from lora_studio.core.methods import Lora, Method, method_named
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.methods.dora import Dora
from lora_studio.core.methods.lora_plus import LoraPlus
from lora_studio.core.methods.qlora import Qlora
from lora_studio.core.methods.steering import RepresentationEngineering
from lora_studio.core.models.fingerprints import fingerprint_of
from lora_studio.core.models.hugging_face import HuggingFaceModel
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.open_options import OpenOptions
from lora_studio.core.models.opening import open_model
from lora_studio.core.recipe import Recipe
from lora_studio.core.saving import receipt_prompts
from lora_studio.core.summaries import VariantSummary
from lora_studio.core.variants import Variant, traits
from tests.core.real_models import byte_tokenizer, make_network, open_tiny, tiny_folder, write_model_folder

IDS = torch.tensor([[11, 45, 9, 77, 120, 300], [5, 5, 301, 80, 40, 7]])
PROMPTS = ("die katze sitzt", "the cat sat on")
BARE: dict[str, Any] = {"train_embeddings": False, "train_head": False}
ALL: dict[str, Any] = {"targets": ("all-linear",), **BARE}


def shaken(method: Method, model: LanguageModel) -> Attachment:
    attachment = method.attach(model, seed=1)
    with torch.no_grad():
        for index, tensor in enumerate(attachment.tensors().values()):
            tensor.add_(torch.randn(tensor.shape, generator=torch.Generator().manual_seed(index)) * 0.1)
    return attachment


def said(attachment: Attachment) -> Tensor:
    with torch.no_grad():
        return attachment.logits(IDS)


def written(attachment: Attachment, folder: Path, known: str = "") -> Path:
    write_new_folder(folder, adapter_files(attachment, None, name="x", base_name="tiny", base_fingerprint=known))
    return folder


def engine_with(attachment: Attachment) -> Engine:
    engine = Engine()
    attachment.detach()
    engine.take(attachment.model, "base")
    attachment.reattach()
    engine.variants.adopt(Variant(VariantSummary("x", is_base=False, **traits(attachment)), None, attachment))
    return engine


# Bases whose layers are rounded when they are opened


@pytest.mark.parametrize("kind", [Lora, LoraPlus, Dora, Qlora])
@pytest.mark.parametrize("family", ["llama", "gpt2", "phi"])
def test_a_base_in_nf4_takes_adapters(family: str, kind: type[Lora], tmp_path: Path) -> None:
    pytest.importorskip("bitsandbytes")
    options = OpenOptions(device="cpu", dtype="nf4")
    attachment = shaken(kind(rank=2, **ALL), open_model(str(tiny_folder(family)), options))
    expected = said(attachment)
    attachment.logits(IDS).sum().backward()
    assert all(tensor.grad is not None for tensor in attachment.tensors().values())
    folder = written(attachment, tmp_path / "adapter")
    merged = attachment.merged_modules()
    attachment.detach()
    with torch.no_grad():
        base = attachment.model.logits(IDS)
    assert (expected - base).abs().max() > 1e-2
    _, again = attach_stored(open_model(str(tiny_folder(family)), options), read_adapter(folder))
    assert torch.equal(said(again), expected)
    assert merged.keys() >= attachment.model.linears().keys()


def test_an_adapter_made_beside_nf4_fits_the_same_base_in_full_precision(tmp_path: Path) -> None:
    pytest.importorskip("bitsandbytes")
    rounded = open_model(str(tiny_folder("llama")), OpenOptions(device="cpu", dtype="nf4"))
    known = fingerprint_of(rounded)
    folder = written(shaken(Lora(rank=2, **ALL), rounded), tmp_path / "adapter", known)
    attach_stored(open_tiny("llama"), read_adapter(folder))


# Large files


@pytest.mark.parametrize("tied", [False, True])
def test_large_tensors_are_written_and_read_one_by_one(
    tied: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MOST_AT_ONCE", 1)
    attachment = shaken(Lora(targets=("q_proj",)), open_tiny("llama", tied=tied))
    files = adapter_files(attachment, None, name="x", base_name="tiny", base_fingerprint="")
    assert isinstance(files["adapter_model.safetensors"], Streamed)
    write_new_folder(tmp_path / "adapter", files)
    _, again = attach_stored(open_tiny("llama", tied=tied), read_adapter(tmp_path / "adapter"))
    assert torch.equal(said(again), said(attachment))


def test_a_file_that_memory_cannot_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = written(shaken(Lora(**ALL), open_tiny("llama")), tmp_path / "adapter")
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 1000)
    read_adapter(folder)
    monkeypatch.setattr(reading, "free_memory", lambda: 1000)
    with pytest.raises(AdapterError, match="more than there is memory free for"):
        read_adapter(folder)


@pytest.mark.parametrize("form", ["peft", "gguf", "merged"])
@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_disk_that_fills_up_leaves_what_was_there(
    form: str, call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if form == "gguf":
        pytest.importorskip("gguf")
    engine = engine_with(shaken(Lora(**ALL), open_tiny("llama")))
    before = engine.measure("x", PROMPTS).probabilities
    save: Callable[[Path], Any] = {
        "peft": lambda folder: engine.save_adapter("x", folder, PROMPTS),
        "gguf": lambda folder: engine.export_adapter("x", "gguf", folder, PROMPTS),
        "merged": lambda folder: engine.export_merged("x", folder, PROMPTS),
    }[form]
    (tmp_path / "mine.txt").write_text("mine")
    real = getattr(os, call)
    for failing in range(3):
        calls: list[int] = []

        def failed(*arguments: Any, calls: list[int] = calls, failing: int = failing) -> Any:
            calls.append(1)
            if len(calls) == failing + 1:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(*arguments)

        with monkeypatch.context() as patch:
            patch.setattr(os, call, failed)
            with pytest.raises(StorageError, match="No space left"):
                save(tmp_path / "out")
        assert [entry.name for entry in tmp_path.iterdir()] == ["mine.txt"]
        assert torch.equal(engine.measure("x", PROMPTS).probabilities, before)
    save(tmp_path / "out")


# Receipts


def test_receipts_ask_what_the_rows_ask() -> None:
    rows = (
        completion_row("What is the capital of France?", "Paris"),
        messages_row((("system", "Be brief."), ("user", "the cat sat"), ("assistant", "on the mat"))),
        "die katze sitzt auf dem tisch",
    )
    attachment = shaken(Lora(**ALL), open_tiny("llama"))
    engine = engine_with(attachment)
    variant = engine.variants.named("x")
    variant.recipe = Recipe(datasets=(Dataset(name="ROWS", rows=rows),), probes=())
    asked = receipt_prompts(engine.variants, variant, ())
    assert asked == ("What is the capital of France?", "the cat sat", "die katze sitzt auf dem")


@pytest.mark.parametrize("family", ["llama", "gpt2", "qwen3"])
def test_a_saved_adapter_says_the_same(family: str, tmp_path: Path) -> None:
    engine = engine_with(shaken(Dora(targets=("all-linear",)), open_tiny(family)))
    receipt = engine.save_adapter("x", tmp_path / "adapter")
    assert receipt.kind == "adapter"
    assert receipt.largest_change == 0


# The wrong base


@pytest.mark.parametrize(
    ("made_for", "base", "reason"),
    [
        ("llama", "qwen2", "vocabulary|weights are others|no place|is needed"),
        ("qwen3", "llama", "vocabulary|is needed"),
        ("gpt2", "llama", "no layer named|vocabulary"),
        ("gpt_neox", "bloom", "no tensor for transformer.*no place for gpt_neox"),
    ],
)
def test_an_adapter_for_another_family_is_refused(made_for: str, base: str, reason: str, tmp_path: Path) -> None:
    model = open_tiny(made_for)
    known = fingerprint_of(model)
    folder = written(shaken(Lora(**ALL), model), tmp_path / "adapter", known)
    other = open_tiny(base)
    before = fingerprint_of(other)
    with pytest.raises(AdapterError, match=reason) as caught:
        attach_stored(other, read_adapter(folder))
    assert caught.value.advice
    assert fingerprint_of(other) == before


def test_an_adapter_for_other_weights_or_another_size_is_refused(tmp_path: Path) -> None:
    model = open_tiny("llama")
    folder = written(shaken(Lora(**ALL), model), tmp_path / "adapter", fingerprint_of(open_tiny("llama")))
    with pytest.raises(AdapterError, match="weights are others"):
        attach_stored(open_tiny("llama", seed=1), read_adapter(folder))
    (folder / "lora_studio.json").unlink()
    attach_stored(open_tiny("llama", seed=1), read_adapter(folder))  # nothing tells the two apart now
    wide = open_model(str(write_model_folder(tmp_path / "wide", "llama", intermediate_size=96)))
    with pytest.raises(AdapterError, match=r"mlp\.down_proj\.lora_A\.weight is 4 × 64 where 4 × 96 is needed"):
        attach_stored(wide, read_adapter(folder))
    deep = open_model(str(write_model_folder(tmp_path / "deep", "llama", num_hidden_layers=3)))
    with pytest.raises(AdapterError, match=r"no tensor for model\.layers\.2"):
        attach_stored(deep, read_adapter(folder))


# Settings on real models


@pytest.mark.parametrize(
    ("family", "targets", "count"),
    [
        ("llama", ("all-linear",), 14),
        ("llama", ("q_proj", "up_proj"), 4),
        ("llama", ("self_attn.q_proj",), 2),
        ("llama", ("model.layers.1.self_attn.q_proj",), 1),
        ("gpt2", ("all-linear",), 8),
        ("gpt2", ("attn.c_proj",), 2),
        ("phi3", ("qkv_proj",), 2),
        ("gpt_neox", ("query_key_value", "dense"), 4),
    ],
)
def test_targets_mean_layers_of_every_family(family: str, targets: tuple[str, ...], count: int) -> None:
    attachment = Lora(targets=targets, **BARE).attach(open_tiny(family), seed=0)
    assert len(attachment.tensors()) == 2 * count


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"targets": ("c_attn",)}, "no layer named c_attn"),
        ({"targets": ("k_proj",), "rank": 33}, r"Rank 33 .*k_proj, which is 16|Rank 33 .*k_proj, which is 32"),
        ({"targets": ("q_proj",), "ranks": "layers.1.self_attn.q_proj: 99"}, r"Rank 99 .*layers\.1\.self_attn\.q_proj"),
    ],
)
def test_settings_that_do_not_fit_are_refused(settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(RecipeError, match=reason):
        Lora(**BARE, **settings).attach(open_tiny("llama"), seed=0)


@pytest.mark.parametrize(
    ("targets", "label"),
    [
        (("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"), "LoRA all"),
        (("all-linear",), "LoRA all"),
        (("v_proj",), "LoRA V"),
        (("c_attn",), "LoRA c_attn"),
        (("q_proj", "up_proj"), "LoRA Q+up_proj"),
    ],
)
def test_labels_of_other_families(targets: tuple[str, ...], label: str) -> None:
    assert Lora(targets=targets).label == label


@pytest.mark.parametrize(
    "text", ["q_proj 4", "q_proj: 0", "q_proj: 257", "q_proj: 2.5", "(a+)+$: 4", "q_proj: 0001234", ": 4"]
)
def test_ranks_that_say_nothing_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"rank|colon"):
        Lora(ranks=text)


def test_ranks_and_alphas_of_single_layers() -> None:
    method = Lora(rank=8, alpha=16, ranks="v_proj:2 , layers.0.self_attn.q_proj: 3,", alphas="v_proj: 0.5")
    assert method.ranks == "v_proj: 2, layers.0.self_attn.q_proj: 3"
    assert (method.at("model.layers.1.self_attn.v_proj").rank, method.at("model.layers.1.self_attn.q_proj").rank) == (
        2,
        8,
    )
    assert method.at("model.layers.0.self_attn.q_proj").scaling == 16 / 3
    assert method.at("model.layers.0.self_attn.v_proj").scaling == 0.5 / 2
    assert method.at("a").ranks == ""


@pytest.mark.parametrize("name", ["full", "freezing", "scratch"])
def test_weights_in_nf4_cannot_be_trained_themselves(name: str) -> None:
    pytest.importorskip("bitsandbytes")
    model = open_model(str(tiny_folder("qwen3")), OpenOptions(dtype="nf4"))
    with pytest.raises(RecipeError, match=r"open in 4 bits \(NF4\), and .* changes the weights themselves"):
        method_named(name)().attach(model, seed=0)


def test_a_direction_cannot_be_ablated_from_weights_in_nf4() -> None:
    pytest.importorskip("bitsandbytes")
    model = open_model(str(tiny_folder("qwen3")), OpenOptions(dtype="nf4"))
    with pytest.raises(RecipeError, match="changes the weights themselves"):
        RepresentationEngineering(action="ablate").attach(model, seed=0)


def test_merged_layers_are_made_one_at_a_time() -> None:
    attachment = Lora(targets=("all-linear",), train_embeddings=False, train_head=False).attach(open_tiny("qwen3"), 0)
    merging, first = attachment.merging(), next(iter(attachment.merging()))
    made = weakref.ref(merging[first])
    assert made() is merging[first]
    _ = merging[list(merging)[1]]
    assert made() is None
    assert merging.keys() == attachment.merged_modules().keys()


def test_a_model_that_normalises_behind_its_blocks_is_steered_and_not_merged() -> None:
    network = make_network("opt", word_embed_proj_dim=16, do_layer_norm_before=False)
    model = HuggingFaceModel("small OPT", network, byte_tokenizer())
    attachment = RepresentationEngineering().attach(model, seed=0)
    before = attachment.logits(IDS)
    list(attachment.learn([["the cat", "a dog"], ["a house", "the tree"]]))
    assert not torch.equal(attachment.logits(IDS), before)
    with pytest.raises(RecipeError, match="changes what its layers add"):
        attachment.merged_modules()
