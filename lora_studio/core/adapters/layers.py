"""Which layers a LoRA file of PEFT's means, and the rank and alpha of each; by PEFT's rules, on a given model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from lora_studio.core.adapters.patterns import Pattern
from lora_studio.core.errors import RecipeError
from lora_studio.core.methods.layer_numbers import PLAIN_NAME, is_meant, written
from lora_studio.core.methods.lora import ALL_LINEAR
from lora_studio.core.models.foreign_files import FlawError, some
from lora_studio.core.models.language_model import LanguageModel

N = TypeVar("N", int, float)

# Where PEFT looks for a layer's number if it is not told: the first whole number behind two other parts of the name.
_NUMBER = re.compile(r".*?\.[^.]*\.(\d+)\.")


@dataclass(frozen=True)
class Wanted:
    """What an adapter_config.json says of layers, as it stands there."""

    targets: str | Sequence[str]
    excluded: str | Sequence[str] = ()
    numbers: int | Sequence[int] | None = None  # layers_to_transform
    lists: str | Sequence[str] = ()  # layers_pattern: what the lists of layers are called
    rank: int = 8
    alpha: float = 8
    ranks: Mapping[str, int] | None = None
    alphas: Mapping[str, float] | None = None

    def fields(self, model: LanguageModel) -> dict[str, object]:
        """The same as names that `Lora` knows: `target_modules`, `ranks` and `alphas`.

        Raises:
            RecipeError: the model has no such layer.
            FlawError: an expression takes too long.
        """
        names = self.chosen(model)
        ranks = {name: _first(self.ranks or {}, name, self.rank) for name in names}
        alphas = {name: _first(self.alphas or {}, name, self.alpha) for name in names}
        return {
            "target_modules": self._short(model, names),
            "ranks": _exceptions(ranks, self.rank),
            "alphas": _exceptions(alphas, self.alpha),
        }

    def chosen(self, model: LanguageModel) -> list[str]:
        """The full names of the layers. Raises RecipeError: there are none; FlawError: as above."""
        linears = list(model.linears())
        excluded = _Names(self.excluded)
        meant = _Names(self.targets)
        found = [name for name in linears if meant.has(name) and not excluded.has(name) and self._has_number(name)]
        if not found:
            raise RecipeError(
                "The model has no layer named {missing}.",
                advice="Choose from {there}.",
                missing=some([self.targets] if isinstance(self.targets, str) else self.targets),
                there=", ".join(dict.fromkeys(name.rpartition(".")[2] for name in linears)),
            )
        return found

    def _has_number(self, name: str) -> bool:
        if self.numbers is None or self.numbers == [] or name in self.targets:
            return True
        wanted = [self.numbers] if isinstance(self.numbers, int) else self.numbers
        return _number_of(name, [self.lists] if isinstance(self.lists, str) else self.lists) in wanted

    def _short(self, model: LanguageModel, names: list[str]) -> tuple[str, ...]:
        """As the file names them, if that means these layers and no others; else by their ends, or in full."""
        linears = list(model.linears())
        said = (self.targets,) if isinstance(self.targets, str) else tuple(dict.fromkeys(self.targets))
        if said == (ALL_LINEAR,) and len(names) == len(linears):
            return said
        said = tuple(target for target in said if any(is_meant(name, target) for name in linears))
        if [name for name in linears if any(is_meant(name, target) for target in said)] == names:
            return said
        return tuple(_by_ends(names, linears))


class _Names:
    """A list of names or their ends, or one expression for whole names."""

    def __init__(self, said: str | Sequence[str]) -> None:
        is_expression = isinstance(said, str) and said.lower() != ALL_LINEAR and not PLAIN_NAME.fullmatch(said)
        self._pattern = Pattern(said) if is_expression and isinstance(said, str) and said else None
        self._said = [said] if isinstance(said, str) else list(said)

    def has(self, name: str) -> bool:
        if self._pattern:
            return self._pattern.matches(name)
        return any(said.lower() == ALL_LINEAR or is_meant(name, said) for said in self._said if said)


def _number_of(name: str, lists: Sequence[str]) -> int | None:
    if not lists:
        found = _NUMBER.match(name)
        return int(found[1]) if found else None
    parts = name.split(".")
    for pattern in (Pattern(text, ending=True) for text in lists):
        for index, part in enumerate(parts[1:-1], start=1):
            if part.isdecimal() and pattern.matches(".".join(parts[:index])):
                return int(part)
    return None


def _first(values: Mapping[str, N], name: str, otherwise: N) -> N:
    for text, value in values.items():
        if Pattern(text, ending=True).matches(name):
            return value
    return otherwise


def _by_ends(names: Iterable[str], among: Iterable[str]) -> list[str]:
    """The last part of a name where all layers with it are meant, else the full name."""
    chosen = list(names)
    meant = Counter(name.rpartition(".")[2] for name in chosen)
    there = Counter(name.rpartition(".")[2] for name in among)
    ends = {end for end, count in meant.items() if count == there[end]}
    return list(dict.fromkeys(end if (end := name.rpartition(".")[2]) in ends else name for name in chosen))


def _exceptions(values: Mapping[str, float], usual: float) -> str:
    """ "up_proj: 16, …" for the layers whose value is not the usual one, as `Lora` reads it."""
    found: dict[str, float] = {}
    for value in dict.fromkeys(value for value in values.values() if value != usual):
        names = [name for name, own in values.items() if own == value]
        found |= dict.fromkeys(_by_ends(names, values), value)
    return written(found)


def check_expression(text: str, *, ending: bool = False) -> None:
    """Raises FlawError: it cannot be read here, and why."""
    Pattern(text, ending=ending)


__all__ = ["FlawError", "Wanted", "check_expression"]
