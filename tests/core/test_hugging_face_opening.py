"""Opening model folders: in every form that people have them, and refused with the reason when they are unsound."""

from __future__ import annotations

import gc
import json
import os
import shutil
import weakref
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from lora_studio.core.engine import Engine
from lora_studio.core.errors import ModelError
from lora_studio.core.models import devices, gpu_reading, weight_loading
from lora_studio.core.models.describing import summary_of
from lora_studio.core.models.fingerprints import fingerprint_of
from lora_studio.core.models.folder import read_model
from lora_studio.core.models.foreign_files import FlawError
from lora_studio.core.models.hugging_face import HuggingFaceModel
from lora_studio.core.models.memory import free_memory
from lora_studio.core.models.nf4 import Nf4Linear
from lora_studio.core.models.open_options import OpenOptions
from lora_studio.core.models.shapes import without_numbers
from lora_studio.core.models.tensor_stream import read_stored, stored_tensors
from tests.core.real_models import MIXTURES, open_tiny, tiny_folder, write_model_folder

pytestmark = pytest.mark.usefixtures("no_gpu")

IDS = torch.tensor([[5, 60, 100, 7, 300]])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound folder that a test may spoil."""
    return Path(shutil.copytree(tiny_folder("qwen3"), tmp_path / "model"))


@pytest.fixture
def sharded(tmp_path: Path) -> Path:
    return write_model_folder(tmp_path / "model", "qwen3", shards=3)


def opened(folder: Path, **options: str) -> HuggingFaceModel:
    model = read_model(folder, OpenOptions(**options))
    assert isinstance(model, HuggingFaceModel)
    return model


def change(path: Path, **fields: Any) -> None:
    """Sets fields of a JSON file; None removes."""
    content = json.loads(path.read_text("utf-8")) | fields
    path.write_text(json.dumps({name: value for name, value in content.items() if value is not None}), "utf-8")


def change_tensors(path: Path, changed: Callable[[dict[str, torch.Tensor]], object]) -> None:
    tensors = load_file(path)
    changed(tensors)
    save_file(tensors, path, {"format": "pt"})


# Sound folders


def test_shards_are_put_together(sharded: Path) -> None:
    assert len(list(sharded.glob("*.safetensors"))) >= 3
    assert torch.equal(opened(sharded).logits(IDS), open_tiny("qwen3").logits(IDS))


@pytest.mark.parametrize("stored", [torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("wanted", ["float32", "bfloat16", "float16"])
def test_weights_are_converted_as_transformers_does(tmp_path: Path, stored: torch.dtype, wanted: str) -> None:
    from transformers import AutoModelForCausalLM

    folder = write_model_folder(tmp_path / "model", "llama", dtype=stored)
    model = opened(folder, dtype=wanted)
    assert model.dtype is getattr(torch, wanted)
    assert model.precision == wanted
    reference = AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, wanted)).state_dict()
    found = model.network.state_dict()
    assert found.keys() == reference.keys()
    assert all(torch.equal(found[name], tensor) for name, tensor in reference.items())
    buffers = dict(model.network.named_buffers())
    same = dict(AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, wanted)).named_buffers())
    assert all(torch.equal(buffers[name], tensor) for name, tensor in same.items())


def test_the_cpu_gets_the_numbers_that_it_is_fast_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_model_folder(tmp_path / "model", "qwen3", dtype=torch.bfloat16)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.setattr(devices, "is_fast_at_bfloat16", lambda: True)
    assert opened(folder).dtype is torch.bfloat16
    monkeypatch.setattr(devices, "is_fast_at_bfloat16", lambda: False)
    assert opened(folder).dtype is torch.float32
    room = (folder / "model.safetensors").stat().st_size  # the half of what float32 takes
    monkeypatch.setattr(devices, "free_memory", lambda: room)
    assert opened(folder).dtype is torch.bfloat16
    monkeypatch.setattr(devices, "free_memory", lambda: room // 2)
    with pytest.raises(ModelError, match=r"needs 0\.0 GB of memory, and 0\.0 GB are free\. Open it in 4 bits"):
        opened(folder)


def test_free_memory_is_told() -> None:
    assert 0 < free_memory() < 2**50


@pytest.mark.parametrize("family", ["qwen3", "gpt2", "phi", "qwen3_moe"])
def test_linear_layers_are_rounded_while_they_are_read(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("bitsandbytes")
    waiting: list[int] = []
    rounding = weight_loading.round_linear

    def counted(network: Any, name: str) -> None:
        plain = [m for m in network.modules() if type(m) is torch.nn.Linear and not m.weight.is_meta]
        waiting.append(len(plain))
        rounding(network, name)

    monkeypatch.setattr(weight_loading, "round_linear", counted)
    model, plain = opened(tiny_folder(family), dtype="nf4"), open_tiny(family)
    assert all(isinstance(layer, Nf4Linear) for layer in model.linears().values())
    assert list(model.linears()) == list(plain.linears())
    assert model.precision == "nf4"
    assert model.parameter_count() == plain.parameter_count()
    scores, exact = model.logits(IDS).float(), plain.logits(IDS)
    assert 0 < (scores - exact).abs().mean() < 0.5 * exact.std()
    shape = without_numbers(model)
    assert shape.linears().keys() == model.linears().keys()
    assert all(layer.weight.codes.is_meta for layer in shape.linears().values())  # type: ignore[attr-defined]
    assert summary_of(model, "x").dtype == "nf4"
    assert summary_of(model, "x").bytes < summary_of(plain, "x").bytes
    if family not in MIXTURES:
        assert max(waiting) <= 3  # the head, and what is in hand: its weight may come before its bias


@pytest.mark.parametrize("family", ["gpt2", "qwen3_moe"])
def test_all_types_of_numbers_share_a_fingerprint(family: str, tmp_path: Path) -> None:
    pytest.importorskip("bitsandbytes")
    folder = write_model_folder(tmp_path / "model", family)
    found = {fingerprint_of(opened(folder, dtype=dtype)) for dtype in ("float32", "bfloat16", "float16", "nf4")}
    assert len(found) == 1
    other = write_model_folder(tmp_path / "other", family, seed=1)
    assert fingerprint_of(opened(other)) not in found


def test_one_number_changes_the_fingerprint_of_a_small_model(folder: Path) -> None:
    before = fingerprint_of(opened(folder))
    change_tensors(folder / "model.safetensors", lambda tensors: tensors["model.norm.weight"].add_(1e-5))
    assert fingerprint_of(opened(folder)) != before


def test_a_file_of_the_bare_transformer_is_enough(tmp_path: Path) -> None:
    """As the first GPT-2 is on the hub: no prefix, and masks that nobody needs."""
    folder = Path(shutil.copytree(tiny_folder("gpt2"), tmp_path / "model"))

    def older(tensors: dict[str, torch.Tensor]) -> None:
        for name in list(tensors):
            tensors[name.removeprefix("transformer.")] = tensors.pop(name)
        tensors["h.0.attn.bias"] = torch.ones(1, 1, 64, 64).tril()
        tensors["h.1.attn.masked_bias"] = torch.tensor(-1e4)

    change_tensors(folder / "model.safetensors", older)
    assert torch.equal(opened(folder).logits(IDS), open_tiny("gpt2").logits(IDS))


def test_a_tied_tensor_may_be_stored_twice(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_folder("qwen3", tied=True), tmp_path / "model"))
    weights = folder / "model.safetensors"
    change_tensors(weights, lambda t: t.update({"lm_head.weight": t["model.embed_tokens.weight"].clone()}))
    assert opened(folder).is_tied
    change_tensors(weights, lambda t: t["lm_head.weight"].mul_(-1))
    model = opened(folder)  # then it is not tied, whatever the configuration says: as in transformers
    assert not model.is_tied
    assert torch.equal(model.logits(IDS), -open_tiny("qwen3", tied=True).logits(IDS))


def test_links_within_the_folder_are_followed(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "kept")
    (folder / "model.safetensors").symlink_to("kept")
    assert torch.equal(opened(folder).logits(IDS), open_tiny("qwen3").logits(IDS))


def test_spare_rows_are_usual_and_missing_ones_refused(folder: Path) -> None:
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    last = len(tokenizer["model"]["vocab"])
    many = [
        {"id": last + i, "content": f"new{i}", "special": False, "normalized": False, "lstrip": False,
         "rstrip": False, "single_word": False}
        for i in range(9)
    ]  # fmt: skip
    tokenizer["added_tokens"] += many[:8]
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    assert opened(folder).vocabulary_size == 427
    tokenizer["added_tokens"] += many[8:]
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    with pytest.raises(
        ModelError, match=r"tokenizer\.json does not fit the model: it knows token number 427, and .* 427 rows"
    ):
        opened(folder)


# Waiting


def test_progress_is_told_by_bytes(sharded: Path) -> None:
    told: list[tuple[str, int, int]] = []
    model = read_model(sharded, progress=lambda what, done, total: told.append((what, done, total)))
    size = sum(tensor.nbytes for tensor in model.network.state_dict().values())
    assert {what for what, _, _ in told} == {"Reading weights"}
    assert {total for _, _, total in told} == {size}
    done = [done for _, done, _ in told]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, size)


class StoppedError(Exception):
    """What a person's cancelling raises."""


@pytest.mark.parametrize("family", ["qwen3", "mixtral"])
def test_cancelling_ends_the_opening(family: str) -> None:
    def stop(what: str, done: int, total: int) -> None:
        if done >= total // 2:
            raise StoppedError

    engine = Engine()
    engine.open("minigpt")
    with pytest.raises(StoppedError):
        engine.open(str(tiny_folder(family)), progress=stop)
    assert engine.variants.model.family == "minigpt"


@pytest.fixture
def no_collector() -> Iterator[None]:
    """The program collects cycles now and then only, so memory must come back without it."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("way", ["close", "open another"])
def test_closing_frees_the_weights(way: str) -> None:
    engine = Engine()
    engine.open(str(tiny_folder("qwen3")))
    engine.compare("die katze")
    held = [weakref.ref(parameter) for parameter in engine.variants.model.network.parameters()]
    if way == "close":
        engine.close()
    else:
        engine.open(str(tiny_folder("gpt2")))
    assert [reference() for reference in held] == [None] * len(held)


@pytest.mark.usefixtures("no_collector")
def test_the_old_model_goes_first_when_memory_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine()
    engine.open(str(tiny_folder("qwen3")))
    held = weakref.ref(next(engine.variants.model.network.parameters()))
    seen: list[object] = []
    engine.open(str(tiny_folder("gpt2")), progress=lambda *_: seen.append(held()))
    assert None not in seen
    held = weakref.ref(next(engine.variants.model.network.parameters()))
    seen = []
    room = (tiny_folder("qwen3") / "model.safetensors").stat().st_size
    monkeypatch.setattr(devices, "free_memory", lambda: room)
    engine.open(str(tiny_folder("qwen3")), progress=lambda *_: seen.append(held()))
    assert set(seen) == {None}


def test_too_little_memory_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr("lora_studio.core.models.gpu_reading.read_stored", full)
    with pytest.raises(ModelError, match=r"does not fit into the memory of CPU\. Open it in 4 bits"):
        opened(tiny_folder("qwen3"), device="cpu")


@pytest.mark.skipif(not hasattr(os, "preadv"), reason="the system reads one piece after the other only")
def test_several_threads_read_what_one_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu_reading, "CHUNK", 1000)
    path = folder / "model.safetensors"
    told: list[int] = []
    with path.open("rb") as file, ThreadPoolExecutor(3) as pool:
        reader = gpu_reading.ParallelReader(torch.device("cpu"), pool)
        for stored in stored_tensors(path):
            alone = read_stored(file, stored, lambda _: None)
            assert torch.equal(reader.read(file, stored, told.append), alone)
        assert max(told) == 1000

        def stop(_: int) -> None:
            raise StoppedError

        with pytest.raises(StoppedError):
            reader.read(file, max(stored_tensors(path), key=lambda one: one.size), stop)
        os.truncate(path, 5000)
        with pytest.raises(FlawError, match="it changed while it was read"):
            reader.read(file, stored, told.append)


# Unsound folders


CONFIGS: list[tuple[dict[str, Any], str]] = [
    ({"model_type": None}, "does not say what kind of model it is"),
    ({"model_type": 7}, "does not say what kind of model it is"),
    ({"model_type": "qwen99"}, "of type qwen99, which transformers .* does not know. Install a newer transformers"),
    ({"model_type": "t5"}, "models of type t5 do not continue texts"),
    ({"model_type": "clip"}, "models of type clip do not continue texts"),
    ({"vision_config": {"depth": 2}}, "it is more than a language model"),
    ({"transformers_weights": "other.safetensors"}, "transformers_weights names a weight file of its own"),
    ({"quantization_config": {"quant_method": "gptq"}}, r"rounded already \(quantization_config, gptq\)"),
    ({"auto_map": {"AutoModelForCausalLM": "evil.Model"}}, "refused because of auto_map"),
    ({"_attn_implementation": "evil/kernel"}, "refused because of _attn_implementation"),
    ({"deep": [{"trust_remote_code": True}]}, "refused because of trust_remote_code"),
    ({"_experts_implementation": "evil"}, "_experts_implementation is private"),
    ({"to_dict": {}}, "to_dict is no setting"),
    ({"hidden_size": "32"}, "hidden_size is 32, which is no size"),
    ({"hidden_size": 10**15}, "hidden_size is 1000000000000000, which is no size"),
    ({"hidden_size": True}, "hidden_size is True, which is no size"),
    ({"hidden_size": 48}, r"is .* where .* is needed"),
    ({"num_hidden_layers": 3, "layer_types": None}, r"no tensor for model.layers.2"),
    ({"num_hidden_layers": 10**6, "layer_types": None}, "1000000 layers, and 25 tensors"),
    ({"num_hidden_layers": 1, "layer_types": None}, r"no place for model.layers.1"),
    ({"num_attention_heads": 0}, "config.json"),
    ({"hidden_act": "evil"}, "describes no network that transformers can build"),
    ({"rope_parameters": {"rope_type": "evil"}}, "config.json"),
    ({"layer_types": ["evil", "evil"]}, "config.json"),
    ({"vocab_size": 5000}, "where 5000 × 32 is needed"),
    ({"vocab_size": 10}, "embedding has 10 rows"),
]


@pytest.mark.parametrize(("fields", "reason"), CONFIGS)
def test_a_config_that_is_unsound_is_refused(folder: Path, fields: dict[str, Any], reason: str) -> None:
    change(folder / "config.json", **fields)
    with pytest.raises(ModelError, match=reason) as caught:
        opened(folder)
    assert caught.value.advice


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not valid JSON"),
        ("[]", "no JSON object"),
        ('{"model_type": "qwen3", "model_type": "qwen3"}', "stands there twice"),
        ('{"model_type": "qwen3", "rope_theta": NaN}', "NaN is no JSON number"),
        ('{"model_type": "qwen3", "rope_theta": 1e999}', "too large"),
    ],
)
def test_a_config_that_is_no_strict_json_is_refused(folder: Path, text: str, reason: str) -> None:
    (folder / "config.json").write_text(text)
    with pytest.raises(ModelError, match=reason):
        opened(folder)


def no(name: str) -> Callable[[dict[str, torch.Tensor]], object]:
    return lambda tensors: tensors.pop(name)


NORM, Q = "model.norm.weight", "model.layers.0.self_attn.q_proj.weight"
TENSORS: list[tuple[Callable[[dict[str, torch.Tensor]], object], str]] = [
    (no(NORM), f"no tensor for {NORM}"),
    (no("lm_head.weight"), "no tensor for lm_head.weight"),
    (lambda t: t.update({"evil.weight": torch.ones(2)}), "no place for evil.weight"),
    (lambda t: t.update({f"evil.{NORM}": torch.ones(32)}), f"no place for evil.{NORM}"),
    (lambda t: t.update({NORM: torch.ones(31)}), f"{NORM} is 31 where 32 is needed"),
    (lambda t: t.update({"norm.weight": torch.ones(32)}), "two tensors for model.norm.weight"),
    (lambda t: t.update({Q: t[Q].to(torch.int8)}), rf"holds whole numbers where weights are needed \({Q}\)"),
    (lambda t: t[Q].fill_(float("nan")), f"{Q} holds NaN or infinity"),
    (lambda t: t[Q][3].fill_(float("-inf")), f"{Q} holds NaN or infinity"),
    (lambda t: t.update({"model.layers.0.self_attn.rotary_emb.inv_freq": torch.ones(8)}), ""),
]


@pytest.mark.parametrize(("spoil", "reason"), TENSORS)
def test_every_tensor_finds_its_place_and_every_place_its_tensor(
    folder: Path, spoil: Callable[[dict[str, torch.Tensor]], object], reason: str
) -> None:
    change_tensors(folder / "model.safetensors", spoil)
    if not reason:  # what the network computes by itself may be there
        assert torch.equal(opened(folder).logits(IDS), open_tiny("qwen3").logits(IDS))
        return
    with pytest.raises(ModelError, match=reason):
        opened(folder)


def test_large_finite_numbers_are_no_infinity(folder: Path) -> None:
    change_tensors(folder / "model.safetensors", lambda t: t[Q].fill_(3e38))
    assert opened(folder).linears()[Q.removesuffix(".weight")].weight.max() == pytest.approx(3e38)


def test_a_mixture_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_folder("mixtral"), tmp_path / "model"))
    change_tensors(folder / "model.safetensors", no("model.norm.weight"))
    with pytest.raises(ModelError, match=r"no tensor for model\.norm\.weight"):
        opened(folder)


def test_an_adapter_beside_a_mixture_is_not_applied_unseen(tmp_path: Path) -> None:
    folder = write_model_folder(tmp_path / "model", "mixtral")
    (folder / "adapter_config.json").write_text("{}")
    with pytest.raises(ModelError, match=r"holds an adapter beside the model .* Move the adapter's files"):
        opened(folder)


def test_numbers_that_float16_cannot_hold_are_refused(folder: Path) -> None:
    change_tensors(folder / "model.safetensors", lambda tensors: tensors["model.norm.weight"].fill_(1e6))
    with pytest.raises(ModelError, match=r"model\.norm\.weight holds numbers that are too large for float16\. Open"):
        opened(folder, dtype="float16")
    assert opened(folder, dtype="bfloat16").dtype is torch.bfloat16


def test_memory_that_torch_does_not_get_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes.")

    monkeypatch.setattr("lora_studio.core.models.gpu_reading.read_stored", full)
    with pytest.raises(ModelError, match="does not fit into the memory of CPU"):
        opened(folder, device="cpu")


def test_nothing_is_warned_of_a_row_that_begins_with_padding(caplog: pytest.LogCaptureFixture) -> None:
    from transformers.utils import logging

    model = open_tiny("gpt2")
    logging.enable_propagation()
    try:
        model.logits(torch.full((1, 3), model.padding_id))
    finally:
        logging.disable_propagation()
    assert not caplog.records


def test_a_missing_shard_is_named(sharded: Path) -> None:
    gone = sorted(sharded.glob("*.safetensors"))[1]
    gone.unlink()
    with pytest.raises(ModelError, match=rf"is incomplete: 1 of \d weight files are missing \({gone.name}\)"):
        opened(sharded)


def test_a_shard_that_is_cut_off_is_named(sharded: Path) -> None:
    part = sorted(sharded.glob("*.safetensors"))[1]
    part.write_bytes(part.read_bytes()[:-10])
    with pytest.raises(ModelError, match=f"{part.name} is not a sound safetensors file: it is cut off"):
        opened(sharded)


@pytest.mark.parametrize(
    "name",
    ["../model.safetensors", "/etc/passwd", "a/b.safetensors", "..\\x.safetensors", "C:x.safetensors", "x.bin", 7, ""],
)
def test_an_index_names_plain_files_only(sharded: Path, name: object) -> None:
    index = json.loads((sharded / "model.safetensors.index.json").read_text())
    index["weight_map"]["lm_head.weight"] = name
    (sharded / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(ModelError, match="is no plain name of a safetensors file"):
        opened(sharded)


def test_an_index_and_its_files_must_agree(sharded: Path) -> None:
    path = sharded / "model.safetensors.index.json"
    index = json.loads(path.read_text())
    names = sorted(set(index["weight_map"].values()))
    many = Counter(index["weight_map"].values()).most_common(1)[0][0]
    names.remove(many)
    names = [many, *names]
    first = next(name for name, file in index["weight_map"].items() if file == many)
    for changed, reason in (
        ({**index["weight_map"], first: names[1]}, f"{first} is not in the file that it names"),
        ({**index["weight_map"], "evil": names[1]}, "evil is not in the file that it names"),
        ({n: f for n, f in index["weight_map"].items() if n != first}, f"it does not name {first}"),
        ({}, "it has no weight_map"),
        ([], "it has no weight_map"),
    ):
        path.write_text(json.dumps({"weight_map": changed}))
        with pytest.raises(ModelError, match=reason):
            opened(sharded)
    path.write_text(json.dumps(index))
    change_tensors(sharded / names[1], lambda t: t.update({first: torch.ones(1)}))
    with pytest.raises(ModelError, match=f"{first} is in two files"):
        opened(sharded)


def test_pickled_weights_are_refused_with_the_way_to_convert(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"pytorch_model\.bin only\. Such a file can run code") as caught:
        opened(folder)
    command = caught.value.advice
    assert "python -c" in command
    assert "save_pretrained" in command
    assert str(folder) in command


def test_a_missing_tokenizer_is_refused_with_the_way_to_make_one(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"tokenizer\.json is missing") as caught:
        opened(folder)
    assert "AutoTokenizer" in caught.value.advice


@pytest.mark.parametrize("text", ["{}", "[]", '{"version": "1.0", "model": {"type": "Evil"}}', "nonsense"])
def test_an_unsound_tokenizer_is_refused(folder: Path, text: str) -> None:
    (folder / "tokenizer.json").write_text(text)
    with pytest.raises(ModelError, match=r"tokenizer\.json cannot be used"):
        opened(folder)


def test_companions_that_name_code_are_refused(folder: Path) -> None:
    change(folder / "tokenizer_config.json", auto_map={"AutoTokenizer": ["evil.py", None]})
    with pytest.raises(ModelError, match="refused because of auto_map"):
        opened(folder)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors", "tokenizer_config.json"])
def test_links_that_lead_out_are_refused(folder: Path, tmp_path: Path, name: str) -> None:
    (folder / name).rename(tmp_path / name)
    (folder / name).symlink_to(tmp_path / name)
    with pytest.raises(ModelError, match="leads out of its folder"):
        opened(folder)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"device": "cuda:99"}, "There is no device cuda:99"),
        ({"device": "nonsense"}, "There is no device nonsense"),
        ({"device": "meta"}, "There is no device meta"),
        ({"dtype": "int3"}, "int3 is no type of numbers"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, str], reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        opened(tiny_folder("qwen3"), **options)


def test_no_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="it does not exist"):
        opened(tmp_path / "nothing")
    with pytest.raises(ModelError, match=r"config\.json is missing"):
        opened(tmp_path)


def test_opening_leaves_the_generator_alone() -> None:
    torch.manual_seed(3)
    before = torch.get_rng_state()
    opened(tiny_folder("gpt2"))
    assert torch.equal(torch.get_rng_state(), before)
