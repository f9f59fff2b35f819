"""Adapter folders that are unsound or do not fit: refused with the reason, the model as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from lora_studio.core.methods import Lora, Method
from lora_studio.core.methods.dora import Dora
from lora_studio.core.methods.freezing import LayerFreezing
from lora_studio.core.methods.prefix import PrefixTuning
from lora_studio.core.methods.prompt import PromptTuning
from lora_studio.core.methods.qlora import Qlora
from lora_studio.core.models.mini_gpt import MiniGPTModel
from tests.core.adapter_folders import (
    PREFIX,
    TENSORS,
    V0,
    as_earlier_version,
    assert_refused,
    change,
    change_tensors,
    write_adapter,
)

MakeModel = Callable[..., MiniGPTModel]
HOSTILE = "(a+)+$"


@pytest.fixture(params=["now", "earlier"])
def adapter_folder(adapter_folder: Path, request: pytest.FixtureRequest) -> Path:
    """The sound folder as this version writes it, and as the first one did."""
    if request.param == "earlier":
        as_earlier_version(adapter_folder)
    return adapter_folder


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"width": 16}, "embedding.weight is 14 × 32 where 14 × 16 is needed"),
        ({"n_layers": 3}, "no tensor for blocks.2.attention.v_proj.lora_A.weight"),
        ({"n_layers": 1}, "no place for blocks.1.attention.v_proj.lora_A.weight"),
        ({"words": ("die", "katze")}, "vocabulary has 13 tokens, the model's 4"),
        ({"words": tuple("abcdefghijk")}, "vocabulary of 13 tokens holds other words"),
        ({"seed": 1}, "made for tiny, does not fit tiny: .*weights are others"),
    ],
)
def test_an_adapter_for_another_base_is_refused(
    make_model: MakeModel, adapter_folder: Path, other: dict[str, Any], reason: str
) -> None:
    assert_refused(make_model(**other), adapter_folder, reason)


@pytest.mark.parametrize("words", [("die", "katze"), tuple("abcdefghijkl")])
def test_without_a_sidecar_the_shapes_still_tell(
    make_model: MakeModel, adapter_folder: Path, words: tuple[str, ...]
) -> None:
    (adapter_folder / "lora_studio.json").unlink()
    assert_refused(make_model(words=words[:5]), adapter_folder, "embedding.weight is 14 × 32 where . × 32 is needed")


def rename(old: str, new: str) -> Callable[[dict[str, Tensor]], object]:
    return lambda tensors: tensors.update({new: tensors.pop(old)})


def put(name: str, tensor: Tensor) -> Callable[[dict[str, Tensor]], object]:
    return lambda tensors: tensors.update({name: tensor})


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (rename(f"{V0}.lora_A.weight", f"{V0}.lora_C.weight"), "no tensor for .*lora_A.*no place for .*lora_C"),
        (rename(f"{V0}.lora_A.weight", f"{V0[:-6]}z_proj.lora_A.weight"), "no tensor for"),
        (rename(f"{V0}.lora_A.weight", "blocks.0.attention.v_proj.lora_A.weight"), "does not begin with"),
        (rename(f"{PREFIX}head.bias", f"{PREFIX}head.modules_to_save.bias"), "no place for head.modules_to_save.bias"),
        (lambda tensors: tensors.pop(f"{V0}.lora_B.weight"), "no tensor for blocks.0.attention.v_proj.lora_B"),
        (lambda tensors: tensors.clear(), "is empty"),
        (
            lambda tensors: [tensors.pop(name) for name in list(tensors) if "lora" in name],
            "no tensor for blocks.0.attention.v_proj.lora_A",
        ),
        (put(f"{PREFIX}a-b.lora_A.weight", torch.ones(1)), "no place for a-b"),
        (put(f"{PREFIX}a b.lora_A.weight", torch.ones(1)), "no place for a b"),
        (put(f"{PREFIX}extra", torch.ones(1)), "no place for extra"),
        (put(f"{PREFIX}norm.weight", torch.ones(32)), "no place for norm.weight"),
        (put(f"{PREFIX}head.lora_A.weight", torch.ones(4, 32)), "no place for head.lora_A.weight"),
        (put(f"{V0}.lora_A.weight", torch.ones(3, 32)), "is 3 × 32 where 4 × 32 is needed"),
        (put(f"{V0}.lora_A.weight", torch.ones(128)), "is 128 where 4 × 32 is needed"),
        (put(f"{V0}.lora_A.weight", torch.full((4, 32), torch.nan)), "NaN or infinity"),
        (put(f"{V0}.lora_A.weight", torch.ones(4, 32, dtype=torch.int32)), "whole numbers"),
        (put(f"{V0}.lora_A.weight", torch.full((4, 32), 1e300, dtype=torch.float64)), "too large for torch.float32"),
    ],
)
def test_every_tensor_finds_its_place_or_nothing_is_applied(
    tiny_model: MiniGPTModel, adapter_folder: Path, edit: Callable[[dict[str, Tensor]], object], reason: str
) -> None:
    change_tensors(adapter_folder, edit)
    assert_refused(tiny_model, adapter_folder, reason)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"target_modules": HOSTILE}, "no layer named"),
        ({"target_modules": ".*"}, "no tensor for"),
        ({"target_modules": r"(?!lm).*"}, r"target_modules: the expression uses \(\?!"),
        ({"target_modules": "all-linear"}, "no tensor for"),
        ({"target_modules": [HOSTILE]}, "target_modules: only plain names"),
        ({"target_modules": []}, "target_modules"),
        ({"target_modules": None}, "target_modules"),
        ({"target_modules": [1]}, "target_modules"),
        ({"target_modules": ["proj"]}, "no layer named proj"),
        ({"target_modules": ["q_proj"]}, "no tensor for .*q_proj"),
        ({"modules_to_save": [HOSTILE]}, "modules_to_save: only plain names"),
        ({"modules_to_save": ["norm"]}, "replaces norm; only embedding and head"),
        ({"modules_to_save": ["head"]}, "adds words, but not their rows in embedding"),
        ({"modules_to_save": None}, "adds words, but not their rows"),
        ({"r": 0}, "r: "),
        ({"r": True}, "r: "),
        ({"r": "4"}, "r: "),
        ({"r": 5}, "differ in r|is 4 × 32 where 5 × 32 is needed"),
        ({"r": 10**400}, "r: "),
        ({"lora_alpha": 0}, "lora_alpha"),
        ({"lora_alpha": "4"}, "lora_alpha"),
        ({"lora_alpha": True}, "lora_alpha"),
        ({"lora_alpha": 1e9}, "lora_alpha"),
        ({"lora_dropout": 2}, "lora_dropout"),
        ({"bias": "all"}, "bias: "),
        ({"peft_type": "LOHA"}, "of type LOHA; this version opens"),
        ({"task_type": "SEQ_CLS"}, "task_type"),
        ({"use_dora": True}, "differ in use_dora|no tensor for .*lora_magnitude_vector"),
        ({"use_dora": 1}, "use_dora: "),
        ({"peft_type": "PREFIX_TUNING"}, "prefix|num_virtual_tokens"),
        ({"use_rslora": "yes"}, "use_rslora"),
        ({"rank_pattern": {"v_proj": 8}}, "differ in rank_pattern|is 4 × 32 where 8 × 32 is needed"),
        ({"rank_pattern": {"v_proj": 0}}, "rank_pattern"),
        ({"rank_pattern": {"v_proj": 257}}, "rank_pattern"),
        ({"alpha_pattern": {"v_proj": -1}}, "alpha_pattern"),
        ({"alpha_pattern": {"(?=a)": 8}}, r"alpha_pattern: the expression uses \(\?="),
        ({"layers_to_transform": [0]}, "differ in layers_to_transform|no layer named v_proj"),
        ({"layers_to_transform": [-1]}, "layers_to_transform"),
        ({"layers_to_transform": [0], "target_modules": ".*v_proj"}, "layers_to_transform means nothing"),
        ({"layers_to_transform": 0}, "differ in layers_to_transform|no layer named v_proj"),
        ({"layers_pattern": HOSTILE}, "layers_pattern"),
        ({"exclude_modules": "(?!a)"}, "exclude_modules"),
        ({"exclude_modules": ["v_proj"]}, "no layer named v_proj"),
        ({"exclude_modules": r".*\.0\..*"}, "no place for blocks.0"),
        ({"layer_replication": [[0, 2]]}, "layer_replication"),
        *(
            ({"init_lora_weights": start}, f"init_lora_weights: {start} changes the base")
            for start in ("pissa", "pissa_niter_4", "olora", "corda", "loftq", "lora_ga")
        ),
        ({"init_lora_weights": "surprise"}, "init_lora_weights: only"),
        *(
            ({name: value}, f"{name}: this version does not open")
            for name, value in {
                "lora_bias": True,
                "use_qalora": True,
                "alora_invocation_tokens": [1],
                "arrow_config": {"a": 1},
                "trainable_token_indices": [1],
                "target_parameters": ["a"],
                "use_bdlora": {"a": 1},
                "kasa_config": {"a": 1},
                "runtime_config": {"ephemeral_gpu_offload": True},
                "loftq_config": {"loftq_bits": 4},
            }.items()
        ),
        ({"auto_mapping": {"base_model_class": "x", "parent_library": "os"}}, "because of parent_library"),
        ({"auto_mapping": {"base_model_class": "x"}}, "auto_mapping"),
        ({"megatron_core": "os"}, "because of megatron_core"),
        ({"megatron_config": {"a": 1}}, "because of megatron_config"),
        ({"auto_map": {}}, "because of auto_map"),
        ({"trust_remote_code": False}, "because of trust_remote_code"),
        ({"eva_config": {"x": {"trust_remote_code": True}}}, "because of trust_remote_code"),
        ({"surprise": 1}, "surprise: not known to this version"),
        *(({"surprise": value}, "surprise: not known") for value in (0, "", True, {"a": None}, [None])),
        ({"evil\x1b[2J\n": 1}, r"evil\?\[2J\?: not known"),
        ({"k" * 5000: 1}, "kkk…"),
        ({f"key{i}": 1 for i in range(1000)}, "and 997 more"),
    ],
)
def test_a_config_outside_the_list_is_refused_by_name(
    tiny_model: MiniGPTModel, adapter_folder: Path, fields: dict[str, Any], reason: str
) -> None:
    change(adapter_folder / "adapter_config.json", **fields)
    assert_refused(tiny_model, adapter_folder, reason)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"format": 2}, "of format 2, and this version reads format 1"),
        ({"surprise": 1}, "surprise"),
        ({"new_words": ["a b"]}, "no single word"),
        ({"new_words": ["sofa", "sofa"]}, "twice"),
        ({"new_words": ["die"]}, "the model knows already"),
        ({"new_words": ["sofa", "wald"]}, "is 14 × 32 where 15 × 32 is needed"),
        ({"new_words": []}, "is 14 × 32 where 13 × 32 is needed"),
        ({"new_words": "sofa"}, "new_words"),
        ({"recipe": {"method": {"name": "evil"}}}, "no method named"),
        ({"recipe": []}, "recipe"),
        ({"method": {"name": "prompt"}}, "says prompt, and adapter_config.json says LORA"),
        ({"method": {"name": "evil"}}, "no method named"),
        ({"method": {"name": "lora", "targets": ["k_proj"]}}, "differ|no tensor for .*k_proj.lora_A"),
        ({"method": {"name": "lora", "targets": "v_proj"}}, "targets"),
        ({"method": {"name": "lora", "rank": "4"}}, "rank"),
        ({"method": {"name": "lora", "rank": 4.0}}, "rank"),
        ({"method": {"name": "lora", "rank": True}}, "rank"),
        ({"method": {"name": "lora", "alpha": "4"}}, "alpha"),
        ({"method": {"name": "lora", "train_head": "yes"}}, "train_head"),
        ({"method": {"name": "lora", "train_head": 1}}, "train_head"),
        ({"method": {"name": "qlora", "adapter_bits": "16"}}, "adapter_bits"),
        ({"method": {"name": ["lora"]}}, "no method named"),
        ({"base": {"fingerprint": "short"}}, "fingerprint"),
        ({"base": {"name": "other", "fingerprint": "0" * 64}}, "made for other, does not fit"),
    ],
)
def test_a_sidecar_that_cannot_be_used_is_refused(
    tiny_model: MiniGPTModel, adapter_folder: Path, fields: dict[str, Any], reason: str
) -> None:
    change(adapter_folder / "lora_studio.json", **fields)
    assert_refused(tiny_model, adapter_folder, reason)


@pytest.mark.parametrize(
    ("method", "fields", "reason"),
    [
        (Lora(), {"use_rslora": True}, "differ in use_rslora"),
        (Lora(), {"lora_alpha": 5}, "differ in lora_alpha"),
        (Lora(rank_stabilised=True), {"use_rslora": False}, "differ in use_rslora"),
        (Dora(), {"use_dora": False}, "differ in use_dora"),
        (Qlora(), {"r": 3}, "differ in r"),
        (PromptTuning(tokens=3), {"num_virtual_tokens": 4}, "differ in num_virtual_tokens"),
        (PrefixTuning(tokens=3), {"prefix_projection": True}, "differ in prefix_projection"),
    ],
)
def test_a_config_that_contradicts_the_sidecar_is_refused(
    tiny_model: MiniGPTModel, tmp_path: Path, method: Method, fields: dict[str, Any], reason: str
) -> None:
    folder = write_adapter(tiny_model, method, tmp_path / "adapter")
    change(folder / "adapter_config.json", **fields)
    assert_refused(tiny_model, folder, reason)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"method": None}, "does not name the method"),
        ({"method": {"name": "lora"}}, "says lora, and adapter_config.json says nothing"),
        ({"method": {"name": "evil"}}, "no method named"),
        ({"method": {"name": "freezing", "blocks": 3}}, "has 2 blocks"),
        ({"method": {"name": "freezing", "blocks": 2}}, "no tensor for blocks.0"),
        ({"method": {"name": "full"}}, "no tensor for blocks.0"),
        ({"method": {"name": "freezing", "blocks": -1}}, "greater than or equal to 0"),
        ({"method": {"name": "freezing", "surprise": 1}}, "surprise"),
        ({"method": ["freezing"]}, "method"),
    ],
)
def test_a_change_without_a_form_in_peft_is_judged_as_strictly(
    tiny_model: MiniGPTModel, tmp_path: Path, fields: dict[str, Any], reason: str
) -> None:
    folder = write_adapter(tiny_model, LayerFreezing(), tmp_path / "adapter")
    change(folder / "lora_studio.json", **fields)
    assert_refused(tiny_model, folder, reason)


@pytest.mark.parametrize("name", ["adapter_config.json", TENSORS, "lora_studio.json"])
@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":1,"a":1}', b"{}"])
def test_broken_files_are_our_error(tiny_model: MiniGPTModel, adapter_folder: Path, name: str, content: bytes) -> None:
    (adapter_folder / name).write_bytes(content)
    assert_refused(tiny_model, adapter_folder, name)


def test_a_truncated_adapter_is_refused(tiny_model: MiniGPTModel, adapter_folder: Path) -> None:
    whole = (adapter_folder / TENSORS).read_bytes()
    for length in (*range(0, 64, 7), len(whole) // 2, len(whole) - 1):
        (adapter_folder / TENSORS).write_bytes(whole[:length])
        assert_refused(tiny_model, adapter_folder, "cut off")


def test_a_folder_that_is_no_adapter_is_refused(tiny_model: MiniGPTModel, adapter_folder: Path, tmp_path: Path) -> None:
    assert_refused(tiny_model, tmp_path / "nowhere", "no adapter folder: it does not exist")
    assert_refused(tiny_model, adapter_folder / TENSORS, "no adapter folder: it is a file")
    assert_refused(tiny_model, tmp_path, f"no adapter folder: adapter_config.json, {TENSORS} is missing")


@pytest.mark.parametrize("config", [True, False])
def test_pickled_adapters_are_never_opened(tiny_model: MiniGPTModel, adapter_folder: Path, config: bool) -> None:
    (adapter_folder / TENSORS).rename(adapter_folder / "adapter_model.bin")
    if not config:
        (adapter_folder / "adapter_config.json").unlink()
    assert_refused(tiny_model, adapter_folder, r"holds adapter_model\.bin but no .*can run code.*safetensors version")


@pytest.mark.parametrize("name", ["adapter_config.json", TENSORS, "lora_studio.json"])
@pytest.mark.parametrize("way", ["absolute", "relative", "over a folder"])
def test_links_that_lead_out_are_refused(
    tiny_model: MiniGPTModel, adapter_folder: Path, tmp_path: Path, name: str, way: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    shutil.move(adapter_folder / name, outside / name)
    if way == "over a folder":
        (adapter_folder / "below").symlink_to(outside)
        (adapter_folder / name).symlink_to(f"below/{name}")
    else:
        (adapter_folder / name).symlink_to(outside / name if way == "absolute" else f"../outside/{name}")
    assert_refused(tiny_model, adapter_folder, "leads out of its folder")


def test_an_adapted_model_takes_no_second_adapter(tiny_model: MiniGPTModel, adapter_folder: Path) -> None:
    Lora(train_embeddings=False).attach(tiny_model, seed=0)
    assert_refused(tiny_model, adapter_folder, "attached already.*Detach it first")
