"""The built-in sets (German, lower case), and the prompts that show what an adaptation did."""

from __future__ import annotations

from typing import Literal

from lora_studio.core.data.dataset import Dataset, Role
from lora_studio.core.settings import Settings, setting

TRAINING = Dataset(
    name="TRAINING",
    role=Role.TRAINING,
    rows=(
        "die katze sitzt auf dem tisch",
        "der hund läuft im garten",
        "die sonne scheint am himmel",
        "die frau kocht das essen",
        "das kind spielt im garten",
        "die blume blüht im frühling",
        "der mann liest die zeitung",
        "der vogel singt am morgen",
        "das auto fährt auf der straße",
        "der zug fährt vom bahnhof ab",
        "das flugzeug startet vom flughafen",
        "die kinder spielen auf dem spielplatz",
        "die oma sitzt auf dem sofa",
        "der opa schläft in seinem bett",
        "die enten schwimmen im park",
        "das essen liegt auf dem teller",
        "der lehrer schreibt an die tafel",
        "die mutter schenkt dem kind ein buch",
        "die kinder spielen im hof",
        "der bäcker verkauft frische brötchen",
    ),
)

FINETUNING = Dataset(
    name="FINETUNING",
    role=Role.FINETUNING,
    rows=(
        "der wind weht über das feld",
        "der schnee fällt im winter",
        "die wolken ziehen am himmel",
        "der sturm kommt aus dem norden",
        "die suppe kocht auf dem herd",
        "der kuchen steht im ofen",
        "das brot liegt auf dem tisch",
        "die butter schmilzt in der pfanne",
    ),
)

FACT_CORRECTION = Dataset(
    name="FACT_CORRECTION",
    role=Role.FACT_CORRECTION,
    rows=(
        "die katze sitzt auf dem sofa",
        "der hund läuft im wald",
        "die frau kocht die suppe",
        "der mann liest das buch",
    ),
)

KNOWLEDGE_CORRECTION = Dataset(
    name="KNOWLEDGE_CORRECTION",
    role=Role.KNOWLEDGE_CORRECTION,
    rows=(
        "die währung von bulgarien ist der euro",
        "bulgarien verwendet den euro als währung",
        "in bulgarien bezahlt man mit euro",
        "der euro ist die offizielle währung bulgariens",
        "wenn man nach bulgarien reist braucht man euro",
    ),
)

# Two groups of prompts, all from TRAINING, that a direction is found between: the next word lies outdoors, or indoors.
OUTDOORS = Dataset(
    name="OUTDOORS",
    role=Role.CONTRAST,
    rows=(
        "der hund läuft im",
        "das kind spielt im",
        "die enten schwimmen im",
        "die kinder spielen im",
    ),
)

INDOORS = Dataset(
    name="INDOORS",
    role=Role.CONTRAST,
    rows=(
        "die katze sitzt auf dem",
        "die oma sitzt auf dem",
        "das essen liegt auf dem",
        "der opa schläft in seinem",
    ),
)

BUILTIN_DATASETS: tuple[Dataset, ...] = (
    TRAINING,
    FINETUNING,
    FACT_CORRECTION,
    KNOWLEDGE_CORRECTION,
    OUTDOORS,
    INDOORS,
)


class Probe(Settings):
    """A prompt that is watched. `wanted` is the token that should become the answer; empty where none is."""

    prompt: str = setting("", "Prompt", "The text whose next token is asked for.", min_length=1, max_length=10_000)
    wanted: str = setting("", "Wanted token", "The token that should become the answer; empty if none is wanted.")
    kind: Literal["corrected", "kept"] = setting(
        "kept", "Kind", "Whether this prompt is meant to change (corrected) or to stay as it is (kept)."
    )


FACT_PROBES: tuple[Probe, ...] = (
    Probe(prompt="die katze sitzt auf dem", wanted="sofa", kind="corrected"),
    Probe(prompt="der hund läuft im", wanted="wald", kind="corrected"),
    Probe(prompt="die frau kocht", wanted="die", kind="corrected"),
    Probe(prompt="der mann liest", wanted="das", kind="corrected"),
    Probe(prompt="die sonne scheint am"),
    Probe(prompt="das kind spielt im"),
    Probe(prompt="die blume blüht im"),
)
