"""Runs whose states were kept, as a run folder has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from torch import Tensor

from lora_studio.core.adapters import adapter_files
from lora_studio.core.events import Finished, Step
from lora_studio.core.files import write_atomically, write_new_folder
from lora_studio.core.instruments.time_machine import refresh_steps
from lora_studio.core.methods.keeping import kept_tensors
from lora_studio.core.models.fingerprints import fingerprint_of
from lora_studio.core.models.tensor_file import tensors_to_bytes
from lora_studio.core.recipe import Recipe
from lora_studio.core.snapshots import snapshot_file
from lora_studio.core.variants import Variant, Variants
from tests.core.method_cases import events_of

Say = Callable[[Variant], Tensor]


class KeptRun:
    """A recipe that was run, its states written to `folder` after the steps `keep`.

    `said` is what `say` found after each of them, `losses` what the run told of every step.
    """

    def __init__(self, variants: Variants, recipe: Recipe, folder: Path, keep: tuple[int, ...], say: Say) -> None:
        self.folder = folder
        self.losses: dict[int, float] = {}
        self.said: dict[int, Tensor] = {}
        known = fingerprint_of(variants.model)
        events = events_of(variants, recipe)
        next(events)
        self.variant = variants.all()[-1]
        assert self.variant.attachment
        self.variant.attachment.tensors()  # made now, outside of inference mode, as the optimizer would
        self._keep(0, keep, say)
        for event in events:
            if isinstance(event, Step):
                self.losses[event.step] = event.loss
                self._keep(event.step, keep, say)
        assert isinstance(event, Finished)
        write_atomically(folder / "recipe.yaml", recipe.to_yaml().encode())
        variants.activate(self.variant)
        variant = self.variant
        names = {"name": variant.name, "base_name": "tiny", "base_fingerprint": known}
        files = adapter_files(self.variant.attachment, variant.growth, **names, recipe=recipe)
        write_new_folder(folder / "adapter", files)
        self.variant.summary = replace(self.variant.summary, folder=str(folder / "adapter"))
        refresh_steps(variants)

    def _keep(self, step: int, keep: tuple[int, ...], say: Say) -> None:
        variant = self.variant
        if step in keep:
            assert variant.attachment
            self.said[step] = say(variant)
            file = snapshot_file(self.folder, step)
            file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(file, tensors_to_bytes(kept_tensors(variant.attachment, variant.growth)))
