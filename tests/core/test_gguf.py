"""Adapters and directions for llama.cpp: the files are read back with its own package, and mean the same layers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from click.testing import CliRunner
from torch import Tensor

from lora_studio.cli import EXPORTS, main
from lora_studio.core.adapters import exporting, gguf_files
from lora_studio.core.adapters.exporting import FORMATS
from lora_studio.core.adapters.gguf_names import FAMILIES as KNOWN
from lora_studio.core.engine import Engine
from lora_studio.core.errors import AdapterError, RecipeError, StorageError
from lora_studio.core.methods import Lora, Method
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.methods.dora import Dora
from lora_studio.core.methods.lora_linear import LoraAttachment
from lora_studio.core.methods.prompt import PromptTuning
from lora_studio.core.methods.steering import RepresentationEngineering
from lora_studio.core.methods.steering_attachment import SteeringAttachment, attach_steering
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.summaries import VariantSummary
from lora_studio.core.variants import Variant, traits
from tests.core.real_models import FAMILIES, open_tiny, tiny_folder

gguf = pytest.importorskip("gguf")

BARE: dict[str, Any] = {"train_embeddings": False, "train_head": False}
PROMPTS = ("die katze sitzt", "the cat sat on")


def shaken(method: Method, model: LanguageModel) -> Attachment:
    attachment = method.attach(model, seed=1)
    with torch.no_grad():
        for index, tensor in enumerate(attachment.tensors().values()):
            tensor.add_(torch.randn(tensor.shape, generator=torch.Generator().manual_seed(index)) * 0.1)
    return attachment


def lora(family: str, **settings: Any) -> LoraAttachment:
    attachment = shaken(
        Lora(**{"rank": 3, "alpha": 6, "targets": ("all-linear",), **BARE, **settings}), open_tiny(family)
    )
    assert isinstance(attachment, LoraAttachment)
    return attachment


def read(path: Path, content: bytes) -> Any:
    path.write_bytes(content)
    return gguf.GGUFReader(path)


def matrices(reader: Any) -> dict[str, Tensor]:
    return {tensor.name: torch.from_numpy(tensor.data.copy()) for tensor in reader.tensors}


def field(reader: Any, name: str) -> Any:
    return reader.fields[name].contents()


@pytest.mark.parametrize("family", [name for name in FAMILIES if name in KNOWN])
def test_every_layer_has_llama_cpps_name_and_order_of_rows(family: str, tmp_path: Path) -> None:
    attachment = lora(family)
    reader = read(tmp_path / "a.gguf", gguf_files.gguf_adapter_files(attachment, "x", "base")["adapter.gguf"])
    assert field(reader, "general.type") == "adapter"
    assert field(reader, "adapter.type") == "lora"
    assert field(reader, "general.architecture") in gguf.MODEL_ARCH_NAMES.values()
    found = matrices(reader)
    assert len(found) == 2 * len(attachment.layers)
    scale = field(reader, "adapter.lora.alpha") / 3
    for layer, module in attachment.layers.items():
        name, expected = converted(family, attachment.model, layer, module.weight_change())
        a, b = found[f"{name}.lora_a"], found[f"{name}.lora_b"]
        torch.testing.assert_close(scale * (b @ a), expected, atol=1e-6, rtol=1e-5)


def converted(family: str, model: LanguageModel, layer: str, weight: Tensor) -> tuple[str, Tensor]:
    """What llama.cpp's converter makes of a layer's whole weight, (d_out, d_in), and what it calls it."""
    config: Any = model.network.config
    heads, end = config.num_attention_heads, layer.rpartition(".")[2]
    names = {
        "q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v", "o_proj": "attn_output", "dense": "attn_output",
        "gate_proj": "ffn_gate", "up_proj": "ffn_up", "down_proj": "ffn_down", "qkv_proj": "attn_qkv", "fc1": "ffn_up",
        "gate_up_proj": "ffn_up", "fc2": "ffn_down", "c_attn": "attn_qkv", "c_fc": "ffn_up",
        "query_key_value": "attn_qkv",
        "dense_h_to_4h": "ffn_up", "dense_4h_to_h": "ffn_down",
        "c_proj": "attn_output" if ".attn." in layer else "ffn_down",
    }  # fmt: skip
    block = next(part for part in layer.split(".") if part.isdecimal())
    if family in {"llama", "mistral", "smollm3", "granite"} and end in {"q_proj", "k_proj"}:
        own = heads if end == "q_proj" else config.num_key_value_heads
        weight = weight.reshape(own, 2, weight.shape[0] // own // 2, -1).swapaxes(1, 2).reshape(weight.shape)
    if family in {"gpt_neox", "bloom"} and end == "query_key_value":
        parts = weight.reshape(heads, 3, -1, weight.shape[1])
        weight = torch.cat([parts[:, part].reshape(-1, weight.shape[1]) for part in range(3)])
    if family == "falcon" and end == "query_key_value":
        groups, width = config.num_kv_heads, weight.shape[1]
        parts = weight.view(groups, heads // groups + 2, width // heads, width)
        weight = torch.cat([part.reshape(-1, width) for part in (parts[:, :-2], parts[:, [-2]], parts[:, [-1]])])
    return f"blk.{block}.{names[end]}.weight", weight


def test_scalings_of_single_layers_go_into_b(tmp_path: Path) -> None:
    attachment = lora("qwen3", rank_stabilised=True, ranks="v_proj: 2", alphas="layers.1.self_attn.q_proj: 16")
    reader = read(tmp_path / "a.gguf", gguf_files.gguf_adapter_files(attachment, "x", "base")["adapter.gguf"])
    found = matrices(reader)
    for layer, end in (("0.self_attn.v_proj", "0.attn_v"), ("1.self_attn.q_proj", "1.attn_q")):
        a, b = (found[f"blk.{end}.weight.lora_{side}"] for side in "ab")
        change = field(reader, "adapter.lora.alpha") / len(a) * (b @ a)
        torch.testing.assert_close(change, attachment.layers[f"model.layers.{layer}"].weight_change())


def test_a_plain_adapter_keeps_its_bits(tmp_path: Path) -> None:
    attachment = lora("qwen3")
    found = matrices(read(tmp_path / "a.gguf", gguf_files.gguf_adapter_files(attachment, "x", "base")["adapter.gguf"]))
    layer = attachment.layers["model.layers.0.self_attn.q_proj"]
    assert torch.equal(found["blk.0.attn_q.weight.lora_a"], layer.lora_A.weight)
    assert torch.equal(found["blk.0.attn_q.weight.lora_b"], layer.lora_B.weight)


def engine_with(attachment: Attachment, family: str) -> Engine:
    engine = Engine()
    attachment.detach()  # the engine takes bare models
    engine.take(attachment.model, str(tiny_folder(family)))
    attachment.reattach()
    summary = VariantSummary("x", is_base=False, **traits(attachment))
    engine.variants.adopt(Variant(summary, None, attachment))
    return engine


@pytest.mark.parametrize("family", ["llama", "gpt_neox", "gpt2"])
def test_a_receipt_shows_that_the_file_says_the_same(family: str, tmp_path: Path) -> None:
    engine = engine_with(lora(family, rank_stabilised=True), family)
    before = engine.measure("x", PROMPTS).probabilities
    receipt = engine.export_adapter("x", "gguf", tmp_path / "out", PROMPTS)
    assert (receipt.kind, receipt.prompts, receipt.flipped) == ("gguf", 2, ())
    assert receipt.largest_change < 1e-6
    assert {entry.name for entry in (tmp_path / "out").iterdir()} == {"adapter.gguf", "Modelfile", "README.md"}
    assert torch.equal(engine.measure("x", PROMPTS).probabilities, before)
    lines = (tmp_path / "out" / "Modelfile").read_text().splitlines()
    assert lines[-2:] == [f"FROM {engine.variants.model.name}", "ADAPTER ./adapter.gguf"]


def steered(family: str, layer: int = 2, **settings: Any) -> SteeringAttachment:
    attachment = attach_steering(open_tiny(family), RepresentationEngineering(layer=layer, coefficient=1.5, **settings))
    list(attachment.learn((PROMPTS, ("der hund läuft", "yes no"))))
    return attachment  # type: ignore[return-value]


@pytest.mark.parametrize("family", ["llama", "gpt2"])
def test_a_direction_becomes_a_control_vector(family: str, tmp_path: Path) -> None:
    attachment = steered(family)
    engine = engine_with(attachment, family)
    receipt = engine.export_adapter("x", "gguf-vector", tmp_path / "out", PROMPTS)
    assert receipt.kind == "gguf-vector"
    assert receipt.largest_change < 1e-6
    reader = gguf.GGUFReader(tmp_path / "out" / "control-vector.gguf")
    assert field(reader, "general.architecture") == "controlvector"
    assert field(reader, "controlvector.model_hint") == family
    ((name, shift),) = matrices(reader).items()
    assert name == "direction.1"  # llama.cpp adds it after the second block
    torch.testing.assert_close(shift, 1.5 * attachment.distance * attachment.direction)
    base = engine.measure("Base", PROMPTS).probabilities
    assert (engine.measure("x", PROMPTS).probabilities - base).abs().max() > 1e-3


@pytest.mark.parametrize(
    ("make", "form", "reason"),
    [
        (lambda: lora("opt"), "gguf", "knows no models of the family opt"),
        (lambda: shaken(Dora(**BARE), open_tiny("llama")), "gguf", "no form for DoRA"),
        (lambda: shaken(Lora(), open_tiny("llama")), "gguf", "no place for a trained embedding"),
        (lambda: shaken(PromptTuning(), open_tiny("llama")), "gguf", "this method has none"),
        (lambda: lora("llama"), "gguf-vector", "this method has none"),
        (lambda: steered("llama", layer=1), "gguf-vector", "adds nothing after the first block"),
        (lambda: steered("llama", action="ablate"), "gguf-vector", "this method has none"),
        (lambda: steered("llama"), "peft", "PEFT has no form for"),
    ],
)
def test_what_has_no_form_there_is_refused_by_name(make: Any, form: str, reason: str, tmp_path: Path) -> None:
    attachment = make()
    engine = engine_with(attachment, attachment.model.family)
    assert reason in engine.export_obstacles("x")[form]
    with pytest.raises(RecipeError, match=reason):
        engine.export_adapter("x", form, tmp_path / "out", PROMPTS)
    assert not list(tmp_path.iterdir())


def test_without_the_package_its_name_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_with(lora("llama"), "llama")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(RecipeError, match="pip install gguf"):
        engine.export_adapter("x", "gguf", tmp_path / "out", PROMPTS)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    engine = engine_with(lora("llama"), "llama")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(StorageError, match="exists already"):
        engine.export_adapter("x", "gguf", tmp_path / "out", PROMPTS)
    assert [entry.name for entry in (tmp_path / "out").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("content", [b"", b"GGUF", b"\0" * 100])
def test_a_file_that_is_no_gguf_is_our_error(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "adapter.gguf").write_bytes(content)
    with pytest.raises(AdapterError, match=r"adapter\.gguf cannot be used"):
        gguf_files.read_gguf_adapter(tmp_path / "adapter.gguf", lora("llama"))


def test_the_command_line_exports(tmp_path: Path) -> None:
    engine = engine_with(lora("llama"), "llama")
    engine.save_adapter("x", tmp_path / "adapter")
    base = str(tiny_folder("llama"))
    told = CliRunner().invoke(
        main, ["export", base, str(tmp_path / "adapter"), str(tmp_path / "out"), "--format", "gguf", "--json"]
    )
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["receipt"]["kind"] == "gguf"
    assert (tmp_path / "out" / "adapter.gguf").exists()


def test_the_command_line_knows_every_form() -> None:
    assert tuple(form.name for form in FORMATS) == EXPORTS
    assert exporting.format_named("gguf") is FORMATS[1]
