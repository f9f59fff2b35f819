"""Layer freezing: the first blocks keep what they know, the last ones train (Howard & Ruder 2018, arXiv:1801.06146)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from lora_studio.core.errors import RecipeError
from lora_studio.core.methods.base import Method
from lora_studio.core.settings import setting

if TYPE_CHECKING:
    from lora_studio.core.methods.attachment import Attachment
    from lora_studio.core.models.language_model import LanguageModel


class LayerFreezing(Method):
    """The last `blocks` transformer blocks of a copy train, and embeddings and head if they are switched on."""

    name: ClassVar[str] = "freezing"
    title: ClassVar[str] = "Layer freezing"
    usual_learning_rate: ClassVar[float] = 1e-3
    summary: ClassVar[str] = "Freezes the first blocks and trains the last ones, where a model is most specific."
    no_adapter: ClassVar[str] = (
        "It changes whole layers, so there is no small adapter to save. Export the merged model instead."
    )

    blocks: int = setting(
        1, "Last blocks that train", "How many of the last transformer blocks train. The reference: 1 of 2.",
        unit="blocks", ge=0, le=1000,
    )  # fmt: skip
    train_embeddings: bool = setting(
        True, "Train embeddings", "Also trains the word vectors; needed to learn words that are new to the base."
    )
    train_head: bool = setting(
        True, "Train head", "Also trains the output layer; needed to answer with words that are new to the base."
    )

    @property
    def label(self) -> str:
        return f"Frozen but {self.blocks}"

    def attach(self, model: LanguageModel, seed: int) -> Attachment:
        from lora_studio.core.methods.attachment import copies
        from lora_studio.core.methods.whole_modules import WholeModules, places_with_tensors

        del seed  # nothing is drawn
        names = model.block_names
        if self.blocks > len(names):
            raise RecipeError(
                "The model has {there} blocks; {wanted} of them should train.",
                advice="Choose at most {there}.",
                there=len(names), wanted=self.blocks,
            )  # fmt: skip
        places = [model.embedding_name] if self.train_embeddings else []
        for name in names[len(names) - self.blocks :]:
            places += places_with_tensors(model.network, name)
        places += [model.head_name] if self.train_head else []
        if not places:
            raise RecipeError(
                "Nothing is left to train.", advice="Choose at least one block, or switch embeddings or head on."
            )
        return WholeModules(model, self, copies(model, places))
