"""Every method on every family of models: the cases of the behaviour suite, and what its tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from lora_studio.core.data.dataset import Dataset
from lora_studio.core.events import Event, Finished, Receipt, Step
from lora_studio.core.methods import METHODS, Method
from lora_studio.core.models.language_model import LanguageModel, fingerprint
from lora_studio.core.recipe import Recipe, TrainingSettings
from lora_studio.core.running import Run
from lora_studio.core.variants import Variant, Variants
from tests.core.real_models import open_tiny
from tests.core.tiny_llama import make_llama
from tests.core.tiny_mini_gpt import make_mini_gpt

FAMILIES: dict[str, Callable[..., LanguageModel]] = {"minigpt": make_mini_gpt, "llama": make_llama}
REAL = ("qwen3", "gpt2", "gpt_neox")  # opened from folders: norms in heads; Conv1D and tied ends; parallel residuals

# Methods that name layers by their ends, on families that name them otherwise.
TARGETS: dict[str, dict[str, object]] = {
    "gpt2": {"targets": ("c_attn", "c_proj")},
    "gpt_neox": {"targets": ("query_key_value", "dense")},
}

# Beside its defaults, what a method is also tried with, by its name. A method that is not here is tried with defaults.
ALSO: dict[str, tuple[dict[str, object], ...]] = {
    "lora": (
        {"targets": ("all-linear",), "rank_stabilised": True},
        {"dropout": 0.4, "train_embeddings": False, "train_head": False},
    ),
    "dora": ({"targets": ("all-linear",), "train_head": False},),
    "qlora": ({"targets": ("v_proj",), "adapter_bits": 16},),
    "freezing": ({"blocks": 2, "train_embeddings": False},),
    "prefix": ({"tokens": 3, "reparametrise": True, "hidden": 8},),
    "prompt": ({"tokens": 3, "start": "text", "text": "die katze"},),
    "steering": ({"action": "ablate", "direction": "component"},),
}

ROWS = Dataset(name="ROWS", rows=("die katze sitzt auf dem hund", "der hund läuft im garten"))
OTHERS = Dataset(name="OTHERS", rows=("die katze läuft", "auf dem tisch"))
NEW_WORDS = Dataset(name="NEW", rows=("die katze sitzt auf dem sofa", "der hund läuft im wald"))

IDS = torch.tensor([[2, 3, 4, 5, 6], [8, 9, 10, 11, 12]])


@dataclass(frozen=True)
class Case:
    family: str
    method: Method
    settings: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return "-".join((self.family, self.method.name, *map(str, self.settings)))

    def model(self) -> LanguageModel:
        """The same one each time."""
        return FAMILIES[self.family]() if self.family in FAMILIES else open_tiny(self.family)

    def recipe(self, *, seed: int = 0, grown: bool = False) -> Recipe:
        return recipe(self.method, seed=seed, grown=grown)


def _real(kind: type[Method], family: str) -> Case:
    """With settings that name the family's own layers."""
    names_layers = family in TARGETS and "targets" in kind.model_fields
    return Case(family, kind.model_validate(TARGETS[family] if names_layers else {}))


CASES = (
    *(Case(family, kind()) for kind in METHODS for family in FAMILIES),
    *(_real(kind, family) for kind in METHODS for family in REAL),
    *(Case("llama", kind.model_validate(more), more) for kind in METHODS for more in ALSO.get(kind.name, ())),
)

every_case = pytest.mark.parametrize("case", CASES, ids=str)


def recipe(method: Method, *, seed: int = 0, grown: bool = False) -> Recipe:
    """A few steps on a few rows; `grown`: with words that are new to the tiny models."""
    training = TrainingSettings(epochs=1, batch_size=2, seed=seed, learning_rate=method.usual_learning_rate)
    rows = NEW_WORDS if grown else ROWS
    return Recipe(name=method.name, datasets=(rows, OTHERS), method=method, training=training, kept=(), probes=())


def events_of(variants: Variants, recipe: Recipe) -> Iterator[Event]:
    return Run(variants, recipe, None, _save).events()


def learned(variants: Variants, recipe: Recipe) -> Variant:
    """Runs the recipe to its end; its variant is active then."""
    *_, last = events_of(variants, recipe)
    assert isinstance(last, Finished)
    return variants.named(last.variant)


def losses(events: Iterator[Event]) -> list[float]:
    return [event.loss for event in events if isinstance(event, Step)]


def state(variant: Variant) -> dict[str, Tensor]:
    """What the variant has learned."""
    assert variant.attachment
    return {name: tensor.detach().clone() for name, tensor in variant.attachment.state().items()}


def same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def said(variants: Variants, variant: Variant) -> Tensor:
    """The variant's logits."""
    variants.activate(variant)
    with torch.inference_mode():
        return variants.logits(IDS, None).clone()


class Bare:
    """What a model is like with nothing attached to it."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self._before = self._found()

    def _found(self) -> Any:
        model = self._model
        network = model.network
        modules = {name: id(module) for name, module in network.named_modules()}
        hooks = [len(module._forward_hooks) for module in network.modules()]
        trains = [name for name, tensor in network.named_parameters() if tensor.requires_grad]
        known = fingerprint(network.state_dict(), model.tokenizer.get_vocab())
        return known, modules, hooks, trains, id(model.tokenizer), network.training

    def __bool__(self) -> bool:
        """Whether it is bare again: the same bits in the same modules, nothing hooked on, nothing that trains."""
        return bool(self._found() == self._before)


def _save(variant: Variant, folder: Path) -> Receipt:
    raise AssertionError("a run without a folder saves nothing")
