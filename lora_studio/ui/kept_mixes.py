"""What is kept of a mix, and how it is made again from that: its parts come from their folders."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from lora_studio.core.errors import StudioError
from lora_studio.core.summaries import VariantSummary
from lora_studio.core.workspace import BoardEntry, MixPart
from lora_studio.ui.faders import Faders

if TYPE_CHECKING:
    from lora_studio.core.engine import Engine


def can_be_kept(mix: VariantSummary) -> bool:
    """Whether every part lies in a folder as it went in."""
    return bool(mix.mix_of) and all(source.folder for source in mix.mix_of)


def as_told(mix: VariantSummary) -> Faders:
    """What the engine says, which knows nothing of muted parts."""
    return Faders(tuple(strength for _, strength in mix.mix))


def kept_parts(mix: VariantSummary, faders: Faders) -> tuple[MixPart, ...]:
    return tuple(
        MixPart(folder=source.folder, name=name, strength=strength, own=source.strength)
        for source, (name, _), strength in zip(mix.mix_of, mix.mix, faders.strengths, strict=True)
    )


def faders_of(entry: BoardEntry) -> Faders:
    strengths = tuple(part.strength for part in entry.parts)
    return Faders(strengths, frozenset(entry.muted), frozenset(entry.soloed))


def put_back_mix(entry: BoardEntry, engine: Engine) -> tuple[str, int]:
    """The name and the `mix_id` that it has now. On the engine's thread; raises StudioError.

    Each part is opened for itself, as its namesake on the board may have been turned since it was mixed.
    """
    from lora_studio.core.instruments.mixing import call_parts, make_mix, set_strengths

    variants = engine.variants
    opened: list[str] = []
    try:
        for part in entry.parts:
            opened.append(engine.load_adapter(Path(part.folder)).name)
            if part.own is not None:
                with suppress(StudioError):  # another version of it, which has no strength
                    engine.set_strength(opened[-1], part.own)
        made = make_mix(variants, opened)
    finally:
        for name in opened:
            engine.detach(name)
    on_board = {variant.folder: variant.name for variant in engine.summaries() if not variant.merged}
    call_parts(variants, made.name, [on_board.get(part.folder) or part.name for part in entry.parts])
    name = made.name
    if entry.name and entry.name != name:
        name = variants.free_name(entry.name)
        engine.rename(made.name, name)
    parts = (part for part, _ in variants.named(name).summary.mix)
    set_strengths(variants, name, dict(zip(parts, faders_of(entry).heard(), strict=True)))
    return name, made.mix_id
