"""Our layers and files against peft, the reference: same weights in, same numbers out."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from lora_studio.core.adapters import adapter_files, attach_stored, read_adapter
from lora_studio.core.files import write_new_folder
from lora_studio.core.methods import METHODS, Lora
from lora_studio.core.methods.dora import Dora
from lora_studio.core.methods.lora_linear import LoraAttachment, attach_lora
from lora_studio.core.models.folder import model_files
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.language_model import fingerprint
from lora_studio.core.models.mini_gpt import MiniGPTModel
from tests.core.adapter_folders import at_once
from tests.core.tiny_mini_gpt import make_mini_gpt

peft = pytest.importorskip("peft")

V_ONLY = ("v_proj",)
ALL_FOUR = ("q_proj", "k_proj", "v_proj", "o_proj")
IDS = torch.tensor([[2, 3, 4, 5], [8, 9, 1, 0], [5, 5, 10, 11]])
WORDS = ("sofa", "wald")


def shake(tensors: dict[str, nn.Parameter]) -> None:
    with torch.no_grad():
        for index, tensor in enumerate(tensors.values()):
            tensor.add_(torch.randn(tensor.shape, generator=torch.Generator().manual_seed(index)) * 0.1)


def written(attachment: LoraAttachment, growth: Growth | None, folder: Path) -> Path:
    files = at_once(adapter_files(attachment, growth, name="x", base_name="tiny", base_fingerprint=""))
    write_new_folder(folder, files)
    return folder


@pytest.mark.parametrize("grown", [False, True])
@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("targets", [V_ONLY, ALL_FOUR])
def test_peft_reads_our_folder_to_the_same_logits(
    make_model: Callable[[], MiniGPTModel], tmp_path: Path, targets: tuple[str, ...], whole: bool, grown: bool
) -> None:
    ours, theirs = make_model(), make_model()
    growth = Growth(ours, WORDS, seed=0) if grown else None
    attachment = attach_lora(
        ours, Lora(rank=4, alpha=6, targets=targets, train_embeddings=whole, train_head=whole), seed=1
    )
    shake(attachment.tensors())
    folder = written(attachment, growth, tmp_path / "adapter")
    if grown:
        Growth(theirs, WORDS, seed=99)  # peft replaces the rows by the adapter's
    network = peft.PeftModel.from_pretrained(theirs.network, str(folder))
    torch.testing.assert_close(network(IDS), attachment.logits(IDS), atol=1e-6, rtol=0)


@pytest.mark.parametrize("whole", [None, ["embedding", "head"], ["head"]])
@pytest.mark.parametrize("targets", [V_ONLY, ALL_FOUR, (*ALL_FOUR, "linear1", "linear2")])
def test_we_read_pefts_folder_to_the_same_logits(
    make_model: Callable[[], MiniGPTModel], tmp_path: Path, targets: tuple[str, ...], whole: list[str] | None
) -> None:
    config = peft.LoraConfig(r=4, lora_alpha=8, target_modules=list(targets), modules_to_save=whole)
    network = peft.get_peft_model(make_model().network, config)
    shake({name: p for name, p in network.named_parameters() if p.requires_grad})
    network.save_pretrained(str(tmp_path / "theirs"))
    growth, attachment = attach_stored(make_model(), read_adapter(tmp_path / "theirs"))
    assert growth is None
    torch.testing.assert_close(attachment.logits(IDS), network(IDS), atol=1e-6, rtol=0)


def five_steps(logits: Callable[[Tensor], Tensor], parameters: list[Tensor]) -> list[float]:
    """Losses of five Adam steps on batches that depend on nothing but their number."""
    optimizer = torch.optim.Adam(parameters, lr=2e-3)
    losses = []
    for step in range(5):
        rows = torch.randint(0, 13, (4, 6), generator=torch.Generator().manual_seed(step))
        loss = cross_entropy(logits(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("targets", [V_ONLY, ALL_FOUR])
def test_five_training_steps_agree(
    make_model: Callable[[], MiniGPTModel], tmp_path: Path, targets: tuple[str, ...], whole: bool
) -> None:
    method = Lora(rank=4, alpha=8, targets=targets, train_embeddings=whole, train_head=whole)
    attachment = attach_lora(make_model(), method, seed=1)
    folder = written(attachment, None, tmp_path / "adapter")
    network = peft.PeftModel.from_pretrained(make_model().network, str(folder), is_trainable=True)
    theirs = [parameter for parameter in network.parameters() if parameter.requires_grad]
    assert sum(p.numel() for p in theirs) == sum(p.numel() for p in attachment.tensors().values())
    ours = five_steps(attachment.logits, list(attachment.tensors().values()))
    assert ours == pytest.approx(five_steps(network, theirs), abs=1e-4)
    assert abs(ours[0] - ours[4]) > 1e-3


def test_a_card_shows_code_only_where_peft_can_run_it(tiny_model: MiniGPTModel) -> None:
    for kind in METHODS:
        files = at_once(
            adapter_files(kind().attach(tiny_model, 0), None, name="x", base_name="tiny", base_fingerprint="")
        )
        card = files["README.md"].decode()
        assert ("PeftModel.from_pretrained" in card) == kind.tensor_prefix.startswith("base_model.model.")
        assert ("library_name: peft" in card) == ("adapter_config.json" in files) == bool(kind.peft_type)
        assert "LoRA Studio" in card
        tiny_model = make_mini_gpt()


@pytest.mark.parametrize("method", [Lora(), Dora(rank=2)], ids=lambda method: method.name)
@pytest.mark.parametrize("grown", [False, True])
def test_the_code_on_the_model_card_runs(
    make_model: Callable[[], MiniGPTModel], tmp_path: Path, grown: bool, method: Lora
) -> None:
    model = make_model()
    write_new_folder(tmp_path / "base", model_files(model))
    known = fingerprint(model.network.state_dict(), model.tokenizer.get_vocab())
    growth = Growth(model, WORDS, seed=0) if grown else None
    attachment = method.attach(model, seed=1)
    shake(attachment.tensors())
    files = at_once(adapter_files(attachment, growth, name="x", base_name="tiny", base_fingerprint=known))
    write_new_folder(tmp_path / "adapter", files)
    code = files["README.md"].decode().split("```python\n")[1].split("```")[0]
    code = code.replace("PATH/TO/THIS/FOLDER", os.fspath(tmp_path / "adapter"))
    code = code.replace("PATH/TO/THE/BASE", os.fspath(tmp_path / "base"))
    names: dict[str, Any] = {}
    exec(compile(code, "README.md", "exec"), names)
    torch.testing.assert_close(names["network"](IDS), attachment.logits(IDS), atol=1e-5, rtol=0)
