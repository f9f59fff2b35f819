"""The tokenizer of a model folder, and what its companions say: special tokens, the chat template."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokenizers import Tokenizer
from torch import nn

from lora_studio.core.errors import ModelError
from lora_studio.core.models.foreign_files import (
    GET_IT_AGAIN,
    FlawError,
    parse_json,
    read_json_object,
    read_plain_file,
    refuse_code_names,
    shown,
)

if TYPE_CHECKING:
    from transformers import PretrainedConfig

TOKENIZER, TOKENIZER_CONFIG, TEMPLATE, SPECIAL = (
    "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "special_tokens_map.json"
)  # fmt: skip
GENERATION = "generation_config.json"
COMPANIONS = (TOKENIZER_CONFIG, TEMPLATE, SPECIAL, GENERATION)
MAX_TOKENIZER_BYTES = 256 * 1024 * 1024
MAX_COMPANION_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class TokenizerNotes:
    """What the seam knows of a tokenizer beside the tokens themselves."""

    end_id: int | None = None
    padding_id: int = 0
    stop_ids: frozenset[int] = frozenset()
    chat_template: str | None = None
    spells_everything: bool = False
    files: Mapping[str, bytes] = field(default_factory=dict)  # the companions as they are, for when it is written

    @staticmethod
    def of_config(config: PretrainedConfig, tokenizer: Tokenizer) -> TokenizerNotes:
        """For a tokenizer without companions."""
        stops = _numbers(config.eos_token_id)
        end = stops[0] if stops else None
        pad = config.pad_token_id
        padding = pad if isinstance(pad, int) else end or 0
        return TokenizerNotes(end, padding, frozenset(stops), spells_everything=spells_everything(tokenizer))


def read_tokenizer(folder: Path) -> Tokenizer:
    """Raises ModelError."""
    path = folder / TOKENIZER
    if not os.path.lexists(path):
        raise ModelError(
            "{path} is missing.",
            advice="Make it in a terminal: {command}",
            path=path, command=_making(folder),
        )  # fmt: skip
    data = read_plain_file(path, MAX_TOKENIZER_BYTES, ModelError)
    try:
        fields = parse_json(data)
        if not isinstance(fields, dict):
            raise FlawError("it holds no JSON object")
        tokenizer = _made(data)
    except FlawError as flaw:
        raise ModelError("{path} cannot be used: {reason}.", advice=GET_IT_AGAIN, path=path, reason=flaw) from flaw
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _making(folder: Path) -> str:
    work = f"T.from_pretrained(r'{folder}').save_pretrained(r'{folder}')"
    return f'python -c "from transformers import AutoTokenizer as T; {work}"'


def check_fits(tokenizer: Tokenizer, embedding: nn.Module, path: Path) -> None:
    """Raises ModelError: the tokenizer knows tokens that the embedding has no row for. Spare rows are usual."""
    rows = int(embedding.weight.shape[0])  # type: ignore[index]
    highest = max(tokenizer.get_vocab().values(), default=-1)
    if highest >= rows:
        raise ModelError(
            "{path} does not fit the model: it knows token number {number}, and the embedding has {rows} rows.",
            advice="Get the folder again; its files belong together.",
            path=path, number=highest, rows=rows,
        )  # fmt: skip


def _made(data: bytes) -> Tokenizer:
    with library_errors():
        tokenizer = Tokenizer.from_str(data.decode())
        begin_of(tokenizer)  # that it can be used at all
    return tokenizer


@contextmanager
def library_errors() -> Iterator[None]:
    """Around calls of a foreign tokenizer. Raises FlawError: its settings make the library fail, e.g. an expression
    that takes too long. Such a panic is no Exception, and would end the thread.
    """
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as problem:
        raise FlawError(f"the library tokenizers fails with it ({shown(problem)})") from problem


def read_notes(folder: Path, tokenizer: Tokenizer, eos: object, pad: object) -> TokenizerNotes:
    """What the tokenizer's companions say; `eos` and `pad` are config.json's numbers, which count where they don't.

    Raises ModelError.
    """
    said = {**_object(folder / SPECIAL), **_object(folder / TOKENIZER_CONFIG)}
    generation = _object(folder / GENERATION)
    end = _token(tokenizer, said.get("eos_token"))
    ends = (end, *_numbers(generation.get("eos_token_id")), *_numbers(eos))
    stops = [number for number in ends if number is not None]
    end = stops[0] if stops else None
    padding = next((n for n in (_token(tokenizer, said.get("pad_token")), *_numbers(pad), end) if n is not None), 0)
    return TokenizerNotes(
        end,
        padding,
        frozenset(stops),
        _template(folder, said),
        spells_everything(tokenizer),
        {
            name: read_plain_file(folder / name, MAX_COMPANION_BYTES, ModelError)
            for name in COMPANIONS
            if _is_there(folder / name)
        },
    )


def spells_everything(tokenizer: Tokenizer) -> bool:
    """Whether every text can be written in its tokens, byte by byte if need be."""
    fields = json.loads(tokenizer.to_str())
    model = fields.get("model") or {}
    return bool(model.get("byte_fallback")) or '"ByteLevel"' in json.dumps(fields.get("pre_tokenizer"))


def begin_of(tokenizer: Tokenizer) -> tuple[int, ...]:
    """The tokens that the tokenizer's post-processor puts before every text."""
    for text in ("a", "1", "."):  # whatever a normalizer may take away
        plain = tokenizer.encode(text, add_special_tokens=False).ids
        whole = tokenizer.encode(text, add_special_tokens=True).ids
        for start in range(len(whole) - len(plain) + 1):
            if plain and whole[start : start + len(plain)] == plain:
                return tuple(whole[:start])
    return ()


def unknown_of(tokenizer: Tokenizer) -> int | None:
    token = getattr(tokenizer.model, "unk_token", None)
    found: int | None = tokenizer.token_to_id(token) if isinstance(token, str) else None
    return found


def _is_there(path: Path) -> bool:
    return os.path.lexists(path)


def _object(path: Path) -> Mapping[str, Any]:
    if not _is_there(path):
        return {}
    found = read_json_object(path, MAX_COMPANION_BYTES, ModelError)
    refuse_code_names(found, path, ModelError)
    return found


def _token(tokenizer: Tokenizer, said: object) -> int | None:
    """The number of a token that is given as text, or as an object with the text in it."""
    text = said.get("content") if isinstance(said, dict) else said
    found: int | None = tokenizer.token_to_id(text) if isinstance(text, str) else None
    return found


def _numbers(said: object) -> list[int]:
    many: Iterable[object] = said if isinstance(said, list) else [said]
    return [number for number in many if type(number) is int and number >= 0]


def _template(folder: Path, said: Mapping[str, Any]) -> str | None:
    path = folder / TEMPLATE
    if os.path.lexists(path):
        return read_plain_file(path, MAX_COMPANION_BYTES, ModelError).decode(errors="replace")
    given = said.get("chat_template")
    if isinstance(given, list):
        named = {str(one.get("name")): one.get("template") for one in given if isinstance(one, dict)}
        given = named.get("default")
    return given if isinstance(given, str) and given else None
