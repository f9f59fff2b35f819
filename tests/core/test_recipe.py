"""A recipe says everything about a run and survives being written and read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_studio.core.data.dataset import Dataset
from lora_studio.core.errors import RecipeError
from lora_studio.core.methods import Lora
from lora_studio.core.recipe import Recipe, TrainingSettings


def test_round_trip_through_yaml() -> None:
    recipe = Recipe(name="Ä", method=Lora(rank=2, targets=("q_proj", "v_proj")), training=TrainingSettings(seed=7))
    assert Recipe.from_yaml(recipe.to_yaml()) == recipe


@given(st.lists(st.text(max_size=30), max_size=5), st.floats(1e-9, 1e9), st.integers(1, 256))
def test_any_recipe_round_trips(rows: list[str], learning_rate: float, rank: int) -> None:
    recipe = Recipe(
        datasets=(Dataset(name="mine", rows=tuple(rows)),),
        method=Lora(rank=rank),
        training=TrainingSettings(learning_rate=learning_rate),
    )
    assert Recipe.from_yaml(recipe.to_yaml()) == recipe


def test_a_builtin_dataset_can_be_named() -> None:
    recipe = Recipe.from_yaml("datasets: [FINETUNING]")
    assert len(recipe.rows) == 8


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("method: {name: lora, rank: 0}", "rank"),
        ("method: {name: lora, targets: []}", "targets"),
        ("method: {name: lora, targets: ['.*']}", "plain names"),
        ("method: {name: nonesuch}", "nonesuch"),
        ("method: {name: lora, colour: red}", "colour"),
        ("training: {epochs: 0}", "epochs"),
        ("training: {learning_rate: .nan}", "learning_rate"),
        ("training: {learning_rate: -1}", "learning_rate"),
        ("training: {speed: 3}", "speed"),
        ("datasets: [NONESUCH]", "FACT_CORRECTION"),
        ("datasets: []", "datasets"),
        ("- just\n- a list", "mapping"),
        ("a: [b", "YAML"),
        ("!!python/object/apply:os.system ['true']", "YAML"),
    ],
)
def test_a_bad_recipe_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        Recipe.from_yaml(text)
