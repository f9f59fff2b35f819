"""Prompt tuning: trained virtual tokens before every input (Lester et al. 2021, arXiv:2104.08691)."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from lora_studio.core.methods.base import Method
from lora_studio.core.settings import setting

if TYPE_CHECKING:
    from lora_studio.core.methods.attachment import Attachment
    from lora_studio.core.models.language_model import LanguageModel

NO_MERGE = (
    "It works through virtual tokens before the input, which are no part of the weights. Save the adapter instead."
)


def virtual_tokens(count: int, blocks: int, width: int, heads: int) -> dict[str, object]:
    """What PEFT wants to know about tokens that stand before the input."""
    return {
        "num_virtual_tokens": count,
        "num_layers": blocks,
        "token_dim": width,
        "num_attention_heads": heads,
        "num_transformer_submodules": 1,
        "task_type": "CAUSAL_LM",
    }


class PromptTuning(Method):
    """`tokens` trained vectors stand before the embedded input; all else is frozen. §2 of the paper."""

    name: ClassVar[str] = "prompt"
    title: ClassVar[str] = "Prompt tuning"
    usual_learning_rate: ClassVar[float] = 5e-2
    summary: ClassVar[str] = "Freezes the model and trains a few virtual words that stand before every input."
    no_merge: ClassVar[str] = NO_MERGE
    changes_nothing_at_first: ClassVar[bool] = False
    peft_type: ClassVar[str] = "PROMPT_TUNING"

    tokens: int = setting(
        8, "Virtual tokens",
        "How many trained vectors stand before the input. 8 for MiniGPT, 20 to 100 for large models.",
        formula="x' = [p₁ … pₙ, x₁ … xₜ]", unit="tokens", ge=1, le=10_000,
    )  # fmt: skip
    start: Literal["random", "text"] = setting(
        "random", "Start with", "Random vectors as long as word vectors, or the words of a text.",
        labels={"random": "Random vectors", "text": "The words of a text"},
    )  # fmt: skip
    text: str = setting(
        "", "Text", "Its words are repeated or cut to the number of virtual tokens.",
        editor="text", shown_if=("start", "text"), max_length=10_000,
    )  # fmt: skip

    @property
    def label(self) -> str:
        return f"Prompt {self.tokens}"

    def attach(self, model: LanguageModel, seed: int) -> Attachment:
        from lora_studio.core.methods.virtual_tokens import attach_prompt

        return attach_prompt(model, self, seed)

    def to_peft(self, model: LanguageModel) -> dict[str, object]:
        return {
            **virtual_tokens(self.tokens, len(model.blocks), model.width, model.key_value_shape[0]),
            "prompt_tuning_init": "RANDOM",  # TEXT would make PEFT look for a tokenizer by name
            "prompt_tuning_init_text": None,
            "tokenizer_name_or_path": None,
        }

    @classmethod
    def from_peft(cls, config: Mapping[str, Any], saved_whole: Set[str]) -> Self | None:
        del saved_whole
        return cls(tokens=config["num_virtual_tokens"])
