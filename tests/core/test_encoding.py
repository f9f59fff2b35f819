"""Rows as a model reads them, and which of their tokens are learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from lora_studio.core.data.encoding import EncodedRow, encode_row, encode_rows, prompt_text
from lora_studio.core.data.examples import Turn, completion_row, messages_row, text_row
from lora_studio.core.errors import DataError
from tests.core.real_models import BEGIN, CHAT_TEMPLATE, CLOSE, END, FAMILIES, PAD, byte_tokenizer, open_tiny
from tests.core.tiny_mini_gpt import make_mini_gpt

CHAT = [
    ("system", "Du bist nett"),
    ("user", "yes or no?"),
    ("assistant", "yes"),
    ("user", "Rome?"),
    ("assistant", "Paris 😀"),
]

# As Qwen3: what was thought in earlier turns is left out, and the last answer has an empty thought.
FORGETFUL = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n"
    "{% if m.role == 'assistant' and loop.last %}<think>\n\n</think>\n\n{% endif %}{{ m.content }}<|im_end|>\n"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
# As Mistral: the system message stands before the last question, so no beginning of a chat is written like the whole.
LATE_SYSTEM = (
    "{% set system = messages[0].content %}"
    "{% for m in messages[1:] %}{% if m.role == 'user' %}[INST] "
    "{% if loop.index0 >= (messages | length) - 3 %}{{ system }}\n\n{% endif %}{{ m.content }}[/INST]"
    "{% else %} {{ m.content }}<|endoftext|>{% endif %}{% endfor %}"
)
# Nothing marks the end of an answer.
UNMARKED = (
    "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)
SHOUTING = "{% for m in messages %}{{ m.content | upper }}{% endfor %}"
STRICT = "{% if messages[0].role == 'system' %}{{ raise_exception('No system messages.') }}{% endif %}" + CHAT_TEMPLATE


class Reader:
    """A tokenizer with what a model tells of it."""

    def __init__(self, *, template: str | None = None, begin: bool = False, pad_is_end: bool = False) -> None:
        self.tokenizer: Tokenizer = byte_tokenizer(begin=begin)
        ids = self.tokenizer.get_vocab()
        self.begin_ids: tuple[int, ...] = (ids[BEGIN],) if begin else ()
        self.end_id: int | None = ids[END]
        self.stop_ids = frozenset((ids[END],))
        self.padding_id = ids[END if pad_is_end else PAD]
        self.chat_template = template

    def count_tokens(self, rows: Sequence[str]) -> list[int]:
        return [len(self.tokenizer.encode(row).ids) for row in rows]

    def said(self, row: EncodedRow, *, learned: bool = True) -> str:
        """The text of what is learned, runs parted by "¦"; or all of it."""
        runs: list[list[int]] = [[]]
        for number, is_learned in zip(row.ids, row.learned, strict=True):
            if is_learned or not learned:
                runs[-1].append(number)
            elif runs[-1]:
                runs.append([])
        return "¦".join(self.tokenizer.decode(run, skip_special_tokens=False) for run in runs if run)


def learned(row: str, template: str | None = None, **reader: bool) -> str:
    model = Reader(template=template, **reader)
    return model.said(encode_row(model, row))


# MiniGPT: as always


def test_words_are_read_as_they_always_were() -> None:
    model = make_mini_gpt()
    rows = ["die katze sitzt auf dem tisch", "der hund läuft", "quatsch im garten"]
    assert [row.ids for row in encode_rows(model, rows)] == [model.encode(row).ids for row in rows]
    assert all(all(row.learned) for row in encode_rows(model, rows))


def test_words_of_a_completion_alone_are_learned() -> None:
    model = make_mini_gpt()
    row = encode_row(model, completion_row("die katze", "sitzt auf"))
    assert row.ids == model.encode("die katze sitzt auf").ids
    assert row.learned == (False, False, True, True)


# Texts


@pytest.mark.parametrize("pad_is_end", [False, True])
@pytest.mark.parametrize("begin", [False, True])
def test_a_text_ends_with_the_end_token_and_it_is_learned(begin: bool, pad_is_end: bool) -> None:
    model = Reader(begin=begin, pad_is_end=pad_is_end)
    row = encode_row(model, "Die Katze")
    assert model.said(row, learned=False) == f"{BEGIN if begin else ''}Die Katze{END}"
    assert row.learned == (*([False] if begin else []), *[True] * (len(row.ids) - begin))
    assert row.divisible


def test_what_the_text_brings_itself_is_not_put_there_again() -> None:
    model = Reader(begin=True)
    assert model.said(encode_row(model, f"{BEGIN}Die Katze{END}"), learned=False) == f"{BEGIN}Die Katze{END}"


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_family_reads_a_row_as_it_reads_a_prompt(family: str) -> None:
    model = open_tiny(family)
    row = encode_row(model, "Die Katze sitzt")
    assert row.ids[:-1] == model.encode("Die Katze sitzt").ids
    assert row.ids[-1] == model.end_id
    assert row.learned[-1]


# Completions without a template


@pytest.mark.parametrize("pad_is_end", [False, True])
def test_a_completion_is_learned_with_its_end(pad_is_end: bool) -> None:
    row = completion_row("Der Hund 😀", "läuft im 😀")
    assert learned(row, pad_is_end=pad_is_end) == f"läuft im 😀{END}"
    model = Reader(pad_is_end=pad_is_end)
    assert model.said(encode_row(model, row), learned=False) == f"Der Hund 😀\nläuft im 😀{END}"
    assert not encode_row(model, row).divisible


@pytest.mark.parametrize(
    ("prompt", "completion", "text"),
    [("a:", " b", "a: b"), ("a:\n\n", "b", "a:\n\nb"), ("", "b", "b"), ("a", "b", "a\nb")],
)
def test_prompt_and_completion_are_parted_once(prompt: str, completion: str, text: str) -> None:
    model = Reader()
    assert model.said(encode_row(model, completion_row(prompt, completion)), learned=False) == text + END


def test_a_chat_without_a_template_is_written_plainly() -> None:
    model = Reader()
    row = encode_row(model, messages_row(CHAT))
    assert model.said(row, learned=False) == (f"Du bist nett\n\nyes or no?\nyes{END}\n\nRome?\nParis 😀{END}")
    assert model.said(row) == f"yes{END}¦Paris 😀{END}"
    assert row.template == "plain"


# With one


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        (CHAT_TEMPLATE, f"yes{CLOSE}¦Paris 😀{CLOSE}"),
        (FORGETFUL, f"yes{CLOSE}¦<think>\n\n</think>\n\nParis 😀{CLOSE}"),
        (LATE_SYSTEM, f" yes{END}¦ Paris 😀{END}"),
        (UNMARKED, f"yes\n¦Paris 😀\n{END}"),
    ],
)
@pytest.mark.parametrize("begin", [False, True])
def test_answers_are_learned_with_what_ends_them(template: str, wanted: str, begin: bool) -> None:
    model = Reader(template=template, begin=begin)
    row = encode_row(model, messages_row(CHAT))
    assert not row.learned_whole
    found = model.said(row)
    # A template may put a space before an answer, which belongs to what leads to it or to the answer.
    assert [part.strip(" ") for part in found.split("¦")] == [part.strip(" ") for part in wanted.split("¦")]


def test_an_answer_of_which_the_template_leaves_out_the_thought() -> None:
    template = CHAT_TEMPLATE.replace("message['content']", "message['content'].split('</think>')[-1].lstrip()")
    chat = [
        ("user", "a"),
        ("assistant", "<think>hm</think>\n\nyes"),
        ("user", "b"),
        ("assistant", "<think>so</think> no"),
    ]
    assert learned(messages_row(chat), template) == f"yes{CLOSE}¦no{CLOSE}"


def test_a_completion_becomes_a_turn() -> None:
    row = completion_row("Der Hund", "läuft")
    assert learned(row, CHAT_TEMPLATE) == f"läuft{CLOSE}"
    model = Reader(template=CHAT_TEMPLATE, begin=True)
    assert model.said(encode_row(model, row), learned=False) == (
        f"<|im_start|>user\nDer Hund{CLOSE}\n<|im_start|>assistant\nläuft{CLOSE}\n"
    )


def test_an_answer_that_repeats_the_question_is_found_behind_it() -> None:
    chat = messages_row(
        [("system", "s"), ("user", "yes or no? yes"), ("assistant", "yes"), ("user", "x"), ("assistant", "y")]
    )
    model = Reader(template=LATE_SYSTEM)
    row = encode_row(model, chat)
    assert [part.strip() for part in model.said(row).split("¦")] == [f"yes{END}", f"y{END}"]


def test_answers_that_cannot_be_told_apart_are_learned_with_the_rest_and_that_is_told() -> None:
    model = Reader(template=SHOUTING)
    row = encode_row(model, completion_row("der hund", "läuft"))
    assert row.learned_whole
    assert model.said(row) == f"DER HUNDLÄUFT{END}"


def test_all_is_learned_where_that_is_wanted() -> None:
    model = Reader(template=CHAT_TEMPLATE)
    row = encode_row(model, messages_row(CHAT), completion_only=False)
    assert all(row.learned)
    assert not row.learned_whole
    assert row.ids == encode_row(model, messages_row(CHAT)).ids


def test_a_chat_that_ends_with_a_question_has_no_end_to_learn() -> None:
    for template in (None, CHAT_TEMPLATE):
        chat = messages_row([("user", "a"), ("assistant", "b"), ("user", "c")])
        model = Reader(template=template)
        row = encode_row(model, chat)
        assert row.ids[-1] != model.end_id
        assert "c" not in model.said(row)


def test_a_row_that_the_template_refuses_is_named() -> None:
    model = Reader(template=STRICT)
    with pytest.raises(DataError, match=r"Row 2 cannot be written as a chat .* No system messages\."):
        list(encode_rows(model, ["a b", messages_row([("system", "s"), ("user", "u"), ("assistant", "a")])]))


def test_a_prompt_is_written_as_training_writes_it() -> None:
    turns = [Turn("system", "s", learned=False), Turn("user", "u", learned=False)]
    for template in (None, CHAT_TEMPLATE):
        model = Reader(template=template)
        row = encode_row(model, messages_row([("system", "s"), ("user", "u"), ("assistant", "a b")]))
        assert model.said(row, learned=False).startswith(prompt_text(model, turns) + "a b")


words = st.text(st.sampled_from("ab ß😀é\n?"), min_size=1, max_size=12).filter(str.strip)


@settings(max_examples=150)
@given(st.lists(st.tuples(words, words), min_size=1, max_size=3), st.booleans(), st.booleans())
def test_exactly_the_answers_and_their_ends_are_learned(pairs: list[tuple[str, str]], chat: bool, begin: bool) -> None:
    """Checked against the text itself: what is learned, put together, is what the assistant says."""
    messages = [turn for user, answer in pairs for turn in (("user", user), ("assistant", answer))]
    model = Reader(template=CHAT_TEMPLATE if chat else None, begin=begin)
    row = encode_row(model, messages_row(messages))
    end = CLOSE if chat else END
    said = [number for number, is_learned in zip(row.ids, row.learned, strict=True) if is_learned]
    found = model.tokenizer.decode(said, skip_special_tokens=False)
    assert found.count(end) == len(pairs)
    parts = found.split(end)[:-1]
    for part, (_, answer) in zip(parts, pairs, strict=True):
        assert part.endswith(answer)
        assert not part.removesuffix(answer).strip()  # at most a token that begins within the white space before


def test_a_text_of_many_lines_keeps_them() -> None:
    model = Reader()
    assert model.said(encode_row(model, text_row("def f():\n    return 1"))) == f"def f():\n    return 1{END}"


def test_many_rows_are_the_rows_one_by_one() -> None:
    model = Reader(template=CHAT_TEMPLATE)
    rows = [row for number in range(70) for row in (f"der hund {number}", completion_row("a", f"b {number}"))]
    assert list(encode_rows(model, rows)) == [encode_row(model, row) for row in rows]
    assert replace(encode_row(model, "a b")) == encode_row(model, "a b")
