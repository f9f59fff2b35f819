"""Merged models of every family open in plain transformers, with the same logits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from lora_studio.core.engine import Engine
from lora_studio.core.methods import Lora, Method
from lora_studio.core.methods.dora import Dora
from lora_studio.core.methods.steering import RepresentationEngineering
from lora_studio.core.models.open_options import OpenOptions
from lora_studio.core.models.opening import open_model
from lora_studio.core.summaries import VariantSummary
from lora_studio.core.variants import Variant, traits
from tests.core.real_models import FAMILIES, open_tiny, tiny_folder, write_model_folder

IDS = torch.tensor([[11, 45, 9, 77, 120, 300], [5, 5, 301, 80, 40, 7]])
PROMPTS = ("die katze sitzt", "the cat sat on")
BARE: dict[str, Any] = {"train_embeddings": False, "train_head": False}
BF16_BOUND = 0.06  # of a logit of about 1 to 10: merged weights are rounded to 8 bits once more


def shaken(engine: Engine, method: Method, *, untied: bool = False) -> Tensor:
    """Puts an adapted variant "x" on the engine's model, and returns its logits."""
    attachment = method.attach(engine.variants.model, seed=1)
    if untied:
        attachment.untie()
    with torch.no_grad():
        for index, tensor in enumerate(attachment.tensors().values()):
            tensor.add_(torch.randn(tensor.shape, generator=torch.Generator().manual_seed(index)) * 0.05)
    engine.variants.adopt(Variant(VariantSummary("x", is_base=False, **traits(attachment)), None, attachment))
    with torch.no_grad():
        return attachment.logits(IDS)


def opened(family: str, tied: bool | None = None) -> Engine:
    engine = Engine()
    engine.take(open_tiny(family, tied=tied), str(tiny_folder(family, tied=tied)))
    return engine


def in_transformers(folder: Path) -> Tensor:
    from transformers import AutoModelForCausalLM

    with torch.no_grad():
        found: Tensor = AutoModelForCausalLM.from_pretrained(folder, dtype="auto").eval()(IDS).logits
    return found


@pytest.mark.parametrize("method", [Lora(targets=("all-linear",)), Dora(targets=("all-linear",), **BARE)])
@pytest.mark.parametrize("family", FAMILIES)
def test_transformers_opens_the_merged_model_to_the_same_logits(family: str, method: Method, tmp_path: Path) -> None:
    engine = opened(family)
    expected = shaken(engine, method)
    receipt = engine.export_merged("x", tmp_path / "merged", PROMPTS)
    torch.testing.assert_close(in_transformers(tmp_path / "merged"), expected, atol=1e-5, rtol=1e-5)
    assert receipt.largest_change < 1e-5
    again = open_model(str(tmp_path / "merged"))
    torch.testing.assert_close(again.logits(IDS), expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("family", ["llama", "gpt2", "gpt_neox", "opt"])
@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize(
    ("settings", "untied"),
    [
        ({"train_head": False}, False), ({"train_embeddings": False}, False), ({}, False), ({}, True),
    ],
    ids=["embedding", "head", "both", "both, each by itself"],
)  # fmt: skip
def test_trained_ends_are_written_as_they_are(
    family: str, tied: bool, settings: dict[str, Any], untied: bool, tmp_path: Path
) -> None:
    engine = opened(family, tied)
    expected = shaken(engine, Lora(targets=("all-linear",), **settings), untied=untied)
    engine.export_merged("x", tmp_path / "merged", PROMPTS)
    torch.testing.assert_close(in_transformers(tmp_path / "merged"), expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("family", ["qwen3", "llama", "gpt2"])
def test_in_16_bit_the_logits_agree_within_a_bound(family: str, tmp_path: Path) -> None:
    folder = write_model_folder(tmp_path / "base", family, dtype=torch.bfloat16)
    engine = Engine()
    engine.take(open_model(str(folder), OpenOptions(device="cpu", dtype="bfloat16")), str(folder))
    expected = shaken(engine, Lora(targets=("all-linear",), **BARE))
    assert expected.dtype == torch.bfloat16
    engine.export_merged("x", tmp_path / "merged", PROMPTS)
    found = in_transformers(tmp_path / "merged")
    assert found.dtype == torch.bfloat16
    scale = expected.float().abs().max().item()
    assert (found.float() - expected.float()).abs().max().item() / scale < BF16_BOUND


def test_a_steered_model_with_biases_can_be_merged(tmp_path: Path) -> None:
    engine = opened("gpt2")
    attachment = RepresentationEngineering(layer=2).attach(engine.variants.model, 0)
    list(attachment.learn((PROMPTS, ("der hund läuft", "yes no"))))
    engine.variants.adopt(Variant(VariantSummary("x", is_base=False, **traits(attachment)), None, attachment))
    engine.export_merged("x", tmp_path / "merged", PROMPTS)
    with torch.no_grad():
        engine.variants.activate(engine.variants.named("x"))
        expected = attachment.logits(IDS)
    torch.testing.assert_close(in_transformers(tmp_path / "merged"), expected, atol=1e-5, rtol=1e-5)
