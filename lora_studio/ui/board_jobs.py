"""What the board asks the engine. Runs on the engine's thread, where torch is imported."""

from __future__ import annotations

import os
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lora_studio.core.errors import StudioError
from lora_studio.core.summaries import VariantSummary
from lora_studio.core.workspace import BoardEntry
from lora_studio.ui.kept_mixes import put_back_mix

if TYPE_CHECKING:
    from lora_studio.core.engine import Engine
    from lora_studio.core.variants import Variant

    Kept = list[Variant | None]  # at most one; None: it was large, and lies in its folder

SECONDS_FOR_THE_DISK = 10.0  # at most, until a run has come back from the bin
MOST_KEPT_BYTES = 64 << 20  # of a detached variant, for undo


def load(folder: Path, wanted: str, engine: Engine) -> str:
    """The name that it has then: the `wanted` one as far as that is free; empty: the adapter's own."""
    name = engine.load_adapter(folder).name
    if wanted and wanted != name:
        free = engine.variants.free_name(wanted)
        engine.rename(name, free)
        name = free
    return name


def rename(name: str, new_name: str, engine: Engine) -> None:
    """What tells of the run in progress calls its variant as it was called when the run began."""
    if engine.variants.named(name) is engine.variants.in_training:
        raise StudioError(
            "{name} cannot be renamed: it is being trained.", advice="Wait for its run to end, or cancel it.", name=name
        )
    engine.rename(name, new_name)


def turn(name: str, strength: float, engine: Engine) -> tuple[VariantSummary, ...]:
    """What stands on the board then."""
    engine.set_strength(name, strength)
    return engine.summaries()


def detach(name: str, kept: Kept, engine: Engine) -> None:
    """`kept` gets the variant itself, which can be attached again as it is, unless it is large."""
    from lora_studio.core.variants import own_bytes

    variant = engine.variants.named(name)
    engine.detach(name)
    small = own_bytes(variant, engine.variants.model.network) <= MOST_KEPT_BYTES
    kept.append(variant if small else None)


def attach(kept: Kept, entry: BoardEntry, after: Future[None] | None, engine: Engine) -> tuple[str, int]:
    """As `put_back`; no name, too, where it was not detached."""
    if not kept:
        return "", 0
    variant = kept.pop()
    if after is not None:
        wait((after,), SECONDS_FOR_THE_DISK)
    if variant is None:
        return put_back(entry, engine)
    variant.summary = replace(variant.summary, name=engine.variants.free_name(variant.name))
    engine.variants.add(variant)
    return variant.name, variant.summary.mix_id


def put_back(entry: BoardEntry, engine: Engine) -> tuple[str, int]:
    """The name under which it stands there (empty: a folder is gone), and the `mix_id` of a mix."""
    if not all(map(os.path.exists, entry.folders)):
        return "", 0
    if entry.parts:
        return put_back_mix(entry, engine)
    name = load(Path(entry.folder), entry.name, engine)
    if entry.strength is not None:
        with suppress(StudioError):  # another version of it, which has no strength: it is there all the same
            engine.set_strength(name, entry.strength)
    return name, 0
