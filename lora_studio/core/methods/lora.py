"""LoRA: frozen weights plus a trained low-rank correction (Hu et al. 2022, arXiv:2106.09685)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import field_validator

from lora_studio.core.methods.base import Method
from lora_studio.core.settings import setting

if TYPE_CHECKING:
    from lora_studio.core.methods.attachment import Attachment
    from lora_studio.core.models.language_model import LanguageModel

ATTENTION_TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj")
FEED_FORWARD_TARGETS = ("linear1", "linear2")


class Lora(Method):
    """h = W₀x + (α/r)·BAx with A ~ N(0, 0.01²) of shape (r, d_in) and B = 0 of shape (d_out, r); §4.1 of the paper."""

    name: ClassVar[str] = "lora"
    title: ClassVar[str] = "LoRA"
    summary: ClassVar[str] = "Freezes the model and trains two small matrices beside each chosen layer."

    rank: int = setting(
        4, "Rank r", "Size of the correction. 1 to try out, 4 for MiniGPT, 8 is the usual start, 16 for complex tasks.",
        ge=1, le=256,
    )  # fmt: skip
    alpha: float = setting(
        4.0, "Alpha α", "Strength of the correction: it is scaled by α / r. Usual: r or 2r.", gt=0, le=1024,
    )  # fmt: skip
    targets: tuple[str, ...] = setting(
        ATTENTION_TARGETS, "Target layers",
        "Which layers are corrected: v_proj for a single fact, all four projections for a new domain.",
        min_length=1, max_length=32,
    )  # fmt: skip
    train_embeddings: bool = setting(
        True, "Train embeddings and head",
        "Also trains the word vectors and the output layer; needed to learn words that are new to the base.",
    )  # fmt: skip

    @field_validator("targets")
    @classmethod
    def _plain_distinct_names(cls, targets: tuple[str, ...]) -> tuple[str, ...]:
        if not all(target.isidentifier() for target in targets):
            raise ValueError("target layers are plain names such as v_proj")
        return tuple(dict.fromkeys(targets))

    @property
    def label(self) -> str:
        letters = {"q_proj": "Q", "k_proj": "K", "v_proj": "V", "o_proj": "O"}
        if set(self.targets) == set(ATTENTION_TARGETS):
            return "LoRA all"
        return "LoRA " + "+".join(letters.get(target, target) for target in self.targets)

    def attach(self, model: LanguageModel, seed: int) -> Attachment:
        from lora_studio.core.methods.lora_linear import attach_lora

        return attach_lora(model, self, seed)
