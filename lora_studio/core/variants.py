"""Model states that can be probed: the base, and the base with some result. One is active at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from lora_studio.core.adapters.exporting import gguf_obstacle
from lora_studio.core.errors import RecipeError
from lora_studio.core.methods.attachment import AdjustableAttachment, Attachment, plain_copies
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.tensor_cache import TensorCache
from lora_studio.core.probing.answers import Measured, measure
from lora_studio.core.recipe import Recipe
from lora_studio.core.summaries import VariantSummary

MOST_CACHED_BYTES = 64 << 20  # of earlier states, so that going back and forth answers at once


@dataclass(slots=True)
class Variant:
    """A result that can be put on the base and taken off again. The base itself has neither growth nor attachment.

    `run` is the folder of the run that made it, None if that is not known. While an earlier state of that run is shown
    (`summary.step`), `result` keeps the final one.
    """

    summary: VariantSummary
    growth: Growth | None = None
    attachment: Attachment | None = None
    recipe: Recipe | None = None
    run: Path | None = None
    result: dict[str, Tensor] | None = None

    @property
    def name(self) -> str:
        return self.summary.name

    def apply(self) -> None:
        if self.growth:
            self.growth.apply()
        if self.attachment:
            self.attachment.reattach()

    def remove(self) -> None:
        """Undoes `apply`, in the opposite order: the attachment may hold copies of grown modules."""
        if self.attachment:
            self.attachment.detach()
        if self.growth:
            self.growth.undo()


def own_bytes(variant: Variant, network: nn.Module) -> int:
    """What a variant that is not applied holds in memory beside the base, which is in `network`."""
    found: dict[int, Tensor] = {}
    grown = variant.growth.aside if variant.growth else ()
    attached = variant.attachment.aside if variant.attachment else ()
    for module in (*grown, *attached):
        found |= {tensor.data_ptr(): tensor for tensor in (*module.parameters(), *module.buffers())}
    if variant.attachment:
        found |= {tensor.data_ptr(): tensor for tensor in variant.attachment.tensors().values()}
    found |= {tensor.data_ptr(): tensor for tensor in (variant.result or {}).values()}
    of_base = {tensor.data_ptr() for tensor in (*network.parameters(), *network.buffers())}
    return sum(tensor.nbytes for place, tensor in found.items() if place not in of_base)


class Variants:
    """The variants of one base in the order in which they came. Exactly one is applied to the model at a time."""

    def __init__(self, model: LanguageModel) -> None:
        self.model = model
        self.earlier_states = TensorCache(MOST_CACHED_BYTES)
        self.base = Variant(VariantSummary("Base", is_base=True))
        self._all: dict[str, Variant] = {self.base.name: self.base}
        self._active = self.base
        self.in_training: Variant | None = None

    def all(self) -> list[Variant]:
        return list(self._all.values())

    def summaries(self) -> tuple[VariantSummary, ...]:
        return tuple(variant.summary for variant in self._all.values())

    def named(self, name: str) -> Variant:
        """Raises RecipeError: there is none of that name."""
        try:
            return self._all[name]
        except KeyError:
            raise RecipeError("There is no variant named {name}.", name=name) from None

    def adapted(self, name: str) -> tuple[Variant, Attachment]:
        """Raises RecipeError: there is none of that name, or it is the base."""
        variant = self.named(name)
        if variant.attachment is None:
            raise RecipeError("The base has no adapter.", advice="Choose a trained or loaded variant.")
        return variant, variant.attachment

    @property
    def active(self) -> Variant:
        """The one that is applied to the model now."""
        return self._active

    def activate(self, variant: Variant) -> None:
        """Applies `variant` to the model instead of the one that is applied now. Exchanges modules only: cheap."""
        if variant is not self._active:
            self._active.remove()
            variant.apply()
            self._active = variant

    @property
    def context_length(self) -> int:
        """The most tokens that the active variant reads at once."""
        owner = self._active.attachment or self.model
        return owner.context_length

    def hidden(self, ids: Tensor, mask: Tensor | None = None, positions: Tensor | None = None) -> Tensor:
        """What the head reads, of the active variant."""
        owner = self._active.attachment or self.model
        return owner.hidden(ids, mask, positions)

    def logits(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """Next-token scores of the active variant."""
        owner = self._active.attachment or self.model
        return owner.logits(ids, mask)

    def measure(self, variant: Variant, prompts: Sequence[str], temperature: float = 1.0) -> Measured:
        """The variant's distributions after many prompts; it is active then. Raises DataError: it cannot read one."""
        self.activate(variant)
        return measure(self.model, self, prompts, self.context_length, temperature)

    def add(self, variant: Variant) -> None:
        self._all[variant.name] = variant

    def adopt(self, variant: Variant) -> None:
        """Adds a variant that is applied to the model already (a fresh attachment is)."""
        assert self._active is self.base, "only one variant can be applied at a time"
        self._active = variant
        self.add(variant)

    def remove(self, name: str) -> None:
        """Raises RecipeError: it is the base, or is being trained."""
        variant = self.named(name)
        if variant is self.base:
            raise RecipeError("The base cannot be detached.")
        if variant is self.in_training:
            raise RecipeError(
                "{name} cannot be detached: it is being trained.",
                advice="Wait for its run to end, or cancel it.",
                name=name,
            )
        if variant is self._active:
            self.activate(self.base)
        del self._all[name]

    def rename(self, name: str, new_name: str) -> None:
        """Keeps the order. Raises RecipeError: the name is taken or empty, or belongs to the base."""
        variant = self.named(name)
        if variant is self.base or not new_name.strip() or (new_name in self._all and new_name != name):
            raise RecipeError("{name} cannot be renamed to “{new_name}”.", name=name, new_name=new_name)
        variant.summary = replace(variant.summary, name=new_name)
        for other in self._all.values():  # a mix calls its parts by their names, each by another
            if new_name not in dict(other.summary.mix):
                mix = tuple((new_name if part == name else part, strength) for part, strength in other.summary.mix)
                other.summary = replace(other.summary, mix=mix)
        self._all = {entry.name: entry for entry in self._all.values()}

    def set_strength(self, name: str, strength: float) -> None:
        """Turns a variant up or down. Raises RecipeError: its strength is fixed, or does not go so far."""
        variant, attachment = self.adapted(name)
        if not isinstance(attachment, AdjustableAttachment) or variant.summary.merged:
            raise RecipeError("The strength of {name} is fixed.", name=name)
        if not attachment.lowest <= strength <= attachment.highest:
            raise RecipeError(
                "{strength} is outside of {lowest} to {highest}.",
                advice="Choose a strength in between.",
                strength=strength, lowest=attachment.lowest, highest=attachment.highest,
            )  # fmt: skip
        attachment.set_strength(strength)
        variant.summary = replace(variant.summary, strength=strength)
        if variant.recipe:  # it travels with the adapter when that is saved again
            variant.recipe = variant.recipe.model_copy(update={"method": attachment.method})

    def free_name(self, wanted: str) -> str:
        """`wanted`, or the first of "wanted 2", "wanted 3" … that is not taken."""
        name, number = wanted, 2
        while name in self._all:
            name, number = f"{wanted} {number}", number + 1
        return name


def traits(attachment: Attachment) -> dict[str, Any]:
    """What an attachment is and can do, as fields of a summary."""
    found: dict[str, Any] = {
        "method": attachment.method.title,
        "trainable": attachment.trained_count,
        "no_adapter": attachment.method.no_adapter,
        "no_merge": attachment.no_merge,
        "no_gguf": gguf_obstacle(attachment),
    }
    if isinstance(attachment, AdjustableAttachment):
        found |= {"strength": attachment.strength, "strength_limits": (attachment.lowest, attachment.highest)}
    return found


class MergedAttachment(Attachment):
    """Another attachment folded into plain weights; nothing of it trains any more. Starts detached."""

    def __init__(self, other: Attachment, *, unrounded: bool = False) -> None:
        """`unrounded`: on the base as it was before the method rounded it."""
        super().__init__(other.model, other.method)
        self._modules = other.unrounded_modules() if unrounded else other.merged_modules()
        self._others.update(self._modules)  # detached at first; `reattach` puts it on

    def tensors(self) -> dict[str, nn.Parameter]:
        return {}

    def merged_modules(self) -> dict[str, nn.Module]:
        return plain_copies(self._modules)

    def merging(self) -> Mapping[str, nn.Module]:
        return self._modules
