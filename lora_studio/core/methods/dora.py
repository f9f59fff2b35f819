"""DoRA: LoRA on the direction of each row, and a trained length (Liu et al. 2024, arXiv:2402.09353)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from lora_studio.core.methods.lora import Lora

if TYPE_CHECKING:
    from lora_studio.core.methods.attachment import Attachment
    from lora_studio.core.models.language_model import LanguageModel


class Dora(Lora):
    """W' = m ⊙ (W₀ + s·BA) / ‖W₀ + s·BA‖ with the norm of each output row and m trained; eq. 5 of the paper."""

    name: ClassVar[str] = "dora"
    title: ClassVar[str] = "DoRA"
    summary: ClassVar[str] = "LoRA that also trains the length of each row of weights; closer to full fine-tuning."
    uses_dora: ClassVar[bool] = True

    def attach(self, model: LanguageModel, seed: int) -> Attachment:
        from lora_studio.core.methods.dora_linear import DoraLinear
        from lora_studio.core.methods.lora_linear import LoraAttachment, lora_layers

        return LoraAttachment(model, self, lora_layers(model, self, seed, DoraLinear), seed)
