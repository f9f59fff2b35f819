"""Telling whether a base is the one that an adapter was made for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from lora_studio.core.models.language_model import LanguageModel, fingerprint

MOST_SAMPLES = 2048  # numbers of a tensor that are looked at


def fingerprint_of(model: LanguageModel) -> str:
    """Same model, same string, in whichever type of numbers and on whichever device it was opened.

    MiniGPT: over all that it is. Others: over names, shapes, a sample of each tensor as the files have it, and the
    vocabulary, so that it takes no time to speak of. Ask with nothing attached, and the vocabulary not grown.
    """
    vocabulary = model.tokenizer.get_vocab()
    if model.family == "minigpt":
        return fingerprint(model.network.state_dict(), vocabulary)
    samples = model.samples or samples_of(model.network)
    return combined(samples, vocabulary)


def samples_of(network: nn.Module) -> dict[str, bytes]:
    """Digests of what is in a network now; a parameter that is in several places comes once."""
    found = {name: sample(parameter.detach()) for name, parameter in network.named_parameters()}
    for name, module in network.named_modules():
        codes = getattr(getattr(module, "weight", None), "codes", None)  # of a layer in NF4
        if isinstance(codes, Tensor):
            found[f"{name}.weight"] = sample(codes)
    return found


def sample(tensor: Tensor) -> bytes:
    """A digest of a tensor's shape and of numbers all over it."""
    flat = tensor.reshape(-1)
    step = max(1, flat.numel() // MOST_SAMPLES)
    numbers = flat[::step].to("cpu", torch.float32)  # exact for all types that weights are stored in
    digest = hashlib.sha256(f"{tuple(tensor.shape)}".encode())
    digest.update(numbers.contiguous().numpy().tobytes())
    return digest.digest()


def combined(samples: Mapping[str, bytes], vocabulary: Mapping[str, int]) -> str:
    """One string for all."""
    digest = hashlib.sha256()
    for name in sorted(samples):
        digest.update(f"{name}:".encode() + samples[name])
    for token, number in sorted(vocabulary.items(), key=lambda item: item[1]):
        digest.update(f"{number}:{token}".encode())
    return digest.hexdigest()
