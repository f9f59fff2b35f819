"""Trains in a folder until somebody kills it; a program of its own, for tests."""

from __future__ import annotations

import sys
from pathlib import Path

from lora_studio.core import run_journal
from lora_studio.core.data.dataset import Dataset
from lora_studio.core.events import Step
from lora_studio.core.methods import Lora
from lora_studio.core.recipe import Protection, Recipe, TrainingSettings
from lora_studio.core.run_folder import RunFolder
from lora_studio.core.variants import Variants
from tests.core.interrupted import run_of
from tests.core.tiny_mini_gpt import make_mini_gpt

STEPS = 400

NEW = Dataset(name="NEW", rows=("die katze sitzt auf dem sofa", "der hund läuft im wald"))
OTHERS = Dataset(name="OTHERS", rows=("die katze läuft", "auf dem tisch"))
KEPT = Dataset(name="KEPT", rows=("die katze sitzt auf dem hund", "der hund läuft im garten"))


def recipe() -> Recipe:
    """A second of work, or a few."""
    training = TrainingSettings(epochs=STEPS // 2, batch_size=2, sequence_length=6, probe_every=50, snapshots=50)
    method = Lora(targets=("v_proj",), dropout=0.2)
    return Recipe(
        name="killed", datasets=(NEW, OTHERS), method=method, training=training, kept=(KEPT,), probes=(),
        protection=Protection(enabled=True, generated=8, neighbours=8),
    )  # fmt: skip


def main(path: Path) -> None:
    run_journal.INTERVAL = 0.02  # so that a short run has a checkpoint early
    variants = Variants(make_mini_gpt())
    if path.exists():
        folder = RunFolder.of_interrupted(path)
        run = run_of(variants, folder.recipe(), folder)
    else:
        run = run_of(variants, recipe(), RunFolder(path))
    for event in run.events():
        if isinstance(event, Step):
            print(event.step, event.seconds, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
