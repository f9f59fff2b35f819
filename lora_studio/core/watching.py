"""What is watched while a recipe runs: the pinned prompts, what the base knew, and how far both have moved."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from lora_studio.core.data.encoding import encode_rows
from lora_studio.core.data.examples import text_of
from lora_studio.core.events import Answer
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.probing.answers import Measured, answers, measure, wanted_token
from lora_studio.core.probing.forgetting import Forgetting, forgetting, known_prompts, some
from lora_studio.core.probing.sampling import sampled_rows
from lora_studio.core.recipe import Recipe, nothing_to_protect
from lora_studio.core.training.feeding import learned_rows
from lora_studio.core.training.guard import SCORES_AT_ONCE, Guard, Remembered
from lora_studio.core.training.neighbours import neighbours, pieces_of
from lora_studio.core.variants import Variants

HELD_OUT_SENTENCES = 16  # made up by the base, where the recipe names no held-out rows
MOST_KNOWN_PROMPTS = 512  # on which forgetting is measured
MOST_KNOWN_VALUES = 1 << 26  # probabilities that are kept for it, 4 bytes each: of a large vocabulary fewer prompts
MOST_PROTECTED = 1024  # rows; of more, as many are chosen evenly


class BaseAnswers:
    """The watched prompts with the tokens to follow on each: what the base says, and what is wanted."""

    def __init__(self, variants: Variants, recipe: Recipe, limit: int) -> None:
        """Raises DataError: a prompt is empty, or longer than the `limit` of tokens that the result will read."""
        self._variants = variants
        self._model: LanguageModel = variants.model
        self._prompts = [probe.prompt for probe in recipe.probes]
        self._variants.activate(self._variants.base)
        base = answers(self._model, self._variants, self._prompts, top=1, limit=limit)
        self._followed = [
            tuple(
                dict.fromkeys(t for t in (answer.top.token, wanted_token(self._model, probe.prompt, probe.wanted)) if t)
            )
            for answer, probe in zip(base, recipe.probes, strict=True)
        ]

    def __bool__(self) -> bool:
        return bool(self._prompts)

    def measure(self) -> tuple[Answer, ...]:
        """What the active variant says now. `tracked` is the base's answer, then the wanted token."""
        limit = self._variants.context_length
        return answers(self._model, self._variants, self._prompts, tracked=self._followed, limit=limit)


class KnownAnswers:
    """What the base answers to the kept and the held-out rows, to be compared with what a variant answers later.

    To both alike, so that the figures of runs can be compared whatever each of them protected.
    """

    def __init__(self, variants: Variants, recipe: Recipe, limit: int) -> None:
        """Leaves out what is longer than the `limit` of tokens that the result will read."""
        known = [row for dataset in (*recipe.kept, *recipe.held_out) for row in dataset.rows]
        self._variants = variants
        most = max(1, min(MOST_KNOWN_PROMPTS, MOST_KNOWN_VALUES // variants.model.vocabulary_size))
        self._prompts = known_prompts(variants.model, known, recipe.rows_to_learn, limit, most)
        variants.activate(variants.base)
        self._base: Measured | None = self._measure() if self._prompts else None

    def compare(self) -> Forgetting | None:
        """How far the active variant's answers have moved; None if there is nothing that the base knows."""
        return forgetting(self._base, self._measure()) if self._base else None

    def _measure(self) -> Measured:
        return measure(self._variants.model, self._variants, self._prompts)


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
    limit = min(limit, max(2, SCORES_AT_ONCE // model.vocabulary_size))  # a longer row's scores would not fit
    kept = _token_rows(model, recipe.kept_rows, limit, most=MOST_PROTECTED)
    learned = _token_rows(model, [row for row, _ in learned_rows(recipe)], limit, known_only=False)
    made_up = _made_up(variants, kept, protection.generated + HELD_OUT_SENTENCES, seed)
    new = set(learned)
    made_up = [row for row in made_up if row not in new]
    held_out = _token_rows(model, recipe.held_out_rows, limit)
    named = bool(held_out)
    remembered = partial(Remembered, base=variants.logits, device=model.device, vocabulary=model.vocabulary_size)
    protected = remembered([*kept, *made_up[: protection.generated]], learned)
    pieces = pieces_of(learned, recipe.training.sequence_length, recipe.training.arrangement)
    around = remembered(_neighbours(variants, recipe, pieces, kept), pieces, varied=True)
    if not (protected or around):
        raise nothing_to_protect()
    return Guard(
        protected,
        remembered(held_out if named else made_up[protection.generated :], learned),
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


def _token_rows(
    model: LanguageModel, rows: Sequence[str], limit: int, *, known_only: bool = True, most: int = 0
) -> list[tuple[int, ...]]:
    """Rows as token ids, cut to `limit`; of more than `most` some, chosen evenly (0: all).

    Those with words that the model does not know are left out if asked.
    """
    if known_only and not model.spells_everything:
        rows = [row for row in rows if not model.encode(text_of(row)).unknown]
    if most:
        rows = some(rows, most)
    return [encoded.ids[:limit] for encoded in encode_rows(model, rows, completion_only=False)]


def _made_up(variants: Variants, kept: list[tuple[int, ...]], count: int, seed: int) -> list[tuple[int, ...]]:
    """Sentences that the base says by itself, like the kept rows in beginning and length, and none of them."""
    if not kept:
        return []
    length = sorted(len(row) for row in kept)[len(kept) // 2]
    starts = sorted({row[0] for row in kept})
    rows = sampled_rows(variants.model, variants, starts, length, 8 * count, seed)
    known = {row[:length] for row in kept}
    return [row for row in dict.fromkeys(rows) if row not in known][:count]
