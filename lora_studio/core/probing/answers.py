"""The next token after a prompt."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from lora_studio.core.errors import DataError
from lora_studio.core.events import Answer, Prediction
from lora_studio.core.models.language_model import Encoding, LanguageModel

AT_ONCE = 64  # prompts; all positions' scores are made, and a vocabulary can be large

Logits = Callable[[Tensor, Tensor | None], Tensor]


@dataclass(frozen=True, slots=True)
class Measured:
    """Next-token distributions, (prompt, vocabulary). `encodings[i]` is how the i-th prompt was read."""

    encodings: tuple[Encoding, ...]
    probabilities: Tensor


def measure(
    model: LanguageModel, logits: Logits, prompts: Sequence[str], limit: int | None = None, temperature: float = 1.0
) -> Measured:
    """The distribution after each prompt, many in one forward pass.

    Args:
        limit: the most tokens that `logits` reads; by default the model's context.
        temperature: the probabilities are softmax(scores / temperature); 1 are the model's own.

    Raises:
        DataError: a prompt is empty or longer than the model reads, or the temperature is not above 0.
    """
    if not 0 < temperature < math.inf:
        raise DataError("A temperature of {temperature} has no answers.", advice="Choose one above 0.",
                        temperature=temperature)  # fmt: skip
    most = model.context_length if limit is None else limit
    encodings = tuple(_encode(model, prompt, most) for prompt in prompts)
    pieces = [encodings[start : start + AT_ONCE] for start in range(0, len(encodings), AT_ONCE)]
    return Measured(encodings, torch.cat([_distributions(model, logits, piece, temperature) for piece in pieces]))


def _distributions(model: LanguageModel, logits: Logits, encodings: Sequence[Encoding], temperature: float) -> Tensor:
    """The distribution after each prompt, (prompt, vocabulary), in one forward pass."""
    lengths = torch.tensor([len(encoding.ids) for encoding in encodings])
    width = int(lengths.max())
    ids = torch.zeros(len(encodings), width, dtype=torch.long)
    for row, encoding in enumerate(encodings):
        ids[row, : len(encoding.ids)] = torch.tensor(encoding.ids)
    mask = torch.arange(width)[None, :] < lengths[:, None]  # (prompt, time)
    with torch.inference_mode():
        scores = logits(ids.to(model.device), mask.to(model.device))
        last = scores[torch.arange(len(encodings)), lengths - 1]  # (prompt, vocabulary)
        return (last.float() / temperature).softmax(dim=-1).cpu()


def answers(
    model: LanguageModel,
    logits: Logits,
    prompts: Sequence[str],
    top: int = 5,
    tracked: Sequence[Sequence[str]] | None = None,
    limit: int | None = None,
) -> tuple[Answer, ...]:
    """The `top` most probable next tokens after each prompt, and the probabilities of the `tracked` tokens."""
    return answers_of(model, measure(model, logits, prompts, limit), prompts, top, tracked) if prompts else ()


def answers_of(
    model: LanguageModel,
    measured: Measured,
    prompts: Sequence[str],
    top: int,
    tracked: Sequence[Sequence[str]] | None = None,
) -> tuple[Answer, ...]:
    """A measurement in words; `model` with the tokenizer that it was made with."""
    values, indices = measured.probabilities.topk(min(top, measured.probabilities.shape[1]), dim=-1)
    found = []
    for row, prompt in enumerate(prompts):
        best = zip(indices[row].tolist(), values[row].tolist(), strict=True)
        encoding = measured.encodings[row]
        followed = _tracked(model, measured.probabilities[row], tracked[row] if tracked else ())
        predictions = tuple(Prediction(model.token(index), value) for index, value in best)
        found.append(Answer(prompt, encoding.tokens, encoding.unknown, predictions, followed))
    return tuple(found)


def _tracked(model: LanguageModel, probabilities: Tensor, tokens: Sequence[str]) -> tuple[Prediction, ...]:
    ids = ((token, model.token_id(token)) for token in tokens)
    return tuple(Prediction(token, float(probabilities[index])) for token, index in ids if index is not None)


def _encode(model: LanguageModel, prompt: str, limit: int) -> Encoding:
    encoding = model.encode(prompt.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    if not encoding.ids:
        raise DataError("The prompt is empty.", advice="Type at least one word.")
    if len(encoding.ids) > limit:
        raise _too_long(model, len(encoding.ids), limit)
    return encoding


def _too_long(model: LanguageModel, count: int, limit: int) -> DataError:
    if limit < model.context_length:
        return DataError(
            "The prompt has {count} tokens; behind its virtual tokens a variant of {model} reads {limit} at once.",
            advice="Shorten it, or detach the variant with that many virtual tokens.",
            count=count, model=model.name, limit=limit,
        )  # fmt: skip
    return DataError(
        "The prompt has {count} tokens; {model} reads {limit} at once.",
        advice="Shorten it.",
        count=count, model=model.name, limit=limit,
    )  # fmt: skip
