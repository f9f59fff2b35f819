"""Small random models of real families, as their folders lie on a disk: nothing is downloaded, nothing is mocked."""

from __future__ import annotations

import atexit
import copy
import json
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from tests.core.tiny_mini_gpt import WORDS

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from lora_studio.core.models.hugging_face import HuggingFaceModel

END, PAD, BEGIN, OPEN, CLOSE = "<|endoftext|>", "<|pad|>", "<|begin|>", "<|im_start|>", "<|im_end|>"
CONTEXT = 64
SPARE = 8  # rows of the embedding beyond the tokens, in the families that are known for it

TEXTS = (
    " ".join(WORDS),
    "Die Katze sitzt auf dem Tisch. Der Hund läuft im Garten. Das Sofa steht im Haus.",
    "The capital of France is Paris. The capital of Italy is Rome. The cat sat on the mat.",
    "user assistant system question answer: yes no Berlin London Madrid",
)
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

_COMMON: dict[str, Any] = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": CONTEXT,
    "initializer_range": 0.2,  # so large that a random model has opinions
}
_GROUPED = {**_COMMON, "num_key_value_heads": 2}
_GPT = {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": CONTEXT, "initializer_range": 0.2}

FAMILIES: dict[str, dict[str, Any]] = {
    "qwen3": {**_GROUPED, "head_dim": 16},
    "qwen2": _GROUPED,
    "llama": _GROUPED,
    "mistral": {**_GROUPED, "sliding_window": 6},
    "gemma": {**_GROUPED, "num_key_value_heads": 1, "head_dim": 16},
    "gemma2": {**_GROUPED, "head_dim": 16, "sliding_window": 6, "final_logit_softcapping": 5.0},
    "gemma3_text": {
        **_GROUPED, "head_dim": 16, "sliding_window": 6, "layer_types": ["sliding_attention", "full_attention"],
    },
    "phi": _COMMON,
    "phi3": _GROUPED,
    "gpt2": _GPT,
    "opt": {
        "hidden_size": 32, "ffn_dim": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "word_embed_proj_dim": 32,
        "max_position_embeddings": CONTEXT, "init_std": 0.2,
    },
    "gpt_neox": _COMMON,
    "gptj": {**_GPT, "rotary_dim": 4},
    "gpt_neo": {
        "hidden_size": 32, "num_layers": 2, "num_heads": 4, "intermediate_size": 64, "window_size": 6,
        "attention_types": [[["global", "local"], 1]], "max_position_embeddings": CONTEXT, "initializer_range": 0.2,
    },
    "bloom": {"hidden_size": 32, "n_layer": 2, "n_head": 4, "initializer_range": 0.2},
    "falcon": {**_COMMON, "new_decoder_architecture": True, "num_kv_heads": 2},
    "stablelm": _GROUPED,
    "starcoder2": _GROUPED,
    "olmo2": _GROUPED,
    "smollm3": _GROUPED,
    "granite": {**_GROUPED, "logits_scaling": 4.0, "residual_multiplier": 0.5, "embedding_multiplier": 3.0},
    "cohere": {**_GROUPED, "logit_scale": 0.25},
}  # fmt: skip
MIXTURES: dict[str, dict[str, Any]] = {
    "mixtral": {**_GROUPED, "num_local_experts": 4, "num_experts_per_tok": 2},
    "qwen3_moe": {**_GROUPED, "head_dim": 16, "num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 16},
}
WITH_BEGIN = {"llama", "mistral", "gemma", "gemma2", "gemma3_text", "mixtral"}  # their tokenizers put a token first
WITH_SPARE_ROWS = {"qwen3", "qwen2", "phi3"}


def write_model_folder(
    folder: Path,
    family: str,
    *,
    seed: int = 0,
    tied: bool | None = None,
    dtype: torch.dtype = torch.float32,
    shards: int = 1,
    chat: bool = False,
    **settings: Any,
) -> Path:
    """Writes a model folder as transformers does, and returns it. The same arguments give the same model.

    Args:
        tied: whether one tensor serves as embedding and head; None: as the family has it.
        shards: how many weight files at least.
        chat: whether the tokenizer brings a chat template.
        settings: further settings of the configuration.
    """
    from transformers.utils import logging

    logging.disable_progress_bar()
    network = make_network(family, seed=seed, tied=tied, **settings).to(dtype)
    size = sum(parameter.numel() * parameter.element_size() for parameter in network.parameters())
    network.save_pretrained(folder, max_shard_size=size if shards == 1 else size // (shards + 1) + 1)
    write_tokenizer(folder, begin=family in WITH_BEGIN, chat=chat)
    return folder


def make_network(family: str, *, seed: int = 0, tied: bool | None = None, **settings: Any) -> PreTrainedModel:
    """The network alone, in float32."""
    from transformers import AutoConfig, AutoModelForCausalLM

    tokens = byte_tokenizer(begin=family in WITH_BEGIN)
    ids = {name: tokens.token_to_id(token) for name, token in (("eos_token_id", END), ("pad_token_id", PAD))}
    if tied is not None:
        settings["tie_word_embeddings"] = tied
    config = AutoConfig.for_model(
        family,
        vocab_size=tokens.get_vocab_size() + (SPARE if family in WITH_SPARE_ROWS else 0),
        bos_token_id=tokens.token_to_id(BEGIN if family in WITH_BEGIN else END),
        **ids,
        **{**copy.deepcopy({**FAMILIES, **MIXTURES}[family]), **settings},
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network: PreTrainedModel = AutoModelForCausalLM.from_config(config)
    return network.eval()


def write_tokenizer(folder: Path, *, begin: bool = False, chat: bool = False) -> None:
    byte_tokenizer(begin=begin).save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": END,
        "pad_token": PAD,
        **({"bos_token": BEGIN} if begin else {}),
        **({"chat_template": CHAT_TEMPLATE} if chat else {}),
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2))


@cache
def byte_tokenizer(*, begin: bool = False) -> Tokenizer:
    """A byte-level BPE of some 400 tokens, as GPT-2 and Qwen have them; `begin`: it puts a token before each text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=420,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        special_tokens=[PAD, END, BEGIN, OPEN, CLOSE],
        show_progress=False,
    )
    tokenizer.train_from_iterator(_corpus(), trainer)
    if begin:
        number = tokenizer.token_to_id(BEGIN)
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{BEGIN} $A", pair=f"{BEGIN} $A $B", special_tokens=[(BEGIN, number)]
        )
    return tokenizer


def _corpus() -> Iterator[str]:
    for text in TEXTS:
        yield from [text] * 20
        yield from [f" {text.lower()}"] * 20


@cache
def _session_folder() -> Path:
    """Where temporary files go, until the tests are over."""
    folder = Path(tempfile.mkdtemp(prefix="lora-studio-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def tiny_folder(family: str, *, seed: int = 0, tied: bool | None = None, chat: bool = False) -> Path:
    """A folder that is made once for all tests of a session: nobody may change it."""
    folder = _session_folder() / f"{family}-{seed}-{tied}-{chat}" / family
    return write_model_folder(folder, family, seed=seed, tied=tied, chat=chat)


def open_tiny(family: str, *, seed: int = 0, tied: bool | None = None, chat: bool = False) -> HuggingFaceModel:
    """A new model of its own for every call, in float32 on the CPU."""
    from lora_studio.core.models.hugging_face import HuggingFaceModel
    from lora_studio.core.models.open_options import OpenOptions
    from lora_studio.core.models.opening import open_model

    model = open_model(str(tiny_folder(family, seed=seed, tied=tied, chat=chat)), OpenOptions(device="cpu"))
    assert isinstance(model, HuggingFaceModel)
    return model
