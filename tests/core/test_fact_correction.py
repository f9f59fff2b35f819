"""The reference's table, for ten seeds, with and without protection."""

from __future__ import annotations

from statistics import mean

import pytest

from lora_studio.core.experiments.fact_correction import VARIANTS, run_fact_correction
from lora_studio.core.experiments.result_text import text_of
from lora_studio.core.experiments.results import Result
from tests.core.following import followed

CORRECTED = 4


@pytest.fixture(scope="module")
def results() -> list[Result]:
    return [followed(run_fact_correction(seed)) for seed in range(10)]


@pytest.mark.parametrize("variant", list(VARIANTS))
def test_every_corrected_fact_is_learned_for_every_seed(results: list[Result], variant: str) -> None:
    rows = [row for result in results for row in result.rows if (row["kind"], row["variant"]) == ("corrected", variant)]
    assert len(rows) == CORRECTED * len(results)
    assert all(row["predictions"][0]["token"] == row["wanted"] for row in rows)
    assert mean(row["wanted_probability"] for row in rows) >= 0.9


def test_the_base_says_what_the_reference_says(results: list[Result]) -> None:
    expected = ["tisch", "garten", "das", "die", "himmel", "garten", "frühling"]
    watched = [row for row in results[0].rows if row["kind"] in ("corrected", "kept")]
    base = [row["predictions"][0] for row in watched if row["variant"] == "base"]
    assert [top["token"] for top in base] == expected
    assert min(top["probability"] for top in base) > 0.95


def test_the_side_effect_is_shown_and_not_hidden(results: list[Result]) -> None:
    rows = [row for row in results[0].rows if row["prompt"] == "das kind spielt im"]
    first = {row["variant"]: row["predictions"][0]["token"] for row in rows}
    assert (first["v_only"], first["all"]) == ("wald", "wald")
    assert (first["v_only_protected"], first["all_protected"]) == ("garten", "garten")
    assert "wald 76% ⚠" in text_of(results[0])


@pytest.mark.parametrize("variant", ["v_only_protected", "all_protected"])
def test_every_protected_answer_keeps_85_percent_of_its_base(results: list[Result], variant: str) -> None:
    for result in results:
        protected = [row for row in result.rows if row["kind"] == "protected"]
        base = {row["prompt"]: row["predictions"][0] for row in protected if row["variant"] == "base"}
        assert len(base) == 16
        for row in protected:
            if row["variant"] == variant:
                before, now = base[row["prompt"]], row["predictions"][0]
                assert now["token"] == before["token"]
                assert now["probability"] >= 0.85 * before["probability"]


def test_what_is_neither_corrected_nor_protected_is_reported(results: list[Result]) -> None:
    for result in results:
        stayed = next(table for table in result.tables if table.name == "stayed")
        kept = {str(row[0]): float(row[3] or 0) for row in stayed.rows}
        assert len(kept) == len(VARIANTS)
        assert kept["LoRA all, protected"] > kept["LoRA all"]  # some of the protection reaches further than its rows


def test_protection_forgets_a_fraction(results: list[Result]) -> None:
    figures = [{variant.name: variant for variant in result.variants} for result in results]
    for plain, protected in (("v_only", "v_only_protected"), ("all", "all_protected")):
        without = mean(found[plain].forgetting_kl or 0 for found in figures)
        with_it = mean(found[protected].forgetting_kl or 0 for found in figures)
        assert with_it < 0.1 * without
        assert all(found[protected].top1_kept == 1.0 for found in figures)


def test_the_answer_moves_from_tisch_to_sofa(results: list[Result]) -> None:
    flip = next(plot for plot in results[0].plots if plot.name == "flip")
    old, new = flip.series[0], flip.series[1]
    assert (old.ys[0] or 0) > 0.9
    assert (new.ys[0] or 0) < 0.01
    assert (old.ys[-1] or 0) < 0.1
    assert (new.ys[-1] or 0) > 0.9


def test_parameters_are_the_references(results: list[Result]) -> None:
    parameters = results[0].parameters
    expected = {"epochs": 80, "rank": 4, "alpha": 4, "learning_rate": 2e-3, "batch_size": 4, "sequence_length": 4}
    assert {name: parameters[name] for name in expected} == expected
    assert parameters["train_embeddings"] is True
