"""Opening a model by name or folder."""

from __future__ import annotations

from pathlib import Path

from lora_studio.core.models.folder import read_model
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.open_options import OpenOptions, Progress
from lora_studio.paths import bundled_model

BUNDLED = "minigpt"


def open_model(source: str, options: OpenOptions | None = None, progress: Progress | None = None) -> LanguageModel:
    """`source` is "minigpt" (the bundled model) or a model folder. Raises as `read_model`."""
    if source == BUNDLED:
        model = read_model(bundled_model())
        model.name = "MiniGPT"
        return model
    return read_model(Path(source).expanduser(), options, progress)
