"""Foreign chat templates: what they may do, and what they may not."""

from __future__ import annotations

import pytest

from lora_studio.core.data.chat_templates import TemplateFlawError, render

MESSAGES = [{"role": "user", "content": "die katze"}, {"role": "assistant", "content": "sitzt"}]
TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}


def test_messages_tokens_and_the_way_to_the_answer() -> None:
    template = (
        "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m['content'] | trim }}{{ eos_token }}{% endfor %}"
        "{% if add_generation_prompt %}[assistant]{% endif %}"
    )
    assert render(template, MESSAGES, TOKENS) == "<s>[user]die katze</s>[assistant]sitzt</s>"
    assert render(template, MESSAGES[:1], TOKENS, add_generation_prompt=True) == "<s>[user]die katze</s>[assistant]"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{% for m in messages %}{% if loop.first %}{% continue %}{% endif %}{{ m.content }}{% endfor %}", "sitzt"),
        (
            "{{ messages | tojson }}",
            '[{"role": "user", "content": "die katze"}, {"role": "assistant", "content": "sitzt"}]',
        ),
        ("{% set ns = namespace(x=1) %}{% set ns.x = 2 %}{{ ns.x }}", "2"),
        ("{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}", "die katzesitzt"),
        ("{% macro say(x) %}<{{ x }}>{% endmacro %}{{ say('ß') }}", "<ß>"),
        ("{{ tools is none }}{{ unheard_of is defined }}", "TrueFalse"),
    ],
)
def test_what_templates_are_used_to(template: str, text: str) -> None:
    assert render(template, MESSAGES, TOKENS) == text


def test_the_date_is_the_same_on_every_day() -> None:
    assert render("{{ strftime_now('%d %b %Y') }}", MESSAGES, TOKENS) == "26 Jul 2024"


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{{ raise_exception('roles must\n alternate') }}", "roles must alternate"),
        ("{% for m in messages %}", "Unexpected end"),
        ("{{ unheard_of.content }}", "undefined"),
        ("{{ messages[9].content }}", "no element 9"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
        ("{{ messages.append(1) }}", "unsafe"),
        ("{% include 'x' %}", "no loader"),
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "too long"),
        ("{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}", "without end"),
        ("{{ 'a' * 999999999 }}", "writes too much"),
        ("{{ 9 ** 999999 }}", "powers"),
        ("{{ 'a'.ljust(999999999) }}", "unsafe"),
        ("{{ 'a' | center(999999999) }}", "No filter named"),
        ("{% for a in range(99999) %}{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' }}{% endfor %}", "writes too much"),
        ("x" * 300_000, "longer than"),
    ],
)
def test_what_goes_wrong_is_told(template: str, reason: str) -> None:
    with pytest.raises(TemplateFlawError, match=reason):
        render(template, MESSAGES, TOKENS)


def test_messages_are_left_alone() -> None:
    with pytest.raises(TemplateFlawError):
        render("{{ messages[0].update({'content': 'x'}) }}", MESSAGES, TOKENS)
    assert MESSAGES[0]["content"] == "die katze"
