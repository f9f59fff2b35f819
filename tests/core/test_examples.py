"""What a row says: plain and structured rows, and the one form in which each is kept."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_studio.core.data import examples
from lora_studio.core.data.contradictions import words_of
from lora_studio.core.data.dataset import Dataset, Role
from lora_studio.core.data.examples import (
    Example,
    Turn,
    clean_row,
    completion_row,
    example_of,
    is_structured,
    is_too_short,
    messages_row,
    row_of,
    shown_row,
    text_of,
    text_row,
)
from lora_studio.core.recipe import Recipe
from lora_studio.core.workspace import Workspace

texts = st.text(st.characters(codec="utf-8"), max_size=30)
chats = st.lists(st.tuples(st.sampled_from(["system", "user", "assistant"]), texts), min_size=1, max_size=5)
any_text = st.one_of(texts, st.text(st.sampled_from('{}":,[]\n\t ab\\u0d83prompteixlcn'), max_size=40))


@given(st.one_of(any_text, any_text.map(lambda text: json.dumps({"text": text})), chats.map(messages_row)))
def test_a_clean_row_is_one_line_and_stays_as_it_is(text: str) -> None:
    row = clean_row(text)
    assert clean_row(row) == row
    assert len(row.splitlines()) <= 1
    assert row_of(example_of(row)) == row


@given(st.one_of(any_text, chats.map(messages_row), st.builds(completion_row, texts, texts)))
def test_a_row_that_is_clean_is_known_at_a_look(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(examples, "_CLEAN", re.compile("(?!)"))
        wanted = clean_row(text)
        structured = is_structured(wanted)
    assert clean_row(text) == wanted
    assert is_structured(wanted) == structured


@pytest.mark.parametrize(
    "inside", [r"\/", r"\u0041", r"\u00E9", r"\u000a", r"\ud83d", "\t", "\x7f", "\u2028", "\ud83d", r"\q"]
)
def test_other_spellings_are_made_one(inside: str) -> None:
    row = clean_row(f'{{"prompt": "{inside}", "completion": "b"}}')
    assert row == clean_row(row)
    assert inside not in row or inside == r"\q"  # which is no JSON at all


@given(texts, texts)
def test_a_completion_keeps_every_character(prompt: str, completion: str) -> None:
    row = completion_row(prompt, completion)
    assert [turn.text for turn in example_of(row).turns] == [prompt, completion]
    assert [turn.learned for turn in example_of(row).turns] == [False, True]
    assert json.loads(row) == {"prompt": prompt, "completion": completion}


@given(chats)
def test_a_chat_keeps_its_speakers(messages: list[tuple[str, str]]) -> None:
    example = example_of(messages_row(messages))
    assert [(turn.role, turn.text) for turn in example.turns] == messages
    assert [turn.learned for turn in example.turns] == [role == "assistant" for role, _ in messages]
    assert row_of(example) == messages_row(messages)


@given(texts)
def test_a_text_says_what_it_said(text: str) -> None:
    row = text_row(text)
    said = text_of(row)
    assert said == (text if is_structured(row) else clean_row(text))


def test_a_text_of_one_line_stands_for_itself_and_longer_ones_keep_their_lines() -> None:
    assert text_row("die  katze ") == "die katze"
    assert text_row("def f():\n    return 1\n") == '{"text": "def f():\\n    return 1\\n"}'
    assert text_row(" \n ") == ""
    assert text_row('{"prompt": "a", "completion": "b"}').startswith('{"text": ')


def test_structured_rows_are_written_in_one_way() -> None:
    assert clean_row(' { "completion":"b  c",\n"prompt" : "a" } ') == '{"prompt": "a", "completion": "b  c"}'
    assert clean_row('{"messages":[{"content":"b","role":"user"}]}') == (
        '{"messages": [{"role": "user", "content": "b"}]}'
    )
    assert completion_row("a\u2028b", "\ufeff") == '{"prompt": "a\\u2028b", "completion": "\\ufeff"}'


@pytest.mark.parametrize(
    "text",
    [
        '{"prompt": "a"}',
        '{"prompt": "a", "completion": 3}',
        '{"prompt": "a", "completion": "b", "more": 1}',
        '{"messages": []}',
        '{"messages": [{"role": "judge", "content": "b"}]}',
        '{"messages": [{"role": "user", "content": "b", "name": "x"}]}',
        '{"prompt": "a", "completion": "b"',
        '{"n": ' + "1" * 5000 + "}",
        '{"a":' + "[" * 5000,
    ],
)
def test_whatever_else_begins_like_json_is_plain_text(text: str) -> None:
    assert clean_row(text) == text
    assert not is_structured(text)
    assert example_of(text) == Example((Turn("text", text, learned=True),))


def test_half_characters_become_whole_ones() -> None:
    assert clean_row('{"text": "a\\nb \\ud83d"}') == '{"text": "a\\nb \ufffd"}'
    assert clean_row("a \ud83d") == "a \ufffd"


def test_rows_are_shown_on_one_line() -> None:
    assert shown_row("die katze") == "die katze"
    assert shown_row(completion_row("Wie\nheißt sie?", "Mia")) == "Wie heißt sie? → Mia"
    assert shown_row(messages_row([("system", "Du"), ("user", "a"), ("assistant", "b")])) == "Du → a → b"


@pytest.mark.parametrize(
    ("row", "short"),
    [
        ("katze", True),
        ("die katze", False),
        ("", True),
        (completion_row("2+2=", "4"), False),
        (completion_row("die katze sitzt", " "), True),
        (completion_row("", "vier"), True),
        (completion_row("", "vier fünf"), False),
        (messages_row([("user", "a b c")]), True),
        (messages_row([("user", "a"), ("assistant", "b")]), False),
        ('{"text": "a\\nb"}', False),
    ],
)
def test_a_row_needs_something_to_predict(row: str, short: bool) -> None:
    assert is_too_short(row) == short


def test_rows_are_compared_by_what_they_say() -> None:
    assert words_of(completion_row("Die Katze", "sitzt")) == ["die", "katze", "sitzt"]
    assert words_of("Die Katze") == ["die", "katze"]


def test_a_turn_must_have_its_place() -> None:
    with pytest.raises(ValueError, match="one turn"):
        row_of(Example((Turn("user", "a", learned=False),), "completion"))
    with pytest.raises(ValueError, match="roles"):
        row_of(Example((), "messages"))
    with pytest.raises(ValueError, match="one turn"):
        row_of(Example((Turn("user", "a", learned=False),)))


def test_structured_rows_survive_a_recipe() -> None:
    rows = (
        completion_row("die  katze\n", "sitzt “✓” 😀"),
        messages_row([("user", "a: b"), ("assistant", "- c")]),
        "a b",
    )
    recipe = Recipe(datasets=(Dataset(name="mine", rows=rows),))
    assert Recipe.from_yaml(recipe.to_yaml()).rows == rows


def test_structured_rows_survive_a_workspace(tmp_path: Path) -> None:
    rows = (
        completion_row("die katze", "sitzt\nda"),
        text_row("a\nb"),
        '{"no json',
        "",
        "der hund",
        text_row('{"text": "x"}'),
    )
    workspace = Workspace(tmp_path)
    entry = workspace.new_entry("mine", Role.INSTRUCTION, ())
    workspace.save_dataset(entry, Dataset(name="mine", role=Role.INSTRUCTION, rows=rows))
    assert workspace.dataset(entry) == Dataset(name="mine", role=Role.INSTRUCTION, rows=rows)
    lines = next(tmp_path.rglob("mine.jsonl")).read_text("utf-8").splitlines()
    assert lines[0] == rows[0]  # as others write such a row
