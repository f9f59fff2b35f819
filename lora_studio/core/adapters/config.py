"""adapter_config.json as PEFT writes it: read by an allow-list with types, written with names that every PEFT knows."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, Field, ValidationError, model_validator

from lora_studio.core.adapters.layers import Wanted, check_expression
from lora_studio.core.errors import AdapterError
from lora_studio.core.methods.layer_numbers import HIGHEST_ALPHA, HIGHEST_RANK, PLAIN_NAME
from lora_studio.core.models.foreign_files import FlawError, read_json_object, refuse_code_names, shown, some
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.settings import Settings

CONFIG = "adapter_config.json"
MAX_CONFIG_BYTES = 1024 * 1024

# What PEFT itself writes where no task is named: the class of the base. It names code, and nothing here imports by it.
_KNOWN_LIBRARY = re.compile(r"transformers(\.[A-Za-z0-9_]{1,100}){0,10}|lora_studio\.core\.models\.mini_gpt")
_CLASS = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,200}")
_UNUSED_MEGATRON = "megatron.core"  # PEFT writes it into every file; it means nothing without a megatron_config


def _plain_name(name: str) -> str:
    if not PLAIN_NAME.fullmatch(name):
        raise ValueError("only plain names such as v_proj are accepted, no expressions")
    return name


def _expression(text: str) -> str:
    try:
        check_expression(text)
    except FlawError as flaw:
        raise ValueError(str(flaw)) from flaw
    return text


def _known_start(value: Any) -> Any:
    """Whether the start left the base's weights as they were; otherwise the file belongs to another base."""
    if value in STARTS:
        return value
    if isinstance(value, str) and value.lower().startswith(_STARTS_THAT_CHANGE_THE_BASE):
        raise ValueError(f"{shown(value)} changes the base's weights, and the file does not say how")
    raise ValueError(f"only {' or '.join(map(str, STARTS))} is accepted")


def _switched_off(value: Any) -> Any:
    if value:
        raise ValueError("this version does not open adapters that use it")
    return value


def _one_of(values: Collection[Any]) -> AfterValidator:
    def check(value: Any) -> Any:
        if value in values:
            return value
        raise ValueError(f"only {' or '.join(map(str, values))} is accepted")

    return AfterValidator(check)


# How a training starts; a finished adapter of this kind is a plain one, on an unchanged base.
STARTS = (True, False, "gaussian", "orthogonal", "eva", "mica")
_STARTS_THAT_CHANGE_THE_BASE = ("pissa", "olora", "corda", "loftq", "lora_ga")

PlainName = Annotated[str, AfterValidator(_plain_name)]
Targets = list[PlainName]
Off = Annotated[bool, AfterValidator(_switched_off)]
Unset = Annotated[list[Any] | dict[str, Any] | str | int | bool | None, AfterValidator(_switched_off)]
Name = Annotated[str, Field(max_length=4096)]
Expression = Annotated[str, AfterValidator(_expression)]
Number = Annotated[int, Field(ge=0, le=1_000_000)]
Rank = Annotated[int, Field(ge=1, le=HIGHEST_RANK)]
Alpha = Annotated[int | float, Field(gt=0, le=HIGHEST_ALPHA)]


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

    @property
    def keeps_tied(self) -> bool:
        """Whether what replaces one of embedding and head replaces the other too, where they share a tensor."""
        return False

    def fields_on(self, model: LanguageModel) -> dict[str, Any]:
        """The fields, with what depends on the model's own layers resolved.

        Raises:
            RecipeError: the model has no such layer.
            FlawError: an expression takes too long to match.
        """
        del model
        return self.model_dump()


class LoraConfig(AdapterConfig):
    """LoRA with its scaling and magnitudes, on any choice of layers; everything else switched off."""

    only_for_training: ClassVar[frozenset[str]] = frozenset({"init_lora_weights", "lora_dropout", "fan_in_fan_out"})
    names_saved_whole: ClassVar[bool] = True

    peft_type: Literal["LORA"]
    r: Rank
    lora_alpha: Alpha
    target_modules: Annotated[Targets, Field(min_length=1, max_length=10_000)] | Expression
    exclude_modules: Annotated[Targets, Field(max_length=10_000)] | Expression | None = None
    layers_to_transform: Annotated[list[Number], Field(max_length=10_000)] | Number | None = None
    layers_pattern: Annotated[list[Expression], Field(max_length=16)] | Expression | None = None
    rank_pattern: Annotated[dict[Expression, Rank], Field(max_length=10_000)] | None = None
    alpha_pattern: Annotated[dict[Expression, Alpha], Field(max_length=10_000)] | None = None
    modules_to_save: Annotated[Targets, Field(max_length=16)] | None = None
    lora_dropout: float = Field(0.0, ge=0, le=1)  # matters to training only
    use_rslora: bool = False
    use_dora: bool = False
    bias: Literal["none"] = "none"
    init_lora_weights: Annotated[bool | str, AfterValidator(_known_start)] = True
    ensure_weight_tying: bool = False  # embedding and head stay one; the tensors tell
    fan_in_fan_out: bool = False  # how the base's own weights lie in memory
    qalora_group_size: int = 16  # means nothing without use_qalora
    eva_config: dict[str, Any] | None = None  # how a start was found

    use_qalora: Off = False
    lora_bias: Off = False
    alora_invocation_tokens: Unset = None
    arrow_config: Unset = None
    corda_config: Unset = None
    kasa_config: Unset = None
    layer_replication: Unset = None
    loftq_config: Unset = None
    lora_ga_config: Unset = None
    megatron_config: Unset = None
    monteclora_config: Unset = None
    runtime_config: Unset = None
    target_parameters: Unset = None
    trainable_token_indices: Unset = None
    use_bdlora: Unset = None
    velora_config: Unset = None

    @model_validator(mode="after")
    def _numbers_of_named_layers(self) -> LoraConfig:
        if self.layers_to_transform is not None and isinstance(self.target_modules, str):
            raise ValueError("layers_to_transform means nothing beside an expression in target_modules")
        if self.layers_pattern and self.layers_to_transform is None:
            raise ValueError("layers_pattern means nothing without layers_to_transform")
        return self

    @property
    def saved_whole(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.modules_to_save or ()))

    @property
    def keeps_tied(self) -> bool:
        return self.ensure_weight_tying

    def fields_on(self, model: LanguageModel) -> dict[str, Any]:
        wanted = Wanted(
            targets=self.target_modules,
            excluded=self.exclude_modules or (),
            numbers=self.layers_to_transform,
            lists=self.layers_pattern or (),
            rank=self.r,
            alpha=self.lora_alpha,
            ranks=self.rank_pattern,
            alphas=self.alpha_pattern,
        )
        return {**super().fields_on(model), **wanted.fields(model)}


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
    # How it started; what was learned is in the tensor.
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
        return kind.model_validate({name: value for name, value in fields.items() if _counts(kind, name, value)})
    except ValidationError as error:
        raise AdapterError(
            "{path} is refused: {reasons}.",
            advice="Save it again without these settings.",
            path=path, reasons=some(_explained(error)),
        ) from error  # fmt: skip


def _counts(kind: type[AdapterConfig], name: str, value: object) -> bool:
    """Not what a newer PEFT can do and this file has switched off: PEFT writes all that it knows into every file."""
    return name in kind.model_fields or not (value is None or value is False or value in ({}, []))


def _drop_harmless(fields: dict[str, object]) -> None:
    if _names_a_known_class(fields.get("auto_mapping")):
        del fields["auto_mapping"]
    if fields.get("megatron_core") in (None, _UNUSED_MEGATRON):
        fields.pop("megatron_core", None)
    if fields.get("megatron_config") is None:
        fields.pop("megatron_config", None)


def _names_a_known_class(mapping: object) -> bool:
    if not isinstance(mapping, dict) or mapping.keys() != {"base_model_class", "parent_library"}:
        return False
    kind, library = mapping["base_model_class"], mapping["parent_library"]
    is_text = isinstance(kind, str) and isinstance(library, str)
    return is_text and bool(_CLASS.fullmatch(kind) and _KNOWN_LIBRARY.fullmatch(library))


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
