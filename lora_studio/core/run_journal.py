"""Writing while a run goes on: a thread that appends its events to a file and puts other files beside it."""

from __future__ import annotations

import json
import math
import os
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, BinaryIO

from lora_studio.core.errors import StorageError, StudioError, unexpected
from lora_studio.core.events import Event, Failed
from lora_studio.core.files import write_atomically

INTERVAL = 0.5  # seconds between two rounds of writing: what a killed program may lose, and some

MakeBytes = Callable[[], bytes | None]


class Journal:
    """Starts a thread; `close` ends it. All other methods are for the one thread that the run is on.

    Nothing that is written holds up who tells it. What cannot be written is remembered, and raised by `check` and
    `close`.
    """

    def __init__(self, events_file: Path) -> None:
        self._events_file = events_file
        self._events: deque[Event] = deque()
        self._files: OrderedDict[Path, MakeBytes] = OrderedDict()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._error: StudioError | None = None
        self._took: dict[Path, float] = {}
        # A daemon: a program that ends without closing its runs must end all the same.
        self._thread = threading.Thread(target=self._work, name="run-journal", daemon=True)
        self._thread.start()

    def tell(self, event: Event) -> None:
        """Appends an event to the file, within a second."""
        self._events.append(event)

    def write(self, path: Path, make: MakeBytes) -> None:
        """Puts what `make` gives at `path`, replacing what is there. It runs on the journal's thread; None: nothing.

        All events told before are on the disk by then. A newer request for the same path replaces one that waits.
        """
        with self._lock:
            self._files.pop(path, None)
            self._files[path] = make

    def waits(self, path: Path) -> bool:
        """Whether something is still to be put at `path`."""
        return path in self._files

    def took(self, path: Path) -> float:
        """Seconds that the last writing of `path` took."""
        return self._took.get(path, 0.0)

    def check(self) -> None:
        """Raises StudioError: something could not be written; nothing has been since."""
        if self._error:
            raise self._error

    def close(self) -> None:
        """Writes what is left and ends the thread. Raises StudioError: something could not be written."""
        self._closing.set()
        self._thread.join()
        self.check()

    # On the journal's thread

    def _work(self) -> None:
        try:
            with self._events_file.open("ab", buffering=0) as file:
                closing = False
                while not closing:
                    closing = self._closing.wait(INTERVAL)
                    self._write_all(file)
        except StudioError as error:
            self._error = error
        except OSError as error:
            self._error = unwritable(self._events_file, error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run must hear of it
            self._error = unexpected(error)

    def _write_all(self, events: BinaryIO) -> None:
        with self._lock:
            waiting = list(self._files.items())
        # Whatever was asked to be written before these events were told finds them on the disk.
        lines = []
        while self._events:
            lines.append(line_of(self._events.popleft()))
        if lines:
            _append(events, "".join(lines).encode())
            os.fsync(events.fileno())
        for path, make in waiting:
            self._put(path, make)

    def _put(self, path: Path, make: MakeBytes) -> None:
        begin = time.perf_counter()
        data = make()
        if data is not None:
            write_atomically(path, data)
        self._took[path] = time.perf_counter() - begin
        with self._lock:
            if self._files.get(path) is make:  # nobody has asked again meanwhile
                del self._files[path]


def unwritable(path: Path, error: OSError) -> StorageError:
    return StorageError(
        "{path} could not be written: {reason}.",
        advice="Choose another folder or free some space.",
        path=path, reason=error.strerror or error,
    )  # fmt: skip


def line_of(event: Event) -> str:
    """An event as one line of events.jsonl."""
    return json.dumps(plain(event), ensure_ascii=False) + "\n"


def plain(event: Event) -> dict[str, Any]:
    """An event as JSON can hold it, with its kind. What is no finite number becomes None."""
    if isinstance(event, Failed):
        return {"event": "failed", "step": event.step, "error": str(event.error), "variant": event.variant}
    return {"event": type(event).__name__.lower(), **_plain(event)}


def _plain(value: Any) -> Any:
    # Not dataclasses.asdict, which copies every leaf and takes five times as long: a step of MiniGPT takes 0.6 ms.
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    names = _NAMES.get(type(value))
    if names is None:
        if not is_dataclass(value):
            return value
        names = _NAMES[type(value)] = tuple(field.name for field in fields(value))
    return {name: _plain(getattr(value, name)) for name in names}


_NAMES: dict[type, tuple[str, ...]] = {}  # of the fields of the classes seen so far


def _append(file: BinaryIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]
