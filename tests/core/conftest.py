"""Tiny real models: nothing is downloaded, nothing is mocked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from lora_studio.core.methods import Lora
from lora_studio.core.models.mini_gpt import MiniGPTModel
from tests.core.adapter_folders import write_adapter
from tests.core.tiny_mini_gpt import make_mini_gpt

MakeModel = Callable[..., MiniGPTModel]


@pytest.fixture
def make_model() -> MakeModel:
    """Makes a small MiniGPT from a seed; the same arguments give the same model."""
    return make_mini_gpt


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Models are opened on the CPU where nothing else is asked for, though there may be a GPU."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


@pytest.fixture
def tiny_model() -> MiniGPTModel:
    """Two layers, 32 wide, untrained, from a fixed seed; a new one for every test."""
    return make_mini_gpt()


@pytest.fixture
def adapter_folder(tiny_model: MiniGPTModel, tmp_path: Path) -> Path:
    """A sound adapter folder for `tiny_model`: v_proj, embeddings and head, one new word."""
    return write_adapter(tiny_model, Lora(targets=("v_proj",)), tmp_path / "adapter", words=("sofa",))
