"""LoRA+'s attachment (Hayou et al. 2024, arXiv:2402.12354, §4)."""

from __future__ import annotations

from typing import Any

from torch import nn

from lora_studio.core.methods.lora_linear import LoraAttachment
from lora_studio.core.methods.lora_plus import LoraPlus


class LoraPlusAttachment(LoraAttachment):
    """LoRA+'s parameter groups: A and other matrices at η, B and all vectors at ratio·η, as PEFT groups them."""

    method: LoraPlus

    def parameter_groups(self, learning_rate: float) -> list[dict[str, Any]]:
        b = {id(layer.lora_B.weight) for layer in self.layers.values()}
        slow: list[nn.Parameter] = []
        fast: list[nn.Parameter] = []
        for tensor in self.tensors().values():
            (fast if tensor.ndim == 1 or id(tensor) in b else slow).append(tensor)
        return [
            {"params": slow, "lr": learning_rate},
            {"params": fast, "lr": learning_rate * self.method.ratio},
        ]
