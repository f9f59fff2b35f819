"""Who may write in a workspace: the window that opened it first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lora_studio.core.errors import StorageError

if TYPE_CHECKING:
    from filelock import BaseFileLock

LOCK_FILE = ".lock"


class WorkspaceLock:
    """Held by one window at a time. The system lets go of it when a program ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: BaseFileLock | None = None

    def take(self) -> bool:
        """False: another window has it. The folder is made if need be.

        Raises:
            StorageError: nothing can be written in the folder.
        """
        from filelock import FileLock, Timeout

        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._folder / LOCK_FILE, timeout=0, thread_local=False)
            lock.acquire()
        except Timeout:
            return False
        except NotImplementedError:  # a file system without locks: it cannot be known, and must not keep anybody out
            return True
        except OSError as error:
            raise StorageError(
                "Nothing can be written in {folder}: {reason}.",
                advice="Open a workspace in a folder of your own.",
                folder=self._folder, reason=error.strerror or error,
            ) from error  # fmt: skip
        self._lock = lock
        return True

    def give_back(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None
