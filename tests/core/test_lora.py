"""LoRA's layer and attachment against the formulas of the paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from lora_studio.core.errors import RecipeError
from lora_studio.core.methods import Lora
from lora_studio.core.methods.lora_linear import INITIAL_DEVIATION, LoraAttachment, LoraLinear, attach_lora
from lora_studio.core.models.folder import model_files
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.mini_gpt import MiniGPTModel

IDS = torch.tensor([[2, 3, 4, 5], [8, 9, 1, 0]])


def states(model: LanguageModel) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in model.network.state_dict().items()}


def assert_same(model: LanguageModel, before: dict[str, Tensor]) -> None:
    now = model.network.state_dict()
    assert now.keys() == before.keys()
    assert all(torch.equal(now[name], before[name]) for name in before)
    assert not any(parameter.requires_grad for parameter in model.network.parameters())


def shake(attachment: LoraAttachment, seed: int = 5) -> None:
    """As after training: no tensor is where it started."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for tensor in attachment.tensors().values():
            tensor.add_(torch.randn(tensor.shape, generator=generator) * 0.1)


@pytest.mark.parametrize("grown", [False, True])
@pytest.mark.parametrize("whole", [False, True])
def test_nothing_changes_at_the_start_bit_for_bit(tiny_model: MiniGPTModel, whole: bool, grown: bool) -> None:
    if grown:
        Growth(tiny_model, ["sofa", "wald"], seed=3)
    before = tiny_model.logits(IDS)
    attachment = Lora(train_embeddings=whole, train_head=whole).attach(tiny_model, seed=1)
    assert torch.equal(attachment.logits(IDS), before)
    assert torch.equal(tiny_model.logits(IDS), before)


@pytest.mark.parametrize("whole", [False, True])
def test_the_base_is_bit_identical_after_detach(tiny_model: MiniGPTModel, whole: bool) -> None:
    before, logits = states(tiny_model), tiny_model.logits(IDS)
    growth = Growth(tiny_model, ["sofa"], seed=3)
    attachment = attach_lora(tiny_model, Lora(train_embeddings=whole, train_head=whole), seed=1)
    attachment.logits(IDS).square().mean().backward()
    shake(attachment)
    adapted = attachment.logits(IDS)
    attachment.detach()
    growth.undo()
    assert_same(tiny_model, before)
    assert torch.equal(tiny_model.logits(IDS), logits)
    growth.apply()
    attachment.reattach()
    assert torch.equal(attachment.logits(IDS), adapted)


@pytest.mark.parametrize("targets", [("v_proj",), ("q_proj", "k_proj", "v_proj", "o_proj"), ("linear1", "linear2")])
def test_merging_equals_the_forward_pass(tiny_model: MiniGPTModel, targets: tuple[str, ...]) -> None:
    attachment = attach_lora(tiny_model, Lora(rank=3, alpha=7, targets=targets), seed=1)
    shake(attachment)
    adapted = attachment.logits(IDS)
    merged = attachment.merged_modules()
    attachment.detach()
    base = tiny_model.logits(IDS)
    for name, module in merged.items():
        parent, _, child = name.rpartition(".")
        setattr(tiny_model.network.get_submodule(parent), child, module)
    torch.testing.assert_close(tiny_model.logits(IDS), adapted, atol=1e-6, rtol=1e-6)
    assert (base - adapted).abs().max() > 1e-3


def test_a_and_b_get_the_gradients_of_the_formulas() -> None:
    """dL/dB = s · (dL/dh)ᵀ (A x)ᵀ and dL/dA = s · Bᵀ (dL/dh)ᵀ x, summed over the rows."""
    torch.manual_seed(0)
    layer = LoraLinear(nn.Linear(6, 5).requires_grad_(False), Lora(rank=2, alpha=3.0), torch.Generator().manual_seed(1))
    nn.init.normal_(layer.lora_B.weight)
    x = torch.randn(2, 4, 6)
    h = layer(x)
    (h**3).sum().backward()
    dh = (3 * h.detach() ** 2).reshape(-1, 5)  # (rows, d_out)
    rows = x.reshape(-1, 6)  # (rows, d_in)
    a, b, s = layer.lora_A.weight, layer.lora_B.weight, 3.0 / 2
    torch.testing.assert_close(h.detach(), layer.base(x) + s * (x @ a.T @ b.T).detach(), atol=1e-6, rtol=1e-6)
    torch.testing.assert_close(b.grad, s * dh.T @ (rows @ a.detach().T), atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(a.grad, s * b.detach().T @ dh.T @ rows, atol=1e-5, rtol=1e-5)
    assert isinstance(layer.base, nn.Linear)
    assert layer.base.weight.grad is None


def test_a_starts_small_and_b_at_zero(tiny_model: MiniGPTModel) -> None:
    attachment = attach_lora(tiny_model, Lora(rank=16, alpha=16), seed=1)
    a = torch.cat([layer.lora_A.weight.detach().flatten() for layer in attachment.layers.values()])
    assert abs(float(a.std()) / INITIAL_DEVIATION - 1) < 0.05
    assert all(not layer.lora_B.weight.any() for layer in attachment.layers.values())


def test_the_seed_decides_the_start(tiny_model: MiniGPTModel) -> None:
    def start(seed: int) -> Tensor:
        attachment = attach_lora(tiny_model, Lora(), seed)
        attachment.detach()
        return attachment.tensors()["blocks.0.attention.v_proj.lora_A.weight"]

    assert torch.equal(start(1), start(1))
    assert not torch.equal(start(1), start(2))


def test_the_reference_counts_4096_trainable_parameters(make_model: Callable[..., MiniGPTModel]) -> None:
    model = make_model(width=64)
    attachment = Lora(rank=4, train_embeddings=False, train_head=False).attach(model, seed=0)
    assert sum(tensor.numel() for tensor in attachment.tensors().values()) == 4096


@pytest.mark.parametrize("whole", [False, True])
def test_only_its_own_tensors_train(tiny_model: MiniGPTModel, whole: bool) -> None:
    attachment = Lora(targets=("v_proj",), train_embeddings=whole, train_head=whole).attach(tiny_model, seed=0)
    trains = {name for name, parameter in tiny_model.network.named_parameters() if parameter.requires_grad}
    assert trains == set(attachment.tensors())
    assert all(tensor.requires_grad for tensor in attachment.tensors().values())


@pytest.mark.parametrize(
    ("method", "reason"),
    [(Lora(rank=33), "at most 32"), (Lora(targets=("v_proj", "up_proj")), "no layer named up_proj.*v_proj")],
)
def test_settings_that_do_not_fit_leave_the_model_alone(tiny_model: MiniGPTModel, method: Lora, reason: str) -> None:
    before = states(tiny_model)
    with pytest.raises(RecipeError, match=reason):
        method.attach(tiny_model, seed=0)
    assert_same(tiny_model, before)


def test_merging_an_untrained_adapter_gives_the_base_bit_for_bit(tiny_model: MiniGPTModel) -> None:
    before = model_files(tiny_model)
    attachment = Lora().attach(tiny_model, seed=0)
    assert model_files(tiny_model, attachment.merged_modules()) == before  # B is zero: W' = W₀, bit for bit
