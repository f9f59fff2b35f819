"""Neighbours of the new rows: what is made up to be protected, and what that does to a correction."""

from __future__ import annotations

import pytest

from lora_studio.core.data.builtin import FACT_CORRECTION
from lora_studio.core.models.opening import open_model
from lora_studio.core.probing.answers import measure
from lora_studio.core.recipe import Protection, Recipe, TrainingSettings
from lora_studio.core.training.guard import NEIGHBOURS_SHARE, Guard, Logits, Remembered
from lora_studio.core.training.neighbours import Row, neighbours, pieces_of
from lora_studio.core.variants import Variants
from lora_studio.core.watching import make_guard
from tests.core.method_cases import learned

LIMIT = 128
COUNT = 64


@pytest.fixture
def variants() -> Variants:
    return Variants(open_model("minigpt"))


def ids(variants: Variants, *rows: str) -> list[Row]:
    return [variants.model.encode(row).ids for row in rows]


def made(variants: Variants, pieces: list[Row], others: list[Row], seed: int = 0, *, follow: bool = False) -> list[Row]:
    return neighbours(variants.model, variants.logits, pieces, others, COUNT, seed, phrasings_follow=follow)


def halved(logits: Logits) -> Logits:
    """A model that is less sure of everything."""
    return lambda ids, mask: logits(ids, mask) / 2


def test_rows_are_cut_as_they_are_learned() -> None:
    assert pieces_of([(2, 3, 4, 5, 6), (7, 8)], 3) == [(2, 3, 4, 5), (3, 4, 5, 6), (7, 8)]


def test_one_word_is_exchanged_and_what_follows_is_not(variants: Variants) -> None:
    pieces = ids(variants, "der mann liest das buch", "die katze sitzt auf dem sofa")
    others = ids(variants, "die sonne scheint am himmel")
    found = made(variants, pieces, others)
    assert len(set(found)) == len(found) == COUNT
    known = {token for row in (*pieces, *others) for token in row[:-1]}
    for row in found:
        origins = [piece for piece in pieces if len(piece) == len(row)]
        assert any(sum(a != b for a, b in zip(row[:-1], piece[:-1], strict=True)) == 1 for piece in origins)
        assert row[-1] in {piece[-1] for piece in origins}
        assert set(row[:-1]) <= known


def test_what_stands_behind_an_unknown_word_is_left_out(variants: Variants) -> None:
    unknown = variants.model.token_id("<unk>")
    found = made(variants, ids(variants, "die frau kocht suppe im topf"), ids(variants, "der hund läuft im garten"))
    assert found
    assert {len(row) for row in found} == {4}
    assert {row[-1] for row in found} == {unknown}
    assert made(variants, ids(variants, "suppe kocht die frau"), []) == []


def test_nothing_to_vary_gives_nothing(variants: Variants) -> None:
    assert made(variants, [], ids(variants, "der hund läuft im garten")) == []
    assert neighbours(variants.model, variants.logits, [(2, 3)], [], 0, 0, phrasings_follow=True) == []


def test_the_same_seed_gives_the_same_rows(variants: Variants) -> None:
    pieces = ids(variants, *FACT_CORRECTION.rows)
    assert made(variants, pieces, [], 1) == made(variants, pieces, [], 1) != made(variants, pieces, [], 2)


def test_what_the_base_answers_as_the_row_itself_may_follow(variants: Variants) -> None:
    """The base says "garten" for the dog, the child and the bird, and something else for the ducks."""
    pieces = ids(variants, "der hund läuft im wald")
    others = ids(variants, "das kind spielt", "die vogel enten")
    alike = {row[:-1] for row in ids(variants, "der vogel läuft im x", "der kind läuft im x")}
    assert alike <= {row[:-1] for row in made(variants, pieces, others)}
    kept = made(variants, pieces, others, follow=True)
    assert kept
    model = variants.model
    prompts = [" ".join(model.token(token) for token in row[:-1]) for row in kept]
    answers = measure(model, variants, prompts).probabilities.argmax(dim=-1).tolist()
    assert model.token_id("garten") not in answers


def test_a_correction_spreads_less_to_what_is_nowhere_in_the_data() -> None:
    """Two prompts that are in no dataset: the base answers them, and a correction of others must not change that."""
    prompts = ("der opa kocht", "der lehrer liest")

    def shares(protection: Protection) -> list[float]:
        variants = Variants(open_model("minigpt"))
        before = measure(variants.model, variants, prompts).probabilities.argmax(dim=-1)
        learned(variants, Recipe(training=TrainingSettings(epochs=60), protection=protection))
        after = measure(variants.model, variants, prompts).probabilities
        return [float(after[row, answer]) for row, answer in enumerate(before.tolist())]

    kept_only = shares(Protection(enabled=True))
    around = shares(Protection(enabled=True, neighbours=256, phrasings_follow=False))
    assert all(with_them > without + 0.2 for with_them, without in zip(around, kept_only, strict=True))


def test_neighbours_can_be_protected_without_kept_rows(variants: Variants) -> None:
    guard = make_guard(variants, Recipe(kept=(), protection=Protection(enabled=True, neighbours=16)), LIMIT)
    assert guard is not None
    penalty = guard.penalty(variants.logits)
    assert penalty is not None
    assert penalty.item() == pytest.approx(0, abs=1e-5)
    assert guard.measure(0, variants.logits).protected is None


def test_neighbours_add_their_share_to_the_term(variants: Variants) -> None:
    logits, device = variants.logits, variants.model.device
    nothing = Remembered([], [], logits, device)
    protected, around = (Remembered(ids(variants, row), [], logits, device) for row in ("der opa kocht", "das kind"))
    parts = [Guard(some, nothing, 2.0, 0).penalty(halved(logits)) for some in (protected, around)]
    both = Guard(protected, nothing, 2.0, 0, neighbours=around).penalty(halved(logits))
    assert both is not None
    assert parts[0] is not None
    assert parts[1] is not None
    assert both.item() == pytest.approx(parts[0].item() + NEIGHBOURS_SHARE * parts[1].item(), rel=1e-5)


def test_of_a_variation_only_what_stands_behind_the_exchanged_word_counts(variants: Variants) -> None:
    """Before it, the variation is the new row, and the base's answers are what is to change."""
    logits, device = variants.logits, variants.model.device
    new, varied = ids(variants, "der mann liest das buch", "der mann liest die zeitung")
    whole = Remembered([varied], [], logits, device)
    behind = Remembered([varied], [new], logits, device, varied=True)
    prompts = ["der", "der mann", "der mann liest", "der mann liest die"]
    before = measure(variants.model, variants, prompts).probabilities
    after = measure(variants.model, variants, prompts, temperature=2.0).probabilities
    divergence = (before * (before / after).log()).sum(dim=-1)
    assert whole.measured(halved(logits)) == pytest.approx(divergence.mean().item(), rel=1e-3)
    assert behind.measured(halved(logits)) == pytest.approx(divergence[-1].item(), rel=1e-3)
