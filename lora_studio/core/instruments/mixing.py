"""The mixer: a variant made of several variants of the same base, each turned up and down on its own.

A part goes in as it is when the mix is made; what is trained or turned on it later does not reach the mix. A variant
whose base was rounded to 4 bits goes in with its learned change alone, which lands on the plain base as if PEFT had
loaded its adapter there; merged first, its rounding goes in, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

import torch
from torch import Tensor, nn

from lora_studio.core.errors import RecipeError
from lora_studio.core.events import Comparison
from lora_studio.core.instruments.mix_attachment import Changes, Dense, LowRank, MixAttachment
from lora_studio.core.methods.lora_linear import LoraAttachment
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.probing.answers import answers_of, measure
from lora_studio.core.probing.comparisons import Column, compare
from lora_studio.core.summaries import MixSource, VariantSummary
from lora_studio.core.variants import Variant, Variants, traits

LOWEST, HIGHEST = -1.0, 2.0
GRID = 0.1  # between two strengths at which a flip is looked for
PRECISION = 0.005

_identities = count(1)  # of all mixes, whatever their base


@dataclass(frozen=True, slots=True)
class Flip:
    """The smallest strength above 0 at which a part turns the answer, and the token that it turns to.

    `strength` is None where nothing up to the highest strength does; `token` is then the answer that stays.
    """

    name: str
    strength: float | None
    token: str


def make_mix(variants: Variants, names: Sequence[str]) -> VariantSummary:
    """Adds a variant that is the sum of others, each at strength 1.

    A vocabulary that some of them have grown becomes the union of their words. A new word starts as the mean of the
    base's rows, as growth starts it; parts that don't know the word leave it there.

    Raises:
        RecipeError: there is nothing to mix, or a variant cannot be folded into plain weights.
    """
    chosen = [_mixable(variants, name) for name in dict.fromkeys(names)]
    if not chosen:
        raise RecipeError("There is nothing to mix.", advice="Choose two or more variants.")
    changed = [_changed_modules(variants, variant) for variant in chosen]
    words = tuple(dict.fromkeys(word for variant in chosen for word in _words(variant)))
    variants.activate(variants.base)
    growth = _grown(variants.model, words) if words else None
    try:
        places = [_places_of(_words(variant), words) for variant in chosen]
        parts = [_changes(variants.model, *found, rows) for found, rows in zip(changed, places, strict=True)]
        attachment = MixAttachment(variants.model, parts)
    finally:
        if growth:
            growth.undo()
    attachment.set_strengths([1.0] * len(chosen))
    mix = tuple((variant.name, 1.0) for variant in chosen)
    summary = VariantSummary(
        variants.free_name("Mix"),
        is_base=False,
        mix=mix,
        mix_of=tuple(_source(variant) for variant in chosen),
        mix_id=next(_identities),
        **traits(attachment),
    )
    variants.add(Variant(summary, growth, attachment))
    return summary


def set_strengths(variants: Variants, mix: str, strengths: Mapping[str, float]) -> VariantSummary:
    """Turns some parts of a mix, by their names; the others stay. Raises RecipeError: it has no such part or strength.

    Cheap: only the tensors that these parts change are summed anew.
    """
    variant, attachment = mix_named(variants, mix)
    now = dict(variant.summary.mix)
    for name, strength in strengths.items():
        if name not in now:
            raise RecipeError("{mix} has no part named {name}.", mix=mix, name=name)
        if not LOWEST <= strength <= HIGHEST:
            raise RecipeError(
                "{strength} is outside of {lowest} to {highest}.",
                advice="Choose a strength in between.",
                strength=strength, lowest=LOWEST, highest=HIGHEST,
            )  # fmt: skip
    now |= strengths
    attachment.set_strengths(tuple(now.values()))
    variant.summary = replace(variant.summary, mix=tuple(now.items()))
    return variant.summary


def answer_mix(variants: Variants, mix: str, prompt: str, top: int = 5) -> Comparison:
    """What the base and the mix say next. Raises RecipeError, DataError (the prompt is empty or too long)."""
    variant, _ = mix_named(variants, mix)
    return compare(prompt, "", [_column(variants, each, prompt, top) for each in (variants.base, variant)])


def flip_strengths(variants: Variants, mix: str, prompt: str) -> tuple[Flip, ...]:
    """For each part, see `flip_strength`."""
    variant, _ = mix_named(variants, mix)
    found = (flip_strength(variants, mix, prompt, part) for part in range(len(variant.summary.mix)))
    return tuple(flip for flip in found if flip)


def flip_strength(
    variants: Variants, mix: str, prompt: str, part: int, go_on: Callable[[], bool] = lambda: True
) -> Flip | None:
    """How little of a part turns the answer to `prompt`, with the others as they are now.

    Found on a grid and then by halving, to `PRECISION`; the strengths are as before afterwards.

    Args:
        part: its place in the mix.
        go_on: asked before each forward pass; where it says no, the answer is None.

    Raises:
        RecipeError: there is no such mix.
        DataError: the prompt is empty or too long.
    """
    variant, attachment = mix_named(variants, mix)
    variants.activate(variant)
    before = attachment.strengths
    try:
        return _flip(variants, attachment, part, variant.summary.mix[part][0], prompt, go_on)
    except _GivenUpError:
        return None
    finally:
        attachment.set_strengths(before)


def mix_with(variants: Variants, identity: int) -> VariantSummary:
    """The mix with this `mix_id`, whatever it is called by now. Raises RecipeError: it is gone."""
    for variant in variants.all():
        if variant.summary.mix_id == identity and isinstance(variant.attachment, MixAttachment):
            return variant.summary
    raise RecipeError("The mix is not on the board any more.")


def call_parts(variants: Variants, mix: str, names: Sequence[str]) -> None:
    """Names the parts of a mix, in their order; names that come twice get a number."""
    variant, _ = mix_named(variants, mix)
    called: dict[str, float] = {}
    for name, (_, strength) in zip(names, variant.summary.mix, strict=True):
        free = next(each for number in count(1) if (each := f"{name} {number}" if number > 1 else name) not in called)
        called[free] = strength
    variant.summary = replace(variant.summary, mix=tuple(called.items()))


def mix_named(variants: Variants, name: str) -> tuple[Variant, MixAttachment]:
    """Raises RecipeError: there is no such variant, or it is no mix."""
    variant = variants.named(name)
    if not isinstance(variant.attachment, MixAttachment):
        raise RecipeError("{name} is not a mix.", advice="Make a mix of two or more variants.", name=name)
    return variant, variant.attachment


# Making


def _mixable(variants: Variants, name: str) -> Variant:
    """Raises RecipeError: with the method's reason as advice, so that the window says it in its language."""
    variant = variants.named(name)
    if variant.attachment is None:
        raise RecipeError("The base is in every mix.", advice="Choose trained or loaded variants.")
    if reason := variant.attachment.no_merge:
        raise RecipeError("{name} cannot be mixed.", advice=reason, name=name)
    return variant


def _source(variant: Variant) -> MixSource:
    """An earlier state of a run, and what was merged, lie in no folder of their own."""
    summary = variant.summary
    return MixSource(summary.folder if summary.step is None and not summary.merged else "", summary.strength)


def _words(variant: Variant) -> tuple[str, ...]:
    return variant.growth.words if variant.growth else ()


def _changed_modules(variants: Variants, variant: Variant) -> tuple[dict[str, LowRank], dict[str, nn.Module]]:
    """What a variant changes: by two matrices where it can be said so, else as whole modules; each by place."""
    attachment = variant.attachment
    assert attachment is not None
    low: dict[str, LowRank] = {}
    if isinstance(attachment, LoraAttachment) and not attachment.method.uses_dora:
        layers = attachment.layers.items()
        low = {f"{place}.weight": LowRank(*_factors(layer.tensors(), layer.scaling)) for place, layer in layers}
        modules = dict(attachment.companions())
    else:
        modules = attachment.merged_modules()
    if variant.growth:
        variants.activate(variant)  # what the attachment left alone has the grown rows
        model = variants.model
        for place in (model.embedding_name, model.head_name):
            modules.setdefault(place, model.network.get_submodule(place))
    return low, modules


def _factors(tensors: Mapping[str, Tensor], scaling: float) -> tuple[Tensor, Tensor]:
    """s·B and A as copies in 32 bit."""
    a, b = (tensors[f"lora_{letter}.weight"].detach().to(torch.float32, copy=True) for letter in "AB")
    return b * scaling, a


def _grown(model: LanguageModel, words: Sequence[str]) -> Growth:
    """The vocabulary with `words`, applied; their rows are the mean of the others, without noise."""
    rows = len(model.embedding.weight)  # type: ignore[arg-type]
    growth = Growth(model, words, seed=0)
    with torch.no_grad():
        for module in (model.embedding, model.head):
            for tensor in module.parameters():
                tensor[rows:] = tensor[:rows].mean(dim=0)
    return growth


def _places_of(own: Sequence[str], words: Sequence[str]) -> Tensor:
    """Where a part's new words stand among all new words, (own words,)."""
    index = {word: place for place, word in enumerate(words)}
    return torch.tensor([index[word] for word in own], dtype=torch.long)


def _changes(
    model: LanguageModel, low: Mapping[str, LowRank], modules: Mapping[str, nn.Module], new_rows: Tensor
) -> Changes:
    """What a part adds to the base's tensors, by name; those that it leaves as they are do not come."""
    changes: dict[str, LowRank | Dense] = dict(low)
    for place, module in modules.items():
        ends = place in (model.embedding_name, model.head_name)
        for leaf, theirs in module.named_parameters():
            name = f"{place}.{leaf}"
            ours = model.network.get_parameter(name).detach().float()
            change = _difference(ours, theirs.detach().float(), new_rows) if ends else theirs.detach().float() - ours
            if change.any():
                changes[name] = Dense(change)
    return changes


def _difference(ours: Tensor, theirs: Tensor, new_rows: Tensor) -> Tensor:
    """`theirs` less `ours`; rows of words that the part does not know are 0.

    Args:
        ours: (base's words + all new words, …).
        theirs: (base's words + the part's new words, …).
        new_rows: where the part's new words stand among all new words.
    """
    known = len(theirs) - len(new_rows)
    change = torch.zeros_like(ours)
    change[:known] = theirs[:known] - ours[:known]
    rows = known + new_rows.to(ours.device)
    change[rows] = theirs[known:] - ours[rows]
    return change


# Asking


def _column(variants: Variants, variant: Variant, prompt: str, top: int) -> Column:
    measured = variants.measure(variant, [prompt])
    (answer,) = answers_of(variants.model, measured, [prompt], top)
    return Column(variant.name, answer, measured.probabilities[0], variants.model.finder())


class _GivenUpError(Exception):
    """Nobody waits for the answer any more."""


def _flip(
    variants: Variants, attachment: MixAttachment, part: int, name: str, prompt: str, go_on: Callable[[], bool]
) -> Flip:
    strengths = attachment.strengths

    def top(strength: float) -> int:
        if not go_on():
            raise _GivenUpError
        attachment.set_strengths([strength if place == part else other for place, other in enumerate(strengths)])
        return int(measure(variants.model, variants, [prompt]).probabilities[0].argmax())

    first = top(0.0)
    for step in range(1, round(HIGHEST / GRID) + 1):
        if (found := top(step * GRID)) != first:
            low, high = (step - 1) * GRID, step * GRID
            while high - low > PRECISION:
                middle = (low + high) / 2
                if (other := top(middle)) == first:
                    low = middle
                else:
                    high, found = middle, other
            return Flip(name, high, variants.model.token(found))
    return Flip(name, None, variants.model.token(first))
