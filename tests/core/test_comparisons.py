"""Comparisons: temperature, choosing and arranging variants, and how far an answer moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import torch

from lora_studio.core.engine import Engine
from lora_studio.core.errors import DataError
from lora_studio.core.events import Answer, Comparison, Prediction
from lora_studio.core.methods import Lora, method_named
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.probing import answers
from lora_studio.core.probing.answers import Reader, measure
from tests.core.shaken_variants import shaken
from tests.core.tiny_mini_gpt import make_mini_gpt

CAT = "die katze sitzt auf dem"


def comparison() -> Comparison:
    base = Answer("p", ("p",), (), (Prediction("a", 0.7), Prediction("b", 0.2)))
    one = Answer("p", ("p",), (), (Prediction("b", 0.6), Prediction("c", 0.3)))
    other = Answer("p", ("p",), (), (Prediction("a", 0.6), Prediction("d", 0.1)))
    rows = ((0.7, 0.2, None, 0.0, 0.01), (0.1, 0.6, 0.3, 0.0, 0.0), (0.6, 0.2, 0.05, 0.1, 0.02))
    return Comparison("p", "w", ("Base", "one", "other"), ("a", "b", "c", "d", "w"), rows, (base, one, other))


@pytest.fixture(scope="module")
def engine() -> Engine:
    result = Engine()
    result.open("minigpt")
    return result


def test_the_probabilities_are_those_of_the_divided_scores(engine: Engine) -> None:
    variants = engine.variants
    model = variants.model
    encoding = model.encode(CAT)
    scores = model.logits(torch.tensor([encoding.ids])).detach()[0, -1]
    for temperature in (0.1, 0.7, 3.0):
        asked = engine.compare(CAT, "sofa", temperature=temperature)
        expected = (scores / temperature).softmax(-1)
        assert asked.temperature == temperature
        for token, probability in zip(asked.tokens, asked.probabilities[0], strict=True):
            assert probability == pytest.approx(float(expected[model.token_id(token)]), abs=1e-6)


def test_without_a_temperature_the_probabilities_are_the_models_own(engine: Engine) -> None:
    assert engine.compare(CAT) == engine.compare(CAT, temperature=1.0)


def test_many_prompts_are_answered_as_each_alone_would_be() -> None:
    engine = Engine()
    engine.take(make_mini_gpt(), "tiny")
    shaken(engine.variants, "one", Lora(), ("wald",), size=0.3)
    shaken(engine.variants, "two", method_named("prompt")(), size=0.3)
    limit = engine.variants.model.context_length
    questions = [(CAT, "sofa"), ("", ""), ("die", ""), (" ".join(["die"] * limit), "")]
    together = engine.compare_many(questions, temperature=0.8)
    assert isinstance(together[1], DataError)
    for (prompt, wanted), found in zip(questions, together, strict=True):
        if prompt:
            alone = engine.compare(prompt, wanted, temperature=0.8)
            assert isinstance(found, Comparison)
            assert (found.variants, found.tokens, found.wanted) == (alone.variants, alone.tokens, wanted)
            assert found.answers[0].tokens == alone.answers[0].tokens
            for one, other in zip(found.probabilities, alone.probabilities, strict=True):
                assert one == pytest.approx(other, abs=1e-6)
    assert isinstance(together[3], Comparison)
    assert together[3].variants == ("Base", "one")  # the virtual tokens of the other leave it less room


def test_what_is_not_asked_takes_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine()
    engine.take(make_mini_gpt(), "tiny")
    for name in ("one", "two"):
        shaken(engine.variants, name, Lora())
    asked: list[int] = []
    measured = answers.measure

    def counted(model: LanguageModel, reader: Reader, prompts: Sequence[str], *others: Any) -> answers.Measured:
        asked.append(len(prompts))
        return measured(model, reader, prompts, *others)

    monkeypatch.setattr("lora_studio.core.variants.measure", counted)
    found = engine.compare_many([(CAT, ""), ("die", "")], but=("two", "Base"))
    assert [each.variants for each in found if isinstance(each, Comparison)] == [("Base", "one")] * 2
    assert asked == [2, 2]
    assert engine.compare_many([]) == ()


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan"), float("inf")])
def test_an_impossible_temperature_is_refused(tiny_model: LanguageModel, temperature: float) -> None:
    with pytest.raises(DataError, match="temperature"):
        measure(tiny_model, tiny_model, ["die katze"], temperature=temperature)


def test_a_choice_of_variants_has_only_their_tokens_and_the_wanted_one() -> None:
    chosen = comparison().arranged(("Base", "other"))
    assert chosen.variants == ("Base", "other")
    assert chosen.tokens == ("a", "b", "d", "w")
    assert chosen.probabilities[1] == (0.6, 0.2, 0.1, 0.02)


def test_a_variant_that_did_not_answer_has_an_empty_place() -> None:
    arranged = comparison().arranged(("Base", "late", "one"))
    assert arranged.answers[1].predictions == ()
    assert set(arranged.probabilities[1]) == {None}
    assert arranged.answers[2].top.token == "b"
    assert arranged.moved(1) == 0.0


def test_what_stays_as_it_is_is_not_copied() -> None:
    whole = comparison()
    assert whole.arranged(("Base", "one", "other")) is whole


def test_how_far_an_answer_moved_is_its_total_variation() -> None:
    whole = comparison()
    assert whole.moved(0) == 0.0
    # a −0.6, b +0.4, c +0.3, w −0.01, and everything else from 0.09 to 0
    assert whole.moved(1) == pytest.approx((0.6 + 0.4 + 0.3 + 0.01 + 0.09) / 2)
    assert 0 < whole.moved(2) < whole.moved(1) <= 1
