"""Every method that PEFT has, on both families: same tensors in, same numbers out, and each reads the other's files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from lora_studio.core.adapters import adapter_files, attach_stored, read_adapter
from lora_studio.core.files import write_new_folder
from lora_studio.core.methods import Lora, Method
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.methods.dora import Dora
from lora_studio.core.methods.lora_plus import LoraPlus
from lora_studio.core.methods.prefix import PrefixTuning
from lora_studio.core.methods.prompt import PromptTuning
from lora_studio.core.methods.virtual_tokens import PrefixAttachment
from lora_studio.core.models.growth import Growth
from tests.core.method_cases import FAMILIES, IDS
from tests.core.tiny_llama import make_llama

peft = pytest.importorskip("peft")
loraplus = pytest.importorskip("peft.optimizers")

# What transformers says of its own names when peft asks for them.
pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")

WORDS = ("sofa", "wald")  # new to the tiny models
BARE: dict[str, Any] = {"train_embeddings": False, "train_head": False}
IN_LAYERS: tuple[Method, ...] = (
    Lora(),
    Lora(rank=2, alpha=3, rank_stabilised=True, targets=("q_proj", "v_proj"), **BARE),
    LoraPlus(targets=("all-linear",)),
    Dora(**BARE),
    Dora(rank=2, alpha=5, rank_stabilised=True, targets=("all-linear",)),
)
BEFORE_THE_INPUT: tuple[Method, ...] = (PrefixTuning(tokens=3), PromptTuning(tokens=3))
# peft wraps a MiniGPT's layers, but puts virtual tokens before transformers' own models only.
CASES = [(f, m) for f in FAMILIES for m in IN_LAYERS] + [("llama", m) for m in BEFORE_THE_INPUT]

agreed = pytest.mark.parametrize(("family", "method"), CASES, ids=lambda v: v if isinstance(v, str) else v.name)


def shake(tensors: dict[str, nn.Parameter], size: float = 0.1) -> None:
    """As after training: no tensor is where it started."""
    with torch.no_grad():
        for index, tensor in enumerate(tensors.values()):
            tensor.add_(torch.randn(tensor.shape, generator=torch.Generator().manual_seed(index)) * size)


def written(attachment: Attachment, folder: Path, growth: Growth | None = None) -> str:
    files = adapter_files(attachment, growth, name="x", base_name="tiny", base_fingerprint="")
    write_new_folder(folder, files)
    return str(folder)


def opened(family: str, folder: str, *, words: tuple[str, ...] = ()) -> Any:
    """The folder in peft, on a fresh base; it trains."""
    model = FAMILIES[family]()
    if words:
        Growth(model, words, seed=99)  # peft replaces the rows by the adapter's
    network = peft.PeftModel.from_pretrained(model.network, folder)
    for name, tensor in network.named_parameters():
        tensor.requires_grad_(any(part in name for part in ("lora_", "modules_to_save", "prompt_encoder")))
    return network


def logits(network: Any, ids: Tensor) -> Tensor:
    """What peft's model says of `ids`, without what it says of virtual tokens."""
    found = network(ids)
    scores: Tensor = getattr(found, "logits", found)
    return scores[:, scores.shape[1] - ids.shape[1] :]


@agreed
def test_peft_reads_our_folder_to_the_same_logits(family: str, method: Method, tmp_path: Path) -> None:
    attachment = method.attach(FAMILIES[family](), seed=1)
    shake(attachment.tensors())
    network = opened(family, written(attachment, tmp_path / "ours"))
    torch.testing.assert_close(logits(network, IDS), attachment.logits(IDS), atol=1e-5, rtol=0)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("method", IN_LAYERS, ids=lambda method: method.name)
def test_peft_reads_new_words_too(family: str, method: Method, tmp_path: Path) -> None:
    model = FAMILIES[family]()
    growth = Growth(model, WORDS, seed=0)
    attachment = method.attach(model, seed=1)
    shake(attachment.tensors())
    network = opened(family, written(attachment, tmp_path / "ours", growth), words=WORDS)
    ids = torch.cat([IDS, torch.tensor([[13, 14, 2, 13, 3]])])
    torch.testing.assert_close(logits(network, ids), attachment.logits(ids), atol=1e-5, rtol=0)


PEFT_CONFIGS: dict[str, tuple[str, dict[str, Any]]] = {
    "lora": ("LoraConfig", {"r": 3, "lora_alpha": 5, "target_modules": ["q_proj", "o_proj"]}),
    "rslora": ("LoraConfig", {"r": 4, "use_rslora": True, "target_modules": "all-linear", "lora_dropout": 0.3}),
    "dora": ("LoraConfig", {"r": 2, "use_dora": True, "target_modules": ["k_proj", "v_proj"]}),
    "dora rslora": ("LoraConfig", {"r": 2, "use_dora": True, "use_rslora": True, "target_modules": "all-linear"}),
    "prefix": ("PrefixTuningConfig", {"num_virtual_tokens": 4}),
    "prefix projected": ("PrefixTuningConfig", {"num_virtual_tokens": 4, "prefix_projection": True}),
    "prompt": ("PromptTuningConfig", {"num_virtual_tokens": 5}),
}


@pytest.mark.parametrize("kind", PEFT_CONFIGS)
def test_we_read_pefts_folder_to_the_same_logits(kind: str, tmp_path: Path) -> None:
    name, settings = PEFT_CONFIGS[kind]
    if "projected" in kind:
        settings = {**settings, "encoder_hidden_size": 8}
    config = getattr(peft, name)(task_type="CAUSAL_LM", **settings)
    network = peft.get_peft_model(make_llama().network, config).eval()
    shake({name: tensor for name, tensor in network.named_parameters() if tensor.requires_grad})
    network.save_pretrained(str(tmp_path / "theirs"))
    stored = read_adapter(tmp_path / "theirs")
    growth, attachment = attach_stored(make_llama(), stored)
    assert growth is None
    assert attachment.method.peft_type == config.peft_type
    torch.testing.assert_close(attachment.logits(IDS), logits(network, IDS), atol=1e-5, rtol=0)
    assert (attachment.logits(IDS) - make_llama().logits(IDS)).abs().max() > 1e-2


def five_steps(say: Any, groups: list[dict[str, Any]]) -> list[float]:
    """Losses of five Adam steps on batches that depend on nothing but their number."""
    optimizer = torch.optim.Adam(groups)
    losses = []
    for step in range(5):
        rows = torch.randint(0, 13, (4, 6), generator=torch.Generator().manual_seed(step))
        loss = cross_entropy(say(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def assert_same_training(attachment: Attachment, network: Any, groups: list[dict[str, Any]]) -> None:
    own = attachment.tensors().values()
    assert sum(p.numel() for p in own) == sum(p.numel() for p in network.parameters() if p.requires_grad)
    ours = five_steps(attachment.logits, attachment.parameter_groups(5e-3))
    assert five_steps(lambda ids: logits(network, ids), groups) == pytest.approx(ours, abs=1e-4)
    assert abs(ours[0] - ours[4]) > 1e-3


def all_at(network: Any, learning_rate: float = 5e-3) -> list[dict[str, Any]]:
    return [{"params": [p for p in network.parameters() if p.requires_grad], "lr": learning_rate}]


@agreed
def test_five_training_steps_agree(family: str, method: Method, tmp_path: Path) -> None:
    attachment = method.attach(FAMILIES[family](), seed=1)
    network = opened(family, written(attachment, tmp_path / "ours"))
    groups = all_at(network)
    if isinstance(method, LoraPlus):
        groups = loraplus.create_loraplus_optimizer(
            network, torch.optim.Adam, lr=5e-3, loraplus_lr_ratio=method.ratio
        ).param_groups
        groups = [{"params": group["params"], "lr": group["lr"]} for group in groups]
    assert_same_training(attachment, network, groups)


def test_five_steps_of_a_reparametrised_prefix_agree() -> None:
    model, their_model = (make_llama(key_value_heads=4) for _ in range(2))
    attachment = PrefixTuning(tokens=3, reparametrise=True, hidden=8).attach(model, seed=1)
    assert isinstance(attachment, PrefixAttachment)
    config = peft.PrefixTuningConfig(
        task_type="CAUSAL_LM", num_virtual_tokens=3, prefix_projection=True, encoder_hidden_size=8
    )
    network = peft.get_peft_model(their_model.network, config).eval()
    network.prompt_encoder["default"].load_state_dict(
        {name.removeprefix("prompt_encoder."): tensor.detach() for name, tensor in attachment.tensors().items()}
    )
    torch.testing.assert_close(logits(network, IDS), attachment.logits(IDS), atol=1e-5, rtol=0)
    assert_same_training(attachment, network, all_at(network))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("whole", [False, True])
def test_lora_plus_has_pefts_parameter_groups(family: str, whole: bool, tmp_path: Path) -> None:
    method = LoraPlus(ratio=8, train_embeddings=whole, train_head=whole)
    attachment = method.attach(FAMILIES[family](), seed=1)
    network = opened(family, written(attachment, tmp_path / "ours"))
    optimizer = loraplus.create_loraplus_optimizer(network, torch.optim.Adam, lr=1e-3, loraplus_lr_ratio=8)
    their_names = {id(tensor): plain_name(name) for name, tensor in network.named_parameters()}
    our_names = {id(tensor): name for name, tensor in attachment.tensors().items()}
    ours = grouped(attachment.parameter_groups(1e-3), our_names)
    assert ours == grouped(optimizer.param_groups, their_names)
    assert sorted(ours) == [1e-3, 8e-3]
    assert sum(map(len, ours.values())) == len(our_names)


def plain_name(name: str) -> str:
    return name.removeprefix("base_model.model.").replace(".default", "").replace(".modules_to_save", "")


def grouped(groups: list[dict[str, Any]], names: dict[int, str]) -> dict[float, set[tuple[str, tuple[int, ...]]]]:
    """Names and shapes of what trains, by learning rate."""
    found: dict[float, set[tuple[str, tuple[int, ...]]]] = {}
    for group in groups:
        for tensor in group["params"]:
            found.setdefault(group["lr"], set()).add((names[id(tensor)], tuple(tensor.shape)))
    return found
