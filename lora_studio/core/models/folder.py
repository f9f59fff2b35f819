"""Model folders in and out, in the Hugging Face layout: config.json, *.safetensors, tokenizer.json."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from torch import nn

from lora_studio.core.errors import ModelError
from lora_studio.core.files import Content
from lora_studio.core.models.fitting import differences
from lora_studio.core.models.foreign_files import read_json_object, refuse_other_folders
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.mini_gpt import MiniGPTModel
from lora_studio.core.models.mini_gpt_folder import CONFIG, MAX_CONFIG_BYTES, TOKENIZER, mini_gpt_files, read_mini_gpt
from lora_studio.core.models.open_options import OpenOptions, Progress, tell_nobody
from lora_studio.core.models.words import is_word

__all__ = ["CONFIG", "TOKENIZER", "differences", "is_word", "model_files", "read_model"]

_NOTHING: Mapping[str, nn.Module] = MappingProxyType({})


def read_model(folder: Path, options: OpenOptions | None = None, progress: Progress | None = None) -> LanguageModel:
    """Opens a model folder; `options` and `progress` count for other families than MiniGPT, which opens at once.

    Raises:
        ModelError: what is wrong, with which file, and what to do.
        RecipeError: NF4 was asked for, and bitsandbytes is not installed.
        Exception: whatever `progress` raises, which ends the opening.
    """
    refuse_other_folders(folder, (CONFIG,), "model folder", ModelError)
    if read_json_object(folder / CONFIG, MAX_CONFIG_BYTES, ModelError).get("model_type") == MiniGPTModel.family:
        return read_mini_gpt(folder)
    from lora_studio.core.models.hugging_face_folder import read_hugging_face

    return read_hugging_face(folder, options, progress or tell_nobody)


def model_files(model: LanguageModel, replaced: Mapping[str, nn.Module] = _NOTHING) -> dict[str, Content]:
    """The files of a model folder, for the model as it is now. The model itself is left alone.

    Args:
        model: its vocabulary grown or not.
        replaced: plain modules by their place in the network, written in place of the network's own; an attachment's
            `merged_modules`.

    Raises:
        ModelError: something is attached to the model that `replaced` does not cover.
    """
    if isinstance(model, MiniGPTModel):
        return dict(mini_gpt_files(model, replaced))
    from lora_studio.core.models.hugging_face import HuggingFaceModel
    from lora_studio.core.models.hugging_face_writing import hugging_face_files

    assert isinstance(model, HuggingFaceModel)
    return hugging_face_files(model, replaced)
