"""Downloading a model into a folder, so that it can be paused, broken off and gone on with.

The download is a generator, as a run is: to pause is not to pull, and to end it is `close()`. What has arrived lies in
a folder of its own beside the models until every file is there and has the hash that the hub promised; then that folder
takes its name in one step.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pydantic import ValidationError

from lora_studio.core.errors import StorageError, StudioError
from lora_studio.core.files import write_atomically
from lora_studio.core.hub.address import host_of, is_name
from lora_studio.core.hub.client import HubClient
from lora_studio.core.hub.lookup import HubModel
from lora_studio.core.hub.parts import Part, disk_full, storage_errors
from lora_studio.core.hub.problems import HubError, InterruptedDownloadError
from lora_studio.core.models.foreign_files import FlawError, parse_json, shown

UNFINISHED = ".download-"  # before the name of the folder
PLAN = "download.json"
MAX_PLAN_BYTES = 16 * 1024 * 1024
SPARE_BYTES = 64 * 1024 * 1024  # that stay free on the disk
TRIES = 4  # without anything arriving
WAIT = 2.0  # seconds before another try; twice as long before each further one
TICK = 0.1  # seconds between two words while it waits


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` bytes are there. `phase` is "checking" (what lay there already), "downloading", "waiting" (the
    connection broke off; it is tried again), or "done": the model is in `folder` now.
    """

    phase: str
    done: int
    total: int
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A download that was begun. `done` bytes of it are on the disk."""

    model: HubModel
    done: int


def begun(models: Path) -> list[Unfinished]:
    """The downloads below `models` that could go on. What is not understood is left alone."""
    found = []
    with suppress(OSError):
        for folder in sorted(models.glob(f"{UNFINISHED}*")):
            model = _read_plan(folder)
            if model is not None and folder == folder_of(models, model):
                found.append(Unfinished(model, sum(Part(folder, file).bytes_there for file in model.files)))
    return found


def folder_of(models: Path, model: HubModel) -> Path:
    """Where the parts of a download lie."""
    return models / f"{UNFINISHED}{model.folder_name}"


def finished_folder(models: Path, model: HubModel) -> Path:
    """Where a model is to be found that was downloaded."""
    return models / model.folder_name


def discard(models: Path, model: HubModel) -> None:
    """Removes what has arrived of a download. Raises StorageError."""
    folder = folder_of(models, model)
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageError(
            "{path} could not be removed: {reason}.", advice="Remove it yourself.",
            path=folder, reason=error.strerror or error,
        ) from error  # fmt: skip


def free_space(models: Path) -> int | None:
    """Bytes on the disk of a folder that need not be there yet; None where the system does not say."""
    with suppress(OSError, StopIteration):
        return shutil.disk_usage(next(folder for folder in (models, *models.parents) if folder.exists())).free
    return None


def download(models: Path, model: HubModel, client: HubClient, wait: float = WAIT) -> Generator[Progress, None, None]:
    """Brings a model to models/ORG--NAME, or goes on with it where it was. The last `Progress` is "done".

    Args:
        wait: seconds before the first of the further tries, when the connection breaks off.

    Raises:
        InterruptedDownloadError: the connection broke off, and trying again did not help. What has arrived is kept.
        HubError: the hub refuses, or what it sends is not what it promised.
        StorageError: the disk is full or cannot be written, or the folder is there already. What has arrived is kept.
    """
    folder = folder_of(models, model)
    _refuse_taken(models, model)
    _begin(folder, model)
    parts = [Part(folder, file) for file in model.files]
    there = [part.bytes_there for part in parts]
    free = free_space(models)
    if free is not None and free < model.bytes - sum(there) + SPARE_BYTES:
        raise disk_full(models)
    for place, part in enumerate(parts):
        others = sum(there[:place]) + sum(there[place + 1 :])
        for phase in _bring(part, model, client, wait):
            yield Progress(phase, others + part.count, model.bytes)
        there[place] = part.file.size
    with storage_errors(folder):
        (folder / PLAN).unlink()
        folder.rename(finished_folder(models, model))
    yield Progress("done", model.bytes, model.bytes, finished_folder(models, model))


def _refuse_taken(models: Path, model: HubModel) -> None:
    folder = finished_folder(models, model)
    if folder.exists() or folder.is_symlink():
        raise StorageError(
            "{path} exists already, and nothing is overwritten.",
            advice="Open it, or rename it to download the model again.",
            path=folder,
        )


def _begin(folder: Path, model: HubModel) -> None:
    """Keeps the plan. Of another version of the model only what is the same in this one is of use."""
    before = _read_plan(folder)
    same = set(before.files) if before is not None else set()
    for file in model.files:
        if file not in same:
            Part(folder, file).forget()
    write_atomically(folder / PLAN, json.dumps(model.model_dump(mode="json"), indent=2).encode())


def _bring(part: Part, model: HubModel, client: HubClient, wait: float) -> Iterator[str]:
    """Brings one file, whatever of it is there. Yields what is being done, after each piece."""
    if part.is_whole:
        part.count = part.file.size
        return
    for _ in part.take_in():
        yield "checking"
    tries = 0
    while part.count < part.file.size:
        before = part.count
        try:
            yield from _receive(part, model, client)
        except InterruptedDownloadError:
            tries = 1 if part.count > before else tries + 1
            if tries >= TRIES:
                raise
            yield from _wait(wait * 2 ** (tries - 1))
    if not part.has_right_hash():
        part.forget()
        raise HubError(
            "{file} is not what {host} promised: its hash is another.",
            advice="It was removed. Go on with the download; if it happens again, do not use this model.",
            file=part.file.name, host=client.host,
        )  # fmt: skip
    part.finish()


def _receive(part: Part, model: HubModel, client: HubClient) -> Iterator[str]:
    """Adds what arrives in one request. Raises InterruptedDownloadError: it ends too early."""
    path = f"/{quote(model.name, safe='/')}/resolve/{model.commit}/{quote(part.file.name)}"
    with client.stream(path, part.count, model.name) as (begins, pieces), part.writing(begins) as opened:
        for piece in pieces:
            if part.count + len(piece) > part.file.size:
                raise client.unusable(f"{part.file.name} is longer than it said")
            part.append(opened, piece)
            yield "downloading"
    if part.count < part.file.size:
        raise InterruptedDownloadError(
            "The connection to {host} broke off: {reason}.",
            advice="Try again. What has arrived is kept.",
            host=client.host, reason="it ended too early",
        )  # fmt: skip


def _wait(seconds: float) -> Iterator[str]:
    """In small steps, so that whoever pulls can end it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield "waiting"
        time.sleep(min(TICK, seconds))


def _read_plan(folder: Path) -> HubModel | None:
    """What a download was to bring; None if nobody can tell, or if it is not what `look_up` could have found."""
    try:
        with (folder / PLAN).open("rb") as opened:
            model = HubModel.model_validate(parse_json(opened.read(MAX_PLAN_BYTES)))
    except (OSError, FlawError, ValidationError, StudioError):
        return None
    return model if is_name(model.name) else None


def client_for(model: HubModel) -> HubClient:
    """For going on with a download. A plan may come from somebody else: only the hub that is set is asked.

    Raises HubError: the download was begun at another hub.
    """
    client = HubClient()
    if client.hub != model.hub:
        raise HubError(
            "The download of {name} was begun at {other}; the hub is {host} now.",
            advice="Set HF_ENDPOINT to the address of that hub, or remove the download and begin it anew.",
            name=model.name, other=shown(host_of(model.hub)), host=client.host,
        )  # fmt: skip
    return client
