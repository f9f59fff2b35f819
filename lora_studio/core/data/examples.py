"""What a row says. A row is what one line of a JSONL file says; a text of one line stands for itself. Free of torch.

Structured rows are objects with exactly the keys {"text"}, {"prompt", "completion"} or {"messages"}. They are kept as
strings too, so that a hundred thousand rows stay as light as their text; a plain row costs one look at its beginning.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Literal, cast

BEGINNING = '{"'  # of every structured row
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")  # what some programs take for the end of a line, or drop
# A string as `_written` writes it, and the rows of such strings: told by one look, where a parser takes ten times as
# long. Rows are cleaned whenever a dataset is made, and there may be a hundred thousand.
_STRING = (
    r'"(?:[^"\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]++'
    r'|\\(?:["\\bfnrt]|u(?:000[0-7be-f]|001[0-9a-f]|007f|00[89][0-9a-f]|202[89]|feff)))*+"'
)
_MESSAGE = rf'\{{"role": "(?:system|user|assistant)", "content": {_STRING}\}}'
_CLEAN = re.compile(
    rf'\{{"prompt": {_STRING}, "completion": {_STRING}\}}|\{{"messages": \[{_MESSAGE}(?:, {_MESSAGE})*+\]\}}'
)
_ENCODER = json.JSONEncoder(ensure_ascii=False)

Speaker = Literal["text", "system", "user", "assistant"]
Shape = Literal["text", "completion", "messages"]
SPEAKERS: frozenset[str] = frozenset(("system", "user", "assistant"))


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says. `role` is "text" where nobody in particular does. `learned`: whether it is an answer."""

    role: Speaker
    text: str
    learned: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A row taken apart. A completion has two turns, of "user" and "assistant"; a text has one."""

    turns: tuple[Turn, ...]
    shape: Shape = "text"

    @property
    def text(self) -> str:
        """All that is said, one turn below the other."""
        return "\n".join(turn.text for turn in self.turns)


def clean_row(text: str) -> str:
    """A row in the one form in which it is kept.

    A plain text becomes one line with single spaces, without control characters, in Unicode's composed form ("ä" is
    one). A structured row becomes JSON as `json.dumps` writes it, with
    its strings as they were; a text of one line becomes plain.
    """
    if text.startswith(BEGINNING) and _CLEAN.fullmatch(text):
        return text
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # half a character is none
    fields = _fields(text.lstrip())
    if fields is None:
        text = _one_line(text)
        fields = _fields(text)  # it may have lacked only that its strings have one line
    return text if fields is None else _row_of_fields(fields)


def is_structured(row: str) -> bool:
    """Whether a clean row is more than a line of text."""
    return row.startswith(BEGINNING) and (_CLEAN.fullmatch(row) or _fields(row)) is not None


def example_of(row: str) -> Example:
    """A clean row taken apart. Any other text is one turn."""
    fields = _fields(row)
    if fields is None:
        return Example((Turn("text", row, learned=True),))
    if "messages" in fields:
        turns = (Turn(m["role"], m["content"], learned=m["role"] == "assistant") for m in fields["messages"])
        return Example(tuple(turns), "messages")
    if "prompt" in fields:
        question = Turn("user", fields["prompt"], learned=False)
        return Example((question, Turn("assistant", fields["completion"], learned=True)), "completion")
    return Example((Turn("text", fields["text"], learned=True),))


def row_of(example: Example) -> str:
    """The clean row that says it. Raises ValueError: its turns do not have its shape."""
    if example.shape == "messages":
        if not example.turns or any(turn.role not in SPEAKERS for turn in example.turns):
            raise ValueError("messages have the roles system, user and assistant")
        return messages_row((turn.role, turn.text) for turn in example.turns)
    roles = [turn.role for turn in example.turns]
    if example.shape == "completion":
        if roles != ["user", "assistant"]:
            raise ValueError("a completion has one turn of the user and one of the assistant")
        return completion_row(example.turns[0].text, example.turns[1].text)
    if roles != ["text"]:
        raise ValueError("a text has one turn")
    return text_row(example.turns[0].text)


def text_row(text: str) -> str:
    """The clean row of a text: the text itself if it is one line."""
    return clean_row(_ENCODER.encode({"text": text}))


def completion_row(prompt: str, completion: str, system: str = "") -> str:
    """The clean row of a prompt and what is to follow it; with a system message it is a short chat."""
    if system:
        return messages_row((("system", system), ("user", prompt), ("assistant", completion)))
    return clean_row(_ENCODER.encode({"prompt": prompt, "completion": completion}))


def messages_row(messages: Any) -> str:
    """The clean row of a chat, given as pairs of a role and what it says."""
    return clean_row(_ENCODER.encode({"messages": [{"role": role, "content": text} for role, text in messages]}))


def text_of(row: str) -> str:
    """All that a clean row says, without what it is wrapped in: what rows are compared, searched and counted by."""
    return example_of(row).text if row.startswith(BEGINNING) else row


def shown_row(row: str) -> str:
    """A clean row on one line, for people: turns are parted by arrows."""
    if not row.startswith(BEGINNING):
        return row
    return " → ".join(_one_line(turn.text) for turn in example_of(row).turns)


def is_too_short(row: str) -> bool:
    """Whether a row has nothing to predict: a text needs two words, a chat or a completion an answer."""
    if row.startswith(BEGINNING):
        example = example_of(row)
        if example.shape != "text" and not any(turn.learned and turn.text.strip() for turn in example.turns):
            return True
        if example.shape != "text" and any(turn.text.strip() for turn in example.turns if not turn.learned):
            return False
        row = example.text
    return len(row.split(maxsplit=2)) < 2


def _one_line(text: str) -> str:
    return " ".join(CONTROL.sub(" ", unicodedata.normalize("NFC", text)).split())


def _fields(text: str) -> dict[str, Any] | None:
    """The fields of a structured row; None for every other text."""
    if not text.startswith("{"):
        return None
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict):
        return None
    keys = fields.keys()
    if keys == {"messages"}:
        return fields if _are_messages(fields["messages"]) else None
    if keys in ({"text"}, {"prompt", "completion"}):
        return fields if all(isinstance(value, str) for value in fields.values()) else None
    return None


def _are_messages(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_message, value))


def _is_message(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"role", "content"}
        and isinstance(value["content"], str)
        and value["role"] in SPEAKERS
    )


def _row_of_fields(fields: dict[str, Any]) -> str:
    if "text" in fields:
        text = _whole_characters(cast(str, fields["text"]))
        line = _one_line(text)
        stands_for_itself = not line or ("\n" not in text.strip() and _fields(line) is None)
        return line if stands_for_itself else _written(fields)
    if "messages" in fields:
        messages = [{"role": m["role"], "content": m["content"]} for m in fields["messages"]]
        return _written({"messages": messages})
    return _written({"prompt": fields["prompt"], "completion": fields["completion"]})


def _whole_characters(text: str) -> str:
    """JSON can spell half a character, which no file could hold; it becomes a question mark in a diamond."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _written(fields: dict[str, Any]) -> str:
    row = _whole_characters(_ENCODER.encode(fields))
    return _INVISIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", row)
