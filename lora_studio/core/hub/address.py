"""Which hub is asked, and what a person typed to name a model there. Free of torch and of the network."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from lora_studio.core.hub.problems import HubError
from lora_studio.core.models.foreign_files import shown

USUAL_ENDPOINT = "https://huggingface.co"
LATEST = "main"

_PART = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_-])?"
_NAME = re.compile(rf"(?:{_PART}/)?{_PART}")
_REVISION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_NO_MODELS = {"datasets", "spaces", "docs", "papers", "collections", "blog", "api", "settings"}
_SHORT = "hf.co"  # leads to the usual endpoint
_OF_THE_HUB = ("huggingface.co", "hf.co")  # with all below them: where the hub keeps large files
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A model's name on the hub, such as "Qwen/Qwen3-0.6B", and which of its versions."""

    name: str
    revision: str = LATEST


def endpoint() -> str:
    """The hub that is asked: HF_ENDPOINT, or the usual one. Raises HubError: HF_ENDPOINT is no address."""
    chosen = os.environ.get("HF_ENDPOINT", "").strip().rstrip("/") or USUAL_ENDPOINT
    parts = _split(chosen)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise HubError(
            "HF_ENDPOINT is {address}, which is no address of a hub.",
            advice="Set it to an address such as https://huggingface.co, or unset it.",
            address=shown(chosen),
        )
    return chosen


def host_of(address: str) -> str:
    """What stands for a hub in messages: "huggingface.co"."""
    return urlsplit(address).netloc.rpartition("@")[2]


def wanted_model(text: str) -> Wanted:
    """What was typed or pasted: a name, or the address of a model's page. Raises HubError: it is neither."""
    typed = text.strip()
    if "://" in typed or typed.startswith((f"{_SHORT}/", f"{host_of(endpoint())}/")):
        return _from_address(typed if "://" in typed else f"https://{typed}")
    return _checked(typed, LATEST)


def _from_address(address: str) -> Wanted:
    parts = _split(address)
    ours = {host_of(endpoint()), *((_SHORT, "www.huggingface.co") if endpoint() == USUAL_ENDPOINT else ())}
    if parts is None or parts.scheme not in ("http", "https") or parts.netloc not in ours:
        raise HubError(
            "{address} is no address at {host}.",
            advice="Models are looked up there only. Type a name such as Qwen/Qwen3-0.6B.",
            address=shown(address), host=host_of(endpoint()),
        )  # fmt: skip
    steps = [step for step in parts.path.split("/") if step]
    if steps and steps[0] in _NO_MODELS:
        raise HubError(
            "{address} is not the page of a model.", advice="Paste the address of a model’s page.",
            address=shown(address),
        )  # fmt: skip
    place = next((i for i, step in enumerate(steps) if step in ("tree", "blob", "resolve")), None)
    revision = steps[place + 1] if place is not None and place + 1 < len(steps) else LATEST
    return _checked("/".join(steps[: place if place is not None else 2]), revision)


def _checked(name: str, revision: str) -> Wanted:
    if not is_name(name) or not _REVISION.fullmatch(revision) or ".." in revision:
        raise HubError(
            "“{name}” is no name of a model.",
            advice="A name has two parts, such as Qwen/Qwen3-0.6B. The address of a model’s page does as well.",
            name=shown(name),
        )
    return Wanted(name, revision)


def is_name(name: str) -> bool:
    """Whether a hub may call a model so. Such a name is fit to be a part of an address, and of a folder's name."""
    return _NAME.fullmatch(name) is not None and ".." not in name and "--" not in name


def may_lead_to(hub: str, address: str) -> bool:
    """Whether a hub may send a download on to `address`: itself, or where the usual hub keeps its large files."""
    own, other = _split(hub), _split(address)
    if own is None or other is None or not other.hostname or "@" in other.netloc:
        return False
    if (own.scheme, own.netloc) == (other.scheme, other.netloc):
        return True
    kept_there = other.hostname in _OF_THE_HUB or other.hostname.endswith(tuple(f".{host}" for host in _OF_THE_HUB))
    return other.scheme == "https" and kept_there and own.hostname not in _LOOPBACK


def keeps_secrets(address: str) -> bool:
    """Whether nobody on the way can read what is sent: a token goes nowhere else."""
    parts = urlsplit(address)
    return parts.scheme == "https" or parts.hostname in _LOOPBACK


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.port  # is read here, as a bad one raises
    except ValueError:
        return None
    return parts
