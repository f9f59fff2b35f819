"""Expressions for names of layers: the same verdicts as Python's `re`, and never a long wait."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lora_studio.core.adapters.patterns import Pattern
from lora_studio.core.models.foreign_files import FlawError

NAMES = (
    *(f"model.layers.{block}.{name}" for block in (0, 1, 9, 10, 11) for name in (
        "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.up_proj", "mlp.down_proj",
    )),
    "model.embed_tokens", "lm_head", "transformer.h.3.attn.c_attn", "v_proj", "x", "", "a-b", "aaaa",
)  # fmt: skip

UNDERSTOOD = (
    r".*",
    r".*\.(q|v)_proj",
    r".*(q_proj|v_proj)$",
    r"^model\.layers\.\d+\.self_attn\.[qkvo]_proj",
    r"model\.layers\.(0|1|1[01])\..*proj",
    r"model\.layers\.[0-9]{2}\.mlp\.(?:up|down)_proj",
    r"model\.layers\.([1-9]|\d\d)\.mlp\.\w+",
    r"(?:.*?(?:language|text).*?(?:self_attn|mlp).*?(?:k_proj|v_proj).*?)|"
    r"(?:\bmodel\.layers\.[\d]{1,}\.(?:self_attn|mlp)\.(?:(?:q_proj|up_proj)))",
    r".*\.(?P<name>[a-z]+)_proj",
    r"[^.]+",
    r"[]a-c]+",
    r"[a\-b]+",
    r"a{2,4}",
    r"a{,4}",
    r"a{4}?",
    r"(a|aa)*",
    r"(a*)*",
    r"((a+)?)+",
    r"x|",
    r"\Ax\Z",
    r"x$|^$",
    r"v\B_proj",
    r".*\bq_proj",
    r"lm.head",
    r"a{x}|model{",
    r"[\w.]*",
    r"\S+",
    r"\D+",
    r"[^\d]+",
    r"(|a)+",
)


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_the_verdicts_are_those_of_python(text: str) -> None:
    pattern, ending = Pattern(text), Pattern(text, ending=True)
    for name in NAMES:
        assert pattern.matches(name) == bool(re.fullmatch(text, name)), name
        assert ending.matches(name) == bool(re.match(rf"(.*\.)?({text})$", name)), name


@settings(max_examples=300, deadline=None)
@given(st.text("ab.|()*+?[]^$-{}12,", max_size=9), st.text("ab.12", max_size=6))
def test_whatever_it_takes_means_what_it_means_to_python(text: str, name: str) -> None:
    try:
        pattern = Pattern(text)
    except FlawError:
        return
    try:
        expected = bool(re.fullmatch(text, name))
    except re.error:
        pytest.fail(f"{text!r} is no expression")
    assert pattern.matches(name) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (r"(?!lm).*", r"uses \(\?!"),
        (r"(?=a)", r"uses \(\?="),
        (r"(?<=a)b", r"uses \(\?<"),
        (r"(?i)a", r"uses \(\?i"),
        (r"(?>a)", r"uses \(\?>"),
        (r"(?P=a)", r"uses \(\?P"),
        (r"(a)\1", r"uses \\1"),
        (r"\x41", r"uses \\x"),
        (r"[\x41]", r"uses \\x"),
        (r"a*+", "repeats a repetition"),
        (r"a**", "repeats a repetition"),
        (r"a{2}{3}", "repeats a repetition"),
        (r"*a", "repeats nothing"),
        (r"{1}", "repeats nothing"),
        (r"a|{2}", "repeats nothing"),
        (r"^*", "repeats a place"),
        (r"a{3,2}", "fewer times than at least"),
        (r"a{99999}", "more than 1000 times"),
        (r"[z-a]", "a range that is none"),
        (r"(a", "breaks off"),
        (r"[a", "breaks off"),
        ("a\\", "breaks off"),
        (r"a)", "closes a group"),
        (r"a)|(b", "closes a group"),
        ("(" * 60 + ")" * 60, "more than 50 groups"),
        ("((a{1000}){1000}){1000}", "too large"),
        ("a" * 20_000, "longer than"),
    ],
)
def test_what_is_not_known_is_refused_by_name(text: str, reason: str) -> None:
    with pytest.raises(FlawError, match=reason):
        Pattern(text)


@pytest.mark.parametrize(
    "text", ["(a+)+$", "(a|a)*b", "(a|aa)+$", "(.*)*x", "(.*a){20}b", "([a-z]+)*!", "(a?){50}a{50}", "(x+x+)+y"]
)
def test_hostile_expressions_take_few_steps(text: str) -> None:
    """Where Python's own matcher doubles its work with each letter."""
    pattern = Pattern(text)
    for length in range(0, 200, 20):
        pattern.matches("a" * length + "!")
    assert pattern._machine._steps < 100_000


def test_what_takes_too_long_is_given_up() -> None:
    pattern = Pattern("(a|b)*a(a|b){400}")
    letters = [("ab"[(number * number // 3) % 2]) for number in range(3000)]
    with pytest.raises(FlawError, match="takes too long"):
        pattern.matches("".join(letters))
