"""Small and large tensors are computed with in different ways; both give the same numbers."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from lora_studio.core.methods import Method, dora_linear, qlora_linear
from lora_studio.core.methods.dora import Dora
from lora_studio.core.methods.qlora import Qlora
from lora_studio.core.training import flat_adam
from lora_studio.core.training.flat_adam import FlatAdam
from tests.core.tiny_mini_gpt import make_mini_gpt

IDS = torch.tensor([[2, 3, 4, 5], [8, 9, 1, 0]])


def logits_and_gradients(method: Method) -> list[Tensor]:
    attachment = method.attach(make_mini_gpt(), seed=1)
    tensors = attachment.tensors().values()
    with torch.no_grad():
        for index, tensor in enumerate(tensors):
            tensor.add_(torch.randn(tensor.shape, generator=torch.Generator().manual_seed(index)) * 0.1)
    logits = attachment.logits(IDS)
    logits.square().mean().backward()
    return [logits.detach(), *[tensor.grad for tensor in tensors if tensor.grad is not None]]


@pytest.mark.parametrize(
    ("module", "method"),
    [
        (dora_linear, Dora(alpha=7)),
        (qlora_linear, Qlora(alpha=7)),
        (qlora_linear, Qlora(targets=("v_proj",), adapter_bits=16)),
    ],
)
def test_small_and_large_layers_give_the_same(monkeypatch: pytest.MonkeyPatch, module: object, method: Method) -> None:
    if isinstance(method, Qlora):
        pytest.importorskip("bitsandbytes")
    small = logits_and_gradients(method)
    monkeypatch.setattr(module, "SMALL", 0)
    torch.testing.assert_close(logits_and_gradients(method), small, atol=1e-6, rtol=1e-4)


@pytest.mark.parametrize("limit", [0, 10, 1000])
def test_flat_adam_updates_as_adam_does_and_gives_everything_back(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr(flat_adam, "SMALL", limit)
    start = [torch.randn(3, 2), torch.randn(2, 8).T, torch.randn(5)]  # the second one lies column by column
    theirs = [nn.Parameter(tensor.clone()) for tensor in start]
    ours = [nn.Parameter(tensor.clone()) for tensor in start]
    adam = torch.optim.Adam(theirs, lr=0.1)
    flat = FlatAdam([{"params": ours[:2], "lr": 0.1}, {"params": ours[2:], "lr": 0.1}])
    for step in range(3):
        for tensors, optimizer in ((theirs, adam), (ours, flat)):
            optimizer.zero_grad()
            loss = sum((tensor * (step + 1)).sin().sum() for tensor in tensors)
            assert isinstance(loss, Tensor)
            loss.backward()
            optimizer.step()
    assert sum(tensor.numel() for tensor in flat.updated) == 27
    flat.release()
    assert all(tensor.grad is None for tensor in ours)
    assert len({tensor.untyped_storage().data_ptr() for tensor in ours}) == 3
    for mine, other, first in zip(ours, theirs, start, strict=True):
        torch.testing.assert_close(mine, other)
        assert mine.stride() == first.stride()
