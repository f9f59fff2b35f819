"""What the tests of adapter folders share: making them, injuring them, and seeing them refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from lora_studio.core.adapters import adapter_files, attach_stored, read_adapter
from lora_studio.core.errors import AdapterError
from lora_studio.core.files import Content, write_new_folder
from lora_studio.core.methods import Lora, Method
from lora_studio.core.models.fingerprints import fingerprint_of
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.tensor_file import read_tensors, tensors_to_bytes
from lora_studio.core.recipe import Recipe

PREFIX = Lora.tensor_prefix
IDS = torch.tensor([[2, 3, 4, 5], [8, 9, 1, 0]])
TENSORS = "adapter_model.safetensors"
V0 = f"{PREFIX}blocks.0.attention.v_proj"


def base_fingerprint(model: LanguageModel) -> str:
    return fingerprint_of(model)


def adapted(
    model: LanguageModel, method: Method, words: tuple[str, ...] = (), recipe: Recipe | None = None
) -> tuple[dict[str, bytes], Tensor]:
    """The files of a shaken adapter on `model`, and the logits it gave. The model is left bare."""
    known = base_fingerprint(model)
    growth = Growth(model, words, seed=1) if words else None
    attachment = method.attach(model, seed=2)
    with torch.no_grad():
        for index, tensor in enumerate(attachment.tensors().values()):
            tensor.add_(torch.randn(tensor.shape, generator=torch.Generator().manual_seed(index)) * 0.1)
    logits = attachment.logits(IDS)
    files = at_once(
        adapter_files(attachment, growth, name="LoRA x", base_name="tiny", base_fingerprint=known, recipe=recipe)
    )
    attachment.detach()
    if growth:
        growth.undo()
    return files, logits


def at_once(files: Mapping[str, Content]) -> dict[str, bytes]:
    """The files of a small adapter, none of which is made while it is written."""
    found = {name: content for name, content in files.items() if isinstance(content, bytes)}
    assert found.keys() == files.keys()
    return found


def write_adapter(model: LanguageModel, method: Method, folder: Path, words: tuple[str, ...] = ()) -> Path:
    """A sound adapter folder for `model`, which is left bare."""
    files, _ = adapted(model, method, words)
    write_new_folder(folder, files)
    return folder


def change(path: Path, **fields: Any) -> None:
    content = json.loads(path.read_text("utf-8")) | fields
    path.write_text(json.dumps(content), "utf-8")


def as_earlier_version(folder: Path) -> None:
    """Turns lora_studio.json into what the first version wrote: no method, but whether embedding and head trained."""
    path = folder / "lora_studio.json"
    content = json.loads(path.read_text("utf-8"))
    method = content.pop("method")
    path.write_text(json.dumps(content | {"trains_embeddings": method["train_embeddings"]}), "utf-8")


def change_tensors(folder: Path, edit: Callable[[dict[str, Tensor]], object]) -> None:
    tensors = read_tensors(folder / TENSORS)
    edit(tensors)
    (folder / TENSORS).write_bytes(tensors_to_bytes(tensors))


def assert_refused(model: LanguageModel, folder: Path, reason: str) -> None:
    """Reading and attaching ends in an AdapterError for this reason, and the model is what it was, bit for bit."""
    known, modules, tokenizer = base_fingerprint(model), list(map(id, model.network.modules())), model.tokenizer
    with pytest.raises(AdapterError, match=reason) as caught:
        attach_stored(model, read_adapter(folder))
    assert caught.value.advice
    assert str(caught.value).isprintable()
    assert base_fingerprint(model) == known
    assert list(map(id, model.network.modules())) == modules
    assert model.tokenizer is tokenizer
