"""Full fine-tuning: every parameter trains."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from lora_studio.core.methods.base import Method

if TYPE_CHECKING:
    from lora_studio.core.methods.attachment import Attachment
    from lora_studio.core.models.language_model import LanguageModel


class FullFineTuning(Method):
    """All weights of a copy train; the original stands aside untouched."""

    name: ClassVar[str] = "full"
    title: ClassVar[str] = "Full fine-tuning"
    usual_learning_rate: ClassVar[float] = 1e-3
    summary: ClassVar[str] = "Trains every parameter: the most room to learn, and the most to forget."
    no_adapter: ClassVar[str] = (
        "It changes all weights, so there is no small adapter to save. Export the merged model instead."
    )

    @property
    def label(self) -> str:
        return "Full"

    def attach(self, model: LanguageModel, seed: int) -> Attachment:
        from lora_studio.core.methods.attachment import copies
        from lora_studio.core.methods.whole_modules import WholeModules, places_with_tensors

        del seed  # nothing is drawn
        return WholeModules(model, self, copies(model, places_with_tensors(model.network)))
