"""LoRA: frozen weights plus a trained low-rank correction (Hu et al. 2022, arXiv:2106.09685)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from pathlib import PureWindowsPath
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import field_validator

from lora_studio.core.methods.base import Method
from lora_studio.core.methods.layer_numbers import (
    HIGHEST_ALPHA,
    HIGHEST_RANK,
    PLAIN_NAME,
    alphas_in,
    number_for,
    plain,
    ranks_in,
    written,
)
from lora_studio.core.settings import setting

if TYPE_CHECKING:
    from lora_studio.core.methods.attachment import Attachment
    from lora_studio.core.models.language_model import LanguageModel

ATTENTION_TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj")
FEED_FORWARD_TARGETS = ("linear1", "linear2")
GATED_TARGETS = ("gate_proj", "up_proj", "down_proj")  # feed-forward layers of Llama and its kin
LONGEST_LABEL = 40  # of the layers' names together
ALL_LINEAR = "all-linear"  # PEFT's word for every linear layer inside the blocks

MOST_EXCEPTIONS = 100_000  # characters that name layers with a rank or an alpha of their own

_LETTERS = {"q_proj": "Q", "k_proj": "K", "v_proj": "V", "o_proj": "O"}


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
        formula="ΔW = s · B · A,   A ∈ ℝʳˣⁿ,   B ∈ ℝᵐˣʳ", ge=1, le=HIGHEST_RANK,
    )  # fmt: skip
    alpha: float = setting(
        4.0, "Alpha α", "Strength of the correction: it is scaled by α / r. Usual: r or 2r.",
        formula="W' = W₀ + (α / r) · B · A", gt=0, le=HIGHEST_ALPHA,
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
    ranks: str = setting(
        "", "Ranks of single layers", "Layers with a rank of their own, such as “up_proj: 16, k_proj: 2”.",
        advanced=True, max_length=MOST_EXCEPTIONS,
    )  # fmt: skip
    alphas: str = setting(
        "", "Alphas of single layers", "Layers with an alpha of their own, such as “up_proj: 32”.",
        advanced=True, max_length=MOST_EXCEPTIONS,
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

    @field_validator("ranks")
    @classmethod
    def _readable_ranks(cls, text: str) -> str:
        return written(ranks_in(text))

    @field_validator("alphas")
    @classmethod
    def _readable_alphas(cls, text: str) -> str:
        return written(alphas_in(text))

    def at(self, layer: str) -> Self:
        """The settings with the rank and alpha of the layer `layer`, given by its full name."""
        if not self.ranks and not self.alphas:
            return self
        rank, alpha = number_for(ranks_in(self.ranks), layer), number_for(alphas_in(self.alphas), layer)
        own = {"rank": self.rank if rank is None else rank, "alpha": self.alpha if alpha is None else alpha}
        return self.model_copy(update={**own, "ranks": "", "alphas": ""})

    @property
    def scaling(self) -> float:
        """s of a layer without an alpha or a rank of its own."""
        return self.alpha / (math.sqrt(self.rank) if self.rank_stabilised else self.rank)

    @property
    def start_folder(self) -> str:
        return self.start_from

    def for_others(self) -> Self:
        return self.model_copy(update={"start_from": PureWindowsPath(self.start_from).name})  # splits at / and \

    @property
    def label(self) -> str:
        attention = {*ATTENTION_TARGETS}
        everything = (attention, attention | {*FEED_FORWARD_TARGETS}, attention | {*GATED_TARGETS}, {ALL_LINEAR})
        if set(self.targets) in everything:
            return f"{self.title} all"
        named = "+".join(_LETTERS.get(target, target) for target in self.targets)
        shown = named if len(named) <= LONGEST_LABEL else f"{len(self.targets)} layers"
        return f"{self.title} {shown}"

    def attach(self, model: LanguageModel, seed: int) -> Attachment:
        from lora_studio.core.methods.lora_linear import attach_lora

        return attach_lora(model, self, seed)

    def to_peft(self, model: LanguageModel) -> dict[str, object]:
        from lora_studio.core.methods.lora_linear import target_names, targeted

        return {
            "r": self.rank,
            "lora_alpha": plain(self.alpha),
            "use_rslora": self.rank_stabilised,
            "lora_dropout": self.dropout,
            "target_modules": target_names(model, self.targets),
            "use_dora": self.uses_dora,
            **_PLAIN,
            "fan_in_fan_out": any(f"{name}.weight" in model.transposed for name in targeted(model, self.targets)),
            "rank_pattern": ranks_in(self.ranks),
            "alpha_pattern": {name: plain(alpha) for name, alpha in alphas_in(self.alphas).items()},
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
            ranks=config["ranks"],
            alphas=config["alphas"],
            train_embeddings="embedding" in saved_whole,
            train_head="head" in saved_whole,
        )


_PLAIN: dict[str, object] = {  # what PEFT's form of LoRA also has, switched off
    "bias": "none",
    "init_lora_weights": True,
    "layers_pattern": None,
    "layers_to_transform": None,
}
