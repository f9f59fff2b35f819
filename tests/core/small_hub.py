"""A hub on loopback: it describes models and sends their files as the real one does, slowly or badly if told to."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

import pytest

COMMIT = "0123456789abcdef0123456789abcdef01234567"
PIECE = 4096  # bytes that are sent at once


@dataclass
class Manners:
    """How the hub behaves.

    `files` are the models' files by model and name. `pause` is waited after each piece. `break_after` bytes of a file
    the connection is cut, `breaks` times. `redirect` sends files on to that address. `status` refuses everything with
    `code` and `message`, as the real one says so; `only_files` tells that descriptions are given still. `told` changes
    a description before it is sent. `spoil` changes what is sent of a file. `ranges`: whether a part of a file can be
    asked for.
    """

    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    pause: float = 0.0
    break_after: int = 0
    breaks: int = 0
    redirect: str = ""
    status: int = 0
    code: str = ""
    message: str = ""
    only_files: bool = False
    gated: bool | str = False
    ranges: bool = True
    told: Any = None  # Callable[[dict[str, Any]], object]
    spoil: Any = None  # Callable[[str, bytes], bytes]


class SmallHub(ThreadingHTTPServer):
    """`asked` lists the requests: path, the Range that was asked for, and the Authorization that came with it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.manners = Manners()
        self.asked: list[tuple[str, str, str]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def add_folder(self, model: str, folder: Path) -> None:
        """Offers a folder's files under a name."""
        self.manners.files[model] = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}

    def describe(self, model: str) -> dict[str, Any]:
        files = self.manners.files[model]
        config = json.loads(files.get("config.json", b"{}"))
        siblings = [_sibling(name, data) for name, data in files.items()]
        description: dict[str, Any] = {
            "id": model,
            "sha": COMMIT,
            "gated": self.manners.gated,
            "siblings": siblings,
            "cardData": {"license": "apache-2.0"},
            "config": {name: config[name] for name in ("architectures", "model_type") if name in config},
            "safetensors": {"parameters": {"F32": 1234}, "total": 1234},
        }
        if self.manners.told:
            self.manners.told(description)
        return description

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is what is tested here."""


def _sibling(name: str, data: bytes) -> dict[str, Any]:
    """Large files are known by their SHA-256, small ones by git's hash."""
    entry: dict[str, Any] = {"rfilename": name, "size": len(data)}
    if name.endswith((".safetensors", ".bin")):
        return entry | {"lfs": {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134}}
    return entry | {"blobId": hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SmallHub
    timeout: ClassVar[float] = 5.0  # of a connection that nobody uses

    def do_GET(self) -> None:
        hub, path = self.server, unquote(urlsplit(self.path).path)
        hub.asked.append((self.path, self.headers.get("Range", ""), self.headers.get("Authorization", "")))
        described = path.startswith("/api/models/")
        if hub.manners.status and not (described and hub.manners.only_files):
            self._send(
                hub.manners.status, b"{}", {"X-Error-Code": hub.manners.code, "X-Error-Message": hub.manners.message}
            )
        elif described:
            self._describe(path.removeprefix("/api/models/").partition("/revision/")[0])
        else:
            self._give(*path.removeprefix("/").partition(f"/resolve/{COMMIT}/")[::2])

    def _describe(self, model: str) -> None:
        if model in self.server.manners.files:
            self._send(200, json.dumps(self.server.describe(model)).encode())
        else:
            self._send(401, b"{}", {"X-Error-Code": "RepoNotFound"})

    def _give(self, model: str, name: str) -> None:
        manners = self.server.manners
        data = manners.files.get(model, {}).get(name)
        if data is None:
            self._send(404, b"", {"X-Error-Code": "EntryNotFound"})
        elif manners.redirect:
            self._send(302, b"", {"Location": manners.redirect + self.path})
        else:
            self._send_file(manners.spoil(name, data) if manners.spoil else data)

    def _send_file(self, data: bytes) -> None:
        manners = self.server.manners
        asked = self.headers.get("Range", "")
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and manners.ranges else 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        cut = manners.break_after if manners.breaks and manners.break_after < len(data) - start else 0
        for place in range(start, start + cut if cut else len(data), PIECE):
            self.wfile.write(data[place : place + PIECE])
            time.sleep(manners.pause)
        if cut:
            manners.breaks -= 1
            self.close_connection = True

    def _send(self, status: int, data: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(data)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - as the base calls it
        """Nothing on stderr."""


@contextmanager
def running_hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallHub]:
    """A hub that this process takes for the real one. No other one is reached, and no login of the person's is used."""
    import huggingface_hub
    from huggingface_hub import constants

    hub = SmallHub()
    serving = threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.01}, name="hub")
    serving.start()
    monkeypatch.setenv("HF_ENDPOINT", hub.address)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(huggingface_hub, "get_token", lambda: None)
    for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(proxy, raising=False)
    huggingface_hub.close_session()
    try:
        yield hub
    finally:
        huggingface_hub.close_session()
        hub.shutdown()
        hub.server_close()
        serving.join()
