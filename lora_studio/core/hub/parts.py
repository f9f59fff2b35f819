"""A file that is arriving: what of it lies on the disk, and its hash so far."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from lora_studio.core.errors import StorageError
from lora_studio.core.hub.lookup import HubFile

PIECE = 1024 * 1024  # bytes of what is read again to check it
SUFFIX = ".part"


class Part:
    """One file of a download in the folder of its parts. Its name is its own when it is whole and has the right hash.

    Writing raises StorageError.
    """

    def __init__(self, folder: Path, file: HubFile) -> None:
        self.file = file
        self.count = 0  # bytes that are there, and that the hash has taken in
        self._whole = folder / file.name
        self._path = folder / (file.name + SUFFIX)
        self._hash = _hash_of(file)

    @property
    def is_whole(self) -> bool:
        """Whether it was finished before; its hash was the right one then."""
        return size_of(self._whole) == self.file.size and self._whole.exists()

    @property
    def bytes_there(self) -> int:
        return self.file.size if self.is_whole else size_of(self._path)

    def take_in(self) -> Iterator[int]:
        """Reads what has arrived before, as its hash is needed. Yields how much that is, now and then."""
        self._hash, self.count = _hash_of(self.file), 0
        if size_of(self._path) > self.file.size:
            self.forget()
        with storage_errors(self._path), suppress(FileNotFoundError), self._path.open("rb") as opened:
            while piece := opened.read(PIECE):
                self._hash.update(piece)
                self.count += len(piece)
                yield self.count

    @contextmanager
    def writing(self, begins: int) -> Iterator[BinaryIO]:
        """The open file, for `append`. `begins` is what the hub sends from: `count`, or 0 if it begins anew."""
        if begins != self.count:
            self._hash, self.count = _hash_of(self.file), 0
        with storage_errors(self._path):
            opened = self._path.open("r+b" if self.count else "wb", buffering=0)
        try:
            opened.seek(self.count)
            yield opened
        finally:
            opened.close()

    def append(self, opened: BinaryIO, piece: bytes) -> None:
        with storage_errors(self._path):
            rest = memoryview(piece)
            while rest:
                rest = rest[opened.write(rest) :]
        self._hash.update(piece)
        self.count += len(piece)

    def has_right_hash(self) -> bool:
        return self._hash.hexdigest() == (self.file.sha256 or self.file.git)

    def finish(self) -> None:
        """It is whole: it takes its own name."""
        with storage_errors(self._path):
            if size_of(self._path) != self.file.size:  # another program has finished the same file, or begun it anew
                raise OSError(errno.EBUSY, "another program works on it")
            with self._path.open("ab") as opened:  # an empty file is made here
                os.fsync(opened.fileno())
            self._path.replace(self._whole)

    def forget(self) -> None:
        with storage_errors(self._path):
            self._path.unlink(missing_ok=True)
            self._whole.unlink(missing_ok=True)


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turns what the disk says into words."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(path.parent) from error
        raise StorageError(
            "{path} could not be written: {reason}.",
            advice="Check the disk, then go on with the download: what has arrived is kept.",
            path=path, reason=error.strerror or error,
        ) from error  # fmt: skip


def disk_full(folder: Path) -> StorageError:
    return StorageError(
        "The disk of {path} is full.",
        advice="Free some space, then go on with the download: what has arrived is kept.",
        path=folder,
    )


def size_of(path: Path) -> int:
    """0 where there is no such file."""
    with suppress(OSError):
        return path.stat().st_size
    return 0


def _hash_of(file: HubFile) -> hashlib._Hash:
    """The hub knows large files by their SHA-256, and small ones by git's own hash of them."""
    if file.sha256:
        return hashlib.sha256()
    return hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
