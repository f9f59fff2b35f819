"""Rows as the model reads them: the text that a row becomes, its tokens, and which of them are learned. Free of torch.

A plain row is read as it is, with what the tokenizer puts before every text and the token that ends one. A chat, or a
prompt with its completion, is written by the tokenizer's chat template. Without one it is written plainly: the system
message, an empty line, the prompt, a line break, the completion; no line break where prompt or completion bring white
space of their own. What is learned is found by places in the text, never by comparing tokens, so the end token is
learned where a text ends even if the same token fills up rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lora_studio.core.data.chat_templates import Message, TemplateFlawError, render
from lora_studio.core.data.examples import Example, Turn, example_of
from lora_studio.core.errors import DataError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

ROWS_AT_ONCE = 64  # that the tokenizer reads in one go: a window stays live between two


class Reader(Protocol):
    """What a model tells of how it reads; every `LanguageModel` is one."""

    tokenizer: Tokenizer
    begin_ids: tuple[int, ...]
    end_id: int | None
    stop_ids: frozenset[int]
    padding_id: int
    chat_template: str | None

    def count_tokens(self, rows: Sequence[str]) -> list[int]: ...


@dataclass(frozen=True, slots=True)
class EncodedRow:
    """`learned[t]` tells whether token t is a target. `divisible`: a text, which may go on in another window.

    `template` is "chat", "plain" or "" as in `FirstBatch`. `learned_whole` tells that answers were to be learned alone
    but could not be told from the rest, so that all is learned.
    """

    ids: tuple[int, ...]
    learned: tuple[bool, ...]
    divisible: bool = True
    template: str = ""
    learned_whole: bool = False


@dataclass(slots=True)
class Written:
    """A row as text. `spans` are the places (start, end) of what is learned; None: all of it.

    `begins` and `ends` tell whether the tokens that begin and end a text are still to be added. `told_apart` is False
    where there are answers, but it is unknown where.
    """

    text: str
    spans: list[tuple[int, int]] | None = None
    template: str = ""
    begins: bool = True
    ends: bool = True
    told_apart: bool = True


def encode_rows(model: Reader, rows: Sequence[str], *, completion_only: bool = True) -> Iterator[EncodedRow]:
    """The rows' tokens, one row after the other.

    Args:
        rows: clean ones.
        completion_only: learn of chats and completions what the assistant says; else everything.

    Raises:
        DataError: the chat template cannot write a row; it names the row.
    """
    for index, found in enumerate(try_rows(model, rows, completion_only=completion_only)):
        if isinstance(found, TemplateFlawError):
            raise _told(found, index) from found
        yield found


def try_rows(
    model: Reader, rows: Sequence[str], *, completion_only: bool = True
) -> Iterator[EncodedRow | TemplateFlawError]:
    """As `encode_rows`, with the reason in the place of a row that the chat template cannot write."""
    marks = Marks(model)
    for start in range(0, len(rows), ROWS_AT_ONCE):
        written = [_written(marks, row) for row in rows[start : start + ROWS_AT_ONCE]]
        texts = ["" if isinstance(one, TemplateFlawError) else one.text for one in written]
        pieces = model.tokenizer.encode_batch(texts, add_special_tokens=False)
        for one, found in zip(written, pieces, strict=True):
            if isinstance(one, TemplateFlawError):
                yield one
                continue
            offsets = found.offsets if one.spans is not None and completion_only else None
            yield _encoded(marks, one, found.ids, offsets)


def encode_row(model: Reader, row: str, *, completion_only: bool = True) -> EncodedRow:
    """One row; raises what `encode_rows` raises."""
    return next(encode_rows(model, [row], completion_only=completion_only))


def prompt_text(model: Reader, turns: Sequence[Turn]) -> str:
    """The text up to where the assistant's next answer begins, as training would write it. Raises DataError."""
    marks = Marks(model)
    try:
        if marks.template:
            return render(marks.template, _messages(turns), marks.tokens, add_generation_prompt=True)
    except TemplateFlawError as flaw:
        raise _told(flaw, 0) from flaw
    return _plainly([*turns, Turn("assistant", "", learned=True)], marks).text


class Marks:
    """The special tokens of a model, and what they are called."""

    def __init__(self, model: Reader) -> None:
        self.template = model.chat_template
        self.begin_ids = model.begin_ids
        self.end_id = model.end_id
        self.stops = model.stop_ids | ({model.end_id} if model.end_id is not None else set())
        added = model.tokenizer.get_added_tokens_decoder()
        self.special = frozenset(number for number, token in added.items() if token.special) | self.stops
        named = {number: model.tokenizer.id_to_token(number) or "" for number in self.special}
        self.texts = tuple(text for text in named.values() if text)
        self.end_text = named.get(model.end_id, "") if model.end_id is not None else ""
        self.tokens = {
            "bos_token": (model.tokenizer.id_to_token(model.begin_ids[0]) or "") if model.begin_ids else "",
            "eos_token": self.end_text,
            "pad_token": model.tokenizer.id_to_token(model.padding_id) or "",
            "unk_token": "",
        }

    def ends_marked(self, text: str) -> bool:
        """Whether a special token stands at the end of a text."""
        return bool(self.texts) and text.endswith(self.texts)


def write_row(marks: Marks, row: str) -> Written:
    """Raises TemplateFlawError."""
    example = example_of(row)
    if example.shape == "text":
        return Written(example.text)
    if not marks.template:
        return _plainly(example.turns, marks)
    return _by_template(marks.template, example, marks)


def _written(marks: Marks, row: str) -> Written | TemplateFlawError:
    try:
        return write_row(marks, row)
    except TemplateFlawError as flaw:
        return flaw


def _told(flaw: TemplateFlawError, index: int) -> DataError:
    return DataError(
        "Row {row} cannot be written as a chat for this model: {reason}.",
        advice="Change the row, or write it as plain text.",
        row=index + 1,
        reason=str(flaw).rstrip("."),
    )


def _messages(turns: Sequence[Turn]) -> list[Message]:
    return [{"role": turn.role, "content": turn.text} for turn in turns]


# Without a template


def _plainly(turns: Sequence[Turn], marks: Marks) -> Written:
    text = ""
    spans = []
    for place, turn in enumerate(turns):
        text += _between(text, turn)
        if turn.learned:
            spans.append((len(text), len(text) + len(turn.text)))
        text += turn.text
        if turn.role == "assistant" and place < len(turns) - 1:
            text += marks.end_text
            spans[-1] = (spans[-1][0], len(text))
    ends = bool(turns) and turns[-1].role == "assistant"
    return Written(text, spans, "plain", ends=ends)


def _between(text: str, turn: Turn) -> str:
    if not text:
        return ""
    if turn.role != "assistant":
        return "\n\n"
    return "" if text[-1].isspace() or turn.text[:1].isspace() else "\n"


# With one


def _by_template(template: str, example: Example, marks: Marks) -> Written:
    messages = _messages(example.turns)
    text = render(template, messages, marks.tokens)
    ends = example.turns[-1].role == "assistant" and not marks.ends_marked(text.rstrip())
    spans: list[tuple[int, int]] = []
    cursor = 0
    for place, turn in enumerate(example.turns):
        if turn.learned:
            span = _answer_span(template, messages, place, text, cursor, marks)
            if span is None:
                return Written(text, None, "chat", begins=False, ends=ends, told_apart=False)
            spans.append(span)
            cursor = span[1]
        elif turn.role == "user":  # an answer may repeat the question's words, so it is looked for behind them
            found = text.find(turn.text.strip(), cursor)
            cursor = found + len(turn.text.strip()) if found >= 0 else cursor
    return Written(text, spans, "chat", begins=False, ends=ends)


def _answer_span(
    template: str, messages: Sequence[Message], place: int, text: str, cursor: int, marks: Marks
) -> tuple[int, int] | None:
    """Where the answer at `place` stands in the whole `text`, with the token that ends the turn.

    It begins where the template, given what came before, asks for an answer, and ends where the template's text of the
    chat up to here ends. Some templates write earlier turns otherwise once more has been said; there the answer itself
    is looked for, behind `cursor`, or else the token that ends the turn. None: it cannot be told.
    """
    content = messages[place]["content"].strip()
    before = _rendered(template, messages[:place], marks, add_generation_prompt=True)
    start = len(before) if before and text.startswith(before) and len(before) >= cursor else -1
    found = text.find(content, max(start, cursor)) if content else start
    shorter = _up_to_mark(text, start, marks) if start >= 0 else None
    if found < 0 or (shorter and shorter[1] <= found):  # what is found is said later
        return shorter
    if start < 0:
        start = found
    upto = text if place == len(messages) - 1 else _rendered(template, messages[: place + 1], marks)
    if upto and text.startswith(upto) and len(upto) >= found + len(content):
        marked = upto.rstrip()
        return start, len(marked) if marks.ends_marked(marked) else len(upto)
    return start, _after_mark(text, found + len(content), marks)


def _rendered(
    template: str, messages: Sequence[Message], marks: Marks, *, add_generation_prompt: bool = False
) -> str | None:
    """None where the template refuses a part of a chat that it takes as a whole."""
    try:
        return render(template, messages, marks.tokens, add_generation_prompt=add_generation_prompt)
    except TemplateFlawError:
        return None


def _up_to_mark(text: str, start: int, marks: Marks) -> tuple[int, int] | None:
    """From where an answer begins to the first special token: the template has left out a part of it, as a thought."""
    ends = [place + len(mark) for mark in marks.texts if (place := text.find(mark, start)) >= 0]
    return (start, min(ends)) if ends else None


def _after_mark(text: str, end: int, marks: Marks) -> int:
    """The end of the special token that follows at once, or after white space; else `end`."""
    rest = text[end:].lstrip()
    mark = max((mark for mark in marks.texts if rest.startswith(mark)), key=len, default="")
    return len(text) - len(rest) + len(mark) if mark else end


# Tokens


def _encoded(
    marks: Marks, written: Written, found: Sequence[int], offsets: Sequence[tuple[int, int]] | None
) -> EncodedRow:
    ids = tuple(found)
    learned = [True] * len(ids) if offsets is None else _inside(offsets, written.spans or [])
    begin = marks.begin_ids if written.begins else ()
    if ids[: len(begin)] != begin:  # else the text brings them itself
        ids, learned = (*begin, *ids), [False] * len(begin) + learned
    if written.ends and marks.end_id is not None and not (ids and ids[-1] in marks.stops):
        ids, learned = (*ids, marks.end_id), [*learned, True]
    return EncodedRow(
        ids,
        tuple(learned),
        divisible=not written.template,
        template=written.template,
        learned_whole=not written.told_apart,
    )


def _inside(offsets: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]]) -> list[bool]:
    """For each token, whether any of its text lies in a span. A token that has none counts where it stands."""
    learned = []
    place, before = 0, 0  # the span looked at, and where the last token ended
    for start, end in offsets:
        begin = start if start < end else min(start, before)
        before = end
        while place < len(spans) and begin >= spans[place][1]:
            place += 1
        learned.append(place < len(spans) and end > spans[place][0])
    return learned
