"""LoRA: frozen weights plus a trained low-rank correction (Hu et al. 2022, arXiv:2106.09685)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Set
from pathlib import PureWindowsPath
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import field_validator

from lora_studio.core.methods.base import Method
from lora_studio.core.settings import setting

if TYPE_CHECKING:
    from lora_studio.core.methods.attachment import Attachment
    from lora_studio.core.models.language_model import LanguageModel

ATTENTION_TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj")
FEED_FORWARD_TARGETS = ("linear1", "linear2")
LONGEST_LABEL = 40  # of the layers' names together
ALL_LINEAR = "all-linear"  # PEFT's word for every linear layer inside the blocks

PLAIN_NAME = re.compile(r"[A-Za-z0-9_]{1,100}(\.[A-Za-z0-9_]{1,100}){0,20}")  # of a layer, or its end
_LETTERS = {"q_proj": "Q", "k_proj": "K", "v_proj": "V", "o_proj": "O"}


def is_meant(name: str, wanted: str) -> bool:
    """Whether `wanted` means the layer `name`, by PEFT's rule: it is the whole name, or its end after a dot."""
    return name == wanted or name.endswith(f".{wanted}")


class Lora(Method):
    """h = W₀x + s·BAx with A ~ N(0, 0.01²) of shape (r, d_in) and B = 0 of shape (d_out, r); §4.1 of the paper.

    s is α/r, or α/√r if it is rank-stabilised (Kalajdzievski 2023, arXiv:2312.03732).
    """

    name: ClassVar[str] = "lora"
    title: ClassVar[str] = "LoRA"
    summary: ClassVar[str] = "Freezes the model and trains two small matrices beside each chosen layer."
    peft_type: ClassVar[str] = "LORA"
    tensor_prefix: ClassVar[str] = "base_model.model."
    uses_dora: ClassVar[bool] = False

    rank: int = setting(
        4, "Rank r", "Size of the correction. 1 to try out, 4 for MiniGPT, 8 is the usual start, 16 for complex tasks.",
        formula="ΔW = s · B · A,   A ∈ ℝʳˣⁿ,   B ∈ ℝᵐˣʳ", ge=1, le=256,
    )  # fmt: skip
    alpha: float = setting(
        4.0, "Alpha α", "Strength of the correction: it is scaled by α / r. Usual: r or 2r.",
        formula="W' = W₀ + (α / r) · B · A", gt=0, le=1024,
    )  # fmt: skip
    rank_stabilised: bool = setting(
        False, "Rank-stabilised",
        "Scales by α / √r instead of α / r, so that large ranks learn as fast as small ones (rsLoRA).",
        formula="W' = W₀ + (α / √r) · B · A",
    )  # fmt: skip
    dropout: float = setting(
        0.0, "Dropout", "Share of the correction's inputs left out at random in training. 0, or 0.05 for small data.",
        formula="y = W₀ · x + s · B · A · dropout(x)", ge=0, le=0.9,
    )  # fmt: skip
    targets: tuple[str, ...] = setting(
        ATTENTION_TARGETS, "Target layers",
        "Which layers are corrected: v_proj for a single fact, all four projections for a new domain.",
        editor="layers", min_length=1, max_length=1000,
    )  # fmt: skip
    train_embeddings: bool = setting(
        True, "Train embeddings", "Also trains the word vectors; needed to learn words that are new to the base."
    )
    train_head: bool = setting(
        True, "Train head", "Also trains the output layer; needed to answer with words that are new to the base."
    )
    start_from: str = setting(
        "", "Start from", "An adapter whose matrices training goes on from; it must have the same rank and layers.",
        editor="adapter folder", max_length=4096,
    )  # fmt: skip

    @field_validator("targets")
    @classmethod
    def _plain_distinct_names(cls, targets: tuple[str, ...]) -> tuple[str, ...]:
        if not all(target == ALL_LINEAR or PLAIN_NAME.fullmatch(target) for target in targets):
            raise ValueError("target layers are plain names such as v_proj")
        return tuple(dict.fromkeys(targets))

    @property
    def scaling(self) -> float:
        return self.alpha / (math.sqrt(self.rank) if self.rank_stabilised else self.rank)

    @property
    def start_folder(self) -> str:
        return self.start_from

    def for_others(self) -> Self:
        return self.model_copy(update={"start_from": PureWindowsPath(self.start_from).name})  # splits at / and \

    @property
    def label(self) -> str:
        if set(self.targets) in ({*ATTENTION_TARGETS}, {*ATTENTION_TARGETS, *FEED_FORWARD_TARGETS}, {ALL_LINEAR}):
            return f"{self.title} all"
        named = "+".join(_LETTERS.get(target, target) for target in self.targets)
        shown = named if len(named) <= LONGEST_LABEL else f"{len(self.targets)} layers"
        return f"{self.title} {shown}"

    def attach(self, model: LanguageModel, seed: int) -> Attachment:
        from lora_studio.core.methods.lora_linear import attach_lora

        return attach_lora(model, self, seed)

    def to_peft(self, model: LanguageModel) -> dict[str, object]:
        from lora_studio.core.methods.lora_linear import target_names

        return {
            "r": self.rank,
            "lora_alpha": int(self.alpha) if self.alpha.is_integer() else self.alpha,
            "use_rslora": self.rank_stabilised,
            "lora_dropout": self.dropout,
            "target_modules": target_names(model, self.targets),
            "use_dora": self.uses_dora,
            **_PLAIN,
        }

    @classmethod
    def from_peft(cls, config: Mapping[str, Any], saved_whole: Set[str]) -> Self | None:
        if config["use_dora"] != cls.uses_dora:
            return None
        wanted = config["target_modules"]
        return cls(
            rank=config["r"],
            alpha=config["lora_alpha"],
            rank_stabilised=config["use_rslora"],
            dropout=min(config["lora_dropout"], 0.9),
            targets=(wanted,) if isinstance(wanted, str) else tuple(wanted),
            train_embeddings="embedding" in saved_whole,
            train_head="head" in saved_whole,
        )


_PLAIN: dict[str, object] = {  # what PEFT's form of LoRA also has, switched off
    "alpha_pattern": {},
    "bias": "none",
    "fan_in_fan_out": False,
    "init_lora_weights": True,
    "layers_pattern": None,
    "layers_to_transform": None,
    "rank_pattern": {},
}
