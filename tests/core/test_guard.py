"""Protection: the term that keeps the base's answers, against the formula written out in plain torch."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor

from lora_studio.core.models.growth import Growth
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.training import guard
from lora_studio.core.training.guard import MOST_AT_ONCE, Guard, Remembered
from tests.core.method_cases import FAMILIES

CPU = torch.device("cpu")
ROWS = ((2, 3, 4, 5, 6, 7), (8, 9, 10, 11), (10, 3, 9), (6, 7))
NEW = ((2, 3, 4, 5, 6, 12), (8, 3))  # says otherwise what follows 2 3 4 5 6, and what follows 8


@pytest.fixture(params=FAMILIES)
def model(request: pytest.FixtureRequest) -> LanguageModel:
    return FAMILIES[request.param]()


def other(model: LanguageModel) -> LanguageModel:
    """A model of the same kind that answers otherwise."""
    return FAMILIES[model.family](seed=1)


def divergence(
    base: LanguageModel, now: LanguageModel, rows: Sequence[Sequence[int]], skipped: set[tuple[int, ...]]
) -> float:
    """Mean KL(base ‖ now) after each beginning of each row but those in `skipped`; one beginning at a time."""
    found = []
    for row in rows:
        for end in range(1, len(row)):
            if tuple(row[:end]) in skipped:
                continue
            ids = torch.tensor([row[:end]])
            p, q = (of.logits(ids)[0, -1].double().softmax(0) for of in (base, now))
            q = q[: len(p)]  # not rescaled: words that came later take their share
            found.append((p * (p / q).log()).sum().item())
    return sum(found) / len(found)


def test_nothing_has_moved_at_the_start(model: LanguageModel) -> None:
    remembered = Remembered(ROWS, (), model.logits, CPU)
    assert remembered.rows == 4
    assert abs(remembered.divergence(model.logits).item()) <= 1e-6
    measured = remembered.measured(model.logits)
    assert measured is not None
    assert 0 <= measured <= 1e-6


def test_the_term_is_the_mean_divergence_over_all_positions_that_are_left_alone(model: LanguageModel) -> None:
    now = other(model)
    remembered = Remembered(ROWS, NEW, model.logits, CPU)
    expected = divergence(model, now, ROWS, skipped={(2, 3, 4, 5, 6), (8,)})
    assert remembered.divergence(now.logits).item() == pytest.approx(expected, rel=1e-4)
    assert remembered.measured(now.logits) == pytest.approx(expected, rel=1e-4)
    everything = Remembered(ROWS, (), model.logits, CPU)
    assert everything.measured(now.logits) == pytest.approx(divergence(model, now, ROWS, set()), rel=1e-4)
    assert everything.measured(now.logits) != pytest.approx(expected, rel=1e-3)


def test_words_that_came_later_count_as_a_loss_of_the_others_share(model: LanguageModel) -> None:
    now = FAMILIES[model.family]()
    Growth(now, ["sofa", "wald"], seed=0)
    remembered = Remembered(ROWS, (), model.logits, CPU)
    expected = divergence(model, now, ROWS, set())
    assert remembered.measured(now.logits) == pytest.approx(expected, rel=1e-4)
    assert expected > 1e-3


def test_rows_that_are_too_short_or_wholly_contradicted_have_nothing_to_say(model: LanguageModel) -> None:
    nothing = Remembered([(2,), (), (2, 3)], [(2, 4)], model.logits, CPU)
    assert not nothing
    assert nothing.rows == 0
    assert nothing.measured(model.logits) is None
    guard = Guard(nothing, nothing, weight=1.0, seed=0)
    assert guard.penalty(model.logits) is None
    drift = guard.measure(3, model.logits)
    assert (drift.step, drift.protected, drift.held_out) == (3, None, None)


def test_the_penalty_is_weighted_and_has_the_gradient_of_the_formula(model: LanguageModel) -> None:
    now = other(model)
    protected, held_out = Remembered(ROWS[:2], (), model.logits, CPU), Remembered(ROWS[2:], (), model.logits, CPU)
    shift = torch.zeros(now.vocabulary_size, requires_grad=True)

    def shifted(ids: Tensor, mask: Tensor | None = None) -> Tensor:
        return now.logits(ids, mask) + shift

    guard = Guard(protected, held_out, weight=2.5, seed=0)
    penalty = guard.penalty(shifted)
    assert penalty is not None
    penalty.backward()
    assert penalty.item() == pytest.approx(2.5 * divergence(model, now, ROWS[:2], set()), rel=1e-4)
    # d KL(p ‖ softmax(z)) / dz = softmax(z) − p, meant over the positions
    positions = [row[:end] for row in ROWS[:2] for end in range(1, len(row))]
    differences = [
        now.logits(torch.tensor([start]))[0, -1].softmax(0) - model.logits(torch.tensor([start]))[0, -1].softmax(0)
        for start in positions
    ]
    torch.testing.assert_close(shift.grad, 2.5 * torch.stack(differences).mean(0), atol=1e-5, rtol=1e-4)
    drift = guard.measure(7, now.logits)
    assert drift.protected == pytest.approx(divergence(model, now, ROWS[:2], set()), rel=1e-4)
    assert drift.held_out == pytest.approx(divergence(model, now, ROWS[2:], set()), rel=1e-4)


def test_of_many_rows_each_step_looks_at_others_and_a_fixed_sample_is_measured() -> None:
    model, now = FAMILIES["minigpt"](), FAMILIES["minigpt"](seed=1)
    generator = torch.Generator().manual_seed(0)
    rows = [tuple(torch.randint(2, 13, (4,), generator=generator).tolist()) for _ in range(2 * MOST_AT_ONCE)]
    remembered = Remembered(rows, (), model.logits, CPU)
    assert remembered.measured(now.logits) == pytest.approx(divergence(model, now, rows[::2], set()), rel=1e-4)
    chosen = remembered.divergence(now.logits, torch.tensor([5, 1])).item()
    assert chosen == pytest.approx(divergence(model, now, [rows[5], rows[1]], set()), rel=1e-4)

    def penalties(seed: int) -> list[float]:
        guard = Guard(remembered, remembered, weight=1.0, seed=seed)
        found = [guard.penalty(now.logits) for _ in range(8)]
        return [penalty.item() for penalty in found if penalty is not None]

    assert penalties(1) == penalties(1)
    assert len({round(value, 6) for value in penalties(1)}) == 8
    assert sum(penalties(1)) / 8 == pytest.approx(divergence(model, now, rows, set()), rel=0.1)


def test_what_is_no_number_is_not_called_perfect(model: LanguageModel) -> None:
    remembered = Remembered(ROWS, (), model.logits, CPU)
    assert remembered.measured(lambda ids, mask: model.logits(ids, mask) * float("nan")) is None


def test_padding_is_not_part_of_what_is_remembered(model: LanguageModel) -> None:
    now = other(model)
    alone = Remembered(ROWS[1:2], (), model.logits, CPU).measured(now.logits)
    together = Remembered((ROWS[1], ROWS[0]), (), model.logits, CPU)  # the first is padded beside the second
    other_alone = Remembered(ROWS[:1], (), model.logits, CPU).measured(now.logits)
    assert alone is not None
    assert other_alone is not None
    assert together.measured(now.logits) == pytest.approx((3 * alone + 5 * other_alone) / 8, rel=1e-4)


def coarse(base: LanguageModel, now: LanguageModel, rows: Sequence[Sequence[int]], kept: int) -> float:
    """Mean KL with all but the base's `kept` most probable tokens taken as one; one beginning at a time."""
    found = []
    for row in rows:
        for end in range(1, len(row)):
            p, q = (of.logits(torch.tensor([row[:end]]))[0, -1].double().softmax(0) for of in (base, now))
            most = p.topk(kept).indices
            p, q = (torch.cat([one[most], 1 - one[most].sum()[None]]) for one in (p, q))
            found.append((p * (p / q).log()).sum().item())
    return sum(found) / len(found)


def test_of_a_large_vocabulary_the_most_probable_tokens_are_remembered(
    model: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = other(model)
    exact = Remembered(ROWS, (), model.logits, CPU)
    monkeypatch.setattr(guard, "LARGE_VOCABULARY", 8)
    monkeypatch.setattr(guard, "MOST_KEPT", 4)
    few = Remembered(ROWS, (), model.logits, CPU)
    assert few.divergence(now.logits).item() == pytest.approx(coarse(model, now, ROWS, 4), rel=1e-4)
    assert few.divergence(now.logits).item() <= exact.divergence(now.logits).item()
    assert abs(few.divergence(model.logits).item()) <= 1e-6
    shift = torch.zeros(now.vocabulary_size, requires_grad=True)
    few.divergence(lambda ids, mask: now.logits(ids, mask) + shift).backward()
    assert shift.grad is not None
    assert shift.grad.abs().max() > 1e-3
    Growth(now, ["sofa", "wald"], seed=0)  # words that came later are among the others
    assert few.divergence(now.logits).item() == pytest.approx(coarse(model, now, ROWS, 4), rel=1e-4)


def test_of_a_large_vocabulary_fewer_rows_are_looked_at_in_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    model, now = FAMILIES["minigpt"](), FAMILIES["minigpt"](seed=1)
    rows = [tuple(range(2 + place, 6 + place)) for place in range(8)]
    asked = []

    def logits(ids: Tensor, mask: Tensor | None = None) -> Tensor:
        asked.append(len(ids))
        return now.logits(ids, mask)

    monkeypatch.setattr(guard, "SCORES_AT_ONCE", 2 * 3 * model.vocabulary_size)
    remembered = Remembered(rows, (), model.logits, CPU, vocabulary=model.vocabulary_size)
    Guard(remembered, remembered, weight=1.0, seed=0).penalty(logits)
    remembered.measured(logits)
    assert asked == [2, 2]
