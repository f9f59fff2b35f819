"""The models that lie on this computer: in the workspace, and in the cache that the Hugging Face libraries share."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lora_studio.core.hub.address import is_name
from lora_studio.core.hub.folder_facts import CONFIG, FolderFacts, look_at
from lora_studio.core.models.foreign_files import shown

SEEN, WORKSPACE, CACHE = "seen", "workspace", "cache"
MOST_MODELS = 500  # of each kind

_CACHED = "models--"


@dataclass(frozen=True, slots=True)
class LocalModel:
    """Where a model was found ("seen", "workspace" or "cache"), and what can be told of it."""

    place: str
    facts: FolderFacts

    @property
    def source(self) -> str:
        return str(self.facts.folder)


def cache_folder() -> Path:
    """Where the Hugging Face libraries keep what they download; as they find it, without importing them."""
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if value := os.environ.get(variable):
            return Path(value).expanduser()
    if home := os.environ.get("HF_HOME"):
        return Path(home).expanduser() / "hub"
    above = os.environ.get("XDG_CACHE_HOME")
    return (Path(above).expanduser() if above else Path.home() / ".cache") / "huggingface" / "hub"


def local_models(seen: Iterable[str], workspace: Path) -> Iterator[LocalModel]:
    """One after the other, each folder once: those seen before, the workspace's own, the cache's. Reads heads only.

    Args:
        seen: folders that were opened before, the latest first.
        workspace: its models/ is looked through.
    """
    known: set[Path] = set()
    for place, folders in (
        (SEEN, ((Path(source), _cached_name(Path(source))) for source in seen)),
        (WORKSPACE, _workspace_folders(workspace / "models")),
        (CACHE, _cached(cache_folder())),
    ):
        for folder, name in folders:
            if folder not in known:
                known.add(folder)
                yield LocalModel(place, look_at(folder, name))


def _workspace_folders(models: Path) -> Iterator[tuple[Path, str]]:
    for folder in _folders(models):
        if not folder.name.startswith("."):
            yield folder, ""


def _cached(cache: Path) -> Iterator[tuple[Path, str]]:
    """The snapshot of each model that its libraries would use; those without a config.json are no models of ours."""
    for repository in _folders(cache):
        name = _repository_name(repository)
        snapshot = _snapshot(repository) if name else None
        if snapshot is not None and (snapshot / CONFIG).exists():
            yield snapshot, name


def _cached_name(folder: Path) -> str:
    """A snapshot's folder is called after a commit, which tells a person nothing."""
    return _repository_name(folder.parent.parent) if folder.parent.name == "snapshots" else ""


def _repository_name(repository: Path) -> str:
    """ "Qwen/Qwen3-0.6B" for "models--Qwen--Qwen3-0.6B"; empty if it is something else."""
    name = repository.name.removeprefix(_CACHED).replace("--", "/", 1)
    return shown(name) if repository.name.startswith(_CACHED) and is_name(name) else ""


def _snapshot(repository: Path) -> Path | None:
    """That of the main branch, or else the newest."""
    snapshots = repository / "snapshots"
    with suppress(OSError, UnicodeError):
        commit = (repository / "refs" / "main").read_text(encoding="ascii").strip()
        if commit.isalnum() and (snapshots / commit).is_dir():
            return snapshots / commit
    return max(_folders(snapshots), key=_changed, default=None)


def _changed(folder: Path) -> float:
    with suppress(OSError):
        return folder.stat().st_mtime
    return 0.0


def _folders(folder: Path) -> list[Path]:
    """In the order of their names; none where there is no such folder."""
    with suppress(OSError):
        return sorted(path for path in folder.iterdir() if path.is_dir())[:MOST_MODELS]
    return []
