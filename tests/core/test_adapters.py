"""Adapter folders: a round trip changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from lora_studio.core.adapters import FORMATS, adapter_files, attach_stored, read_adapter
from lora_studio.core.files import write_new_folder
from lora_studio.core.methods import Lora, Method, virtual_tokens
from lora_studio.core.methods.freezing import LayerFreezing
from lora_studio.core.methods.lora_linear import LoraLinear
from lora_studio.core.methods.prefix import PrefixTuning
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.mini_gpt import MiniGPTModel
from lora_studio.core.models.tensor_file import read_tensors
from lora_studio.core.recipe import Recipe
from tests.core.adapter_folders import (
    IDS,
    PREFIX,
    TENSORS,
    V0,
    adapted,
    as_earlier_version,
    at_once,
    base_fingerprint,
    change,
    change_tensors,
    write_adapter,
)

MakeModel = Callable[..., MiniGPTModel]


@pytest.mark.parametrize("words", [(), ("sofa", "wald")])
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("targets", [("v_proj",), ("q_proj", "k_proj", "v_proj", "o_proj"), ("linear1", "linear2")])
def test_a_round_trip_changes_no_bit(
    make_model: MakeModel, tmp_path: Path, targets: tuple[str, ...], whole: bool, words: tuple[str, ...]
) -> None:
    method = Lora(rank=3, alpha=2.5, targets=targets, train_embeddings=whole, train_head=whole)
    files, logits = adapted(make_model(), method, words)
    write_new_folder(tmp_path / "adapter", files)
    model = make_model()
    known = base_fingerprint(model)
    stored = read_adapter(tmp_path / "adapter")
    growth, attachment = attach_stored(model, stored)
    assert torch.equal(attachment.logits(IDS), logits)
    assert attachment.method == method
    assert stored.name == "LoRA x"
    assert (growth.words if growth else ()) == words
    assert all(model.token_id(word) is not None for word in words)
    assert {name for name, p in model.network.named_parameters() if p.requires_grad} == set(attachment.tensors())
    again = adapter_files(attachment, growth, name="LoRA x", base_name="tiny", base_fingerprint=known)
    assert again == files
    attachment.detach()
    if growth:
        growth.undo()
    assert base_fingerprint(model) == known


def test_the_recipe_travels_with_the_adapter(tiny_model: MiniGPTModel, tmp_path: Path) -> None:
    recipe = Recipe()
    files, _ = adapted(tiny_model, Lora(), recipe=recipe)
    write_new_folder(tmp_path / "adapter", files)
    stored = read_adapter(tmp_path / "adapter")
    assert stored.recipe is not None
    assert Recipe.from_fields(stored.recipe) == recipe
    assert stored.base.name == "tiny"
    card = files["README.md"].decode()
    assert "FACT_CORRECTION" in card
    assert "80 epochs" in card


def test_the_folder_holds_what_peft_expects(adapter_folder: Path) -> None:
    names = {"adapter_config.json", TENSORS, "README.md", "lora_studio.json", "tokenizer.json"}
    assert {entry.name for entry in adapter_folder.iterdir()} == names
    config = json.loads((adapter_folder / "adapter_config.json").read_text())
    assert config["target_modules"] == ["v_proj"]
    assert config["modules_to_save"] == ["embedding", "head"]
    assert set(read_tensors(adapter_folder / TENSORS)) == {
        *(f"{PREFIX}blocks.{i}.attention.v_proj.lora_{ab}.weight" for i in (0, 1) for ab in "AB"),
        *(f"{PREFIX}{name}" for name in ("embedding.weight", "head.weight", "head.bias")),
    }
    tokenizer = json.loads((adapter_folder / "tokenizer.json").read_text("utf-8"))
    assert tokenizer["model"]["vocab"]["sofa"] == 13


def test_a_base_whose_vocabulary_did_not_grow_needs_no_tokenizer(tiny_model: MiniGPTModel) -> None:
    files, _ = adapted(tiny_model, Lora(train_embeddings=False, train_head=False))
    assert "tokenizer.json" not in files


@pytest.mark.parametrize("method", [Lora(), LayerFreezing()])
def test_formats_tell_folders_apart_by_their_files(tiny_model: MiniGPTModel, tmp_path: Path, method: Method) -> None:
    folder = write_adapter(tiny_model, method, tmp_path / "adapter")
    there = {entry.name for entry in folder.iterdir()}
    (found,) = (form for form in FORMATS if there.issuperset(form.files))
    assert found.name == ("peft" if method.peft_type else "studio")
    assert read_adapter(folder).method == method


@pytest.mark.parametrize("words", [(), ("sofa",)])
@pytest.mark.parametrize("whole", [True, False])
def test_what_an_earlier_version_wrote_is_read(
    make_model: MakeModel, tmp_path: Path, whole: bool, words: tuple[str, ...]
) -> None:
    method = Lora(targets=("v_proj",), train_embeddings=whole, train_head=whole)
    files, logits = adapted(make_model(), method, words)
    write_new_folder(tmp_path / "adapter", files)
    as_earlier_version(tmp_path / "adapter")
    stored = read_adapter(tmp_path / "adapter")
    assert stored.method is None
    growth, attachment = attach_stored(make_model(), stored)
    assert attachment.method == method
    assert (growth.words if growth else ()) == words
    assert torch.equal(attachment.logits(IDS), logits)


@pytest.mark.parametrize(
    "fields",
    [
        {"target_modules": "v_proj"},
        {"target_modules": ["attention.v_proj"]},
        {"target_modules": ["v_proj", "up_proj"]},  # as people list the layers of many families
        {"target_modules": r".*\.v_proj"},
        {"target_modules": r"blocks\.\d+\.(attention|mlp)\.(v|z)_proj$"},
        {"target_modules": "all-linear", "exclude_modules": r".*(q|k|o)_proj|.*linear[12]"},
        {"target_modules": ["v_proj", "q_proj"], "exclude_modules": ["q_proj"]},
        {"fan_in_fan_out": True},
        {"a_newer_method": None, "another": False, "its_settings": {}, "and_layers": []},
        {
            "auto_mapping": {
                "base_model_class": "LlamaForCausalLM",
                "parent_library": "transformers.models.llama.modeling_llama",
            }
        },
        *({"init_lora_weights": start} for start in ("orthogonal", "eva", "mica", False)),
        {"target_modules": ["blocks.0.attention.v_proj", "blocks.1.attention.v_proj"]},
        {"lora_dropout": 0.5, "inference_mode": False, "init_lora_weights": "gaussian"},
        {"megatron_core": "megatron.core", "megatron_config": None, "loftq_config": {}, "qalora_group_size": 16},
        {"task_type": "CAUSAL_LM", "peft_version": "0.21.2", "revision": "main"},
    ],
)
def test_harmless_variations_are_read(make_model: MakeModel, adapter_folder: Path, fields: dict[str, Any]) -> None:
    _, plain = attach_stored(make_model(), read_adapter(adapter_folder))
    change(adapter_folder / "adapter_config.json", **fields)
    _, varied = attach_stored(make_model(), read_adapter(adapter_folder))
    assert torch.equal(varied.logits(IDS), plain.logits(IDS))


def test_a_head_saved_alone_leaves_the_embedding(make_model: MakeModel, tmp_path: Path) -> None:
    files, _ = adapted(make_model(), Lora(targets=("v_proj",)))
    write_new_folder(tmp_path / "adapter", files)
    (tmp_path / "adapter" / "lora_studio.json").unlink()
    change(tmp_path / "adapter" / "adapter_config.json", modules_to_save=["head"])
    change_tensors(tmp_path / "adapter", lambda tensors: tensors.pop(f"{PREFIX}embedding.weight"))
    model = make_model()
    before = model.network.embedding.weight.clone()
    attach_stored(model, read_adapter(tmp_path / "adapter"))
    assert torch.equal(model.network.embedding.weight, before)
    assert not torch.equal(model.network.head.weight, make_model().network.head.weight)


def test_an_adapter_on_some_layers_names_them_whole(
    tiny_model: MiniGPTModel, adapter_folder: Path, tmp_path: Path
) -> None:
    as_earlier_version(adapter_folder)  # whose settings are those of PEFT's file alone
    change(adapter_folder / "adapter_config.json", target_modules=["blocks.1.attention.v_proj"])
    change_tensors(adapter_folder, lambda tensors: [tensors.pop(f"{V0}.lora_{ab}.weight") for ab in "AB"])
    growth, attachment = attach_stored(tiny_model, read_adapter(adapter_folder))
    files = at_once(adapter_files(attachment, growth, name="x", base_name="tiny", base_fingerprint=""))
    assert json.loads(files["adapter_config.json"])["target_modules"] == ["blocks.1.attention.v_proj"]


def test_a_failure_while_applying_is_undone(
    tiny_model: MiniGPTModel, adapter_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, stored = base_fingerprint(tiny_model), read_adapter(adapter_folder)
    for target, method in ((LoraLinear, "__init__"), (torch.Tensor, "copy_")):
        with monkeypatch.context() as patch:
            calls: list[int] = []
            real = getattr(target, method)

            def failing(*arguments: Any, calls: list[int] = calls, real: Any = real, **options: Any) -> Any:
                calls.append(1)
                if len(calls) == (2 if real is not torch.Tensor.copy_ else 6):
                    raise RuntimeError("out of memory")
                return real(*arguments, **options)

            patch.setattr(target, method, failing)
            with pytest.raises(RuntimeError, match="out of memory"):
                attach_stored(tiny_model, stored)
        assert base_fingerprint(tiny_model) == known
        assert tiny_model.vocabulary_size == 13
    attach_stored(tiny_model, stored)


def test_a_foreign_name_is_made_fit_to_show(adapter_folder: Path) -> None:
    change(adapter_folder / "lora_studio.json", name="  a\x1b[2J\n name  ")
    assert read_adapter(adapter_folder).name == "a?[2J name"


def test_settings_that_only_matter_to_training_cost_nothing_on_loading(
    tiny_model: MiniGPTModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An adapter from somewhere else names another to start from, or a network of any size: neither is touched."""
    start = write_adapter(tiny_model, Lora(start_from=str(tmp_path / "nowhere")), tmp_path / "start")
    _, attachment = attach_stored(tiny_model, read_adapter(start))
    attachment.detach()
    prefix = write_adapter(tiny_model, PrefixTuning(tokens=3, reparametrise=True), tmp_path / "prefix")
    method = {"name": "prefix", "tokens": 3, "reparametrise": True, "hidden": 65_536}
    change(prefix / "lora_studio.json", method=method)
    made: list[torch.device] = []
    real = virtual_tokens._filled

    def filled(model: LanguageModel, *rest: Any) -> Any:
        made.append(model.device)
        return real(model, *rest)

    monkeypatch.setattr(virtual_tokens, "_filled", filled)
    attach_stored(tiny_model, read_adapter(prefix))
    assert {device.type for device in made} == {"meta"}


def test_no_folder_of_this_machine_travels(tiny_model: MiniGPTModel, tmp_path: Path) -> None:
    method = Lora(start_from=str(tmp_path / "earlier"))
    files, _ = adapted(tiny_model, method, recipe=Recipe(base=str(tmp_path / "model"), method=method))
    assert not [name for name, content in files.items() if str(tmp_path).encode() in content]
    sidecar = json.loads(files["lora_studio.json"])
    assert sidecar["method"]["start_from"] == sidecar["recipe"]["method"]["start_from"] == "earlier"
    assert sidecar["recipe"]["base"] == "model"
    assert "earlier" in files["README.md"].decode()
    other = Lora(start_from="C:\\Users\\me\\earlier").for_others()
    assert other.start_from == "earlier"
    assert Lora().for_others() == Lora()
