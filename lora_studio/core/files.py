"""The one way in which files are written: complete and on the disk, or not at all. Free of torch."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from lora_studio.core.errors import StorageError

TEMPORARY_PREFIX = ".lora-studio-unfinished-"

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would translate line ends otherwise
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY
_NO_FOLDER_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EBADF}  # file systems that cannot sync a folder say one of these


@dataclass(frozen=True, slots=True)
class Streamed:
    """A file's content that is made while it is written, because it would not fit into memory twice.

    `chunks` gives it anew at every call, `size` bytes in all; nobody keeps a chunk.
    """

    size: int
    chunks: Callable[[], Iterator[bytes | memoryview]]


Content = bytes | Streamed


def write_atomically(path: Path, data: bytes) -> None:
    """Puts `data` at `path`; whoever reads `path`, even after a crash, finds the old content or the new one, whole.

    Missing parent folders are made.

    Raises:
        StorageError: it could not be written; an old file is intact unless the folder's own sync was what failed.
    """
    temporary = _temporary_beside(path)
    with _storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write_synced(temporary, data)
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)


def write_new_folder(folder: Path, files: Mapping[str, Content]) -> int:
    """Makes `folder` with these files; it appears complete or not at all. Missing parents are made.

    Args:
        folder: must not exist yet, or be an empty folder.
        files: content by plain file name.

    Returns:
        How many bytes were written.

    Raises:
        StorageError: there is something at `folder` already, there is no room for it, or it could not be written.
    """
    size = sum(content.size if isinstance(content, Streamed) else len(content) for content in files.values())
    if not all(_is_file_name(name) for name in files):
        raise ValueError(f"not plain file names: {list(files)}")
    temporary = _temporary_beside(folder)
    with _storage_errors(folder):
        _refuse_taken(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        _refuse_without_room(folder, size)
        try:
            temporary.mkdir()
            for name, content in files.items():
                _write_synced(temporary / name, content)
            _sync_folder(temporary)
            _put_in_place(temporary, folder)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        _sync_folder(folder.parent)
    return size


def is_temporary(path: Path) -> bool:
    """Whether a file or folder is what a killed process left of an unfinished write; those who list folders skip it."""
    return path.name.startswith(TEMPORARY_PREFIX)


def _temporary_beside(path: Path) -> Path:
    # Its length does not depend on the target's name, which may be as long as the file system allows.
    return path.parent / f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}"


def _is_file_name(name: str) -> bool:
    return name not in {"", ".", ".."} and not set(name) & set("/\\\0")


def _write_synced(path: Path, content: Content) -> None:
    descriptor = os.open(path, _NEW_FILE, 0o666)  # the person's umask decides who may read it
    try:
        for chunk in content.chunks() if isinstance(content, Streamed) else (content,):
            rest = memoryview(chunk)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    """Makes a rename in `folder` survive a power cut, where the system can do that."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(descriptor)


def _refuse_taken(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise StorageError(
            "{path} exists already, and nothing is overwritten.",
            advice="Choose a new name or an empty folder.",
            path=folder,
        )


def _refuse_without_room(folder: Path, size: int) -> None:
    """Said before gigabytes are written in vain; a disk that fills up meanwhile is noticed all the same."""
    try:
        free = shutil.disk_usage(folder.parent).free
    except OSError:  # not every file system tells
        return
    if free < size:
        raise StorageError(
            "{path} needs {size} MB, and the disk has {free} MB free.",
            advice="Choose another folder or free some space.",
            path=folder, size=size // 10**6 + 1, free=free // 10**6,
        )  # fmt: skip


def _put_in_place(temporary: Path, folder: Path) -> None:
    if os.name == "nt" and folder.exists():
        folder.rmdir()  # Windows replaces no folder, not even an empty one
    temporary.rename(folder)


@contextmanager
def _storage_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            "{path} could not be written: {reason}.",
            advice="Choose another folder or free some space.",
            path=path, reason=error.strerror or error,
        ) from error  # fmt: skip
