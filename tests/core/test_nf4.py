"""Weights in 4 bits against bitsandbytes' own layer, and QLoRA against peft's LoRA on such layers."""

from __future__ import annotations

import copy
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from lora_studio.core.adapters import adapter_files
from lora_studio.core.files import write_new_folder
from lora_studio.core.methods.qlora import Qlora
from lora_studio.core.models.language_model import LanguageModel, replace_module
from lora_studio.core.models.nf4 import Nf4Linear, frozen_linear
from lora_studio.core.variants import MergedAttachment
from tests.core.method_cases import FAMILIES, IDS

bitsandbytes = pytest.importorskip("bitsandbytes")
peft = pytest.importorskip("peft")

pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")

SIZES = [(64, 64), (256, 128), (32, 32), (96, 40), (160, 64), (66, 66), (33, 7), (1, 5)]  # of some, blocks cross rows


def plain(d_in: int, d_out: int, *, bias: bool = True) -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(d_in, d_out, bias=bias).requires_grad_(False)


def theirs(linear: nn.Linear) -> Any:
    """bitsandbytes' layer with the same weights, quantised."""
    layer = bitsandbytes.nn.Linear4bit(
        linear.in_features, linear.out_features, linear.bias is not None,
        compute_dtype=torch.float32, compress_statistics=True, quant_type="nf4",
    )  # fmt: skip
    layer.load_state_dict(linear.state_dict())
    return layer.to("cpu").requires_grad_(False)


def meant_by(codes: Tensor, state: Any) -> Tensor:
    """The weights that codes and a nested quantisation state stand for, written out."""
    scales = bitsandbytes.functional.dequantize_blockwise(state.absmax, state.state2) + state.offset  # (block,)
    halves = torch.stack([codes.view(-1) >> 4, codes.view(-1) & 15], dim=1).view(-1).long()  # the high half first
    each = scales.repeat_interleave(64)[: state.shape.numel()]
    meant: Tensor = (state.code[halves][: len(each)] * each).view(state.shape)
    return meant


@pytest.mark.parametrize(("d_in", "d_out"), SIZES)
def test_codes_and_weights_are_those_of_bitsandbytes(d_in: int, d_out: int) -> None:
    linear = plain(d_in, d_out)
    ours, other = Nf4Linear(linear), theirs(linear)
    assert torch.equal(ours.weight.codes[: len(other.weight.data)], other.weight.data)
    assert len(other.weight.data) <= len(ours.weight.codes) <= len(other.weight.data) + 31  # the last block is whole
    expected = meant_by(other.weight.data, other.weight.quant_state)
    torch.testing.assert_close(ours.weight.dequantised(), expected, atol=1e-7, rtol=1e-6)
    assert torch.equal(ours.plain().weight, ours.weight.dequantised())
    if d_in % 64 == 0:  # else bitsandbytes takes wrong scales on some CPUs, and starts a compiler for odd rows
        made = bitsandbytes.functional.dequantize_4bit(other.weight.data, other.weight.quant_state)
        assert torch.equal(ours.weight.dequantised(), made)


@pytest.mark.parametrize("bias", [True, False])
def test_the_layer_computes_what_bitsandbytes_computes(bias: bool) -> None:
    linear = plain(128, 40, bias=bias)
    x = torch.randn(3, 5, 128)
    ours, other = Nf4Linear(linear), theirs(linear)
    torch.testing.assert_close(ours(x), other(x), atol=1e-6, rtol=0)
    torch.testing.assert_close(ours(x), ours.plain()(x), atol=1e-6, rtol=0)
    assert 0 < (ours(x) - linear(x)).abs().max() < 0.5


def test_the_gradient_flows_through_the_rounded_weight_to_the_input_alone() -> None:
    ours = Nf4Linear(plain(96, 40))
    one = torch.randn(3, 5, 96, requires_grad=True)
    other = one.detach().clone().requires_grad_()
    ours(one).square().sum().backward()
    ours.plain()(other).square().sum().backward()
    torch.testing.assert_close(one.grad, other.grad, atol=1e-4, rtol=1e-5)
    assert not list(ours.parameters(recurse=True)) or not any(p.requires_grad for p in ours.parameters())


def test_rounding_twice_changes_nothing_more() -> None:
    once = Nf4Linear(plain(64, 64))
    again = Nf4Linear(once.plain())
    torch.testing.assert_close(again.weight.dequantised(), once.weight.dequantised(), atol=1e-2, rtol=0)


def test_a_copy_is_its_own_and_the_same() -> None:
    layer = Nf4Linear(plain(64, 64))
    twin = copy.deepcopy(layer)
    assert torch.equal(twin.weight.dequantised(), layer.weight.dequantised())
    twin.weight.codes.zero_()
    assert not torch.equal(twin.weight.dequantised(), layer.weight.dequantised())


def test_half_precision_weights_come_back_in_half_precision() -> None:
    linear = plain(64, 32).to(torch.bfloat16)
    layer = Nf4Linear(linear)
    assert layer.weight.dtype == layer.weight.dequantised().dtype == torch.bfloat16
    assert layer(torch.randn(2, 64, dtype=torch.bfloat16)).dtype == torch.bfloat16
    mixed: Tensor = frozen_linear(torch.randn(2, 64), layer.weight, None)
    assert mixed.dtype == torch.float32


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("targets", [("v_proj",), ("all-linear",)])
def test_qlora_says_and_learns_what_pefts_lora_on_four_bits_does(
    family: str, targets: tuple[str, ...], tmp_path: Path
) -> None:
    model = FAMILIES[family](width=64)  # below, blocks would cross rows
    attachment = Qlora(rank=2, alpha=3, targets=targets).attach(model, seed=1)
    with torch.no_grad():
        for index, tensor in enumerate(attachment.tensors().values()):
            tensor.add_(torch.randn(tensor.shape, generator=torch.Generator().manual_seed(index)) * 0.1)
    files = adapter_files(attachment, None, name="x", base_name="tiny", base_fingerprint="")
    write_new_folder(tmp_path / "ours", files)
    network = peft.PeftModel.from_pretrained(
        in_four_bits(FAMILIES[family](width=64)), str(tmp_path / "ours"), is_trainable=True
    )
    kinds = {type(module).__name__ for module in network.modules() if hasattr(module, "lora_A")}
    assert kinds == {"Linear4bit"}
    found = network(IDS)
    scores = getattr(found, "logits", found)
    torch.testing.assert_close(scores, attachment.logits(IDS), atol=1e-5, rtol=0)
    scores.square().mean().backward()
    attachment.logits(IDS).square().mean().backward()
    ours = attachment.tensors()
    seen = 0
    for name, tensor in network.named_parameters():
        if "lora_" in name:
            own = ours[name.removeprefix("base_model.model.").replace(".default", "")]
            torch.testing.assert_close(own.grad, tensor.grad, atol=1e-5, rtol=1e-3)
            seen += 1
    assert seen == len([name for name in ours if "lora_" in name])


def in_four_bits(model: LanguageModel) -> nn.Module:
    for name, linear in model.linears().items():
        replace_module(model.network, name, theirs(linear))
    model.network.is_loaded_in_4bit = True  # type: ignore[assignment] # how peft is told
    return model.network


@pytest.mark.parametrize("family", FAMILIES)
def test_merging_dequantises_first_and_the_exact_base_is_still_there_to_compare(family: str) -> None:
    model = FAMILIES[family]()
    base = model.logits(IDS)
    attachment = Qlora(targets=("v_proj",), train_embeddings=False, train_head=False).attach(model, seed=1)
    live = attachment.logits(IDS)
    assert (live - base).abs().max() > 1e-3  # what rounding costs
    merged, exact = MergedAttachment(attachment), MergedAttachment(attachment, unrounded=True)
    attachment.detach()
    merged.reattach()
    torch.testing.assert_close(model.logits(IDS), live, atol=1e-5, rtol=0)
    merged.detach()
    exact.reattach()
    torch.testing.assert_close(model.logits(IDS), base, atol=1e-6, rtol=0)  # B is zero
    exact.detach()
    assert torch.equal(model.logits(IDS), base)


QUIET = """
import torch
from torch import nn
from lora_studio.core.models.nf4 import Nf4Linear
import sys
Nf4Linear(nn.Linear(8, 8))
assert sys.modules.get("kernels", "absent") is not None
"""


def test_the_library_is_imported_without_a_word_and_without_fetching_code() -> None:
    """On CPUs with AVX-512 it would otherwise load a compiled kernel from the internet, or complain that it cannot."""
    done = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, text=True, check=True, timeout=120)
    assert (done.stdout, done.stderr) == ("", "")
    assert not logging.getLogger("bitsandbytes.backends.cpu.ops").disabled
