"""LoRA+: LoRA whose B learns faster than its A (Hayou et al. 2024, arXiv:2402.12354)."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any, ClassVar, Self

from lora_studio.core.methods.lora import Lora
from lora_studio.core.settings import setting

if TYPE_CHECKING:
    from lora_studio.core.methods.attachment import Attachment
    from lora_studio.core.models.language_model import LanguageModel


class LoraPlus(Lora):
    """LoRA with learning rate η for A and `ratio`·η for B; §4 of the paper. What it saves is a plain LoRA adapter."""

    name: ClassVar[str] = "lora-plus"
    title: ClassVar[str] = "LoRA+"
    usual_learning_rate: ClassVar[float] = 1e-3
    summary: ClassVar[str] = "LoRA whose second matrix learns faster than its first, which saves steps."

    ratio: float = setting(
        16.0, "Ratio of learning rates", "How many times faster B learns than A. The paper's choice: 16.",
        formula="η(B) = λ · η(A)", logarithmic=True, ge=1, le=1024,
    )  # fmt: skip

    @property
    def adapter_kind(self) -> str:
        return Lora.name

    def attach(self, model: LanguageModel, seed: int) -> Attachment:
        from lora_studio.core.methods.lora_linear import lora_layers
        from lora_studio.core.methods.lora_plus_attachment import LoraPlusAttachment

        return LoraPlusAttachment(model, self, lora_layers(model, self, seed), seed)

    @classmethod
    def from_peft(cls, config: Mapping[str, Any], saved_whole: Set[str]) -> Self | None:
        del config, saved_whole  # a file does not tell how fast B learned
        return None
