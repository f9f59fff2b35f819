"""Tiny real models: nothing is downloaded, nothing is mocked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from lora_studio.core.files import write_new_folder
from lora_studio.core.methods import Lora
from lora_studio.core.models.mini_gpt import MiniGPT, MiniGPTConfig, MiniGPTModel
from lora_studio.core.models.words import word_tokenizer
from tests.core.adapter_folders import adapted

WORDS = ("die", "katze", "sitzt", "auf", "dem", "tisch", "der", "hund", "läuft", "im", "garten")

MakeModel = Callable[..., MiniGPTModel]


def _make_model(seed: int = 0, words: tuple[str, ...] = WORDS, width: int = 32, n_layers: int = 2) -> MiniGPTModel:
    tokenizer = word_tokenizer(words)
    config = MiniGPTConfig(
        vocab_size=tokenizer.get_vocab_size(), d_model=width, n_layers=n_layers, d_ff=2 * width, context_length=16
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return MiniGPTModel("tiny", MiniGPT(config), tokenizer)


@pytest.fixture
def make_model() -> MakeModel:
    """Makes a small MiniGPT from a seed; the same arguments give the same model."""
    return _make_model


@pytest.fixture
def tiny_model() -> MiniGPTModel:
    """Two layers, 32 wide, untrained, from a fixed seed; a new one for every test."""
    return _make_model()


@pytest.fixture
def adapter_folder(tiny_model: MiniGPTModel, tmp_path: Path) -> Path:
    """A sound adapter folder for `tiny_model`: v_proj, embeddings and head, one new word."""
    files, _ = adapted(tiny_model, Lora(targets=("v_proj",)), words=("sofa",))
    write_new_folder(tmp_path / "adapter", files)
    return tmp_path / "adapter"
