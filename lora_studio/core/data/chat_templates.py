"""Chat templates: how messages become the one text that a model was trained on. Foreign programs, run in a sandbox.

A template comes with a tokenizer, from whoever made it. It runs in jinja2's immutable sandbox, and what it may take is
counted: its own length, the rounds of its loops, what it writes. Free of torch.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    import jinja2

MOST_TEMPLATE_CHARACTERS = 200_000
MOST_ROUNDS = 100_000  # of all loops and macros together, and as many again for each message
MOST_WRITTEN = 1_000_000  # characters, beside four times what the messages have
LONGEST_REPEATED = 10_000  # characters or items that "*" may make
DATE = "26 Jul 2024"  # that templates are told: with today's, a run that goes on tomorrow would read other texts
WASTEFUL = frozenset(("center", "ljust", "rjust", "zfill", "expandtabs", "format", "format_map"))

Message = Mapping[str, str]  # "role" and "content"


class TemplateFlawError(ValueError):
    """Why a template cannot write a chat, as the end of a sentence."""


def render(
    template: str, messages: Sequence[Message], tokens: Mapping[str, str], *, add_generation_prompt: bool = False
) -> str:
    """The chat as one text.

    Args:
        template: as the tokenizer brings it.
        messages: each with "role" and "content".
        tokens: the special tokens by the names that templates use, such as "eos_token".
        add_generation_prompt: whether the text goes on to where the assistant's answer begins.

    Raises:
        TemplateFlawError: the template is none, refuses these messages, or takes too much.
    """
    size = sum(len(message["content"]) for message in messages)
    left = _rounds_left.set([MOST_ROUNDS * (1 + len(messages))])
    try:
        pieces = _compiled(template).generate(
            messages=[dict(message) for message in messages],
            add_generation_prompt=add_generation_prompt,
            tools=None,
            documents=None,
            **tokens,
        )
        return "".join(_bounded(pieces, 4 * size + MOST_WRITTEN))
    except TemplateFlawError:
        raise
    except RecursionError as error:
        raise TemplateFlawError("the template calls itself without end") from error
    except Exception as error:  # whatever a foreign program raises
        raise TemplateFlawError(" ".join(str(error).split())[:300] or type(error).__name__) from error
    finally:
        _rounds_left.reset(left)


_rounds_left: ContextVar[list[int]] = ContextVar("rounds_left")


def _tick() -> str:
    left = _rounds_left.get()
    left[0] -= 1
    if left[0] < 0:
        raise TemplateFlawError("the template's loops take too long")
    return ""


def _bounded(pieces: Iterator[str], most: int) -> Iterator[str]:
    for piece in pieces:
        most -= len(piece)
        if most < 0:
            raise TemplateFlawError("the template writes too much")
        yield piece


@lru_cache(maxsize=8)
def _compiled(template: str) -> jinja2.Template:
    from jinja2 import nodes

    if len(template) > MOST_TEMPLATE_CHARACTERS:
        raise TemplateFlawError(f"the template is longer than {MOST_TEMPLATE_CHARACTERS:,} characters")
    environment = _environment()
    tree = environment.parse(template)
    for node in [*tree.find_all(nodes.For), *tree.find_all(nodes.Macro), *tree.find_all(nodes.CallBlock)]:
        counted = nodes.Call(nodes.EnvironmentAttribute("tick"), [], [], None, None)
        body: list[nodes.Node] = node.body  # type: ignore[attr-defined] # each of the three has one
        body.insert(0, nodes.ExprStmt(counted, lineno=node.lineno))
    return environment.from_string(tree)


@cache
def _environment() -> jinja2.Environment:
    """jinja2 is loaded when the first chat is written."""
    from jinja2 import nodes
    from jinja2.ext import Extension, loopcontrols
    from jinja2.parser import Parser
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Generation(Extension):
        """`{% generation %}` marks an answer in some templates; what it encloses is written as it is."""

        tags = {"generation"}  # noqa: RUF012 - as jinja2 declares it

        def parse(self, parser: Parser) -> list[nodes.Node]:
            next(parser.stream)
            return parser.parse_statements(("name:endgeneration",), drop_needle=True)

    class Sandbox(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset(("*", "**"))
        tick = staticmethod(_tick)

        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
            wasteful = isinstance(obj, str) and attr in WASTEFUL
            return not wasteful and bool(super().is_safe_attribute(obj, attr, value))

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            if operator == "**":
                raise TemplateFlawError("the template computes powers")
            for many, times in ((left, right), (right, left)):
                repeats = isinstance(many, str | list | tuple) and isinstance(times, int)
                if repeats and len(many) * times > LONGEST_REPEATED:
                    raise TemplateFlawError("the template writes too much")
            return super().call_binop(context, operator, left, right)

    environment = Sandbox(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, Generation])
    for name in ("center", "format", "wordwrap", "indent", "filesizeformat"):
        environment.filters.pop(name, None)
    environment.filters["tojson"] = _to_json
    environment.globals = {
        "range": environment.globals["range"],
        "dict": dict,
        "namespace": environment.globals["namespace"],
        "raise_exception": _refuse,
        "strftime_now": _date,
    }
    return environment


def _to_json(value: Any, indent: int | None = None, ensure_ascii: bool = False) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=None if indent is None else min(int(indent), 8))


def _refuse(message: object) -> NoReturn:
    raise TemplateFlawError(" ".join(str(message).split())[:300])


def _date(layout: str) -> str:
    from datetime import datetime

    return datetime.strptime(DATE, "%d %b %Y").strftime(layout)  # noqa: DTZ007 - a day, nowhere in particular
