"""Bases trained from scratch: the bundled one on everyday sentences, and those of the experiments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from lora_studio.core.data.builtin import TRAINING
from lora_studio.core.data.windows import windows
from lora_studio.core.events import Step
from lora_studio.core.methods.full import FullFineTuning
from lora_studio.core.models.mini_gpt import MiniGPT, MiniGPTConfig, MiniGPTModel
from lora_studio.core.models.words import split_words, word_tokenizer
from lora_studio.core.recipe import TrainingSettings
from lora_studio.core.training.batches import Batches
from lora_studio.core.training.loop import train

BASE_TRAINING = TrainingSettings(epochs=100, batch_size=4, sequence_length=16, learning_rate=1e-3, seed=0)


def train_base(
    rows: Sequence[str] = TRAINING.rows, settings: TrainingSettings = BASE_TRAINING, width: int = 64
) -> MiniGPTModel:
    """A MiniGPT whose vocabulary is the words of `rows`, trained on them from a random start that the seed decides."""
    model = random_base(rows, settings.seed, width)
    for _ in teach(model, rows, settings):
        pass
    return model


def random_base(rows: Sequence[str], seed: int, width: int = 64) -> MiniGPTModel:
    """A MiniGPT that knows the words of `rows` and nothing else."""
    tokenizer = word_tokenizer(word for row in rows for word in split_words(row))
    config = MiniGPTConfig(vocab_size=tokenizer.get_vocab_size(), d_model=width, d_ff=4 * width)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return MiniGPTModel("MiniGPT", MiniGPT(config), tokenizer)


def teach(model: MiniGPTModel, rows: Sequence[str], settings: TrainingSettings) -> Iterator[Step]:
    """Trains all parameters of `model` for good, one event per step."""
    cut = windows([model.encode(row).ids for row in rows], settings.sequence_length)
    batches = Batches(cut, settings.batch_size, settings.seed, model.device)
    whole = FullFineTuning().attach(model, settings.seed)
    try:
        for event in train(whole, batches, settings):
            if isinstance(event, Step):
                yield event
    finally:
        model.network.requires_grad_(False)
