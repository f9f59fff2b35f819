"""Every family of real models: what we save opens in peft, what peft saves opens here, with the same logits."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from lora_studio.core.adapters import adapter_files, attach_stored, read_adapter
from lora_studio.core.errors import AdapterError
from lora_studio.core.files import write_new_folder
from lora_studio.core.methods import Lora, Method
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.methods.dora import Dora
from lora_studio.core.methods.lora_plus import LoraPlus
from lora_studio.core.methods.prefix import PrefixTuning
from lora_studio.core.methods.prompt import PromptTuning
from lora_studio.core.methods.qlora import Qlora
from lora_studio.core.models.fingerprints import fingerprint_of
from lora_studio.core.models.growth import Growth
from lora_studio.core.variants import MergedAttachment
from tests.core.real_models import FAMILIES, open_tiny, tiny_folder

peft = pytest.importorskip("peft")

pytestmark = [
    # What transformers says of its own names when peft asks for them.
    pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning"),
    # What peft says of heads that share the embedding's tensor, and of GPT-2's layers.
    pytest.mark.filterwarnings("ignore:.*tie_word_embeddings.*:UserWarning"),
    pytest.mark.filterwarnings("ignore:.*ensure_weight_tying.*:UserWarning"),
    pytest.mark.filterwarnings("ignore:fan_in_fan_out is set to:UserWarning"),
]

IDS = torch.tensor([[11, 45, 9, 77, 120, 300], [5, 5, 301, 80, 40, 7]])
BARE: dict[str, Any] = {"train_embeddings": False, "train_head": False}
METHODS: tuple[Method, ...] = (
    Lora(rank=3, alpha=5, targets=("all-linear",), **BARE),
    LoraPlus(rank=2, alpha=3, rank_stabilised=True, targets=("all-linear",)),
    Dora(rank=2, targets=("all-linear",), **BARE),
    PromptTuning(tokens=3),
    PrefixTuning(tokens=3),
)


def transformers_model(family: str, tied: bool | None = None) -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(tiny_folder(family, tied=tied)).eval()


def shake(tensors: dict[str, nn.Parameter], size: float = 0.1) -> None:
    """As after training: no tensor is where it started."""
    with torch.no_grad():
        for index, tensor in enumerate(tensors.values()):
            tensor.add_(torch.randn(tensor.shape, generator=torch.Generator().manual_seed(index)) * size)


def written(attachment: Attachment, folder: Path) -> str:
    write_new_folder(folder, adapter_files(attachment, None, name="x", base_name="tiny", base_fingerprint=""))
    return str(folder)


def theirs(network: Any, ids: Tensor = IDS) -> Tensor:
    """What peft's model says of `ids`, without what it says of virtual tokens."""
    with torch.no_grad():
        scores: Tensor = network(ids).logits
    return scores[:, scores.shape[1] - ids.shape[1] :]


def ours(attachment: Attachment, ids: Tensor = IDS) -> Tensor:
    with torch.no_grad():
        return attachment.logits(ids)


@cache
def base_logits(family: str, tied: bool | None = None) -> Tensor:
    with torch.no_grad():
        return open_tiny(family, tied=tied).logits(IDS)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
@pytest.mark.parametrize("family", FAMILIES)
def test_peft_reads_our_folder_to_the_same_logits(family: str, method: Method, tmp_path: Path) -> None:
    attachment = method.attach(open_tiny(family), seed=1)
    shake(attachment.tensors())
    network = peft.PeftModel.from_pretrained(transformers_model(family), written(attachment, tmp_path / "ours"))
    torch.testing.assert_close(theirs(network), ours(attachment), atol=1e-5, rtol=1e-5)
    assert (ours(attachment) - base_logits(family)).abs().max() > 1e-3


CONFIGS: dict[str, tuple[str, dict[str, Any]]] = {
    "lora": ("LoraConfig", {"r": 3, "lora_alpha": 5, "target_modules": "all-linear"}),
    "rslora": ("LoraConfig", {"r": 4, "use_rslora": True, "target_modules": "all-linear", "lora_dropout": 0.3}),
    "dora": ("LoraConfig", {"r": 2, "use_dora": True, "target_modules": "all-linear"}),
    "prefix": ("PrefixTuningConfig", {"num_virtual_tokens": 4}),
    "prompt": ("PromptTuningConfig", {"num_virtual_tokens": 5}),
}


def saved(family: str, config: Any, folder: Path, tied: bool | None = None) -> Any:
    """peft's model with a shaken adapter of its own, which is in `folder` afterwards."""
    network = peft.get_peft_model(transformers_model(family, tied), config).eval()
    shake({name: tensor for name, tensor in network.named_parameters() if tensor.requires_grad})
    network.save_pretrained(str(folder))
    return network


@pytest.mark.parametrize("kind", CONFIGS)
@pytest.mark.parametrize("family", FAMILIES)
def test_we_read_pefts_folder_to_the_same_logits(family: str, kind: str, tmp_path: Path) -> None:
    name, settings = CONFIGS[kind]
    network = saved(family, getattr(peft, name)(task_type="CAUSAL_LM", **settings), tmp_path / "theirs")
    _, attachment = attach_stored(open_tiny(family), read_adapter(tmp_path / "theirs"))
    torch.testing.assert_close(ours(attachment), theirs(network), atol=1e-5, rtol=1e-5)
    assert (ours(attachment) - base_logits(family)).abs().max() > 1e-3


# Which layers, which ranks, which whole modules: by peft's rules

LLAMA = "llama"
QV = ["q_proj", "v_proj"]
CHOICES: dict[str, tuple[str, dict[str, Any]]] = {
    "names of other families too": (LLAMA, {"target_modules": ["q_proj", "c_attn", "up_proj"]}),
    "an expression": (LLAMA, {"target_modules": r".*\.(self_attn\.(q|v)_proj|mlp\.down_proj)$"}),
    "an expression with a border": (LLAMA, {"target_modules": r"(?:\bmodel\.layers\.[\d]{1,}\.mlp\.(?:(?:up_proj)))"}),
    "all but some": (LLAMA, {"target_modules": "all-linear", "exclude_modules": ["o_proj", "layers.0.mlp.up_proj"]}),
    "all but an expression": (LLAMA, {"target_modules": ["q_proj", "o_proj"], "exclude_modules": r".*\.0\..*q_proj"}),
    "one layer": (LLAMA, {"target_modules": QV, "layers_to_transform": 1}),
    "the first layer": (LLAMA, {"target_modules": ["q_proj"], "layers_to_transform": [0], "layers_pattern": "layers"}),
    "lists of layers": ("gpt2", {"target_modules": ["c_fc"], "layers_to_transform": [1], "layers_pattern": ["a", "h"]}),
    "ranks": (LLAMA, {"target_modules": "all-linear", "rank_pattern": {"q_proj": 2, "layers.1.mlp.up_proj": 7}}),
    "alphas": (LLAMA, {"target_modules": QV, "alpha_pattern": {"v_proj": 16, "nowhere": 3}}),
    "ranks by expressions": (
        LLAMA,
        {
            "target_modules": QV, "use_rslora": True, "rank_pattern": {r".*\.1\.self_attn\.\w_proj": 2},
            "alpha_pattern": {r"layers\.[0-9]+\.self_attn\.q_proj": 32, "q_proj": 1},
        },
    ),
    "the first that fits": ("qwen2", {"target_modules": QV, "rank_pattern": {"0.self_attn.q_proj": 2, "q_proj": 6}}),
    "DoRA with ranks": (LLAMA, {"target_modules": QV, "use_dora": True, "rank_pattern": {"v_proj": 1}}),
    "an orthogonal start": (LLAMA, {"target_modules": ["q_proj"], "init_lora_weights": "orthogonal"}),
    "a Gaussian start": ("gpt2", {"target_modules": ["c_proj"], "init_lora_weights": "gaussian"}),
    "a minor start": (LLAMA, {"target_modules": ["q_proj"], "init_lora_weights": "mica"}),
    "fused layers": ("phi3", {"target_modules": ["qkv_proj", "gate_up_proj"], "layers_to_transform": [0]}),
    "turned layers": ("gpt2", {"target_modules": ["c_attn", "c_fc"], "fan_in_fan_out": True}),
}  # fmt: skip

unused = pytest.mark.filterwarnings("ignore:.*(did not match any targeted module|rank_pattern).*")


@unused
@pytest.mark.parametrize("choice", CHOICES)
def test_layers_are_chosen_by_pefts_rules(choice: str, tmp_path: Path) -> None:
    family, settings = CHOICES[choice]
    config = peft.LoraConfig(task_type="CAUSAL_LM", **{"r": 4, "lora_alpha": 6, **settings})
    network = saved(family, config, tmp_path / "theirs")
    _, attachment = attach_stored(open_tiny(family), read_adapter(tmp_path / "theirs"))
    torch.testing.assert_close(ours(attachment), theirs(network), atol=1e-5, rtol=1e-5)
    assert (ours(attachment) - base_logits(family)).abs().max() > 1e-3
    back = peft.PeftModel.from_pretrained(transformers_model(family), written(attachment, tmp_path / "ours"))
    torch.testing.assert_close(theirs(back), theirs(network), atol=1e-5, rtol=1e-5)
    attachment.detach()
    _, again = attach_stored(attachment.model, read_adapter(tmp_path / "ours"))
    assert torch.equal(ours(again), ours(attachment))
    assert again.method == attachment.method


ENDS = {"llama": ("embed_tokens", "lm_head"), "gpt2": ("wte", "lm_head"), "gpt_neox": ("embed_in", "lm_head")}


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("which", ["embedding", "head", "both"])
@pytest.mark.parametrize("family", ENDS)
def test_embedding_and_head_are_taken_over(family: str, which: str, tied: bool, tmp_path: Path) -> None:
    embedding, head = ENDS[family]
    names = {"embedding": [embedding], "head": [head], "both": [embedding, head]}[which]
    config = peft.LoraConfig(task_type="CAUSAL_LM", r=2, target_modules="all-linear", modules_to_save=names)
    network = saved(family, config, tmp_path / "theirs", tied)
    _, attachment = attach_stored(open_tiny(family, tied=tied), read_adapter(tmp_path / "theirs"))
    torch.testing.assert_close(ours(attachment), theirs(network), atol=1e-5, rtol=1e-5)
    back = peft.PeftModel.from_pretrained(transformers_model(family, tied), written(attachment, tmp_path / "ours"))
    torch.testing.assert_close(theirs(back), theirs(network), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("family", ENDS)
@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("method", [Lora(), Dora(train_head=False)], ids=["both", "embedding"])
def test_peft_reads_our_embedding_and_head(family: str, tied: bool, method: Lora, tmp_path: Path) -> None:
    attachment = method.model_copy(update={"targets": ("all-linear",)}).attach(open_tiny(family, tied=tied), seed=1)
    shake(attachment.tensors())
    network = peft.PeftModel.from_pretrained(transformers_model(family, tied), written(attachment, tmp_path / "ours"))
    torch.testing.assert_close(theirs(network), ours(attachment), atol=1e-5, rtol=1e-5)


def test_ends_that_are_kept_one_are_taken_over(tmp_path: Path) -> None:
    config = peft.LoraConfig(
        task_type="CAUSAL_LM",
        r=2,
        target_modules=["q_proj"],
        modules_to_save=["embed_tokens"],
        ensure_weight_tying=True,
    )
    network = saved("llama", config, tmp_path / "theirs", tied=True)
    _, attachment = attach_stored(open_tiny("llama", tied=True), read_adapter(tmp_path / "theirs"))
    torch.testing.assert_close(ours(attachment), theirs(network), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("family", ["llama", "gpt2"])
def test_a_folder_that_names_no_task_is_read(family: str, tmp_path: Path) -> None:
    network = saved(family, peft.LoraConfig(r=2, target_modules="all-linear"), tmp_path / "theirs")
    assert '"parent_library": "transformers' in (tmp_path / "theirs" / "adapter_config.json").read_text()
    _, attachment = attach_stored(open_tiny(family), read_adapter(tmp_path / "theirs"))
    torch.testing.assert_close(ours(attachment), theirs(network), atol=1e-5, rtol=1e-5)


# New words, rounded bases, and the code on the card


@pytest.mark.parametrize("family", ["llama", "gpt2", "qwen3", "gpt_neox"])
@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("ends", [{}, BARE], ids=["trained", "only grown"])
def test_peft_reads_new_words_too(family: str, tied: bool, ends: dict[str, Any], tmp_path: Path) -> None:
    words = (" Sofa", "Zwölftonmusik", *(f"w{number}" for number in range(9)))  # more than the embedding has to spare
    model = open_tiny(family, tied=tied)
    growth = Growth(model, words, seed=0)
    attachment = Lora(targets=("all-linear",), **ends).attach(model, seed=1)
    shake(attachment.tensors())
    files = adapter_files(attachment, growth, name="x", base_name="tiny", base_fingerprint="")
    write_new_folder(tmp_path / "ours", files)
    network = transformers_model(family, tied)
    network.resize_token_embeddings(model.vocabulary_size, mean_resizing=False)
    network = peft.PeftModel.from_pretrained(network, str(tmp_path / "ours"))
    ids = torch.cat([IDS, torch.tensor([[*model.encode("Das Sofa Zwölftonmusik w8 die katze").ids][-6:]])])
    assert ids.max() >= base_logits(family, tied).shape[-1]
    torch.testing.assert_close(theirs(network, ids), ours(attachment, ids), atol=1e-5, rtol=1e-5)
    grown, again = attach_stored(open_tiny(family, tied=tied), read_adapter(tmp_path / "ours"))
    assert grown is not None
    assert grown.words == words
    assert torch.equal(ours(again, ids), ours(attachment, ids))


@pytest.mark.parametrize("family", ["llama", "gpt2"])
def test_what_was_learned_beside_rounded_weights_is_a_plain_adapter(family: str, tmp_path: Path) -> None:
    pytest.importorskip("bitsandbytes")
    attachment = Qlora(rank=2, targets=("all-linear",)).attach(open_tiny(family), seed=1)
    shake(attachment.tensors())
    network = peft.PeftModel.from_pretrained(transformers_model(family), written(attachment, tmp_path / "ours"))
    unrounded = MergedAttachment(attachment, unrounded=True)
    attachment.detach()
    unrounded.reattach()
    torch.testing.assert_close(theirs(network), ours(unrounded), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("method", [METHODS[0], METHODS[3], METHODS[4]], ids=lambda method: method.name)
@pytest.mark.parametrize("grown", [False, True])
def test_the_code_on_the_model_card_runs(method: Method, grown: bool, tmp_path: Path) -> None:
    model = open_tiny("llama")
    growth = Growth(model, ("Zwölf",), seed=0) if grown and method.tensor_prefix else None
    attachment = method.attach(model, seed=1)
    shake(attachment.tensors())
    files = adapter_files(attachment, growth, name="x", base_name="tiny", base_fingerprint="")
    write_new_folder(tmp_path / "ours", files)
    code = (tmp_path / "ours" / "README.md").read_text("utf-8").split("```python\n")[1].split("```")[0]
    code = code.replace("PATH/TO/THIS/FOLDER", str(tmp_path / "ours")).replace(
        "PATH/TO/THE/BASE", str(tiny_folder("llama"))
    )
    names: dict[str, Any] = {}
    exec(compile(code, "README.md", "exec"), names)
    torch.testing.assert_close(theirs(names["model"].eval()), ours(attachment), atol=1e-5, rtol=1e-5)


# What peft can do and the studio cannot

UNKNOWN: dict[str, tuple[dict[str, Any], str]] = {
    "biases": ({"bias": "all"}, "bias: "),
    "biases of B": ({"lora_bias": True}, "lora_bias: this version does not open"),
    "norms": ({"modules_to_save": ["input_layernorm"]}, "replaces input_layernorm; only embedding and head"),
    "single tokens": ({"trainable_token_indices": [3, 4]}, "trainable_token_indices"),
    "matrices beside the head": ({"target_modules": ["q_proj", "lm_head"]}, r"no place for lm_head\."),
    "matrices beside the embedding": (
        {"target_modules": ["q_proj", "embed_tokens"]},
        r"no place for model\.embed_tokens",
    ),
    "another base": ({"init_lora_weights": "pissa"}, "pissa changes the base's weights"),
    "yet another": ({"init_lora_weights": "olora"}, "olora changes the base's weights"),
}


@pytest.mark.filterwarnings("ignore:.*(save_embedding_layers|lora_bias|lora_B).*")
@pytest.mark.parametrize("what", UNKNOWN)
def test_what_is_not_supported_is_refused_by_name(what: str, tmp_path: Path) -> None:
    settings, reason = UNKNOWN[what]
    config = peft.LoraConfig(task_type="CAUSAL_LM", **{"r": 2, "target_modules": ["q_proj"], **settings})
    saved("llama", config, tmp_path / "theirs")
    model = open_tiny("llama")
    before = fingerprint_of(model)
    with pytest.raises(AdapterError, match=reason):
        attach_stored(model, read_adapter(tmp_path / "theirs"))
    assert fingerprint_of(model) == before


@pytest.mark.parametrize("kind", ["IA3Config", "LoHaConfig"])
def test_other_methods_are_refused_by_name(kind: str, tmp_path: Path) -> None:
    settings = {"feedforward_modules": ["down_proj"]} if kind == "IA3Config" else {}
    config = getattr(peft, kind)(task_type="CAUSAL_LM", target_modules=["q_proj", "down_proj"], **settings)
    saved("llama", config, tmp_path / "theirs")
    with pytest.raises(AdapterError, match=f"of type {config.peft_type.value}; this version opens LORA"):
        read_adapter(tmp_path / "theirs")


@pytest.mark.parametrize("family", ["llama", "gpt2"])
def test_a_projected_prefix_is_read(family: str, tmp_path: Path) -> None:
    config = peft.PrefixTuningConfig(
        task_type="CAUSAL_LM", num_virtual_tokens=3, prefix_projection=True, encoder_hidden_size=8
    )
    network = saved(family, config, tmp_path / "theirs")
    _, attachment = attach_stored(open_tiny(family), read_adapter(tmp_path / "theirs"))
    torch.testing.assert_close(ours(attachment), theirs(network), atol=1e-5, rtol=1e-5)
