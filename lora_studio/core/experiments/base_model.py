"""The bundled base: a MiniGPT trained from scratch on everyday sentences."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from lora_studio.core.data.builtin import TRAINING
from lora_studio.core.data.windows import windows
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.models.mini_gpt import MiniGPT, MiniGPTConfig, MiniGPTModel
from lora_studio.core.models.words import split_words, word_tokenizer
from lora_studio.core.recipe import TrainingSettings
from lora_studio.core.training.batches import Batches
from lora_studio.core.training.loop import train

BASE_TRAINING = TrainingSettings(epochs=100, batch_size=4, sequence_length=16, learning_rate=1e-3, seed=0)


class WholeNetwork(Attachment):
    """Every parameter of the network trains, in place."""

    def __init__(self, model: MiniGPTModel) -> None:
        self.model = model
        model.network.requires_grad_(True)

    def tensors(self) -> dict[str, nn.Parameter]:
        return dict(self.model.network.named_parameters())

    def merged_modules(self) -> dict[str, nn.Module]:
        return {}

    def detach(self) -> None:
        self.model.network.requires_grad_(False)


def train_base(
    rows: Sequence[str] = TRAINING.rows, settings: TrainingSettings = BASE_TRAINING, width: int = 64
) -> MiniGPTModel:
    """A MiniGPT whose vocabulary is the words of `rows`, trained on them from a random start that the seed decides."""
    tokenizer = word_tokenizer(word for row in rows for word in split_words(row))
    config = MiniGPTConfig(vocab_size=tokenizer.get_vocab_size(), d_model=width, d_ff=4 * width)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        model = MiniGPTModel("MiniGPT", MiniGPT(config), tokenizer)
    cut = windows([model.encode(row).ids for row in rows], settings.sequence_length)
    whole = WholeNetwork(model)
    batches = Batches(cut, settings.batch_size, settings.seed, model.device)
    for _ in train(whole, batches, settings):
        pass
    whole.detach()
    return model
