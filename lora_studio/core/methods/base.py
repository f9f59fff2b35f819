"""What every method is: a frozen settings class that can attach itself to a model."""

from __future__ import annotations

import importlib.util
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, ClassVar

from lora_studio.core.data.dataset import Dataset, is_too_short
from lora_studio.core.errors import DataError
from lora_studio.core.settings import Settings

if TYPE_CHECKING:
    from typing import Self

    from lora_studio.core.methods.attachment import Attachment
    from lora_studio.core.models.language_model import LanguageModel


class Method(Settings, ABC):
    """A way to adapt a model; its fields are its hyperparameters.

    `name` is what files and the command line say, `title` what a person reads, `summary` one line of explanation.
    `no_adapter` and `no_merge` say why a result cannot be saved as an adapter that PEFT loads, or folded into plain
    weights; empty where it can. `changes_nothing_at_first` promises that attaching leaves every answer as it was.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]

    usual_learning_rate: ClassVar[float] = 2e-3  # on MiniGPT
    no_adapter: ClassVar[str] = ""
    no_merge: ClassVar[str] = ""
    changes_nothing_at_first: ClassVar[bool] = True
    needs_package: ClassVar[str] = ""
    learns_by_gradients: ClassVar[bool] = True  # otherwise `Attachment.learn` takes the place of the training loop

    # PEFT's name of the kind, and what it puts before the name of a tensor; empty where PEFT has no such method.
    peft_type: ClassVar[str] = ""
    tensor_prefix: ClassVar[str] = ""

    @classmethod
    def missing_package(cls) -> str:
        """The package that this method needs and that is not installed; empty if it can run."""
        absent = bool(cls.needs_package) and importlib.util.find_spec(cls.needs_package) is None
        return cls.needs_package if absent else ""

    @abstractmethod
    def attach(self, model: LanguageModel, seed: int) -> Attachment:
        """Changes `model` in place; undo with the attachment's `detach`.

        Args:
            model: the base; its own tensors stay bit-identical.
            seed: of the generator that draws the trainable tensors' start.

        Raises:
            RecipeError: the settings do not fit this model.
        """

    def check_data(self, datasets: Sequence[Dataset]) -> None:
        """Raises DataError: these datasets cannot be learned from. By default: rows of at least two words."""
        rows = [row for dataset in datasets for row in dataset.rows if row]
        if not rows:
            raise DataError(
                "There is nothing to learn: {names} is empty.",
                advice="Add at least one row of two words.",
                names=", ".join(dataset.name for dataset in datasets),
            )
        short = [row for row in rows if is_too_short(row)]
        if len(short) == 1:
            raise DataError(
                "1 of {rows} rows is too short to learn from: “{row}”. A row needs at least two words.",
                advice="Add a word to it, or delete it.",
                rows=len(rows), row=short[0],
            )  # fmt: skip
        if short:
            raise DataError(
                "{count} of {rows} rows are too short to learn from, such as “{row}”: a row needs at least two words.",
                advice="Add a word to each, or delete them.",
                count=len(short), rows=len(rows), row=short[0],
            )  # fmt: skip

    @property
    @abstractmethod
    def label(self) -> str:
        """A short name for a variant made with these settings, e.g. "LoRA V"."""

    @property
    def start_folder(self) -> str:
        """The adapter whose tensors training starts from; empty if it starts afresh."""
        return ""

    @property
    def adapter_kind(self) -> str:
        """Training goes on from adapters of the same kind: the method's name, or that of one that saves the same."""
        return self.name

    def for_others(self) -> Self:
        """The settings as they travel with a result: without the folders of this machine."""
        return self

    def to_peft(self, model: LanguageModel) -> dict[str, object]:
        """What adapter_config.json says of these settings on `model`, beside what every such file says."""
        raise NotImplementedError(f"{self.name} has no form in PEFT")

    @classmethod
    def from_peft(cls, config: Mapping[str, Any], saved_whole: Set[str]) -> Self | None:
        """The settings that a checked adapter_config.json describes; None if it describes another method.

        Args:
            config: its fields, judged already; `peft_type` is this method's.
            saved_whole: which of "embedding" and "head" the file replaces as a whole.

        Raises:
            pydantic.ValidationError: a value lies outside what this method accepts.
        """
        del config, saved_whole
        return None
