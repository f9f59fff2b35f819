"""What is watched while a recipe runs: the pinned prompts, what the base knew, and how far both have moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from lora_studio.core.events import Answer
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.probing.answers import Measured, answers, measure
from lora_studio.core.probing.forgetting import Forgetting, forgetting, known_prompts
from lora_studio.core.probing.sampling import sampled_rows
from lora_studio.core.recipe import Recipe, nothing_to_protect
from lora_studio.core.training.guard import Guard, Remembered
from lora_studio.core.training.neighbours import neighbours, pieces_of
from lora_studio.core.variants import Variants

T = TypeVar("T")

HELD_OUT_SENTENCES = 16  # made up by the base, where the recipe names no held-out rows
MOST_KNOWN_PROMPTS = 512  # on which forgetting is measured
MOST_PROTECTED = 1024  # rows; of more, as many are chosen evenly


class BaseAnswers:
    """The watched prompts with the tokens to follow on each: what the base says, and what is wanted."""

    def __init__(self, variants: Variants, recipe: Recipe, limit: int) -> None:
        """Raises DataError: a prompt is empty, or longer than the `limit` of tokens that the result will read."""
        self._variants = variants
        self._model: LanguageModel = variants.model
        self._prompts = [probe.prompt for probe in recipe.probes]
        self._variants.activate(self._variants.base)
        base = answers(self._model, self._variants.logits, self._prompts, top=1, limit=limit)
        self._followed = [
            tuple(dict.fromkeys(t for t in (answer.top.token, self._model.as_token(probe.wanted)) if t))
            for answer, probe in zip(base, recipe.probes, strict=True)
        ]

    def __bool__(self) -> bool:
        return bool(self._prompts)

    def measure(self) -> tuple[Answer, ...]:
        """What the active variant says now. `tracked` is the base's answer, then the wanted token."""
        limit = self._variants.context_length
        return answers(self._model, self._variants.logits, self._prompts, tracked=self._followed, limit=limit)


class KnownAnswers:
    """What the base answers to the kept and the held-out rows, to be compared with what a variant answers later.

    To both alike, so that the figures of runs can be compared whatever each of them protected.
    """

    def __init__(self, variants: Variants, recipe: Recipe, limit: int) -> None:
        """Leaves out what is longer than the `limit` of tokens that the result will read."""
        known = [row for dataset in (*recipe.kept, *recipe.held_out) for row in dataset.rows]
        self._variants = variants
        prompts = known_prompts(variants.model, known, recipe.rows_to_learn, limit)
        self._prompts = _some(prompts, MOST_KNOWN_PROMPTS)
        variants.activate(variants.base)
        self._base: Measured | None = self._measure() if self._prompts else None

    def compare(self) -> Forgetting | None:
        """How far the active variant's answers have moved; None if there is nothing that the base knows."""
        return forgetting(self._base, self._measure()) if self._base else None

    def _measure(self) -> Measured:
        return measure(self._variants.model, self._variants.logits, self._prompts)


def make_guard(variants: Variants, recipe: Recipe, limit: int) -> Guard | None:
    """Takes the base's distributions along rows of at most `limit` tokens. None if nothing is to be protected.

    The rows to learn count as the model will read them, new words included: what they contradict is left out.

    Raises:
        DataError: there is nothing that could be protected.
    """
    protection = recipe.protection
    if not protection.enabled:
        return None
    model, seed = variants.model, recipe.training.seed
    variants.activate(variants.base)
    kept = _some(_token_rows(model, recipe.kept_rows, limit), MOST_PROTECTED)
    learned = _token_rows(model, recipe.rows, limit, known_only=False)
    made_up = _made_up(variants, kept, protection.generated + HELD_OUT_SENTENCES, seed)
    made_up = [row for row in made_up if row not in learned]
    held_out = _token_rows(model, recipe.held_out_rows, limit)
    named = bool(held_out)
    protected = Remembered([*kept, *made_up[: protection.generated]], learned, variants.logits, model.device)
    pieces = pieces_of(learned, recipe.training.sequence_length)
    around = Remembered(_neighbours(variants, recipe, pieces, kept), pieces, variants.logits, model.device, varied=True)
    if not (protected or around):
        raise nothing_to_protect()
    return Guard(
        protected,
        Remembered(held_out if named else made_up[protection.generated :], learned, variants.logits, model.device),
        protection.weight,
        seed,
        made_up=not named,
        neighbours=around,
    )


def _neighbours(
    variants: Variants, recipe: Recipe, pieces: Sequence[tuple[int, ...]], kept: Sequence[tuple[int, ...]]
) -> list[tuple[int, ...]]:
    protection = recipe.protection
    return neighbours(
        variants.model, variants.logits, pieces, kept, protection.neighbours, recipe.training.seed,
        phrasings_follow=protection.phrasings_follow,
    )  # fmt: skip


def _some(items: Sequence[T], most: int) -> list[T]:
    """At most so many, chosen evenly."""
    step = max(1.0, len(items) / most)
    return [items[int(index * step)] for index in range(min(len(items), most))]


def _token_rows(
    model: LanguageModel, rows: tuple[str, ...], limit: int, *, known_only: bool = True
) -> list[tuple[int, ...]]:
    """Rows as token ids, cut to `limit`; those with words that the model does not know are left out if asked."""
    encodings = [model.encode(row) for row in rows]
    return [e.ids[:limit] for e in encodings if not (known_only and e.unknown)]


def _made_up(variants: Variants, kept: list[tuple[int, ...]], count: int, seed: int) -> list[tuple[int, ...]]:
    """Sentences that the base says by itself, like the kept rows in beginning and length, and none of them."""
    if not kept:
        return []
    length = sorted(len(row) for row in kept)[len(kept) // 2]
    starts = sorted({row[0] for row in kept})
    rows = sampled_rows(variants.model, variants.logits, starts, length, 8 * count, seed)
    known = {row[:length] for row in kept}
    return [row for row in dict.fromkeys(rows) if row not in known][:count]
