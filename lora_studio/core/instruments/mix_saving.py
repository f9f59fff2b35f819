"""A mix as one plain LoRA adapter: its matrices stacked, which is exact, or the best ones of a chosen rank."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from lora_studio.core.errors import RecipeError
from lora_studio.core.instruments.mix_attachment import Dense, LowRank, MixAttachment
from lora_studio.core.instruments.mixing import mix_named
from lora_studio.core.methods import Lora
from lora_studio.core.methods.lora_linear import LoraAttachment, targeted
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.summaries import VariantSummary
from lora_studio.core.variants import Variant, Variants, traits

MOST_RANK = 256  # as the rank's setting allows
NOTHING = 1e-6  # of the parts' norms: what is left where they cancel out is rounding
DOUBLE = 4_000_000  # numbers in a matrix; up to here its singular values are found in 64 bit


@dataclass(frozen=True, slots=True)
class Spectrum:
    """What a rank costs. `errors[r - 1]` is ‖ΔW − BA‖ / ‖ΔW‖ (Frobenius, over all layers) at rank r.

    `exact_rank` loses nothing; 0 if no rank does. `left_out` names the tensors that a LoRA adapter has no place for
    (biases, layer norms); they count as lost. Embedding and head are saved whole and cost nothing. Of a mix that is
    the base, or whose parts cancel out, there is nothing to save: no errors.
    """

    errors: tuple[float, ...]
    exact_rank: int
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flattened:
    """The variant that was made of a mix, its rank, and the relative error of its weight change."""

    name: str
    rank: int
    error: float
    left_out: tuple[str, ...] = ()


def spectrum(variants: Variants, mix: str) -> Spectrum:
    """What saving the mix at its present strengths costs, for all ranks at once. Raises RecipeError: it is no mix."""
    _, attachment = mix_named(variants, mix)
    variants.activate(variants.base)
    return Spectrum((), 0) if _is_nothing(attachment) else _Change(variants.model, attachment).spectrum()


def flatten(variants: Variants, mix: str, rank: int | None) -> Flattened:
    """Adds a LoRA variant that says what the mix says at its present strengths; it can be saved as any other.

    Args:
        variants: the board.
        mix: the name of a mix on it.
        rank: None for exactly the same, up to rounding.

    Raises:
        RecipeError: the mix is the base, no rank is exact, or the layers are smaller than the rank.
    """
    variant, attachment = mix_named(variants, mix)
    variants.activate(variants.base)
    if _is_nothing(attachment):
        raise RecipeError("{mix} is the base: there is nothing to save.", advice="Turn a part up first.", mix=mix)
    _check_ends(variants.model, attachment, mix)
    change = _Change(variants.model, attachment)
    costs = change.spectrum()
    rank = _exact_rank(mix, costs) if rank is None else rank
    if not 1 <= rank <= change.most_rank:
        raise RecipeError(
            "Rank {rank} does not fit the layers that {mix} changes.",
            advice="Choose a rank of 1 to {most}.",
            rank=rank, mix=mix, most=change.most_rank,
        )  # fmt: skip
    result = _as_lora(variants, variant, attachment, change, rank)
    error = costs.errors[min(rank, len(costs.errors)) - 1]
    return Flattened(result.name, rank, error, costs.left_out)


def _is_nothing(attachment: MixAttachment) -> bool:
    """Whether all strengths are 0, or the parts cancel out up to rounding."""
    whole = parts = 0.0
    for name in dict.fromkeys(name for part in attachment.parts for name in part):
        if active := attachment.active(name):
            (first, change), *others = active
            total = first * change.dense()  # a grown vocabulary has more rows than the base that is active
            for strength, other in others:
                other.add_to(total, strength)
            whole += float(total.double().square().sum())
            parts += sum(strength**2 * change.norm_squared() for strength, change in active)
    return whole <= NOTHING**2 * parts


def _check_ends(model: LanguageModel, attachment: MixAttachment, mix: str) -> None:
    """Raises RecipeError: the base's embedding and head are one tensor, and the mix makes two of it."""
    ends = [attachment.modules.get(place) for place in (model.embedding_name, model.head_name)]
    if model.is_tied and all(ends) and ends[0].weight is not ends[1].weight:  # type: ignore[union-attr]
        raise RecipeError(
            "In {mix} embedding and head differ, which are one and the same in the base.",
            advice="Merge it, or leave out the part that trains only one of them.",
            mix=mix,
        )


def _exact_rank(mix: str, costs: Spectrum) -> int:
    if costs.left_out:
        raise RecipeError(
            "{mix} changes what a LoRA adapter has no place for, such as {name}.",
            advice="Export the merged model, or choose a rank and accept the error.",
            mix=mix, name=costs.left_out[0],
        )  # fmt: skip
    if not costs.exact_rank:
        raise RecipeError(
            "No LoRA adapter is exactly {mix}: its layers are changed in more directions than a rank can be large.",
            advice="Choose a rank and accept the error, or export the merged model.",
            mix=mix,
        )
    return costs.exact_rank


class _Change:
    """Σ sᵢ·ΔWᵢ of a mix, layer by layer, on the bare base."""

    def __init__(self, model: LanguageModel, attachment: MixAttachment) -> None:
        linears = model.linears()
        ends = (f"{model.embedding_name}.", f"{model.head_name}.")
        names = [
            name for name in dict.fromkeys(n for part in attachment.parts for n in part) if attachment.active(name)
        ]
        places = [place for place in linears if f"{place}.weight" in names]
        self.layers = {place: _Layer(attachment, f"{place}.weight") for place in places}
        if not self.layers:  # an adapter needs a layer, even if only embedding or head change
            first = next(iter(linears))
            self.layers = {first: _Layer(attachment, f"{first}.weight")}
        weights = {f"{place}.weight" for place in self.layers}
        self.left_out = tuple(name for name in names if name not in weights and not name.startswith(ends))
        self._lost = sum(float(attachment.total_change(name).double().square().sum()) for name in self.left_out)
        self.most_rank = min(MOST_RANK, *(min(layer.shape) for layer in self.layers.values()))

    def spectrum(self) -> Spectrum:
        squares = [layer.singular_values().double().square() for layer in self.layers.values()]
        whole = self._lost + sum(float(values.sum()) for values in squares)
        needed = max(layer.exact_rank for layer in self.layers.values())
        fits = needed <= self.most_rank and not self.left_out
        longest = min(self.most_rank, max(needed, *map(len, squares)))
        errors = tuple(_error(squares, self._lost, whole, rank) for rank in range(1, longest + 1))
        return Spectrum(errors, needed if fits else 0, self.left_out)


def _error(squares: Sequence[Tensor], lost: float, whole: float, rank: int) -> float:
    rest = lost + sum(float(values[rank:].sum()) for values in squares)
    return math.sqrt(rest / whole) if whole else 0.0


class _Layer:
    """The change of one weight: stacked pairs of matrices where all parts are such pairs, or one matrix."""

    def __init__(self, attachment: MixAttachment, name: str) -> None:
        self.shape = tuple(attachment.model.network.get_parameter(name).shape)  # (d_out, d_in)
        active = attachment.active(name)
        pairs = [(strength, change) for strength, change in active if isinstance(change, LowRank)]
        self._stacked: LowRank | None = None
        if len(pairs) == len(active):
            self._stacked = _stacked(attachment.model.network.get_parameter(name), pairs)
        self._dense = Dense(attachment.total_change(name)) if self._stacked is None else None
        self._parts: tuple[Tensor, Tensor, Tensor] | None = None

    @property
    def exact_rank(self) -> int:
        """The smallest rank that surely loses nothing."""
        most = min(self.shape)
        return max(1, most if self._stacked is None else min(most, len(self._stacked.a)))

    def factors(self, rank: int) -> tuple[Tensor, Tensor]:
        """B (d_out, k) and A (k, d_in) in 32 bit with k ≤ rank: exact if that suffices, else the best there are."""
        if self._stacked is not None and len(self._stacked.a) <= rank:
            return self._stacked.b, self._stacked.a
        left, values, right = self._decomposed()
        root = values[:rank].sqrt()
        return (left[:, :rank] * root).float(), (root[:, None] * right[:rank]).float()

    def singular_values(self) -> Tensor:
        return self._decomposed()[1]

    def _decomposed(self) -> tuple[Tensor, Tensor, Tensor]:
        """U (d_out, k), σ (k,), Vᵀ (k, d_in), found once."""
        if self._parts is None:
            dtype = torch.float64 if math.prod(self.shape) <= DOUBLE else torch.float32
            if self._stacked is not None and len(self._stacked.a) < min(self.shape):
                self._parts = _decomposed_product(self._stacked.b.to(dtype), self._stacked.a.to(dtype))
            else:
                whole = (self._stacked or self._dense).dense()  # type: ignore[union-attr]
                left, values, right = torch.linalg.svd(whole.to(dtype), full_matrices=False)
                self._parts = (left, values, right)
        return self._parts


def _stacked(weight: Tensor, pairs: Sequence[tuple[float, LowRank]]) -> LowRank:
    """One pair that is the sum of all: A stacked, B side by side with its strength. No pair gives rank 0."""
    nothing = torch.zeros((), device=weight.device)
    b = [nothing.new_zeros(weight.shape[0], 0), *(strength * pair.b for strength, pair in pairs)]
    a = [nothing.new_zeros(0, weight.shape[1]), *(pair.a for _, pair in pairs)]
    return LowRank(torch.cat(b, dim=1), torch.cat(a))


def _decomposed_product(b: Tensor, a: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The singular value decomposition of B·A through the small matrix in its middle."""
    b_basis, b_rest = torch.linalg.qr(b)  # (d_out, r), (r, r)
    a_basis, a_rest = torch.linalg.qr(a.T)
    left, values, right = torch.linalg.svd(b_rest @ a_rest.T)
    return b_basis @ left, values, right @ a_basis.T


# Making the variant


def _as_lora(variants: Variants, mix: Variant, attachment: MixAttachment, change: _Change, rank: int) -> Variant:
    """Adopts it: the base is active before, the new variant after."""
    model, growth = variants.model, mix.growth
    method = Lora(
        rank=rank,
        alpha=rank,  # a scale of 1: the strengths are in B
        targets=_targets(model, tuple(change.layers)),
        train_embeddings=model.embedding_name in attachment.modules,
        train_head=model.head_name in attachment.modules,
    )
    if growth:
        growth.apply()
    made: LoraAttachment | None = None
    try:
        made = method.attach(model, seed=0)  # type: ignore[assignment]
        assert isinstance(made, LoraAttachment)
        _fill(made, {place: layer.factors(rank) for place, layer in change.layers.items()}, attachment)
    except BaseException:
        if made:
            made.detach()
        if growth:
            growth.undo()
        raise
    summary = VariantSummary(variants.free_name(f"{mix.name} as LoRA"), is_base=False, **traits(made))
    variant = Variant(summary, growth, made)
    variants.adopt(variant)
    return variant


@torch.no_grad()
def _fill(made: LoraAttachment, factors: Mapping[str, tuple[Tensor, Tensor]], mix: MixAttachment) -> None:
    """The matrices into the layers, zeros where they are smaller; embedding and head as they are in the mix."""
    for place, layer in made.layers.items():
        b, a = factors[place]
        tensors = layer.tensors()
        for tensor in tensors.values():
            tensor.zero_()
        tensors["lora_A.weight"][: len(a)] = a
        tensors["lora_B.weight"][:, : len(a)] = b
    for place, module in made.companions().items():
        module.load_state_dict(mix.modules[place].state_dict())


def _targets(model: LanguageModel, places: Sequence[str]) -> tuple[str, ...]:
    """By the ends of their names where that means the same layers, such as v_proj."""
    short = tuple(dict.fromkeys(place.rpartition(".")[2] for place in places))
    return short if set(targeted(model, short)) == set(places) else tuple(places)
