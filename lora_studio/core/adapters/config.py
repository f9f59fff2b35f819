"""adapter_config.json as PEFT writes it: read by an allow-list with types, written with names that every PEFT knows."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, ValidationError

from lora_studio.core.errors import AdapterError
from lora_studio.core.models.foreign_files import read_json_object, refuse_code_names, some
from lora_studio.core.settings import Settings

CONFIG = "adapter_config.json"
MAX_CONFIG_BYTES = 1024 * 1024
ALL_LINEAR = "all-linear"

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_]{1,100}(\.[A-Za-z0-9_]{1,100}){0,20}")

# What PEFT itself writes for a MiniGPT. It names code, but ours, and nothing here ever imports by it.
_OUR_MAPPING = {"base_model_class": "MiniGPT", "parent_library": "lora_studio.core.models.mini_gpt"}
_UNUSED_MEGATRON = "megatron.core"  # PEFT writes it into every file; it means nothing without a megatron_config


def _plain_name(name: str) -> str:
    if not _PLAIN_NAME.fullmatch(name):
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


class AdapterConfig(Settings):
    """What an adapter_config.json may say: LoRA in its plain form; everything else switched off."""

    model_config = ConfigDict(strict=True)

    peft_type: Literal["LORA"]
    r: int = Field(ge=1, le=256)
    lora_alpha: int | float = Field(gt=0, le=1024)
    target_modules: (
        Annotated[Targets, Field(min_length=1, max_length=1000)] | Annotated[str, AfterValidator(_plain_or_all)]
    )
    modules_to_save: Annotated[Targets, Field(max_length=16)] | None = None
    lora_dropout: float = Field(0.0, ge=0, le=1)  # matters to training only
    bias: Literal["none"] = "none"
    task_type: Annotated[str | None, _one_of((None, "CAUSAL_LM"))] = None
    # These start a training; a finished adapter of this kind is a plain one.
    init_lora_weights: Annotated[bool | str, _one_of((True, False, "gaussian"))] = True
    inference_mode: bool = True
    base_model_name_or_path: Annotated[str, Field(max_length=4096)] | None = None
    revision: Annotated[str, Field(max_length=200)] | None = None
    peft_version: Annotated[str, Field(max_length=200)] | None = None
    qalora_group_size: int = 16  # means nothing without use_qalora

    use_rslora: Off = False
    use_dora: Off = False
    use_qalora: Off = False
    fan_in_fan_out: Off = False
    lora_bias: Off = False
    ensure_weight_tying: Off = False
    alora_invocation_tokens: Unset = None
    alpha_pattern: Unset = None
    arrow_config: Unset = None
    auto_mapping: Unset = None
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
    def targets(self) -> tuple[str, ...]:
        """Names or ends of names of the layers, or "all-linear" alone."""
        wanted = self.target_modules
        return (wanted,) if isinstance(wanted, str) else tuple(wanted)

    @property
    def saved_whole(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.modules_to_save or ()))


def read_config(path: Path) -> AdapterConfig:
    """Raises AdapterError: each setting that is not accepted, by name, and why."""
    fields = read_json_object(path, MAX_CONFIG_BYTES, AdapterError)
    _drop_harmless(fields)
    refuse_code_names(fields, path, AdapterError)
    try:
        return AdapterConfig.model_validate(fields)
    except ValidationError as error:
        raise AdapterError(
            "{path} is refused: {reasons}.",
            advice="This version opens plain LoRA adapters; save it again without these settings.",
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


def config_bytes(rank: int, alpha: float, targets: Iterable[str], saved_whole: Iterable[str], base_name: str) -> bytes:
    """An adapter_config.json with what PEFT needs; its names have been known to PEFT for years."""
    fields: dict[str, object] = {
        "alpha_pattern": {},
        "auto_mapping": None,
        "base_model_name_or_path": base_name,
        "bias": "none",
        "fan_in_fan_out": False,
        "inference_mode": True,
        "init_lora_weights": True,
        "layers_pattern": None,
        "layers_to_transform": None,
        "lora_alpha": int(alpha) if float(alpha).is_integer() else alpha,
        "lora_dropout": 0.0,
        "modules_to_save": sorted(saved_whole) or None,
        "peft_type": "LORA",
        "r": rank,
        "rank_pattern": {},
        "revision": None,
        "target_modules": sorted(targets),
        "task_type": None,
        "use_dora": False,
        "use_rslora": False,
    }
    return json.dumps(fields, indent=2, ensure_ascii=False).encode() + b"\n"
