"""The first batch as it is shown is the one that a run learns."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from lora_studio.core.data.dataset import Dataset
from lora_studio.core.data.examples import completion_row, messages_row
from lora_studio.core.errors import DataError, RecipeError
from lora_studio.core.instruments.first_batch import first_batch
from lora_studio.core.methods import Lora, method_named
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.recipe import Recipe, TrainingSettings
from lora_studio.core.summaries import FirstBatchToken
from lora_studio.core.training.batches import IGNORED
from lora_studio.core.training.feeding import training_batches
from tests.core.real_models import BEGIN, CLOSE, END, open_tiny
from tests.core.tiny_mini_gpt import make_mini_gpt

ROWS = (
    "Der Hund läuft im Garten",
    completion_row("Die Katze", "sitzt auf dem Tisch"),
    messages_row([("user", "Rome?"), ("assistant", "yes Paris"), ("user", "no"), ("assistant", "Madrid")]),
    "Berlin London",
    "The cat sat on the mat",
)


def recipe_of(rows: tuple[str, ...] = ROWS, **training: Any) -> Recipe:
    return Recipe(
        datasets=(Dataset(name="mine", rows=rows),),
        method=Lora(targets=("q_proj",)),
        training=TrainingSettings(
            **{"arrangement": "whole", "sequence_length": 40, "batch_size": 3, "seed": 4, **training}
        ),
    )


def targets(row: tuple[FirstBatchToken, ...]) -> list[int]:
    return [token.id for token in row if token.is_target]


@pytest.mark.parametrize(
    "training",
    [
        {},
        {"arrangement": "packed"},
        {"arrangement": "sliding", "sequence_length": 5},
        {"bucketing": True},
        {"completion_only": False},
        {"validation": 0.3},
    ],
)
@pytest.mark.parametrize("chat", [False, True])
def test_it_is_what_a_run_learns_first(chat: bool, training: dict[str, Any]) -> None:
    model, recipe = open_tiny("qwen3", chat=chat), recipe_of(**training)
    shown = first_batch(model, recipe)
    attachment = recipe.method.attach(model, seed=0)
    batches = training_batches(attachment, recipe)
    batch = next(batches.epoch())
    assert shown.batches == len(batches)
    assert shown.template == ("chat" if chat else "plain") or training.get("validation")
    assert len(shown.rows) == len(batch.ids) == len(shown.first_row)
    for number, row in enumerate(shown.rows):
        learned = batch.targets[number]
        assert targets(row) == learned[learned != IGNORED].tolist()
        read = [token.id for token in row if token.role == "padding"]
        assert len(read) == int((~batch.mask[number]).sum())
    attachment.detach()


def roles(model: LanguageModel, *rows: str, **training: Any) -> list[str]:
    (row,) = first_batch(model, recipe_of(rows, **training)).rows
    return [f"{token.text}:{token.role}" for token in row]


def test_the_roles_of_tokens() -> None:
    model = open_tiny("llama", chat=True)
    found = roles(model, completion_row("Rome", "yes"))
    assert found[0] == "<|im_start|>:special"
    assert found[-2:] == ["yes:learned", f"{CLOSE}:end"]
    assert all(one.rpartition(":")[2] in ("special", "prompt") for one in found[:-2])
    text = roles(model, "yes Rome")
    assert (text[0], text[-1]) == (f"{BEGIN}:special", f"{END}:end")
    assert all(one.endswith(":learned") for one in text[1:-1])


def test_packed_rows_count_anew() -> None:
    shown = first_batch(open_tiny("qwen3"), recipe_of(("Berlin London", "The cat sat"), arrangement="packed"))
    (row,) = shown.rows
    starts = [place for place, token in enumerate(row) if token.position == 0]
    assert len(starts) == 2
    assert [token.role for token in row].count("end") == 2
    assert not row[starts[1]].is_target


def test_what_is_cut_or_left_out_is_counted() -> None:
    rows = ("Berlin London", completion_row("Rome", "yes " * 40), completion_row("yes " * 40, "Rome"))
    shown = first_batch(open_tiny("qwen3"), recipe_of(rows, sequence_length=16))
    assert (shown.cut_rows, shown.left_out, shown.learned_whole) == (1, 1, 0)


def test_words_that_are_new_are_shown_as_words() -> None:
    model = make_mini_gpt()
    before = torch.get_rng_state()
    shown = first_batch(model, recipe_of(("die katze faulenzt",)))
    assert [token.text for token in shown.rows[0]] == ["die", "katze", "faulenzt"]
    assert model.token_id("faulenzt") is None
    assert torch.equal(before, torch.get_rng_state())


def test_it_follows_the_recipe() -> None:
    model = open_tiny("qwen3")
    one, two = first_batch(model, recipe_of()), first_batch(model, recipe_of(batch_size=2))
    assert (len(one.rows), len(two.rows)) == (3, 2)
    assert first_batch(model, recipe_of()) == one
    assert first_batch(model, recipe_of(ROWS[:3])).batches == 1


def test_what_has_no_first_batch() -> None:
    model = open_tiny("qwen3")
    steering = Recipe(datasets=(Dataset(name="mine", rows=ROWS),), method=method_named("steering")())
    with pytest.raises(RecipeError, match="without batches"):
        first_batch(model, steering)
    with pytest.raises(DataError, match="nothing to learn"):
        first_batch(model, recipe_of((completion_row("yes " * 40, "Rome"),), sequence_length=8))
