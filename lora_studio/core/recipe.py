"""A recipe: everything that determines a run. Frozen, validated, read from and written to YAML."""

from __future__ import annotations

from typing import Annotated, Any

import yaml
from pydantic import BeforeValidator, PlainSerializer, ValidationError

from lora_studio.core.data.builtin import BUILTIN_DATASETS, FACT_CORRECTION, FACT_PROBES, TRAINING, Probe
from lora_studio.core.data.contradictions import uncontradicted, words_of
from lora_studio.core.data.dataset import Dataset
from lora_studio.core.data.held_back import held_back
from lora_studio.core.errors import DataError, RecipeError
from lora_studio.core.methods import Lora, Method, method_named
from lora_studio.core.settings import Settings, setting
from lora_studio.core.training_settings import Protection, TrainingSettings

__all__ = [
    "MAX_RECIPE_BYTES",
    "AnyDataset",
    "AnyMethod",
    "Protection",
    "Recipe",
    "TrainingSettings",
    "explain",
    "nothing_to_protect",
    "variant_name",
]

MAX_RECIPE_BYTES = 256 * 1024 * 1024
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # the one in C is ten times as fast


def _read_method(value: object) -> object:
    if isinstance(value, dict):
        fields = dict(value)
        name = fields.pop("name", None)
        if not all(isinstance(field, str) for field in fields):
            raise ValueError("the names of settings are text")
        try:
            return method_named(str(name))(**fields)
        except KeyError as error:
            raise ValueError(f"there is no method named {name!r}") from error
    return value


def _write_method(method: Method) -> dict[str, Any]:
    return {"name": method.name, **method.model_dump(mode="json")}


AnyMethod = Annotated[Method, BeforeValidator(_read_method), PlainSerializer(_write_method)]


def _read_dataset(value: object) -> object:
    """A dataset in a recipe is written out, or named if it is a built-in set."""
    if isinstance(value, str):
        for dataset in BUILTIN_DATASETS:
            if dataset.name == value:
                return dataset
        names = ", ".join(dataset.name for dataset in BUILTIN_DATASETS)
        raise ValueError(f"there is no built-in dataset named {value!r} (there are {names}); give name and rows")
    return value


AnyDataset = Annotated[Dataset, BeforeValidator(_read_dataset)]


def nothing_to_protect() -> DataError:
    return DataError(
        "There is nothing to protect: the base knows none of the kept rows, or the new ones contradict them all.",
        advice="Keep rows in words that the base knows, or switch protection off.",
    )


def variant_name(method: Method, protection: Protection) -> str:
    """What a variant made with these settings is called."""
    return f"{method.label}, protected" if protection.enabled and method.learns_by_gradients else method.label


class Recipe(Settings):
    """Everything that determines a run. `base` is "minigpt" (the bundled model) or a model folder.

    `kept` are rows that the base knows: forgetting is measured on them, and they are protected if `protection` says so.
    Those that the new rows contradict are left out. `held_out` rows are neither learned nor protected, only measured.
    """

    name: str = setting("LoRA V", "Name", "What the variant is called.", min_length=1, max_length=80)
    base: str = setting("minigpt", "Base model", "minigpt, or a model folder.", min_length=1)
    datasets: tuple[AnyDataset, ...] = setting((FACT_CORRECTION,), "Datasets", "The rows to learn.", min_length=1)
    method: AnyMethod = setting(Lora(targets=("v_proj",)), "Method", "How the model is adapted.")
    training: TrainingSettings = setting(TrainingSettings(), "Training", "How the run trains.")
    protection: Protection = setting(Protection(), "Protection", "Whether what the base knows is held in place.")
    kept: tuple[AnyDataset, ...] = setting((TRAINING,), "Kept rows", "What the base knows and should go on knowing.")
    held_out: tuple[AnyDataset, ...] = setting((), "Held-out rows", "Rows that are measured, but not protected.")
    probes: tuple[Probe, ...] = setting(FACT_PROBES, "Probes", "The prompts that are watched.")

    @property
    def rows(self) -> tuple[str, ...]:
        """All rows of all datasets, in order, empty ones left out."""
        return tuple(row for dataset in self.datasets for row in dataset.rows if row)

    @property
    def validation_rows(self) -> frozenset[str]:
        """Those of `rows` that are not learned, only measured; chosen by the seed."""
        if not self.method.learns_by_gradients:
            return frozenset()
        return held_back(self.rows, self.training.validation, self.training.seed)

    @property
    def rows_to_learn(self) -> tuple[str, ...]:
        """The rows whose words the model must have; none for a method that only reads them."""
        return self.rows if self.method.learns_by_gradients else ()

    @property
    def new_tokens(self) -> tuple[str, ...]:
        """What the vocabulary is to have besides, as far as it lacks it."""
        return self.training.tokens_to_add if self.method.learns_by_gradients else ()

    @property
    def kept_rows(self) -> tuple[str, ...]:
        """What the base knows, without the rows that the new ones contradict."""
        return self._left_alone(self.kept)

    @property
    def held_out_rows(self) -> tuple[str, ...]:
        """The held-out rows that the new ones do not contradict."""
        return self._left_alone(self.held_out)

    def _left_alone(self, datasets: tuple[Dataset, ...]) -> tuple[str, ...]:
        """Judged among all rows that the base knows: what a beginning determines depends on them."""
        known = list(dict.fromkeys(row for dataset in (*self.kept, *self.held_out) for row in dataset.rows if row))
        fine = uncontradicted([words_of(row) for row in known], [words_of(row) for row in self.rows_to_learn])
        left_alone = {row for row, is_fine in zip(known, fine, strict=True) if is_fine}
        return tuple(dict.fromkeys(row for dataset in datasets for row in dataset.rows if row in left_alone))

    def to_yaml(self) -> str:
        fields = self.model_dump(mode="json")
        text: str = yaml.dump(fields, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=120)
        return text

    @classmethod
    def from_yaml(cls, text: str) -> Recipe:
        """Raises RecipeError: naming each field that is wrong and why."""
        if len(text) > MAX_RECIPE_BYTES:
            raise RecipeError("The recipe is larger than {limit} MiB.", limit=MAX_RECIPE_BYTES >> 20)
        try:
            fields = yaml.safe_load(text)
        except (yaml.YAMLError, RecursionError, ValueError) as error:  # ValueError: an impossible date
            raise RecipeError("The recipe is not valid YAML: {reason}", reason=_one_line(error)) from error
        return cls.from_fields(fields)

    @classmethod
    def from_fields(cls, fields: object) -> Recipe:
        """From a plain mapping, as read from a file or a form. Raises RecipeError."""
        if not isinstance(fields, dict):
            raise RecipeError("A recipe is a mapping of settings, such as “method: …”.")
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            raise RecipeError("The recipe cannot be used: {reasons}", reasons=explain(error)) from error


def explain(error: ValidationError) -> str:
    """Each wrong field with its reason, on one line."""
    reasons = []
    for problem in error.errors():
        place = ".".join(str(part) for part in problem["loc"])
        reasons.append(f"{place}: {problem['msg']}" if place else problem["msg"])
    return "; ".join(reasons)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
