"""Prefix tuning: trained keys and values before every input, in every block (Li & Liang 2021, arXiv:2101.00190)."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any, ClassVar, Self

from lora_studio.core.methods.base import Method
from lora_studio.core.methods.prompt import NO_MERGE, virtual_tokens
from lora_studio.core.settings import setting

if TYPE_CHECKING:
    from lora_studio.core.methods.attachment import Attachment
    from lora_studio.core.models.language_model import LanguageModel


class PrefixTuning(Method):
    """`tokens` trained keys and values stand before those of the input in every block; all else is frozen.

    Reparametrised (§4.3 of the paper), they are the output of a small network that is dropped after training.
    """

    name: ClassVar[str] = "prefix"
    title: ClassVar[str] = "Prefix tuning"
    usual_learning_rate: ClassVar[float] = 5e-2
    summary: ClassVar[str] = "Freezes the model and trains what every block attends to before the input begins."
    no_merge: ClassVar[str] = NO_MERGE
    changes_nothing_at_first: ClassVar[bool] = False
    peft_type: ClassVar[str] = "PREFIX_TUNING"

    tokens: int = setting(
        8, "Virtual tokens",
        "How many trained keys and values stand before the input. 8 for MiniGPT, 10 to 200 for large models.",
        formula="softmax(q · [Pₖ; K]ᵀ / √d) · [Pᵥ; V]", unit="tokens", ge=1, le=10_000,
    )  # fmt: skip
    reparametrise: bool = setting(
        False, "Reparametrise",
        "Trains a small network that makes the prefix: steadier on large models, slower on small ones.",
        formula="P = W₂ · tanh(W₁ · E)",
    )  # fmt: skip
    hidden: int = setting(
        64, "Hidden size", "Width of that network. Usual: the model's own width, or 512.",
        shown_if=("reparametrise", True), ge=1, le=65_536,
    )  # fmt: skip

    @property
    def label(self) -> str:
        return f"Prefix {self.tokens}"

    def attach(self, model: LanguageModel, seed: int) -> Attachment:
        from lora_studio.core.methods.virtual_tokens import attach_prefix

        return attach_prefix(model, self, seed)

    def to_peft(self, model: LanguageModel) -> dict[str, object]:
        heads, d_head = model.key_value_shape
        return {
            **virtual_tokens(self.tokens, len(model.blocks), heads * d_head, heads),
            "prefix_projection": False,  # the file holds the prefix itself, without the network that made it
            "encoder_hidden_size": None,
        }

    @classmethod
    def from_peft(cls, config: Mapping[str, Any], saved_whole: Set[str]) -> Self | None:
        del saved_whole
        return cls(tokens=config["num_virtual_tokens"])
