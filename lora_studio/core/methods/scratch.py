"""Training from scratch: the same network, started at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from lora_studio.core.methods.base import Method

if TYPE_CHECKING:
    from lora_studio.core.methods.attachment import Attachment
    from lora_studio.core.models.language_model import LanguageModel


class Scratch(Method):
    """A network of the base's shape whose parameters are drawn anew from the run's seed; all of them train.

    Nothing of what the base has learned is left but its vocabulary, which grows by new words as for any method.
    """

    name: ClassVar[str] = "scratch"
    title: ClassVar[str] = "Training from scratch"
    usual_learning_rate: ClassVar[float] = 1e-3
    summary: ClassVar[str] = "Forgets all and learns from random numbers; the result can be the base of later runs."
    no_adapter: ClassVar[str] = (
        "It shares nothing with the base, so there is no adapter to save. Export the merged model instead."
    )
    changes_nothing_at_first: ClassVar[bool] = False

    @property
    def label(self) -> str:
        return "From scratch"

    def attach(self, model: LanguageModel, seed: int) -> Attachment:
        import torch

        from lora_studio.core.methods.attachment import copies
        from lora_studio.core.methods.whole_modules import WholeModules, places_with_tensors

        modules = copies(model, places_with_tensors(model.network))
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            for module in modules.values():
                model.draw(module)
        return WholeModules(model, self, modules)
