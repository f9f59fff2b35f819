"""adapter_config.json as PEFT writes it: read by an allow-list with types, written with names that every PEFT knows."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, Field, ValidationError

from lora_studio.core.errors import AdapterError
from lora_studio.core.methods.lora import ALL_LINEAR, PLAIN_NAME
from lora_studio.core.models.foreign_files import read_json_object, refuse_code_names, shown, some
from lora_studio.core.settings import Settings

CONFIG = "adapter_config.json"
MAX_CONFIG_BYTES = 1024 * 1024

# What PEFT itself writes for a MiniGPT. It names code, but ours, and nothing here ever imports by it.
_OUR_MAPPING = {"base_model_class": "MiniGPT", "parent_library": "lora_studio.core.models.mini_gpt"}
_UNUSED_MEGATRON = "megatron.core"  # PEFT writes it into every file; it means nothing without a megatron_config


def _plain_name(name: str) -> str:
    if not PLAIN_NAME.fullmatch(name):
        raise ValueError("only plain names such as v_proj are accepted, no expressions")
    return name


def _plain_or_all(name: str) -> str:
    return name if name == ALL_LINEAR else _plain_name(name)


def _switched_off(value: Any) -> Any:
    if value:
        raise ValueError("this version does not open adapters that use it")
    return value


def _one_of(values: Collection[Any]) -> AfterValidator:
    def check(value: Any) -> Any:
        if value not in values:
            raise ValueError(f"only {' or '.join(map(str, values))} is accepted")
        return value

    return AfterValidator(check)


PlainName = Annotated[str, AfterValidator(_plain_name)]
Targets = list[PlainName]
Off = Annotated[bool, AfterValidator(_switched_off)]
Unset = Annotated[list[Any] | dict[str, Any] | str | int | bool | None, AfterValidator(_switched_off)]
Name = Annotated[str, Field(max_length=4096)]


class AdapterConfig(Settings):
    """What every adapter_config.json may say."""

    model_config = ConfigDict(strict=True)

    only_for_training: ClassVar[frozenset[str]] = frozenset()  # says nothing about the finished adapter
    names_saved_whole: ClassVar[bool] = False  # whether files of this kind name the modules that they replace

    peft_type: str
    task_type: Annotated[str | None, _one_of((None, "CAUSAL_LM"))] = None
    inference_mode: bool = True
    base_model_name_or_path: Name | None = None
    revision: Annotated[str, Field(max_length=200)] | None = None
    peft_version: Annotated[str, Field(max_length=200)] | None = None
    auto_mapping: Unset = None

    @property
    def saved_whole(self) -> tuple[str, ...]:
        """Names, or ends of names, of modules that the file replaces."""
        return ()


class LoraConfig(AdapterConfig):
    """LoRA with its scaling and magnitudes; everything else switched off."""

    only_for_training: ClassVar[frozenset[str]] = frozenset({"init_lora_weights", "lora_dropout"})
    names_saved_whole: ClassVar[bool] = True

    peft_type: Literal["LORA"]
    r: int = Field(ge=1, le=256)
    lora_alpha: int | float = Field(gt=0, le=1024)
    target_modules: (
        Annotated[Targets, Field(min_length=1, max_length=1000)] | Annotated[str, AfterValidator(_plain_or_all)]
    )
    modules_to_save: Annotated[Targets, Field(max_length=16)] | None = None
    lora_dropout: float = Field(0.0, ge=0, le=1)  # matters to training only
    use_rslora: bool = False
    use_dora: bool = False
    bias: Literal["none"] = "none"
    # These start a training; a finished adapter of this kind is a plain one.
    init_lora_weights: Annotated[bool | str, _one_of((True, False, "gaussian"))] = True
    qalora_group_size: int = 16  # means nothing without use_qalora

    use_qalora: Off = False
    fan_in_fan_out: Off = False
    lora_bias: Off = False
    ensure_weight_tying: Off = False
    alora_invocation_tokens: Unset = None
    alpha_pattern: Unset = None
    arrow_config: Unset = None
    corda_config: Unset = None
    eva_config: Unset = None
    exclude_modules: Unset = None
    kasa_config: Unset = None
    layer_replication: Unset = None
    layers_pattern: Unset = None
    layers_to_transform: Annotated[list[int] | None, _one_of((None,))] = None  # layer 0 is a layer
    loftq_config: Unset = None
    lora_ga_config: Unset = None
    megatron_config: Unset = None
    monteclora_config: Unset = None
    rank_pattern: Unset = None
    target_parameters: Unset = None
    trainable_token_indices: Unset = None
    use_bdlora: Unset = None
    velora_config: Unset = None

    @property
    def saved_whole(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.modules_to_save or ()))


class _VirtualTokensConfig(AdapterConfig):
    """What PEFT writes for tokens that stand before the input. Shapes are judged by the tensor, not by these."""

    task_type: Annotated[str | None, _one_of((None, "CAUSAL_LM"))] = "CAUSAL_LM"
    num_virtual_tokens: int = Field(ge=1, le=10_000)
    token_dim: int | None = None
    num_transformer_submodules: Annotated[int | None, _one_of((None, 1))] = None
    num_attention_heads: int | None = None
    num_layers: int | None = None
    modules_to_save: Unset = None


class PrefixConfig(_VirtualTokensConfig):
    peft_type: Literal["PREFIX_TUNING"]
    prefix_projection: bool = False  # the file holds what the projection made, never the projection
    encoder_hidden_size: int | None = None
    init_weights: Annotated[str | None, _one_of((None, "zero"))] = None


class PromptConfig(_VirtualTokensConfig):
    only_for_training: ClassVar[frozenset[str]] = frozenset(
        {"prompt_tuning_init", "prompt_tuning_init_text", "tokenizer_name_or_path"}
    )

    peft_type: Literal["PROMPT_TUNING"]
    # How the training started; what was learned is in the tensor.
    prompt_tuning_init: Annotated[str, _one_of(("RANDOM", "TEXT", "SAMPLE_VOCAB"))] = "RANDOM"
    prompt_tuning_init_text: Name | None = None
    tokenizer_name_or_path: Name | None = None
    tokenizer_kwargs: Unset = None


class Kinds:
    """The kinds of file that are known, by their `peft_type`."""

    all: ClassVar[Mapping[str, type[AdapterConfig]]] = {
        "LORA": LoraConfig,
        "PREFIX_TUNING": PrefixConfig,
        "PROMPT_TUNING": PromptConfig,
    }


def read_config(path: Path) -> AdapterConfig:
    """Raises AdapterError: each setting that is not accepted, by name, and why."""
    fields = read_json_object(path, MAX_CONFIG_BYTES, AdapterError)
    _drop_harmless(fields)
    refuse_code_names(fields, path, AdapterError)
    kind = Kinds.all.get(str(fields.get("peft_type")))
    if kind is None:
        raise AdapterError(
            "{path} describes an adapter of type {type}; this version opens {known}.",
            advice="Merge it into its base where it came from, and open the merged model.",
            path=path, type=shown(fields.get("peft_type")), known=", ".join(Kinds.all),
        )  # fmt: skip
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        raise AdapterError(
            "{path} is refused: {reasons}.",
            advice="Save it again without these settings.",
            path=path, reasons=some(_explained(error)),
        ) from error  # fmt: skip


def _drop_harmless(fields: dict[str, object]) -> None:
    if fields.get("auto_mapping") == _OUR_MAPPING:
        del fields["auto_mapping"]
    if fields.get("megatron_core") in (None, _UNUSED_MEGATRON):
        fields.pop("megatron_core", None)
    if fields.get("megatron_config") is None:
        fields.pop("megatron_config", None)


def _explained(error: ValidationError) -> list[str]:
    reasons: dict[str, str] = {}
    # Our own reasons first: where one of several types would do, pydantic also complains about the others.
    for problem in sorted(error.errors(), key=lambda problem: problem["type"] != "value_error"):
        place = str(problem["loc"][0]) if problem["loc"] else "the file"
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            message = "not known to this version"
        reasons.setdefault(place, f"{place}: {message}")  # one reason a setting says enough
    return list(reasons.values())


def config_bytes(peft_type: str, settings: Mapping[str, object], base_name: str) -> bytes:
    """An adapter_config.json with what PEFT needs; its names have been known to PEFT for years."""
    fields: dict[str, object] = {
        "auto_mapping": None,
        "base_model_name_or_path": base_name,
        "inference_mode": True,
        "peft_type": peft_type,
        "revision": None,
        "task_type": None,
        **settings,
    }
    return json.dumps(dict(sorted(fields.items())), indent=2, ensure_ascii=False).encode() + b"\n"
