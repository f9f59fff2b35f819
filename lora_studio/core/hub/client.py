"""Asking a hub: one request at a time, to the hub itself and where it keeps its files, and nowhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urljoin

from lora_studio import __version__
from lora_studio.core.errors import StudioError
from lora_studio.core.hub.address import endpoint, host_of, keeps_secrets, may_lead_to
from lora_studio.core.hub.problems import HubError, InterruptedDownloadError
from lora_studio.core.models.foreign_files import FlawError, parse_json, shown

SECONDS = 10.0  # without a byte, after which the connection counts as broken
MOST_REDIRECTIONS = 5
MAX_ANSWER_BYTES = 32 * 1024 * 1024  # of the description of a model


class HubClient:
    """Makes the requests that a person asked for. Raises HubError, in words, and nothing else."""

    def __init__(self, hub: str = "") -> None:
        """`hub` is an address such as https://huggingface.co; else the one that is set."""
        self.hub = hub or endpoint()
        self.host = host_of(self.hub)

    def ask(self, path: str, about: str) -> object:
        """The JSON that stands at `path`; `about` is the model's name, for messages."""
        with self._open(f"{self.hub}{path}", {}, about) as response:
            data = bytearray()
            for chunk in self._bytes(response.iter_bytes(), about):
                data += chunk
                if len(data) > MAX_ANSWER_BYTES:
                    raise self.unusable("it is far too long")
        try:
            return parse_json(bytes(data))
        except FlawError as flaw:
            raise self.unusable(flaw) from flaw

    @contextmanager
    def stream(self, path: str, start: int, about: str) -> Iterator[tuple[int, Iterator[bytes]]]:
        """The bytes of the file at `path` from `start` on; from where they really begin comes with them."""
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
        with self._open(f"{self.hub}{path}", headers, about) as response:
            begins = start if response.status_code == 206 else 0
            said = response.headers.get("Content-Range", "")
            if begins and not said.startswith(f"bytes {begins}-"):
                raise self.unusable("it sends another part of the file than was asked for")
            yield begins, self._bytes(response.iter_raw(), about)

    def unusable(self, reason: object) -> HubError:
        """What this hub says makes no sense, or is not honest."""
        return HubError(
            "What {host} answers cannot be used: {reason}.",
            advice="Nothing of it was kept. Check HF_ENDPOINT if you have set it, or try again later.",
            host=self.host, reason=reason,
        )  # fmt: skip

    def _bytes(self, chunks: Iterator[bytes], about: str) -> Iterator[bytes]:
        while True:
            with self._told_in_words(about):
                chunk = next(chunks, None)
            if chunk is None:
                return
            yield chunk

    @contextmanager
    def _open(self, address: str, headers: Mapping[str, str], about: str) -> Iterator[Any]:
        """The answer to a GET, wherever the hub may send it on to."""
        for _ in range(MOST_REDIRECTIONS + 1):
            with self._told_in_words(about):
                response = self._send(address, headers)
            try:
                if not response.is_redirect:
                    self._refuse_failure(response, about)
                    yield response  # what goes wrong there is not the connection's
                    return
                address = self._next(address, response.headers.get("Location", ""))
            finally:
                response.close()
        raise self.unusable("it sends the request on and on")

    def _send(self, address: str, headers: Mapping[str, str]) -> Any:
        session = _session()
        sent = {**headers, **self._identity(address)}
        request = session.build_request("GET", address, headers=sent, timeout=SECONDS)
        return session.send(request, stream=True, follow_redirects=False)

    def _next(self, address: str, location: str) -> str:
        found = urljoin(address, location)
        if not location or not may_lead_to(self.hub, found):
            raise HubError(
                "{host} sends the download on to {other}, which is none of its own places.",
                advice="Nothing was asked there. Check HF_ENDPOINT if you have set it.",
                host=self.host, other=shown(host_of(found) or found),
            )  # fmt: skip
        return found

    def _identity(self, address: str) -> dict[str, str]:
        """Who asks: this program; the person only where a token was left for that, and to the hub alone."""
        told = {"User-Agent": f"lora-studio/{__version__}"}
        token = _token() if host_of(address) == self.host and keeps_secrets(address) else None
        return told | ({"Authorization": f"Bearer {token}"} if token else {})

    def _refuse_failure(self, response: Any, about: str) -> None:
        status, code = int(response.status_code), response.headers.get("X-Error-Code", "")
        if status < 400:
            return
        page = f"{self.hub}/{about}"
        if code == "GatedRepo" or (status == 403 and "gated" in response.headers.get("X-Error-Message", "").lower()):
            raise HubError(
                "{name} is gated: its owner gives it to those who accept its licence.",
                advice="Open {page} in a browser, log in and accept it. Then tell who you are: "
                "“hf auth login” in a terminal, or the variable HF_TOKEN.",
                name=about, page=page,
            )  # fmt: skip
        if status in (401, 404) or code in ("RepoNotFound", "RevisionNotFound", "EntryNotFound"):
            raise HubError(
                "{host} has no model {name}, or not for everybody.",
                advice="Check the name. For a private model, tell who you are: "
                "“hf auth login” in a terminal, or the variable HF_TOKEN.",
                host=self.host, name=about,
            )  # fmt: skip
        if status == 403:
            raise HubError(
                "{host} does not give {name} to you.", advice="Open {page} in a browser to see why.",
                host=self.host, name=about, page=page,
            )  # fmt: skip
        if status in (408, 429) or status >= 500:
            raise InterruptedDownloadError(
                "{host} is too busy, or out of order (HTTP {status}).", advice="Try again in a few minutes.",
                host=self.host, status=status,
            )  # fmt: skip
        raise self.unusable(f"HTTP {status}")

    @contextmanager
    def _told_in_words(self, about: str) -> Iterator[None]:
        try:
            yield
        except StudioError:
            raise
        except Exception as error:  # the client's errors differ by its version
            raise self._in_words(error, about) from error

    def _in_words(self, error: Exception, about: str) -> HubError:
        kind = type(error).__name__
        if kind == "OfflineModeIsEnabled":
            return HubError(
                "HF_HUB_OFFLINE is set, so nothing is sent.", advice="Unset it and start again to look up {name}.",
                name=about,
            )  # fmt: skip
        if kind in ("ConnectError", "ConnectTimeout", "ProxyError", "UnsupportedProtocol"):
            return InterruptedDownloadError(
                "{host} cannot be reached: {reason}.", advice="Check the connection to the network, then try again.",
                host=self.host, reason=shown(error) or kind,
            )  # fmt: skip
        return InterruptedDownloadError(
            "The connection to {host} broke off: {reason}.",
            advice="Try again. What has arrived is kept.",
            host=self.host, reason=shown(error) or kind,
        )  # fmt: skip


def _session() -> Any:
    """The client of huggingface_hub, with the person's proxies and certificates. It sends nothing when offline."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
    from huggingface_hub import get_session

    return get_session()


def _token() -> str | None:
    """What `hf auth login` left, or HF_TOKEN; read each time, and kept nowhere."""
    from huggingface_hub import get_token

    with suppress(Exception):  # a broken login is no login
        return get_token()
    return None


def is_offline() -> bool:
    """Whether the environment forbids requests (HF_HUB_OFFLINE); then nothing is sent, whoever asks."""
    constants = sys.modules.get("huggingface_hub.constants")
    if constants is not None:
        return bool(constants.HF_HUB_OFFLINE)
    return any(
        os.environ.get(name, "").upper() in {"1", "ON", "YES", "TRUE"}
        for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
    )
