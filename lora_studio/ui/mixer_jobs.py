"""What the mixer asks the engine. Runs on the engine's thread, where torch is imported.

Mixes are found by their `mix_id`: one that was renamed since it was asked for is the same mix.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lora_studio.core.errors import StudioError
from lora_studio.core.events import Comparison, Receipt
from lora_studio.core.summaries import VariantSummary

if TYPE_CHECKING:
    from lora_studio.core.engine import Engine
    from lora_studio.core.instruments.mix_saving import Spectrum
    from lora_studio.core.instruments.mixing import Flip

Summaries = tuple[VariantSummary, ...]


@dataclass(frozen=True, slots=True)
class MixAnswered:
    """What a mix says to a prompt, or why it cannot; `seconds` is how long one pass through the network took."""

    mix: int
    prompt: str
    answer: Comparison | StudioError
    seconds: float = 0.0


def made(names: tuple[str, ...], engine: Engine) -> tuple[int, Summaries]:
    """A new mix's `mix_id`, and what stands on the board then."""
    from lora_studio.core.instruments.mixing import make_mix

    return make_mix(engine.variants, names).mix_id, engine.summaries()


def turned(mix: int, strengths: tuple[float, ...], prompt: str, engine: Engine) -> MixAnswered:
    from lora_studio.core.instruments.mixing import mix_with, set_strengths

    summary = mix_with(engine.variants, mix)
    names = (name for name, _ in summary.mix)
    set_strengths(engine.variants, summary.name, dict(zip(names, strengths, strict=True)))
    return answered(mix, prompt, engine)


def answered(mix: int, prompt: str, engine: Engine) -> MixAnswered:
    from lora_studio.core.instruments.mixing import answer_mix, mix_with

    summary = mix_with(engine.variants, mix)
    start = time.perf_counter()
    try:
        answer = answer_mix(engine.variants, summary.name, prompt)
    except StudioError as error:
        return MixAnswered(mix, prompt, error)
    return MixAnswered(mix, prompt, answer, (time.perf_counter() - start) / len(answer.variants))


def flip(mix: int, prompt: str, part: int, go_on: Callable[[], bool], engine: Engine) -> Flip | None:
    """None: `go_on` said that it is not wanted any more."""
    from lora_studio.core.instruments.mixing import flip_strength, mix_with

    if not go_on():
        return None
    return flip_strength(engine.variants, mix_with(engine.variants, mix).name, prompt, part, go_on)


def costs(mix: int, go_on: Callable[[], bool], engine: Engine) -> Spectrum | None:
    """None: `go_on` said that it is not wanted any more."""
    from lora_studio.core.instruments.mix_saving import spectrum
    from lora_studio.core.instruments.mixing import mix_with

    return spectrum(engine.variants, mix_with(engine.variants, mix).name) if go_on() else None


def saved(
    mix: int, rank: int | None, folder: Path, prompts: tuple[str, ...], engine: Engine
) -> tuple[Receipt, Summaries]:
    """Makes one adapter of the mix and writes it; what could not be written does not stay on the board."""
    from lora_studio.core.instruments.mix_saving import flatten
    from lora_studio.core.instruments.mixing import mix_with

    flat = flatten(engine.variants, mix_with(engine.variants, mix).name, rank)
    try:
        return engine.save_adapter(flat.name, folder, prompts), engine.summaries()
    except BaseException:
        with suppress(StudioError):
            engine.detach(flat.name)
        raise
