"""The shapes of a model without its weights: from a folder, or from its configuration alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from lora_studio.core.analysis.available import available_bytes
from lora_studio.core.errors import ModelError
from lora_studio.core.models.devices import FLOATS, choose
from lora_studio.core.models.foreign_files import read_json_object, refuse_code_names, refuse_other_folders, shown
from lora_studio.core.models.language_model import LanguageModel, replace_module
from lora_studio.core.models.mini_gpt import MiniGPT, MiniGPTConfig, MiniGPTModel
from lora_studio.core.models.nf4 import Nf4Linear
from lora_studio.core.models.open_options import OpenOptions
from lora_studio.core.models.opening import BUNDLED
from lora_studio.core.models.shapes import without_numbers
from lora_studio.core.models.words import word_tokenizer
from lora_studio.paths import bundled_model

if TYPE_CHECKING:
    from transformers import PreTrainedModel

CONFIG = "config.json"
MAX_CONFIG_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Structure:
    """A model on torch's meta device: where it would be opened, and what is there for it (None: not known)."""

    model: LanguageModel
    parameters: int
    device: torch.device
    available: int | None


def structure_of(source: str, options: OpenOptions | None = None, gpu_bytes: int | None = None) -> Structure:
    """Opens no weights.

    Args:
        source: "minigpt", a model folder, or a configuration's file.
        options: as a model is opened with them.
        gpu_bytes: plans for a GPU with so much memory, which need not be in this computer.

    Raises:
        ModelError: the configuration cannot be used, or there is no such device.
    """
    path = bundled_model() if source == BUNDLED else Path(source).expanduser()
    if not path.is_file():
        refuse_other_folders(path, (CONFIG,), "model folder", ModelError)
        path = path / CONFIG
    fields = read_json_object(path, MAX_CONFIG_BYTES, ModelError)
    refuse_code_names(fields, path, ModelError)
    if fields.get("model_type") == "minigpt":
        model = _mini_gpt(path, fields)
        return _placed(model, torch.device("cpu"), model.parameter_count(), gpu_bytes)
    said = fields.get("dtype") or fields.get("torch_dtype")
    return _of_transformers(path, FLOATS.get(str(said), torch.bfloat16), options or OpenOptions(), gpu_bytes)


def _mini_gpt(path: Path, fields: dict[str, object]) -> LanguageModel:
    known = {name: fields[name] for name in MiniGPTConfig.model_fields if name in fields}
    try:
        config = MiniGPTConfig.model_validate(known)
        with torch.device("meta"):
            network = MiniGPT(config)
    except ValueError as error:
        raise ModelError(
            "{path} cannot be used: {reason}.", advice="Correct the setting or get the folder again.",
            path=path, reason=shown(" ".join(str(error).split())),
        ) from error  # fmt: skip
    words = [str(number) for number in range(config.vocab_size - 2)]  # beside padding and the unknown token
    return MiniGPTModel("MiniGPT", network, word_tokenizer(words))


def _of_transformers(path: Path, stored: torch.dtype, options: OpenOptions, gpu_bytes: int | None) -> Structure:
    from lora_studio.core.models.hugging_face import HuggingFaceModel
    from lora_studio.core.models.hugging_face_config import read_config_file
    from lora_studio.core.models.weight_loading import empty_network

    config = read_config_file(path)
    parameters = _count(empty_network(config, stored))
    if gpu_bytes is None:
        device, dtype, rounded = choose(options, stored, parameters)
    else:
        _, dtype, rounded = choose(OpenOptions("cpu", options.dtype), stored, parameters)
        device, dtype = torch.device("cuda"), FLOATS.get(options.dtype, stored if not rounded else dtype)
    empty = HuggingFaceModel(shown(path.parent.resolve().name), empty_network(config, dtype), word_tokenizer([]))
    model = without_numbers(empty)
    if rounded:
        for name, linear in model.linears().items():
            replace_module(model.network, name, Nf4Linear(linear))
    return _placed(model, device, parameters, gpu_bytes)


def _placed(model: LanguageModel, device: torch.device, parameters: int, gpu_bytes: int | None) -> Structure:
    if gpu_bytes is not None:
        return Structure(model, parameters, torch.device("cuda"), gpu_bytes)
    return Structure(model, parameters, device, available_bytes(device))


def _count(network: PreTrainedModel) -> int:
    return sum(parameter.numel() for parameter in network.parameters())
