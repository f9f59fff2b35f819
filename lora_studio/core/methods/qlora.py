"""QLoRA: LoRA on a base that is rounded to 4 bits (Dettmers et al. 2023, arXiv:2305.14314)."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from lora_studio.core.methods.lora import Lora
from lora_studio.core.settings import setting

if TYPE_CHECKING:
    from lora_studio.core.methods.attachment import Attachment
    from lora_studio.core.models.language_model import LanguageModel


class Qlora(Lora):
    """LoRA beside linear layers in NF4; §3 of the paper. What it saves is a plain LoRA adapter.

    All linear layers inside the blocks are rounded, the corrected ones and the others. The base's own stay aside, so
    that it comes back bit for bit: here this shows what 4 bits cost and saves no memory.
    """

    name: ClassVar[str] = "qlora"
    title: ClassVar[str] = "QLoRA"
    summary: ClassVar[str] = (
        "LoRA on weights rounded to 4 bits, as where memory is short; the rounding costs some precision."
    )
    changes_nothing_at_first: ClassVar[bool] = False
    needs_package: ClassVar[str] = "bitsandbytes"

    adapter_bits: Literal[16, 32] = setting(
        32, "Precision of A and B", "16 bit halves the adapter; 32 bit is exact and costs little beside the base.",
        labels={16: "16 bit (bfloat16)", 32: "32 bit"},
    )  # fmt: skip

    def attach(self, model: LanguageModel, seed: int) -> Attachment:
        from lora_studio.core.methods.qlora_linear import attach_qlora

        return attach_qlora(model, self, seed)

    @classmethod
    def from_peft(cls, config: Mapping[str, Any], saved_whole: Set[str]) -> Self | None:
        del config, saved_whole  # a file does not tell how its base was rounded
        return None
