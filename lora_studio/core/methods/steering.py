"""Representation engineering: a direction in hidden states, added or taken out (Zou et al. 2023, arXiv:2310.01405)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from lora_studio.core.data.dataset import Dataset
from lora_studio.core.errors import DataError
from lora_studio.core.methods.base import Method
from lora_studio.core.settings import setting

if TYPE_CHECKING:
    from lora_studio.core.methods.attachment import Attachment
    from lora_studio.core.models.language_model import LanguageModel

STEER, ABLATE = "steer", "ablate"
MEANS, COMPONENT = "means", "component"
LOWEST, HIGHEST = -3.0, 3.0
FEWEST_PROMPTS = 2  # of a group


class RepresentationEngineering(Method):
    """Finds the direction that tells two groups of prompts apart; no gradients, only forward passes.

    Steering adds coefficient · distance · d after one block, where distance lies between the groups' means along d.
    Ablation takes d out of what every block writes: W' = W − d·dᵀ·W. Arditi et al. (2024, arXiv:2406.11717) take it
    out of the embedding too; here what a word means before the first block stays.
    """

    name: ClassVar[str] = "steering"
    title: ClassVar[str] = "Representation engineering"
    summary: ClassVar[str] = (
        "Finds the direction between two groups of prompts; adds it while the model reads, or takes it out of weights."
    )
    no_adapter: ClassVar[str] = "It is a direction in the hidden states, which PEFT has no form for."
    learns_by_gradients: ClassVar[bool] = False

    direction: Literal["means", "component"] = setting(
        MEANS, "Direction", "Between the groups' means, or the first principal component of all hidden states.",
        labels={MEANS: "Difference of means", COMPONENT: "First principal component"},
        formula="d = (m₁ − m₂) / ‖m₁ − m₂‖",
    )  # fmt: skip
    layer: int = setting(
        0, "After block",
        "Where the direction is taken. 0: at 60 % of the depth, where concepts usually stand out most.",
        labels={0: "automatic"}, ge=0, le=1000,
    )  # fmt: skip
    action: Literal["steer", "ablate"] = setting(
        STEER, "What to do with it", "Steer: add it while the model reads. Ablate: take it out of the weights.",
        labels={STEER: "Steer", ABLATE: "Ablate"},
        formula="h' = h + c · Δ · d\nW' = W − d · dᵀ · W",
    )  # fmt: skip
    coefficient: float = setting(
        1.0, "Coefficient", "Towards the first group; 1 is the distance between the groups, negative turns away.",
        formula="h' = h + c · Δ · d", shown_if=("action", STEER), ge=LOWEST, le=HIGHEST,
    )  # fmt: skip

    def check_data(self, datasets: Sequence[Dataset]) -> None:
        """Raises DataError: there are not two groups of prompts, or one is empty."""
        if len(datasets) != 2:
            raise DataError(
                "Two groups of prompts are compared; the number of ticked datasets is {count}.",
                advice="Tick exactly two datasets; the first is the one to move towards.",
                count=len(datasets),
            )
        for dataset in datasets:
            if not any(dataset.rows):
                raise DataError(
                    "The group of prompts {name} is empty.", advice="Add a few prompts to it.", name=dataset.name
                )
            if sum(map(bool, dataset.rows)) < FEWEST_PROMPTS:
                raise DataError(
                    "The group of prompts {name} has a single prompt, which tells no direction.",
                    advice="Add another one to it.",
                    name=dataset.name,
                )

    @property
    def label(self) -> str:
        return "Ablated" if self.action == ABLATE else "Steered"

    def attach(self, model: LanguageModel, seed: int) -> Attachment:
        from lora_studio.core.methods.steering_attachment import attach_steering

        del seed  # nothing is drawn
        return attach_steering(model, self)
