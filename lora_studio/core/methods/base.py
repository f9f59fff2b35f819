"""What every method is: a frozen settings class that can attach itself to a model."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from lora_studio.core.settings import Settings

if TYPE_CHECKING:
    from lora_studio.core.methods.attachment import Attachment
    from lora_studio.core.models.language_model import LanguageModel


class Method(Settings, ABC):
    """A way to adapt a model; its fields are its hyperparameters.

    `name` is what files and the command line say, `title` what a person reads, `summary` one line of explanation.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]

    @abstractmethod
    def attach(self, model: LanguageModel, seed: int) -> Attachment:
        """Changes `model` in place; undo with the attachment's `detach`.

        Args:
            model: the base; its own tensors stay bit-identical.
            seed: of the generator that draws the trainable tensors' start.

        Raises:
            RecipeError: the settings do not fit this model.
        """

    @property
    @abstractmethod
    def label(self) -> str:
        """A short name for a variant made with these settings, e.g. "LoRA V"."""
