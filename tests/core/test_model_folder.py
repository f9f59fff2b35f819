"""Model folders: what is written can be read back bit for bit; what does not fit is refused with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from lora_studio.core.errors import ModelError
from lora_studio.core.files import write_new_folder
from lora_studio.core.methods import Lora
from lora_studio.core.models.folder import model_files, read_model
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.mini_gpt import MiniGPTModel
from lora_studio.core.models.tensor_file import read_tensors, tensors_to_bytes

MakeModel = Callable[..., MiniGPTModel]
IDS = torch.tensor([[2, 3, 4, 5], [8, 9, 1, 0]])


@pytest.fixture
def folder(tiny_model: MiniGPTModel, tmp_path: Path) -> Path:
    """A sound model folder."""
    write_new_folder(tmp_path / "model", model_files(tiny_model))
    return tmp_path / "model"


def change(path: Path, **fields: Any) -> None:
    """Sets fields of a JSON file; None removes."""
    content = json.loads(path.read_text("utf-8")) | fields
    path.write_text(json.dumps({name: value for name, value in content.items() if value is not None}), "utf-8")


@pytest.mark.parametrize("grown", [False, True])
def test_a_written_folder_reads_back_bit_for_bit(tiny_model: MiniGPTModel, tmp_path: Path, grown: bool) -> None:
    if grown:
        Growth(tiny_model, ["sofa", "J̌"], seed=0)
    write_new_folder(tmp_path / "model", model_files(tiny_model))
    read = read_model(tmp_path / "model")
    assert torch.equal(read.logits(IDS), tiny_model.logits(IDS))
    assert read.encode("Die Katze foo") == tiny_model.encode("Die Katze foo")
    assert read.tokenizer.get_vocab() == tiny_model.tokenizer.get_vocab()
    assert read.name == "model"
    assert model_files(read) == model_files(tiny_model)
    assert not any(parameter.requires_grad for parameter in read.network.parameters())


def test_merging_on_the_way_out_leaves_the_model_alone(tiny_model: MiniGPTModel, tmp_path: Path) -> None:
    Growth(tiny_model, ["sofa"], seed=0)
    attachment = Lora().attach(tiny_model, seed=0)
    with torch.no_grad():
        for tensor in attachment.tensors().values():
            tensor.add_(0.05)
    adapted, before = attachment.logits(IDS), set(map(id, tiny_model.network.modules()))
    write_new_folder(tmp_path / "merged", model_files(tiny_model, attachment.merged_modules()))
    assert set(map(id, tiny_model.network.modules())) == before
    assert torch.equal(attachment.logits(IDS), adapted)
    torch.testing.assert_close(read_model(tmp_path / "merged").logits(IDS), adapted, atol=1e-6, rtol=1e-6)
    assert not [
        name for name in read_tensors(tmp_path / "merged/model.safetensors") if "lora" in name or "base" in name
    ]


def test_an_adapted_model_is_not_written_as_a_plain_one(tiny_model: MiniGPTModel) -> None:
    Lora().attach(tiny_model, seed=0)
    with pytest.raises(ModelError, match="Merge or detach"):
        model_files(tiny_model)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"model_type": "qwen3"}, "do not fit config.json"),
        ({"model_type": None}, "does not say what kind of model it is"),
        ({"model_type": ["minigpt"]}, "does not say what kind of model it is"),
        ({"auto_map": {"AutoModel": "evil.Model"}}, "refused because of auto_map"),
        ({"trust_remote_code": True}, "refused because of trust_remote_code"),
        ({"_attn_implementation": "evil/kernel"}, "refused because of _attn_implementation"),
        ({"architectures": ["MiniGPT"], "deep": [{"auto_map": 1}]}, "refused because of auto_map"),
        ({"quantization_config": {}}, "quantization_config"),
        ({"architectures": ["GPT2"]}, "architectures"),
        ({"dtype": "float16"}, "dtype"),
        ({"d_model": "32"}, "d_model"),
        ({"d_model": True}, "d_model"),
        ({"d_model": 32.0}, "d_model"),
        ({"d_model": 10**30}, "d_model"),
        ({"n_heads": 5}, "not a multiple of n_heads 5"),
        ({"n_layers": 0}, "n_layers"),
        ({"vocab_size": None}, "vocab_size"),
        ({"vocab_size": 12}, "knows 13 tokens, and config.json says 12"),
        ({"n_layers": 3}, "no tensor for blocks.2.*and 13 more"),
        ({"n_layers": 1}, "no place for blocks.1"),
        ({"d_ff": 65}, r"linear1.bias is 64 where 65 is needed"),
    ],
)
def test_a_config_that_does_not_fit_is_refused(folder: Path, fields: dict[str, Any], reason: str) -> None:
    change(folder / "config.json", **fields)
    with pytest.raises(ModelError, match=reason):
        read_model(folder)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"model": {"type": "BPE", "vocab": {}, "merges": []}}, "of type BPE, not WordLevel"),
        ({"model": {"type": "WordLevel", "vocab": ["die"]}}, "not numbers by token"),
        ({"model": {"type": "WordLevel", "vocab": {"a": True}}}, "not numbers by token"),
        ({"model": {"type": "WordLevel", "vocab": {"a": 0, "b": 2}}}, "are not 0, 1, 2"),
        ({"model": {"type": "WordLevel", "vocab": {"a": 0, "b": 0}}}, "are not 0, 1, 2"),
        ({"model": {"type": "WordLevel", "vocab": {"a b": 0}}}, "no single word"),
        ({"model": {"type": "WordLevel", "vocab": {"": 0}}}, "no single word"),
        ({"model": 5}, "not WordLevel"),
        ({"normalizer": {"type": "Replace", "pattern": {"Regex": "(a+)+$"}, "content": ""}}, "normalizer is not as"),
        ({"pre_tokenizer": {"type": "Whitespace"}}, "pre_tokenizer is not as"),
        ({"added_tokens": [{"id": 0, "content": "x"}]}, "added_tokens is not as"),
        ({"surprise": 1}, "surprise is not as"),
    ],
)
def test_a_tokenizer_that_is_no_word_tokenizer_is_refused(folder: Path, fields: dict[str, Any], reason: str) -> None:
    change(folder / "tokenizer.json", **fields)
    with pytest.raises(ModelError, match=reason):
        read_model(folder)


def test_special_tokens_must_come_first(folder: Path) -> None:
    content = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    vocabulary = content["model"]["vocab"]
    vocabulary["<pad>"], vocabulary["die"] = vocabulary["die"], vocabulary["<pad>"]
    change(folder / "tokenizer.json", model=content["model"])
    with pytest.raises(ModelError, match="first tokens"):
        read_model(folder)


def test_numbers_of_another_type_are_refused(folder: Path) -> None:
    tensors = read_tensors(folder / "model.safetensors")
    tensors["head.bias"] = tensors["head.bias"].half()
    (folder / "model.safetensors").write_bytes(tensors_to_bytes(tensors))
    with pytest.raises(ModelError, match=r"32-bit numbers in head\.bias"):
        read_model(folder)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":1,"a":1}', b"null"])
def test_broken_files_are_our_error(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(ModelError, match=name):
        read_model(folder)


def test_a_truncated_model_is_refused(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ModelError, match="cut off"):
        read_model(folder)


def test_folders_that_are_none_are_refused(folder: Path, tmp_path: Path) -> None:
    for path, reason in {
        tmp_path / "nowhere": "does not exist",
        folder / "config.json": "it is a file",
        tmp_path: "config.json is missing",
        tmp_path / ("n" * 300): "cannot be read|does not exist",
        tmp_path / "nu\0ll": "does not exist|cannot be read",
    }.items():
        with pytest.raises(ModelError, match=reason):
            read_model(path)


def test_pickled_weights_are_never_opened(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"pytorch_model\.bin.*can run code.*safetensors version"):
        read_model(folder)


def test_a_link_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        outside = (folder / name).rename(tmp_path / name)
        (folder / name).symlink_to(outside)
        with pytest.raises(ModelError, match=f"{name} is a link that leads out"):
            read_model(folder)
        (folder / name).unlink()
        outside.rename(folder / name)
    read_model(folder)


def test_a_config_of_great_size_is_refused(folder: Path) -> None:
    with (folder / "config.json").open("r+b") as file:
        file.truncate(10**9)
    with pytest.raises(ModelError, match="larger than 1024 KiB"):
        read_model(folder)
