"""A small untrained MiniGPT, and the words that all tiny models know."""

from __future__ import annotations

import torch

from lora_studio.core.models.mini_gpt import MiniGPT, MiniGPTConfig, MiniGPTModel
from lora_studio.core.models.words import word_tokenizer

WORDS = ("die", "katze", "sitzt", "auf", "dem", "tisch", "der", "hund", "läuft", "im", "garten")


def make_mini_gpt(seed: int = 0, words: tuple[str, ...] = WORDS, width: int = 32, n_layers: int = 2) -> MiniGPTModel:
    """The same arguments give the same model."""
    tokenizer = word_tokenizer(words)
    config = MiniGPTConfig(
        vocab_size=tokenizer.get_vocab_size(), d_model=width, n_layers=n_layers, d_ff=2 * width, context_length=16
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return MiniGPTModel("tiny", MiniGPT(config), tokenizer)
