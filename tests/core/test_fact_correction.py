"""The reference's table, for ten seeds."""

from __future__ import annotations

from statistics import mean

import pytest

from lora_studio.core.engine import Engine
from lora_studio.core.experiments.fact_correction import Result, run_fact_correction
from lora_studio.core.experiments.tables import fact_correction_table


@pytest.fixture(scope="module")
def results() -> list[Result]:
    engine = Engine()
    return [run_fact_correction(engine, seed) for seed in range(10)]


@pytest.mark.parametrize("variant", ["v_only", "all"])
def test_every_corrected_fact_is_learned_for_every_seed(results: list[Result], variant: str) -> None:
    probabilities = []
    for result in results:
        for row in result.rows:
            if row.kind == "corrected" and row.variant == variant:
                assert row.answer.top.token == row.wanted
                probabilities.append(row.answer.top.probability)
    assert len(probabilities) == 40
    assert mean(probabilities) >= 0.93


def test_the_base_says_what_the_reference_says(results: list[Result]) -> None:
    expected = ["tisch", "garten", "das", "die", "himmel", "garten", "frühling"]
    base = [row.answer.top for row in results[0].rows if row.variant == "base"]
    assert [top.token for top in base] == expected
    assert min(top.probability for top in base) > 0.95


def test_the_side_effect_is_shown_and_not_hidden(results: list[Result]) -> None:
    rows = [row for row in results[0].rows if row.prompt == "das kind spielt im" and row.variant != "base"]
    assert [row.kind for row in rows] == ["kept", "kept"]
    assert all(row.answer.top.token == "wald" for row in rows)
    assert "side effect: was garten" in fact_correction_table(results[0])


def test_parameters_are_the_references(results: list[Result]) -> None:
    parameters = results[0].parameters
    expected = {"epochs": 80, "rank": 4, "alpha": 4, "learning_rate": 2e-3, "batch_size": 4, "sequence_length": 4}
    assert {name: parameters[name] for name in expected} == expected
    assert parameters["train_embeddings"] is True
