"""config.json of a model that transformers knows, judged before transformers sees it."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lora_studio.core.errors import ModelError
from lora_studio.core.models.foreign_files import GET_IT_AGAIN, read_json_object, refuse_code_names, shown

if TYPE_CHECKING:
    from transformers import PretrainedConfig

CONFIG = "config.json"
MAX_CONFIG_BYTES = 1024 * 1024
MAX_SIZE = 2**27  # of any size in a configuration: no layer of a network is wider, no vocabulary larger
MAX_CONTEXT = 2**27

_DROPPED = {
    "_name_or_path",
    "_commit_hash",
    "torch_dtype",
    "dtype",
    "transformers_version",
}  # ours to say, or no matter
_KNOWN_PRIVATE = {"_remove_final_layer_norm", "_sliding_window_pattern"}  # OPT's and Gemma 3's
_OUTSIDE = ("vision_config", "audio_config", "encoder", "decoder", "speech_config")
_SIZES = {
    "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "vocab_size",
    "max_position_embeddings", "head_dim", "n_embd", "n_layer", "n_head", "n_positions", "n_ctx", "n_inner", "ffn_dim",
    "num_local_experts", "num_experts", "moe_intermediate_size", "word_embed_proj_dim", "rotary_dim", "sliding_window",
    "num_kv_heads", "num_layers", "num_heads",
}  # fmt: skip


def read_config(folder: Path) -> PretrainedConfig:
    """The configuration as transformers' own object. Raises ModelError: what is wrong, and what to do."""
    return read_config_file(folder / CONFIG)


def read_config_file(path: Path) -> PretrainedConfig:
    """As `read_config`, from a file of any name."""
    fields = read_json_object(path, MAX_CONFIG_BYTES, ModelError)
    refuse_code_names(fields, path, ModelError)
    kind = known_type(fields, path)
    _refuse_other_weights(fields, path)
    _check_values(fields, path)
    return _made(kind, {name: value for name, value in fields.items() if name not in _DROPPED}, path)


def known_type(fields: Mapping[str, object], path: Path) -> str:
    """The model_type, one of a causal language model. Raises ModelError."""
    kind = fields.get("model_type")
    if not isinstance(kind, str) or not kind:
        raise ModelError(
            "{path} does not say what kind of model it is (model_type).",
            advice='Get the folder again from where it came from, or add the setting, e.g. "model_type": "llama".',
            path=path,
        )
    check_installed()
    from transformers import __version__
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    if kind not in CONFIG_MAPPING_NAMES:
        raise ModelError(
            "{path} describes a model of type {type}, which transformers {version} does not know.",
            advice="Install a newer transformers (pip install -U transformers), or choose another model.",
            path=path, type=shown(kind), version=__version__,
        )  # fmt: skip
    if kind not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES or fields.get("is_encoder_decoder") is True:
        raise _no_language_model(path, f"models of type {shown(kind)} do not continue texts")
    if outside := [name for name in _OUTSIDE if fields.get(name)]:
        raise _no_language_model(path, f"it is more than a language model ({outside[0]})")
    return kind


def check_installed() -> None:
    """Raises ModelError: the package transformers is missing, with the command that installs it."""
    if importlib.util.find_spec("transformers") is None:
        raise ModelError(
            "Models other than MiniGPT need the package transformers, which is not installed.",
            advice="Run “pip install transformers”, and start the program again.",
        )


def _no_language_model(path: Path, reason: str) -> ModelError:
    return ModelError(
        "{path} cannot be used: {reason}.",
        advice="Choose a causal language model, such as Qwen3, Llama or GPT-2.",
        path=path, reason=reason,
    )  # fmt: skip


def _refuse_other_weights(fields: Mapping[str, Any], path: Path) -> None:
    if fields.get("transformers_weights"):  # another file would be read than the one that was judged
        raise _bad_config(path, "transformers_weights names a weight file of its own")
    stored = fields.get("quantization_config")
    if stored:
        method = stored.get("quant_method") if isinstance(stored, dict) else None
        raise ModelError(
            "{path} describes weights that are rounded already (quantization_config, {method}).",
            advice="Open the model that it was made from; it can be rounded to 4 bits (NF4) while it is opened.",
            path=path, method=shown(method or "unknown"),
        )  # fmt: skip


def _check_values(fields: Mapping[str, Any], path: Path) -> None:
    """No private names, and sizes that are sizes."""
    private = [name for name in fields if name.startswith("_") and name not in _DROPPED | _KNOWN_PRIVATE]
    if private:
        raise ModelError(
            "{path} cannot be used: the setting {name} is private to the program that reads it.",
            advice="Remove the setting, or get the folder again from where it came from.",
            path=path, name=shown(private[0]),
        )  # fmt: skip
    for name in sorted(_SIZES & fields.keys()):
        value = fields[name]
        many = value if isinstance(value, list) else [value]
        if not all(one is None or (type(one) is int and 0 <= one <= MAX_SIZE) for one in many):
            raise _bad_config(path, f"{name} is {shown(value)}, which is no size")


def _made(kind: str, fields: dict[str, Any], path: Path) -> PretrainedConfig:
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    try:
        maker = CONFIG_MAPPING[kind]
        methods = [name for name in fields if callable(getattr(maker, name, None))]
        if methods:
            raise _bad_config(path, f"{shown(methods[0])} is no setting")
        config: PretrainedConfig = maker.from_dict(fields)
        config.to_dict()
    except ModelError:
        raise
    except Exception as problem:  # whatever transformers raises for what it does not like
        raise _bad_config(path, shown(" ".join(str(problem).split()))) from problem
    return config


def _bad_config(path: Path, reason: str) -> ModelError:
    return ModelError("{path} cannot be used: {reason}.", advice=GET_IT_AGAIN, path=path, reason=reason)
