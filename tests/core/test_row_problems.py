"""What is told of rows before a model learns them."""

from __future__ import annotations

import pytest

from lora_studio.core.data.examples import completion_row, messages_row, text_row
from lora_studio.core.data.problems import ModelRowProblem
from lora_studio.core.training.row_problems import row_problems
from lora_studio.core.training_settings import TrainingSettings
from tests.core.real_models import CHAT_TEMPLATE
from tests.core.test_encoding import SHOUTING, STRICT, Reader
from tests.core.tiny_mini_gpt import make_mini_gpt

WHOLE = TrainingSettings(arrangement="whole", sequence_length=24)
FINE = ["die katze", completion_row("der hund", "läuft"), text_row("zeile\n" * 50)]
LONG = completion_row("hi", "wort " * 40)
LATE = completion_row("wort " * 40, "hi")


def problems(rows: list[str], settings: TrainingSettings = WHOLE, template: str | None = None) -> list[ModelRowProblem]:
    return list(row_problems(Reader(template=template), rows, settings, context_length=64))


def test_rows_that_are_fine_are_not_told() -> None:
    assert not problems(FINE)
    assert not problems(FINE, WHOLE.model_copy(update={"arrangement": "packed"}))


def test_each_row_is_told_with_its_place_and_what_is_lost() -> None:
    rows = [*FINE, "", LONG, completion_row("a", " "), messages_row([("user", "a")]), LATE]
    found = problems(rows)
    assert [(problem.row, problem.kind) for problem in found] == [
        (3, "empty"), (4, "too long"), (5, "no completion"), (6, "no completion"), (7, "nothing learned"),
    ]  # fmt: skip
    assert found[1].lost == found[1].tokens - 25  # a window of 24 reads 24 and predicts one more


def test_nothing_is_lost_where_windows_slide_along() -> None:
    assert not problems([LONG, LATE], WHOLE.model_copy(update={"arrangement": "sliding"}))


def test_what_a_template_does_is_told() -> None:
    refused = messages_row([("system", "s"), ("user", "u"), ("assistant", "a")])
    (found,) = problems(["a b", refused], template=STRICT)
    assert (found.row, found.kind, found.text) == (1, "template", "No system messages.")
    (found,) = problems([completion_row("hund", "läuft")], template=SHOUTING)
    assert found.kind == "learned whole"
    assert not problems([completion_row("hund", "läuft")], template=CHAT_TEMPLATE)


def test_one_word_teaches_a_word_model_nothing() -> None:
    model = make_mini_gpt()
    found = row_problems(model, ["katze", "die katze"], TrainingSettings(), model.context_length)
    assert [(problem.row, problem.kind) for problem in found] == [(0, "nothing learned")]


@pytest.mark.parametrize("arrangement", ["sliding", "whole", "packed"])
def test_many_rows(arrangement: str) -> None:
    settings = WHOLE.model_copy(update={"arrangement": arrangement})
    assert [problem.row for problem in problems(["a b", ""] * 100, settings)] == list(range(1, 200, 2))
