"""Adapter folders whose files agree, and say what no run can have made: refused at once, the model as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from lora_studio.core.adapters import adapter_files, attach_stored, read_adapter
from lora_studio.core.errors import AdapterError
from lora_studio.core.files import write_new_folder
from lora_studio.core.methods import Lora, Method
from lora_studio.core.methods.dora import Dora
from lora_studio.core.methods.freezing import LayerFreezing
from lora_studio.core.methods.prefix import PrefixTuning
from lora_studio.core.methods.prompt import PromptTuning
from lora_studio.core.methods.qlora import Qlora
from lora_studio.core.methods.steering import RepresentationEngineering
from lora_studio.core.methods.steering_attachment import attach_steering
from lora_studio.core.models import growth
from lora_studio.core.models.mini_gpt import MiniGPTModel
from lora_studio.core.models.shapes import without_numbers
from lora_studio.core.models.tensor_file import read_tensors, tensors_to_bytes
from lora_studio.core.run_folder import read_figures
from tests.core.adapter_folders import assert_refused, change, write_adapter


@pytest.mark.parametrize("method", [Lora(targets=("v_proj",)), PrefixTuning(tokens=3), LayerFreezing()])
@pytest.mark.parametrize("rows", ["trained", "none"])
def test_words_without_their_rows_are_refused_before_anything_is_made_of_them(
    tiny_model: MiniGPTModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: Method, rows: str
) -> None:
    folder = write_adapter(tiny_model, method, tmp_path / "adapter", words=("sofa",) if rows == "trained" else ())
    change(folder / "lora_studio.json", new_words=[f"w{number}" for number in range(1000)])
    monkeypatch.setattr(growth, "grown_tokenizer", None)
    monkeypatch.setattr(torch, "randn", None)
    assert_refused(tiny_model, folder, "where 1013 × 32 is needed|no tensor for embedding.weight, head.weight")


def test_the_advice_of_a_method_that_cannot_be_attached_is_passed_on(
    tiny_model: MiniGPTModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("bitsandbytes")
    folder = write_adapter(tiny_model, Qlora(), tmp_path / "adapter")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(AdapterError, match="bitsandbytes, which is not installed") as caught:
        attach_stored(tiny_model, read_adapter(folder))
    assert "pip install bitsandbytes" in caught.value.advice


def scaled(name: str, factor: float) -> Callable[[dict[str, Tensor]], object]:
    return lambda tensors: tensors.update({name: tensors[name] * factor})


@pytest.mark.parametrize("action", ["steer", "ablate"])
@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (scaled("direction", 1e25), "its direction is 1e.25 long instead of 1"),
        (scaled("direction", 0.5), "its direction is 0.5 long"),
        (lambda tensors: tensors.update(distance=torch.tensor(1e30)), "its distance is 1e.30"),
        (lambda tensors: tensors.update(distance=torch.tensor(-1e30)), "its distance is -1e.30"),
    ],
)
def test_a_direction_that_no_run_finds_is_refused(
    tiny_model: MiniGPTModel, tmp_path: Path, action: str, edit: Callable[[dict[str, Tensor]], object], reason: str
) -> None:
    attachment = attach_steering(tiny_model, RepresentationEngineering.model_validate({"action": action}))
    list(attachment.learn((("die katze",), ("der hund",))))
    files = adapter_files(attachment, None, name="x", base_name="tiny", base_fingerprint="")
    attachment.detach()
    write_new_folder(tmp_path / "adapter", files)
    path = tmp_path / "adapter" / "change.safetensors"
    tensors = read_tensors(path)
    _, sound = attach_stored(tiny_model, read_adapter(tmp_path / "adapter"))
    sound.detach()
    edit(tensors)
    path.write_bytes(tensors_to_bytes(tensors))
    assert_refused(tiny_model, tmp_path / "adapter", reason)


@pytest.mark.parametrize("method", [Lora(), Dora(), PrefixTuning(reparametrise=True), PromptTuning(tokens=3)])
def test_nothing_is_drawn_where_only_shapes_are_wanted(
    tiny_model: MiniGPTModel, monkeypatch: pytest.MonkeyPatch, method: Method
) -> None:
    monkeypatch.setattr(torch, "randn", None)
    shape = without_numbers(tiny_model)
    growth.Growth(shape, ["sofa"], seed=0)
    tensors = method.attach(shape, seed=0).tensors()
    assert all(tensor.is_meta for tensor in tensors.values())


def test_figures_that_are_no_figures_are_left_out(tmp_path: Path) -> None:
    fields = f'{{"final_loss": {"9" * 400}, "seconds": true, "forgetting_kl": 0.5, "top1_kept": 1, "a": -1{"0" * 309}}}'
    (tmp_path / "metrics.json").write_text(fields, "utf-8")
    assert read_figures(tmp_path) == {"forgetting_kl": 0.5, "top1_kept": 1.0}
