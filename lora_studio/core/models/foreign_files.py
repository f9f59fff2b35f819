"""Reading files that others made: plain files inside their folder only, limited in size, JSON without surprises.

Every function takes the class of error to raise (ModelError or AdapterError) and raises nothing else. Free of torch.
"""

from __future__ import annotations

import json
import math
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NoReturn

from lora_studio.core.errors import StudioError

# Without O_NONBLOCK, opening a named pipe would wait for ever.
_FLAGS = os.O_RDONLY
for _flag in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"):  # a resolved path ends in no link any more
    _FLAGS |= getattr(os, _flag, 0)
_SHOWN = 120

GET_IT_AGAIN = "Get the file again from where it came from."

# Names that make other programs import or run code that came with a folder. Refused even where they would do nothing.
_CODE_NAMES = {"auto_map", "trust_remote_code", "parent_library", "custom_pipelines", "custom_code", "use_kernels"}
_CODE_PREFIXES = ("_attn_implementation", "attn_implementation", "megatron_")


class FlawError(Exception):
    """What is wrong with a file, in words; turned into the caller's error class before it leaves this package."""


def shown(text: object) -> str:
    """A foreign text fit for a message: short, on one line, nothing that steers a terminal."""
    cleaned = "".join(c if c.isprintable() else "?" for c in str(text)[: _SHOWN + 1])
    return cleaned if len(cleaned) <= _SHOWN else cleaned[:_SHOWN] + "…"


def some(names: Iterable[object], most: int = 3) -> str:
    """The first few of many foreign names, for a message."""
    listed = list(names)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(shown(name) for name in listed[:most]) + more


def refuse_other_folders(folder: Path, wanted: Iterable[str], kind: str, error: type[StudioError]) -> None:
    """Checks that `folder` is a folder with all the `wanted` files; `kind` names what it should be: "model folder"."""
    try:
        if not folder.is_dir():
            reason = "it is a file" if folder.exists() else "it does not exist"
            raise error(
                "{path} is no {kind}: {reason}.", advice="Choose a folder.", path=folder, kind=kind, reason=reason
            )
        missing = [name for name in wanted if not os.path.lexists(folder / name)]
        entries = sorted(entry.name for entry in folder.iterdir()) if missing else []
    except (OSError, ValueError) as problem:
        raise error(
            "{path} cannot be read: {reason}.", advice="Check the folder.", path=shown(folder), reason=_reason(problem)
        ) from problem
    if missing:
        _refuse_incomplete(folder, missing, entries, kind, error)


def _refuse_incomplete(
    folder: Path, missing: list[str], entries: list[str], kind: str, error: type[StudioError]
) -> NoReturn:
    pickled = [name for name in entries if Path(name).suffix in {".bin", ".pt", ".pth", ".pkl", ".ckpt"}]
    tensors = [name for name in missing if name.endswith(".safetensors")]
    if pickled and tensors:
        raise error(
            "{path} holds {pickled} but no {missing}. Such a file can run code when it is opened, so it never is.",
            advice="Get the safetensors version, or save it again as safetensors where it came from.",
            path=folder, pickled=some(pickled), missing=", ".join(tensors),
        )  # fmt: skip
    raise error(
        "{path} is no {kind}: {missing} is missing.",
        advice="Choose the folder that holds it.",
        path=folder, kind=kind, missing=", ".join(missing),
    )  # fmt: skip


@contextmanager
def open_plain_file(path: Path, error: type[StudioError]) -> Iterator[tuple[BinaryIO, int]]:
    """The file at `path` and its size. Symbolic links are followed inside its folder only."""
    inside = _resolved(path, error)
    try:
        with os.fdopen(os.open(inside, _FLAGS), "rb") as file:
            info = os.fstat(file.fileno())
            if not stat.S_ISREG(info.st_mode):
                raise error("{path} is not a plain file.", advice=GET_IT_AGAIN, path=path)
            yield file, info.st_size
    except OSError as problem:
        raise error(
            "{path} cannot be read: {reason}.", advice="Check the file.", path=path, reason=_reason(problem)
        ) from problem


def _resolved(path: Path, error: type[StudioError]) -> Path:
    try:
        inside = path.resolve(strict=True)
        folder = path.parent.resolve(strict=True)
    except FileNotFoundError as problem:
        raise error("{path} is missing.", advice=GET_IT_AGAIN, path=path) from problem
    except (OSError, RuntimeError, ValueError) as problem:  # a loop of links is a RuntimeError before Python 3.13
        raise error(
            "{path} cannot be read: {reason}.", advice="Check the file.", path=shown(path), reason=_reason(problem)
        ) from problem
    if not inside.is_relative_to(folder) and inside.parent != _blobs(folder):
        raise error(
            "{path} is a link that leads out of its folder.", advice="Put the file itself into the folder.", path=path
        )
    return inside


def _blobs(folder: Path) -> Path | None:
    """Where the files of a snapshot lie to which its links lead, in the cache that the Hugging Face libraries share."""
    repository = folder.parent.parent
    is_snapshot = folder.parent.name == "snapshots" and repository.name.startswith("models--")
    return repository / "blobs" if is_snapshot else None


def _reason(problem: Exception) -> str:
    return (problem.strerror if isinstance(problem, OSError) else None) or shown(problem)


def read_plain_file(path: Path, limit: int, error: type[StudioError]) -> bytes:
    """The bytes of a file of at most `limit` bytes; rules as in `open_plain_file`."""
    with open_plain_file(path, error) as (file, size):
        if size > limit:
            raise error("{path} is larger than {limit} KiB.", advice=GET_IT_AGAIN, path=path, limit=limit // 1024)
        return file.read(limit)


def read_json_object(path: Path, limit: int, error: type[StudioError]) -> dict[str, object]:
    """A JSON object from a file of at most `limit` bytes, by the rules of `parse_json`."""
    data = read_plain_file(path, limit, error)
    try:
        value = parse_json(data)
        if not isinstance(value, dict):
            raise FlawError("it holds no JSON object")
    except FlawError as flaw:
        raise error("{path} cannot be used: {reason}.", advice=GET_IT_AGAIN, path=path, reason=flaw) from flaw
    return value


def parse_json(data: bytes) -> object:
    """Strict JSON in UTF-8: no name twice at any depth, no NaN or infinity, no half surrogates. Raises FlawError."""
    try:
        value: object = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_distinct,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # fails on half of a surrogate pair
    except UnicodeError as problem:
        raise FlawError("it is not UTF-8 text") from problem
    except RecursionError as problem:
        raise FlawError("it is nested too deeply") from problem
    except ValueError as problem:
        raise FlawError(f"it is not valid JSON ({shown(problem)})") from problem
    return value


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise FlawError(f"the name {shown(twice)} stands there twice")
    return found


def _no_constant(text: str) -> NoReturn:
    raise FlawError(f"{text} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise FlawError(f"the number {shown(text)} is too large")
    return number


def refuse_code_names(value: object, path: Path, error: type[StudioError]) -> None:
    """Refuses settings, at any depth, that make other programs run code which came with the folder."""
    found = sorted(set(_code_names(value)))
    if found:
        raise error(
            "{path} is refused because of {names}: such a setting can make a program run foreign code.",
            advice="Such code is never run here. To do without it, open {file} in a text editor, delete the setting "
            "{names} with the value behind the colon, and open the folder again.",
            path=path, file=path.name, names=some(found),
        )  # fmt: skip


def _code_names(value: object) -> Iterator[str]:
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield from (name for name in part if name in _CODE_NAMES or name.startswith(_CODE_PREFIXES))
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
